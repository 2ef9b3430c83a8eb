package store

import (
	"context"
	"errors"
	"time"

	"handoff/internal/apply"
	"handoff/internal/delivery"
	"handoff/internal/process"
	"handoff/internal/recruit"
)

// binding returns how a process is bound, nil when it is not.
func binding(ctx context.Context, q query, c recruit.CompanyID, id recruit.ProcessID) (*recruit.Binding, error) {
	b := &recruit.Binding{Process: id, Company: c}
	var created int64
	err := q.Row(ctx, `SELECT connection_id, remote_job_id, remote_job_title, state, reason, created_at FROM bindings
		WHERE process_id = $1 AND company_id = $2`, id, c).Scan(&b.Connection, &b.RemoteJob, &b.RemoteJobTitle, &b.State, &b.Reason, &created)
	if errors.Is(err, errNoRows) {
		return nil, nil
	}
	b.CreatedAt = at(created)
	return b, err
}

// bind makes the binding what was chosen, nil for none, and has the process's
// deliveries follow. A choice that stands already and is not newly tested
// changes nothing and is not checked: editing a text must not fail because
// the connection is gone.
func (t *tx) bind(ctx context.Context, p heldProcess, choice *process.BindingChoice, by string, when time.Time) (sharers int, err error) {
	old, err := binding(ctx, t, p.company, p.id)
	if err != nil {
		return 0, err
	}
	if choice == nil {
		if old == nil {
			return 0, nil
		}
		if _, err := t.Exec(ctx, `DELETE FROM bindings WHERE process_id = $1 AND company_id = $2`, p.id, p.company); err != nil {
			return 0, err
		}
		if err := t.audit(ctx, p.company, when, by, "process.unbound", string(p.id), "connection", string(old.Connection)); err != nil {
			return 0, err
		}
		return 0, t.followBinding(ctx, p, "", when)
	}
	same := old != nil && old.Connection == choice.Connection && old.RemoteJob == choice.RemoteJob
	if !same || choice.Tested != "" {
		if err := t.setBinding(ctx, p, old, same, choice, by, when); err != nil {
			return 0, err
		}
	}
	err = t.Row(ctx, `SELECT count(*) FROM bindings WHERE company_id = $1 AND connection_id = $2 AND remote_job_id = $3 AND process_id <> $4`,
		p.company, choice.Connection, choice.RemoteJob, p.id).Scan(&sharers)
	return sharers, err
}

func (t *tx) setBinding(ctx context.Context, p heldProcess, old *recruit.Binding, same bool, c *process.BindingChoice, by string, when time.Time) error {
	var state recruit.ConnectionState
	var title string
	err := t.Row(ctx, `SELECT state FROM connections WHERE id = $1 AND company_id = $2`, c.Connection, p.company).Scan(&state)
	if errors.Is(err, errNoRows) || state == recruit.ConnDisconnected {
		return recruit.Refuse("connection_unknown")
	}
	if err != nil {
		return err
	}
	err = t.Row(ctx, `SELECT title FROM remote_jobs WHERE connection_id = $1 AND id = $2 AND company_id = $3 AND gone_at = 0`,
		c.Connection, c.RemoteJob, p.company).Scan(&title)
	if errors.Is(err, errNoRows) {
		return recruit.Refuse("job_unknown")
	}
	if err != nil {
		return err
	}
	// A test counts when it passed for exactly this, with the account that the
	// connection opens now.
	var passed int
	err = t.Row(ctx, `SELECT count(*) FROM test_runs r JOIN connections c ON c.id = r.connection_id WHERE r.id = $1 AND r.company_id = $2
		AND r.connection_id = $3 AND r.process_id = $4 AND r.remote_job_id = $5 AND r.state = 'passed' AND r.created_at > c.switched_at`,
		c.Tested, p.company, c.Connection, p.id, c.RemoteJob).Scan(&passed)
	if err != nil {
		return err
	}
	if same && passed == 0 {
		return nil
	}
	now := recruit.BindingUntested
	if passed > 0 {
		now = recruit.BindingOK
	}
	_, err = t.Exec(ctx, `INSERT INTO bindings (process_id, company_id, connection_id, remote_job_id, remote_job_title, state, created_by, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (process_id) DO UPDATE SET connection_id = excluded.connection_id,
		remote_job_id = excluded.remote_job_id, remote_job_title = excluded.remote_job_title, state = excluded.state, reason = '',
		created_by = excluded.created_by, created_at = excluded.created_at`,
		p.id, p.company, c.Connection, c.RemoteJob, title, now, by, ms(when))
	if err != nil {
		return err
	}
	if err := t.audit(ctx, p.company, when, by, "process.bound", string(p.id), "connection", string(c.Connection), "remote_job", string(c.RemoteJob)); err != nil {
		return err
	}
	if err := t.watchJob(ctx, p.company, c.Connection, c.RemoteJob, when); err != nil {
		return err
	}
	repaired := ""
	if same {
		if old.State != recruit.BindingBroken {
			return nil
		}
		repaired = old.Reason
	}
	return t.followBinding(ctx, p, repaired, when)
}

// followBinding moves the deliveries of a process to where its binding puts them now,
// as far as nothing of them is in the ATS or may be: those stay bound to what
// they were sent to and go on there. With repaired, only those that were held
// for that reason move, begun ones too: it is what they were begun with.
//
// Nothing is lost by it: unbound ones are shown as such, and what the
// candidate was not asked about is withheld with that reason.
func (t *tx) followBinding(ctx context.Context, p heldProcess, repaired string, when time.Time) error {
	s, err := standing(ctx, t, p.company, p.id)
	if err != nil {
		return err
	}
	var conn recruit.ConnectionID
	var job recruit.RemoteJobID
	if s.Binding != nil {
		conn, job = s.Binding.Connection, s.Binding.RemoteJob
	}
	r, err := t.Query(ctx, `SELECT d.application_id, d.state, d.reason, a.suspicious FROM deliveries d
		JOIN applications a ON a.id = d.application_id AND a.company_id = d.company_id
		WHERE d.process_id = $1 AND d.company_id = $2 AND d.state IN ('none', 'withheld', 'held', 'waiting', 'needs_attention')
		AND (d.remote_candidate_id = '' AND d.window_to = 0 OR $3 <> '' AND d.connection_id = $4 AND d.remote_job_id = $5)
		AND d.reason NOT IN ('`+delivery.ReasonAmbiguous+`', '`+delivery.ReasonVanished+`', '`+delivery.ReasonDuplicateNotFound+`')
		AND a.withdrawn_at = 0 AND a.erased_at = 0
		AND ($3 = '' OR d.state = 'held' AND d.reason = $3 OR $3 = 'account_switched' AND d.state = 'withheld' AND d.reason = '`+delivery.ReasonConsentOther+`')
		ORDER BY d.application_id`, p.id, p.company, repaired, conn, job)
	type moved struct {
		id            recruit.ApplicationID
		state, reason string
		suspicious    bool
	}
	list, err := collect(r, err, func(r row) (m moved, err error) {
		var suspicious int64
		err = r.Scan(&m.id, &m.state, &m.reason, &suspicious)
		m.suspicious = suspicious != 0
		return m, err
	})
	if err != nil {
		return err
	}
	for _, m := range list {
		s.Suspicious = m.suspicious
		if err := asked(ctx, t, &s, m.id); err != nil {
			return err
		}
		if state, reason, _ := s.Delivery(); repaired != "" && string(state) == m.state && reason == m.reason {
			continue // it stands where it stood
		}
		if err := t.stand(ctx, p.company, m.id, s, when); err != nil {
			return err
		}
	}
	return nil
}

// stand stores where a delivery begins again, and says so on the timeline.
func (t *tx) stand(ctx context.Context, c recruit.CompanyID, id recruit.ApplicationID, s apply.Standing, when time.Time) error {
	state, reason, turn := s.Delivery()
	var conn recruit.ConnectionID
	var job recruit.RemoteJobID
	var next int64
	if s.Binding != nil {
		conn, job = s.Binding.Connection, s.Binding.RemoteJob
	}
	if state == recruit.DeliveryWaiting {
		next = ms(when)
		if err := t.ring(ctx, connLane(conn), next); err != nil {
			return err
		}
	}
	_, err := t.Exec(ctx, `UPDATE deliveries SET connection_id = $3, remote_job_id = $4, state = $5, reason = $6, turn = $7, vendor_code = '',
		failures = 0, next_at = $8, updated_at = $9 WHERE application_id = $1 AND company_id = $2`,
		id, c, conn, job, state, reason, turn, next, ms(when))
	if err != nil {
		return err
	}
	return t.event(ctx, c, id, when, "delivery."+string(state), "system", map[string]string{"reason": reason})
}

// standing reads what a process is bound to as package apply judges it.
func standing(ctx context.Context, q query, c recruit.CompanyID, id recruit.ProcessID) (s apply.Standing, err error) {
	if s.Binding, err = binding(ctx, q, c, id); err != nil || s.Binding == nil {
		return s, err
	}
	var switched int64
	err = q.Row(ctx, `SELECT state, account_id, switched_at FROM connections WHERE id = $1 AND company_id = $2`, s.Binding.Connection, c).
		Scan(&s.State, &s.Account, &switched)
	s.Switched = at(switched)
	return s, found(err)
}
