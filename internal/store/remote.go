package store

import (
	"context"
	"time"

	"handoff/internal/delivery"
	"handoff/internal/integration"
	"handoff/internal/lane"
	"handoff/internal/recruit"
)

// AskTask implements integration.Store.
func (db *DB) AskTask(ctx context.Context, company recruit.CompanyID, id recruit.ConnectionID, task integration.Task, now time.Time) error {
	return db.write(ctx, func(ctx context.Context, t *tx) error { return t.askTask(ctx, company, id, task, now) })
}

func (t *tx) askTask(ctx context.Context, company recruit.CompanyID, id recruit.ConnectionID, task integration.Task, now time.Time) error {
	_, err := t.Exec(ctx, `INSERT INTO connection_tasks (connection_id, kind, company_id, due_at, updated_at) VALUES ($1, $2, $3, $4, $4)
		ON CONFLICT (connection_id, kind) DO UPDATE SET due_at = excluded.due_at, error = '', updated_at = excluded.updated_at`, id, task, company, ms(now))
	if err != nil {
		return err
	}
	return t.ring(ctx, connLane(id), ms(now))
}

// ClaimTasks implements integration.Store. A claimed task stays due in two
// minutes, should this run die in it.
func (db *DB) ClaimTasks(ctx context.Context, id recruit.ConnectionID, fence int64, now time.Time, n int) ([]integration.Task, error) {
	var any int
	err := db.read().Row(ctx, `SELECT count(*) FROM connection_tasks WHERE connection_id = $1 AND due_at > 0 AND due_at <= $2`, id, ms(now)).Scan(&any)
	if err != nil || any == 0 {
		return nil, err
	}
	var out []integration.Task
	err = db.write(ctx, func(ctx context.Context, t *tx) error {
		out = nil
		n, err := claimable(ctx, t, id, fence, now, n)
		if err != nil || n == 0 {
			return err
		}
		r, err := t.Query(ctx, `UPDATE connection_tasks SET due_at = $2, attempts = attempts + 1, updated_at = $3
			WHERE connection_id = $1 AND kind IN (SELECT kind FROM connection_tasks WHERE connection_id = $1 AND due_at > 0 AND due_at <= $3
			ORDER BY due_at LIMIT $4) RETURNING kind`, id, ms(now.Add(2*time.Minute)), ms(now), n)
		out, err = collect(r, err, func(r row) (k integration.Task, err error) { return k, r.Scan(&k) })
		return err
	})
	return out, err
}

// FinishTask implements integration.Store.
func (db *DB) FinishTask(ctx context.Context, id recruit.ConnectionID, task integration.Task, failure string, again, now time.Time) error {
	return db.write(ctx, func(ctx context.Context, t *tx) error {
		_, err := t.Exec(ctx, `UPDATE connection_tasks SET due_at = $3, error = $4, attempts = CASE WHEN $4 = '' THEN 0 ELSE attempts END, updated_at = $5
			WHERE connection_id = $1 AND kind = $2`, id, task, ms(again), failure, ms(now))
		return err
	})
}

func (t *tx) putJob(ctx context.Context, company recruit.CompanyID, id recruit.ConnectionID, j recruit.RemoteJob, now time.Time) error {
	_, err := t.Exec(ctx, `INSERT INTO remote_jobs (connection_id, id, company_id, title, reference, status, open, shared, consent_assigned, blocked_reason,
		location, refreshed_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
		ON CONFLICT (connection_id, id) DO UPDATE SET title = excluded.title, reference = excluded.reference, status = excluded.status, open = excluded.open,
			shared = excluded.shared, consent_assigned = excluded.consent_assigned, blocked_reason = excluded.blocked_reason,
			location = excluded.location, refreshed_at = excluded.refreshed_at, gone_at = 0`,
		id, j.ID, company, j.Title, j.Reference, j.Status, flag(j.Open), optional(j.Shared), optional(j.ConsentAssigned), j.BlockedReason, j.Location, ms(now))
	return err
}

func optional(b *bool) any {
	if b == nil {
		return nil
	}
	return flag(*b)
}

// follow makes bindings and held work follow what was read of one job that
// something is bound to, or held for.
func (t *tx) follow(ctx context.Context, id recruit.ConnectionID, job recruit.RemoteJobID, open, gone bool, now time.Time) error {
	switch {
	case gone:
		return t.breakBindings(ctx, id, job, delivery.ReasonJobGone, now)
	case !open:
		return t.breakBindings(ctx, id, job, delivery.ReasonJobClosed, now)
	}
	if _, err := t.Exec(ctx, `UPDATE bindings SET state = 'untested', reason = '' WHERE connection_id = $1 AND remote_job_id = $2
		AND reason IN ($3, $4)`, id, job, delivery.ReasonJobClosed, delivery.ReasonJobGone); err != nil {
		return err
	}
	// A claim that found the job closed holds without a word to the binding,
	// and a binding that moved on leaves what was begun where it is.
	var held int
	if err := t.Row(ctx, `SELECT count(*) FROM deliveries WHERE connection_id = $1 AND remote_job_id = $2 AND state = 'held' AND reason IN ($3, $4)`,
		id, job, delivery.ReasonJobClosed, delivery.ReasonJobGone).Scan(&held); err != nil || held == 0 {
		return err
	}
	return t.release(ctx, id, job, now, delivery.ReasonJobClosed, delivery.ReasonJobGone)
}

// SaveJob implements integration.Store.
func (db *DB) SaveJob(ctx context.Context, id recruit.ConnectionID, j recruit.RemoteJob, now time.Time) error {
	return db.write(ctx, func(ctx context.Context, t *tx) error {
		company, err := companyOf(ctx, t, id)
		if err != nil {
			return err
		}
		if err := t.putJob(ctx, company, id, j, now); err != nil {
			return err
		}
		return t.follow(ctx, id, j.ID, j.Open, false, now)
	})
}

func companyOf(ctx context.Context, q query, id recruit.ConnectionID) (c recruit.CompanyID, err error) {
	err = q.Row(ctx, `SELECT company_id FROM connections WHERE id = $1`, id).Scan(&c)
	return c, found(err)
}

// SaveJobs implements integration.Store.
func (db *DB) SaveJobs(ctx context.Context, id recruit.ConnectionID, jobs []recruit.RemoteJob, now time.Time) error {
	return db.write(ctx, func(ctx context.Context, t *tx) error {
		company, err := companyOf(ctx, t, id)
		if err != nil {
			return err
		}
		for _, j := range jobs {
			if err := t.putJob(ctx, company, id, j, now); err != nil {
				return err
			}
		}
		if len(jobs) > 0 { // an empty listing is never "everything was deleted"
			if _, err := t.Exec(ctx, `UPDATE remote_jobs SET gone_at = $2 WHERE connection_id = $1 AND refreshed_at < $2 AND gone_at = 0`, id, ms(now)); err != nil {
				return err
			}
		}
		if _, err := t.Exec(ctx, `UPDATE connections SET jobs_read_at = $2 WHERE id = $1`, id, ms(now)); err != nil {
			return err
		}
		r, err := t.Query(ctx, `SELECT j.id, j.open, j.gone_at FROM remote_jobs j WHERE j.connection_id = $1
			AND (EXISTS (SELECT 1 FROM bindings b WHERE b.connection_id = j.connection_id AND b.remote_job_id = j.id)
			OR j.id IN (SELECT d.remote_job_id FROM deliveries d WHERE d.connection_id = $1 AND d.state = 'held'))`, id)
		type bound struct {
			job        recruit.RemoteJobID
			open, gone int64
		}
		list, err := collect(r, err, func(r row) (b bound, err error) { return b, r.Scan(&b.job, &b.open, &b.gone) })
		if err != nil {
			return err
		}
		for _, b := range list {
			if err := t.follow(ctx, id, b.job, b.open == 1, b.gone != 0, now); err != nil {
				return err
			}
		}
		return nil
	})
}

// SaveSources implements integration.Store.
func (db *DB) SaveSources(ctx context.Context, id recruit.ConnectionID, sources []recruit.Source, now time.Time) error {
	return db.write(ctx, func(ctx context.Context, t *tx) error {
		company, err := companyOf(ctx, t, id)
		if err != nil {
			return err
		}
		if _, err := t.Exec(ctx, `DELETE FROM remote_sources WHERE connection_id = $1`, id); err != nil {
			return err
		}
		for _, s := range sources {
			if _, err := t.Exec(ctx, `INSERT INTO remote_sources (connection_id, id, company_id, name, grp, suggested) VALUES ($1, $2, $3, $4, $5, $6)
				ON CONFLICT (connection_id, id) DO NOTHING`, id, s.ID, company, s.Name, s.Group, flag(s.Suggested)); err != nil {
				return err
			}
		}
		_, err = t.Exec(ctx, `UPDATE connections SET sources_read_at = $2 WHERE id = $1`, id, ms(now))
		return err
	})
}

// RemoteJobs implements integration.Store: open ones first, then by title.
func (db *DB) RemoteJobs(ctx context.Context, company recruit.CompanyID, id recruit.ConnectionID) ([]recruit.RemoteJob, error) {
	r, err := db.read().Query(ctx, `SELECT id, title, reference, status, open, shared, consent_assigned, blocked_reason, location, refreshed_at
		FROM remote_jobs WHERE connection_id = $1 AND company_id = $2 AND gone_at = 0 ORDER BY open DESC, title, id`, id, company)
	return collect(r, err, func(r row) (j recruit.RemoteJob, err error) {
		var open, refreshed int64
		var shared, consent *int64
		err = r.Scan(&j.ID, &j.Title, &j.Reference, &j.Status, &open, &shared, &consent, &j.BlockedReason, &j.Location, &refreshed)
		j.Open, j.RefreshedAt, j.Shared, j.ConsentAssigned = open == 1, at(refreshed), boolean(shared), boolean(consent)
		return j, err
	})
}

func boolean(n *int64) *bool {
	if n == nil {
		return nil
	}
	b := *n == 1
	return &b
}

// RemoteSources implements integration.Store: suggested ones first.
func (db *DB) RemoteSources(ctx context.Context, company recruit.CompanyID, id recruit.ConnectionID) ([]recruit.Source, error) {
	r, err := db.read().Query(ctx, `SELECT id, name, grp, suggested FROM remote_sources WHERE connection_id = $1 AND company_id = $2
		ORDER BY suggested DESC, grp, name, id`, id, company)
	return collect(r, err, func(r row) (s recruit.Source, err error) {
		var suggested int64
		err = r.Scan(&s.ID, &s.Name, &s.Group, &suggested)
		s.Suggested = suggested == 1
		return s, err
	})
}

var (
	_ integration.Store = (*DB)(nil)
	_ delivery.Store    = (*DB)(nil)
	_ lane.Store        = (*DB)(nil)
)
