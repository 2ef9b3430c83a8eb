package store

import (
	"context"
	"errors"
	"slices"
	"time"

	"handoff/internal/multipost"
	"handoff/internal/recruit"
)

var _ multipost.Store = (*DB)(nil)

// adsRepeat is when a claimed reading is due again, should its run die in it:
// later than the longest listing takes.
const adsRepeat = 10 * time.Minute

// ClaimAdReading implements multipost.Store.
func (db *DB) ClaimAdReading(ctx context.Context, id recruit.ConnectionID, fence int64, ats []string, now time.Time) (c multipost.Claim, ok bool, err error) {
	var name string
	var due int64
	err = db.read().Row(ctx, `SELECT c.ats, coalesce(r.due_at, 1) FROM connections c LEFT JOIN ad_readings r ON r.connection_id = c.id AND r.company_id = c.company_id
		WHERE c.id = $1 AND c.state IN `+usableStates, id).Scan(&name, &due)
	if errors.Is(err, errNoRows) || err == nil && (!slices.Contains(ats, name) || due == 0 || due > ms(now)) {
		return c, false, nil
	}
	if err != nil {
		return c, false, err
	}
	err = db.write(ctx, func(ctx context.Context, t *tx) error {
		c, ok = multipost.Claim{}, false
		n, err := claimable(ctx, t, id, fence, now, 1)
		if err != nil || n == 0 {
			return err
		}
		company, err := companyOf(ctx, t, id)
		if err != nil {
			return err
		}
		if _, err := t.Exec(ctx, `INSERT INTO ad_readings (connection_id, company_id, due_at, complete_due_at) VALUES ($1, $2, $3, $3)
			ON CONFLICT (connection_id) DO NOTHING`, id, company, ms(now)); err != nil {
			return err
		}
		var complete, since int64
		err = t.Row(ctx, `UPDATE ad_readings SET due_at = $3, claimed = $3 WHERE connection_id = $1 AND company_id = $2 AND due_at > 0 AND due_at <= $4
			RETURNING complete_due_at, since`, id, company, ms(now.Add(adsRepeat)), ms(now)).Scan(&complete, &since)
		if errors.Is(err, errNoRows) {
			return nil
		}
		c.Complete, c.Since, ok = complete <= ms(now), at(since), err == nil
		return err
	})
	return c, ok, err
}

// FinishAdReading implements multipost.Store. What was asked for meanwhile
// stays due.
func (db *DB) FinishAdReading(ctx context.Context, id recruit.ConnectionID, f multipost.Finished) error {
	return db.write(ctx, func(ctx context.Context, t *tx) error {
		company, err := companyOf(ctx, t, id)
		if err != nil {
			return err
		}
		if _, err := t.Exec(ctx, `UPDATE ad_readings SET due_at = CASE WHEN due_at = claimed THEN $3 ELSE due_at END, claimed = 0, error = $4
			WHERE connection_id = $1 AND company_id = $2`, id, company, ms(f.Again), f.Failure); err != nil || f.Failure != "" {
			return err
		}
		_, err = t.Exec(ctx, `UPDATE ad_readings SET since = $3, read_at = $3, refused = $4,
			complete_at = CASE WHEN $5 > 0 THEN $3 ELSE complete_at END, listed = CASE WHEN $5 > 0 THEN $6 ELSE listed END,
			complete_due_at = CASE WHEN $5 > 0 AND complete_due_at <= $3 THEN $5 ELSE complete_due_at END
			WHERE connection_id = $1 AND company_id = $2`, id, company, ms(f.Began), f.Refused, ms(f.CompleteAgain), f.Listed)
		return err
	})
}

// AskAds implements multipost.Store.
func (db *DB) AskAds(ctx context.Context, company recruit.CompanyID, id recruit.ConnectionID, now time.Time) error {
	return db.write(ctx, func(ctx context.Context, t *tx) error {
		_, err := t.Exec(ctx, `INSERT INTO ad_readings (connection_id, company_id, due_at, complete_due_at) VALUES ($1, $2, $3, $3)
			ON CONFLICT (connection_id) DO UPDATE SET due_at = excluded.due_at, complete_due_at = excluded.complete_due_at, error = ''`, id, company, ms(now))
		if err != nil {
			return err
		}
		return t.ring(ctx, connLane(id), ms(now))
	})
}

// AdsPushed implements multipost.Store.
func (db *DB) AdsPushed(ctx context.Context, id recruit.ConnectionID, refused int, now time.Time) error {
	return db.write(ctx, func(ctx context.Context, t *tx) error {
		company, err := companyOf(ctx, t, id)
		if err != nil {
			return err
		}
		_, err = t.Exec(ctx, `INSERT INTO ad_readings (connection_id, company_id, due_at, complete_due_at, pushed_at, refused) VALUES ($1, $2, $3, $3, $3, $4)
			ON CONFLICT (connection_id) DO UPDATE SET pushed_at = excluded.pushed_at, refused = excluded.refused`, id, company, ms(now), refused)
		return err
	})
}

// AdReadings implements multipost.Store.
func (db *DB) AdReadings(ctx context.Context, company recruit.CompanyID) ([]multipost.Reading, error) {
	r, err := db.read().Query(ctx, `SELECT c.id, c.ats, c.state, c.ad_feed, coalesce(r.read_at, 0), coalesce(r.complete_at, 0), coalesce(r.pushed_at, 0),
		coalesce(r.claimed, 0), coalesce(r.due_at, 0), coalesce(r.error, ''), coalesce(r.refused, 0), coalesce(r.listed, 0),
		(SELECT count(*) FROM ads a WHERE a.connection_id = c.id AND a.company_id = c.company_id AND a.state <> 'foreign'),
		(SELECT count(*) FROM ads a WHERE a.connection_id = c.id AND a.company_id = c.company_id AND a.state = 'foreign')
		FROM connections c LEFT JOIN ad_readings r ON r.connection_id = c.id AND r.company_id = c.company_id WHERE c.company_id = $1 ORDER BY c.id DESC`, company)
	return collect(r, err, func(r row) (x multipost.Reading, err error) {
		var read, complete, pushed, claimed, due int64
		err = r.Scan(&x.Connection, &x.ATS, &x.State, &x.Feed, &read, &complete, &pushed, &claimed, &due, &x.Error, &x.Refused, &x.Listed, &x.Ads, &x.Foreign)
		x.ReadAt, x.CompleteAt, x.PushedAt = at(read), at(complete), at(pushed)
		x.Due = claimed > 0 || due > 0 && due <= ms(db.now())
		return x, err
	})
}
