package storetest

import (
	"fmt"
	"testing"
	"time"

	"handoff/internal/apply"
	"handoff/internal/recruit"
)

func limits(t *testing.T, open Open) {
	// many submits n pages, each with its own address, block and e-mail as
	// vary says, and returns the views in order.
	many := func(h *house, n int, vary func(i int, s *apply.Submission)) []recruit.ApplicationID {
		p := h.opened(h.acme.admin, "One")
		s := h.paged(p.ID, "")
		ids := make([]recruit.ApplicationID, n)
		for i := range ids {
			s.Candidate.Email, s.AddrBlock = fmt.Sprintf("a%d@b.invalid", i), fmt.Sprint("block ", i)
			vary(i, &s)
			ids[i] = h.submitted(s)
		}
		return ids
	}
	t.Run("twenty from one block are usual, the next is suspicious, and it passes with time", func(t *testing.T) {
		h := newHouse(t, open)
		ids := many(h, 21, func(i int, s *apply.Submission) { s.AddrBlock = "b" })
		for i, id := range ids {
			if got := h.application(h.acme, id).Suspicious; got != (i == 20) {
				t.Errorf("the %d. is suspicious: %t", i+1, got)
			}
		}
		h.clock.Advance(time.Hour)
		s := h.paged(h.application(h.acme, ids[0]).Process, "later@b.invalid")
		s.AddrBlock = "b"
		if h.application(h.acme, h.submitted(s)).Suspicious {
			t.Error("an hour later it is still suspicious")
		}
	})
	t.Run("far above it is refused with when to come back", func(t *testing.T) {
		h := newHouse(t, open)
		p := h.opened(h.acme.admin, "One")
		s := h.paged(p.ID, "a@b.invalid")
		s.Clause = nil // invalid, so that only attempts count
		for range 300 {
			_, err := h.apply.Submit(h.ctx, s)
			h.invalid(err, "consent.clause required")
		}
		_, err := h.apply.Submit(h.ctx, s)
		h.refused(err, "too_many_requests")
		s.Channel, s.Clause = "api", &apply.Choice{Decision: recruit.Given}
		h.submitted(s) // an API token is answerable for what it sends
	})
	t.Run("three of one address are usual, the thirty-first is refused", func(t *testing.T) {
		h := newHouse(t, open)
		var ids []recruit.ApplicationID
		for i := range 31 {
			s := h.paged(h.opened(h.acme.admin, fmt.Sprint(i)).ID, "a@b.invalid")
			h.clock.Advance(-time.Minute)
			s.AddrBlock = fmt.Sprint(i)
			f, err := h.apply.Form(h.ctx, s.Process, "", "pl")
			h.must(err)
			s.FormToken = f.Token
			r, err := h.apply.Submit(h.ctx, s)
			if i == 30 {
				h.refused(err, "too_many_requests")
				break
			}
			h.must(err)
			ids = append(ids, r.Application)
		}
		if len(ids) != 30 {
			t.Errorf("%d were accepted", len(ids))
		}
	})
	t.Run("a machine's honeypot and speed make it suspicious, and nothing of it goes out", func(t *testing.T) {
		h := newHouse(t, open)
		p, _ := h.bound(h.acme)
		filled := h.paged(p.ID, "a@b.invalid")
		filled.Honeypot = "buy"
		quick := h.paged(p.ID, "b@b.invalid")
		human := h.paged(p.ID, "c@b.invalid")
		f, err := h.apply.Form(h.ctx, p.ID, "", "pl")
		h.must(err)
		quick.FormToken, human.FormToken = f.Token, f.Token
		filled.AddrBlock, quick.AddrBlock = "1", "2"
		for i, s := range []apply.Submission{quick, filled, human} {
			if i == 1 {
				h.clock.Advance(2 * time.Second)
			} else if i == 0 {
				h.clock.Advance(2*time.Second - time.Millisecond)
			}
			s.ATSTransfer = &apply.Choice{Decision: recruit.Given}
			v := h.application(h.acme, h.submitted(s))
			want := recruit.DeliveryHeld
			if i == 2 {
				want = recruit.DeliveryWaiting
			}
			if v.Delivery.State != want || v.Suspicious != (i < 2) || i < 2 && (v.Delivery.Reason != "suspicious" || v.Delivery.Turn != recruit.TurnRecruiter) {
				t.Errorf("%d: %+v", i, v.Delivery)
			}
		}
	})
}
