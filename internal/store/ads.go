package store

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"handoff/internal/lane"
	"handoff/internal/multipost"
	"handoff/internal/recruit"
)

// multiposter is who does what an ad does, in audit records.
const multiposter = "multipost"

// SaveAds implements multipost.Store.
func (db *DB) SaveAds(ctx context.Context, id recruit.ConnectionID, fence int64, changes []multipost.Change, now time.Time) (moved []string, err error) {
	err = db.write(ctx, func(ctx context.Context, t *tx) error {
		moved = nil
		company, err := companyOf(ctx, t, id)
		if err != nil {
			return err
		}
		if fence > 0 {
			var current int64
			if err := t.Row(ctx, `SELECT fence FROM lanes WHERE key = $1`, connLane(id)).Scan(&current); err != nil {
				return found(err)
			}
			if current != fence {
				return lane.ErrLost
			}
		}
		for _, c := range changes {
			if c.Same {
				if _, err := t.Exec(ctx, `UPDATE ads SET seen_at = $3 WHERE id = $1 AND company_id = $2 AND seen_at < $3`, c.Ad.ID, company, ms(c.Ad.SeenAt)); err != nil {
					return err
				}
				continue
			}
			ok, err := t.adAsIt(ctx, company, id, c.Before)
			if err != nil {
				return err
			}
			if !ok {
				moved = append(moved, c.Ad.Key)
				continue
			}
			if err := t.saveAd(ctx, company, id, c, now); err != nil {
				return err
			}
		}
		return nil
	})
	return moved, err
}

// adAsIt tells whether an ad and its process are as they were when it was
// decided about them.
func (t *tx) adAsIt(ctx context.Context, company recruit.CompanyID, id recruit.ConnectionID, k multipost.Known) (bool, error) {
	var revision int
	var process recruit.ProcessID
	var d multipost.Draft
	var published int64
	err := t.Row(ctx, `SELECT a.revision, a.process_id, coalesce(p.state, ''), coalesce(p.revision, 0), coalesce(p.published_at, 0)`+adFrom+`
		WHERE a.connection_id = $1 AND a.ad_key = $2 AND a.company_id = $3`, id, k.Key, company).Scan(&revision, &process, &d.State, &d.Revision, &published)
	if errors.Is(err, errNoRows) {
		return k.ID == "", nil
	}
	d.Exists, d.Published = d.State != "", published > 0
	return k.ID != "" && revision == k.Revision && process == k.Process && d == k.Draft, err
}

func (t *tx) saveAd(ctx context.Context, company recruit.CompanyID, id recruit.ConnectionID, c multipost.Change, now time.Time) error {
	a := c.Ad
	if a.ID == "" {
		a.ID = recruit.NewAdID(now)
	}
	var err error
	switch c.Act {
	case multipost.Create:
		a.Process, err = t.createDraft(ctx, company, id, a, now)
	case multipost.Update:
		err = t.updateDraft(ctx, company, a, now, "ad.draft_updated")
	case multipost.Close:
		if err = t.moveDraft(ctx, company, a.Process, recruit.ProcessDraft, recruit.ProcessClosed, now); err == nil {
			err = t.audit(ctx, company, now, multiposter, adActs[recruit.ProcessClosed], string(a.Process), "state", string(a.State))
		}
	case multipost.Reopen:
		if err = t.moveDraft(ctx, company, a.Process, recruit.ProcessClosed, recruit.ProcessDraft, now); err != nil {
			return err
		}
		err = t.audit(ctx, company, now, multiposter, adActs[recruit.ProcessDraft], string(a.Process))
		if err == nil && a.DraftRevision == c.Before.Draft.Revision+1 {
			err = t.updateDraft(ctx, company, a, now, "ad.draft_updated")
		}
	}
	if err != nil {
		return err
	}
	return t.putAd(ctx, company, id, a)
}

func (t *tx) putAd(ctx context.Context, company recruit.CompanyID, id recruit.ConnectionID, a multipost.Ad) error {
	content, err := json.Marshal(a.Content)
	rows, err2 := json.Marshal(a.Rows)
	problems, err3 := json.Marshal(a.Problems)
	base, err4 := json.Marshal(a.Base)
	if err := errors.Join(err, err2, err3, err4); err != nil {
		return err
	}
	_, err = t.Exec(ctx, `INSERT INTO ads (id, company_id, connection_id, ad_key, state, content, rows_json, problems, reference, remote_job_id, missed,
		process_id, draft_revision, base, closed, expires_at, revision, seen_at, changed_at, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)
		ON CONFLICT (connection_id, ad_key) DO UPDATE SET state = excluded.state, content = excluded.content, rows_json = excluded.rows_json,
			problems = excluded.problems, reference = excluded.reference, remote_job_id = excluded.remote_job_id, missed = excluded.missed,
			process_id = excluded.process_id, draft_revision = excluded.draft_revision, base = excluded.base, closed = excluded.closed,
			expires_at = excluded.expires_at, revision = excluded.revision, seen_at = excluded.seen_at, changed_at = excluded.changed_at`,
		a.ID, company, id, a.Key, a.State, string(content), string(rows), string(problems), a.Content.Reference, a.Content.Job, a.Missed,
		a.Process, a.DraftRevision, string(base), flag(a.Closed), ms(a.Content.ExpiresAt), a.Revision+1, ms(a.SeenAt), ms(a.ChangedAt), ms(a.CreatedAt))
	return err
}

// createDraft makes the draft of an ad. Its address is provisional: the first
// Save makes one of the name, and nothing is published without a Save.
func (t *tx) createDraft(ctx context.Context, company recruit.CompanyID, id recruit.ConnectionID, a multipost.Ad, now time.Time) (recruit.ProcessID, error) {
	owner, err := t.adOwner(ctx, company, id, a.Content.RecruiterEmail)
	if err != nil {
		return "", err
	}
	details, custom, err := processJSON(a.Base, recruit.Customization{})
	if err != nil {
		return "", err
	}
	p := recruit.NewProcessID(now)
	_, err = t.Exec(ctx, `INSERT INTO processes (id, company_id, owner_id, slug, state, origin, name, search, details, customization,
		revision, created_at, updated_at) VALUES ($1, $2, $3, $4, 'draft', $5, $6, $7, $8, $9, $10, $11, $11)`,
		p, company, owner, "ad-"+recruit.RandomToken(10), recruit.OriginMultiposted, a.Base.Name, searchText(a.Base), details, custom, a.DraftRevision, ms(now))
	if err != nil {
		return "", err
	}
	return p, t.audit(ctx, company, now, multiposter, "process.created", string(p), "origin", string(recruit.OriginMultiposted), "ad", string(a.ID))
}

// adOwner is the enabled user of the company whom an ad names, else who made
// the connection, else the first Admin.
func (t *tx) adOwner(ctx context.Context, company recruit.CompanyID, id recruit.ConnectionID, email string) (owner recruit.UserID, err error) {
	err = t.Row(ctx, `SELECT u.id FROM users u LEFT JOIN connections c ON c.id = $2 AND c.company_id = $1
		WHERE u.company_id = $1 AND u.disabled_at = 0 AND ($3 <> '' AND u.email = $3 OR u.id = c.created_by AND u.role = 'admin' OR u.role = 'admin')
		ORDER BY CASE WHEN $3 <> '' AND u.email = $3 THEN 0 WHEN u.id = c.created_by THEN 1 ELSE 2 END, u.id LIMIT 1`,
		company, id, strings.TrimSpace(email)).Scan(&owner)
	return owner, found(err)
}

// updateDraft writes the details of an ad into its draft.
func (t *tx) updateDraft(ctx context.Context, company recruit.CompanyID, a multipost.Ad, now time.Time, action string) error {
	details, err := json.Marshal(a.Base)
	if err != nil {
		return err
	}
	n, err := t.Exec(ctx, `UPDATE processes SET name = $4, search = $5, details = $6, revision = revision + 1, updated_at = $7
		WHERE id = $1 AND company_id = $2 AND state = 'draft' AND revision = $3`,
		a.Process, company, a.DraftRevision-1, a.Base.Name, searchText(a.Base), string(details), ms(now))
	if err != nil {
		return err
	}
	if n == 0 {
		return recruit.ErrConflict
	}
	return t.audit(ctx, company, now, multiposter, action, string(a.Process), "ad", string(a.ID))
}
