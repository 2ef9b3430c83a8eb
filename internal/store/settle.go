package store

import (
	"context"
	"errors"
	"time"

	"handoff/internal/delivery"
	"handoff/internal/integration"
	"handoff/internal/lane"
	"handoff/internal/recruit"
)

// Settle implements delivery.Store.
func (db *DB) Settle(ctx context.Context, app recruit.ApplicationID, fence int64, o delivery.Outcome) error {
	return db.write(ctx, func(ctx context.Context, t *tx) error {
		var conn recruit.ConnectionID
		var company recruit.CompanyID
		var process recruit.ProcessID
		var job recruit.RemoteJobID
		var before, beforeReason string
		var attempts, failures int64
		err := t.Row(ctx, `SELECT connection_id, company_id, process_id, remote_job_id, state, reason, attempts, failures FROM deliveries
			WHERE application_id = $1 AND fence = $2 AND state IN ('attempting', 'unanswered')
			AND EXISTS (SELECT 1 FROM lanes WHERE lanes.key = 'conn:' || deliveries.connection_id AND lanes.fence = $2)`, app, fence).
			Scan(&conn, &company, &process, &job, &before, &beforeReason, &attempts, &failures)
		if errors.Is(err, errNoRows) {
			return lane.ErrLost // invariant 5
		}
		if err != nil {
			return err
		}
		now, happened := o.Finished, o // to the lane it makes no difference who withdrew
		if err := t.afterWithdrawal(ctx, app, company, &o); err != nil {
			return err
		}
		switch {
		case o.Certain && o.Kind == "ok":
			failures = 0
		case o.Reason != delivery.ReasonRateLimited: // waiting one's turn is no failure
			failures++
		}
		var next int64
		if o.State == recruit.DeliveryWaiting || o.State == recruit.DeliveryUnanswered {
			next = ms(now.Add(o.After))
		}
		delivered := o.State == recruit.DeliveryDelivered || o.State == recruit.DeliveryLinked
		// A certain answer closes the window in which attempts may have been
		// under way; a push that stays open moves its end to now.
		_, err = t.Exec(ctx, `UPDATE deliveries SET state = $2, reason = $3, vendor_code = $4, turn = $5, next_at = $6, failures = $7,
			remote_candidate_id = $8, remote_application_id = $9, remote_attachment_id = $10, remote_url = $11, cv_done = $12,
			window_from = CASE WHEN $13 = 1 THEN 0 ELSE window_from END,
			window_to = CASE WHEN $13 = 1 THEN 0 WHEN $14 = 'push' THEN $15 ELSE window_to END,
			delivered_at = CASE WHEN $16 = 1 THEN $15 ELSE delivered_at END, fence = 0, updated_at = $15
			WHERE application_id = $1 AND company_id = $17`,
			app, o.State, o.Reason, o.VendorCode, o.Turn, next, failures,
			o.Receipt.Candidate, o.Receipt.Application, o.Receipt.Attachment, o.Receipt.URL, flag(o.Receipt.CVDone),
			flag(o.Certain), o.Op, ms(now), flag(delivered), company)
		if err != nil {
			return err
		}
		if err := t.endAttempt(ctx, app, company, attempts, fence, o); err != nil {
			return err
		}
		if before != string(o.State) && before != "attempting" || beforeReason != o.Reason || o.State != recruit.DeliveryUnanswered {
			data := map[string]string{"reason": o.Reason, "vendor_code": o.VendorCode}
			if err := t.event(ctx, company, app, now, eventOf(o), "system", data); err != nil {
				return err
			}
		}
		if delivered {
			if err := t.followJob(ctx, conn, job, company, now); err != nil {
				return err
			}
			if err := t.heardSoon(ctx, conn, o.Receipt.Candidate, now); err != nil {
				return err
			}
		}
		return t.settleAround(ctx, conn, process, job, happened, now)
	})
}

// afterWithdrawal turns what would go on, or wait for somebody, into cancelled
// when the candidate withdrew while the attempt was under way (invariant 4).
// What is unanswered is looked up first, and what is ambiguous is a person's.
func (t *tx) afterWithdrawal(ctx context.Context, app recruit.ApplicationID, company recruit.CompanyID, o *delivery.Outcome) error {
	switch o.State {
	case recruit.DeliveryWaiting, recruit.DeliveryHeld:
	case recruit.DeliveryNeedsAttention:
		if o.Op != "push" {
			return nil
		}
	default:
		return nil
	}
	var withdrawn int64
	err := t.Row(ctx, `SELECT withdrawn_at FROM applications WHERE id = $1 AND company_id = $2`, app, company).Scan(&withdrawn)
	if err != nil || withdrawn == 0 {
		return err
	}
	o.State, o.Reason, o.Turn = recruit.DeliveryCancelled, delivery.ReasonWithdrawn, recruit.TurnNobody
	if o.Receipt.Candidate != "" {
		o.Reason, o.Turn = delivery.ReasonWithdrawnSent, recruit.TurnRecruiter
	}
	return nil
}

// eventOf is the timeline's line for an outcome.
func eventOf(o delivery.Outcome) string {
	if o.State == recruit.DeliveryWaiting && o.Op == "find" && o.Kind == "ok" {
		if o.Receipt.Candidate != "" {
			return "delivery.found" // and goes on at the first missing step
		}
		return "delivery.not_found" // and is sent again
	}
	return "delivery." + string(o.State)
}

func (t *tx) endAttempt(ctx context.Context, app recruit.ApplicationID, company recruit.CompanyID, n, fence int64, o delivery.Outcome) error {
	if o.Op == "push" {
		_, err := t.Exec(ctx, `UPDATE delivery_attempts SET ended_at = $4, kind = $5, status = $6, vendor_code = $7
			WHERE application_id = $1 AND n = $2 AND company_id = $3`, app, n, company, ms(o.Finished), o.Kind, o.Status, o.VendorCode)
		return err
	}
	if !o.Certain && o.Kind == "ok" {
		return nil // looked, and it is too early to say: no line for each look
	}
	// A lookup takes a number of its own, after the attempt that it is about.
	_, err := t.Exec(ctx, `INSERT INTO delivery_attempts (application_id, n, company_id, op, fence, started_at, ended_at, kind, status, vendor_code)
		VALUES ($1, $2, $3, 'find', $4, $5, $6, $7, $8, $9)`, app, n+1, company, fence, ms(o.Started), ms(o.Finished), o.Kind, o.Status, o.VendorCode)
	if err != nil {
		return err
	}
	_, err = t.Exec(ctx, `UPDATE deliveries SET attempts = $2 WHERE application_id = $1 AND company_id = $3`, app, n+1, company)
	return err
}

// settleAround keeps what an outcome means for the binding, the connection
// and the lane.
func (t *tx) settleAround(ctx context.Context, conn recruit.ConnectionID, process recruit.ProcessID, job recruit.RemoteJobID, o delivery.Outcome, now time.Time) error {
	switch o.Breaks {
	case delivery.BreaksConnection:
		if err := t.breakConnection(ctx, conn, o.BrokenReason, recruit.TurnAdmin, now); err != nil {
			return err
		}
	case delivery.BreaksBinding:
		if err := t.breakBindings(ctx, conn, job, o.BrokenReason, now); err != nil {
			return err
		}
		// Not at once: an ATS whose reading says otherwise than its writing
		// would be asked in a circle.
		if err := t.lookAt(ctx, conn, job, time.Time{}, now.Add(integration.BrokenEvery)); err != nil {
			return err
		}
	}
	if o.Reason == delivery.ReasonTextsChanged {
		if err := t.lookAt(ctx, conn, job, now, time.Time{}); err != nil {
			return err
		}
	}
	key := connLane(conn)
	if o.Pause > 0 {
		if err := t.pauseLane(ctx, key, ms(now.Add(o.Pause)), o.Reason); err != nil {
			return err
		}
	}
	switch {
	case o.Trips:
		return t.trip(ctx, conn, o.Reason, o.Turn, now)
	case o.State == recruit.DeliveryDelivered:
		n, err := t.Exec(ctx, `UPDATE bindings SET state = 'ok', reason = '' WHERE process_id = $1 AND connection_id = $2 AND remote_job_id = $3
			AND state <> 'ok' AND reason <> 'account_switched'`, process, conn, job)
		if err != nil {
			return err
		}
		if n > 0 { // what was held because of it has nothing else that would release it
			if err := t.release(ctx, conn, job, now, delivery.ReasonJobForbidden, delivery.ReasonJobGone, delivery.ReasonJobClosed,
				delivery.ReasonJobNotShared, delivery.ReasonConsentUnassigned); err != nil {
				return err
			}
		}
		return t.heal(ctx, conn)
	case o.Kind == "ok":
		return t.heal(ctx, conn)
	}
	return nil
}

// trip counts a failure towards the breaker, and opens it for longer each
// time from breakerTrips on: 5 s doubling to 5 minutes. What was in flight
// when it opened does not count again.
func (t *tx) trip(ctx context.Context, conn recruit.ConnectionID, reason string, turn recruit.Turn, now time.Time) error {
	var failures int64
	key := connLane(conn)
	err := t.Row(ctx, `UPDATE lanes SET failures = failures + 1 WHERE key = $1 AND paused_until <= $2 RETURNING failures`, key, ms(now)).Scan(&failures)
	if errors.Is(err, errNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	if failures < breakerTrips {
		return nil
	}
	pause := min(5*time.Second<<min(failures-breakerTrips, 10), 5*time.Minute)
	if err := t.pauseLane(ctx, key, ms(now.Add(pause)), reason); err != nil {
		return err
	}
	if turn == "" {
		turn = recruit.TurnATS
	}
	_, err = t.Exec(ctx, `UPDATE connections SET state = 'failing', reason = $2, turn = $3 WHERE id = $1 AND state = 'connected'`, conn, reason, turn)
	return err
}

// heal ends a lane's failures and a connection's failing after a success.
func (t *tx) heal(ctx context.Context, conn recruit.ConnectionID) error {
	if _, err := t.Exec(ctx, `UPDATE lanes SET paused_until = 0, pause_reason = '', failures = 0 WHERE key = $1 AND failures > 0`, connLane(conn)); err != nil {
		return err
	}
	_, err := t.Exec(ctx, `UPDATE connections SET state = 'connected', reason = '', turn = '' WHERE id = $1 AND state = 'failing'`, conn)
	return err
}

// breakConnection holds all work of a connection until it is repaired; none
// is dropped (product decision 11). What is unanswered stays so: its outcome
// is looked up once that is possible again.
func (t *tx) breakConnection(ctx context.Context, conn recruit.ConnectionID, reason string, turn recruit.Turn, now time.Time) error {
	if _, err := t.Exec(ctx, `UPDATE connections SET state = 'broken', reason = $2, turn = $3 WHERE id = $1 AND state IN `+usableStates, conn, reason, turn); err != nil {
		return err
	}
	return t.holdAll(ctx, conn, now)
}

// holdAll holds what waits for a connection that cannot be used: broken, not
// tested yet, or not confirmed. Its repair releases it. What is unanswered
// stays so, but it is the Admin's turn: nothing can be looked up meanwhile.
func (t *tx) holdAll(ctx context.Context, conn recruit.ConnectionID, now time.Time) error {
	if err := t.eventEach(ctx, now, "delivery.held", delivery.ReasonConnectionBroken, `connection_id = $1 AND state = 'waiting'`, conn); err != nil {
		return err
	}
	_, err := t.Exec(ctx, `UPDATE deliveries SET state = 'held', reason = $2, turn = $3, updated_at = $4 WHERE connection_id = $1 AND state = 'waiting'`,
		conn, delivery.ReasonConnectionBroken, recruit.TurnAdmin, ms(now))
	if err != nil {
		return err
	}
	_, err = t.Exec(ctx, `UPDATE deliveries SET turn = $2 WHERE connection_id = $1 AND state = 'unanswered'`, conn, recruit.TurnAdmin)
	return err
}

// breakBindings marks what is bound to a job and holds what waits for it.
func (t *tx) breakBindings(ctx context.Context, conn recruit.ConnectionID, job recruit.RemoteJobID, reason string, now time.Time) error {
	// After a switch of the account only a test makes a binding whole again.
	if _, err := t.Exec(ctx, `UPDATE bindings SET state = 'broken', reason = $3 WHERE connection_id = $1 AND remote_job_id = $2
		AND reason <> 'account_switched'`, conn, job, reason); err != nil {
		return err
	}
	if err := t.eventEach(ctx, now, "delivery.held", reason, `connection_id = $1 AND remote_job_id = $2 AND state = 'waiting'`, conn, job); err != nil {
		return err
	}
	_, err := t.Exec(ctx, `UPDATE deliveries SET state = 'held', reason = $3, turn = $4, updated_at = $5
		WHERE connection_id = $1 AND remote_job_id = $2 AND state = 'waiting'`, conn, job, reason, recruit.TurnAdmin, ms(now))
	return err
}

// release lets work go on that was held for one of the reasons, of one job or
// (job empty) of the whole connection.
func (t *tx) release(ctx context.Context, conn recruit.ConnectionID, job recruit.RemoteJobID, now time.Time, reasons ...string) error {
	for _, reason := range reasons {
		if err := t.eventEach(ctx, now, "delivery.waiting", "", `connection_id = $1 AND ($2 = '' OR remote_job_id = $2) AND state = 'held' AND reason = $3`,
			conn, job, reason); err != nil {
			return err
		}
		if _, err := t.Exec(ctx, `UPDATE deliveries SET state = 'waiting', reason = '', turn = '', vendor_code = '', next_at = $4, failures = 0, updated_at = $4
			WHERE connection_id = $1 AND ($2 = '' OR remote_job_id = $2) AND state = 'held' AND reason = $3`, conn, job, reason, ms(now)); err != nil {
			return err
		}
	}
	return t.ring(ctx, connLane(conn), ms(now))
}
