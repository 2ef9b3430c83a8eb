package store

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"handoff/internal/process"
	"handoff/internal/recruit"
)

var _ process.Store = (*DB)(nil)

// inReach is the condition of a query on processes p for what a caller may
// see: $1 is the company, $2 the owner or empty for all, $3 is 1 when those
// whom the owner supervises count too.
const inReach = `p.company_id = $1 AND ($2 = '' OR p.owner_id = $2
	OR $3 = 1 AND p.owner_id IN (SELECT id FROM users WHERE company_id = $1 AND supervisor_id = $2))`

// FirstAdmin implements process.Store and apply.Store.
func (db *DB) FirstAdmin(ctx context.Context, c recruit.CompanyID) (id recruit.UserID, err error) {
	err = db.read().Row(ctx, `SELECT id FROM users WHERE company_id = $1 AND role = 'admin' AND disabled_at = 0 ORDER BY id LIMIT 1`, c).Scan(&id)
	return id, found(err)
}

// CreateProcess implements process.Store.
func (db *DB) CreateProcess(ctx context.Context, p recruit.Process, by string) error {
	details, custom, err := processJSON(p.Details, p.Customization)
	if err != nil {
		return err
	}
	return db.write(ctx, func(ctx context.Context, t *tx) error {
		_, err := t.Exec(ctx, `INSERT INTO processes (id, company_id, owner_id, slug, state, origin, name, search, details, customization,
			revision, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12)`,
			p.ID, p.Company, p.Owner, p.Slug, p.State, p.Origin, p.Details.Name, searchText(p.Details), details, custom, p.Revision, ms(p.CreatedAt))
		if err != nil {
			return err
		}
		return t.audit(ctx, p.Company, p.CreatedAt, by, "process.created", string(p.ID), "origin", string(p.Origin))
	})
}

func processJSON(d recruit.Details, z recruit.Customization) (details, custom string, err error) {
	a, err := json.Marshal(d)
	if err != nil {
		return "", "", err
	}
	b, err := json.Marshal(z)
	return string(a), string(b), err
}

// searchText is what a search looks in: folded here, because databases fold
// letters beyond ASCII each in its own way.
func searchText(d recruit.Details) string {
	parts := append([]string{d.Name, strings.ReplaceAll(d.Role, "_", " ")}, d.Technologies...)
	return strings.ToLower(strings.Join(append(parts, d.Cities...), "\n"))
}

// like returns the pattern that finds q anywhere, with ESCAPE '\'.
func like(q string) string {
	return "%" + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(q) + "%"
}

const processColumns = `p.id, p.company_id, p.owner_id, p.slug, p.state, p.origin, p.details, p.customization, p.revision,
	p.created_at, p.updated_at, p.published_at, p.closed_at, p.applications, coalesce(u.name, ''), co.name,
	coalesce(b.connection_id, ''), coalesce(b.remote_job_id, ''), coalesce(b.remote_job_title, ''), coalesce(b.state, ''),
	coalesce(b.reason, ''), coalesce(b.created_at, 0), coalesce(c.ats, '')
	FROM processes p JOIN companies co ON co.id = p.company_id
	LEFT JOIN users u ON u.id = p.owner_id AND u.company_id = p.company_id
	LEFT JOIN bindings b ON b.process_id = p.id AND b.company_id = p.company_id
	LEFT JOIN connections c ON c.id = b.connection_id AND c.company_id = p.company_id`

func scanProcess(r row) (v process.View, err error) {
	var b recruit.Binding
	var details, custom string
	var created, updated, published, closed, bound int64
	err = r.Scan(&v.ID, &v.Company, &v.Owner, &v.Slug, &v.State, &v.Origin, &details, &custom, &v.Revision,
		&created, &updated, &published, &closed, &v.Applications, &v.OwnerName, &v.CompanyName,
		&b.Connection, &b.RemoteJob, &b.RemoteJobTitle, &b.State, &b.Reason, &bound, &v.ATS)
	if err != nil {
		return v, err
	}
	v.CreatedAt, v.UpdatedAt, v.PublishedAt, v.ClosedAt = at(created), at(updated), at(published), at(closed)
	if b.Connection != "" {
		b.Process, b.Company, b.CreatedAt = v.ID, v.Company, at(bound)
		v.Binding = &b
	}
	return v, errors.Join(json.Unmarshal([]byte(details), &v.Details), json.Unmarshal([]byte(custom), &v.Customization))
}

// Process implements process.Store.
func (db *DB) Process(ctx context.Context, r recruit.Reach, id recruit.ProcessID) (process.View, error) {
	v, err := scanProcess(db.read().Row(ctx, `SELECT `+processColumns+` WHERE `+inReach+` AND p.id = $4`,
		r.Company, r.Owner, flag(r.Supervised), id))
	return v, found(err)
}

// Processes implements process.Store.
func (db *DB) Processes(ctx context.Context, r recruit.Reach, f process.Filter, limit int) ([]process.View, error) {
	rs, err := db.read().Query(ctx, `SELECT `+processColumns+` WHERE `+inReach+` AND ($4 = '' OR p.state = $4)
		AND ($5 = '' OR p.search LIKE $6 ESCAPE '\') AND ($7 = '' OR p.id < $7) ORDER BY p.id DESC LIMIT $8`,
		r.Company, r.Owner, flag(r.Supervised), f.State, f.Query, like(f.Query), f.Cursor, limit)
	return collect(rs, err, scanProcess)
}

// ProcessBySlug implements process.Store. It is the public's: the slug alone
// names the process.
func (db *DB) ProcessBySlug(ctx context.Context, slug string) (process.View, error) {
	v, err := scanProcess(db.read().Row(ctx, `SELECT `+processColumns+` WHERE p.slug = $1`, slug))
	return v, found(err)
}

// OpenProcesses implements process.Store. It is the public's, across companies.
func (db *DB) OpenProcesses(ctx context.Context, q string, before time.Time, beforeID recruit.ProcessID, limit int) ([]process.View, error) {
	r, err := db.read().Query(ctx, `SELECT `+processColumns+` WHERE p.state = 'open' AND ($1 = '' OR p.search LIKE $2 ESCAPE '\')
		AND ($3 = 0 OR p.published_at < $3 OR p.published_at = $3 AND p.id < $4) ORDER BY p.published_at DESC, p.id DESC LIMIT $5`,
		q, like(q), ms(before), beforeID, limit)
	return collect(r, err, scanProcess)
}
