package company

import (
	"context"
	"errors"
	"fmt"
	"net/mail"
	"strings"
	"unicode/utf8"

	"handoff/internal/recruit"
	"handoff/internal/secret"
)

// NewUser is a person to add.
type NewUser struct {
	Email, Name string
	Role        recruit.Role
	Supervisor  recruit.UserID
	Password    secret.String // 12 to 200 characters
	Locale      string
}

// NeedsSetup tells whether there is no operator and no Admin yet.
func (e *Engine) NeedsSetup(ctx context.Context) (bool, error) {
	staffed, err := e.Store.Staffed(ctx)
	return !staffed, err
}

// SetupOperator creates the operator, once: Problem setup_done afterwards. The
// one-time code is checked by the caller (the first-run page), which owns its
// file.
func (e *Engine) SetupOperator(ctx context.Context, u NewUser) (recruit.User, error) {
	u.Role, u.Supervisor = recruit.RoleOperator, ""
	v := &recruit.Invalid{}
	a := e.account(v, "", u, "")
	if err := v.OrNil(); err != nil {
		return recruit.User{}, err
	}
	if err := e.seal(ctx, &a, u.Password); err != nil {
		return recruit.User{}, err
	}
	if err := e.Store.CreateOperator(ctx, a); err != nil {
		return recruit.User{}, fmt.Errorf("create operator: %w", err)
	}
	return a.User, nil
}

// User returns a user by id; ErrNotFound when disabled. Sessions use it on
// each request, so that a disabled user is out at once.
func (e *Engine) User(ctx context.Context, id recruit.UserID) (recruit.User, error) {
	a, err := e.Store.Account(ctx, id)
	if err == nil && !a.DisabledAt.IsZero() {
		err = recruit.ErrNotFound
	}
	if err != nil {
		return recruit.User{}, err
	}
	return a.User, nil
}

// Users returns everybody of the Admin's company, disabled ones included, by
// name; the operator's own kind for the operator.
func (e *Engine) Users(ctx context.Context, c recruit.Caller) ([]recruit.User, error) {
	if !c.IsOperator() {
		if err := admin(c); err != nil {
			return nil, err
		}
	}
	return e.Store.Users(ctx, c.Company)
}

// AddUser adds a person to the Admin's own company, or to any for the
// operator. The supervisor is an enabled Manager or Admin of that company.
// Problem email_taken: an address signs in to one place only.
func (e *Engine) AddUser(ctx context.Context, c recruit.Caller, company recruit.CompanyID, u NewUser) (recruit.User, error) {
	if company == "" {
		company = c.Company
	}
	if !c.IsOperator() {
		if err := admin(c); err != nil {
			return recruit.User{}, err
		}
		if company != c.Company {
			return recruit.User{}, recruit.ErrNotFound
		}
	}
	if _, err := e.Store.Company(ctx, company); err != nil {
		return recruit.User{}, err
	}
	v := &recruit.Invalid{}
	a := e.account(v, company, u, "")
	if err := e.checkSupervisor(ctx, v, a.User); err != nil {
		return recruit.User{}, err
	}
	if err := v.OrNil(); err != nil {
		return recruit.User{}, err
	}
	if err := e.seal(ctx, &a, u.Password); err != nil {
		return recruit.User{}, err
	}
	if err := e.Store.AddUser(ctx, a, c.Name()); err != nil {
		return recruit.User{}, fmt.Errorf("add user: %w", err)
	}
	return a.User, nil
}

// account checks everything about a new user that can be checked without
// looking anything up.
func (e *Engine) account(v *recruit.Invalid, company recruit.CompanyID, u NewUser, under string) Account {
	now := e.Now()
	a := Account{User: recruit.User{ID: recruit.NewUserID(now), Company: company, Email: recruit.FoldEmail(u.Email), Role: u.Role,
		Supervisor: u.Supervisor, Locale: u.Locale, CreatedAt: now}}
	a.Name = checkName(v, under+"name", u.Name)
	if !goodEmail(a.Email) {
		v.Add(under+"email", "malformed")
	}
	checkRole(v, under+"role", company, u.Role)
	if u.Locale != "" {
		checkLocale(v, under+"locale", u.Locale)
	}
	checkPassword(v, under+"password", u.Password)
	return a
}

func checkRole(v *recruit.Invalid, path string, company recruit.CompanyID, r recruit.Role) {
	if r.Rank() == 0 || (r == recruit.RoleOperator) != (company == "") {
		v.Add(path, "not_allowed")
	}
}

func checkPassword(v *recruit.Invalid, path string, p secret.String) {
	switch n := utf8.RuneCountInString(p.Reveal()); {
	case n == 0:
		v.Add(path, "required")
	case n < 12:
		v.Add(path, "too_short", "min", "12")
	case n > 200:
		v.Add(path, "too_long", "max", "200")
	}
}

func (e *Engine) checkSupervisor(ctx context.Context, v *recruit.Invalid, u recruit.User) error {
	if u.Supervisor == "" {
		return nil
	}
	s, err := e.Store.Account(ctx, u.Supervisor)
	if err != nil && !errors.Is(err, recruit.ErrNotFound) {
		return err
	}
	if err != nil || s.Company != u.Company || s.ID == u.ID || s.Role.Rank() < recruit.RoleManager.Rank() || !s.DisabledAt.IsZero() {
		v.Add("supervisor", "not_allowed")
	}
	return nil
}

// goodEmail takes a bare address of at most 254 bytes with a dot in its domain.
func goodEmail(s string) bool {
	a, err := mail.ParseAddress(s)
	if err != nil || a.Address != s || len(s) > 254 {
		return false
	}
	_, domain, _ := strings.Cut(s, "@")
	return strings.Contains(strings.Trim(domain, "."), ".")
}
