package sync

import (
	"strings"
	"testing"
	"time"

	"handoff/internal/recruit"
	"handoff/internal/simulator/erecruiter"
	"handoff/internal/simulator/smartrecruiters"
	"handoff/internal/stagesync"
)

// compare presses COMPARE NOW and waits for its end.
func (r *base) compare() stagesync.Reconciliation {
	r.t.Helper()
	run, err := r.house.Stages.Compare(r.t.Context(), r.admin, r.conn)
	r.ok(err)
	if run = r.ended(run.ID); run.State != "done" || run.Moved != 0 {
		r.t.Fatalf("%+v", run)
	}
	return r.reconciliation()
}

func (r *base) reconciliation() stagesync.Reconciliation {
	r.t.Helper()
	x, _, err := r.house.Stages.Reconcile(r.t.Context(), r.admin, r.conn, recruit.List{})
	r.ok(err)
	deliveries, seen := 0, 0
	for _, n := range x.Deliveries {
		deliveries += n
	}
	for _, n := range x.Presence {
		seen += n
	}
	if deliveries != x.Applied || seen != x.Came() {
		r.t.Errorf("it does not add up: %+v", x)
	}
	return x
}

// Whoever came to the ATS is looked for there while no stage is followed, and
// what is gone is sent once more by a person's word, and stands there once.
func TestBothSidesAreComparedAndADifferenceIsRepaired(t *testing.T) {
	r := newRig(t, smartrecruiters.Options{Seed: 12})
	ctx := t.Context()
	a, b, c := r.apply(r.proc, 1), r.apply(r.proc, 2), r.apply(r.proc, 3)
	r.move(b, "INTERVIEW", "")
	if x := r.reconciliation(); x.Applied != 3 || x.Presence[stagesync.Unseen] != 3 || !x.ComparedAt.IsZero() {
		t.Errorf("before anybody looked: %+v", x)
	}
	for _, id := range []recruit.ApplicationID{a, c} {
		d := r.view(id).Delivery
		r.ok(r.sim.RemoveApplication(string(d.RemoteCandidate), string(d.RemoteJob)))
	}
	r.clock.Advance(3 * time.Second) // what was just delivered may be missing from a listing
	if x := r.compare(); x.Presence[stagesync.Present] != 1 || x.Presence[stagesync.Missing] != 2 || x.ComparedAt.IsZero() {
		t.Errorf("after one look: %+v", x)
	}
	if err := r.house.Delivery.Leave(ctx, r.admin, a); !refused(err, "not_gone") {
		t.Errorf("one look is believed: %v", err)
	}
	if x := r.compare(); x.Presence[stagesync.Present] != 1 || x.Presence[stagesync.Gone] != 2 {
		t.Errorf("after two: %+v", x)
	}
	if v := r.view(b); v.Stage != recruit.StageWaiting || v.Remote != nil {
		t.Errorf("a comparison follows somebody: %+v", v)
	}
	if _, gone, err := r.house.Stages.Reconcile(ctx, r.admin, r.conn, recruit.List{}); err != nil || len(gone.Items) != 2 {
		t.Errorf("%+v, %v", gone, err)
	}
	if _, err := r.house.Delivery.Retry(ctx, r.admin, b); !refused(err, "delivery_not_retryable") {
		t.Errorf("somebody who is there is sent again: %v", err)
	}
	r.ok(r.house.Delivery.Leave(ctx, r.admin, c)) // somebody removed them on purpose
	if x := r.reconciliation(); x.Presence[stagesync.Left] != 1 || x.Presence[stagesync.Gone] != 1 {
		t.Errorf("after it was said to be meant: %+v", x)
	}
	if _, err := r.house.Apply.Withdraw(ctx, r.admin, c); err != nil {
		t.Fatal(err)
	}
	if _, err := r.house.Delivery.Retry(ctx, r.admin, c); !refused(err, "delivery_not_retryable") {
		t.Errorf("who withdrew is sent again: %v", err)
	}
	_, err := r.house.Delivery.Retry(ctx, r.admin, a)
	r.ok(err)
	r.until("sent again", func() bool { return r.view(a).Delivery.State == recruit.DeliveryDelivered })
	there := 0
	for _, x := range r.sim.Ledger().Email(email(1)) {
		for _, on := range x.Applications {
			if on.RemovedAt == nil {
				there++
			}
		}
	}
	if there != 1 {
		t.Errorf("the ATS holds %d", there)
	}
	r.clock.Advance(3 * time.Second)
	if x := r.compare(); x.Presence[stagesync.Present] != 2 || x.Presence[stagesync.Left] != 1 {
		t.Errorf("in the end: %+v", x)
	}
	// The module, switched on now, follows the jobs that it has to and no run is left.
	r.turnOn(stagesync.Defaults())
	if m, err := r.house.Stages.Module(ctx, r.admin, r.conn); err != nil || m.Jobs != 0 {
		t.Errorf("a comparison leaves jobs behind: %+v, %v", m, err)
	}
}

// A comparison reads lists alone, also where the stage of somebody who is not
// followed would need their history.
func TestAComparisonReadsListsAlone(t *testing.T) {
	r := newERig(t, erecruiter.Options{Seed: 14})
	for n := range 3 {
		r.move(r.apply(r.proc, n), "Rozmowa telefoniczna")
	}
	r.clock.Advance(3 * time.Second)
	asked := func() (n int) {
		for _, e := range r.sim.Journal(0).Entries {
			if strings.Contains(e.Path, "istory") {
				n++
			}
		}
		return n
	}
	before := asked()
	if x := r.compare(); x.Presence[stagesync.Present] != 3 {
		t.Errorf("%+v", x)
	}
	if n := asked() - before; n != 0 {
		t.Errorf("%d histories were read", n)
	}
	r.turnOn(stagesync.Defaults())
	r.apply(r.proc, 4)
	r.sync()
	if asked() == before {
		t.Error("this test knows no reading of a history")
	}
}

// With the module on a comparison looks also for those who are not followed,
// and leaves what is followed as it is.
func TestAComparisonLooksAlsoForThoseWhoAreNotFollowed(t *testing.T) {
	r := newRig(t, smartrecruiters.Options{Seed: 13})
	before := r.apply(r.proc, 1)
	r.turnOn(stagesync.Defaults())
	a := r.apply(r.proc, 2)
	r.move(before, "INTERVIEW", "")
	r.move(a, "INTERVIEW", "")
	r.clock.Advance(3 * time.Second)
	if x := r.compare(); x.Presence[stagesync.Present] != 2 {
		t.Errorf("%+v", x)
	}
	r.sync()
	if v := r.view(a); v.Stage != recruit.StageInvited {
		t.Errorf("the followed one stands on %s", v.Stage)
	}
	if v := r.view(before); v.Stage != recruit.StageWaiting {
		t.Errorf("the other one moved to %s", v.Stage)
	}
}
