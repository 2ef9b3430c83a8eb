package store

import (
	"context"
	"encoding/json"
	"time"

	"handoff/internal/integration"
	"handoff/internal/lane"
	"handoff/internal/recruit"
)

const testRunColumns = `id, company_id, connection_id, process_id, remote_job_id, state, warned, checks, tag, remote_candidate_id, remote_application_id,
	remote_url, started_by, created_at, finished_at`

func scanTestRun(r row, more ...any) (x recruit.TestRun, err error) {
	var warned, created, finished int64
	var checks string
	dest := []any{&x.ID, &x.Company, &x.Connection, &x.Process, &x.RemoteJob, &x.State, &warned, &checks, &x.Tag, &x.RemoteCandidate, &x.RemoteApp,
		&x.RemoteURL, &x.StartedBy, &created, &finished}
	if err := r.Scan(append(dest, more...)...); err != nil {
		return x, found(err)
	}
	x.Warned, x.CreatedAt, x.FinishedAt = warned == 1, at(created), at(finished)
	return x, json.Unmarshal([]byte(checks), &x.Checks)
}

// InsertTestRun implements integration.Store.
func (db *DB) InsertTestRun(ctx context.Context, x recruit.TestRun) error {
	checks, err := json.Marshal(x.Checks)
	if err != nil {
		return err
	}
	return db.write(ctx, func(ctx context.Context, t *tx) error {
		_, err := t.Exec(ctx, `INSERT INTO test_runs (id, company_id, connection_id, process_id, remote_job_id, state, checks, tag, started_by, created_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`, x.ID, x.Company, x.Connection, x.Process, x.RemoteJob, x.State, string(checks), x.Tag,
			x.StartedBy, ms(x.CreatedAt))
		if err != nil {
			return err
		}
		return t.ring(ctx, connLane(x.Connection), ms(x.CreatedAt))
	})
}

// TestRun implements integration.Store.
func (db *DB) TestRun(ctx context.Context, company recruit.CompanyID, id recruit.TestRunID) (recruit.TestRun, error) {
	return scanTestRun(db.read().Row(ctx, `SELECT `+testRunColumns+` FROM test_runs WHERE id = $1 AND company_id = $2`, id, company))
}

// ClaimTestRuns implements integration.Store.
func (db *DB) ClaimTestRuns(ctx context.Context, id recruit.ConnectionID, fence int64, now time.Time, n int) ([]recruit.TestRun, error) {
	var any int
	err := db.read().Row(ctx, `SELECT count(*) FROM test_runs WHERE connection_id = $1 AND (state = 'waiting' OR state = 'running' AND fence <> $2)`,
		id, fence).Scan(&any)
	if err != nil || any == 0 {
		return nil, err
	}
	var out []recruit.TestRun
	err = db.write(ctx, func(ctx context.Context, t *tx) error {
		out = nil
		r, err := t.Query(ctx, `SELECT `+testRunColumns+` FROM test_runs WHERE connection_id = $1 AND state = 'running' AND fence <> $2`, id, fence)
		left, err := collect(r, err, func(r row) (recruit.TestRun, error) { return scanTestRun(r) })
		if err != nil {
			return err
		}
		for _, x := range left {
			// The process that worked it died. What it put in is removed by the
			// intent that it left on disk.
			for i := range x.Checks {
				switch x.Checks[i].State {
				case recruit.CheckRunning:
					x.Checks[i].State, x.Checks[i].Code = recruit.CheckFailed, "interrupted"
				case recruit.CheckPending:
					x.Checks[i].State, x.Checks[i].Code = recruit.CheckNotApplicable, "not_reached"
				}
			}
			checks, err := json.Marshal(x.Checks)
			if err != nil {
				return err
			}
			if _, err := t.Exec(ctx, `UPDATE test_runs SET state = 'failed', checks = $2, finished_at = $3 WHERE id = $1`, x.ID, string(checks), ms(now)); err != nil {
				return err
			}
		}
		r, err = t.Query(ctx, `UPDATE test_runs SET state = 'running', fence = $2 WHERE id IN (SELECT id FROM test_runs
			WHERE connection_id = $1 AND state = 'waiting' ORDER BY id LIMIT $3) RETURNING `+testRunColumns, id, fence, n)
		out, err = collect(r, err, func(r row) (recruit.TestRun, error) { return scanTestRun(r) })
		return err
	})
	return out, err
}

// SaveTestRun implements integration.Store.
func (db *DB) SaveTestRun(ctx context.Context, x recruit.TestRun, fence int64, pushing bool, removal string, removalAt time.Time) error {
	checks, err := json.Marshal(x.Checks)
	if err != nil {
		return err
	}
	now := db.now()
	return db.write(ctx, func(ctx context.Context, t *tx) error {
		n, err := t.Exec(ctx, `UPDATE test_runs SET state = $3, warned = $4, checks = $5, remote_candidate_id = $6, remote_application_id = $7,
			remote_url = $8, finished_at = $9, push_from = CASE WHEN $10 = 1 AND push_from = 0 THEN $11 ELSE push_from END, removal = $12, removal_at = $13
			WHERE id = $1 AND fence = $2 AND state = 'running'
			AND EXISTS (SELECT 1 FROM lanes WHERE lanes.key = 'conn:' || test_runs.connection_id AND lanes.fence = $2)`,
			x.ID, fence, x.State, flag(x.Warned), string(checks), x.RemoteCandidate, x.RemoteApp, x.RemoteURL, ms(x.FinishedAt),
			flag(pushing), ms(now), removal, ms(removalAt))
		if err == nil && n == 0 {
			return lane.ErrLost
		}
		return err
	})
}

// ClaimRemovals implements integration.Store.
func (db *DB) ClaimRemovals(ctx context.Context, id recruit.ConnectionID, fence int64, now time.Time, n int) ([]integration.Removal, error) {
	var any int
	err := db.read().Row(ctx, `SELECT count(*) FROM test_runs WHERE connection_id = $1 AND removal = 'due' AND removal_at <= $2 AND state <> 'running'`,
		id, ms(now)).Scan(&any)
	if err != nil || any == 0 {
		return nil, err
	}
	var out []integration.Removal
	err = db.write(ctx, func(ctx context.Context, t *tx) error {
		out = nil
		if n, err := claimable(ctx, t, id, fence, now, n); err != nil || n == 0 {
			return err
		}
		r, err := t.Query(ctx, `UPDATE test_runs SET removal_attempts = removal_attempts + 1, fence = $2, removal_at = $3 WHERE id IN (SELECT id FROM test_runs
			WHERE connection_id = $1 AND removal = 'due' AND removal_at <= $4 AND state <> 'running' ORDER BY removal_at LIMIT $5)
			RETURNING `+testRunColumns+`, push_from, removal_attempts`, id, fence, ms(now.Add(5*time.Minute)), ms(now), n)
		out, err = collect(r, err, func(r row) (x integration.Removal, err error) {
			var from int64
			x.TestRun, err = scanTestRun(r, &from, &x.Attempts)
			x.PushFrom = at(from)
			return x, err
		})
		return err
	})
	return out, err
}

// SettleRemoval implements integration.Store.
func (db *DB) SettleRemoval(ctx context.Context, x integration.Removal, fence int64, removal string, again time.Time) error {
	checks, err := json.Marshal(x.Checks)
	if err != nil {
		return err
	}
	return db.write(ctx, func(ctx context.Context, t *tx) error {
		_, err := t.Exec(ctx, `UPDATE test_runs SET removal = $3, removal_at = $4, checks = $5, remote_candidate_id = $6, remote_url = $7
			WHERE id = $1 AND fence = $2`, x.ID, fence, removal, ms(again), string(checks), x.RemoteCandidate, x.RemoteURL)
		return err
	})
}

// abandonRemovals leaves test candidates of the former account to people: the
// new one cannot reach them, and its "not there" would say nothing.
func (t *tx) abandonRemovals(ctx context.Context, id recruit.ConnectionID) error {
	r, err := t.Query(ctx, `SELECT `+testRunColumns+` FROM test_runs WHERE connection_id = $1 AND removal = 'due'`, id)
	left, err := collect(r, err, func(r row) (recruit.TestRun, error) { return scanTestRun(r) })
	if err != nil {
		return err
	}
	for _, x := range left {
		for i := range x.Checks {
			if x.Checks[i].Name == "removed" {
				x.Checks[i] = recruit.TestCheck{Name: "removed", State: recruit.CheckWarning, Code: "removal_by_hand"}
			}
		}
		checks, err := json.Marshal(x.Checks)
		if err != nil {
			return err
		}
		if _, err := t.Exec(ctx, `UPDATE test_runs SET removal = 'impossible', checks = $2 WHERE id = $1`, x.ID, string(checks)); err != nil {
			return err
		}
	}
	return nil
}
