package store

import (
	"bytes"
	"context"
	"errors"
	"io"
	"time"

	"handoff/internal/connector"
	"handoff/internal/delivery"
	"handoff/internal/recruit"
)

// work opens what a claimed delivery needs. It runs after the claim, beside
// the writer.
func (db *DB) work(ctx context.Context, x due, fence int64) (delivery.Work, error) {
	app, err := db.unseal(ctx, db.read(), x.company, x.d.Application)
	if err != nil {
		return delivery.Work{}, err
	}
	w := delivery.Work{Application: app, Job: x.d.RemoteJob, Done: x.receipt(), Attempt: x.d.Attempts + 1, Failures: int(x.failures), Fence: fence,
		Consents: x.consents}
	if app.CV != nil {
		w.CV = &connector.CVFile{Name: app.CV.FileName, ContentType: app.CV.ContentType, Size: app.CV.Size, SHA256: app.CV.SHA256,
			Open: func() (io.ReadCloser, error) {
				b, err := db.readCV(context.WithoutCancel(ctx), db.read(), x.company, x.d.Application)
				if err != nil {
					return nil, err
				}
				return io.NopCloser(bytes.NewReader(b)), nil
			}}
	}
	return w, nil
}

// ownProcesses is the condition that a delivery d is in a caller's reach; its
// arguments are those of inReach.
const ownProcesses = ` EXISTS (SELECT 1 FROM processes p WHERE p.id = d.process_id AND ` + inReach + `) `

// RetryDelivery implements delivery.Store.
func (db *DB) RetryDelivery(ctx context.Context, r recruit.Reach, id recruit.ApplicationID, by string, now time.Time) (recruit.Delivery, error) {
	err := db.write(ctx, func(ctx context.Context, t *tx) error {
		var state, reason string
		err := t.Row(ctx, `SELECT d.state, d.reason FROM deliveries d WHERE d.company_id = $1 AND d.application_id = $4 AND `+ownProcesses,
			r.Company, r.Owner, flag(r.Supervised), id).Scan(&state, &reason)
		if err != nil {
			return found(err)
		}
		_, err = t.retry(ctx, r.Company, id, state, reason, by, now)
		return err
	})
	if err != nil {
		return recruit.Delivery{}, err
	}
	return db.delivery(ctx, r.Company, id)
}

// retry sends one delivery on its way again. What is unanswered is only looked
// up sooner: a person's wish is no reason to repeat blindly (invariant 3).
func (t *tx) retry(ctx context.Context, company recruit.CompanyID, id recruit.ApplicationID, state, reason, by string, now time.Time) (recruit.ConnectionID, error) {
	var conn recruit.ConnectionID
	to := "waiting"
	gone, err := t.goneFrom(ctx, company, id)
	if err != nil {
		return "", err
	}
	switch {
	case gone: // it came there once, and is sent again because a person says so
		to, reason = "unanswered", "gone_in_ats"
	case state == "unanswered":
		to = "unanswered"
	case reason == delivery.ReasonSuspicious:
		return "", recruit.Refuse("delivery_not_retryable") // it is released, not retried
	case reason == delivery.ReasonAmbiguous || reason == delivery.ReasonVanished || reason == delivery.ReasonDuplicateNotFound:
		to = "unanswered" // look again before anything else
	case state != "waiting" && state != "held" && state != "needs_attention":
		return "", recruit.Refuse("delivery_not_retryable")
	}
	if state == "held" || gone {
		// Sending to a broken connection again would only be held again: it is
		// the connection's repair that releases what it holds.
		var usable int
		err := t.Row(ctx, `SELECT count(*) FROM deliveries d JOIN connections k ON k.id = d.connection_id AND k.company_id = d.company_id
			WHERE d.application_id = $1 AND d.company_id = $2 AND k.state IN `+usableStates, id, company).Scan(&usable)
		if err != nil {
			return "", err
		}
		if usable == 0 {
			return "", recruit.Refuse("connection_not_ready")
		}
	}
	if gone {
		if err := t.sendAgain(ctx, company, id); err != nil {
			return "", err
		}
	}
	err = t.Row(ctx, `UPDATE deliveries SET state = $3, reason = CASE WHEN $3 = 'unanswered' THEN 'unanswered' ELSE '' END, turn = '', vendor_code = '',
		next_at = $4, failures = 0, window_to = CASE WHEN $3 = 'unanswered' AND window_to = 0 THEN $4 ELSE window_to END,
		window_from = CASE WHEN $3 = 'unanswered' AND window_from = 0 THEN $4 ELSE window_from END, updated_at = $4
		WHERE application_id = $1 AND company_id = $2 RETURNING connection_id`, id, company, to, ms(now)).Scan(&conn)
	if err != nil {
		return "", err
	}
	if err := t.event(ctx, company, id, now, "delivery.retried", by, map[string]string{"reason": reason}); err != nil {
		return "", err
	}
	if err := t.lookFirst(ctx, company, id, reason, now); err != nil {
		return "", err
	}
	return conn, t.ring(ctx, connLane(conn), ms(now))
}

// delivery returns one delivery.
func (db *DB) delivery(ctx context.Context, company recruit.CompanyID, id recruit.ApplicationID) (recruit.Delivery, error) {
	return scanDelivery(db.read().Row(ctx, `SELECT `+deliveryColumns+` FROM deliveries d WHERE d.company_id = $1 AND d.application_id = $2`, company, id))
}

const deliveryColumns = `d.application_id, d.company_id, d.process_id, d.connection_id, d.remote_job_id, d.state, d.reason, d.vendor_code, d.turn,
	d.attempts, d.next_at, d.remote_candidate_id, d.remote_application_id, d.remote_url, d.updated_at`

func scanDelivery(r row) (d recruit.Delivery, err error) {
	var next, updated int64
	err = found(r.Scan(&d.Application, &d.Company, &d.Process, &d.Connection, &d.RemoteJob, &d.State, &d.Reason, &d.VendorCode, &d.Turn,
		&d.Attempts, &next, &d.RemoteCandidate, &d.RemoteApp, &d.RemoteURL, &updated))
	d.NextAt, d.UpdatedAt = at(next), at(updated)
	return d, err
}

// DeliveryAttempts implements delivery.Store.
func (db *DB) DeliveryAttempts(ctx context.Context, r recruit.Reach, id recruit.ApplicationID) ([]delivery.Attempt, error) {
	var one int
	err := db.read().Row(ctx, `SELECT 1 FROM deliveries d WHERE d.company_id = $1 AND d.application_id = $4 AND `+ownProcesses,
		r.Company, r.Owner, flag(r.Supervised), id).Scan(&one)
	if err != nil {
		return nil, found(err)
	}
	rs, err := db.read().Query(ctx, `SELECT n, op, started_at, ended_at, kind, status, vendor_code FROM delivery_attempts
		WHERE application_id = $1 AND company_id = $2 ORDER BY n`, id, r.Company)
	return collect(rs, err, func(r row) (a delivery.Attempt, err error) {
		var started, ended int64
		err = r.Scan(&a.N, &a.Op, &started, &ended, &a.Kind, &a.Status, &a.VendorCode)
		a.StartedAt, a.EndedAt = at(started), at(ended)
		return a, err
	})
}

// Causes implements delivery.Store.
func (db *DB) Causes(ctx context.Context, r recruit.Reach) ([]delivery.Cause, error) {
	rs, err := db.read().Query(ctx, `SELECT d.state, d.reason, d.vendor_code, d.turn, d.connection_id, coalesce(k.ats, ''), count(*), min(d.updated_at)
		FROM deliveries d LEFT JOIN connections k ON k.id = d.connection_id AND k.company_id = d.company_id
		WHERE d.company_id = $1 AND (d.state IN ('needs_attention', 'held') OR d.state = 'unanswered' AND d.turn <> ''
			OR d.state = 'withheld' AND d.reason = '`+delivery.ReasonTextsUnread+`') AND `+ownProcesses+`
		GROUP BY d.state, d.reason, d.vendor_code, d.turn, d.connection_id, k.ats
		ORDER BY CASE WHEN d.state = 'needs_attention' THEN 0 ELSE 1 END, min(d.updated_at) LIMIT 100`, r.Company, r.Owner, flag(r.Supervised))
	causes, err := collect(rs, err, func(r row) (x delivery.Cause, err error) {
		var oldest int64
		err = r.Scan(&x.State, &x.Reason, &x.VendorCode, &x.Turn, &x.Connection, &x.ATS, &x.Count, &oldest)
		x.Oldest = at(oldest)
		x.ID = causeID(x)
		return x, err
	})
	if err != nil {
		return nil, err
	}
	for i := range causes {
		ids, err := db.ofCause(ctx, db.read(), r, causes[i], 5)
		if err != nil {
			return nil, err
		}
		causes[i].Examples = ids
	}
	return causes, nil
}

// causeID is opaque to callers and says nothing of anybody.
func causeID(x delivery.Cause) string {
	return string(x.State) + "." + x.Reason + "." + x.VendorCode + "." + string(x.Connection)
}

func (db *DB) ofCause(ctx context.Context, q query, r recruit.Reach, x delivery.Cause, limit int) ([]recruit.ApplicationID, error) {
	rs, err := q.Query(ctx, `SELECT d.application_id FROM deliveries d WHERE d.company_id = $1 AND d.state = $4 AND d.reason = $5
		AND d.vendor_code = $6 AND d.connection_id = $7 AND `+ownProcesses+` ORDER BY d.updated_at LIMIT $8`,
		r.Company, r.Owner, flag(r.Supervised), x.State, x.Reason, x.VendorCode, x.Connection, limit)
	return collect(rs, err, func(r row) (id recruit.ApplicationID, err error) { return id, r.Scan(&id) })
}

// maxRetried bounds one transaction of RetryCause; the rest is the next press.
const maxRetried = 1000

// RetryCause implements delivery.Store.
func (db *DB) RetryCause(ctx context.Context, r recruit.Reach, cause string, dryRun bool, by string, now time.Time) (int, error) {
	causes, err := db.Causes(ctx, r)
	if err != nil {
		return 0, err
	}
	for _, x := range causes {
		if x.ID != cause {
			continue
		}
		if x.Reason == delivery.ReasonSuspicious {
			return 0, recruit.Refuse("delivery_not_retryable")
		}
		if dryRun {
			return x.Count, nil
		}
		n := 0
		err := db.write(ctx, func(ctx context.Context, t *tx) error {
			n = 0
			ids, err := db.ofCause(ctx, t, r, x, maxRetried)
			if err != nil {
				return err
			}
			for _, id := range ids {
				if _, err := t.retry(ctx, r.Company, id, string(x.State), x.Reason, by, now); err != nil {
					var p *recruit.Problem
					if errors.As(err, &p) {
						continue
					}
					return err
				}
				n++
			}
			return nil
		})
		return n, err
	}
	return 0, recruit.ErrNotFound
}
