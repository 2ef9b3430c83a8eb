package store_test

import (
	"testing"
	"time"

	"handoff/internal/notify"
	"handoff/internal/recruit"
	"handoff/internal/stagesync"
)

// A reading that fails after another run took its job over takes nothing from
// that run: neither the job, nor one of its tries.
func TestAReadingOfAnEarlierRunTakesNothingFromTheNext(t *testing.T) {
	f := follow(t, "smartrecruiters", stagesync.TellNobody, notify.Rules{}, 1)
	ctx := t.Context()
	fence := f.there()
	start := func(trigger stagesync.Trigger, dry bool) stagesync.Run {
		t.Helper()
		r, err := f.db.StartRun(ctx, stagesync.Run{ID: recruit.NewSyncRunID(f.now), Company: f.boss.Company, Connection: f.conn, Trigger: trigger, DryRun: dry,
			State: "running", StartedBy: "test", StartedAt: f.now})
		must(t, err)
		return r
	}
	claim := func() stagesync.Poll {
		t.Helper()
		list, err := f.db.ClaimPolls(ctx, f.conn, fence, f.now, 10)
		must(t, err)
		if len(list) != 1 {
			t.Fatalf("claimed: %+v", list)
		}
		return list[0]
	}
	run := func(id recruit.SyncRunID) stagesync.Run {
		t.Helper()
		r, err := f.db.SyncRun(ctx, f.boss.Company, id)
		must(t, err)
		return r
	}
	failed := func() stagesync.Reading {
		return stagesync.Reading{At: f.now, Failure: "unavailable", Retry: time.Second}
	}

	look := start(stagesync.TriggerReconciliation, true)
	for range 3 {
		must(t, f.db.SavePoll(ctx, fence, claim(), failed()))
		if r := run(look.ID); r.Waits != "unavailable" || !r.Until.After(f.now) {
			t.Errorf("while it waits: %+v", r)
		}
		f.now = f.now.Add(2 * time.Second)
	}
	last := claim()
	if r := run(look.ID); r.Waits != "" {
		t.Errorf("while it is read: %+v", r)
	}
	move := start(stagesync.TriggerManual, false)
	must(t, f.db.SavePoll(ctx, fence, last, failed()))
	if r := run(move.ID); r.State != "running" || r.Waits != "" {
		t.Errorf("after the other's last try: %+v", r)
	}
	p := claim()
	if p.Run != move.ID || p.Attempts != 0 {
		t.Errorf("the job is read for %+v", p)
	}
	must(t, f.db.SavePoll(ctx, fence, p, stagesync.Reading{At: f.now, Same: 1}))
	if r := run(move.ID); r.State != "done" || r.Done != 1 {
		t.Errorf("at the end: %+v", r)
	}
	x, err := f.db.Reconciliation(ctx, f.boss.Company, f.conn)
	if must(t, err); !x.ComparedAt.IsZero() || x.Unread != 0 {
		t.Errorf("a comparison that was overtaken counts: %+v", x)
	}
}
