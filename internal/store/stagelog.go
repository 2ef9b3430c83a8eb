package store

import (
	"context"
	"time"

	"handoff/internal/recruit"
	"handoff/internal/stagesync"
)

// followedApplication is what standing somebody needs to know of them.
type followedApplication struct {
	id      recruit.ApplicationID
	process recruit.ProcessID
	stage   recruit.Stage
	created time.Time
	remote  recruit.StageKey // as last read
	misses  int
	gone    int64
	untold  time.Time // when it was last read, if readings since did not tell of it
	// there says that it came to the ATS, and delivered when; unread where nobody
	// may be missed.
	there     bool
	delivered time.Time
}

// nextSeq is the next number of arrival: moves and observations share them.
func (a followedApplication) nextSeq(h stagesync.History) (n int64) {
	for _, o := range h.Observed {
		n = max(n, o.Seq+1)
	}
	for _, m := range h.Moved {
		n = max(n, m.Seq+1)
	}
	return n
}

func (t *tx) followedApplication(ctx context.Context, c recruit.CompanyID, id recruit.ApplicationID) (a followedApplication, err error) {
	var created, delivered, there, untold int64
	err = t.Row(ctx, `SELECT a.id, a.process_id, a.stage, a.created_at, coalesce(s.remote_stage_id, ''), coalesce(s.misses, 0), coalesce(s.gone_at, 0), coalesce(s.untold_since, 0),
		coalesce(d.delivered_at, 0), CASE WHEN d.state IN ('delivered', 'linked') THEN 1 ELSE 0 END FROM applications a LEFT JOIN application_stages s ON s.application_id = a.id AND s.company_id = a.company_id
		LEFT JOIN deliveries d ON d.application_id = a.id AND d.company_id = a.company_id WHERE a.id = $1 AND a.company_id = $2 AND a.erased_at = 0`, id, c).
		Scan(&a.id, &a.process, &a.stage, &created, &a.remote, &a.misses, &a.gone, &untold, &delivered, &there)
	a.created, a.untold, a.delivered, a.there = at(created), at(untold), at(delivered), there == 1
	return a, err
}

func history(ctx context.Context, q query, c recruit.CompanyID, a followedApplication) (h stagesync.History, err error) {
	h.EnteredAt = a.created
	r, err := q.Query(ctx, `SELECT seq, remote_stage_id, changed_at, learned_at, seen_until FROM stage_observations
		WHERE application_id = $1 AND company_id = $2 ORDER BY seq`, a.id, c)
	h.Observed, err = collect(r, err, func(r row) (o stagesync.Observed, err error) {
		var changed, learned, seen int64
		err = r.Scan(&o.Seq, &o.Key, &changed, &learned, &seen)
		o.ChangedAt, o.LearnedAt, o.SeenUntil = at(changed), at(learned), at(seen)
		return o, err
	})
	if err != nil {
		return h, err
	}
	r, err = q.Query(ctx, `SELECT seq, at, stage FROM stage_moves WHERE application_id = $1 AND company_id = $2 ORDER BY seq`, a.id, c)
	h.Moved, err = collect(r, err, func(r row) (m stagesync.Moved, err error) {
		var when int64
		err = r.Scan(&m.Seq, &when, &m.To)
		m.At = at(when)
		return m, err
	})
	return h, err
}

// keepLog writes what was added to the log, and what of it was prolonged.
func (t *tx) keepLog(ctx context.Context, c recruit.CompanyID, id recruit.ApplicationID, log []stagesync.Observed, before int, names map[recruit.StageKey]string, how string) error {
	for i, o := range log {
		if i < before {
			if _, err := t.Exec(ctx, `UPDATE stage_observations SET seen_until = $4 WHERE application_id = $1 AND seq = $2 AND company_id = $3 AND seen_until < $4`,
				id, o.Seq, c, ms(o.SeenUntil)); err != nil {
				return err
			}
			continue
		}
		if _, err := t.Exec(ctx, `INSERT INTO stage_observations (application_id, seq, company_id, remote_stage_id, name, changed_at, learned_at, seen_until, how)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`, id, o.Seq, c, o.Key, names[o.Key], ms(o.ChangedAt), ms(o.LearnedAt), ms(o.SeenUntil), how); err != nil {
			return err
		}
	}
	return nil
}

// recordMove keeps a person's move beside what was observed.
func (t *tx) recordMove(ctx context.Context, c recruit.CompanyID, id recruit.ApplicationID, to recruit.Stage, by string, now time.Time) error {
	_, err := t.Exec(ctx, `INSERT INTO stage_moves (application_id, seq, company_id, at, stage, actor) VALUES ($1,
		(SELECT coalesce(max(seq), -1) + 1 FROM (SELECT seq FROM stage_moves WHERE application_id = $1 UNION ALL
			SELECT seq FROM stage_observations WHERE application_id = $1) AS x), $2, $3, $4, $5)`, id, c, ms(now), to, by)
	return err
}

// FollowedHistories implements stagesync.Store.
func (db *DB) FollowedHistories(ctx context.Context, c recruit.CompanyID, id recruit.ConnectionID, p recruit.ProcessID, cursor string, limit int) ([]stagesync.History, string, error) {
	q := db.read()
	list, err := followedAfter(ctx, q, c, id, p, cursor, limit)
	if err != nil {
		return nil, "", err
	}
	out := make([]stagesync.History, len(list))
	for i, a := range list {
		if out[i], err = history(ctx, q, c, a); err != nil {
			return nil, "", err
		}
	}
	if len(list) < limit {
		return out, "", nil
	}
	return out, string(list[len(list)-1].id), nil
}

// followedAfter are those that something was observed of, in order. Of one
// process where one is named; else of those without a mapping of their own.
func followedAfter(ctx context.Context, q query, c recruit.CompanyID, id recruit.ConnectionID, p recruit.ProcessID, cursor string, limit int) ([]followedApplication, error) {
	r, err := q.Query(ctx, `SELECT a.id, a.process_id, a.stage, a.created_at, s.remote_stage_id, s.misses, s.gone_at
		FROM application_stages s JOIN applications a ON a.id = s.application_id
		WHERE s.connection_id = $1 AND s.company_id = $2 AND s.application_id > $3 AND s.remote_stage_id <> '' AND a.erased_at = 0
		AND (a.process_id = $4 OR $4 = '' AND NOT EXISTS (SELECT 1 FROM stage_mappings m WHERE m.connection_id = $1 AND m.process_id = a.process_id AND `+ownMapping+`))
		ORDER BY s.application_id LIMIT $5`, id, c, cursor, p, limit)
	return collect(r, err, func(r row) (a followedApplication, err error) {
		var created int64
		err = r.Scan(&a.id, &a.process, &a.stage, &created, &a.remote, &a.misses, &a.gone)
		a.created = at(created)
		return a, err
	})
}
