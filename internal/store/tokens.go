package store

import (
	"context"
	"time"

	"handoff/internal/company"
	"handoff/internal/recruit"
)

// AddToken implements company.Store.
func (db *DB) AddToken(ctx context.Context, k company.StoredToken) error {
	return db.write(ctx, func(ctx context.Context, t *tx) error {
		_, err := t.Exec(ctx, `INSERT INTO tokens (id, company_id, name, role, hash, prefix, created_by, created_at, expires_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
			k.ID, k.Company, k.Name, k.Role, k.Hash, k.Prefix, k.CreatedBy, ms(k.CreatedAt), ms(k.ExpiresAt))
		if err != nil {
			return err
		}
		return t.audit(ctx, k.Company, k.CreatedAt, k.CreatedBy, "token.issued", string(k.ID), "role", string(k.Role))
	})
}

const tokenColumns = `id, company_id, name, role, prefix, created_at, expires_at, revoked_at, last_used_at`

func scanToken(r row) (k company.Token, err error) {
	var created, expires, revoked, used int64
	err = r.Scan(&k.ID, &k.Company, &k.Name, &k.Role, &k.Prefix, &created, &expires, &revoked, &used)
	k.CreatedAt, k.ExpiresAt, k.RevokedAt, k.LastUsedAt = at(created), at(expires), at(revoked), at(used)
	return k, err
}

// TokenByHash implements company.Store.
func (db *DB) TokenByHash(ctx context.Context, hash string) (company.Token, error) {
	k, err := scanToken(db.read().Row(ctx, `SELECT `+tokenColumns+` FROM tokens WHERE hash = $1`, hash))
	return k, found(err)
}

// TouchToken implements company.Store.
func (db *DB) TouchToken(ctx context.Context, id recruit.TokenID, when time.Time) error {
	return db.write(ctx, func(ctx context.Context, t *tx) error {
		_, err := t.Exec(ctx, `UPDATE tokens SET last_used_at = $2 WHERE id = $1 AND last_used_at < $2`, id, ms(when))
		return err
	})
}

// Tokens implements company.Store.
func (db *DB) Tokens(ctx context.Context, c recruit.CompanyID, before recruit.TokenID, limit int) ([]company.Token, error) {
	r, err := db.read().Query(ctx, `SELECT `+tokenColumns+` FROM tokens WHERE company_id = $1 AND ($2 = '' OR id < $2)
		ORDER BY id DESC LIMIT $3`, c, before, limit)
	return collect(r, err, scanToken)
}

// RevokeToken implements company.Store.
func (db *DB) RevokeToken(ctx context.Context, c recruit.CompanyID, id recruit.TokenID, actor string, when time.Time) error {
	return db.write(ctx, func(ctx context.Context, t *tx) error {
		var revoked int64
		err := t.Row(ctx, `SELECT revoked_at FROM tokens WHERE company_id = $1 AND id = $2`, c, id).Scan(&revoked)
		if err != nil || revoked > 0 {
			return found(err)
		}
		if _, err := t.Exec(ctx, `UPDATE tokens SET revoked_at = $3 WHERE company_id = $1 AND id = $2`, c, id, ms(when)); err != nil {
			return err
		}
		return t.audit(ctx, c, when, actor, "token.revoked", string(id))
	})
}
