package storetest

import (
	"strings"
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
		h.clock.Advance(time.Second)
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
