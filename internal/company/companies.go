package company

import (
	"context"
	"fmt"
	"strings"
	"time"
	_ "time/tzdata" // a company's time zone must be known on a machine without zone files
	"unicode"
	"unicode/utf8"

	"handoff/internal/recruit"
)

// FirstCompany creates a company and its first Admin without a caller: the
// command line, which can read the data folder, vouches for itself.
func (e *Engine) FirstCompany(ctx context.Context, name, timeZone, locale string, admin NewUser) (recruit.Company, recruit.User, error) {
	admin.Role, admin.Supervisor = recruit.RoleAdmin, ""
	v := &recruit.Invalid{}
	f := e.founding(v, name, timeZone, locale, "command")
	a := e.account(v, f.Company.ID, admin, "admin.")
	if err := v.OrNil(); err != nil {
		return recruit.Company{}, recruit.User{}, err
	}
	if err := e.seal(ctx, &a, admin.Password); err != nil {
		return recruit.Company{}, recruit.User{}, err
	}
	f.Admin = &a
	if err := e.Store.CreateCompany(ctx, f); err != nil {
		return recruit.Company{}, recruit.User{}, fmt.Errorf("create company: %w", err)
	}
	return f.Company, a.User, nil
}

// CreateCompany is the operator's. A company starts with a filled clause in
// both languages, version 1. Time zone and locale are Europe/Warsaw and pl
// when empty.
func (e *Engine) CreateCompany(ctx context.Context, c recruit.Caller, name, timeZone, locale string) (recruit.Company, error) {
	if !c.IsOperator() {
		return recruit.Company{}, recruit.ErrForbidden
	}
	v := &recruit.Invalid{}
	f := e.founding(v, name, timeZone, locale, c.Name())
	if err := v.OrNil(); err != nil {
		return recruit.Company{}, err
	}
	if err := e.Store.CreateCompany(ctx, f); err != nil {
		return recruit.Company{}, fmt.Errorf("create company: %w", err)
	}
	return f.Company, nil
}

func (e *Engine) founding(v *recruit.Invalid, name, timeZone, locale, actor string) Founding {
	if timeZone == "" {
		timeZone = "Europe/Warsaw"
	}
	if locale == "" {
		locale = "pl"
	}
	name = checkName(v, "name", name)
	if _, err := time.LoadLocation(timeZone); err != nil || timeZone == "Local" {
		v.Add("time_zone", "malformed")
	}
	checkLocale(v, "locale", locale)
	now := e.Now()
	pl, en := DefaultClause(name)
	fpl, fen := DefaultFuture(name)
	return Founding{
		Company: recruit.Company{ID: recruit.NewCompanyID(now), Name: name, TimeZone: timeZone, Locale: locale, CreatedAt: now},
		Clause:  recruit.Text{ID: newTextID(now), Version: 1, PL: pl, EN: en, CreatedAt: now, CreatedBy: actor},
		Future:  recruit.Text{ID: newTextID(now), Version: 1, PL: fpl, EN: fen, CreatedAt: now, CreatedBy: actor},
		Actor:   actor,
	}
}

func newTextID(now time.Time) recruit.TextID { return recruit.TextID(recruit.NewID("text_", now)) }

// Companies lists all companies, oldest first, for the operator.
func (e *Engine) Companies(ctx context.Context, c recruit.Caller, l recruit.List) (recruit.Page[recruit.Company], error) {
	if !c.IsOperator() {
		return recruit.Page[recruit.Company]{}, recruit.ErrForbidden
	}
	all, err := e.Store.Companies(ctx, recruit.CompanyID(l.Cursor), l.Size()+1)
	if err != nil {
		return recruit.Page[recruit.Company]{}, err
	}
	return page(all, l, func(c recruit.Company) string { return string(c.ID) }), nil
}

// page cuts what was read, one more than asked, into a page.
func page[T any](all []T, l recruit.List, cursor func(T) string) recruit.Page[T] {
	if n := l.Size(); len(all) > n {
		return recruit.Page[T]{Items: all[:n], Next: cursor(all[n-1])}
	}
	return recruit.Page[T]{Items: all}
}

// Company returns the caller's own company, or any for the operator.
func (e *Engine) Company(ctx context.Context, c recruit.Caller, id recruit.CompanyID) (recruit.Company, error) {
	if !c.IsOperator() && (c.Company != id || id == "" || c.Role.Rank() == 0) {
		return recruit.Company{}, recruit.ErrNotFound
	}
	return e.Store.Company(ctx, id)
}

// CompanyNamed finds a company by its name, for the operator: commands name
// companies as people do. Problem company_ambiguous when several have it.
func (e *Engine) CompanyNamed(ctx context.Context, c recruit.Caller, name string) (recruit.Company, error) {
	if !c.IsOperator() {
		return recruit.Company{}, recruit.ErrForbidden
	}
	all, err := e.Store.CompaniesNamed(ctx, strings.TrimSpace(name))
	switch {
	case err != nil:
		return recruit.Company{}, err
	case len(all) == 0:
		return recruit.Company{}, recruit.ErrNotFound
	case len(all) > 1:
		return recruit.Company{}, recruit.Refuse("company_ambiguous")
	}
	return all[0], nil
}

// checkName returns a trimmed name of 1 to 200 characters, none of which
// controls the terminal or the direction of what follows.
func checkName(v *recruit.Invalid, path, name string) string {
	name = strings.TrimSpace(name)
	switch {
	case name == "":
		v.Add(path, "required")
	case utf8.RuneCountInString(name) > 200:
		v.Add(path, "too_long", "max", "200")
	case !utf8.ValidString(name) || strings.ContainsFunc(name, unprintable):
		v.Add(path, "not_allowed")
	}
	return name
}

func unprintable(r rune) bool {
	return unicode.IsControl(r) || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069
}

func checkLocale(v *recruit.Invalid, path, locale string) {
	if locale != "pl" && locale != "en" {
		v.Add(path, "not_allowed")
	}
}
