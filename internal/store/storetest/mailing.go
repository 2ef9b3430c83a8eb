package storetest

import (
	"slices"
	"testing"
	"time"

	"handoff/internal/apply"
	"handoff/internal/notify"
	"handoff/internal/recruit"
	"handoff/internal/secret"
)

// link is a capability of an application, as one of its mails carries it.
func (h *house) link(app recruit.ApplicationID) secret.String {
	h.t.Helper()
	list, err := h.db.Outbox(h.ctx, "", "", 100)
	h.must(err)
	for _, m := range list {
		if m.Application == app {
			l := secret.New(recruit.RandomToken(32))
			h.must(h.db.OpenMail(h.ctx, notify.Opening{Mail: m.ID, By: "usr_operator", Reason: "candidate_asked", At: h.clock.Now(), Link: l}))
			return l
		}
	}
	h.t.Fatal("no mail was planned")
	return secret.String{}
}

// again is the repeated submission that waits for a word.
func (h *house) again(l secret.String) recruit.ApplicationID {
	h.t.Helper()
	o, err := h.db.OwnPage(h.ctx, l, h.clock.Now())
	h.must(err)
	if len(o.Again) != 1 {
		h.t.Fatalf("%d repeated submissions wait", len(o.Again))
	}
	return o.Again[0].ID
}

func mailing(t *testing.T, open Open) {
	t.Run("what was refused and then agreed to goes on once the mailbox confirms it", func(t *testing.T) {
		h := newHouse(t, open)
		p, conn := h.bound(h.acme)
		h.must(h.db.Checked(h.ctx, conn, recruit.Account{ID: "acct-1"}, h.clock.Now()))
		s := submission(p.ID, "a@b.invalid")
		s.ATSTransfer = &apply.Choice{Decision: recruit.Refused, Version: 1}
		id := h.submitted(s)
		h.clock.Advance(time.Minute)
		h.submitted(agreed(p.ID, "A@b.invalid"))
		if v := h.application(h.acme, id); v.Delivery.State != recruit.DeliveryWithheld || v.Transfer.Decision != recruit.Refused {
			t.Fatalf("before: %+v", v.Delivery)
		}
		l := h.link(id)
		rung := h.rung()
		h.must(h.db.ConfirmAgain(h.ctx, l, h.again(l), h.clock.Now()))
		v := h.application(h.acme, id)
		if v.Delivery.State != recruit.DeliveryWaiting || v.Transfer.Decision != recruit.Given || v.Candidate.Email != "A@b.invalid" {
			t.Errorf("after: %+v, %+v", v.Delivery, v.Transfer)
		}
		if !slices.Contains(*rung, "conn:"+string(conn)) {
			t.Errorf("rung: %v", *rung)
		}
		if k := h.kinds(h.acme, id); k[len(k)-2] != "resubmission_confirmed" || k[len(k)-1] != "delivery.waiting" {
			t.Errorf("its history is %v", k)
		}
	})
	t.Run("nothing is exchanged under an attempt, and what the ATS has stays delivered", func(t *testing.T) {
		h := newHouse(t, open)
		p, conn := h.bound(h.acme)
		h.must(h.db.Checked(h.ctx, conn, recruit.Account{ID: "acct-1"}, h.clock.Now()))
		id := h.submitted(agreed(p.ID, "a@b.invalid"))
		h.clock.Advance(time.Minute)
		h.submitted(agreed(p.ID, "a@b.invalid"))
		l := h.link(id)
		fence, _, err := h.db.AcquireLane(h.ctx, "conn:"+string(conn), "run", h.clock.Now(), h.clock.Now().Add(time.Minute))
		h.must(err)
		if w, err := h.db.ClaimPushes(h.ctx, conn, fence, h.clock.Now(), 1); err != nil || len(w) != 1 {
			t.Fatalf("%d claimed (%v)", len(w), err)
		}
		h.refused(h.db.ConfirmAgain(h.ctx, l, h.again(l), h.clock.Now()), "delivery_under_way")
		if _, err := h.db.OwnPage(h.ctx, l, h.clock.Now()); err != nil {
			t.Error(err)
		}
	})
	t.Run("a link opens one application, and nothing after erasure", func(t *testing.T) {
		h := newHouse(t, open)
		p := h.opened(h.acme.admin, "One")
		one, two := h.submitted(submission(p.ID, "a@b.invalid")), h.submitted(submission(p.ID, "b@b.invalid"))
		l, other := h.link(one), h.link(two)
		h.clock.Advance(time.Minute)
		h.submitted(submission(p.ID, "b@b.invalid"))
		h.is(h.db.ConfirmAgain(h.ctx, l, h.again(other), h.clock.Now()), recruit.ErrConflict)
		h.is(h.db.DismissAgain(h.ctx, l, h.again(other), h.clock.Now()), recruit.ErrConflict)
		h.must(h.apply.Erase(h.ctx, h.acme.admin, one))
		_, err := h.db.OwnPage(h.ctx, l, h.clock.Now())
		h.is(err, recruit.ErrNotFound)
		h.is(h.db.WithdrawOwn(h.ctx, l, h.clock.Now()), recruit.ErrNotFound)
		if _, err := h.db.OwnPage(h.ctx, other, h.clock.Now()); err != nil {
			t.Error(err)
		}
	})
}
