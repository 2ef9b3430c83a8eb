package storetest

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"handoff/internal/company"
	"handoff/internal/recruit"
	"handoff/internal/secret"
)

func companies(t *testing.T, open Open) {
	t.Run("the operator is set up once", func(t *testing.T) {
		h := newHouse(t, open)
		needs, err := h.company.NeedsSetup(h.ctx)
		h.must(err)
		if needs {
			t.Error("setup is asked for although there is an Admin")
		}
		one := company.NewUser{Email: "Op@Platform.invalid", Name: "Op", Password: secret.New(password)}
		u, err := h.company.SetupOperator(h.ctx, one)
		h.must(err)
		if u.Company != "" || u.Role != recruit.RoleOperator || u.Email != "op@platform.invalid" {
			t.Errorf("the operator is %+v", u)
		}
		one.Email = "op2@platform.invalid"
		_, err = h.company.SetupOperator(h.ctx, one)
		h.refused(err, "setup_done")
	})
	t.Run("a company starts with a filled clause in both languages", func(t *testing.T) {
		h := newHouse(t, open)
		c, err := h.company.CreateCompany(h.ctx, operator(), " Łąka & Synowie ", "", "")
		h.must(err)
		if c.Name != "Łąka & Synowie" || c.TimeZone != "Europe/Warsaw" || c.Locale != "pl" {
			t.Errorf("the company is %+v", c)
		}
		x, err := h.db.Clause(h.ctx, c.ID)
		h.must(err)
		if x.Version != 1 || !strings.Contains(x.PL, "Łąka & Synowie") || !strings.Contains(x.EN, "Łąka & Synowie") || strings.Contains(x.PL+x.EN, "{") {
			t.Errorf("the clause is version %d: %.80s", x.Version, x.EN)
		}
	})
	t.Run("only the operator makes and lists companies", func(t *testing.T) {
		h := newHouse(t, open)
		_, err := h.company.CreateCompany(h.ctx, h.acme.admin, "Mine", "", "")
		h.is(err, recruit.ErrForbidden)
		_, err = h.company.Companies(h.ctx, h.acme.admin, recruit.List{})
		h.is(err, recruit.ErrForbidden)
		page, err := h.company.Companies(h.ctx, operator(), recruit.List{Limit: 1})
		h.must(err)
		if len(page.Items) != 1 || page.Next == "" {
			t.Fatalf("the first page is %+v", page)
		}
		page, err = h.company.Companies(h.ctx, operator(), recruit.List{Limit: 1, Cursor: page.Next})
		h.must(err)
		if len(page.Items) != 1 || page.Next != "" {
			t.Errorf("the last page is %+v", page)
		}
		found, err := h.company.CompanyNamed(h.ctx, operator(), "Acme")
		h.must(err)
		if found.ID != h.acme.ID {
			t.Errorf("found %s", found.ID)
		}
	})
	t.Run("a bad company is refused field by field", func(t *testing.T) {
		h := newHouse(t, open)
		_, err := h.company.CreateCompany(h.ctx, operator(), " ", "Mars/Olympus", "de")
		h.invalid(err, "name required", "time_zone malformed", "locale not_allowed")
	})
	t.Run("an address signs in to one place only", func(t *testing.T) {
		h := newHouse(t, open)
		_, err := h.company.AddUser(h.ctx, h.acme.admin, h.acme.ID, company.NewUser{Email: " ADMIN@other.invalid", Name: "X", Role: recruit.RoleUser, Password: secret.New(password)})
		h.refused(err, "email_taken")
	})
	t.Run("passwords have 12 to 200 characters", func(t *testing.T) {
		h := newHouse(t, open)
		for n, ok := range map[int]bool{0: false, 11: false, 12: true, 200: true, 201: false} {
			u := company.NewUser{Email: "u" + strings.Repeat("x", n%50) + "@acme.invalid", Name: "X", Role: recruit.RoleUser, Password: secret.New(strings.Repeat("ż", n))}
			if _, err := h.company.AddUser(h.ctx, h.acme.admin, "", u); (err == nil) != ok {
				t.Errorf("%d characters: %v", n, err)
			}
		}
	})
	t.Run("a supervisor is a Manager or Admin of the same company", func(t *testing.T) {
		h := newHouse(t, open)
		manager := h.user(h.acme, "m@acme.invalid", recruit.RoleManager, "")
		user := h.user(h.acme, "u@acme.invalid", recruit.RoleUser, manager.User)
		for _, s := range []recruit.UserID{user.User, h.other.admin.User, "usr_none"} {
			_, err := h.company.AddUser(h.ctx, h.acme.admin, "", company.NewUser{Email: "v@acme.invalid", Name: "X", Role: recruit.RoleUser, Supervisor: s, Password: secret.New(password)})
			h.invalid(err, "supervisor not_allowed")
		}
	})
	t.Run("nobody becomes an operator through a company, and the last Admin stays", func(t *testing.T) {
		h := newHouse(t, open)
		_, err := h.company.AddUser(h.ctx, h.acme.admin, "", company.NewUser{Email: "o@acme.invalid", Name: "X", Role: recruit.RoleOperator, Password: secret.New(password)})
		h.invalid(err, "role not_allowed")
		off, role := true, recruit.RoleUser
		_, err = h.company.ChangeUser(h.ctx, h.acme.admin, h.acme.admin.User, company.UserChange{Disabled: &off})
		h.refused(err, "last_admin")
		_, err = h.company.ChangeUser(h.ctx, h.acme.admin, h.acme.admin.User, company.UserChange{Role: &role})
		h.refused(err, "last_admin")
		if _, err := h.company.User(h.ctx, h.acme.admin.User); err != nil {
			t.Errorf("the refused change took effect: %v", err)
		}
	})
	t.Run("what an Admin does is in the audit", func(t *testing.T) {
		h := newHouse(t, open)
		u := h.user(h.acme, "u@acme.invalid", recruit.RoleUser, "")
		h.clock.pass(time.Second)
		_, err := h.company.SaveClause(h.ctx, h.acme.admin, "nowa", "new")
		h.must(err)
		page, err := h.company.Audit(h.ctx, h.acme.admin, recruit.List{})
		h.must(err)
		if len(page.Items) != 4 || page.Items[0].Action != "clause.saved" || page.Items[0].Actor != string(h.acme.admin.User) {
			t.Fatalf("the audit is %+v", page.Items)
		}
		for _, r := range page.Items {
			if strings.Contains(r.Actor+r.Object, "@") {
				t.Errorf("an address in the audit: %+v", r)
			}
		}
		_, err = h.company.Audit(h.ctx, u, recruit.List{})
		h.is(err, recruit.ErrForbidden)
	})
}

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
	t.Run("an account is closed after ten failures, and opens with time", func(t *testing.T) {
		h := newHouse(t, open)
		for i := range 10 {
			_, err := h.company.SignIn(h.ctx, "admin@acme.invalid", wrong, "block "+string(rune('a'+i)))
			h.refused(err, "sign_in_refused")
		}
		_, err := h.company.SignIn(h.ctx, "admin@acme.invalid", secret.New(password), "fresh")
		h.refused(err, "sign_in_limited")
		h.clock.pass(time.Minute)
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
		h.clock.pass(time.Hour - time.Millisecond)
		_, err = h.company.Authenticate(h.ctx, plain)
		h.must(err)
		h.clock.pass(time.Millisecond)
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
			h.clock.pass(step)
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
		h.clock.pass(time.Second)
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
