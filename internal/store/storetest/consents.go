package storetest

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"handoff/internal/apply"
	"handoff/internal/process"
	"handoff/internal/recruit"
)

func consent(t *testing.T, open Open) {
	t.Run("each decision about the transfer decides the delivery and is kept word for word", func(t *testing.T) {
		h := newHouse(t, open)
		p, conn := h.bound(h.acme)
		choice := func(d recruit.Decision) *apply.Choice { return &apply.Choice{Decision: d, Version: 1} }
		for i, c := range []struct {
			choice  *apply.Choice
			token   bool
			kept    recruit.Decision
			state   recruit.DeliveryState
			reason  string
			assumed bool
		}{
			{choice(recruit.Given), false, recruit.Given, "waiting", "", true},
			{choice(recruit.Given), true, recruit.Given, "waiting", "", false},
			{choice(recruit.Refused), true, recruit.Refused, "withheld", "consent_refused", false},
			{choice(recruit.NoStatement), true, recruit.NoStatement, "withheld", "consent_refused", false},
			{nil, true, recruit.NoStatement, "withheld", "consent_refused", false},
			{nil, false, recruit.NotAsked, "withheld", "consent_not_asked", true},
		} {
			email := fmt.Sprintf("c%d@b.invalid", i)
			s := submission(p.ID, email)
			if c.token {
				s = h.paged(p.ID, email)
				s.AddrBlock = email
			}
			s.ATSTransfer = c.choice
			v := h.application(h.acme, h.submitted(s))
			r := v.Transfer
			if v.Delivery.State != c.state || v.Delivery.Reason != c.reason {
				t.Errorf("%d: the delivery is %s %s", i, v.Delivery.State, v.Delivery.Reason)
			}
			if r.Decision != c.kept || r.Asserted != c.assumed || r.Connection != conn || r.AccountID != "acct-1" || r.RemoteJob != "1" || len(r.SHA256) != 64 {
				t.Errorf("%d: the record is %+v", i, r)
			}
			if want := map[bool]string{true: "Zgoda na przekazanie", false: "Consent to passing on"}[c.token]; r.Text != want {
				t.Errorf("%d: the text is %q", i, r.Text)
			}
		}
	})
	t.Run("a version that is not the current one is outdated", func(t *testing.T) {
		h := newHouse(t, open)
		p, _ := h.bound(h.acme)
		for _, wrong := range []int{0, 2} {
			s := agreed(p.ID, "a@b.invalid")
			s.ATSTransfer.Version = wrong
			_, err := h.apply.Submit(h.ctx, s)
			h.refused(err, "consent_outdated")
			s = submission(p.ID, "a@b.invalid")
			s.Clause.Version = wrong
			_, err = h.apply.Submit(h.ctx, s)
			h.refused(err, "consent_outdated")
		}
	})
	t.Run("a form that was shown before a text was replaced is outdated", func(t *testing.T) {
		h := newHouse(t, open)
		p, _ := h.bound(h.acme)
		s := h.paged(p.ID, "a@b.invalid")
		s.Clause.Version = 0 // the token knows
		_, err := h.company.SaveClause(h.ctx, h.acme.admin, "nowa", "new")
		h.must(err)
		_, err = h.apply.Submit(h.ctx, s)
		h.refused(err, "consent_outdated")
	})
	t.Run("a form that was shown before the process was bound is outdated", func(t *testing.T) {
		h := newHouse(t, open)
		p := h.opened(h.acme.admin, "One")
		s := h.paged(p.ID, "a@b.invalid")
		conn := h.connected(h.acme, "production", "acct-1")
		_, _, err := h.process.Bind(h.ctx, h.acme.admin, p.ID, process.BindingChoice{Connection: conn, RemoteJob: "1"})
		h.must(err)
		_, err = h.apply.Submit(h.ctx, s)
		h.refused(err, "consent_outdated")
	})
	t.Run("a decision about what is not asked is outdated", func(t *testing.T) {
		h := newHouse(t, open)
		_, err := h.apply.Submit(h.ctx, agreed(h.opened(h.acme.admin, "One").ID, "a@b.invalid"))
		h.refused(err, "consent_outdated")
	})
	t.Run("the clause must have been read", func(t *testing.T) {
		h := newHouse(t, open)
		s := submission(h.opened(h.acme.admin, "One").ID, "a@b.invalid")
		s.Clause.Decision = recruit.Refused
		_, err := h.apply.Submit(h.ctx, s)
		h.invalid(err, "consent.clause required")
	})
	t.Run("a page's form works for 24 hours and for its own process", func(t *testing.T) {
		h := newHouse(t, open)
		p, q := h.opened(h.acme.admin, "One"), h.opened(h.acme.admin, "Two")
		s := h.paged(p.ID, "a@b.invalid")
		for _, token := range []string{"", "x", s.FormToken + "x", s.FormToken[:20]} {
			bad := s
			bad.FormToken = token
			_, err := h.apply.Submit(h.ctx, bad)
			h.refused(err, "form_expired")
		}
		foreign := s
		foreign.Process = q.ID
		_, err := h.apply.Submit(h.ctx, foreign)
		h.refused(err, "form_expired")
		h.clock.Advance(24*time.Hour - time.Minute)
		h.submitted(s)
		h.clock.Advance(time.Millisecond)
		s.Candidate.Email = "b@b.invalid"
		_, err = h.apply.Submit(h.ctx, s)
		h.refused(err, "form_expired")
	})
	t.Run("the consent for future recruitments is asked when the company wants it", func(t *testing.T) {
		h := newHouse(t, open)
		p, err := h.process.Create(h.ctx, h.acme.admin, details("One"))
		h.must(err)
		_, _, err = h.process.Save(h.ctx, h.acme.admin, p.ID, process.Edit{Details: details("One"), Customization: recruit.Customization{FutureMonths: 12}, Revision: p.Revision})
		h.must(err)
		_, err = h.process.Publish(h.ctx, h.acme.admin, p.ID)
		h.must(err)
		s := h.paged(p.ID, "a@b.invalid")
		s.Future = &apply.Choice{Decision: recruit.Given}
		id := h.submitted(s)
		records, err := h.apply.Consents(h.ctx, h.acme.admin, id)
		h.must(err)
		if len(records) != 2 {
			t.Fatalf("%d records", len(records))
		}
		for _, r := range records {
			if r.Purpose == recruit.PurposeFuture && (r.ValidMonths != 12 || !strings.Contains(r.Text, "12 mies") || r.Decision != recruit.Given) {
				t.Errorf("the record is %+v", r)
			}
		}
	})
	t.Run("a consent from before the account was known covers it, and no other", func(t *testing.T) {
		h := newHouse(t, open)
		p, conn := h.opened(h.acme.admin, "One"), h.connected(h.acme, "production", "")
		bind := func(job recruit.RemoteJobID) {
			h.clock.Advance(time.Minute)
			_, _, err := h.process.Bind(h.ctx, h.acme.admin, p.ID, process.BindingChoice{Connection: conn, RemoteJob: job})
			h.must(err)
		}
		bind("1")
		id := h.submitted(agreed(p.ID, "a@b.invalid"))
		h.must(h.db.Checked(h.ctx, conn, recruit.Account{ID: "acct-7"}, h.clock.Now()))
		bind("2")
		bind("1")
		if d := h.application(h.acme, id).Delivery; d.State != recruit.DeliveryWaiting {
			t.Errorf("the delivery is %s %s", d.State, d.Reason)
		}
	})
}
