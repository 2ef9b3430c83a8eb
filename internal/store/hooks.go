package store

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"handoff/internal/connector"
	"handoff/internal/integration"
	"handoff/internal/recruit"
	"handoff/internal/secret"
	"handoff/internal/stagesync"
)

// sealedHook is what of a subscription is secret.
type sealedHook struct {
	Path  string   `json:"path"`
	Token string   `json:"token"`
	Keys  []string `json:"keys"`
}

func hookPlace(id recruit.ConnectionID) string { return "hook:" + string(id) }

func (db *DB) sealHook(h stagesync.Hook) ([]byte, error) {
	plain := sealedHook{Path: h.Path.Reveal(), Token: h.Token.Reveal()}
	for _, k := range h.Keys {
		plain.Keys = append(plain.Keys, k.Reveal())
	}
	b, err := json.Marshal(plain)
	if err != nil {
		return nil, errors.New("a subscription cannot be stored") // never what it holds
	}
	return db.sealer.Seal(b, hookPlace(h.Connection))
}

const hookColumns = `h.connection_id, h.company_id, c.ats, h.sealed, h.remote_id, h.state, h.handshake_until
	FROM hooks h JOIN connections c ON c.id = h.connection_id AND c.company_id = h.company_id`

func (db *DB) scanHook(r row) (h stagesync.Hook, err error) {
	var sealed []byte
	var until int64
	if err := r.Scan(&h.Connection, &h.Company, &h.ATS, &sealed, &h.Remote, &h.State, &until); err != nil {
		return h, found(err)
	}
	b, err := db.sealer.Open(sealed, hookPlace(h.Connection))
	if err != nil {
		return h, err
	}
	var plain sealedHook
	if err := json.Unmarshal(b, &plain); err != nil {
		return h, errors.New("the sealed subscription is not what was stored")
	}
	h.Path, h.Token, h.HandshakeUntil = secret.New(plain.Path), secret.New(plain.Token), at(until)
	for _, k := range plain.Keys {
		h.Keys = append(h.Keys, secret.New(k))
	}
	return h, nil
}

const hookByPath = `SELECT ` + hookColumns + ` WHERE h.path_hash = $1 AND h.state <> 'ending'`

// HookByPath implements stagesync.Store. It is asked for each webhook, and so
// prepared once.
func (db *DB) HookByPath(ctx context.Context, pathHash string) (stagesync.Hook, error) {
	return db.scanHook(sqliteRow{db.hookByPath.QueryRowContext(ctx, pathHash)})
}

// InsertHookEvent implements stagesync.Store.
func (db *DB) InsertHookEvent(ctx context.Context, h stagesync.Hook, e connector.HookEvent, now time.Time) error {
	return db.write(ctx, func(ctx context.Context, t *tx) error {
		n, err := t.Exec(ctx, `INSERT INTO hook_events (connection_id, id, company_id, kind, remote_job_id, remote_candidate_id, received_at, due_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $7) ON CONFLICT (connection_id, id) DO NOTHING`,
			h.Connection, e.ID, h.Company, e.Kind, e.Job, e.Candidate, ms(now))
		if err != nil || n == 0 {
			return err // known: once is enough
		}
		return t.ring(ctx, connLane(h.Connection), ms(now))
	})
}

// ClaimHook implements stagesync.Store.
func (db *DB) ClaimHook(ctx context.Context, id recruit.ConnectionID, fence int64, now time.Time, tells func(ats string) bool) (stagesync.Hook, error) {
	var due, lacks bool
	var ats string
	look := func(q query) error {
		err := q.Row(ctx, `SELECT h.due_at IS NOT NULL AND h.due_at > 0 AND h.due_at <= $2, h.due_at IS NULL AND s.enabled = 1 AND s.mode = $3 AND c.state IN `+usableStates+`, c.ats
			FROM stage_syncs s JOIN connections c ON c.id = s.connection_id LEFT JOIN hooks h ON h.connection_id = s.connection_id WHERE s.connection_id = $1`,
			id, ms(now), stagesync.Continuous).Scan(&due, &lacks, &ats)
		if lacks = lacks && tells(ats); err == nil && !due && !lacks {
			err = recruit.ErrNotFound
		}
		return found(err)
	}
	if err := look(db.read()); err != nil {
		return stagesync.Hook{}, err
	}
	var h stagesync.Hook
	err := db.write(ctx, func(ctx context.Context, t *tx) error {
		if err := fenced(ctx, t, id, fence); err != nil {
			return err
		}
		if err := look(t); err != nil {
			return err
		}
		if lacks {
			s, err := syncOf(ctx, t, id)
			if err != nil {
				return err
			}
			if err := t.wantHook(ctx, db, stagesync.Module{Connection: id, Company: s.company, Settings: s.module, Enabled: true, Hooks: true}, now); err != nil {
				return err
			}
		}
		var err error
		if h, err = db.scanHook(t.Row(ctx, `SELECT `+hookColumns+` WHERE h.connection_id = $1 AND h.due_at > 0 AND h.due_at <= $2
			AND (h.state = 'ending' OR c.state IN `+usableStates+`)`, id, ms(now))); err != nil {
			return err
		}
		_, err = t.Exec(ctx, `UPDATE hooks SET due_at = $2 WHERE connection_id = $1`, id, ms(now.Add(2*time.Minute)))
		return err
	})
	return h, err
}

// SaveHook implements stagesync.Store.
func (db *DB) SaveHook(ctx context.Context, h stagesync.Hook, fence int64, failure string, again time.Time) error {
	sealed, err := db.sealHook(h)
	if err != nil {
		return err
	}
	return db.write(ctx, func(ctx context.Context, t *tx) error {
		if err := fenced(ctx, t, h.Connection, fence); err != nil {
			return err
		}
		// Switched off meanwhile it stays on its way out, and wanted again on its
		// way in.
		_, err := t.Exec(ctx, `UPDATE hooks SET sealed = $2, remote_id = $3, handshake_until = $5, error = $6,
			state = CASE WHEN (state = 'ending') = ($4 = 'ending') THEN $4 ELSE state END,
			due_at = CASE WHEN (state = 'ending') = ($4 = 'ending') THEN $7 ELSE due_at END WHERE connection_id = $1`,
			h.Connection, sealed, h.Remote, h.State, ms(h.HandshakeUntil), failure, ms(again))
		return err
	})
}

// DropHook implements stagesync.Store.
func (db *DB) DropHook(ctx context.Context, h stagesync.Hook, fence int64) error {
	sealed, err := db.sealHook(h)
	if err != nil {
		return err
	}
	return db.write(ctx, func(ctx context.Context, t *tx) error {
		if err := fenced(ctx, t, h.Connection, fence); err != nil {
			return err
		}
		if _, err := t.Exec(ctx, `DELETE FROM hooks WHERE connection_id = $1 AND state = 'ending'`, h.Connection); err != nil {
			return err
		}
		if _, err := t.Exec(ctx, `UPDATE hooks SET sealed = $2, remote_id = '' WHERE connection_id = $1`, h.Connection, sealed); err != nil {
			return err
		}
		// A connection that was ended kept its credential for this one call.
		_, err := t.Exec(ctx, `DELETE FROM credentials WHERE connection_id = $1
			AND EXISTS (SELECT 1 FROM connections c WHERE c.id = $1 AND c.state = 'disconnected')`, h.Connection)
		return err
	})
}

// endHook has a subscription ended; there says that one stands in the ATS, or
// is being made there, for which the credential is needed once more.
func (t *tx) endHook(ctx context.Context, id recruit.ConnectionID, now time.Time) (there bool, err error) {
	n, err := t.Exec(ctx, `UPDATE hooks SET state = 'ending', due_at = $2 WHERE connection_id = $1`, id, ms(now))
	if err != nil || n == 0 {
		return false, err
	}
	return true, t.ring(ctx, connLane(id), ms(now))
}

// wantHook has a subscription made for a connection, or ended.
func (t *tx) wantHook(ctx context.Context, db *DB, m stagesync.Module, now time.Time) error {
	if !m.Enabled || m.Mode != stagesync.Continuous || !m.Hooks {
		_, err := t.endHook(ctx, m.Connection, now)
		return err
	}
	var there int
	if err := t.Row(ctx, `SELECT count(*) FROM hooks WHERE connection_id = $1 AND state <> 'ending'`, m.Connection).Scan(&there); err != nil || there > 0 {
		return err
	}
	h := stagesync.Hook{Connection: m.Connection, Company: m.Company, Path: secret.New(recruit.RandomToken(32)), Token: secret.New(recruit.RandomToken(32)),
		State: stagesync.HookMaking}
	sealed, err := db.sealHook(h)
	if err != nil {
		return err
	}
	_, err = t.Exec(ctx, `INSERT INTO hooks (connection_id, company_id, path_hash, sealed, state, due_at) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (connection_id) DO UPDATE SET state = 'making', due_at = excluded.due_at`,
		m.Connection, m.Company, stagesync.HookPath(h.Path.Reveal()), sealed, h.State, ms(now))
	if err != nil {
		return err
	}
	return t.ring(ctx, connLane(m.Connection), ms(now))
}

// crossedRetry is when somebody is read again who was moved in the middle of a
// reading.
const crossedRetry = 5 * time.Second

// heardFor is how long an event waits for somebody whom it is about, and
// keptFor how long its id is known: longer than the ladder of re-deliveries,
// which ends after about six days (SmartRecruiters, D).
const (
	heardFor = 7 * 24 * time.Hour
	keptFor  = 30 * 24 * time.Hour
)

// heardPart is how many events one claim looks at: what is told in a burst is
// worked in parts, between which more can be stored.
const heardPart = 100

const heardFirst = `FROM hook_events WHERE connection_id = $1 AND due_at > 0 AND due_at <= $4 ORDER BY due_at LIMIT $5`

// strangersHeard has what is about nobody of ours, or nobody yet, wait ever
// longer: $8 in the first two seconds, which began at $7, and not at all when it
// came before $6.
const strangersHeard = `UPDATE hook_events SET due_at = CASE WHEN received_at < $6 THEN 0 WHEN received_at > $7 THEN $8 ELSE $4 + ($4 - received_at) / 2 END
	WHERE connection_id = $1 AND id IN (SELECT id ` + heardFirst + `) AND NOT EXISTS (SELECT 1 FROM deliveries d JOIN applications a ON a.id = d.application_id
		WHERE ` + followed + ` AND d.remote_candidate_id = hook_events.remote_candidate_id AND d.remote_job_id = hook_events.remote_job_id)`

// oursHeard are the applications that events are about, $6 at most.
const oursHeard = `SELECT e.remote_job_id, e.remote_candidate_id, max(d.application_id), max(d.remote_application_id), max(e.tries), min(e.received_at)
	FROM (SELECT remote_job_id, remote_candidate_id, tries, due_at, received_at ` + heardFirst + `) AS e
	JOIN deliveries d ON d.remote_candidate_id = e.remote_candidate_id AND d.remote_job_id = e.remote_job_id
	JOIN applications a ON a.id = d.application_id WHERE ` + followed + `
	GROUP BY e.remote_job_id, e.remote_candidate_id ORDER BY min(e.due_at) LIMIT $6`

const hearLater = `UPDATE hook_events SET due_at = $4 WHERE connection_id = $1 AND remote_candidate_id = $2 AND remote_job_id = $3
	AND due_at > 0 AND due_at <= $5`

// ClaimHeard implements stagesync.Store.
func (db *DB) ClaimHeard(ctx context.Context, id recruit.ConnectionID, fence int64, now time.Time, n int) ([]stagesync.Heard, error) {
	var any int
	err := db.read().Row(ctx, `SELECT count(*) FROM (SELECT 1 FROM hook_events WHERE connection_id = $1 AND due_at > 0 AND due_at <= $2 LIMIT 1) AS x`, id, ms(now)).Scan(&any)
	if err != nil || any == 0 || n <= 0 {
		return nil, err
	}
	var out []stagesync.Heard
	err = db.write(ctx, func(ctx context.Context, t *tx) error {
		out = nil
		n, err := claimable(ctx, t, id, fence, now, n)
		if err != nil || n == 0 {
			return err
		}
		s, err := syncOf(ctx, t, id)
		if err != nil {
			return err
		}
		if !s.enabled {
			_, err := t.Exec(ctx, `UPDATE hook_events SET due_at = 0 WHERE connection_id = $1 AND due_at > 0 AND due_at <= $2`, id, ms(now))
			return err
		}
		// A job that changed is for whoever reads jobs.
		jobs, err := t.Exec(ctx, `UPDATE hook_events SET due_at = 0 WHERE connection_id = $1 AND remote_candidate_id = '' AND due_at > 0 AND due_at <= $2`, id, ms(now))
		if err != nil {
			return err
		}
		if jobs > 0 {
			if err := t.askTask(ctx, s.company, id, integration.TaskJobs, "", now); err != nil {
				return err
			}
		}
		if _, err := t.Exec(ctx, strangersHeard, id, ms(s.since), s.company, ms(now), heardPart, ms(now.Add(-heardFor)), ms(now.Add(-2*time.Second)),
			ms(now.Add(time.Second))); err != nil {
			return err
		}
		r, err := t.Query(ctx, oursHeard, id, ms(s.since), s.company, ms(now), heardPart, n)
		out, err = collect(r, err, func(r row) (h stagesync.Heard, err error) {
			x := connector.Tracked{}
			var received int64
			err = r.Scan(&h.Job, &x.Candidate, &x.Application, &x.Remote, &h.Tries, &received)
			h.SeenAt = at(received) // it stood where it stood until something was heard
			h.Connection, h.Company, h.Tracked = id, s.company, []connector.Tracked{x}
			return h, err
		})
		if err != nil {
			return err
		}
		for _, h := range out { // due again in a minute, should this run die in it
			if _, err := t.Exec(ctx, hearLater, id, h.Tracked[0].Candidate, h.Job, ms(now.Add(time.Minute)), ms(now)); err != nil {
				return err
			}
		}
		return nil
	})
	return out, err
}

// heardSoon has events about a candidate worked whose delivery just settled.
func (t *tx) heardSoon(ctx context.Context, id recruit.ConnectionID, c recruit.RemoteCandidateID, now time.Time) error {
	n, err := t.Exec(ctx, `UPDATE hook_events SET due_at = $3 WHERE connection_id = $1 AND remote_candidate_id = $2 AND due_at > 0 AND due_at > $3`, id, c, ms(now))
	if err != nil || n == 0 {
		return err
	}
	return t.ring(ctx, connLane(id), ms(now))
}

const heard = `UPDATE hook_events SET due_at = CASE WHEN received_at < $6 THEN 0 ELSE $4 END, tries = tries + 1
	WHERE connection_id = $1 AND remote_job_id = $2 AND remote_candidate_id = $3 AND company_id = $7 AND due_at > 0 AND received_at <= $5`

// SaveHeard implements stagesync.Store.
func (db *DB) SaveHeard(ctx context.Context, fence int64, h stagesync.Heard, r stagesync.Reading) error {
	return db.write(ctx, func(ctx context.Context, t *tx) error {
		if err := fenced(ctx, t, h.Connection, fence); err != nil {
			return err
		}
		n, crossed, err := t.observeAll(ctx, h.Poll, r, r.Changed)
		if err != nil {
			return err
		}
		again := int64(0)
		switch {
		case r.Failure != "":
			again = ms(r.At.Add(r.Retry))
		case crossed:
			again = ms(r.At.Add(crossedRetry))
		}
		// What cannot be read for a week is left to the readings of the job.
		if _, err := t.Exec(ctx, heard, h.Connection, h.Job, h.Tracked[0].Candidate, again, ms(r.At), ms(r.At.Add(-heardFor)), h.Company); err != nil {
			return err
		}
		if n.Moved == 0 {
			return nil
		}
		_, err = t.Exec(ctx, `UPDATE stage_jobs SET changed_at = $3 WHERE connection_id = $1 AND remote_job_id = $2`, h.Connection, h.Job, ms(r.At))
		return err
	})
}

// DropOldHookEvents forgets events that the ATS repeats no more.
func (db *DB) DropOldHookEvents(ctx context.Context, now time.Time) error {
	return db.write(ctx, func(ctx context.Context, t *tx) error {
		_, err := t.Exec(ctx, `DELETE FROM hook_events WHERE received_at < $1`, ms(now.Add(-keptFor)))
		return err
	})
}
