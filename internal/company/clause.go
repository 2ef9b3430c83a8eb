package company

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

	"handoff/internal/recruit"
)

// clauseMost is the longest clause in characters, in either language.
const clauseMost = 20_000

// Clause returns the company's newest information clause, to anybody of it.
func (e *Engine) Clause(ctx context.Context, c recruit.Caller) (recruit.Text, error) {
	if c.Company == "" || c.Role.Rank() == 0 {
		return recruit.Text{}, recruit.ErrForbidden
	}
	return e.Store.Clause(ctx, c.Company)
}

// SaveClause makes a new version (Admin). Neither language may be empty, nor
// over 20,000 characters; a text equal to the newest makes none. Line ends
// become \n and the outer white space goes, so that a browser's form sends
// back what it was given.
func (e *Engine) SaveClause(ctx context.Context, c recruit.Caller, pl, en string) (recruit.Text, error) {
	if err := admin(c); err != nil {
		return recruit.Text{}, err
	}
	v := &recruit.Invalid{}
	pl, en = checkText(v, "texts.pl", pl), checkText(v, "texts.en", en)
	if err := v.OrNil(); err != nil {
		return recruit.Text{}, err
	}
	return e.Store.SaveClause(ctx, c.Company, pl, en, c.Name(), e.Now())
}

func checkText(v *recruit.Invalid, path, s string) string {
	s = strings.TrimSpace(strings.ReplaceAll(s, "\r\n", "\n"))
	switch {
	case s == "":
		v.Add(path, "required")
	case !utf8.ValidString(s) || strings.ContainsFunc(s, func(r rune) bool { return r != '\n' && r != '\t' && unprintable(r) }):
		v.Add(path, "not_allowed")
	case utf8.RuneCountInString(s) > clauseMost:
		v.Add(path, "too_long", "max", "20000")
	}
	return s
}

// AuditRecord is who did what to what, when: identifiers, no personal data.
type AuditRecord struct {
	ID, Actor, Action, Object string
	At                        time.Time
	Data                      map[string]string
}

// Audit returns the company's audit records, newest first (Admin); the
// installation's own for the operator.
func (e *Engine) Audit(ctx context.Context, c recruit.Caller, l recruit.List) (recruit.Page[AuditRecord], error) {
	if !c.IsAdmin() && !c.IsOperator() {
		return recruit.Page[AuditRecord]{}, recruit.ErrForbidden
	}
	all, err := e.Store.AuditRecords(ctx, c.Company, l.Cursor, l.Size()+1)
	if err != nil {
		return recruit.Page[AuditRecord]{}, err
	}
	return page(all, l, func(r AuditRecord) string { return r.ID }), nil
}
