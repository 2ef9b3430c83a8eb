package storetest

import (
	"strings"
	"testing"
	"time"

	"handoff/internal/company"
	"handoff/internal/recruit"
	"handoff/internal/secret"
)

func tokens(t *testing.T, open Open) {
	t.Run("a token speaks for its company with its role until it is revoked", func(t *testing.T) {
		h := newHouse(t, open)
		k, plain, err := h.company.IssueToken(h.ctx, h.acme.admin, company.NewToken{Name: "platform", Role: recruit.RoleManager})
		h.must(err)
		if p := plain.Reveal(); len(p) != 60 || !strings.HasPrefix(p, "handoff_") || !strings.HasPrefix(p, k.Prefix) {
			t.Error("the token is not handoff_ and 52 characters")
		}
		c, err := h.company.Authenticate(h.ctx, plain)
		h.must(err)
		if c != (recruit.Caller{Company: h.acme.ID, Token: k.ID, Role: recruit.RoleManager}) {
			t.Errorf("it speaks for %+v", c)
		}
		h.must(h.company.RevokeToken(h.ctx, h.acme.admin, k.ID))
		h.must(h.company.RevokeToken(h.ctx, h.acme.admin, k.ID))
		_, err = h.company.Authenticate(h.ctx, plain)
		h.is(err, recruit.ErrNotFound)
	})
	t.Run("it ends at its expiry", func(t *testing.T) {
		h := newHouse(t, open)
		_, plain, err := h.company.IssueToken(h.ctx, h.acme.admin, company.NewToken{Name: "p", Role: recruit.RoleUser, Lives: time.Hour})
		h.must(err)
		h.clock.Advance(time.Hour - time.Millisecond)
		_, err = h.company.Authenticate(h.ctx, plain)
		h.must(err)
		h.clock.Advance(time.Millisecond)
		_, err = h.company.Authenticate(h.ctx, plain)
		h.is(err, recruit.ErrNotFound)
	})
	t.Run("it lives an hour to five years", func(t *testing.T) {
		h := newHouse(t, open)
		year := 365 * 24 * time.Hour
		for lives, ok := range map[time.Duration]bool{time.Hour - 1: false, time.Hour: true, 0: true, 5 * year: true, 5*year + 1: false} {
			_, _, err := h.company.IssueToken(h.ctx, h.acme.admin, company.NewToken{Name: "p", Role: recruit.RoleUser, Lives: lives})
			if (err == nil) != ok {
				t.Errorf("%s: %v", lives, err)
			}
		}
	})
	t.Run("nobody makes a stronger one than himself, and only Admins and the operator make any", func(t *testing.T) {
		h := newHouse(t, open)
		manager := h.user(h.acme, "m@acme.invalid", recruit.RoleManager, "")
		_, _, err := h.company.IssueToken(h.ctx, manager, company.NewToken{Name: "p", Role: recruit.RoleUser})
		h.is(err, recruit.ErrForbidden)
		_, _, err = h.company.IssueToken(h.ctx, h.acme.admin, company.NewToken{Name: "p", Role: recruit.RoleOperator})
		h.is(err, recruit.ErrForbidden)
		_, plain, err := h.company.IssueToken(h.ctx, operator(), company.NewToken{Name: "ops", Role: recruit.RoleOperator})
		h.must(err)
		c, err := h.company.Authenticate(h.ctx, plain)
		h.must(err)
		if !c.IsOperator() {
			t.Errorf("the operator's token speaks for %+v", c)
		}
	})
	t.Run("what is not a token is not found", func(t *testing.T) {
		h := newHouse(t, open)
		for _, s := range []string{"", "handoff_", "handoff_" + strings.Repeat("0", 52), strings.Repeat("x", 60)} {
			_, err := h.company.Authenticate(h.ctx, secret.New(s))
			h.is(err, recruit.ErrNotFound)
		}
	})
	t.Run("its last use is told to the minute", func(t *testing.T) {
		h := newHouse(t, open)
		_, plain, err := h.company.IssueToken(h.ctx, h.acme.admin, company.NewToken{Name: "p", Role: recruit.RoleUser})
		h.must(err)
		first := h.clock.Now()
		for _, step := range []time.Duration{0, 59 * time.Second} {
			h.clock.Advance(step)
			_, err = h.company.Authenticate(h.ctx, plain)
			h.must(err)
		}
		used := func() time.Time {
			page, err := h.company.Tokens(h.ctx, h.acme.admin, recruit.List{})
			h.must(err)
			return page.Items[0].LastUsedAt
		}
		if !used().Equal(first) {
			t.Errorf("last used %s, want %s", used(), first)
		}
		h.clock.Advance(time.Second)
		_, err = h.company.Authenticate(h.ctx, plain)
		h.must(err)
		if !used().Equal(h.clock.Now()) {
			t.Errorf("last used %s, want %s", used(), h.clock.Now())
		}
	})
}

func clauses(t *testing.T, open Open) {
	t.Run("a change is a new version, and the same text is none", func(t *testing.T) {
		h := newHouse(t, open)
		x, err := h.company.SaveClause(h.ctx, h.acme.admin, "Klauzula\r\ndruga", "Clause\ntwo")
		h.must(err)
		if x.Version != 2 || x.PL != "Klauzula\ndruga" {
			t.Errorf("saved %+v", x)
		}
		same, err := h.company.SaveClause(h.ctx, h.acme.admin, "Klauzula\ndruga ", "Clause\r\ntwo")
		h.must(err)
		if same.Version != 2 || same.ID != x.ID {
			t.Errorf("the same text became %+v", same)
		}
	})
	t.Run("neither language is empty or over 20,000 characters", func(t *testing.T) {
		h := newHouse(t, open)
		_, err := h.company.SaveClause(h.ctx, h.acme.admin, " ", strings.Repeat("ż", 20_001))
		h.invalid(err, "texts.pl required", "texts.en too_long")
		_, err = h.company.SaveClause(h.ctx, h.acme.admin, "x", strings.Repeat("ż", 20_000))
		h.must(err)
	})
	t.Run("only an Admin changes it, everybody of the company reads it", func(t *testing.T) {
		h := newHouse(t, open)
		u := h.user(h.acme, "u@acme.invalid", recruit.RoleUser, "")
		_, err := h.company.SaveClause(h.ctx, u, "x", "y")
		h.is(err, recruit.ErrForbidden)
		_, err = h.company.Clause(h.ctx, u)
		h.must(err)
	})
}
