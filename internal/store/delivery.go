package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"handoff/internal/apply"
	"handoff/internal/connector"
	"handoff/internal/delivery"
	"handoff/internal/lane"
	"handoff/internal/recruit"
)

// breakerTrips is how many failures in a row open a lane's breaker; from then
// on one delivery at a time tries, after each pause.
const breakerTrips = 5

// AdoptOrphans implements delivery.Store.
func (db *DB) AdoptOrphans(ctx context.Context, conn recruit.ConnectionID, fence int64, now time.Time) (int, error) {
	var n int64
	err := db.write(ctx, func(ctx context.Context, t *tx) (err error) {
		// The run that held it may have sent until just now, as far as anybody
		// can tell: the window in which its request may have been under way
		// ends here.
		err = t.eventEach(ctx, now, "delivery.unanswered", delivery.ReasonUnanswered, `connection_id = $1 AND state = 'attempting' AND fence <> $2`, conn, fence)
		if err != nil {
			return err
		}
		n, err = t.Exec(ctx, `UPDATE deliveries SET state = 'unanswered', reason = 'unanswered', fence = 0,
			next_at = $3, window_to = $3, updated_at = $3
			WHERE connection_id = $1 AND state = 'attempting' AND fence <> $2`, conn, fence, ms(now))
		if err != nil {
			return err
		}
		_, err = t.Exec(ctx, `UPDATE deliveries SET fence = 0, next_at = $3
			WHERE connection_id = $1 AND state = 'unanswered' AND fence <> 0 AND fence <> $2`, conn, fence, ms(now))
		return err
	})
	return int(n), err
}

// claimable tells whether the lane may send now, and how many at most.
func claimable(ctx context.Context, t *tx, conn recruit.ConnectionID, fence int64, now time.Time, n int) (int, error) {
	var current, paused, failures int64
	var state string
	err := t.Row(ctx, `SELECT l.fence, l.paused_until, l.failures, c.state FROM lanes l, connections c
		WHERE l.key = $1 AND c.id = $2`, connLane(conn), conn).Scan(&current, &paused, &failures, &state)
	switch {
	case errors.Is(err, errNoRows):
		return 0, nil
	case err != nil:
		return 0, err
	case current != fence:
		return 0, lane.ErrLost
	case paused > ms(now), state != string(recruit.ConnConnected) && state != string(recruit.ConnFailing):
		return 0, nil
	case failures >= breakerTrips:
		var trying int
		err := t.Row(ctx, `SELECT count(*) FROM deliveries WHERE connection_id = $1 AND state IN ('attempting', 'unanswered') AND fence = $2`, conn, fence).Scan(&trying)
		return max(min(n, 1)-trying, 0), err
	}
	return n, nil
}

// due is a delivery that a claim looks at.
type due struct {
	d                                    recruit.Delivery
	company                              recruit.CompanyID
	account                              string
	failures, windowFrom, windowTo       int64
	withdrawn, erased, suspicious        int64
	bindingState, bindingReason, boundTo string
	jobOpen                              int64
	cvDone, switched                     int64
	attachment                           string
	tag                                  string
	consents                             []recruit.RemoteDecision // once it may be sent
}

const dueColumns = `d.application_id, d.company_id, d.process_id, d.connection_id, d.remote_job_id, d.reason, d.attempts, d.failures,
	d.window_from, d.window_to, d.remote_candidate_id, d.remote_application_id, d.remote_attachment_id, d.remote_url, d.cv_done,
	a.withdrawn_at, a.erased_at, a.suspicious, a.tag, c.account_id, c.switched_at,
	coalesce(b.state, ''), coalesce(b.reason, ''), coalesce(b.remote_job_id, ''), coalesce(j.open, 1)
	FROM deliveries d JOIN applications a ON a.id = d.application_id AND a.company_id = d.company_id
	JOIN connections c ON c.id = d.connection_id AND c.company_id = d.company_id
	LEFT JOIN bindings b ON b.process_id = d.process_id AND b.connection_id = d.connection_id
	LEFT JOIN remote_jobs j ON j.connection_id = d.connection_id AND j.id = d.remote_job_id`

func scanDue(r row) (x due, err error) {
	err = r.Scan(&x.d.Application, &x.company, &x.d.Process, &x.d.Connection, &x.d.RemoteJob, &x.d.Reason, &x.d.Attempts, &x.failures,
		&x.windowFrom, &x.windowTo, &x.d.RemoteCandidate, &x.d.RemoteApp, &x.attachment, &x.d.RemoteURL, &x.cvDone,
		&x.withdrawn, &x.erased, &x.suspicious, &x.tag, &x.account, &x.switched, &x.bindingState, &x.bindingReason, &x.boundTo, &x.jobOpen)
	return x, err
}

func (x due) receipt() connector.Receipt {
	return connector.Receipt{Candidate: x.d.RemoteCandidate, Application: x.d.RemoteApp,
		Attachment: recruit.RemoteAttachmentID(x.attachment), URL: x.d.RemoteURL, CVDone: x.cvDone == 1}
}

// ClaimPushes implements delivery.Store.
func (db *DB) ClaimPushes(ctx context.Context, conn recruit.ConnectionID, fence int64, now time.Time, n int) ([]delivery.Work, error) {
	// Most lanes have nothing due most of the time: a look beside the writer
	// first, so that an idle one costs no write.
	var any int
	err := db.read().Row(ctx, `SELECT count(*) FROM (SELECT 1 FROM deliveries WHERE connection_id = $1 AND state = 'waiting' AND next_at <= $2 LIMIT 1) AS x`,
		conn, ms(now)).Scan(&any)
	if err != nil || any == 0 {
		return nil, err
	}
	var claimed []due
	err = db.write(ctx, func(ctx context.Context, t *tx) error {
		claimed = nil
		n, err := claimable(ctx, t, conn, fence, now, n)
		if err != nil || n == 0 {
			return err
		}
		r, err := t.Query(ctx, `SELECT `+dueColumns+` WHERE d.connection_id = $1 AND d.state = 'waiting' AND d.next_at <= $2
			ORDER BY d.next_at, d.application_id LIMIT $3`, conn, ms(now), n)
		list, err := collect(r, err, scanDue)
		if err != nil {
			return err
		}
		for _, x := range list {
			state, reason, turn, err := db.hindered(ctx, t, &x)
			if err != nil {
				return err
			}
			if state != "" {
				if err := t.park(ctx, x, state, reason, turn, now); err != nil {
					return err
				}
				continue
			}
			if err := t.beginAttempt(ctx, x, fence, now); err != nil { // invariant 2
				return err
			}
			claimed = append(claimed, x)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	out := make([]delivery.Work, 0, len(claimed))
	for _, x := range claimed {
		w, err := db.work(ctx, x, fence)
		if err == nil && w.Application.ErasedAt.IsZero() && w.Application.Candidate.Email == "" {
			err = recruit.ErrNotFound // its key went after the row was read: nobody's data are not sent
		}
		switch {
		case err != nil:
			w = delivery.Work{Application: recruit.Application{ID: x.d.Application}, Job: x.d.RemoteJob, Done: x.receipt(), Attempt: x.d.Attempts + 1,
				Failures: int(x.failures), Fence: fence, Unreadable: fmt.Errorf("read %s: %w", x.d.Application, err)}
		case !w.Application.ErasedAt.IsZero():
			continue // erased since the claim, which cancelled the delivery
		}
		out = append(out, w)
	}
	return out, nil
}

// hindered says why a due delivery must not be sent; state is empty when it
// may, and x then holds the decisions that go along. Consent is read here, in
// the transaction that writes the attempt (invariant 4).
func (db *DB) hindered(ctx context.Context, t *tx, x *due) (state recruit.DeliveryState, reason string, turn recruit.Turn, err error) {
	switch {
	case x.erased != 0:
		return recruit.DeliveryCancelled, delivery.ReasonErased, "", nil
	case x.withdrawn != 0:
		if x.d.RemoteCandidate != "" {
			return recruit.DeliveryCancelled, delivery.ReasonWithdrawnSent, recruit.TurnRecruiter, nil
		}
		return recruit.DeliveryCancelled, delivery.ReasonWithdrawn, "", nil
	case x.suspicious != 0:
		return recruit.DeliveryHeld, delivery.ReasonSuspicious, recruit.TurnRecruiter, nil
	}
	given, err := consentGiven(ctx, t, x.d.Application, x.d.Connection, x.account, x.d.RemoteJob)
	switch {
	case err != nil:
		return "", "", "", err
	case !given:
		reason, turn, err = withheldFor(ctx, t, *x)
		return recruit.DeliveryWithheld, reason, turn, err
	}
	// What changed is the candidate's matter only while the job takes people:
	// a recruitment without its consent is somebody else's to repair first.
	x.consents, reason, err = agreed(ctx, t, *x)
	switch {
	case err != nil:
		return "", "", "", err
	case reason == delivery.ReasonRemoteRefused:
		return recruit.DeliveryWithheld, reason, "", nil
	case x.bindingState == string(recruit.BindingBroken) && x.boundTo == string(x.d.RemoteJob):
		return recruit.DeliveryHeld, x.bindingReason, recruit.TurnAdmin, nil
	case x.jobOpen == 0:
		return recruit.DeliveryHeld, delivery.ReasonJobClosed, recruit.TurnAdmin, nil
	case reason != "":
		return recruit.DeliveryNeedsAttention, reason, recruit.TurnRecruiter, nil
	}
	return "", "", "", nil
}

// withheldFor says what is missing where consentGiven says no: it only names
// the reason, and a refusal is the answer when in doubt.
func withheldFor(ctx context.Context, t *tx, x due) (string, recruit.Turn, error) {
	last, err := newestConsent(ctx, t, x.d.Application, recruit.PurposeATSTransfer)
	if err != nil {
		return "", "", err
	}
	s := apply.Standing{Binding: &recruit.Binding{Connection: x.d.Connection, RemoteJob: x.d.RemoteJob}, Account: x.account, Switched: at(x.switched), Transfer: last}
	if state, reason, turn := s.Delivery(); state == recruit.DeliveryWithheld {
		return reason, turn, nil
	}
	return delivery.ReasonConsentRefused, "", nil
}

// park moves a delivery that is not under way, with its line on the timeline.
func (t *tx) park(ctx context.Context, x due, state recruit.DeliveryState, reason string, turn recruit.Turn, now time.Time) error {
	_, err := t.Exec(ctx, `UPDATE deliveries SET state = $2, reason = $3, turn = $4, vendor_code = '', updated_at = $5
		WHERE application_id = $1 AND company_id = $6`, x.d.Application, state, reason, turn, ms(now), x.company)
	if err != nil {
		return err
	}
	return t.event(ctx, x.company, x.d.Application, now, "delivery."+string(state), "system", map[string]string{"reason": reason})
}

func (t *tx) beginAttempt(ctx context.Context, x due, fence int64, now time.Time) error {
	_, err := t.Exec(ctx, `UPDATE deliveries SET state = 'attempting', attempts = attempts + 1, fence = $2, updated_at = $3,
		window_from = CASE WHEN window_from = 0 THEN $3 ELSE window_from END, window_to = $3
		WHERE application_id = $1 AND company_id = $4`, x.d.Application, fence, ms(now), x.company)
	if err != nil {
		return err
	}
	_, err = t.Exec(ctx, `INSERT INTO delivery_attempts (application_id, n, company_id, op, fence, started_at)
		VALUES ($1, $2, $3, 'push', $4, $5)`, x.d.Application, x.d.Attempts+1, x.company, fence, ms(now))
	return err
}

// ClaimLookups implements delivery.Store.
func (db *DB) ClaimLookups(ctx context.Context, conn recruit.ConnectionID, fence int64, now time.Time, n int) ([]delivery.Lookup, error) {
	var any int
	err := db.read().Row(ctx, `SELECT count(*) FROM (SELECT 1 FROM deliveries WHERE connection_id = $1 AND state = 'unanswered' AND next_at <= $2 AND fence <> $3 LIMIT 1) AS x`,
		conn, ms(now), fence).Scan(&any)
	if err != nil || any == 0 {
		return nil, err
	}
	var claimed []due
	err = db.write(ctx, func(ctx context.Context, t *tx) error {
		claimed = nil
		if n, err := claimable(ctx, t, conn, fence, now, 1); err != nil || n == 0 {
			return err
		}
		r, err := t.Query(ctx, `SELECT remote_job_id FROM deliveries WHERE connection_id = $1 AND state = 'unanswered' AND next_at <= $2 AND fence <> $3
			GROUP BY remote_job_id ORDER BY min(next_at) LIMIT $4`, conn, ms(now), fence, n)
		jobs, err := collect(r, err, func(r row) (j string, err error) { return j, r.Scan(&j) })
		if err != nil {
			return err
		}
		for _, job := range jobs {
			r, err := t.Query(ctx, `SELECT `+dueColumns+` WHERE d.connection_id = $1 AND d.state = 'unanswered' AND d.remote_job_id = $2 AND d.fence <> $3`,
				conn, job, fence)
			list, err := collect(r, err, scanDue)
			if err != nil {
				return err
			}
			// Under this fence until settled: nobody else looks meanwhile.
			if _, err := t.Exec(ctx, `UPDATE deliveries SET fence = $3 WHERE connection_id = $1 AND state = 'unanswered' AND remote_job_id = $2`,
				conn, job, fence); err != nil {
				return err
			}
			claimed = append(claimed, list...)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	byJob := map[recruit.RemoteJobID]*delivery.Lookup{}
	var out []delivery.Lookup
	for _, x := range claimed {
		app, err := db.unseal(ctx, db.read(), x.company, x.d.Application)
		email := app.Candidate.Email
		if err != nil {
			email, err = "", fmt.Errorf("read %s: %w", x.d.Application, err)
		}
		k := byJob[x.d.RemoteJob]
		if k == nil {
			k = &delivery.Lookup{Job: x.d.RemoteJob, Fence: fence}
			byJob[x.d.RemoteJob] = k
		}
		k.Items = append(k.Items, delivery.LookupItem{
			Wanted: connector.Wanted{Application: x.d.Application, Tag: recruit.Tag(x.tag), Email: email, From: at(x.windowFrom), To: at(x.windowTo)},
			Done:   x.receipt(), Duplicate: x.d.Reason == delivery.ReasonDuplicate, Stopped: x.withdrawn != 0 || x.erased != 0,
			Looks: int(x.failures), Failures: int(x.failures), Unreadable: err})
	}
	for _, k := range byJob {
		out = append(out, *k)
	}
	return out, nil
}

// RecordStep implements delivery.Store.
func (db *DB) RecordStep(ctx context.Context, app recruit.ApplicationID, fence int64, r connector.Receipt, now time.Time) error {
	var stopped error
	err := db.write(ctx, func(ctx context.Context, t *tx) error {
		stopped = nil
		n, err := t.Exec(ctx, `UPDATE deliveries SET remote_candidate_id = $3, remote_application_id = $4, remote_attachment_id = $5,
			remote_url = $6, cv_done = $7, updated_at = $8
			WHERE application_id = $1 AND (fence = $2 AND state = 'attempting' OR state = 'cancelled' AND reason = 'erased')
			AND EXISTS (SELECT 1 FROM lanes WHERE lanes.key = 'conn:' || deliveries.connection_id AND lanes.fence = $2)`,
			app, fence, r.Candidate, r.Application, r.Attachment, r.URL, flag(r.CVDone), ms(now))
		if err != nil {
			return err
		}
		if n == 0 {
			return lane.ErrLost // invariant 5
		}
		// An erasure does not wait for an attempt. What the attempt made is kept
		// all the same: it names nobody, and has to be erased at the ATS.
		if r.Complete {
			return nil // nothing is left to stop
		}
		x, err := scanDue(t.Row(ctx, `SELECT `+dueColumns+` WHERE d.application_id = $1`, app))
		if err != nil {
			return err
		}
		if x.withdrawn != 0 || x.erased != 0 { // invariant 4
			stopped = delivery.ErrStopped
			return nil
		}
		given, err := consentGiven(ctx, t, app, x.d.Connection, x.account, x.d.RemoteJob)
		if err != nil || given {
			return err
		}
		w := &delivery.Withheld{}
		stopped = w
		w.Reason, w.Turn, err = withheldFor(ctx, t, x)
		return err
	})
	if err != nil {
		return err
	}
	return stopped
}

func flag(b bool) int64 {
	if b {
		return 1
	}
	return 0
}
