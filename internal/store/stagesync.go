package store

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"time"

	"handoff/internal/recruit"
	"handoff/internal/stagesync"
)

var _ stagesync.Store = (*DB)(nil)

// SyncModule implements stagesync.Store.
func (db *DB) SyncModule(ctx context.Context, c recruit.CompanyID, id recruit.ConnectionID) (m stagesync.Module, ats string, state recruit.ConnectionState, err error) {
	q := db.read()
	if err := q.Row(ctx, `SELECT ats, state FROM connections WHERE id = $1 AND company_id = $2`, id, c).Scan(&ats, &state); err != nil {
		return m, "", "", found(err)
	}
	m = stagesync.Module{Connection: id, Company: c, Settings: stagesync.Defaults()}
	var enabled, activated, backfilled, next, last, read int64
	err = q.Row(ctx, `SELECT enabled, activated_at, backfilled_at, who_tells, new_substatuses, mode, daily_at, time_zone, next_run_at, last_run_at,
		stages_read_at, stages_error FROM stage_syncs WHERE connection_id = $1 AND company_id = $2`, id, c).Scan(&enabled, &activated, &backfilled,
		&m.WhoTells, &m.NewSubStatuses, &m.Mode, &m.At, &m.TimeZone, &next, &last, &read, &m.StagesError)
	if errors.Is(err, errNoRows) {
		return m, ats, state, nil
	}
	if err != nil {
		return m, "", "", err
	}
	m.Enabled, m.ActivatedAt, m.BackfilledAt = enabled == 1, at(activated), at(backfilled)
	m.NextRunAt, m.LastRunAt, m.StagesReadAt = at(next), at(last), at(read)
	err = q.Row(ctx, `SELECT state, error FROM hooks WHERE connection_id = $1 AND company_id = $2`, id, c).Scan(&m.Hook, &m.HookError)
	if err != nil && !errors.Is(err, errNoRows) {
		return m, "", "", err
	}
	err = q.Row(ctx, `SELECT count(*), coalesce(sum(CASE WHEN due_at < $3 THEN 1 ELSE 0 END), 0) FROM stage_jobs WHERE connection_id = $1 AND company_id = $2`,
		id, c, ms(db.now().Add(-time.Minute))).Scan(&m.Jobs, &m.Late)
	return m, ats, state, err
}

// Tracked implements stagesync.Store.
func (db *DB) Tracked(ctx context.Context, m stagesync.Module) (n int, err error) {
	err = db.read().Row(ctx, `SELECT count(*) FROM deliveries d JOIN applications a ON a.id = d.application_id WHERE `+followed, m.Connection, ms(m.Since()), m.Company).Scan(&n)
	return n, err
}

// followed is the condition that a delivery d of application a is read for its
// stage; $1 is the connection and $2 since when applications are followed (rule
// R19), $3 the company.
const followed = `d.connection_id = $1 AND d.company_id = $3 AND d.state IN ('delivered', 'linked') AND d.remote_candidate_id <> ''
	AND a.created_at >= $2 AND a.erased_at = 0`

// SaveSync implements stagesync.Store.
func (db *DB) SaveSync(ctx context.Context, m stagesync.Module, by string, now time.Time) error {
	return db.write(ctx, func(ctx context.Context, t *tx) error {
		var was int64
		err := t.Row(ctx, `SELECT enabled FROM stage_syncs WHERE connection_id = $1 AND company_id = $2`, m.Connection, m.Company).Scan(&was)
		if err != nil && !errors.Is(err, errNoRows) {
			return err
		}
		_, err = t.Exec(ctx, `INSERT INTO stage_syncs (connection_id, company_id, enabled, activated_at, who_tells, new_substatuses, mode, daily_at, time_zone,
			next_run_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
			ON CONFLICT (connection_id) DO UPDATE SET enabled = excluded.enabled, activated_at = excluded.activated_at, who_tells = excluded.who_tells,
				new_substatuses = excluded.new_substatuses, mode = excluded.mode, daily_at = excluded.daily_at, time_zone = excluded.time_zone,
				next_run_at = CASE WHEN stage_syncs.enabled = 1 AND excluded.enabled = 1 AND stage_syncs.mode = excluded.mode
					AND stage_syncs.daily_at = excluded.daily_at AND stage_syncs.time_zone = excluded.time_zone
					THEN stage_syncs.next_run_at ELSE excluded.next_run_at END`,
			m.Connection, m.Company, flag(m.Enabled), ms(m.ActivatedAt), m.WhoTells, m.NewSubStatuses, m.Mode, m.At, m.TimeZone, ms(m.NextRunAt))
		if err != nil {
			return err
		}
		if err := t.audit(ctx, m.Company, now, by, "stage_sync.saved", string(m.Connection), "enabled", decimal(int(flag(m.Enabled))),
			"who_tells", string(m.WhoTells), "mode", m.Mode); err != nil {
			return err
		}
		if err := t.wantHook(ctx, db, m, now); err != nil {
			return err
		}
		if !m.Enabled && was == 0 {
			return nil // nothing of it is under way
		}
		if !m.Enabled {
			return t.endRuns(ctx, m.Connection, m.Company, now)
		}
		if was == 0 { // all stages are read at once (rule R15), and an earlier backfill is over (R19)
			if _, err := t.Exec(ctx, `UPDATE stage_syncs SET stages_due_at = $3, backfilled_at = 0 WHERE connection_id = $1 AND company_id = $2`, m.Connection, m.Company, ms(now)); err != nil {
				return err
			}
			if err := t.ring(ctx, connLane(m.Connection), ms(now)); err != nil {
				return err
			}
		}
		return t.followJobs(ctx, m.Connection, m.Company, now)
	})
}

// followJobs has every job read that a followed application stands on: soon or,
// once a day, with the next run and not before.
func (t *tx) followJobs(ctx context.Context, id recruit.ConnectionID, c recruit.CompanyID, now time.Time) error {
	s, err := syncOf(ctx, t, id)
	if err != nil || !s.enabled {
		return err
	}
	due := now
	if s.mode == stagesync.OnceADay {
		due = at(s.next)
	}
	if _, err := t.Exec(ctx, `INSERT INTO stage_jobs (connection_id, remote_job_id, company_id, due_at, changed_at)
		SELECT DISTINCT d.connection_id, d.remote_job_id, d.company_id, CAST($4 AS BIGINT), CAST($5 AS BIGINT)
		FROM deliveries d JOIN applications a ON a.id = d.application_id WHERE `+followed+`
		ON CONFLICT (connection_id, remote_job_id) DO UPDATE SET due_at = CASE WHEN stage_jobs.due_at > excluded.due_at THEN excluded.due_at
			WHEN $6 = 1 AND stage_jobs.run_id = '' THEN excluded.due_at ELSE stage_jobs.due_at END`,
		id, ms(s.since), c, ms(due), ms(now), flag(s.mode == stagesync.OnceADay)); err != nil {
		return err
	}
	return t.ring(ctx, connLane(id), ms(due))
}

// followJob has a job read to which an application was just delivered.
func (t *tx) followJob(ctx context.Context, id recruit.ConnectionID, job recruit.RemoteJobID, c recruit.CompanyID, now time.Time) error {
	s, err := syncOf(ctx, t, id)
	if err != nil || !s.enabled {
		return err
	}
	due := now.Add(time.Minute) // nobody is moved the moment they arrive
	if s.mode == stagesync.OnceADay {
		due = at(s.next)
	}
	_, err = t.Exec(ctx, `INSERT INTO stage_jobs (connection_id, remote_job_id, company_id, due_at, changed_at) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (connection_id, remote_job_id) DO UPDATE SET changed_at = excluded.changed_at,
			due_at = CASE WHEN stage_jobs.due_at > excluded.due_at THEN excluded.due_at ELSE stage_jobs.due_at END`, id, job, c, ms(due), ms(now))
	if err != nil {
		return err
	}
	return t.ring(ctx, connLane(id), ms(due))
}

// syncRow is what transactions need of a module.
type syncRow struct {
	enabled bool
	mode    string
	next    int64
	since   time.Time // applications made before are not followed
	follow  bool
	company recruit.CompanyID
	module  stagesync.Settings
}

func syncOf(ctx context.Context, q query, id recruit.ConnectionID) (s syncRow, err error) {
	var enabled, activated, backfilled int64
	err = q.Row(ctx, `SELECT company_id, enabled, mode, next_run_at, activated_at, backfilled_at, new_substatuses, daily_at, time_zone, who_tells
		FROM stage_syncs WHERE connection_id = $1`, id).Scan(&s.company, &enabled, &s.mode, &s.next, &activated, &backfilled, &s.module.NewSubStatuses,
		&s.module.At, &s.module.TimeZone, &s.module.WhoTells)
	if errors.Is(err, errNoRows) {
		return s, nil
	}
	s.enabled, s.since, s.follow, s.module.Mode = enabled == 1, at(activated), s.module.NewSubStatuses == stagesync.FollowNew, s.mode
	if backfilled > 0 {
		s.since = time.Time{}
	}
	return s, err
}

// RemoteStages implements stagesync.Store.
func (db *DB) RemoteStages(ctx context.Context, c recruit.CompanyID, id recruit.ConnectionID) ([]stagesync.Stage, error) {
	return remoteStages(ctx, db.read(), c, id)
}

// heldOn are those who stand on stage x without a meaning.
const heldOn = `SELECT 1 FROM application_stages s JOIN applications a ON a.id = s.application_id
	WHERE s.connection_id = x.connection_id AND s.company_id = x.company_id AND s.remote_stage_id = x.id
	AND s.unmapped = 1 AND s.gone_at = 0 AND a.erased_at = 0`

// remoteStages has a stage that the list lacks for there as long as somebody
// stands on it by whose mapping it is not assigned: they wait for that.
func remoteStages(ctx context.Context, q query, c recruit.CompanyID, id recruit.ConnectionID) ([]stagesync.Stage, error) {
	r, err := q.Query(ctx, `SELECT data, first_seen_at, removed FROM (SELECT x.id, x.position, x.data, x.first_seen_at,
			CASE WHEN x.removed_at > 0 AND NOT EXISTS (`+heldOn+`) THEN x.removed_at ELSE 0 END AS removed
			FROM remote_stages x WHERE x.connection_id = $1 AND x.company_id = $2) AS y
		ORDER BY CASE WHEN removed = 0 THEN 0 ELSE 1 END, position, id`, id, c)
	return collect(r, err, func(r row) (s stagesync.Stage, err error) {
		var data string
		var seen, removed int64
		if err := r.Scan(&data, &seen, &removed); err != nil {
			return s, err
		}
		s.FirstSeenAt, s.RemovedAt = at(seen), at(removed)
		return s, json.Unmarshal([]byte(data), &s.RemoteStage)
	})
}

// StageMapping implements stagesync.Store.
func (db *DB) StageMapping(ctx context.Context, c recruit.CompanyID, id recruit.ConnectionID, p recruit.ProcessID) (stagesync.Saved, error) {
	return stageMapping(ctx, db.read(), c, id, p)
}

// ownMapping is the condition that m is the newest mapping of its process, and
// that this was not dropped.
const ownMapping = `m.dropped = 0 AND m.version = (SELECT max(version) FROM stage_mappings WHERE connection_id = m.connection_id AND process_id = m.process_id)`

// stageMapping is the process's own where it has one, else the connection's.
func stageMapping(ctx context.Context, q query, c recruit.CompanyID, id recruit.ConnectionID, p recruit.ProcessID) (s stagesync.Saved, err error) {
	var entries string
	var own, created, chosen int64
	err = q.Row(ctx, `SELECT m.version, CASE WHEN m.process_id = '' THEN 0 ELSE 1 END, m.entries, m.created_by, m.created_at, (SELECT coalesce(max(x.created_at), 0) FROM stage_mappings x
			WHERE x.connection_id = m.connection_id AND x.process_id = m.process_id AND x.created_by <> 'system')
		FROM stage_mappings m WHERE m.connection_id = $1 AND m.company_id = $2 AND m.process_id IN ('', $3) AND `+ownMapping+`
		ORDER BY CASE WHEN m.process_id = '' THEN 1 ELSE 0 END LIMIT 1`, id, c, p).
		Scan(&s.Version, &own, &entries, &s.CreatedBy, &created, &chosen)
	if errors.Is(err, errNoRows) {
		return s, nil
	}
	if err != nil {
		return s, err
	}
	s.Own, s.CreatedAt, s.ChosenAt, s.Entries = own == 1, at(created), at(chosen), stagesync.Mapping{}
	byKey := map[recruit.StageKey]recruit.Stage{}
	if err := json.Unmarshal([]byte(entries), &byKey); err != nil {
		return s, err
	}
	for key, to := range byKey {
		s.Entries[key] = stagesync.Target{Stage: to}
	}
	return s, nil
}

// MappedProcesses implements stagesync.Store.
func (db *DB) MappedProcesses(ctx context.Context, c recruit.CompanyID, id recruit.ConnectionID, f stagesync.ProcessFilter, limit int) ([]stagesync.MappedProcess, error) {
	r, err := db.read().Query(ctx, `SELECT x.id, x.name, x.job, x.own FROM (SELECT p.id, p.name, p.search, coalesce(b.remote_job_title, '') AS job, b.process_id AS bound,
			CASE WHEN EXISTS (SELECT 1 FROM stage_mappings m WHERE m.connection_id = $1 AND m.process_id = p.id AND m.company_id = p.company_id AND `+ownMapping+`) THEN 1 ELSE 0 END AS own
			FROM processes p LEFT JOIN bindings b ON b.process_id = p.id AND b.company_id = p.company_id AND b.connection_id = $1
			WHERE p.company_id = $2 AND ($3 = '' OR p.id = $3)) AS x
		WHERE (x.own = 1 OR x.bound IS NOT NULL AND $4 = 0) AND ($5 = '' OR x.search LIKE $6 ESCAPE '\')
		AND ($7 = '' OR x.own || x.id < $7) ORDER BY x.own DESC, x.id DESC LIMIT $8`,
		id, c, f.Process, flag(f.Own), f.Query, like(f.Query), f.Cursor, limit)
	return collect(r, err, func(r row) (p stagesync.MappedProcess, err error) {
		var own int64
		err = r.Scan(&p.ID, &p.Name, &p.Job, &own)
		p.Own = own == 1
		return p, err
	})
}

// SaveMapping implements stagesync.Store.
func (db *DB) SaveMapping(ctx context.Context, c recruit.CompanyID, id recruit.ConnectionID, p recruit.ProcessID, m stagesync.Mapping, run stagesync.Run) error {
	return db.write(ctx, func(ctx context.Context, t *tx) error { return t.saveMapping(ctx, c, id, p, m, run) })
}

func (t *tx) saveMapping(ctx context.Context, c recruit.CompanyID, id recruit.ConnectionID, p recruit.ProcessID, m stagesync.Mapping, run stagesync.Run) error {
	if p != "" {
		// One that was bound to the connection may still have people there, who
		// stand by the mapping that it has, or had.
		var known int
		if err := t.Row(ctx, `SELECT count(*) FROM processes p WHERE p.id = $3 AND p.company_id = $2
			AND (EXISTS (SELECT 1 FROM bindings b WHERE b.process_id = p.id AND b.company_id = $2 AND b.connection_id = $1)
			OR EXISTS (SELECT 1 FROM stage_mappings m WHERE m.connection_id = $1 AND m.process_id = p.id AND m.company_id = $2))`, id, c, p).Scan(&known); err != nil {
			return err
		}
		if known == 0 {
			return recruit.Refuse("process_not_bound")
		}
	}
	s, err := syncOf(ctx, t, id)
	if err != nil {
		return err
	}
	if !s.enabled { // it would move people, and mail them
		return recruit.Refuse("stage_sync_off")
	}
	now, err := stageMapping(ctx, t, c, id, p)
	if err != nil {
		return err
	}
	if m == nil && !now.Own {
		return nil
	}
	if m != nil && now.Version > 0 && now.Own == (p != "") && now.CreatedBy == run.StartedBy && maps.Equal(now.Entries, m) {
		// Saved again it is the same version, of now: a stage that was removed
		// since is known to be.
		if _, err := t.Exec(ctx, `UPDATE stage_mappings SET created_at = $5 WHERE connection_id = $1 AND process_id = $2 AND version = $3 AND company_id = $4`,
			id, p, now.Version, c, ms(run.StartedAt)); err != nil {
			return err
		}
	} else if err := t.insertMapping(ctx, c, id, p, m, run); err != nil {
		return err
	}
	// An older mapping that was still being applied is overtaken, by one that
	// mails as it did: neither mails whom the other was not to, nor leaves out
	// whom it was to. The connection's is also that of a process without its own.
	var other int
	if err := t.Row(ctx, `SELECT count(*) FROM sync_runs r WHERE r.connection_id = $1 AND r.company_id = $2 AND r.trigger_kind = 'mapping' AND r.state = 'running'
		AND r.mails <> $4 AND (r.process_id = $3 OR $5 = 1 AND r.process_id = '' OR $3 = '' AND NOT EXISTS (SELECT 1 FROM stage_mappings m
			WHERE m.connection_id = r.connection_id AND m.process_id = r.process_id AND `+ownMapping+`))`, id, c, p, flag(run.Mails), flag(m == nil)).Scan(&other); err != nil {
		return err
	}
	if other > 0 {
		return recruit.Refuse("mapping_being_applied")
	}
	if _, err := t.Exec(ctx, `UPDATE sync_runs SET state = 'done', finished_at = $3 WHERE connection_id = $1 AND company_id = $2
		AND trigger_kind = 'mapping' AND process_id = $4 AND state = 'running'`, id, c, ms(run.StartedAt), p); err != nil {
		return err
	}
	return t.standAll(ctx, c, id, p, run)
}

// standAll begins the run that stands everybody by a mapping.
func (t *tx) standAll(ctx context.Context, c recruit.CompanyID, id recruit.ConnectionID, p recruit.ProcessID, run stagesync.Run) error {
	if err := t.Row(ctx, `SELECT count(*) FROM application_stages WHERE connection_id = $1 AND company_id = $2 AND remote_stage_id <> ''`, id, c).
		Scan(&run.Total); err != nil {
		return err
	}
	run.Process = p
	if err := t.insertRun(ctx, run); err != nil {
		return err
	}
	return t.ring(ctx, connLane(id), ms(run.StartedAt))
}

func (t *tx) insertMapping(ctx context.Context, c recruit.CompanyID, id recruit.ConnectionID, p recruit.ProcessID, m stagesync.Mapping, run stagesync.Run) error {
	byKey := map[recruit.StageKey]recruit.Stage{}
	for key, to := range m {
		byKey[key] = to.Stage
	}
	entries, err := json.Marshal(byKey)
	if err != nil {
		return err
	}
	var version int
	err = t.Row(ctx, `SELECT coalesce(max(version), 0) + 1 FROM stage_mappings WHERE connection_id = $1 AND process_id = $2`, id, p).Scan(&version)
	if err != nil {
		return err
	}
	if _, err := t.Exec(ctx, `INSERT INTO stage_mappings (connection_id, process_id, version, company_id, dropped, entries, created_by, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`, id, p, version, c, flag(m == nil), string(entries), run.StartedBy, ms(run.StartedAt)); err != nil {
		return err
	}
	what, data := "stage_mapping.saved", []string{"version", decimal(version)}
	if m == nil {
		what = "stage_mapping.dropped"
	}
	if p != "" {
		data = append(data, "process", string(p))
	}
	return t.audit(ctx, c, run.StartedAt, run.StartedBy, what, string(id), data...)
}

// followNew assigns sub-statuses that came since to what their status is
// assigned to, where the Admin chose so: a new version of each mapping.
func (t *tx) followNew(ctx context.Context, s syncRow, id recruit.ConnectionID, list []recruit.RemoteStage, now time.Time) error {
	r, err := t.Query(ctx, `SELECT m.process_id FROM stage_mappings m WHERE m.connection_id = $1 AND m.company_id = $2 AND `+ownMapping+` ORDER BY m.process_id`, id, s.company)
	processes, err := collect(r, err, func(r row) (p recruit.ProcessID, err error) { return p, r.Scan(&p) })
	if err != nil {
		return err
	}
	for _, p := range processes {
		saved, err := stageMapping(ctx, t, s.company, id, p)
		if err != nil {
			return err
		}
		added := false
		for _, x := range list {
			_, known := saved.Entries[x.Key]
			to, ok := saved.Entries[recruit.StageKey(x.Status)]
			if !known && ok && x.Status != "" {
				saved.Entries[x.Key], added = to, true
			}
		}
		if !added {
			continue
		}
		run := stagesync.Run{ID: recruit.NewSyncRunID(now), Company: s.company, Connection: id, Trigger: stagesync.TriggerMapping, State: "running",
			StartedBy: "system", StartedAt: now}
		if err := t.insertMapping(ctx, s.company, id, p, saved.Entries, run); err != nil {
			return err
		}
		// What is being applied begins anew, and mails or not as it was told to.
		again, err := t.Exec(ctx, `UPDATE sync_runs SET at_cursor = '' WHERE connection_id = $1 AND company_id = $2 AND trigger_kind = 'mapping'
			AND process_id = $3 AND state = 'running'`, id, s.company, p)
		if err != nil {
			return err
		}
		if again > 0 {
			continue
		}
		if err := t.standAll(ctx, s.company, id, p, run); err != nil {
			return err
		}
	}
	return nil
}
