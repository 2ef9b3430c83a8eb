package store

import (
	"context"
	"time"

	"handoff/internal/connector"
	"handoff/internal/integration"
	"handoff/internal/recruit"
)

// SaveNext implements integration.Store.
func (db *DB) SaveNext(ctx context.Context, company recruit.CompanyID, id recruit.ConnectionID, cred connector.Credential, scope, actor string, now time.Time) error {
	sealed, err := db.sealCredential(id, cred)
	if err != nil {
		return err
	}
	return db.setNext(ctx, company, id, "connection.credential_added", actor, now,
		`UPDATE credentials SET sealed_next = $3, next_scope = $4, next_saved_at = $5 WHERE connection_id = $1 AND company_id = $2`, id, company, sealed, scope, ms(now))
}

// DiscardNext implements integration.Store.
func (db *DB) DiscardNext(ctx context.Context, company recruit.CompanyID, id recruit.ConnectionID, actor string, now time.Time) error {
	return db.setNext(ctx, company, id, "connection.credential_discarded", actor, now,
		`UPDATE credentials SET sealed_next = NULL, next_scope = '', next_saved_at = 0 WHERE connection_id = $1 AND company_id = $2 AND next_saved_at > 0`, id, company)
}

// setNext changes what waits beside the credential in use; ErrNotFound when
// there is none to change.
func (db *DB) setNext(ctx context.Context, company recruit.CompanyID, id recruit.ConnectionID, act, actor string, now time.Time, q string, args ...any) error {
	return db.write(ctx, func(ctx context.Context, t *tx) error {
		n, err := t.Exec(ctx, q, args...)
		if err == nil && n == 0 {
			err = recruit.ErrNotFound
		}
		if err != nil {
			return err
		}
		return t.audit(ctx, company, now, actor, act, string(id))
	})
}

// Next implements integration.Store.
func (db *DB) Next(ctx context.Context, id recruit.ConnectionID) (w integration.Waiting, err error) {
	var sealed []byte
	var saved int64
	err = db.read().Row(ctx, `SELECT sealed_next, next_saved_at FROM credentials WHERE connection_id = $1 AND next_saved_at > 0`, id).Scan(&sealed, &saved)
	if err != nil {
		return w, found(err)
	}
	w.SavedAt = at(saved)
	w.Credential, err = db.openCredential(id, sealed)
	return w, err
}

// Promote implements integration.Store. The work that is under way goes on:
// its account is the same.
func (db *DB) Promote(ctx context.Context, id recruit.ConnectionID, savedAt time.Time, cred connector.Credential, now time.Time) (bool, error) {
	sealed, err := db.sealCredential(id, cred)
	if err != nil {
		return false, err
	}
	var ok bool
	err = db.write(ctx, func(ctx context.Context, t *tx) error {
		ok = false
		company, err := companyOf(ctx, t, id)
		if err != nil {
			return err
		}
		var scope string
		err = t.Row(ctx, `SELECT next_scope FROM credentials WHERE connection_id = $1 AND next_saved_at = $2`, id, ms(savedAt)).Scan(&scope)
		if err = found(err); err != nil {
			return orNone(err)
		}
		ok = true
		if scope != "" {
			if _, err := t.Exec(ctx, `UPDATE connections SET access_scope = $2 WHERE id = $1`, id, scope); err != nil {
				return err
			}
		}
		if err := t.putCredential(ctx, company, id, sealed, cred.ExpiresAt, now); err != nil { // nothing waits after it
			return err
		}
		return t.audit(ctx, company, now, "system", "connection.credential_replaced", string(id))
	})
	return ok, err
}
