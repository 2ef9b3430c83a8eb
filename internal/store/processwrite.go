package store

import (
	"context"
	"time"

	"handoff/internal/process"
	"handoff/internal/recruit"
)

// heldProcess is what a change of a process has to know of it as it is now.
type heldProcess struct {
	id        recruit.ProcessID
	company   recruit.CompanyID
	state     recruit.ProcessState
	revision  int
	published int64
}

func (t *tx) processInReach(ctx context.Context, r recruit.Reach, id recruit.ProcessID) (heldProcess, error) {
	p := heldProcess{id: id, company: r.Company}
	err := t.Row(ctx, `SELECT p.state, p.revision, p.published_at FROM processes p WHERE `+inReach+` AND p.id = $4`,
		r.Company, r.Owner, flag(r.Supervised), id).Scan(&p.state, &p.revision, &p.published)
	return p, found(err)
}

// SaveProcess implements process.Store.
func (db *DB) SaveProcess(ctx context.Context, r recruit.Reach, c process.Change, missing []string) (sharers int, err error) {
	details, custom, err := processJSON(c.Details, c.Customization)
	if err != nil {
		return 0, err
	}
	err = db.write(ctx, func(ctx context.Context, t *tx) error {
		p, err := t.processInReach(ctx, r, c.ID)
		switch {
		case err != nil:
			return err
		case p.revision != c.Revision:
			return recruit.ErrConflict
		case p.state == recruit.ProcessOpen && len(missing) > 0:
			return process.Incomplete(missing)
		}
		slug := c.Slug
		if p.published != 0 {
			slug = "" // people have the address by now
		}
		_, err = t.Exec(ctx, `UPDATE processes SET name = $3, search = $4, details = $5, customization = $6, revision = revision + 1, updated_at = $7,
			slug = CASE WHEN $8 = '' THEN slug ELSE $8 END WHERE id = $1 AND company_id = $2`,
			c.ID, r.Company, c.Details.Name, searchText(c.Details), details, custom, ms(c.At), slug)
		if err != nil {
			return err
		}
		if err := t.audit(ctx, r.Company, c.At, c.By, "process.saved", string(c.ID), "revision", decimal(p.revision+1)); err != nil {
			return err
		}
		sharers, err = t.bind(ctx, p, c.Binding, c.By, c.At)
		return err
	})
	return sharers, err
}

// BindProcess implements process.Store.
func (db *DB) BindProcess(ctx context.Context, r recruit.Reach, b process.Binding) (sharers int, err error) {
	err = db.write(ctx, func(ctx context.Context, t *tx) error {
		p, err := t.processInReach(ctx, r, b.ID)
		if err != nil {
			return err
		}
		if _, err := t.Exec(ctx, `UPDATE processes SET revision = revision + 1, updated_at = $3 WHERE id = $1 AND company_id = $2`,
			b.ID, r.Company, ms(b.At)); err != nil {
			return err
		}
		sharers, err = t.bind(ctx, p, b.Choice, b.By, b.At)
		return err
	})
	return sharers, err
}

// MoveProcess implements process.Store.
func (db *DB) MoveProcess(ctx context.Context, r recruit.Reach, id recruit.ProcessID, to recruit.ProcessState, revision int, by string, when time.Time) error {
	return db.write(ctx, func(ctx context.Context, t *tx) error {
		p, err := t.processInReach(ctx, r, id)
		switch {
		case err != nil:
			return err
		case p.revision != revision:
			return recruit.ErrConflict
		case p.state == to:
			return nil
		}
		_, err = t.Exec(ctx, `UPDATE processes SET state = $3, updated_at = $4,
			published_at = CASE WHEN $3 = 'open' THEN $4 ELSE published_at END,
			closed_at = CASE WHEN $3 = 'closed' THEN $4 ELSE 0 END WHERE id = $1 AND company_id = $2`, id, r.Company, to, ms(when))
		if err != nil {
			return err
		}
		if to == recruit.ProcessOpen { // applicants come: what they have to be shown is read often from now on
			b, err := binding(ctx, t, r.Company, id)
			if err != nil {
				return err
			}
			if b != nil {
				if err := t.watchJob(ctx, r.Company, b.Connection, b.RemoteJob, when); err != nil {
					return err
				}
			}
		}
		action := "process.published"
		if to == recruit.ProcessClosed {
			action = "process.closed"
		}
		return t.audit(ctx, r.Company, when, by, action, string(id))
	})
}

// DeleteProcess implements process.Store.
func (db *DB) DeleteProcess(ctx context.Context, r recruit.Reach, id recruit.ProcessID, by string, when time.Time) error {
	return db.write(ctx, func(ctx context.Context, t *tx) error {
		p, err := t.processInReach(ctx, r, id)
		if err != nil {
			return err
		}
		var n int
		if err := t.Row(ctx, `SELECT count(*) FROM applications WHERE process_id = $1 AND company_id = $2`, id, r.Company).Scan(&n); err != nil {
			return err
		}
		if p.state != recruit.ProcessDraft || n > 0 {
			return recruit.Refuse("process_in_use")
		}
		if _, err := t.Exec(ctx, `DELETE FROM bindings WHERE process_id = $1 AND company_id = $2`, id, r.Company); err != nil {
			return err
		}
		if _, err := t.Exec(ctx, `DELETE FROM processes WHERE id = $1 AND company_id = $2`, id, r.Company); err != nil {
			return err
		}
		return t.audit(ctx, r.Company, when, by, "process.deleted", string(id))
	})
}
