package store

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"handoff/internal/delivery"
	"handoff/internal/integration"
	"handoff/internal/recruit"
)

// watchJob has a job's texts read and the job looked at, now: it was bound, or
// its process opened. A job that is watched already is not forgotten.
func (t *tx) watchJob(ctx context.Context, company recruit.CompanyID, id recruit.ConnectionID, job recruit.RemoteJobID, now time.Time) error {
	_, err := t.Exec(ctx, `INSERT INTO job_watches (connection_id, remote_job_id, company_id, texts_due_at, check_due_at) VALUES ($1, $2, $3, $4, $4)
		ON CONFLICT (connection_id, remote_job_id) DO UPDATE SET texts_due_at = excluded.texts_due_at, check_due_at = excluded.check_due_at`,
		id, job, company, ms(now))
	if err != nil {
		return err
	}
	return t.ring(ctx, connLane(id), ms(now))
}

// lookAt has what is watched already looked at by the times given; a zero time
// leaves that part as it is, and an earlier one that stands already stays.
func (t *tx) lookAt(ctx context.Context, id recruit.ConnectionID, job recruit.RemoteJobID, texts, check time.Time) error {
	n, err := t.Exec(ctx, `UPDATE job_watches SET
		texts_due_at = CASE WHEN $3 > 0 AND (texts_due_at = 0 OR texts_due_at > $3) THEN $3 ELSE texts_due_at END,
		check_due_at = CASE WHEN $4 > 0 AND (check_due_at = 0 OR check_due_at > $4) THEN $4 ELSE check_due_at END
		WHERE connection_id = $1 AND ($2 = '' OR remote_job_id = $2)`, id, job, ms(texts), ms(check))
	if err != nil || n == 0 {
		return err
	}
	first := texts
	if first.IsZero() || !check.IsZero() && check.Before(first) {
		first = check
	}
	return t.ring(ctx, connLane(id), ms(first))
}

const watchColumns = `w.remote_job_id, w.texts, w.texts_read_at, w.texts_error, w.texts_attempts, w.checks, w.checked_at, w.check_error, w.check_attempts,
	w.reason, co.time_zone, (SELECT access_scope FROM connections WHERE id = w.connection_id), w.texts_due_at, w.check_due_at,
	(SELECT count(*) FROM bindings b JOIN processes p ON p.id = b.process_id AND p.company_id = b.company_id
		WHERE b.connection_id = w.connection_id AND b.remote_job_id = w.remote_job_id AND p.state = 'open')
	FROM job_watches w JOIN companies co ON co.id = w.company_id`

func scanWatch(r row, now time.Time) (w integration.Watch, err error) {
	var texts, checks string
	var read, checked, textsDue, checkDue, open int64
	err = r.Scan(&w.Job, &texts, &read, &w.TextsError, &w.TextsFailures, &checks, &checked, &w.CheckError, &w.CheckFailures,
		&w.Reason, &w.Zone, &w.Scope, &textsDue, &checkDue, &open)
	if err != nil {
		return w, err
	}
	w.TextsReadAt, w.CheckedAt, w.Open = at(read), at(checked), open > 0
	w.ReadTexts, w.Check = textsDue > 0 && textsDue <= ms(now), checkDue > 0 && checkDue <= ms(now)
	return w, errors.Join(json.Unmarshal([]byte(texts), &w.Texts), json.Unmarshal([]byte(checks), &w.Checks))
}

// Watch implements integration.Store.
func (db *DB) Watch(ctx context.Context, company recruit.CompanyID, id recruit.ConnectionID, job recruit.RemoteJobID) (integration.Watch, error) {
	w, err := scanWatch(db.read().Row(ctx, `SELECT `+watchColumns+` WHERE w.connection_id = $1 AND w.remote_job_id = $2 AND w.company_id = $3`,
		id, job, company), db.now())
	return w, found(err)
}

// dueWatch is the condition that something of a watch is due at $2, or, with
// $3 = 1, that applicants wait for its texts: never read or read before $4.
const dueWatch = `w.connection_id = $1 AND ($3 = 0 AND (w.texts_due_at > 0 AND w.texts_due_at <= $2 OR w.check_due_at > 0 AND w.check_due_at <= $2)
	OR $3 = 1 AND w.texts_due_at > 0 AND w.texts_due_at <= $2 AND w.texts_error = '' AND w.texts_read_at < $4)`

// ClaimWatches implements integration.Store. What was claimed stays due in two
// minutes, should this run die.
func (db *DB) ClaimWatches(ctx context.Context, id recruit.ConnectionID, fence int64, now time.Time, n int, late bool) ([]integration.Watch, error) {
	old := ms(now.Add(-integration.TextsLate))
	var any int
	err := db.read().Row(ctx, `SELECT count(*) FROM job_watches w WHERE `+dueWatch, id, ms(now), flag(late), old).Scan(&any)
	if err != nil || any == 0 {
		return nil, err
	}
	var out []integration.Watch
	err = db.write(ctx, func(ctx context.Context, t *tx) error {
		out = nil
		n, err := claimable(ctx, t, id, fence, now, n)
		if err != nil || n == 0 {
			return err
		}
		if err := t.dropWatches(ctx, id, now); err != nil {
			return err
		}
		r, err := t.Query(ctx, `SELECT `+watchColumns+` WHERE `+dueWatch+` ORDER BY w.texts_read_at, w.remote_job_id LIMIT $5`,
			id, ms(now), flag(late), old, n)
		if out, err = collect(r, err, func(r row) (integration.Watch, error) { return scanWatch(r, now) }); err != nil {
			return err
		}
		for i, w := range out {
			out[i].Until = at(ms(now.Add(2 * time.Minute)))
			if _, err := t.Exec(ctx, `UPDATE job_watches SET texts_due_at = CASE WHEN texts_due_at > 0 AND texts_due_at <= $3 THEN $4 ELSE texts_due_at END,
				check_due_at = CASE WHEN check_due_at > 0 AND check_due_at <= $3 THEN $4 ELSE check_due_at END
				WHERE connection_id = $1 AND remote_job_id = $2`, id, w.Job, ms(now), ms(out[i].Until)); err != nil {
				return err
			}
		}
		return nil
	})
	return out, err
}

// dropWatches ends the watch over jobs that nothing is bound to, or on its way
// to. What was read stays: a delivery may come back to it.
func (t *tx) dropWatches(ctx context.Context, id recruit.ConnectionID, now time.Time) error {
	_, err := t.Exec(ctx, `UPDATE job_watches SET texts_due_at = 0, check_due_at = 0 WHERE connection_id = $1
		AND (texts_due_at > 0 AND texts_due_at <= $2 OR check_due_at > 0 AND check_due_at <= $2)
		AND NOT EXISTS (SELECT 1 FROM bindings b WHERE b.connection_id = $1 AND b.remote_job_id = job_watches.remote_job_id)
		AND NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.connection_id = $1 AND d.remote_job_id = job_watches.remote_job_id
			AND d.state IN ('waiting', 'held', 'attempting', 'unanswered'))`, id, ms(now))
	return err
}

// SaveLook implements integration.Store.
func (db *DB) SaveLook(ctx context.Context, id recruit.ConnectionID, fence int64, k integration.Look, now time.Time) error {
	return db.write(ctx, func(ctx context.Context, t *tx) error {
		if err := fenced(ctx, t, id, fence); err != nil {
			return err
		}
		company, err := companyOf(ctx, t, id)
		if err != nil {
			return err
		}
		if k.Remote != nil {
			if err := t.putJob(ctx, company, id, *k.Remote, now); err != nil {
				return err
			}
		}
		var before string
		err = t.Row(ctx, `SELECT reason FROM job_watches WHERE connection_id = $1 AND remote_job_id = $2`, id, k.Job).Scan(&before)
		if errors.Is(err, errNoRows) {
			return nil // nothing is bound to it
		}
		if err != nil {
			return err
		}
		if err := t.keepTexts(ctx, id, k, now); err != nil {
			return err
		}
		if err := t.keepChecks(ctx, id, k, now); err != nil || k.CheckKind != integration.KindOK {
			return err
		}
		if k.Reason != "" {
			return t.breakBindings(ctx, id, k.Job, k.Reason, now)
		}
		return t.passed(ctx, id, k.Job, before, now)
	})
}

// dueAgain is when something is due after a visit: at again, unless somebody
// asked for it sooner since the visit was claimed, which made it due at until.
func dueAgain(column, again, until string) string {
	return `CASE WHEN ` + column + ` = ` + until + ` OR ` + column + ` = 0 OR ` + column + ` > ` + again + ` THEN ` + again + ` ELSE ` + column + ` END`
}

func (t *tx) keepTexts(ctx context.Context, id recruit.ConnectionID, k integration.Look, now time.Time) error {
	var err error
	switch k.TextsKind {
	case "":
	case integration.KindNone:
		_, err = t.Exec(ctx, `UPDATE job_watches SET texts_due_at = 0, texts_error = '', texts_attempts = 0 WHERE connection_id = $1 AND remote_job_id = $2`, id, k.Job)
	case integration.KindOK:
		if k.Texts == nil {
			k.Texts = []recruit.RemoteConsent{}
		}
		var texts []byte
		if texts, err = json.Marshal(k.Texts); err != nil {
			return err
		}
		_, err = t.Exec(ctx, `UPDATE job_watches SET texts = $3, texts_read_at = $4, texts_error = '', texts_attempts = 0,
			texts_due_at = `+dueAgain("texts_due_at", "$5", "$6")+` WHERE connection_id = $1 AND remote_job_id = $2`,
			id, k.Job, string(texts), ms(now), ms(k.TextsDue), ms(k.Until))
		if err != nil {
			return err
		}
		_, err = t.Exec(ctx, `UPDATE deliveries SET reason = '', next_at = $3 WHERE connection_id = $1 AND remote_job_id = $2 AND state = 'waiting'
			AND reason = $4`, id, k.Job, ms(now), delivery.ReasonRereading)
	default:
		_, err = t.Exec(ctx, `UPDATE job_watches SET texts_error = $3, texts_attempts = texts_attempts + 1,
			texts_due_at = `+dueAgain("texts_due_at", "$4", "$5")+` WHERE connection_id = $1 AND remote_job_id = $2`,
			id, k.Job, k.TextsKind, ms(k.TextsDue), ms(k.Until))
	}
	return err
}

func (t *tx) keepChecks(ctx context.Context, id recruit.ConnectionID, k integration.Look, now time.Time) error {
	var err error
	switch k.CheckKind {
	case "":
	case integration.KindNone:
		_, err = t.Exec(ctx, `UPDATE job_watches SET check_due_at = 0 WHERE connection_id = $1 AND remote_job_id = $2`, id, k.Job)
	case integration.KindOK:
		var checks []byte
		if checks, err = json.Marshal(k.Checks); err != nil {
			return err
		}
		_, err = t.Exec(ctx, `UPDATE job_watches SET checks = $3, checked_at = $4, check_error = '', check_attempts = 0, reason = $5,
			check_due_at = CASE WHEN $6 > 0 THEN `+dueAgain("check_due_at", "$6", "$7")+` ELSE check_due_at END
			WHERE connection_id = $1 AND remote_job_id = $2`, id, k.Job, string(checks), ms(now), k.Reason, ms(k.CheckDue), ms(k.Until))
	default:
		_, err = t.Exec(ctx, `UPDATE job_watches SET check_error = $3, check_attempts = check_attempts + 1,
			check_due_at = `+dueAgain("check_due_at", "$4", "$5")+` WHERE connection_id = $1 AND remote_job_id = $2`,
			id, k.Job, k.CheckKind, ms(k.CheckDue), ms(k.Until))
	}
	return err
}

// passed lets go on what was held because the job took nobody, whoever found
// that out. A right that a push lacked is another matter: reading the job says
// nothing of it, unless it was the reading that lacked it before.
func (t *tx) passed(ctx context.Context, id recruit.ConnectionID, job recruit.RemoteJobID, before string, now time.Time) error {
	reasons := []string{delivery.ReasonJobClosed, delivery.ReasonJobGone, delivery.ReasonJobNotShared, delivery.ReasonConsentUnassigned}
	if before != "" && !slices.Contains(reasons, before) {
		reasons = append(reasons, before)
	}
	held := 0
	for _, reason := range reasons {
		if _, err := t.Exec(ctx, `UPDATE bindings SET state = 'untested', reason = '' WHERE connection_id = $1 AND remote_job_id = $2 AND state = 'broken'
			AND reason = $3`, id, job, reason); err != nil {
			return err
		}
		var n int
		if err := t.Row(ctx, `SELECT count(*) FROM deliveries WHERE connection_id = $1 AND remote_job_id = $2 AND state = 'held' AND reason = $3`,
			id, job, reason).Scan(&n); err != nil {
			return err
		}
		held += n
	}
	if held == 0 {
		return nil
	}
	return t.release(ctx, id, job, now, reasons...)
}

// contradicted has a job looked at when a list says otherwise of it than the
// last look: barred is what the list says.
func (t *tx) contradicted(ctx context.Context, id recruit.ConnectionID, job recruit.RemoteJobID, barred bool, now time.Time) error {
	var n int
	err := t.Row(ctx, `SELECT count(*) FROM job_watches WHERE connection_id = $1 AND remote_job_id = $2 AND ($3 = 1 AND reason = '' OR $3 = 0 AND reason <> '')`,
		id, job, flag(barred)).Scan(&n)
	if err != nil || n == 0 {
		return err
	}
	return t.lookAt(ctx, id, job, time.Time{}, now)
}

// lookFirst has the job looked at when somebody who says "try again" may have
// repaired it in the ATS meanwhile. Texts are read before they are compared.
func (t *tx) lookFirst(ctx context.Context, company recruit.CompanyID, app recruit.ApplicationID, reason string, now time.Time) error {
	texts, check := now, now
	switch reason {
	case delivery.ReasonTextsChanged:
		if _, err := t.Exec(ctx, `UPDATE deliveries SET reason = $4, next_at = $3 WHERE application_id = $1 AND company_id = $2 AND state = 'waiting'`,
			app, company, ms(now.Add(rereadTime)), delivery.ReasonRereading); err != nil {
			return err
		}
		check = time.Time{}
	case delivery.ReasonJobClosed, delivery.ReasonJobGone, delivery.ReasonJobNotShared, delivery.ReasonConsentUnassigned:
		texts = time.Time{}
	default:
		return nil
	}
	var id recruit.ConnectionID
	var job recruit.RemoteJobID
	err := t.Row(ctx, `SELECT connection_id, remote_job_id FROM deliveries WHERE application_id = $1 AND company_id = $2`, app, company).Scan(&id, &job)
	if err != nil {
		return err
	}
	return t.lookAt(ctx, id, job, texts, check)
}

// rereadTime is how long a delivery waits for a reading: when none succeeds, it
// is compared with the last.
const rereadTime = 10 * time.Minute
