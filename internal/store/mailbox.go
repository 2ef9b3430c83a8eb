package store

import (
	"context"
	"errors"
	"time"

	"handoff/internal/notify"
	"handoff/internal/recruit"
)

// MailContent implements notify.Store.
func (db *DB) MailContent(ctx context.Context, id notify.MailID) (c notify.Content, err error) {
	q := db.read()
	var again string
	var version int
	c.Mail, err = scanMail(q.Row(ctx, `SELECT `+mailColumns+`, m.resubmission_id, m.text_version, p.name, co.name, co.time_zone, d.state, coalesce(cn.ats, '')
		FROM mails m JOIN processes p ON p.id = m.process_id AND p.company_id = m.company_id JOIN companies co ON co.id = m.company_id
		JOIN deliveries d ON d.application_id = m.application_id AND d.company_id = m.company_id
		LEFT JOIN connections cn ON cn.id = d.connection_id AND cn.company_id = m.company_id WHERE m.id = $1`, id),
		&again, &version, &c.ProcessName, &c.CompanyName, &c.TimeZone, &c.Delivery, &c.ATS)
	if err != nil {
		return c, found(err)
	}
	if c.Applied, err = db.unseal(ctx, q, c.Company, c.Application); err != nil {
		return c, err
	}
	if !c.Applied.ErasedAt.IsZero() || c.Applied.Candidate.Email == "" {
		return c, recruit.ErrNotFound
	}
	if c.Consents, err = db.standingConsents(ctx, c.Company, c.Application); err != nil {
		return c, err
	}
	if c.Kind == notify.KindStage {
		if c.Text, err = mailWords(ctx, q, c.Mail, version); err != nil {
			return c, err
		}
	}
	if again != "" {
		var when int64
		if err := q.Row(ctx, `SELECT created_at FROM resubmissions WHERE id = $1 AND company_id = $2`, again, c.Company).Scan(&when); err != nil {
			return c, found(err)
		}
		c.Resubmitted = at(when)
	}
	return c, nil
}

// mailWords are the company's words for a stage: those that the mail said, or
// the newest before it does; empty for ours.
func mailWords(ctx context.Context, q query, m notify.Mail, version int) (string, error) {
	if m.State == notify.Waiting || m.State == notify.Held {
		x, err := newestText(ctx, q, stageText(m.Company, m.Stage))
		if errors.Is(err, recruit.ErrNotFound) {
			return "", nil
		}
		return x.In(m.Locale), err
	}
	if version == 0 {
		return "", nil
	}
	var x recruit.Text
	o := stageText(m.Company, m.Stage)
	err := q.Row(ctx, `SELECT text_pl, text_en FROM texts WHERE company_id = $1 AND kind = $2 AND connection_id = '' AND version = $3`,
		o.company, o.purpose, version).Scan(&x.PL, &x.EN)
	return x.In(m.Locale), found(err)
}

// standingConsents are the newest records of each text, in the order asked.
func (db *DB) standingConsents(ctx context.Context, company recruit.CompanyID, app recruit.ApplicationID) ([]recruit.ConsentRecord, error) {
	all, err := db.ApplicationConsents(ctx, company, app)
	if err != nil {
		return nil, err
	}
	type text struct {
		purpose recruit.Purpose
		id      recruit.TextID
	}
	place := map[text]int{}
	var out []recruit.ConsentRecord
	for _, c := range all {
		k := text{c.Purpose, c.TextID}
		if i, ok := place[k]; ok {
			out[i] = c
			continue
		}
		place[k] = len(out)
		out = append(out, c)
	}
	return out, nil
}

const listedMail = mailColumns + `, c.name, p.name FROM mails m JOIN companies c ON c.id = m.company_id
	JOIN processes p ON p.id = m.process_id AND p.company_id = m.company_id`

func scanListed(r row) (l notify.Listed, err error) {
	l.Mail, err = scanMail(r, &l.CompanyName, &l.ProcessName)
	return l, err
}

// Outbox implements notify.Store. It is the operator's, over all companies.
func (db *DB) Outbox(ctx context.Context, state notify.State, before notify.MailID, limit int) ([]notify.Listed, error) {
	r, err := db.read().Query(ctx, `SELECT `+listedMail+` WHERE ($1 = '' OR m.state = $1) AND ($2 = '' OR m.id < $2) ORDER BY m.id DESC LIMIT $3`,
		state, before, limit)
	return collect(r, err, scanListed)
}

// OutboxMail implements notify.Store.
func (db *DB) OutboxMail(ctx context.Context, id notify.MailID) (notify.Listed, error) {
	l, err := scanListed(db.read().Row(ctx, `SELECT `+listedMail+` WHERE m.id = $1`, id))
	return l, found(err)
}

// OpenMail implements notify.Store. The record comes first: a reading that
// cannot be recorded does not happen.
func (db *DB) OpenMail(ctx context.Context, o notify.Opening) error {
	return db.write(ctx, func(ctx context.Context, t *tx) error {
		m, err := t.mail(ctx, o.Mail)
		if err != nil {
			return err
		}
		if !o.Link.Empty() {
			if err := t.addLink(ctx, m, o.Link, o.At); err != nil {
				return err
			}
		}
		return t.audit(ctx, m.Company, o.At, o.By, "mail.opened", string(m.Application), "mail", string(m.ID), "reason", o.Reason)
	})
}

func (t *tx) mail(ctx context.Context, id notify.MailID) (notify.Mail, error) {
	m, err := scanMail(t.Row(ctx, `SELECT `+mailColumns+` FROM mails m WHERE m.id = $1`, id))
	return m, found(err)
}

// ResendMail implements notify.Store.
func (db *DB) ResendMail(ctx context.Context, id notify.MailID, by string, now time.Time) error {
	return db.decideMail(ctx, id, by, now, notify.Waiting, notify.Unknown, notify.Failed)
}

// LeaveMail implements notify.Store.
func (db *DB) LeaveMail(ctx context.Context, id notify.MailID, by string, now time.Time) error {
	return db.decideMail(ctx, id, by, now, notify.Left, notify.Unknown)
}

// decideMail is a person's word about a mail in one of the states from.
func (db *DB) decideMail(ctx context.Context, id notify.MailID, by string, now time.Time, to notify.State, from ...notify.State) error {
	return db.write(ctx, func(ctx context.Context, t *tx) error {
		m, err := t.mail(ctx, id)
		if err != nil {
			return err
		}
		fits := false
		for _, s := range from {
			fits = fits || m.State == s
		}
		if !fits {
			return recruit.ErrConflict
		}
		ended, action := int64(0), "mail.resent"
		if to == notify.Left {
			ended, action = ms(now), "mail.left"
		} else if err := t.ring(ctx, notify.LaneKey, ms(now)); err != nil {
			return err
		}
		if _, err := t.Exec(ctx, `UPDATE mails SET state = $3, reason = '', code = 0, due_at = $4, first_due_at = $4, ended_at = $5
			WHERE id = $1 AND company_id = $2`, m.ID, m.Company, to, ms(now), ended); err != nil {
			return err
		}
		if err := t.event(ctx, m.Company, m.Application, now, action, by, map[string]string{"mail": string(m.Kind)}); err != nil {
			return err
		}
		return t.audit(ctx, m.Company, now, by, action, string(m.Application), "mail", string(m.ID))
	})
}
