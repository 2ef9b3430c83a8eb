package store

import (
	"context"
	"errors"
	"time"

	"handoff/internal/recruit"
	"handoff/internal/stagesync"
)

// Reconciliation implements stagesync.Store.
func (db *DB) Reconciliation(ctx context.Context, c recruit.CompanyID, id recruit.ConnectionID) (stagesync.Reconciliation, error) {
	x := stagesync.Reconciliation{Deliveries: map[recruit.DeliveryState]int{}, Presence: map[stagesync.Presence]int{}}
	q := db.read()
	r, err := q.Query(ctx, `SELECT d.state, CASE WHEN d.state NOT IN ('delivered', 'linked') THEN '' WHEN s.application_id IS NULL THEN 'unseen'
			WHEN s.gone_at > 0 AND (s.left_at > 0 OR a.withdrawn_at > 0) THEN 'left' WHEN s.gone_at > 0 THEN 'gone' WHEN s.misses > 0 THEN 'missing' ELSE 'present' END AS presence,
		count(*), coalesce(sum(s.unmapped), 0)
		FROM deliveries d JOIN applications a ON a.id = d.application_id LEFT JOIN application_stages s ON s.application_id = d.application_id
		WHERE d.connection_id = $1 AND d.company_id = $2 AND a.erased_at = 0 GROUP BY d.state, presence`, id, c)
	type group struct {
		state       recruit.DeliveryState
		presence    stagesync.Presence
		n, unmapped int
	}
	groups, err := collect(r, err, func(r row) (g group, err error) {
		return g, r.Scan(&g.state, &g.presence, &g.n, &g.unmapped)
	})
	if err != nil {
		return x, err
	}
	for _, g := range groups {
		x.Applied += g.n
		x.Unmapped += g.unmapped
		x.Deliveries[g.state] += g.n
		if g.presence != "" {
			x.Presence[g.presence] += g.n
		}
	}
	runs, err := q.Query(ctx, `SELECT id, state, finished_at, failed FROM sync_runs WHERE connection_id = $1 AND company_id = $2 AND trigger_kind = $3
		AND (state IN ('running', 'done') OR failed > 0 AND error NOT IN ($4, $5)) ORDER BY id DESC LIMIT 2`, id, c, stagesync.TriggerReconciliation,
		stagesync.EndedOvertaken, stagesync.EndedOff)
	_, err = collect(runs, err, func(r row) (_ struct{}, err error) {
		var run recruit.SyncRunID
		var state string
		var finished int64
		var failed int
		err = r.Scan(&run, &state, &finished, &failed)
		switch {
		case state == "running":
			x.Running = run
		case x.ComparedAt.IsZero():
			x.ComparedAt, x.Compared, x.Unread = at(finished), run, failed
		}
		return struct{}{}, err
	})
	return x, err
}

// AbsentApplications implements stagesync.Store.
func (db *DB) AbsentApplications(ctx context.Context, c recruit.CompanyID, id recruit.ConnectionID, l recruit.List) (recruit.Page[stagesync.Absent], error) {
	var p recruit.Page[stagesync.Absent]
	r, err := db.read().Query(ctx, `SELECT s.application_id, s.name, s.gone_at FROM application_stages s
		JOIN applications a ON a.id = s.application_id JOIN deliveries d ON d.application_id = s.application_id
		WHERE s.connection_id = $1 AND s.company_id = $2 AND s.application_id > $3 AND s.gone_at > 0 AND s.left_at = 0 AND a.erased_at = 0 AND a.withdrawn_at = 0
		AND d.connection_id = $1 AND d.state IN ('delivered', 'linked') ORDER BY s.application_id LIMIT $4`, id, c, l.Cursor, l.Size()+1)
	p.Items, err = collect(r, err, func(r row) (x stagesync.Absent, err error) {
		var since int64
		err = r.Scan(&x.Application, &x.Name, &since)
		x.Since = at(since)
		return x, err
	})
	if err == nil && len(p.Items) > l.Size() {
		p.Items = p.Items[:l.Size()]
		p.Next = string(p.Items[l.Size()-1].Application)
	}
	return p, err
}

// present keeps that somebody was seen in the ATS, and nothing of where: a
// comparison follows nobody.
func (t *tx) present(ctx context.Context, p stagesync.Poll, a followedApplication, name string, now time.Time) error {
	if _, err := t.Exec(ctx, `INSERT INTO application_stages (application_id, company_id, connection_id, updated_at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (application_id) DO NOTHING`, a.id, p.Company, p.Connection, ms(now)); err != nil {
		return err
	}
	return t.back(ctx, p.Company, a, name, now)
}

// goneFrom tells whether an application that came to the ATS was not in it for
// two complete readings, and nobody withdrew or erased it.
func (t *tx) goneFrom(ctx context.Context, c recruit.CompanyID, id recruit.ApplicationID) (bool, error) {
	var gone int64
	err := t.Row(ctx, `SELECT s.gone_at FROM application_stages s JOIN deliveries d ON d.application_id = s.application_id AND d.company_id = s.company_id
		JOIN applications a ON a.id = s.application_id AND a.company_id = s.company_id
		WHERE s.application_id = $1 AND s.company_id = $2 AND d.state IN ('delivered', 'linked') AND a.erased_at = 0 AND a.withdrawn_at = 0`, id, c).Scan(&gone)
	if errors.Is(err, errNoRows) {
		return false, nil
	}
	return gone > 0, err
}

// sendAgain forgets what an application was in the ATS, from which it is gone:
// it is looked for once more, as after an unanswered request, and sent when it
// is not found. Whom it was there is kept for whoever has to erase them one day.
func (t *tx) sendAgain(ctx context.Context, c recruit.CompanyID, id recruit.ApplicationID) error {
	if _, err := t.Exec(ctx, `UPDATE deliveries SET former_candidate_id = remote_candidate_id, remote_candidate_id = '', remote_application_id = '', remote_attachment_id = '', remote_url = '',
		cv_done = 0 WHERE application_id = $1 AND company_id = $2`, id, c); err != nil {
		return err
	}
	_, err := t.Exec(ctx, `DELETE FROM application_stages WHERE application_id = $1 AND company_id = $2`, id, c)
	return err
}

// LeaveGone implements delivery.Store.
func (db *DB) LeaveGone(ctx context.Context, r recruit.Reach, id recruit.ApplicationID, by string, now time.Time) error {
	return db.write(ctx, func(ctx context.Context, t *tx) error {
		var one int
		err := t.Row(ctx, `SELECT 1 FROM deliveries d WHERE d.company_id = $1 AND d.application_id = $4 AND `+ownProcesses,
			r.Company, r.Owner, flag(r.Supervised), id).Scan(&one)
		if err != nil {
			return found(err)
		}
		if gone, err := t.goneFrom(ctx, r.Company, id); err != nil || !gone {
			if err == nil {
				err = recruit.Refuse("not_gone")
			}
			return err
		}
		n, err := t.Exec(ctx, `UPDATE application_stages SET left_at = $3 WHERE application_id = $1 AND company_id = $2 AND left_at = 0`, id, r.Company, ms(now))
		if err != nil || n == 0 {
			return err
		}
		return t.event(ctx, r.Company, id, now, "stage_left", by, nil)
	})
}
