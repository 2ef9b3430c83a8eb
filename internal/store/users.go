package store

import (
	"context"
	"time"

	"handoff/internal/company"
	"handoff/internal/recruit"
)

// Staffed implements company.Store.
func (db *DB) Staffed(ctx context.Context) (bool, error) {
	var n int
	err := db.read().Row(ctx, `SELECT count(*) FROM users WHERE role IN ('operator', 'admin') AND disabled_at = 0`).Scan(&n)
	return n > 0, err
}

// CreateOperator implements company.Store.
func (db *DB) CreateOperator(ctx context.Context, a company.Account) error {
	return db.write(ctx, func(ctx context.Context, t *tx) error {
		var n int
		if err := t.Row(ctx, `SELECT count(*) FROM users WHERE company_id = '' AND role = 'operator'`).Scan(&n); err != nil {
			return err
		}
		if n > 0 {
			return recruit.Refuse("setup_done")
		}
		return insertUser(ctx, t, a, string(a.ID))
	})
}

// AddUser implements company.Store.
func (db *DB) AddUser(ctx context.Context, a company.Account, actor string) error {
	return db.write(ctx, func(ctx context.Context, t *tx) error { return insertUser(ctx, t, a, actor) })
}

func insertUser(ctx context.Context, t *tx, a company.Account, actor string) error {
	n, err := t.Exec(ctx, `INSERT INTO users (id, company_id, email, name, role, supervisor_id, locale, password_hash, password_changed_at, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9) ON CONFLICT (email) DO NOTHING`,
		a.ID, a.Company, a.Email, a.Name, a.Role, a.Supervisor, a.Locale, a.PasswordHash, ms(a.CreatedAt))
	if err != nil {
		return err
	}
	if n == 0 {
		return recruit.Refuse("email_taken")
	}
	return t.audit(ctx, a.Company, a.CreatedAt, actor, "user.added", string(a.ID), "role", string(a.Role))
}

const userColumns = `id, company_id, email, name, role, supervisor_id, locale, disabled_at, created_at, password_hash`

func scanAccount(r row) (a company.Account, err error) {
	var disabled, created int64
	err = r.Scan(&a.ID, &a.Company, &a.Email, &a.Name, &a.Role, &a.Supervisor, &a.Locale, &disabled, &created, &a.PasswordHash)
	a.DisabledAt, a.CreatedAt = at(disabled), at(created)
	return a, err
}

// AccountByEmail implements company.Store.
func (db *DB) AccountByEmail(ctx context.Context, folded string) (company.Account, error) {
	a, err := scanAccount(db.read().Row(ctx, `SELECT `+userColumns+` FROM users WHERE email = $1`, folded))
	return a, found(err)
}

// Account implements company.Store.
func (db *DB) Account(ctx context.Context, id recruit.UserID) (company.Account, error) {
	a, err := scanAccount(db.read().Row(ctx, `SELECT `+userColumns+` FROM users WHERE id = $1`, id))
	return a, found(err)
}

// Users implements company.Store.
func (db *DB) Users(ctx context.Context, c recruit.CompanyID) ([]recruit.User, error) {
	r, err := db.read().Query(ctx, `SELECT `+userColumns+` FROM users WHERE company_id = $1 ORDER BY name, id`, c)
	return collect(r, err, func(r row) (recruit.User, error) {
		a, err := scanAccount(r)
		return a.User, err
	})
}

// ChangeUser implements company.Store.
func (db *DB) ChangeUser(ctx context.Context, u recruit.User, actor string, when time.Time) error {
	return db.write(ctx, func(ctx context.Context, t *tx) error {
		n, err := t.Exec(ctx, `UPDATE users SET name = $3, role = $4, supervisor_id = $5, locale = $6, disabled_at = $7
			WHERE company_id = $1 AND id = $2`, u.Company, u.ID, u.Name, u.Role, u.Supervisor, u.Locale, ms(u.DisabledAt))
		if err != nil {
			return err
		}
		if n == 0 {
			return recruit.ErrNotFound
		}
		var admins int
		err = t.Row(ctx, `SELECT count(*) FROM users WHERE company_id = $1 AND role = 'admin' AND disabled_at = 0`, u.Company).Scan(&admins)
		if err != nil {
			return err
		}
		if admins == 0 {
			return recruit.Refuse("last_admin")
		}
		action := "user.changed"
		if !u.DisabledAt.IsZero() {
			action = "user.disabled"
		}
		return t.audit(ctx, u.Company, when, actor, action, string(u.ID), "role", string(u.Role))
	})
}

// SetPassword implements company.Store.
func (db *DB) SetPassword(ctx context.Context, u recruit.User, hash, actor string, when time.Time) error {
	return db.write(ctx, func(ctx context.Context, t *tx) error {
		n, err := t.Exec(ctx, `UPDATE users SET password_hash = $3, password_changed_at = $4 WHERE company_id = $1 AND id = $2`,
			u.Company, u.ID, hash, ms(when))
		if err != nil {
			return err
		}
		if n == 0 {
			return recruit.ErrNotFound
		}
		return t.audit(ctx, u.Company, when, actor, "user.password_set", string(u.ID))
	})
}
