package storetest

import (
	"errors"
	"strconv"
	"sync"
	"testing"
	"time"

	"handoff/internal/company"
	"handoff/internal/recruit"
	"handoff/internal/secret"
)

func signingIn(t *testing.T, open Open) {
	wrong := secret.New("incorrect horse")
	t.Run("the right password of an enabled user, whatever the case of the address", func(t *testing.T) {
		h := newHouse(t, open)
		u, err := h.company.SignIn(h.ctx, " Admin@ACME.invalid ", secret.New(password), "b")
		h.must(err)
		if u.ID != h.acme.admin.User || u.Role != recruit.RoleAdmin {
			t.Errorf("signed in as %+v", u)
		}
	})
	t.Run("unknown, wrong and disabled are refused alike", func(t *testing.T) {
		h := newHouse(t, open)
		c := h.user(h.acme, "gone@acme.invalid", recruit.RoleUser, "")
		off := true
		_, err := h.company.ChangeUser(h.ctx, h.acme.admin, c.User, company.UserChange{Disabled: &off})
		h.must(err)
		for _, try := range []struct {
			email string
			p     secret.String
		}{{"nobody@acme.invalid", secret.New(password)}, {"admin@acme.invalid", wrong}, {"gone@acme.invalid", secret.New(password)}} {
			_, err := h.company.SignIn(h.ctx, try.email, try.p, "b")
			h.refused(err, "sign_in_refused")
		}
		_, err = h.company.User(h.ctx, c.User)
		h.is(err, recruit.ErrNotFound)
	})
	t.Run("an account is closed to an address block after ten failures, not to its owner elsewhere, and opens with time", func(t *testing.T) {
		h := newHouse(t, open)
		for range 10 {
			_, err := h.company.SignIn(h.ctx, "admin@acme.invalid", wrong, "stranger")
			h.refused(err, "sign_in_refused")
		}
		_, err := h.company.SignIn(h.ctx, "admin@acme.invalid", secret.New(password), "stranger")
		h.refused(err, "sign_in_limited")
		_, err = h.company.SignIn(h.ctx, "admin@acme.invalid", secret.New(password), "home")
		h.must(err)
		h.clock.Advance(time.Minute)
		_, err = h.company.SignIn(h.ctx, "admin@acme.invalid", secret.New(password), "stranger")
		h.must(err)
	})
	t.Run("from however many blocks, an account is closed after two hundred failures", func(t *testing.T) {
		h := newHouse(t, open)
		for i := range 200 {
			_, err := h.company.SignIn(h.ctx, "admin@acme.invalid", wrong, "block "+strconv.Itoa(i))
			h.refused(err, "sign_in_refused")
		}
		_, err := h.company.SignIn(h.ctx, "admin@acme.invalid", secret.New(password), "fresh")
		h.refused(err, "sign_in_limited")
		h.clock.Advance(30 * time.Second)
		_, err = h.company.SignIn(h.ctx, "admin@acme.invalid", secret.New(password), "fresh")
		h.must(err)
	})
	t.Run("an address block is closed after thirty failures, whoever they were of", func(t *testing.T) {
		h := newHouse(t, open)
		for i := range 30 {
			_, err := h.company.SignIn(h.ctx, "nobody"+string(rune('a'+i))+"@acme.invalid", wrong, "b")
			h.refused(err, "sign_in_refused")
		}
		_, err := h.company.SignIn(h.ctx, "admin@acme.invalid", secret.New(password), "b")
		h.refused(err, "sign_in_limited")
		var p *recruit.Problem
		if errors.As(err, &p); p == nil || p.Args["retry_after"] == "" {
			t.Errorf("no retry_after: %v", err)
		}
		_, err = h.company.SignIn(h.ctx, "admin@acme.invalid", secret.New(password), "elsewhere")
		h.must(err)
	})
	t.Run("signing in with the right password is never limited", func(t *testing.T) {
		h := newHouse(t, open)
		for range 50 {
			_, err := h.company.SignIn(h.ctx, "admin@acme.invalid", secret.New(password), "b")
			h.must(err)
		}
	})
	t.Run("many at once do not slip past the limit together", func(t *testing.T) {
		h := newHouse(t, open)
		var wg sync.WaitGroup
		var mu sync.Mutex
		refused := 0
		for range 40 {
			wg.Go(func() {
				_, err := h.company.SignIn(h.ctx, "admin@acme.invalid", wrong, "b")
				var p *recruit.Problem
				mu.Lock()
				defer mu.Unlock()
				if errors.As(err, &p) && p.Code == "sign_in_refused" {
					refused++
				}
			})
		}
		wg.Wait()
		if refused != 10 {
			t.Errorf("%d guesses were answered, want 10", refused)
		}
	})
	t.Run("one's own password is changed against the present one", func(t *testing.T) {
		h := newHouse(t, open)
		next := secret.New("another long password")
		h.refused(h.company.ChangePassword(h.ctx, h.acme.admin, wrong, next), "sign_in_refused")
		h.must(h.company.ChangePassword(h.ctx, h.acme.admin, secret.New(password), next))
		_, err := h.company.SignIn(h.ctx, "admin@acme.invalid", secret.New(password), "b")
		h.refused(err, "sign_in_refused")
		_, err = h.company.SignIn(h.ctx, "admin@acme.invalid", next, "b")
		h.must(err)
	})
}
