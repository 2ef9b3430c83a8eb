package store

import (
	"context"
	"strconv"

	"handoff/internal/company"
	"handoff/internal/recruit"
)

var _ company.Store = (*DB)(nil)

func decimal(n int) string { return strconv.Itoa(n) }

// CreateCompany implements company.Store: the company, its first texts and,
// when given, its first Admin, together.
func (db *DB) CreateCompany(ctx context.Context, f company.Founding) error {
	return db.write(ctx, func(ctx context.Context, t *tx) error {
		c := f.Company
		if _, err := t.Exec(ctx, `INSERT INTO companies (id, name, time_zone, locale, created_at) VALUES ($1, $2, $3, $4, $5)`,
			c.ID, c.Name, c.TimeZone, c.Locale, ms(c.CreatedAt)); err != nil {
			return err
		}
		if err := insertText(ctx, t, textOwner{company: c.ID, purpose: recruit.PurposeClause}, f.Clause); err != nil {
			return err
		}
		if err := insertText(ctx, t, textOwner{company: c.ID, purpose: recruit.PurposeFuture}, f.Future); err != nil {
			return err
		}
		if err := t.audit(ctx, c.ID, c.CreatedAt, f.Actor, "company.created", string(c.ID)); err != nil || f.Admin == nil {
			return err
		}
		return insertUser(ctx, t, *f.Admin, f.Actor)
	})
}

const companyColumns = `id, name, time_zone, locale, created_at`

func scanCompany(r row) (c recruit.Company, err error) {
	var created int64
	err = r.Scan(&c.ID, &c.Name, &c.TimeZone, &c.Locale, &created)
	c.CreatedAt = at(created)
	return c, err
}

// Company implements company.Store.
func (db *DB) Company(ctx context.Context, id recruit.CompanyID) (recruit.Company, error) {
	c, err := scanCompany(db.read().Row(ctx, `SELECT `+companyColumns+` FROM companies WHERE id = $1`, id))
	return c, found(err)
}

// Companies implements company.Store.
func (db *DB) Companies(ctx context.Context, after recruit.CompanyID, limit int) ([]recruit.Company, error) {
	r, err := db.read().Query(ctx, `SELECT `+companyColumns+` FROM companies WHERE id > $1 ORDER BY id LIMIT $2`, after, limit)
	return collect(r, err, scanCompany)
}

// CompaniesNamed implements company.Store. Two are enough to know that a name
// does not choose one.
func (db *DB) CompaniesNamed(ctx context.Context, name string) ([]recruit.Company, error) {
	r, err := db.read().Query(ctx, `SELECT `+companyColumns+` FROM companies WHERE name = $1 ORDER BY id LIMIT 2`, name)
	return collect(r, err, scanCompany)
}
