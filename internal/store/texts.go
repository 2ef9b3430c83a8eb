package store

import (
	"context"
	"errors"
	"time"

	"handoff/internal/recruit"
)

// textOwner says whose text it is: a company's clause and consent for future
// recruitments, or a connection's consent template.
type textOwner struct {
	company    recruit.CompanyID
	purpose    recruit.Purpose
	connection recruit.ConnectionID
}

// newestText returns the version that is shown now; ErrNotFound when there is
// none.
func newestText(ctx context.Context, q query, o textOwner) (recruit.Text, error) {
	var x recruit.Text
	var when int64
	err := q.Row(ctx, `SELECT id, version, text_pl, text_en, created_by, created_at FROM texts
		WHERE company_id = $1 AND kind = $2 AND connection_id = $3 ORDER BY version DESC LIMIT 1`,
		o.company, o.purpose, o.connection).Scan(&x.ID, &x.Version, &x.PL, &x.EN, &x.CreatedBy, &when)
	x.CreatedAt = at(when)
	return x, found(err)
}

// saveText adds the next version, or version 1 of a new text. A text equal to
// the newest is not stored again: added is false and the newest returned.
func saveText(ctx context.Context, t *tx, o textOwner, pl, en, actor string, when time.Time) (x recruit.Text, added bool, err error) {
	x, err = newestText(ctx, t, o)
	switch {
	case errors.Is(err, recruit.ErrNotFound):
		x = recruit.Text{ID: recruit.TextID(recruit.NewID("text_", when))}
	case err != nil:
		return x, false, err
	case x.PL == pl && x.EN == en:
		return x, false, nil
	}
	x = recruit.Text{ID: x.ID, Version: x.Version + 1, PL: pl, EN: en, CreatedAt: when, CreatedBy: actor}
	return x, true, insertText(ctx, t, o, x)
}

func insertText(ctx context.Context, t *tx, o textOwner, x recruit.Text) error {
	_, err := t.Exec(ctx, `INSERT INTO texts (id, version, company_id, kind, connection_id, text_pl, text_en, created_by, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`, x.ID, x.Version, o.company, o.purpose, o.connection, x.PL, x.EN, x.CreatedBy, ms(x.CreatedAt))
	return err
}

// Clause implements company.Store.
func (db *DB) Clause(ctx context.Context, c recruit.CompanyID) (recruit.Text, error) {
	return newestText(ctx, db.read(), textOwner{company: c, purpose: recruit.PurposeClause})
}

// SaveClause implements company.Store.
func (db *DB) SaveClause(ctx context.Context, c recruit.CompanyID, pl, en, actor string, when time.Time) (x recruit.Text, err error) {
	err = db.write(ctx, func(ctx context.Context, t *tx) error {
		var added bool
		x, added, err = saveText(ctx, t, textOwner{company: c, purpose: recruit.PurposeClause}, pl, en, actor, when)
		if err != nil || !added {
			return err
		}
		return t.audit(ctx, c, when, actor, "clause.saved", string(x.ID), "version", decimal(x.Version))
	})
	return x, err
}
