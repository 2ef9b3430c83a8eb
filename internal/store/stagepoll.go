package store

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"handoff/internal/connector"
	"handoff/internal/lane"
	"handoff/internal/recruit"
	"handoff/internal/stagesync"
)

// ClaimStageList implements stagesync.Store.
func (db *DB) ClaimStageList(ctx context.Context, id recruit.ConnectionID, fence int64, now time.Time) (bool, error) {
	const due = `SELECT count(*) FROM stage_syncs WHERE connection_id = $1 AND enabled = 1 AND stages_due_at > 0 AND stages_due_at <= $2`
	var any int
	if err := db.read().Row(ctx, due, id, ms(now)).Scan(&any); err != nil || any == 0 {
		return false, err
	}
	claimed := false
	err := db.write(ctx, func(ctx context.Context, t *tx) error {
		claimed = false
		n, err := claimable(ctx, t, id, fence, now, 1)
		if err != nil || n == 0 {
			return err
		}
		// Due again in two minutes, should this run die in it.
		changed, err := t.Exec(ctx, `UPDATE stage_syncs SET stages_due_at = $3 WHERE connection_id = $1 AND enabled = 1 AND stages_due_at > 0 AND stages_due_at <= $2`,
			id, ms(now), ms(now.Add(2*time.Minute)))
		claimed = changed == 1
		return err
	})
	return claimed, err
}

// fenced tells whether a lane's fence is still the caller's.
func fenced(ctx context.Context, q query, id recruit.ConnectionID, fence int64) error {
	var current int64
	err := q.Row(ctx, `SELECT fence FROM lanes WHERE key = $1`, connLane(id)).Scan(&current)
	if err == nil && current != fence || errors.Is(err, errNoRows) {
		return lane.ErrLost
	}
	return err
}

// SaveStages implements stagesync.Store. What the list lacks is marked
// removed, and stays: somebody may stand on it (see remoteStages).
func (db *DB) SaveStages(ctx context.Context, id recruit.ConnectionID, fence int64, list []recruit.RemoteStage, failure string, again, now time.Time) error {
	return db.write(ctx, func(ctx context.Context, t *tx) error {
		if err := fenced(ctx, t, id, fence); err != nil {
			return err
		}
		s, err := syncOf(ctx, t, id)
		if err != nil {
			return err
		}
		if failure == "" && len(list) > 0 {
			before, err := remoteStages(ctx, t, s.company, id)
			if err != nil {
				return err
			}
			if _, err := t.Exec(ctx, `UPDATE remote_stages SET removed_at = $2 WHERE connection_id = $1 AND removed_at = 0`, id, ms(now)); err != nil {
				return err
			}
			for i, x := range list {
				if err := t.putStage(ctx, s.company, id, i, x, now); err != nil {
					return err
				}
			}
			if err := t.rename(ctx, s.company, id, before, list); err != nil {
				return err
			}
			if s.follow {
				if err := t.followNew(ctx, s, id, list, now); err != nil {
					return err
				}
			}
			if _, err := t.Exec(ctx, `UPDATE stage_syncs SET stages_read_at = $2 WHERE connection_id = $1`, id, ms(now)); err != nil {
				return err
			}
		}
		_, err = t.Exec(ctx, `UPDATE stage_syncs SET stages_due_at = $2, stages_error = $3 WHERE connection_id = $1`, id, ms(again), failure)
		return err
	})
}

// rename has whoever stands on a stage shown the name that the ATS has for it now.
func (t *tx) rename(ctx context.Context, c recruit.CompanyID, id recruit.ConnectionID, before []stagesync.Stage, list []recruit.RemoteStage) error {
	names := map[recruit.StageKey]string{}
	for _, x := range before {
		names[x.Key] = x.Name
	}
	for _, x := range list {
		if was, known := names[x.Key]; !known || was == x.Name {
			continue
		}
		if _, err := t.Exec(ctx, `UPDATE application_stages SET name = $4 WHERE connection_id = $1 AND company_id = $2 AND remote_stage_id = $3`,
			id, c, x.Key, x.Name); err != nil {
			return err
		}
	}
	return nil
}

func (t *tx) putStage(ctx context.Context, c recruit.CompanyID, id recruit.ConnectionID, position int, x recruit.RemoteStage, now time.Time) error {
	b, err := json.Marshal(x)
	if err != nil {
		return err
	}
	_, err = t.Exec(ctx, `INSERT INTO remote_stages (connection_id, id, company_id, position, data, first_seen_at) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (connection_id, id) DO UPDATE SET position = excluded.position, data = excluded.data, removed_at = 0`,
		id, x.Key, c, position, string(b), ms(now))
	return err
}

// Loads implements stagesync.Store.
func (db *DB) Loads(ctx context.Context, id recruit.ConnectionID, now time.Time) ([]stagesync.Load, error) {
	r, err := db.read().Query(ctx, `SELECT row_count, changed_at FROM stage_jobs WHERE connection_id = $1`, id)
	return collect(r, err, func(r row) (l stagesync.Load, err error) {
		var changed int64
		err = r.Scan(&l.Rows, &changed)
		l.Busy = at(changed).After(now.Add(-busyFor))
		return l, err
	})
}

// Freshness implements stagesync.Store. What was first read of an application
// is no change, and a backfill is no news.
func (db *DB) Freshness(ctx context.Context, c recruit.CompanyID, id recruit.ConnectionID, since time.Time, within time.Duration) (stagesync.Freshness, error) {
	f := stagesync.Freshness{Within: within}
	err := db.read().Row(ctx, `SELECT count(*), coalesce(sum(CASE WHEN learned_at - made_at <= $4 THEN 1 ELSE 0 END), 0) FROM (
		SELECT o.learned_at, CASE WHEN o.changed_at > 0 THEN o.changed_at ELSE (SELECT max(p.seen_until) FROM stage_observations p
			WHERE p.application_id = o.application_id AND p.seq < o.seq) END AS made_at
		FROM stage_observations o JOIN application_stages s ON s.application_id = o.application_id AND s.connection_id = $2
		WHERE o.company_id = $1 AND o.learned_at >= $3 AND o.how <> 'backfill'
		AND EXISTS (SELECT 1 FROM stage_observations p WHERE p.application_id = o.application_id AND p.learned_at < o.learned_at)) AS x`,
		c, id, ms(since), within.Milliseconds()).Scan(&f.Changes, &f.Timely)
	return f, err
}

// busyFor is how long after a change more changes are likely.
const busyFor = 48 * time.Hour

// ClaimPolls implements stagesync.Store. A claimed job stays due in five
// minutes, should this run die in it.
func (db *DB) ClaimPolls(ctx context.Context, id recruit.ConnectionID, fence int64, now time.Time, n int) ([]stagesync.Poll, error) {
	var any int
	err := db.read().Row(ctx, `SELECT count(*) FROM (SELECT 1 FROM stage_jobs WHERE connection_id = $1 AND due_at > 0 AND due_at <= $2 LIMIT 1) AS x`, id, ms(now)).Scan(&any)
	if err != nil || any == 0 {
		return nil, err
	}
	var polls []stagesync.Poll
	var s syncRow
	err = db.write(ctx, func(ctx context.Context, t *tx) error {
		polls = nil
		n, err := claimable(ctx, t, id, fence, now, n)
		if err != nil || n == 0 {
			return err
		}
		if s, err = syncOf(ctx, t, id); err != nil {
			return err
		}
		r, err := t.Query(ctx, `UPDATE stage_jobs SET due_at = $2, error = '' WHERE connection_id = $1 AND remote_job_id IN (
			SELECT remote_job_id FROM stage_jobs WHERE connection_id = $1 AND due_at > 0 AND due_at <= $3 AND ($5 = 1 OR run_id <> '')
			ORDER BY CASE WHEN run_id <> '' THEN 0 ELSE 1 END, due_at LIMIT $4)
			RETURNING company_id, remote_job_id, read_at, run_id, attempts`, id, ms(now.Add(5*time.Minute)), ms(now), n, flag(s.enabled))
		polls, err = collect(r, err, func(r row) (p stagesync.Poll, err error) {
			var read int64
			p.Connection = id
			err = r.Scan(&p.Company, &p.Job, &read, &p.Run, &p.Attempts)
			p.SeenAt = at(read)
			return p, err
		})
		return err
	})
	if err != nil {
		return nil, err
	}
	for i := range polls {
		if err := db.tracked(ctx, &polls[i], s.since); err != nil {
			return nil, err
		}
	}
	return polls, nil
}

const trackedOnJob = `SELECT d.application_id, d.remote_candidate_id, d.remote_application_id,
	CASE WHEN s.misses > 0 OR s.untold_since > 0 THEN '' ELSE coalesce(s.remote_stage_id, '') END
	FROM deliveries d JOIN applications a ON a.id = d.application_id LEFT JOIN application_stages s ON s.application_id = d.application_id
	WHERE ` + followed + ` AND d.remote_job_id = $4 ORDER BY d.application_id`

// tracked fills in who is followed on a job, and what its run is.
func (db *DB) tracked(ctx context.Context, p *stagesync.Poll, since time.Time) error {
	q := db.read()
	if p.Run != "" {
		r, err := scanRun(q.Row(ctx, `SELECT `+runColumns+` FROM sync_runs WHERE id = $1`, p.Run))
		if err != nil {
			return err
		}
		p.DryRun, p.Backfill, p.Presence = r.DryRun, r.Trigger == stagesync.TriggerBackfill, r.Trigger == stagesync.TriggerReconciliation
	}
	if p.Backfill || p.Presence {
		since = time.Time{}
	}
	r, err := q.Query(ctx, trackedOnJob, p.Connection, ms(since), p.Company, p.Job)
	p.Tracked, err = collect(r, err, func(r row) (x connector.Tracked, err error) {
		x.Presence = p.Presence
		return x, r.Scan(&x.Application, &x.Candidate, &x.Remote, &x.Last)
	})
	return err
}

// readPart bounds one transaction of SavePoll.
const readPart = 200

// dropUnfollowed has a job not read again on which nobody stands who is
// followed, or that was read for a comparison alone.
const dropUnfollowed = `DELETE FROM stage_jobs WHERE connection_id = $1 AND company_id = $3 AND remote_job_id = $4 AND run_id = '' AND ($5 = 0
	OR NOT EXISTS (SELECT 1 FROM deliveries d JOIN applications a ON a.id = d.application_id WHERE ` + followed + ` AND d.remote_job_id = $4))`

// SavePoll implements stagesync.Store. The job is due again only with its last
// part: what a crash leaves out is read again.
func (db *DB) SavePoll(ctx context.Context, fence int64, p stagesync.Poll, r stagesync.Reading) error {
	over := p.Run != "" && r.Failure != "" && p.Attempts+1 >= runAttempts && !r.Turn
	if over {
		if err := db.itemsFailed(ctx, fence, p, r.Failure); err != nil {
			return err
		}
	}
	changed, moved, again := r.Changed, 0, false
	for len(changed) > readPart {
		part := changed[:readPart]
		changed = changed[readPart:]
		if err := db.write(ctx, func(ctx context.Context, t *tx) error {
			if err := fenced(ctx, t, p.Connection, fence); err != nil {
				return err
			}
			n, crossed, err := t.observeAll(ctx, p, r, part)
			if err != nil {
				return err
			}
			moved, again = moved+n.Moved, again || crossed
			return t.count(ctx, p.Run, n, 0, "", r.At)
		}); err != nil {
			return err
		}
	}
	return db.write(ctx, func(ctx context.Context, t *tx) error {
		if err := fenced(ctx, t, p.Connection, fence); err != nil {
			return err
		}
		if r.Failure != "" {
			if err := t.pollFailed(ctx, p, r, over); err != nil {
				return err
			}
			return t.dropJob(ctx, p)
		}
		n, crossed, err := t.observeAll(ctx, p, r, changed)
		if err != nil {
			return err
		}
		n.Unchanged += r.Same
		s, err := syncOf(ctx, t, p.Connection)
		if err != nil {
			return err
		}
		var changedAt int64
		if err := t.Row(ctx, `SELECT changed_at FROM stage_jobs WHERE connection_id = $1 AND remote_job_id = $2`, p.Connection, p.Job).Scan(&changedAt); err != nil {
			return found(err)
		}
		if moved+n.Moved > 0 && !p.DryRun {
			changedAt = ms(r.At)
		}
		due := r.At.Add(r.Still)
		if at(changedAt).After(r.At.Add(-busyFor)) {
			due = r.At.Add(r.Busy)
		}
		if p.DryRun {
			due = r.At // what it read it did not keep
		}
		if s.mode == stagesync.OnceADay {
			due = at(s.next)
		}
		if again || crossed {
			due = r.At.Add(crossedRetry)
		}
		if _, err := t.Exec(ctx, `UPDATE stage_jobs SET due_at = CASE WHEN run_id <> '' AND run_id <> $8 THEN due_at ELSE $3 END,
			read_at = CASE WHEN $9 = 1 THEN read_at ELSE $4 END, row_count = $5,
			changed_at = $6, attempts = 0, error = '', run_id = CASE WHEN run_id = $8 THEN '' ELSE run_id END
			WHERE connection_id = $1 AND remote_job_id = $2 AND company_id = $7`,
			p.Connection, p.Job, ms(due), ms(r.At), r.Rows, changedAt, p.Company, p.Run, flag(p.DryRun)); err != nil {
			return err
		}
		if err := t.dropJob(ctx, p); err != nil {
			return err
		}
		return t.count(ctx, p.Run, n, 1, "", r.At)
	})
}

func (t *tx) dropJob(ctx context.Context, p stagesync.Poll) error {
	s, err := syncOf(ctx, t, p.Connection)
	if err != nil {
		return err
	}
	_, err = t.Exec(ctx, dropUnfollowed, p.Connection, ms(s.since), p.Company, p.Job, flag(s.enabled))
	return err
}

// runAttempts is how often a run tries a job before it goes on without it.
const runAttempts = 4

// itemsFailed tells of everybody on a job that a run could not read them.
func (db *DB) itemsFailed(ctx context.Context, fence int64, p stagesync.Poll, why string) error {
	for part := range slices.Chunk(p.Tracked, readPart) {
		if err := db.write(ctx, func(ctx context.Context, t *tx) error {
			if err := fenced(ctx, t, p.Connection, fence); err != nil {
				return err
			}
			for _, x := range part {
				if err := t.item(ctx, p.Company, p.Run, stagesync.Item{Application: x.Application, Result: stagesync.ResultFailed, Reason: why}); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			return err
		}
	}
	return nil
}

// pollFailed has the job read again, or its run go on without it. A run that
// took the job over meanwhile has its own tries.
func (t *tx) pollFailed(ctx context.Context, p stagesync.Poll, r stagesync.Reading, over bool) error {
	if n, err := t.Exec(ctx, `UPDATE stage_jobs SET due_at = $3, attempts = attempts + $7, error = $4, run_id = CASE WHEN $5 = 1 THEN '' ELSE run_id END
		WHERE connection_id = $1 AND remote_job_id = $2 AND company_id = $6 AND run_id = $8`, p.Connection, p.Job, ms(r.At.Add(r.Retry)), r.Failure, flag(over), p.Company,
		flag(!r.Turn), p.Run); err != nil || n == 0 {
		return err
	}
	if !over {
		return nil
	}
	return t.count(ctx, p.Run, stagesync.Counts{Failed: max(len(p.Tracked), 1)}, 1, r.Failure, r.At)
}
