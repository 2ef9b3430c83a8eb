package web

import (
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"net/http"
	"strings"
	"sync"
	"time"

	"handoff/internal/company"
	"handoff/internal/recruit"
	"handoff/internal/secret"
	"handoff/internal/web/page"
)

// setupOpen tells whether the first run is still to be done. Afterwards the
// page does not exist.
func (v *visit) setupOpen() (code string, err error) {
	if v.web.o.SetupCode == nil {
		return "", recruit.ErrNotFound
	}
	code, ok := v.web.o.SetupCode()
	if !ok || code == "" {
		return "", recruit.ErrNotFound
	}
	needed, err := v.web.o.Company.NeedsSetup(v.r.Context())
	if err != nil {
		return "", err
	}
	if !needed {
		return "", recruit.ErrNotFound
	}
	return code, nil
}

func (v *visit) setupPage() error {
	if _, err := v.setupOpen(); err != nil {
		return err
	}
	return v.showSetup(http.StatusOK, page.SetupForm{Errors: page.NewErrors(v.say, nil)})
}

func (v *visit) showSetup(status int, f page.SetupForm) error {
	v.w.Header().Set("Cache-Control", "no-store")
	return v.show(status, page.Setup(v.shell(v.say.T("setup.title"), "sign-in"), f))
}

// setup makes the operator against the one-time code.
func (v *visit) setup() error {
	code, err := v.setupOpen()
	if err != nil {
		return err
	}
	if err := v.form(); err != nil {
		return err
	}
	in := v.r.PostForm
	f := page.SetupForm{Name: in.Get("name"), Email: in.Get("email"), Errors: page.NewErrors(v.say, nil)}
	if !same(code, strings.TrimSpace(in.Get("code"))) {
		// Whoever guesses keeps nobody out who has the code.
		if !v.web.guesses.allow() {
			f.Problem = v.say.Code("problem", "too_many_requests", nil)
			return v.showSetup(http.StatusTooManyRequests, f)
		}
		f.Problem = v.say.T("setup.wrong_code")
		return v.showSetup(http.StatusForbidden, f)
	}
	user, err := v.web.o.Company.SetupOperator(v.r.Context(), company.NewUser{Email: f.Email, Name: f.Name,
		Role: recruit.RoleOperator, Password: secret.New(in.Get("password")), Locale: v.say.Lang})
	var invalid *recruit.Invalid
	if errors.As(err, &invalid) {
		f.Errors = page.NewErrors(v.say, invalid)
		return v.showSetup(http.StatusUnprocessableEntity, f)
	}
	if err != nil {
		return err
	}
	if v.web.o.SetupDone != nil {
		v.web.o.SetupDone()
	}
	if err := v.begin(user); err != nil {
		return err
	}
	return v.goTo("/operator/companies")
}

// same compares in a time that tells nothing of either.
func same(a, b string) bool {
	x, y := sha256.Sum256([]byte(a)), sha256.Sum256([]byte(b))
	return subtle.ConstantTimeCompare(x[:], y[:]) == 1
}

// guesses bounds how often a wrong one-time code is answered as such: ten times
// a minute in the whole installation, which has one first run.
type guesses struct {
	now  func() time.Time
	mu   sync.Mutex
	from time.Time
	n    int
}

func newGuesses(now func() time.Time) *guesses { return &guesses{now: now} }

func (g *guesses) allow() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if now := g.now(); now.Sub(g.from) >= time.Minute {
		g.from, g.n = now, 0
	}
	g.n++
	return g.n <= 10
}
