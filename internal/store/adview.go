package store

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"handoff/internal/multipost"
	"handoff/internal/recruit"
)

// adColumns are those of a whole ad with its process as it is now.
const adColumns = `a.id, a.company_id, a.connection_id, a.ad_key, a.state, a.content, a.rows_json, a.problems, a.missed, a.process_id, a.draft_revision, a.base,
	a.closed, a.revision, a.seen_at, a.changed_at, a.created_at,
	coalesce(p.state, ''), coalesce(p.revision, 0), coalesce(p.published_at, 0)`

const adFrom = ` FROM ads a LEFT JOIN processes p ON p.id = a.process_id AND p.company_id = a.company_id`

func scanAd(r row, more ...any) (k multipost.Known, err error) {
	var content, rows, problems, base string
	var closed, seen, changed, created, published int64
	dest := []any{&k.ID, &k.Company, &k.Connection, &k.Key, &k.State, &content, &rows, &problems, &k.Missed, &k.Process, &k.DraftRevision, &base,
		&closed, &k.Revision, &seen, &changed, &created, &k.Draft.State, &k.Draft.Revision, &published}
	if err := r.Scan(append(dest, more...)...); err != nil {
		return k, found(err)
	}
	k.Closed, k.Draft.Exists, k.Draft.Published = closed == 1, k.Draft.State != "", published > 0
	k.SeenAt, k.ChangedAt, k.CreatedAt = at(seen), at(changed), at(created)
	return k, errors.Join(json.Unmarshal([]byte(content), &k.Content), json.Unmarshal([]byte(rows), &k.Rows),
		json.Unmarshal([]byte(problems), &k.Problems), json.Unmarshal([]byte(base), &k.Base))
}

// AdKeys implements multipost.Store.
func (db *DB) AdKeys(ctx context.Context, id recruit.ConnectionID, all bool, now time.Time) ([]string, error) {
	company, err := companyOf(ctx, db.read(), id)
	if err != nil {
		return nil, err
	}
	r, err := db.read().Query(ctx, `SELECT ad_key FROM ads WHERE connection_id = $1 AND company_id = $2
		AND ($3 = 1 OR state = 'listed' AND expires_at > 0 AND expires_at <= $4)`, id, company, flag(all), ms(now))
	return collect(r, err, func(r row) (key string, err error) { return key, r.Scan(&key) })
}

// KnownAds implements multipost.Store.
func (db *DB) KnownAds(ctx context.Context, id recruit.ConnectionID, keys []string) (out []multipost.Known, err error) {
	company, err := companyOf(ctx, db.read(), id)
	if err != nil {
		return nil, err
	}
	for _, key := range keys {
		k, err := scanAd(db.read().Row(ctx, `SELECT `+adColumns+adFrom+` WHERE a.connection_id = $1 AND a.ad_key = $2 AND a.company_id = $3`, id, key, company))
		if errors.Is(err, recruit.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		out = append(out, k)
	}
	return out, nil
}

// adViewColumns adds what a page shows; the proposed job is the one that the
// ad names, else the only one with its reference number.
const adViewColumns = adColumns + `, c.ats, coalesce(p.name, ''), coalesce(p.details, '{}'), coalesce(u.name, ''),
	coalesce(b.connection_id, ''), coalesce(b.remote_job_id, ''), coalesce(b.remote_job_title, ''),
	coalesce(j.id, ''), coalesce(j.title, ''), coalesce(j.reference, ''), coalesce(j.open, 0)` + adFrom + `
	JOIN connections c ON c.id = a.connection_id AND c.company_id = a.company_id
	LEFT JOIN users u ON u.id = p.owner_id AND u.company_id = a.company_id
	LEFT JOIN bindings b ON b.process_id = p.id AND b.company_id = a.company_id
	LEFT JOIN remote_jobs j ON j.connection_id = a.connection_id AND j.company_id = a.company_id AND j.gone_at = 0 AND j.id = CASE
		WHEN a.remote_job_id <> '' THEN a.remote_job_id
		WHEN a.reference <> '' AND (SELECT count(*) FROM remote_jobs x WHERE x.connection_id = a.connection_id AND x.reference = a.reference AND x.gone_at = 0) = 1
		THEN (SELECT min(x.id) FROM remote_jobs x WHERE x.connection_id = a.connection_id AND x.reference = a.reference AND x.gone_at = 0) END
	WHERE a.company_id = $1 AND ($2 = '' OR ` + inReach + `)`

func scanAdView(r row) (v multipost.View, err error) {
	var details string
	var b recruit.Binding
	var j recruit.RemoteJob
	var open int64
	v.Known, err = scanAd(r, &v.ATS, &v.ProcessName, &details, &v.Owner, &b.Connection, &b.RemoteJob, &b.RemoteJobTitle, &j.ID, &j.Title, &j.Reference, &open)
	if err != nil {
		return v, err
	}
	if b.Connection != "" {
		b.Process, b.Company = v.Process, v.Company
		v.Binding = &b
	}
	if j.ID != "" {
		j.Open = open == 1
		v.Proposed = &j
	}
	return v, json.Unmarshal([]byte(details), &v.Details)
}

// Ads implements multipost.Store.
func (db *DB) Ads(ctx context.Context, r recruit.Reach, f multipost.Filter, limit int) ([]multipost.View, error) {
	// What the ATS sent of an ad is megabytes at worst, and no list shows it.
	columns := strings.Replace(adViewColumns, "a.rows_json", "'[]'", 1)
	rs, err := db.read().Query(ctx, `SELECT `+columns+` AND ($4 = '' OR a.connection_id = $4) AND ($5 = '' OR a.process_id = $5)
		AND ($5 <> '' OR (a.state = 'foreign') = ($6 = 1)) AND ($7 = '' OR a.id < $7) ORDER BY a.id DESC LIMIT $8`,
		r.Company, r.Owner, flag(r.Supervised), f.Connection, f.Process, flag(f.Foreign), f.Cursor, limit)
	return collect(rs, err, scanAdView)
}

// Ad implements multipost.Store.
func (db *DB) Ad(ctx context.Context, r recruit.Reach, id recruit.AdID) (multipost.View, error) {
	return scanAdView(db.read().Row(ctx, `SELECT `+adViewColumns+` AND a.id = $4`, r.Company, r.Owner, flag(r.Supervised), id))
}

// SettleAd implements multipost.Store.
func (db *DB) SettleAd(ctx context.Context, r recruit.Reach, id recruit.AdID, revision int, base recruit.Details, by, how string, now time.Time) error {
	b, err := json.Marshal(base)
	if err != nil {
		return err
	}
	return db.write(ctx, func(ctx context.Context, t *tx) error {
		n, err := t.Exec(ctx, `UPDATE ads SET base = $4, revision = revision + 1 WHERE id = $1 AND company_id = $2 AND revision = $3`, id, r.Company, revision, string(b))
		if err != nil {
			return err
		}
		if n == 0 {
			return recruit.ErrConflict
		}
		return t.audit(ctx, r.Company, now, by, "ad."+how, string(id))
	})
}

// MoveDraft implements multipost.Store.
func (db *DB) MoveDraft(ctx context.Context, r recruit.Reach, id recruit.AdID, from, to recruit.ProcessState, by string, now time.Time) error {
	return db.write(ctx, func(ctx context.Context, t *tx) error {
		var process recruit.ProcessID
		if err := t.Row(ctx, `SELECT p.id FROM ads a JOIN processes p ON p.id = a.process_id AND p.company_id = a.company_id
			WHERE `+inReach+` AND a.id = $4`, r.Company, r.Owner, flag(r.Supervised), id).Scan(&process); err != nil {
			return found(err)
		}
		if err := t.moveDraft(ctx, r.Company, process, from, to, now); err != nil {
			return err
		}
		if _, err := t.Exec(ctx, `UPDATE ads SET closed = 0, revision = revision + 1 WHERE id = $1 AND company_id = $2`, id, r.Company); err != nil {
			return err
		}
		return t.audit(ctx, r.Company, now, by, adActs[to], string(process))
	})
}

var adActs = map[recruit.ProcessState]string{recruit.ProcessClosed: "ad.draft_closed", recruit.ProcessDraft: "ad.draft_reopened"}

// moveDraft moves a process that was never open between draft and closed.
func (t *tx) moveDraft(ctx context.Context, company recruit.CompanyID, id recruit.ProcessID, from, to recruit.ProcessState, now time.Time) error {
	closed := int64(0)
	if to == recruit.ProcessClosed {
		closed = ms(now)
	}
	n, err := t.Exec(ctx, `UPDATE processes SET state = $4, closed_at = $5, updated_at = $6 WHERE id = $1 AND company_id = $2 AND state = $3 AND published_at = 0`,
		id, company, from, to, closed, ms(now))
	if err == nil && n == 0 {
		err = recruit.ErrConflict
	}
	return err
}
