package store

import (
	"context"
	"errors"
	"slices"
	"time"

	"handoff/internal/connector"
	"handoff/internal/delivery"
	"handoff/internal/integration"
	"handoff/internal/lane"
	"handoff/internal/recruit"
)

// AskTask implements integration.Store.
func (db *DB) AskTask(ctx context.Context, company recruit.CompanyID, id recruit.ConnectionID, task integration.Task, actor string, now time.Time) error {
	return db.write(ctx, func(ctx context.Context, t *tx) error { return t.askTask(ctx, company, id, task, actor, now) })
}

// askTask has a reading done now. Who asked for it stands until it is done.
func (t *tx) askTask(ctx context.Context, company recruit.CompanyID, id recruit.ConnectionID, task integration.Task, actor string, now time.Time) error {
	_, err := t.Exec(ctx, `INSERT INTO connection_tasks (connection_id, kind, company_id, due_at, asked_by, updated_at) VALUES ($1, $2, $3, $4, $5, $4)
		ON CONFLICT (connection_id, kind) DO UPDATE SET due_at = excluded.due_at, error = '', code = '', updated_at = excluded.updated_at,
			asked_by = CASE WHEN excluded.asked_by = '' THEN connection_tasks.asked_by ELSE excluded.asked_by END`, id, task, company, ms(now), actor)
	if err != nil {
		return err
	}
	return t.ring(ctx, connLane(id), ms(now))
}

// putTask says when a reading is due; dueAt is SQL for one that was due at
// another time. What it found last stays.
func (t *tx) putTask(ctx context.Context, company recruit.CompanyID, id recruit.ConnectionID, task integration.Task, due time.Time, dueAt string) error {
	_, err := t.Exec(ctx, `INSERT INTO connection_tasks (connection_id, kind, company_id, due_at, updated_at) VALUES ($1, $2, $3, $4, $4)
		ON CONFLICT (connection_id, kind) DO UPDATE SET due_at = `+dueAt, id, task, company, ms(due))
	if err != nil {
		return err
	}
	return t.ring(ctx, connLane(id), ms(due))
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
func (db *DB) FinishTask(ctx context.Context, id recruit.ConnectionID, task integration.Task, failed integration.Failed, again, now time.Time) error {
	return db.write(ctx, func(ctx context.Context, t *tx) error {
		// One that was asked for again meanwhile is due: what it was asked for
		// may have come too late for this reading.
		_, err := t.Exec(ctx, `UPDATE connection_tasks SET due_at = CASE WHEN due_at > 0 AND due_at <= $6 THEN due_at ELSE $3 END, error = $4, code = $5,
			updated_at = $6, attempts = CASE WHEN $4 = '' THEN 0 ELSE attempts END,
			asked_by = CASE WHEN $4 <> '' OR due_at > 0 AND due_at <= $6 THEN asked_by ELSE '' END
			WHERE connection_id = $1 AND kind = $2`, id, task, ms(again), failed.Kind, failed.Code, ms(now))
		return err
	})
}

func (t *tx) putJob(ctx context.Context, company recruit.CompanyID, id recruit.ConnectionID, j recruit.RemoteJob, now time.Time) error {
	if j.ConsentAssigned != nil && j.ConsentKnownAt.IsZero() {
		j.ConsentKnownAt = now
	}
	_, err := t.Exec(ctx, `INSERT INTO remote_jobs (connection_id, id, company_id, title, reference, status, open, shared, consent_assigned, consent_known_at,
		blocked_reason, location, refreshed_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
		ON CONFLICT (connection_id, id) DO UPDATE SET title = excluded.title, reference = excluded.reference, status = excluded.status, open = excluded.open,
			shared = excluded.shared, consent_assigned = coalesce(excluded.consent_assigned, remote_jobs.consent_assigned),
			consent_known_at = CASE WHEN excluded.consent_assigned IS NULL THEN remote_jobs.consent_known_at ELSE excluded.consent_known_at END,
			blocked_reason = excluded.blocked_reason, location = excluded.location, refreshed_at = excluded.refreshed_at, gone_at = 0`,
		id, j.ID, company, j.Title, j.Reference, j.Status, flag(j.Open), optional(j.Shared), optional(j.ConsentAssigned), ms(j.ConsentKnownAt),
		j.BlockedReason, j.Location, ms(now))
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
func (t *tx) follow(ctx context.Context, id recruit.ConnectionID, job recruit.RemoteJobID, open, shared, gone bool, now time.Time) error {
	// A look at the job says more than a list: why it is not there, or that it
	// takes people again.
	if err := t.contradicted(ctx, id, job, gone || !open || !shared, now); err != nil {
		return err
	}
	switch {
	case gone:
		return t.breakBindings(ctx, id, job, delivery.ReasonJobGone, now)
	case !shared:
		return t.breakBindings(ctx, id, job, delivery.ReasonJobNotShared, now)
	case !open:
		return t.breakBindings(ctx, id, job, delivery.ReasonJobClosed, now)
	}
	if _, err := t.Exec(ctx, `UPDATE bindings SET state = 'untested', reason = '' WHERE connection_id = $1 AND remote_job_id = $2
		AND reason IN ($3, $4, $5)`, id, job, delivery.ReasonJobClosed, delivery.ReasonJobGone, delivery.ReasonJobNotShared); err != nil {
		return err
	}
	// A claim that found the job closed holds without a word to the binding,
	// and a binding that moved on leaves what was begun where it is.
	var held int
	if err := t.Row(ctx, `SELECT count(*) FROM deliveries WHERE connection_id = $1 AND remote_job_id = $2 AND state = 'held' AND reason IN ($3, $4, $5)`,
		id, job, delivery.ReasonJobClosed, delivery.ReasonJobGone, delivery.ReasonJobNotShared).Scan(&held); err != nil || held == 0 {
		return err
	}
	return t.release(ctx, id, job, now, delivery.ReasonJobClosed, delivery.ReasonJobGone, delivery.ReasonJobNotShared)
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
		listed := false // what is out of reach was not listed
		for _, j := range jobs {
			if err := t.putJob(ctx, company, id, j, now); err != nil {
				return err
			}
			listed = listed || j.Shared == nil || *j.Shared
		}
		if listed { // an empty listing is never "everything was deleted"
			if _, err := t.Exec(ctx, `UPDATE remote_jobs SET gone_at = $2 WHERE connection_id = $1 AND refreshed_at < $2 AND gone_at = 0`, id, ms(now)); err != nil {
				return err
			}
		}
		if _, err := t.Exec(ctx, `UPDATE connections SET jobs_read_at = $2 WHERE id = $1`, id, ms(now)); err != nil {
			return err
		}
		r, err := t.Query(ctx, `SELECT j.id, j.open, coalesce(j.shared, 1), j.gone_at FROM remote_jobs j WHERE j.connection_id = $1 AND `+boundJob, id)
		type bound struct {
			job                recruit.RemoteJobID
			open, shared, gone int64
		}
		list, err := collect(r, err, func(r row) (b bound, err error) { return b, r.Scan(&b.job, &b.open, &b.shared, &b.gone) })
		if err != nil {
			return err
		}
		for _, b := range list {
			if err := t.follow(ctx, id, b.job, b.open == 1, b.shared == 1, b.gone != 0, now); err != nil {
				return err
			}
		}
		return nil
	})
}

// boundJob is what a process is bound to, or work is held for.
const boundJob = `(EXISTS (SELECT 1 FROM bindings b WHERE b.connection_id = j.connection_id AND b.remote_job_id = j.id)
	OR j.id IN (SELECT d.remote_job_id FROM deliveries d WHERE d.connection_id = j.connection_id AND d.state = 'held'))`

// BoundJobs implements integration.Store.
func (db *DB) BoundJobs(ctx context.Context, id recruit.ConnectionID) ([]recruit.RemoteJob, error) {
	r, err := db.read().Query(ctx, `SELECT `+jobColumns+` FROM remote_jobs j WHERE j.connection_id = $1 AND `+boundJob, id)
	return collect(r, err, scanJob)
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
		var suggested []recruit.Source
		for _, s := range sources {
			if s.Suggested {
				suggested = append(suggested, s)
			}
			if _, err := t.Exec(ctx, `INSERT INTO remote_sources (connection_id, id, company_id, name, grp, suggested) VALUES ($1, $2, $3, $4, $5, $6)
				ON CONFLICT (connection_id, id) DO NOTHING`, id, s.ID, company, s.Name, s.Group, flag(s.Suggested)); err != nil {
				return err
			}
		}
		if _, err = t.Exec(ctx, `UPDATE connections SET sources_read_at = $2 WHERE id = $1`, id, ms(now)); err != nil {
			return err
		}
		if len(suggested) != 1 {
			return nil // none, or a person chooses
		}
		return t.adoptSource(ctx, company, id, sources, suggested[0], now)
	})
}

// adoptSource chooses the one source with our name for the person who asked
// for the import, unless one of the list is chosen already.
func (t *tx) adoptSource(ctx context.Context, company recruit.CompanyID, id recruit.ConnectionID, sources []recruit.Source, ours recruit.Source, now time.Time) error {
	var by string
	err := t.Row(ctx, `SELECT asked_by FROM connection_tasks WHERE connection_id = $1 AND kind = 'sources'`, id).Scan(&by)
	if err != nil || by == "" {
		return orNone(found(err))
	}
	c, err := scanConnection(t.Row(ctx, `SELECT `+connectionColumns+` FROM connections c WHERE c.id = $1 AND c.company_id = $2`, id, company))
	if err != nil {
		return err
	}
	if c.Source != nil && slices.ContainsFunc(sources, func(s recruit.Source) bool { return s.ID == c.Source.ID && c.Source.Group != connector.SourceTyped }) {
		return nil
	}
	text, name, err := sourceText(&ours)
	if err != nil {
		return err
	}
	return t.setSource(ctx, company, id, text, name, by, now)
}

// orNone makes nothing of there being none.
func orNone(err error) error {
	if errors.Is(err, recruit.ErrNotFound) {
		return nil
	}
	return err
}

const jobColumns = `j.id, j.title, j.reference, j.status, j.open, j.shared, j.consent_assigned, j.consent_known_at, j.blocked_reason, j.location,
	j.refreshed_at, j.gone_at`

func scanJob(r row) (j recruit.RemoteJob, err error) {
	var open, known, refreshed, gone int64
	var shared, consent *int64
	err = r.Scan(&j.ID, &j.Title, &j.Reference, &j.Status, &open, &shared, &consent, &known, &j.BlockedReason, &j.Location, &refreshed, &gone)
	j.Open, j.RefreshedAt, j.Shared, j.ConsentAssigned, j.ConsentKnownAt = open == 1, at(refreshed), boolean(shared), boolean(consent), at(known)
	switch {
	case gone != 0 && j.Shared != nil: // it was in the list while it was shared
		no := false
		j.Shared, j.BlockedReason = &no, blockedNotShared
	case j.BlockedReason == "" && j.ConsentAssigned != nil && !*j.ConsentAssigned:
		j.BlockedReason = connector.CodeNoConsentAssigned // which a listing does not tell
	case j.BlockedReason == connector.CodeNoConsentAssigned && j.ConsentAssigned != nil && *j.ConsentAssigned:
		j.BlockedReason = ""
	}
	return j, err
}

// blockedNotShared is why a job that was out of sight cannot be chosen.
const blockedNotShared = "not_shared"

// goneShown is how long a job that is not shared any more is told as such.
const goneShown = 30 * 24 * time.Hour

// RemoteJobs implements integration.Store: open ones first, then by title. With
// access to selected jobs, one that left the list is told as not shared.
func (db *DB) RemoteJobs(ctx context.Context, company recruit.CompanyID, id recruit.ConnectionID) ([]recruit.RemoteJob, error) {
	r, err := db.read().Query(ctx, `SELECT `+jobColumns+` FROM remote_jobs j JOIN connections c ON c.id = j.connection_id AND c.company_id = j.company_id
		WHERE j.connection_id = $1 AND j.company_id = $2 AND (j.gone_at = 0 OR j.shared IS NOT NULL AND j.open = 1 AND c.access_scope = 'selected' AND j.gone_at > $3)
		ORDER BY CASE WHEN j.gone_at = 0 THEN j.open ELSE 0 END DESC, j.title, j.id`, id, company, ms(db.now().Add(-goneShown)))
	return collect(r, err, scanJob)
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
