package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"time"

	"handoff/internal/apply"
	"handoff/internal/lane"
	"handoff/internal/notify"
	"handoff/internal/recruit"
	"handoff/internal/secret"
)

var _ notify.Store = (*DB)(nil)

const mailColumns = `m.id, m.company_id, m.application_id, m.process_id, m.kind, m.stage, m.locale, m.state, m.reason, m.code, m.attempts,
	m.planned_at, m.due_at, m.ended_at`

func scanMail(r row, more ...any) (m notify.Mail, err error) {
	var planned, due, ended int64
	err = r.Scan(append([]any{&m.ID, &m.Company, &m.Application, &m.Process, &m.Kind, &m.Stage, &m.Locale, &m.State, &m.Reason, &m.Code, &m.Attempts,
		&planned, &due, &ended}, more...)...)
	m.PlannedAt, m.EndedAt = at(planned), at(ended)
	if m.State == notify.Waiting {
		m.DueAt = at(due)
	}
	return m, err
}

// plan stores a mail that is to be sent, and rings its lane (notify invariant 1).
func (t *tx) plan(ctx context.Context, m notify.Mail, resubmission string) error {
	_, err := t.Exec(ctx, `INSERT INTO mails (id, company_id, application_id, process_id, kind, stage, resubmission_id, locale, state, reason,
		planned_at, first_due_at, due_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12)`,
		m.ID, m.Company, m.Application, m.Process, m.Kind, m.Stage, resubmission, m.Locale, m.State, m.Reason, ms(m.PlannedAt), ms(m.DueAt))
	if err != nil || m.State != notify.Waiting {
		return err
	}
	return t.ring(ctx, notify.LaneKey, ms(m.DueAt))
}

// planConfirmation goes with the application's own transaction.
func (t *tx) planConfirmation(ctx context.Context, x recruit.Application) error {
	m := notify.Mail{ID: notify.NewMailID(x.CreatedAt), Company: x.Company, Application: x.ID, Process: x.Process, Kind: notify.KindConfirmation,
		Locale: x.Locale, State: notify.Waiting, PlannedAt: x.CreatedAt, DueAt: x.CreatedAt}
	if x.Suspicious {
		m.State, m.Reason = notify.Held, notify.ReasonSuspicious // notify invariant 6
	}
	return t.plan(ctx, m, "")
}

// againEvery keeps somebody who sends forms with another's address from
// filling that mailbox: one mail an hour is about all that arrived.
const againEvery = time.Hour

// planResubmission asks the mailbox's owner about a repeated submission. One
// that waits already asks about this one too.
func (t *tx) planResubmission(ctx context.Context, x recruit.Application, first recruit.ApplicationID) error {
	var waiting, last, suspicious int64
	err := t.Row(ctx, `SELECT (SELECT count(*) FROM mails WHERE application_id = $1 AND kind = 'resubmission' AND state IN ('waiting', 'held')),
		(SELECT coalesce(max(due_at), 0) FROM mails WHERE application_id = $1 AND kind = 'resubmission'), suspicious
		FROM applications WHERE id = $1 AND company_id = $2`, first, x.Company).Scan(&waiting, &last, &suspicious)
	if err != nil || waiting > 0 || x.Suspicious {
		return err
	}
	m := notify.Mail{ID: notify.NewMailID(x.CreatedAt), Company: x.Company, Application: first, Process: x.Process, Kind: notify.KindResubmission,
		Locale: x.Locale, State: notify.Waiting, PlannedAt: x.CreatedAt, DueAt: x.CreatedAt}
	if soonest := last + againEvery.Milliseconds(); last > 0 && ms(m.DueAt) < soonest {
		m.DueAt = at(soonest)
	}
	if suspicious != 0 {
		m.State, m.Reason = notify.Held, notify.ReasonSuspicious
	}
	return t.plan(ctx, m, string(x.ID))
}

// releaseMails sends what waited for a suspicious application's release.
func (t *tx) releaseMails(ctx context.Context, a apply.Act) error {
	n, err := t.Exec(ctx, `UPDATE mails SET state = 'waiting', reason = '', due_at = $3, first_due_at = $3
		WHERE application_id = $1 AND company_id = $2 AND state = 'held' AND reason = '`+notify.ReasonSuspicious+`'`, a.Application, a.Company, ms(a.At))
	if err != nil || n == 0 {
		return err
	}
	return t.ring(ctx, notify.LaneKey, ms(a.At))
}

// cancelMails ends what was planned and has not begun.
func (t *tx) cancelMails(ctx context.Context, a apply.Act, reason string, kinds ...notify.Kind) error {
	for _, k := range kinds {
		if _, err := t.Exec(ctx, `UPDATE mails SET state = 'cancelled', reason = $4, ended_at = $5
			WHERE application_id = $1 AND company_id = $2 AND kind = $3 AND state IN ('waiting', 'held')`,
			a.Application, a.Company, k, reason, ms(a.At)); err != nil {
			return err
		}
	}
	return nil
}

// nextMail is when the lane of mail has work, 0 for never.
func nextMail(ctx context.Context, q query) (due int64, err error) {
	err = q.Row(ctx, `SELECT coalesce(min(due), 0) FROM (
		SELECT min(due_at) AS due FROM mails WHERE state = 'waiting'
		UNION ALL SELECT 1 FROM mails WHERE state = 'sending'
	) AS work WHERE due IS NOT NULL`).Scan(&due)
	return due, err
}

// mailFence refuses a run whose lane is somebody else's by now (notify
// invariant 5).
func (t *tx) mailFence(ctx context.Context, fence int64) error {
	var now int64
	if err := t.Row(ctx, `SELECT fence FROM lanes WHERE key = $1`, notify.LaneKey).Scan(&now); err != nil {
		return err
	}
	if now != fence {
		return lane.ErrLost
	}
	return nil
}

// AdoptMails implements notify.Store: notify invariant 2.
func (db *DB) AdoptMails(ctx context.Context, fence int64, now time.Time) (n int, err error) {
	const orphans = ` FROM mails m WHERE m.state = 'sending' AND m.fence <> $1`
	var any int
	if err := db.read().Row(ctx, `SELECT count(*)`+orphans, fence).Scan(&any); err != nil || any == 0 {
		return 0, err
	}
	err = db.write(ctx, func(ctx context.Context, t *tx) error {
		if err := t.mailFence(ctx, fence); err != nil {
			return err
		}
		r, err := t.Query(ctx, `SELECT `+mailColumns+orphans, fence)
		list, err := collect(r, err, func(r row) (notify.Mail, error) { return scanMail(r) })
		if err != nil {
			return err
		}
		n = len(list)
		for _, m := range list {
			if err := t.endMail(ctx, m, notify.Outcome{State: notify.Unknown, Reason: notify.ReasonUnknown, At: now}); err != nil {
				return err
			}
		}
		return nil
	})
	return n, err
}

// endMail stores how an attempt, or a mail that was not attempted, ended, and
// says so on the timeline.
func (t *tx) endMail(ctx context.Context, m notify.Mail, o notify.Outcome) error {
	ended := ms(o.At)
	if o.State == notify.Waiting {
		ended = 0
	}
	if _, err := t.Exec(ctx, `UPDATE mails SET state = $3, reason = $4, code = $5, fence = 0, due_at = CASE WHEN $6 > 0 THEN $6 ELSE due_at END, ended_at = $7
		WHERE id = $1 AND company_id = $2`, m.ID, m.Company, o.State, o.Reason, o.Code, ms(o.Next), ended); err != nil {
		return err
	}
	switch o.State {
	case notify.Waiting:
		return t.ring(ctx, notify.LaneKey, ms(o.Next))
	case notify.Cancelled:
		return nil // what it would have told has its own line
	}
	return t.event(ctx, m.Company, m.Application, o.At, "mail."+string(o.State), "system", map[string]string{"mail": string(m.Kind), "reason": o.Reason})
}

// ready is a due mail that nothing speaks against.
type ready struct {
	notify.Mail
	first int64
}

// dueMails settles what is due and must not leave, and returns what may.
func (t *tx) dueMails(ctx context.Context, now time.Time, n int) (out []ready, looked int, err error) {
	type candidate struct {
		ready
		erased, withdrawn, suspicious int64
		stage                         recruit.Stage
		zone                          string
	}
	r, err := t.Query(ctx, `SELECT `+mailColumns+`, m.first_due_at, a.erased_at, a.withdrawn_at, a.suspicious, a.stage, c.time_zone
		FROM mails m JOIN applications a ON a.id = m.application_id AND a.company_id = m.company_id JOIN companies c ON c.id = m.company_id
		WHERE m.state = 'waiting' AND m.due_at <= $1 ORDER BY m.due_at, m.id LIMIT $2`, ms(now), n)
	list, err := collect(r, err, func(r row) (x candidate, err error) {
		x.Mail, err = scanMail(r, &x.first, &x.erased, &x.withdrawn, &x.suspicious, &x.stage, &x.zone)
		return x, err
	})
	if err != nil {
		return nil, 0, err
	}
	for _, x := range list {
		o := notify.Outcome{State: notify.Cancelled, At: now}
		about := x.Kind == notify.KindStage
		switch open := notify.NextOpen(now, notify.Zone(x.zone)); {
		case x.erased != 0:
			o.Reason = notify.ReasonErased
		case about && x.withdrawn != 0:
			o.Reason = notify.ReasonWithdrawn
		case about && x.stage != x.Stage:
			o.Reason = notify.ReasonSuperseded
		case x.suspicious != 0:
			o.State, o.Reason = notify.Held, notify.ReasonSuspicious
		case about && open.After(now):
			o = notify.Outcome{State: notify.Waiting, Reason: x.Reason, Next: open, At: now}
		default:
			out = append(out, x.ready)
			continue
		}
		if err := t.endMail(ctx, x.Mail, o); err != nil {
			return nil, 0, err
		}
	}
	return out, len(list), nil
}

// mailsDue looks beside the writer first, so that an idle lane costs no write.
func (db *DB) mailsDue(ctx context.Context, now time.Time) (bool, error) {
	var any int
	err := db.read().Row(ctx, `SELECT count(*) FROM (SELECT 1 FROM mails WHERE state = 'waiting' AND due_at <= $1 LIMIT 1) AS x`, ms(now)).Scan(&any)
	return any > 0, err
}

// ClaimMails implements notify.Store.
func (db *DB) ClaimMails(ctx context.Context, fence int64, now time.Time, n int) (out []notify.Work, err error) {
	if any, err := db.mailsDue(ctx, now); err != nil || !any {
		return nil, err
	}
	err = db.write(ctx, func(ctx context.Context, t *tx) error {
		out = nil
		if err := t.mailFence(ctx, fence); err != nil {
			return err
		}
		list, _, err := t.dueMails(ctx, now, n)
		if err != nil {
			return err
		}
		for _, x := range list {
			w := notify.Work{Mail: x.Mail, Link: secret.New(recruit.RandomToken(32)), Last: at(x.first).Add(notify.Patience)}
			w.State, w.Attempts = notify.Sending, w.Attempts+1
			if err := t.fixText(ctx, w.Mail); err != nil {
				return err
			}
			if _, err := t.Exec(ctx, `UPDATE mails SET state = 'sending', fence = $3, attempts = $4, started_at = $5, reason = '', code = 0
				WHERE id = $1 AND company_id = $2`, w.ID, w.Company, fence, w.Attempts, ms(now)); err != nil {
				return err
			}
			if err := t.addLink(ctx, w.Mail, w.Link, now); err != nil {
				return err
			}
			out = append(out, w)
		}
		return nil
	})
	return out, err
}

// KeepMails implements notify.Store.
func (db *DB) KeepMails(ctx context.Context, fence int64, now time.Time, n int) (looked int, err error) {
	if any, err := db.mailsDue(ctx, now); err != nil || !any {
		return 0, err
	}
	err = db.write(ctx, func(ctx context.Context, t *tx) error {
		if err := t.mailFence(ctx, fence); err != nil {
			return err
		}
		var list []ready
		list, looked, err = t.dueMails(ctx, now, n)
		if err != nil {
			return err
		}
		for _, x := range list {
			if err := t.fixText(ctx, x.Mail); err != nil {
				return err
			}
			if err := t.endMail(ctx, x.Mail, notify.Outcome{State: notify.Kept, Reason: notify.ReasonNoServer, At: now}); err != nil {
				return err
			}
		}
		return nil
	})
	return looked, err
}

// fixText remembers which of the company's words for a stage a mail says: the
// outbox shows those, whatever is written later.
func (t *tx) fixText(ctx context.Context, m notify.Mail) error {
	if m.Kind != notify.KindStage {
		return nil
	}
	x, err := newestText(ctx, t, stageText(m.Company, m.Stage))
	if err != nil && !errors.Is(err, recruit.ErrNotFound) {
		return err
	}
	_, err = t.Exec(ctx, `UPDATE mails SET text_version = $3 WHERE id = $1 AND company_id = $2`, m.ID, m.Company, x.Version)
	return err
}

// SettleMail implements notify.Store.
func (db *DB) SettleMail(ctx context.Context, id notify.MailID, fence int64, o notify.Outcome) error {
	return db.write(ctx, func(ctx context.Context, t *tx) error {
		if err := t.mailFence(ctx, fence); err != nil {
			return err
		}
		m, err := scanMail(t.Row(ctx, `SELECT `+mailColumns+` FROM mails m WHERE m.id = $1 AND m.state = 'sending' AND m.fence = $2`, id, fence))
		if errors.Is(err, errNoRows) {
			return lane.ErrLost
		}
		if err != nil {
			return err
		}
		return t.endMail(ctx, m, o)
	})
}

// addLink stores a capability's hash, unless the application was erased.
func (t *tx) addLink(ctx context.Context, m notify.Mail, link secret.String, now time.Time) error {
	_, err := t.Exec(ctx, `INSERT INTO candidate_links (hash, company_id, application_id, mail_id, created_at)
		SELECT $1, company_id, id, CAST($3 AS TEXT), CAST($4 AS BIGINT) FROM applications WHERE id = $2 AND erased_at = 0`,
		linkHash(link), m.Application, string(m.ID), ms(now))
	return err
}

// linkHash is how a capability is looked up: it has 256 random bits, so a
// plain hash tells nothing.
func linkHash(link secret.String) string {
	h := sha256.Sum256([]byte(link.Reveal()))
	return hex.EncodeToString(h[:])
}
