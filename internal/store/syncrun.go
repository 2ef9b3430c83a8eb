package store

import (
	"context"
	"errors"
	"time"

	"handoff/internal/recruit"
	"handoff/internal/stagesync"
)

const runColumns = `id, company_id, connection_id, trigger_kind, dry_run, state, total, done, moved, unchanged, unmapped, gone, failed, error,
	started_by, started_at, finished_at`

func scanRun(r row) (x stagesync.Run, err error) {
	var dry, started, finished int64
	err = r.Scan(&x.ID, &x.Company, &x.Connection, &x.Trigger, &dry, &x.State, &x.Total, &x.Done, &x.Moved, &x.Unchanged, &x.Unmapped, &x.Gone,
		&x.Failed, &x.Error, &x.StartedBy, &started, &finished)
	x.DryRun, x.StartedAt, x.FinishedAt = dry == 1, at(started), at(finished)
	return x, err
}

func (t *tx) insertRun(ctx context.Context, r stagesync.Run) error {
	if r.Total == 0 { // nothing to do is done
		r.State, r.FinishedAt = "done", r.StartedAt
	}
	_, err := t.Exec(ctx, `INSERT INTO sync_runs (id, company_id, connection_id, process_id, trigger_kind, dry_run, state, total, started_by, started_at,
		finished_at, mails) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`, r.ID, r.Company, r.Connection, r.Process, r.Trigger, flag(r.DryRun), r.State, r.Total, r.StartedBy,
		ms(r.StartedAt), ms(r.FinishedAt), flag(r.Mails))
	return err
}

// StartRun implements stagesync.Store. Whether the module is on is looked at
// where the run begins: one begun beside a switching off would read for nobody.
func (db *DB) StartRun(ctx context.Context, r stagesync.Run) (stagesync.Run, error) {
	var out stagesync.Run
	err := db.write(ctx, func(ctx context.Context, t *tx) error {
		var state recruit.ConnectionState
		var enabled int64
		err := t.Row(ctx, `SELECT c.state, coalesce(s.enabled, 0) FROM connections c LEFT JOIN stage_syncs s ON s.connection_id = c.id
			WHERE c.id = $1 AND c.company_id = $2`, r.Connection, r.Company).Scan(&state, &enabled)
		switch {
		case err != nil:
			return found(err)
		case enabled == 0 && r.Trigger != stagesync.TriggerReconciliation:
			return recruit.Refuse("stage_sync_off")
		case state != recruit.ConnConnected && state != recruit.ConnFailing:
			return recruit.Refuse("connection_not_ready")
		}
		out, err = t.startRun(ctx, r)
		return err
	})
	return out, err
}

func (t *tx) startRun(ctx context.Context, r stagesync.Run) (stagesync.Run, error) {
	old, err := scanRun(t.Row(ctx, `SELECT `+runColumns+` FROM sync_runs WHERE connection_id = $1 AND company_id = $2 AND state = 'running'
		AND trigger_kind <> 'mapping' ORDER BY id LIMIT 1`, r.Connection, r.Company))
	switch {
	case errors.Is(err, errNoRows):
	case err != nil:
		return r, err
	case r.DryRun && !old.DryRun: // two readings of one job at once would be one too many
		return r, recruit.Refuse("sync_running")
	case r.DryRun == old.DryRun && (r.Trigger == old.Trigger || !r.DryRun && r.Trigger != stagesync.TriggerBackfill):
		return old, nil // its jobs wait for it already
	default: // it does less than is asked for now, or something else: one that only tells, or without the earlier ones
		if err := t.overtake(ctx, r.Connection, r.Company, stagesync.EndedOvertaken, r.StartedAt); err != nil {
			return r, err
		}
	}
	if r.Trigger == stagesync.TriggerBackfill && !r.DryRun {
		if _, err := t.Exec(ctx, `UPDATE stage_syncs SET backfilled_at = $3 WHERE connection_id = $1 AND company_id = $2`, r.Connection, r.Company, ms(r.StartedAt)); err != nil {
			return r, err
		}
	}
	if r.Trigger == stagesync.TriggerBackfill || r.Trigger == stagesync.TriggerReconciliation {
		// Jobs that only earlier applications stand on are read too.
		if _, err := t.Exec(ctx, `INSERT INTO stage_jobs (connection_id, remote_job_id, company_id, due_at)
			SELECT DISTINCT d.connection_id, d.remote_job_id, d.company_id, CAST($4 AS BIGINT)
			FROM deliveries d JOIN applications a ON a.id = d.application_id WHERE `+followed+`
			ON CONFLICT (connection_id, remote_job_id) DO NOTHING`, r.Connection, 0, r.Company, ms(r.StartedAt)); err != nil {
			return r, err
		}
	}
	n, err := t.Exec(ctx, `UPDATE stage_jobs SET run_id = $3, due_at = $4, attempts = 0, error = '' WHERE connection_id = $1 AND company_id = $2`,
		r.Connection, r.Company, r.ID, ms(r.StartedAt))
	if err != nil {
		return r, err
	}
	r.Total = int(n)
	if err := t.insertRun(ctx, r); err != nil {
		return r, err
	}
	if err := t.audit(ctx, r.Company, r.StartedAt, r.StartedBy, "stage_sync.run", string(r.Connection), "trigger", string(r.Trigger)); err != nil {
		return r, err
	}
	if err := t.ring(ctx, connLane(r.Connection), ms(r.StartedAt)); err != nil {
		return r, err
	}
	return scanRun(t.Row(ctx, `SELECT `+runColumns+` FROM sync_runs WHERE id = $1`, r.ID))
}

// endRuns ends what reads for a module that is switched off: its jobs are
// nobody's any more, and a run that waited for them would stand in the way of
// every later one.
func (t *tx) endRuns(ctx context.Context, id recruit.ConnectionID, c recruit.CompanyID, now time.Time) error {
	if _, err := t.Exec(ctx, `DELETE FROM stage_jobs WHERE connection_id = $1 AND company_id = $2`, id, c); err != nil {
		return err
	}
	return t.overtake(ctx, id, c, stagesync.EndedOff, now)
}

// overtake ends the runs that are under way before all was read.
func (t *tx) overtake(ctx context.Context, id recruit.ConnectionID, c recruit.CompanyID, why string, now time.Time) error {
	_, err := t.Exec(ctx, `UPDATE sync_runs SET state = 'failed', error = $4, finished_at = $3 WHERE connection_id = $1 AND company_id = $2
		AND state = 'running' AND trigger_kind <> 'mapping'`, id, c, ms(now), why)
	return err
}

// BeginDaily implements stagesync.Store. A day that was slept through is made
// up once.
func (db *DB) BeginDaily(ctx context.Context, id recruit.ConnectionID, fence int64, now time.Time) error {
	due := func(q query) (bool, error) {
		s, err := syncOf(ctx, q, id)
		return err == nil && s.enabled && s.mode == stagesync.OnceADay && s.next > 0 && s.next <= ms(now), err
	}
	if is, err := due(db.read()); err != nil || !is {
		return err
	}
	return db.write(ctx, func(ctx context.Context, t *tx) error {
		if n, err := claimable(ctx, t, id, fence, now, 1); err != nil || n == 0 {
			return err
		}
		s, err := syncOf(ctx, t, id)
		if err != nil || !s.enabled || s.next == 0 || s.next > ms(now) {
			return err
		}
		next := s.module.NextDaily(now)
		if _, err := t.Exec(ctx, `UPDATE stage_syncs SET next_run_at = $2 WHERE connection_id = $1`, id, ms(next)); err != nil {
			return err
		}
		_, err = t.startRun(ctx, stagesync.Run{ID: recruit.NewSyncRunID(now), Company: s.company, Connection: id, Trigger: stagesync.TriggerSchedule,
			State: "running", StartedBy: "system", StartedAt: now})
		return err
	})
}

// SyncRun implements stagesync.Store.
func (db *DB) SyncRun(ctx context.Context, c recruit.CompanyID, id recruit.SyncRunID) (stagesync.Run, error) {
	q := db.read()
	r, err := scanRun(q.Row(ctx, `SELECT `+runColumns+` FROM sync_runs WHERE id = $1 AND company_id = $2`, id, c))
	if err != nil || r.State != "running" {
		return r, found(err)
	}
	var until int64
	err = q.Row(ctx, `SELECT error, due_at FROM stage_jobs WHERE connection_id = $1 AND company_id = $2 AND run_id = $3 AND error <> ''
		ORDER BY due_at LIMIT 1`, r.Connection, c, id).Scan(&r.Waits, &until)
	if errors.Is(err, errNoRows) {
		return r, nil
	}
	r.Until = at(until)
	return r, err
}

// SyncRuns implements stagesync.Store.
func (db *DB) SyncRuns(ctx context.Context, c recruit.CompanyID, id recruit.ConnectionID, limit int) ([]stagesync.Run, error) {
	r, err := db.read().Query(ctx, `SELECT `+runColumns+` FROM sync_runs WHERE connection_id = $1 AND company_id = $2 ORDER BY id DESC LIMIT $3`, id, c, limit)
	return collect(r, err, scanRun)
}

// SyncItems implements stagesync.Store.
func (db *DB) SyncItems(ctx context.Context, c recruit.CompanyID, id recruit.SyncRunID, l recruit.List) (recruit.Page[stagesync.Item], error) {
	var p recruit.Page[stagesync.Item]
	r, err := db.read().Query(ctx, `SELECT application_id, remote_stage, from_stage, to_stage, result, reason FROM sync_items
		WHERE run_id = $1 AND company_id = $2 AND application_id > $3 ORDER BY application_id LIMIT $4`, id, c, l.Cursor, l.Size()+1)
	p.Items, err = collect(r, err, func(r row) (x stagesync.Item, err error) {
		return x, r.Scan(&x.Application, &x.RemoteStage, &x.From, &x.To, &x.Result, &x.Reason)
	})
	if err == nil && len(p.Items) > l.Size() {
		p.Items = p.Items[:l.Size()]
		p.Next = string(p.Items[l.Size()-1].Application)
	}
	return p, err
}

// count adds to a run's counts and ends it when all is done.
func (t *tx) count(ctx context.Context, run recruit.SyncRunID, n stagesync.Counts, done int, failure string, now time.Time) error {
	if run == "" {
		return nil
	}
	_, err := t.Exec(ctx, `UPDATE sync_runs SET done = done + $2, moved = moved + $3, unchanged = unchanged + $4, unmapped = unmapped + $5,
		gone = gone + $6, failed = failed + $7, error = CASE WHEN $8 = '' THEN error ELSE $8 END WHERE id = $1 AND state = 'running'`,
		run, done, n.Moved, n.Unchanged, n.Unmapped, n.Gone, n.Failed, failure)
	if err != nil {
		return err
	}
	ended, err := t.Exec(ctx, `UPDATE sync_runs SET state = CASE WHEN failed > 0 THEN 'failed' ELSE 'done' END, finished_at = $2
		WHERE id = $1 AND state = 'running' AND done >= total`, run, ms(now))
	if err != nil || ended == 0 {
		return err
	}
	_, err = t.Exec(ctx, `UPDATE stage_syncs SET last_run_at = $2 WHERE connection_id = (SELECT connection_id FROM sync_runs WHERE id = $1 AND dry_run = 0
		AND trigger_kind <> 'mapping')`, run, ms(now))
	return err
}

func (t *tx) item(ctx context.Context, c recruit.CompanyID, run recruit.SyncRunID, x stagesync.Item) error {
	if run == "" || x.Result == stagesync.ResultUnchanged {
		return nil
	}
	_, err := t.Exec(ctx, `INSERT INTO sync_items (run_id, application_id, company_id, remote_stage, from_stage, to_stage, result, reason)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (run_id, application_id) DO NOTHING`,
		run, x.Application, c, x.RemoteStage, x.From, x.To, x.Result, x.Reason)
	return err
}
