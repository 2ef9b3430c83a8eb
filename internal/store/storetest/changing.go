package storetest

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"handoff/internal/apply"
	"handoff/internal/connector"
	"handoff/internal/delivery"
	"handoff/internal/process"
	"handoff/internal/recruit"
)

func changing(t *testing.T, open Open) {
	t.Run("a manual move is on the timeline, and to the same stage is none", func(t *testing.T) {
		h := newHouse(t, open)
		id := h.submitted(submission(h.opened(h.acme.admin, "One").ID, "a@b.invalid"))
		for range 2 {
			v, err := h.apply.ChangeStage(h.ctx, h.acme.admin, id, recruit.StageInvited)
			h.must(err)
			if v.Stage != recruit.StageInvited || v.StageChangedBy != recruit.ActorUser {
				t.Errorf("it is at %s by %s", v.Stage, v.StageChangedBy)
			}
		}
		if got := h.kinds(h.acme, id); !slices.Equal(got, []string{"received", "delivery.none", "stage_changed"}) {
			t.Errorf("its history is %v", got)
		}
		_, err := h.apply.ChangeStage(h.ctx, h.acme.admin, id, "promoted")
		h.invalid(err, "stage not_allowed")
	})
	t.Run("a withdrawal is a new record of the same text, and cancels what was not sent, once", func(t *testing.T) {
		h := newHouse(t, open)
		p, _ := h.bound(h.acme)
		id := h.submitted(agreed(p.ID, "a@b.invalid"))
		for range 2 {
			v, err := h.apply.Withdraw(h.ctx, h.acme.admin, id)
			h.must(err)
			if v.Delivery.State != recruit.DeliveryCancelled || v.Delivery.Reason != "withdrawn" || v.WithdrawnAt.IsZero() || v.Stage != recruit.StageWaiting {
				t.Errorf("it is %+v", v.Delivery)
			}
		}
		records, err := h.apply.Consents(h.ctx, h.acme.admin, id)
		h.must(err)
		last := records[len(records)-1]
		if len(records) != 3 || last.Decision != recruit.Withdrawn || last.Text != "Consent to passing on" || last.Channel != "company" {
			t.Errorf("%d records, the last %+v", len(records), last)
		}
		if v := h.application(h.acme, id); v.Transfer.Decision != recruit.Withdrawn {
			t.Errorf("the newest word is %s", v.Transfer.Decision)
		}
	})
	t.Run("what is withdrawn never goes out again, whatever is bound", func(t *testing.T) {
		h := newHouse(t, open)
		p, conn := h.bound(h.acme)
		id := h.submitted(agreed(p.ID, "a@b.invalid"))
		_, err := h.apply.Withdraw(h.ctx, h.acme.admin, id)
		h.must(err)
		for _, job := range []recruit.RemoteJobID{"2", "1"} {
			_, _, err = h.process.Bind(h.ctx, h.acme.admin, p.ID, process.BindingChoice{Connection: conn, RemoteJob: job})
			h.must(err)
		}
		if d := h.application(h.acme, id).Delivery; d.State != recruit.DeliveryCancelled {
			t.Errorf("it is %s", d.State)
		}
	})
	t.Run("what is under way when it is withdrawn stays so, for the run to see", func(t *testing.T) {
		h := newHouse(t, open)
		p, conn := h.bound(h.acme)
		id := h.submitted(agreed(p.ID, "a@b.invalid"))
		h.attempting(conn, id)
		v, err := h.apply.Withdraw(h.ctx, h.acme.admin, id)
		h.must(err)
		if v.Delivery.State != recruit.DeliveryAttempting || v.WithdrawnAt.IsZero() {
			t.Errorf("it is %s", v.Delivery.State)
		}
	})
	t.Run("what is in the ATS or may be stays bound to where it was sent", func(t *testing.T) {
		for what, o := range map[string]delivery.Outcome{
			"under way":      {},
			"partly there":   {Verdict: delivery.Verdict{State: recruit.DeliveryNeedsAttention}, Certain: true, Receipt: connector.Receipt{Candidate: "c-1"}},
			"unknown":        {Verdict: delivery.Verdict{State: recruit.DeliveryUnanswered}},
			"perhaps there":  {Verdict: delivery.Verdict{State: recruit.DeliveryNeedsAttention}},
			"there":          {Verdict: delivery.Verdict{State: recruit.DeliveryDelivered}, Certain: true, Receipt: connector.Receipt{Candidate: "c-1", Complete: true}},
			"surely not yet": {Verdict: delivery.Verdict{State: recruit.DeliveryNeedsAttention}, Certain: true},
		} {
			h := newHouse(t, open)
			p, conn := h.bound(h.acme)
			id := h.submitted(agreed(p.ID, "a@b.invalid"))
			fence, want := h.attempting(conn, id), recruit.DeliveryAttempting
			if o.State != "" {
				o.Op, o.Kind, o.Started, o.Finished = "push", "x", h.clock.Now(), h.clock.Now()
				h.must(h.db.Settle(h.ctx, id, fence, o))
				want = o.State
			}
			_, err := h.process.Unbind(h.ctx, h.acme.admin, p.ID)
			h.must(err)
			d := h.application(h.acme, id).Delivery
			if what == "surely not yet" {
				if d.State != recruit.DeliveryNone || d.Connection != "" {
					t.Errorf("%s: it is %+v", what, d)
				}
				continue
			}
			if d.State != want || d.Connection != conn || d.RemoteJob != "1" {
				t.Errorf("%s: it is %+v", what, d)
			}
		}
	})
	t.Run("a suspicious one is released once, or discarded for good", func(t *testing.T) {
		h := newHouse(t, open)
		p, conn := h.bound(h.acme)
		var ids []recruit.ApplicationID
		for i := range 2 {
			s := h.paged(p.ID, fmt.Sprintf("a%d@b.invalid", i))
			s.Honeypot, s.ATSTransfer = "x", &apply.Choice{Decision: recruit.Given}
			ids = append(ids, h.submitted(s))
		}
		v, err := h.apply.Release(h.ctx, h.acme.admin, ids[0])
		h.must(err)
		if v.Delivery.State != recruit.DeliveryWaiting || v.Suspicious || v.Delivery.Connection != conn {
			t.Errorf("released it is %+v", v.Delivery)
		}
		_, err = h.apply.Release(h.ctx, h.acme.admin, ids[0])
		h.refused(err, "application_not_suspicious")
		v, err = h.apply.Discard(h.ctx, h.acme.admin, ids[1])
		h.must(err)
		if v.Delivery.State != recruit.DeliveryCancelled || v.Stage != recruit.StageNegative {
			t.Errorf("discarded it is %s at %s", v.Delivery.State, v.Stage)
		}
	})
	t.Run("rebinding does not let a suspicious one go", func(t *testing.T) {
		h := newHouse(t, open)
		p, conn := h.bound(h.acme)
		s := h.paged(p.ID, "a@b.invalid")
		s.Honeypot, s.ATSTransfer = "x", &apply.Choice{Decision: recruit.Given}
		id := h.submitted(s)
		_, err := h.process.Unbind(h.ctx, h.acme.admin, p.ID)
		h.must(err)
		_, _, err = h.process.Bind(h.ctx, h.acme.admin, p.ID, process.BindingChoice{Connection: conn, RemoteJob: "1"})
		h.must(err)
		if d := h.application(h.acme, id).Delivery; d.State != recruit.DeliveryHeld || d.Reason != "suspicious" {
			t.Errorf("it is %s %s", d.State, d.Reason)
		}
	})
}

// attempting puts the one due delivery of the connection under way, in a run
// with the fence that it returns.
func (h *house) attempting(conn recruit.ConnectionID, id recruit.ApplicationID) (fence int64) {
	h.t.Helper()
	now := h.clock.Now()
	fence, ok, err := h.db.AcquireLane(h.ctx, "conn:"+string(conn), "test", now, now.Add(time.Minute))
	h.must(err)
	if !ok {
		h.t.Fatal("the lane is held")
	}
	work, err := h.db.ClaimPushes(h.ctx, conn, fence, now, 1)
	h.must(err)
	if len(work) != 1 || h.application(h.acme, id).Delivery.State != recruit.DeliveryAttempting {
		h.t.Fatalf("%d claimed", len(work))
	}
	return fence
}
