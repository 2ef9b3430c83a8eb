package sync

import (
	"testing"
	"time"

	"handoff/internal/recruit"
	"handoff/internal/simulator/smartrecruiters"
	"handoff/internal/stagesync"
)

// What the module says of itself is counted from what was learned: a change
// that a webhook told of at once, and one that nobody told of for an hour.
func TestTheModuleSaysHowItsPromiseWasKeptToday(t *testing.T) {
	r := newRig(t, smartrecruiters.Options{Seed: 11})
	today := func() stagesync.Freshness {
		t.Helper()
		m, err := r.house.Stages.Module(t.Context(), r.admin, r.conn)
		r.ok(err)
		return m.Today
	}
	advance := func(d time.Duration) {
		r.sim.Clock().Advance(d)
		r.clock.Advance(d)
	}
	zone, err := time.LoadLocation("Europe/Warsaw")
	r.ok(err)
	now := r.clock.Now().In(zone)
	advance(time.Date(now.Year(), now.Month(), now.Day()+1, 10, 0, 0, 0, zone).Sub(now)) // the day is long enough for what follows
	r.turnOn(stagesync.Defaults())
	hook := r.hooked()
	a := r.apply(r.proc, 1)
	r.sync()
	if f := today(); f.Changes != 0 {
		t.Errorf("to come is no change: %+v", f)
	}
	r.move(a, "IN_REVIEW", "")
	r.until("told", func() bool { return r.view(a).Stage == recruit.StageEvaluating })
	if f := today(); f.Changes != 1 || f.Timely != 1 || f.Percent() != 100 || f.Within != time.Minute {
		t.Errorf("after a change that was told: %+v", f)
	}
	r.ok(r.sim.SuspendWebhook(hook.ID))
	r.move(a, "INTERVIEW", "")
	advance(time.Hour)
	r.sync()
	if f := today(); f.Changes != 2 || f.Timely != 1 || f.Percent() != 50 {
		t.Errorf("after one that was not: %+v", f)
	}
	advance(24 * time.Hour)
	if f := today(); f.Changes != 0 {
		t.Errorf("the next day: %+v", f)
	}
}
