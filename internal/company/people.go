package company

import (
	"context"
	"time"

	"handoff/internal/recruit"
	"handoff/internal/secret"
)

// UserChange says what changes about a user; nil stays.
type UserChange struct {
	Name       *string
	Role       *recruit.Role
	Supervisor *recruit.UserID
	Locale     *string
	Disabled   *bool // a disabled user is out at once, and keeps what is theirs
}

// ChangeUser changes a person of the Admin's company. Problem last_admin for
// what would leave the company without an Admin.
func (e *Engine) ChangeUser(ctx context.Context, c recruit.Caller, id recruit.UserID, ch UserChange) (recruit.User, error) {
	u, err := e.colleague(ctx, c, id)
	if err != nil {
		return recruit.User{}, err
	}
	v, now := &recruit.Invalid{}, e.Now()
	if ch.Name != nil {
		u.Name = checkName(v, "name", *ch.Name)
	}
	if ch.Role != nil {
		checkRole(v, "role", u.Company, *ch.Role)
		u.Role = *ch.Role
	}
	if ch.Locale != nil {
		if u.Locale = *ch.Locale; u.Locale != "" {
			checkLocale(v, "locale", u.Locale)
		}
	}
	if ch.Supervisor != nil {
		u.Supervisor = *ch.Supervisor
		if err := e.checkSupervisor(ctx, v, u); err != nil {
			return recruit.User{}, err
		}
	}
	if ch.Disabled != nil && *ch.Disabled != !u.DisabledAt.IsZero() {
		u.DisabledAt = time.Time{}
		if *ch.Disabled {
			u.DisabledAt = now
		}
	}
	if err := v.OrNil(); err != nil {
		return recruit.User{}, err
	}
	return u, e.Store.ChangeUser(ctx, u, c.Name(), now)
}

// SetPassword gives a person of the Admin's company another password.
func (e *Engine) SetPassword(ctx context.Context, c recruit.Caller, id recruit.UserID, p secret.String) error {
	u, err := e.colleague(ctx, c, id)
	if err != nil {
		return err
	}
	return e.setPassword(ctx, c, u, p)
}

// ChangePassword changes the caller's own, against the present one: Problem
// sign_in_refused when that is wrong, sign_in_limited after too many tries.
func (e *Engine) ChangePassword(ctx context.Context, c recruit.Caller, present, p secret.String) error {
	if c.User == "" {
		return recruit.ErrForbidden
	}
	u, err := e.User(ctx, c.User)
	if err != nil {
		return err
	}
	if _, err := e.SignIn(ctx, u.Email, present, "user:"+string(u.ID)); err != nil {
		return err
	}
	return e.setPassword(ctx, c, u, p)
}

func (e *Engine) setPassword(ctx context.Context, c recruit.Caller, u recruit.User, p secret.String) error {
	v := &recruit.Invalid{}
	checkPassword(v, "password", p)
	if err := v.OrNil(); err != nil {
		return err
	}
	a := Account{User: u}
	if err := e.seal(ctx, &a, p); err != nil {
		return err
	}
	return e.Store.SetPassword(ctx, u, a.PasswordHash, c.Name(), e.Now())
}

func (e *Engine) colleague(ctx context.Context, c recruit.Caller, id recruit.UserID) (recruit.User, error) {
	if err := admin(c); err != nil {
		return recruit.User{}, err
	}
	a, err := e.Store.Account(ctx, id)
	if err == nil && a.Company != c.Company {
		err = recruit.ErrNotFound
	}
	return a.User, err
}
