package storetest

import (
	"errors"
	"strings"
	"testing"

	"handoff/internal/apply"
	"handoff/internal/company"
	"handoff/internal/process"
	"handoff/internal/recruit"
	"handoff/internal/secret"
)

// otherCompanies asks every method that has a caller for what is another
// company's: none may answer, change anything, or tell that it exists.
func otherCompanies(t *testing.T, open Open) {
	h := newHouse(t, open)
	p, conn := h.bound(h.acme)
	s := agreed(p.ID, "a@b.invalid")
	s.CV = &apply.Upload{FileName: "cv.txt", Body: strings.NewReader("x")}
	app := h.submitted(s)
	token, _, err := h.company.IssueToken(h.ctx, h.acme.admin, company.NewToken{Name: "t", Role: recruit.RoleAdmin})
	h.must(err)
	events := len(h.kinds(h.acme, app))
	off := true
	choice := process.BindingChoice{Connection: conn, RemoteJob: "2"}
	calls := map[string]func(c recruit.Caller) error{
		"Company":      func(c recruit.Caller) error { _, err := h.company.Company(h.ctx, c, h.acme.ID); return err },
		"CompanyNamed": func(c recruit.Caller) error { _, err := h.company.CompanyNamed(h.ctx, c, "Acme"); return err },
		"Companies":    func(c recruit.Caller) error { _, err := h.company.Companies(h.ctx, c, recruit.List{}); return err },
		"AddUser": func(c recruit.Caller) error {
			_, err := h.company.AddUser(h.ctx, c, h.acme.ID, company.NewUser{Email: "x@y.invalid", Name: "X", Role: recruit.RoleUser, Password: secret.New(password)})
			return err
		},
		"ChangeUser": func(c recruit.Caller) error {
			_, err := h.company.ChangeUser(h.ctx, c, h.acme.admin.User, company.UserChange{Disabled: &off})
			return err
		},
		"SetPassword": func(c recruit.Caller) error {
			return h.company.SetPassword(h.ctx, c, h.acme.admin.User, secret.New(password))
		},
		"RevokeToken": func(c recruit.Caller) error { return h.company.RevokeToken(h.ctx, c, token.ID) },
		"Process":     func(c recruit.Caller) error { _, err := h.process.Get(h.ctx, c, p.ID); return err },
		"Save": func(c recruit.Caller) error {
			_, _, err := h.process.Save(h.ctx, c, p.ID, process.Edit{Details: details("x"), Revision: p.Revision})
			return err
		},
		"Bind":        func(c recruit.Caller) error { _, _, err := h.process.Bind(h.ctx, c, p.ID, choice); return err },
		"Unbind":      func(c recruit.Caller) error { _, err := h.process.Unbind(h.ctx, c, p.ID); return err },
		"Publish":     func(c recruit.Caller) error { _, err := h.process.Publish(h.ctx, c, p.ID); return err },
		"Close":       func(c recruit.Caller) error { _, err := h.process.Close(h.ctx, c, p.ID); return err },
		"Delete":      func(c recruit.Caller) error { return h.process.Delete(h.ctx, c, p.ID) },
		"Application": func(c recruit.Caller) error { _, err := h.apply.Get(h.ctx, c, app); return err },
		"Timeline":    func(c recruit.Caller) error { _, err := h.apply.Timeline(h.ctx, c, app); return err },
		"Consents":    func(c recruit.Caller) error { _, err := h.apply.Consents(h.ctx, c, app); return err },
		"OpenCV":      func(c recruit.Caller) error { _, _, err := h.apply.OpenCV(h.ctx, c, app); return err },
		"ChangeStage": func(c recruit.Caller) error {
			_, err := h.apply.ChangeStage(h.ctx, c, app, recruit.StageHired)
			return err
		},
		"Withdraw": func(c recruit.Caller) error { _, err := h.apply.Withdraw(h.ctx, c, app); return err },
		"Release":  func(c recruit.Caller) error { _, err := h.apply.Release(h.ctx, c, app); return err },
		"Discard":  func(c recruit.Caller) error { _, err := h.apply.Discard(h.ctx, c, app); return err },
		"Erase":    func(c recruit.Caller) error { return h.apply.Erase(h.ctx, c, app) },
	}
	callers := map[string]recruit.Caller{
		"another company's Admin": h.other.admin,
		"another company's token": {Company: h.other.ID, Token: "tok_x", Role: recruit.RoleAdmin},
		"another company's User":  h.user(h.other, "u@other.invalid", recruit.RoleUser, ""),
		"nobody":                  {},
		"a role that is none":     {Company: h.acme.ID, User: "usr_x", Role: "janitor"},
	}
	for who, c := range callers {
		for name, call := range calls {
			if err := call(c); !errors.Is(err, recruit.ErrNotFound) && !errors.Is(err, recruit.ErrForbidden) {
				t.Errorf("%s for %s: %v", name, who, err)
			}
		}
	}
	// The operator manages companies, and opens no candidate's data.
	for _, name := range []string{"Process", "Save", "Bind", "Unbind", "Publish", "Close", "Delete", "Application", "Timeline", "Consents", "OpenCV",
		"ChangeStage", "Withdraw", "Release", "Discard", "Erase"} {
		if err := calls[name](operator()); !errors.Is(err, recruit.ErrForbidden) {
			t.Errorf("%s for the operator: %v", name, err)
		}
	}
	lists := map[string]func(c recruit.Caller) (int, error){
		"Users": func(c recruit.Caller) (int, error) { l, err := h.company.Users(h.ctx, c); return len(l) - 2, err },
		"Tokens": func(c recruit.Caller) (int, error) {
			l, err := h.company.Tokens(h.ctx, c, recruit.List{})
			return len(l.Items), err
		},
		"Audit": func(c recruit.Caller) (int, error) {
			l, err := h.company.Audit(h.ctx, c, recruit.List{})
			return len(l.Items) - 3, err
		},
		"Processes": func(c recruit.Caller) (int, error) {
			l, err := h.process.List(h.ctx, c, process.Filter{})
			return len(l.Items), err
		},
		"Applications": func(c recruit.Caller) (int, error) {
			l, err := h.apply.List(h.ctx, c, apply.Filter{})
			return len(l.Items), err
		},
		"by e-mail": func(c recruit.Caller) (int, error) {
			l, err := h.apply.List(h.ctx, c, apply.Filter{Query: "a@b.invalid"})
			return len(l.Items), err
		},
	}
	for name, list := range lists {
		n, err := list(h.other.admin)
		if err != nil || n != 0 {
			t.Errorf("%s shows another company %d of what is not its own, %v", name, n, err)
		}
	}
	if x, err := h.company.Clause(h.ctx, h.other.admin); err != nil || strings.Contains(x.EN, "Acme") {
		t.Errorf("the clause is %v, %v", x.ID, err)
	}
	v, err := h.process.Get(h.ctx, h.acme.admin, p.ID)
	h.must(err)
	if got := len(h.kinds(h.acme, app)); got != events || v.Revision != p.Revision || v.Binding.RemoteJob != "1" {
		t.Error("one of the refused calls changed something")
	}
}
