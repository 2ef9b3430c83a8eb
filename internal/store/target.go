package store

import (
	"context"
	"encoding/json"
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
	if x.Texts, err = textsOf(ctx, q, s.Binding, s.State); err != nil {
		return x, err
	}
	template, err := newestText(ctx, q, textOwner{company: c, purpose: recruit.PurposeATSTransfer, connection: s.Binding.Connection})
	if errors.Is(err, recruit.ErrNotFound) {
		return x, nil
	}
	x.Template = &template
	return x, err
}

// textsOf reads what the ATS attaches to the job of a binding. It is taken for
// silent when a reading failed since, and while nothing is asked of it because
// it does not answer or asked to wait.
func textsOf(ctx context.Context, q query, b *recruit.Binding, state recruit.ConnectionState) (apply.Texts, error) {
	var texts, failed string
	var read, paused int64
	err := q.Row(ctx, `SELECT w.texts, w.texts_read_at, w.texts_error, coalesce(l.paused_until, 0) FROM job_watches w
		LEFT JOIN lanes l ON l.key = 'conn:' || w.connection_id WHERE w.connection_id = $1 AND w.remote_job_id = $2 AND w.company_id = $3`,
		b.Connection, b.RemoteJob, b.Company).Scan(&texts, &read, &failed, &paused)
	if errors.Is(err, errNoRows) {
		return apply.Texts{}, nil
	}
	if err != nil {
		return apply.Texts{}, err
	}
	x := apply.Texts{ReadAt: at(read), Silent: failed != "" || state != recruit.ConnConnected || paused > read}
	return x, json.Unmarshal([]byte(texts), &x.List)
}
