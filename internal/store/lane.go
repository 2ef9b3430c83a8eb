package store

import (
	"context"
	"errors"
	"strings"
	"time"

	"handoff/internal/notify"
	"handoff/internal/recruit"
)

// ms is the form of a time in the database.
func ms(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

// at is the way back.
func at(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

// connLane is the key of a connection's lane.
func connLane(id recruit.ConnectionID) string { return "conn:" + string(id) }

// AcquireLane implements lane.Store.
func (db *DB) AcquireLane(ctx context.Context, key, holder string, now, until time.Time) (int64, bool, error) {
	var fence int64
	err := db.write(ctx, func(ctx context.Context, t *tx) error {
		fence = 0
		err := t.Row(ctx, `UPDATE lanes SET fence = fence + 1, holder = $2, lease_until = $3
			WHERE key = $1 AND lease_until <= $4 RETURNING fence`, key, holder, ms(until), ms(now)).Scan(&fence)
		if errors.Is(err, errNoRows) {
			return nil
		}
		return err
	})
	return fence, fence > 0, err
}

// RenewLane implements lane.Store.
func (db *DB) RenewLane(ctx context.Context, key string, fence int64, until time.Time) (bool, error) {
	var n int64
	err := db.write(ctx, func(ctx context.Context, t *tx) (err error) {
		n, err = t.Exec(ctx, `UPDATE lanes SET lease_until = $3 WHERE key = $1 AND fence = $2 AND holder <> ''`, key, fence, ms(until))
		return err
	})
	return n == 1, err
}

// ReleaseLane implements lane.Store.
func (db *DB) ReleaseLane(ctx context.Context, key string, fence int64, now time.Time) error {
	return db.write(ctx, func(ctx context.Context, t *tx) error {
		n, err := t.Exec(ctx, `UPDATE lanes SET holder = '', lease_until = 0 WHERE key = $1 AND fence = $2`, key, fence)
		if err != nil || n == 0 {
			return err
		}
		wake, err := nextDue(ctx, t, key)
		if err != nil {
			return err
		}
		// A lane with work left goes behind those that wait already.
		if wake > 0 {
			wake = max(wake, ms(now))
		}
		_, err = t.Exec(ctx, `UPDATE lanes SET wake_at = $2 WHERE key = $1`, key, wake)
		return err
	})
}

// DueLanes implements lane.Store.
func (db *DB) DueLanes(ctx context.Context, now time.Time, limit int) ([]string, time.Time, error) {
	r, err := db.read().Query(ctx, `SELECT key FROM lanes WHERE wake_at > 0 AND wake_at <= $1 AND lease_until <= $1
		ORDER BY wake_at LIMIT $2`, ms(now), limit)
	keys, err := collect(r, err, func(r row) (k string, err error) { return k, r.Scan(&k) })
	if err != nil {
		return nil, time.Time{}, err
	}
	var next int64
	err = db.read().Row(ctx, `SELECT coalesce(min(wake_at), 0) FROM lanes WHERE wake_at > $1`, ms(now)).Scan(&next)
	return keys, at(next), err
}

// ForgetLeases ends every lease. It is right only where no other process can
// hold one: the embedded database, whose folder is locked by the one that
// serves. Without it a killed process would keep its lanes for a lease's time.
func (db *DB) ForgetLeases(ctx context.Context) error {
	return db.write(ctx, func(ctx context.Context, t *tx) error {
		r, err := t.Query(ctx, `SELECT key FROM lanes WHERE lease_until > 0 OR holder <> ''`)
		keys, err := collect(r, err, func(r row) (k string, err error) { return k, r.Scan(&k) })
		if err != nil {
			return err
		}
		if _, err := t.Exec(ctx, `UPDATE lanes SET holder = '', lease_until = 0, fence = fence + 1`); err != nil {
			return err
		}
		for _, k := range keys {
			if err := t.ring(ctx, k, 1); err != nil {
				return err
			}
		}
		return nil
	})
}

// PauseLane stops deliveries and readings of a lane until a time. Checks, a
// code exchange and tests go on: they are what repairs it.
func (t *tx) pauseLane(ctx context.Context, key string, until int64, reason string) error {
	_, err := t.Exec(ctx, `UPDATE lanes SET paused_until = $2, pause_reason = $3 WHERE key = $1 AND paused_until < $2`, key, until, reason)
	return err
}

// resumeLane ends a pause and the breaker's count.
func (t *tx) resumeLane(ctx context.Context, key string) error {
	_, err := t.Exec(ctx, `UPDATE lanes SET paused_until = 0, pause_reason = '', failures = 0 WHERE key = $1`, key)
	return err
}

// usableStates are the states of a connection in which work is sent to it.
const usableStates = `('connected', 'failing')`

// nextDue returns when the lane has work next, 0 for never: the one query
// that knows every table that gives work to a lane.
func nextDue(ctx context.Context, q query, key string) (int64, error) {
	if key == notify.LaneKey {
		return nextMail(ctx, q)
	}
	id, ok := strings.CutPrefix(key, "conn:")
	if !ok {
		return 0, nil
	}
	var wake, paused int64
	// Work that a pause does not stop.
	err := q.Row(ctx, `SELECT coalesce(min(due), 0) FROM (
		SELECT 1 AS due FROM test_runs WHERE connection_id = $1 AND state IN ('waiting', 'running')
		UNION ALL
		SELECT min(due_at) FROM hooks WHERE connection_id = $1 AND due_at > 0 AND state = 'ending'
	) AS work`, id).Scan(&wake)
	if err != nil {
		return 0, err
	}
	var held int64
	err = q.Row(ctx, `SELECT coalesce(min(due), 0), (SELECT coalesce(max(paused_until), 0) FROM lanes WHERE key = $2) FROM (
		SELECT min(next_at) AS due FROM deliveries WHERE connection_id = $1 AND state = 'waiting'
		UNION ALL
		SELECT min(next_at) FROM deliveries WHERE connection_id = $1 AND state = 'unanswered'
		UNION ALL
		SELECT 1 FROM deliveries WHERE connection_id = $1 AND state = 'attempting'
		UNION ALL
		SELECT min(removal_at) FROM test_runs WHERE connection_id = $1 AND removal = 'due' AND state <> 'running'
		UNION ALL
		SELECT min(due_at) FROM connection_tasks WHERE connection_id = $1 AND due_at > 0
		UNION ALL
		SELECT min(due_at) FROM ad_readings WHERE connection_id = $1 AND due_at > 0
		UNION ALL
		SELECT min(due_at) FROM stage_jobs WHERE connection_id = $1 AND due_at > 0
		UNION ALL
		SELECT min(stages_due_at) FROM stage_syncs WHERE connection_id = $1 AND enabled = 1 AND stages_due_at > 0
		UNION ALL
		SELECT min(next_run_at) FROM stage_syncs WHERE connection_id = $1 AND enabled = 1 AND next_run_at > 0
		UNION ALL
		SELECT min(due_at) FROM hooks WHERE connection_id = $1 AND due_at > 0 AND state <> 'ending'
		UNION ALL
		SELECT min(due_at) FROM hook_events WHERE connection_id = $1 AND due_at > 0
		UNION ALL
		SELECT 1 FROM sync_runs WHERE connection_id = $1 AND state = 'running' AND trigger_kind = 'mapping'
		UNION ALL
		SELECT min(texts_due_at) FROM job_watches WHERE connection_id = $1 AND texts_due_at > 0
		UNION ALL
		SELECT min(check_due_at) FROM job_watches WHERE connection_id = $1 AND check_due_at > 0
	) AS work WHERE due IS NOT NULL AND EXISTS (SELECT 1 FROM connections WHERE id = $1 AND state IN `+usableStates+`)`,
		id, key).Scan(&held, &paused)
	if err != nil {
		return 0, err
	}
	if held > 0 {
		held = max(held, paused)
		if wake == 0 || held < wake {
			wake = held
		}
	}
	return wake, nil
}
