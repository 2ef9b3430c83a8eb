package sync

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"handoff/internal/notify"
	"handoff/internal/recruit"
	"handoff/internal/simulator/simkit"
	"handoff/internal/simulator/smartrecruiters"
	"handoff/internal/stagesync"
)

// Nobody is missed while a listing may still lag behind their delivery, however
// often somebody presses Sync now; afterwards two readings are believed.
func TestAListingThatLagsBehindADeliveryTakesNobodyForGone(t *testing.T) {
	r := newRig(t, smartrecruiters.Options{Seed: 6})
	r.turnOn(stagesync.Defaults())
	a := r.apply(r.proc, 1)
	d := r.view(a).Delivery
	r.ok(r.sim.RemoveApplication(string(d.RemoteCandidate), string(d.RemoteJob))) // as a lagging list shows it
	for range 3 {
		if run := r.sync(); run.Gone != 0 {
			t.Fatalf("gone within the lag: %+v, %s", run, r.history(a))
		}
	}
	r.clock.Advance(3 * time.Second) // the rig settles in two
	if run := r.sync(); run.Gone != 0 {
		t.Errorf("what was missed within the lag counted: %+v", run)
	}
	if run := r.sync(); run.Gone != 1 {
		t.Errorf("after the lag: %+v", run)
	}
}

// Another mapping asks nobody: it brings nobody back who is gone.
func TestAMappingBringsNobodyBack(t *testing.T) {
	r := newRig(t, smartrecruiters.Options{Seed: 7})
	r.turnOn(stagesync.Defaults())
	a := r.apply(r.proc, 1)
	r.move(a, "INTERVIEW", "")
	r.sync()
	d := r.view(a).Delivery
	r.ok(r.sim.RemoveApplication(string(d.RemoteCandidate), string(d.RemoteJob)))
	r.clock.Advance(3 * time.Second)
	r.sync()
	if run := r.sync(); run.Gone != 1 {
		t.Fatalf("%+v", run)
	}
	m := r.mapping()
	m["INTERVIEW"] = stagesync.Target{Stage: recruit.StageOffer}
	_, err := r.house.Stages.SaveMapping(t.Context(), r.admin, r.conn, "", m, false)
	r.ok(err)
	r.until("the mapping is applied", func() bool { return r.view(a).Stage == recruit.StageOffer })
	if x := r.view(a).Remote; x == nil || !x.Gone {
		t.Errorf("%+v: %s", x, r.history(a))
	}
}

// A run that was under way when the module was switched off is over: the next
// one is another. One that only tells gives way to one that does.
func TestARunStandsInNobodysWay(t *testing.T) {
	r := newRig(t, smartrecruiters.Options{Seed: 8})
	r.turnOn(stagesync.Defaults())
	a := r.apply(r.proc, 1)
	ctx := t.Context()
	s := stagesync.Defaults()
	s.WhoTells = stagesync.TellNobody
	first, err := r.house.Stages.Run(ctx, r.admin, r.conn)
	r.ok(err)
	_, err = r.house.Stages.Save(ctx, r.admin, r.conn, false, stagesync.Settings{})
	r.ok(err)
	r.ended(first.ID)
	_, err = r.house.Stages.Save(ctx, r.admin, r.conn, true, s)
	r.ok(err)
	first, err = r.house.Stages.Backfill(ctx, r.admin, r.conn, false)
	r.ok(err)
	r.ended(first.ID)
	r.move(a, "INTERVIEW", "")
	dry, err := r.house.Stages.Backfill(ctx, r.admin, r.conn, true)
	r.ok(err)
	r.ended(dry.ID)
	// However far the dry one has come, what is asked for after it is done.
	dry, err = r.house.Stages.Backfill(ctx, r.admin, r.conn, true)
	r.ok(err)
	next, err := r.house.Stages.Run(ctx, r.admin, r.conn)
	r.ok(err)
	if next.ID == dry.ID || next.DryRun {
		t.Errorf("asked for a run, got %+v", next)
	}
	r.ended(dry.ID)
	if next = r.ended(next.ID); next.State != "done" || r.view(a).Stage != recruit.StageInvited {
		t.Errorf("%+v, %s", next, r.view(a).Stage)
	}
}

// An ATS that asks to wait is no failure of a run, however often it asks.
func TestARunWaitsItsTurn(t *testing.T) {
	r := newRig(t, smartrecruiters.Options{Seed: 14})
	r.turnOn(stagesync.Defaults())
	a := r.apply(r.proc, 1)
	r.move(a, "INTERVIEW", "")
	r.ok(r.sim.Faults(simkit.Fault{Match: simkit.Match{Method: http.MethodGet, Path: "/candidates", Count: 4}, Kind: simkit.StatusBefore, Status: http.StatusTooManyRequests}))
	if run := r.sync(); run.State != "done" || run.Failed != 0 || run.Moved+run.Unchanged != 1 {
		t.Errorf("%+v", run)
	}
	if v := r.view(a); v.Stage != recruit.StageInvited {
		t.Errorf("on %s", v.Stage)
	}
}

// What only looks waits for what moves, and takes the place of what only looks
// at something else; each says so.
func TestALookIsRefusedBesideAMove(t *testing.T) {
	r := newRig(t, smartrecruiters.Options{Seed: 16})
	r.turnOn(stagesync.Defaults())
	r.apply(r.proc, 1)
	ctx := t.Context()
	wait := func() { // each reading of the job is told to wait
		r.ok(r.sim.Faults(simkit.Fault{Match: simkit.Match{Method: http.MethodGet, Path: "/candidates"}, Kind: simkit.StatusBefore,
			Status: http.StatusTooManyRequests, Headers: map[string]string{"Retry-After": "3"}}))
	}
	wait()
	move, err := r.house.Stages.Run(ctx, r.admin, r.conn)
	r.ok(err)
	r.until("the run says why it waits", func() bool {
		run, _, err := r.house.Stages.SyncRun(ctx, r.admin, move.ID, recruit.List{})
		left := run.Until.Sub(r.clock.Now())
		return err == nil && run.State == "running" && run.Waits == "rate_limited" && left > 0 && left <= 3*time.Second
	})
	if _, err := r.house.Stages.Compare(ctx, r.admin, r.conn); !refused(err, "sync_running") {
		t.Errorf("a comparison beside a run: %v", err)
	}
	if _, err := r.house.Stages.Backfill(ctx, r.admin, r.conn, true); !refused(err, "sync_running") {
		t.Errorf("a preview beside a run: %v", err)
	}
	if again, err := r.house.Stages.Run(ctx, r.admin, r.conn); err != nil || again.ID != move.ID {
		t.Errorf("a second run: %+v, %v", again, err)
	}
	r.sim.ClearFaults()
	if run := r.ended(move.ID); run.State != "done" || run.Waits != "" {
		t.Errorf("%+v", run)
	}
	wait()
	preview, err := r.house.Stages.Backfill(ctx, r.admin, r.conn, true)
	r.ok(err)
	look, err := r.house.Stages.Compare(ctx, r.admin, r.conn)
	r.ok(err)
	if look.ID == preview.ID || look.Trigger != stagesync.TriggerReconciliation {
		t.Errorf("a comparison beside a preview: %+v", look)
	}
	if run := r.ended(preview.ID); run.Error != stagesync.EndedOvertaken {
		t.Errorf("the preview: %+v", run)
	}
	r.sim.ClearFaults()
	if run := r.ended(look.ID); run.State != "done" {
		t.Errorf("%+v", run)
	}
}

// What an ATS that tells no times shows at the end of a reading may have come
// before or after what a person did in the middle of it: it is read again, and
// nobody's move is lost.
func TestWhatIsDoneInTheMiddleOfAReadingIsNotLost(t *testing.T) {
	for _, hooks := range []bool{false, true} {
		t.Run(fmt.Sprint("webhooks ", hooks), func(t *testing.T) {
			r := newRig(t, smartrecruiters.Options{Seed: 17})
			ctx := t.Context()
			r.turnOn(stagesync.Defaults())
			first := r.hooked()
			if !hooks {
				r.ok(r.sim.SuspendWebhook(first.ID))
			}
			a := r.apply(r.proc, 1)
			r.sync()
			done := make(chan struct{})
			r.within <- func() {
				defer close(done)
				r.clock.Advance(time.Second)
				if _, err := r.house.Apply.ChangeStage(ctx, r.admin, a, recruit.StageOffer); err != nil {
					t.Error(err)
				}
				r.clock.Advance(time.Second)
				r.move(a, "INTERVIEW", "")
				if hooks {
					r.until("heard of", func() bool { return r.view(a).Stage == recruit.StageInvited })
				}
			}
			r.sync()
			<-done
			r.clock.Advance(6 * time.Second)
			r.sync()
			if v := r.view(a); v.Stage != recruit.StageInvited || v.Remote == nil || v.Remote.Key != "INTERVIEW" {
				t.Errorf("%s, %+v: %s", v.Stage, v.Remote, r.history(a))
			}
			if h := r.history(a); strings.Count(h, "stage_changed "+string(recruit.StageOffer)) != 1 {
				t.Errorf("they were moved back: %s", h)
			}
		})
	}
}

// told are the stages that mails are planned about, or were.
func (r *base) told() (out []recruit.Stage) {
	r.t.Helper()
	p, err := r.house.Notify.Outbox(r.t.Context(), recruit.Caller{Role: recruit.RoleOperator}, notify.Filter{})
	r.ok(err)
	for _, m := range p.Items {
		if m.Kind == notify.KindStage {
			out = append(out, m.Stage)
		}
	}
	return out
}

// Another mapping mails nobody, unless whoever saves it says so; then it is the
// company's rules that decide, as for any move.
func TestAMappingMailsOnlyWhenItIsToldTo(t *testing.T) {
	r := newRig(t, smartrecruiters.Options{Seed: 15})
	s := stagesync.Defaults()
	s.WhoTells = stagesync.TellPlatform
	r.turnOn(s)
	m := r.mapping()
	m["IN_REVIEW"] = stagesync.Target{}
	save := func(to recruit.Stage, mails bool) {
		t.Helper()
		m["IN_REVIEW"] = stagesync.Target{Stage: to}
		_, err := r.house.Stages.SaveMapping(t.Context(), r.admin, r.conn, "", m, mails)
		r.ok(err)
	}
	save("", false)
	a := r.apply(r.proc, 1)
	r.move(a, "IN_REVIEW", "")
	r.sync()
	save(recruit.StageEvaluating, false)
	r.until("moved by the mapping", func() bool { return r.view(a).Stage == recruit.StageEvaluating })
	if x := r.told(); len(x) != 0 {
		t.Errorf("mailed unasked: %v", x)
	}
	save(recruit.StageInvited, true)
	r.until("moved by the next", func() bool { return r.view(a).Stage == recruit.StageInvited })
	if x := r.told(); !slices.Equal(x, []recruit.Stage{recruit.StageInvited}) {
		t.Errorf("mails planned: %v", x)
	}
}

// One that the ATS does not tell of holds nobody on its job: they are followed,
// and the run says of whom it could not be told, and how old what is known is.
func TestWhoCannotBeToldHoldsNobodyOnTheirJob(t *testing.T) {
	r := newRig(t, smartrecruiters.Options{Seed: 11})
	r.turnOn(stagesync.Defaults())
	a, b := r.apply(r.proc, 1), r.apply(r.proc, 2)
	r.move(a, "INTERVIEW", "")
	r.until("moved", func() bool { return r.view(a).Stage == recruit.StageInvited })
	r.sync()
	known := r.view(a).Remote.KnownAt
	hooks := r.sim.Webhooks()
	r.ok(r.sim.SuspendWebhook(hooks[0].ID)) // by reading alone
	d := r.view(a).Delivery
	r.ok(r.sim.HideStage(string(d.RemoteCandidate), string(d.RemoteJob)))
	r.move(b, "OFFERED", "")
	r.clock.Advance(time.Minute)
	run := r.sync()
	if run.Moved != 1 || run.Failed != 1 || run.Unchanged != 0 || run.State != "failed" || r.view(b).Stage != recruit.StageOffer || r.view(a).Stage != recruit.StageInvited {
		t.Errorf("%+v: %s; %s", run, r.history(a), r.history(b))
	}
	_, items, err := r.house.Stages.SyncRun(t.Context(), r.admin, run.ID, recruit.List{Limit: 10})
	r.ok(err)
	if i := slices.IndexFunc(items.Items, func(x stagesync.Item) bool { return x.Application == a }); i < 0 || items.Items[i].Result != stagesync.ResultFailed || items.Items[i].Reason != "stage_untold" {
		t.Errorf("%+v", items.Items)
	}
	if x := r.view(a).Remote; x == nil || x.Gone || x.Name != "Interview" || x.KnownAt.After(known.Add(time.Minute)) {
		t.Errorf("what is known of who was not told: %+v, was known at %v", x, known)
	}
	if x := r.view(b).Remote; !x.KnownAt.After(known.Add(time.Minute)) {
		t.Errorf("what is known of the other: %+v", x)
	}
	// Where it is the only one that is left, nothing is taken for a reading.
	d = r.view(b).Delivery
	r.ok(r.sim.HideStage(string(d.RemoteCandidate), string(d.RemoteJob)))
	first, err := r.house.Stages.Run(t.Context(), r.admin, r.conn)
	r.ok(err)
	r.until("it waits, and says for what", func() bool {
		now, _, err := r.house.Stages.SyncRun(t.Context(), r.admin, first.ID, recruit.List{})
		return err == nil && now.State == "running" && now.Waits == "unavailable"
	})
}
