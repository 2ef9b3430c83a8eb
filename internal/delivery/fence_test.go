package delivery_test

import (
	"errors"
	"testing"
	"time"

	"handoff/internal/connector"
	"handoff/internal/delivery"
	"handoff/internal/lane"
	"handoff/internal/recruit"
	"handoff/internal/simulator/simkit"
	"handoff/internal/simulator/smartrecruiters"
)

// claim stops the runner and claims candidate 1 by hand, as the holder of a
// fence.
func (r *rig) claim() (delivery.Work, int64) {
	r.t.Helper()
	ctx := r.t.Context()
	r.stopRunner()
	r.submit(1, recruit.Given)
	now := r.deliver.Now()
	fence, ok, err := r.db.AcquireLane(ctx, "conn:"+string(r.conn), "by hand", now, now.Add(time.Hour))
	if err != nil || !ok {
		r.t.Fatalf("the lane is taken: %v", err)
	}
	work, err := r.db.ClaimPushes(ctx, r.conn, fence, now, 8)
	if err != nil || len(work) != 1 {
		r.t.Fatalf("claimed %d, %v", len(work), err)
	}
	return work[0], fence
}

// Invariant 5, at the moment that counts: the lane has another holder, who has
// not touched this delivery yet.
func TestAFenceThatIsOverRecordsAndSettlesNothing(t *testing.T) {
	r := newRig(t, smartrecruiters.Switches{})
	w, fence := r.claim()
	r.ok(r.db.ForgetLeases(t.Context()))
	now := r.deliver.Now()
	if _, ok, err := r.db.AcquireLane(t.Context(), "conn:"+string(r.conn), "another", now, now.Add(time.Hour)); err != nil || !ok {
		t.Fatal(err)
	}
	id := w.Application.ID
	if err := r.db.RecordStep(t.Context(), id, fence, connector.Receipt{Candidate: "c"}, now); !errors.Is(err, lane.ErrLost) {
		t.Errorf("a step was recorded: %v", err)
	}
	o := delivery.Outcome{Verdict: delivery.Verdict{State: recruit.DeliveryDelivered}, Op: "push", Kind: "ok", Certain: true, Finished: now}
	if err := r.db.Settle(t.Context(), id, fence, o); !errors.Is(err, lane.ErrLost) {
		t.Errorf("it was settled: %v", err)
	}
	if d := r.delivery(id); d.State != recruit.DeliveryAttempting || d.RemoteCandidate != "" {
		t.Errorf("it is %s with %q", d.State, d.RemoteCandidate)
	}
}

// Invariant 2: whoever takes over finds what was under way as unanswered.
func TestWhatAnotherFenceHeldIsAdoptedAsUnanswered(t *testing.T) {
	r := newRig(t, smartrecruiters.Switches{})
	w, fence := r.claim()
	if n, err := r.db.AdoptOrphans(t.Context(), r.conn, fence, r.deliver.Now()); err != nil || n != 0 {
		t.Errorf("its own holder adopted %d (%v)", n, err)
	}
	if n, err := r.db.AdoptOrphans(t.Context(), r.conn, fence+1, r.deliver.Now()); err != nil || n != 1 {
		t.Errorf("the next adopted %d (%v)", n, err)
	}
	if d := r.delivery(w.Application.ID); d.State != recruit.DeliveryUnanswered {
		t.Errorf("it is %s", d.State)
	}
}

func TestNoByteLeavesWithoutALease(t *testing.T) {
	r := newRig(t, smartrecruiters.Switches{})
	r.stopRunner()
	before := r.sim.Journal(0).Next
	over := lane.NewLease("conn:"+string(r.conn), 1, r.deliver.Now().Add(-time.Second), r.deliver.Now)
	c, err := r.integ.OpenConn(t.Context(), over, r.conn)
	r.ok(err)
	err = c.Push.Push(t.Context(), connector.Submission{Application: "app_1", Job: recruit.RemoteJobID(r.job.ID), Tag: "ho-1",
		Candidate: recruit.Candidate{FirstName: "A", LastName: "B", Email: email(1)}}, connector.Receipt{}, func(connector.Receipt) error { return nil })
	if connector.KindOf(err) != connector.Stopped {
		t.Errorf("pushing with a lease that is over: %v", err)
	}
	if calls := r.sim.Journal(before).Entries; len(calls) != 0 {
		t.Errorf("%d requests left", len(calls))
	}
}

func TestRetryingWhatMayBeThereLooksBeforeItSends(t *testing.T) {
	for _, reason := range []string{delivery.ReasonVanished, delivery.ReasonAmbiguous, delivery.ReasonDuplicateNotFound} {
		t.Run(reason, func(t *testing.T) {
			r := newRig(t, smartrecruiters.Switches{})
			id := r.submit(1, recruit.Given)
			r.reaches(id, recruit.DeliveryDelivered)
			r.sql(`UPDATE deliveries SET state = 'needs_attention', reason = $2, remote_candidate_id = '', remote_application_id = '', cv_done = 0
				WHERE application_id = $1`, string(id), reason)
			_, err := r.deliver.Retry(t.Context(), r.admin, id)
			r.ok(err)
			r.reaches(id, recruit.DeliveryDelivered)
			r.once(1)
		})
	}
}

func TestOnlyWhatCanGoOnIsRetried(t *testing.T) {
	r := newRig(t, smartrecruiters.Switches{})
	id := r.submit(1, recruit.Given)
	r.reaches(id, recruit.DeliveryDelivered)
	if _, err := r.deliver.Retry(t.Context(), r.admin, id); err == nil {
		t.Error("a delivered application was sent on its way again")
	}
	withheld := r.submit(2, recruit.Refused)
	if _, err := r.deliver.Retry(t.Context(), r.admin, withheld); err == nil {
		t.Error("a person's decision was overruled by a button")
	}
	stranger := recruit.Caller{Company: "com_other", User: "usr_other", Role: recruit.RoleAdmin}
	if _, err := r.deliver.Retry(t.Context(), stranger, id); !errors.Is(err, recruit.ErrNotFound) {
		t.Errorf("another company: %v", err)
	}
}

// A failed, partial or empty listing is never "everything was deleted".
func TestAnEmptyListingOfJobsClosesNothing(t *testing.T) {
	r := newRig(t, smartrecruiters.Switches{})
	r.ok(r.db.SaveJobs(t.Context(), r.conn, nil, r.deliver.Now()))
	jobs, err := r.integ.Jobs(t.Context(), r.admin, r.conn, "")
	r.ok(err)
	p, err := r.process.Get(t.Context(), r.admin, r.proc)
	r.ok(err)
	if len(jobs) == 0 || p.Binding.State == recruit.BindingBroken {
		t.Errorf("%d jobs are left, the binding is %s", len(jobs), p.Binding.State)
	}
	id := r.submit(1, recruit.Given)
	r.reaches(id, recruit.DeliveryDelivered)
}

// Invariant 3: a person's wish is no reason to repeat blindly.
func TestRetryingWhatIsUnansweredOnlyLooksSooner(t *testing.T) {
	r := newRig(t, smartrecruiters.Switches{})
	r.sim.SetLag(250 * time.Millisecond) // its listing does not show it yet
	r.sim.FailNext(simkit.Fault{Match: simkit.Match{Op: "candidatesAddToJob"}, Kind: simkit.DropAfter})
	id := r.submit(1, recruit.Given)
	r.reaches(id, recruit.DeliveryUnanswered)
	for range 5 {
		if _, err := r.deliver.Retry(t.Context(), r.admin, id); err != nil {
			break // found meanwhile
		}
	}
	r.reaches(id, recruit.DeliveryDelivered)
	r.once(1)
}
