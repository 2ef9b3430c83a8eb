package store

import (
	"context"
	"errors"

	"handoff/internal/apply"
	"handoff/internal/recruit"
)

// Target implements apply.Store.
func (db *DB) Target(ctx context.Context, id recruit.ProcessID, slug string) (apply.Target, error) {
	return target(ctx, db.read(), id, slug)
}

// target reads a process with everything that an applicant is shown or that
// decides about the application. It is the public's: nobody's company is
// asked for, and everything else is read under the process's own.
func target(ctx context.Context, q query, id recruit.ProcessID, slug string) (apply.Target, error) {
	var x apply.Target
	v, err := scanProcess(q.Row(ctx, `SELECT `+processColumns+` WHERE p.id = $1 OR $1 = '' AND p.slug = $2`, id, slug))
	if err != nil {
		return x, found(err)
	}
	x.Process, x.CompanyName, x.ATS = v.Process, v.CompanyName, v.ATS
	c := v.Company
	if x.Clause, err = newestText(ctx, q, textOwner{company: c, purpose: recruit.PurposeClause}); err != nil {
		return x, err
	}
	x.Future, err = newestText(ctx, q, textOwner{company: c, purpose: recruit.PurposeFuture})
	if err != nil && !errors.Is(err, recruit.ErrNotFound) {
		return x, err
	}
	s, err := standing(ctx, q, c, v.ID)
	if err != nil || s.Binding == nil {
		return x, err
	}
	x.Binding, x.State, x.Account, x.Switched = s.Binding, s.State, s.Account, s.Switched
	template, err := newestText(ctx, q, textOwner{company: c, purpose: recruit.PurposeATSTransfer, connection: s.Binding.Connection})
	if errors.Is(err, recruit.ErrNotFound) {
		return x, nil
	}
	x.Template = &template
	return x, err
}
