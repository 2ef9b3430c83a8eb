package store

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"time"

	"handoff/internal/notify"
	"handoff/internal/recruit"
)

// stageChange is a change of stage that was just stored.
type stageChange struct {
	company     recruit.CompanyID
	application recruit.ApplicationID
	from, to    recruit.Stage
	by          recruit.Actor
	connection  recruit.ConnectionID // that a synchronised one came by
	remote      recruit.StageKey     // that it came to there
	quiet       bool                 // nobody is mailed: see notify.Move
	at          time.Time
}

// held is until when the candidate reads the former stage while a person has
// to decide: until then.
const held = math.MaxInt64

// planStageMail decides, in the transaction that changes a stage, whether and
// when the candidate is told (notify invariant 1), and what the candidate's
// own page says until then. What was planned before is collapsed into this.
func (t *tx) planStageMail(ctx context.Context, c stageChange) error {
	m := notify.Move{From: c.from, To: c.to, By: c.by, Quiet: c.quiet, Read: c.from}
	var read recruit.Stage
	var until int64
	var process recruit.ProcessID
	var locale, zone string
	var withdrawn int64
	err := t.Row(ctx, `SELECT a.read_stage, a.read_until, a.process_id, a.locale, a.withdrawn_at + a.suspicious, co.time_zone
		FROM applications a JOIN companies co ON co.id = a.company_id WHERE a.id = $1 AND a.company_id = $2`, c.application, c.company).
		Scan(&read, &until, &process, &locale, &withdrawn, &zone)
	if err != nil {
		return err
	}
	if read != "" && ms(c.at) < until {
		m.Read = read
	}
	m.Quiet = m.Quiet || withdrawn != 0
	rules, err := mailRules(ctx, t, c.company)
	if err != nil {
		return err
	}
	m.Teller = rules.Manual
	if c.by == recruit.ActorSync {
		if m.Teller, err = teller(ctx, t, c); err != nil {
			return err
		}
		there, err := remoteStage(ctx, t, c)
		if err != nil {
			return err
		}
		m.Quiet = m.Quiet || there.Withdrawal // nobody is told of what they did themselves
		m.Automatic = there.Automatic && c.from == recruit.StageWaiting
	}
	var job string // of a synchronised rejection
	if c.to == recruit.StageNegative && c.by == recruit.ActorSync {
		if job, m.Rejections, err = t.rejections(ctx, c); err != nil {
			return err
		}
	}
	if _, err := t.Exec(ctx, `UPDATE mails SET state = 'cancelled', reason = '`+notify.ReasonSuperseded+`', ended_at = $3
		WHERE application_id = $1 AND company_id = $2 AND kind = 'stage' AND state IN ('waiting', 'held')`, c.application, c.company, ms(c.at)); err != nil {
		return err
	}
	verdict, reason := notify.Decide(rules, m)
	tell := c.at.Add(notify.Grace)
	until = ms(tell)
	switch {
	case m.To == m.Read:
		m.Read, until = "", 0
	case verdict == notify.Ask:
		until = held
	}
	if _, err := t.Exec(ctx, `UPDATE applications SET read_stage = $3, read_until = $4 WHERE id = $1 AND company_id = $2`,
		c.application, c.company, m.Read, until); err != nil || verdict == notify.Silent {
		return err
	}
	mail := notify.Mail{ID: notify.NewMailID(c.at), Company: c.company, Application: c.application, Process: process, Kind: notify.KindStage, Stage: c.to,
		Locale: locale, State: notify.Waiting, PlannedAt: c.at, DueAt: notify.NextOpen(tell, notify.Zone(zone))}
	if verdict == notify.Ask {
		mail.State, mail.Reason = notify.Held, reason
		if err := t.heldEvent(ctx, mail, c.at); err != nil {
			return err
		}
		if reason == notify.ReasonManyRejections {
			if err := t.holdRejections(ctx, c, job); err != nil {
				return err
			}
		}
	}
	if err := t.plan(ctx, mail, ""); err != nil || job == "" {
		return err
	}
	_, err = t.Exec(ctx, `UPDATE mails SET rejected_on = $3 WHERE id = $1 AND company_id = $2`, mail.ID, mail.Company, job)
	return err
}

func (t *tx) heldEvent(ctx context.Context, m notify.Mail, now time.Time) error {
	return t.event(ctx, m.Company, m.Application, now, "mail.held", "system", map[string]string{"mail": string(m.Kind), "reason": m.Reason})
}

// teller is whom an Admin chose for a connection to tell candidates of what it
// brings.
func teller(ctx context.Context, q query, c stageChange) (who notify.Teller, err error) {
	err = q.Row(ctx, `SELECT coalesce(s.who_tells, '') FROM connections cn LEFT JOIN stage_syncs s ON s.connection_id = cn.id AND s.company_id = cn.company_id
		WHERE cn.id = $1 AND cn.company_id = $2`, c.connection, c.company).Scan(&who)
	if errors.Is(err, errNoRows) {
		return notify.NobodyChose, nil
	}
	return who, err
}

// remoteStage is the stage in the ATS to which a change leads, as far as it is
// known.
func remoteStage(ctx context.Context, q query, c stageChange) (x recruit.RemoteStage, err error) {
	var data string
	err = q.Row(ctx, `SELECT data FROM remote_stages WHERE connection_id = $1 AND id = $2 AND company_id = $3`, c.connection, c.remote, c.company).Scan(&data)
	if errors.Is(err, errNoRows) {
		return x, nil
	}
	if err != nil {
		return x, err
	}
	return x, json.Unmarshal([]byte(data), &x)
}

// rejectedOn is the job on which rejections are counted together: the ATS's, or
// the process where it is bound to none.
const rejectedOn = `SELECT CASE WHEN remote_job_id <> '' THEN connection_id || '/' || remote_job_id ELSE process_id END
	FROM deliveries WHERE application_id = $1 AND company_id = $2`

// otherRejections counts who else moved to Negative on a job since a moment, as
// far as that decides. Those that left, and that a person decided about, count
// too: what is asked about is many moves, not many mails.
const otherRejections = `SELECT count(*) FROM (SELECT DISTINCT m.application_id FROM mails m
	WHERE m.company_id = $1 AND m.rejected_on = $2 AND m.rejected_on <> '' AND m.planned_at > $3 AND m.application_id <> $4 LIMIT $5) AS others`

// toHold are the mails of a burst that have not left and that nobody decided
// about yet: but for the first time, none.
const toHold = `SELECT ` + mailColumns + ` FROM mails m WHERE m.company_id = $1 AND m.rejected_on = $2 AND m.rejected_on <> ''
	AND m.planned_at > $3 AND m.state = 'waiting' AND m.released_at = 0`

// rejections returns the job of this move to Negative, and how many moved so
// within the hour, as notify.Move tells them.
func (t *tx) rejections(ctx context.Context, c stageChange) (job string, n int, err error) {
	if err := t.Row(ctx, rejectedOn, c.application, c.company).Scan(&job); err != nil {
		return "", 0, err
	}
	err = t.Row(ctx, otherRejections, c.company, job, ms(c.at.Add(-notify.RejectionsWindow)), c.application, notify.ManyRejections).Scan(&n)
	return job, n + 1, err
}

// holdRejections holds the others of a burst.
func (t *tx) holdRejections(ctx context.Context, c stageChange, job string) error {
	r, err := t.Query(ctx, toHold, c.company, job, ms(c.at.Add(-notify.RejectionsWindow)))
	list, err := collect(r, err, func(r row) (notify.Mail, error) { return scanMail(r) })
	if err != nil {
		return err
	}
	for _, m := range list {
		m.Reason = notify.ReasonManyRejections
		if _, err := t.Exec(ctx, `UPDATE mails SET state = 'held', reason = $3 WHERE id = $1 AND company_id = $2`, m.ID, m.Company, m.Reason); err != nil {
			return err
		}
		if _, err := t.Exec(ctx, `UPDATE applications SET read_until = $3 WHERE id = $1 AND company_id = $2 AND read_until > $4`,
			m.Application, m.Company, int64(held), ms(c.at)); err != nil {
			return err
		}
		if err := t.heldEvent(ctx, m, c.at); err != nil {
			return err
		}
	}
	return nil
}

// heldForPeople selects what a person is asked about.
const heldForPeople = ` FROM mails m JOIN processes p ON p.id = m.process_id AND p.company_id = m.company_id
	WHERE ` + inReach + ` AND m.company_id = $1 AND m.state = 'held' AND m.kind = 'stage'`

// HeldMails implements notify.Store.
func (db *DB) HeldMails(ctx context.Context, x recruit.Reach) ([]notify.HeldGroup, error) {
	r, err := db.read().Query(ctx, `SELECT m.process_id, p.name, m.stage, m.reason, m.application_id, m.planned_at`+heldForPeople+` ORDER BY m.process_id, m.stage, m.reason, m.id`,
		x.Company, x.Owner, flag(x.Supervised))
	type one struct {
		notify.HeldGroup
		app recruit.ApplicationID
	}
	list, err := collect(r, err, func(r row) (o one, err error) {
		var planned int64
		err = r.Scan(&o.Process, &o.ProcessName, &o.Stage, &o.Reason, &o.app, &planned)
		o.Oldest = at(planned)
		return o, err
	})
	if err != nil {
		return nil, err
	}
	var out []notify.HeldGroup
	for _, o := range list {
		if n := len(out); n == 0 || out[n-1].Process != o.Process || out[n-1].Stage != o.Stage || out[n-1].Reason != o.Reason {
			out = append(out, o.HeldGroup)
		}
		g := &out[len(out)-1]
		g.Count++
		if len(g.Examples) < 5 {
			g.Examples = append(g.Examples, o.app)
		}
	}
	return out, nil
}

// DecideHeld implements notify.Store.
func (db *DB) DecideHeld(ctx context.Context, x recruit.Reach, k notify.HeldKey, send bool, by string, now time.Time) (n int, err error) {
	err = db.write(ctx, func(ctx context.Context, t *tx) error {
		r, err := t.Query(ctx, `SELECT `+mailColumns+heldForPeople+` AND m.process_id = $4 AND m.stage = $5 AND m.reason = $6`,
			x.Company, x.Owner, flag(x.Supervised), k.Process, k.Stage, k.Reason)
		list, err := collect(r, err, func(r row) (notify.Mail, error) { return scanMail(r) })
		if err != nil || len(list) == 0 {
			return err
		}
		n = len(list)
		var zone string
		if err := t.Row(ctx, `SELECT time_zone FROM companies WHERE id = $1`, x.Company).Scan(&zone); err != nil {
			return err
		}
		state, reason, ended, released, due, action := notify.Cancelled, notify.ReasonDropped, ms(now), int64(0), int64(0), "mail.dropped"
		if send {
			state, reason, ended, released, due, action = notify.Waiting, "", 0, ms(now), ms(notify.NextOpen(now, notify.Zone(zone))), "mail.released"
			if err := t.ring(ctx, notify.LaneKey, due); err != nil {
				return err
			}
		}
		for _, m := range list {
			if _, err := t.Exec(ctx, `UPDATE mails SET state = $3, reason = $4, ended_at = $5, released_at = $6, due_at = $7, first_due_at = $7
				WHERE id = $1 AND company_id = $2`, m.ID, m.Company, state, reason, ended, released, due); err != nil {
				return err
			}
			if _, err := t.Exec(ctx, `UPDATE applications SET read_stage = '', read_until = 0 WHERE id = $1 AND company_id = $2`, m.Application, m.Company); err != nil {
				return err
			}
			if err := t.event(ctx, m.Company, m.Application, now, action, by, map[string]string{"mail": string(m.Kind)}); err != nil {
				return err
			}
		}
		return t.audit(ctx, x.Company, now, by, action, string(k.Process), "stage", string(k.Stage), "why", k.Reason, "count", decimal(n))
	})
	return n, err
}

// stageText is the kind of a stage's words among a company's texts.
func stageText(c recruit.CompanyID, s recruit.Stage) textOwner {
	return textOwner{company: c, purpose: recruit.Purpose("mail_" + s)}
}

// StageTexts implements notify.Store.
func (db *DB) StageTexts(ctx context.Context, c recruit.CompanyID) (map[recruit.Stage]recruit.Text, error) {
	out := map[recruit.Stage]recruit.Text{}
	for _, s := range recruit.Stages() {
		x, err := newestText(ctx, db.read(), stageText(c, s))
		if errors.Is(err, recruit.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		out[s] = x
	}
	return out, nil
}

// SaveStageText implements notify.Store.
func (db *DB) SaveStageText(ctx context.Context, c recruit.CompanyID, s recruit.Stage, pl, en, by string, now time.Time) error {
	return db.write(ctx, func(ctx context.Context, t *tx) error {
		x, added, err := saveText(ctx, t, stageText(c, s), pl, en, by, now)
		if err != nil || !added {
			return err
		}
		return t.audit(ctx, c, now, by, "stage_text.saved", string(x.ID), "stage", string(s), "version", decimal(x.Version))
	})
}

func mailRules(ctx context.Context, q query, c recruit.CompanyID) (r notify.Rules, err error) {
	var negative, hired, automatic int64
	err = q.Row(ctx, `SELECT manual, negative, hired, automatic FROM mail_rules WHERE company_id = $1`, c).Scan(&r.Manual, &negative, &hired, &automatic)
	if errors.Is(err, errNoRows) {
		return notify.Rules{}, nil
	}
	r.Negative, r.Hired, r.Automatic = negative != 0, hired != 0, automatic != 0
	return r, err
}

// MailRules implements notify.Store.
func (db *DB) MailRules(ctx context.Context, c recruit.CompanyID) (notify.Rules, error) {
	return mailRules(ctx, db.read(), c)
}

// SaveMailRules implements notify.Store.
func (db *DB) SaveMailRules(ctx context.Context, c recruit.CompanyID, r notify.Rules, by string, now time.Time) error {
	return db.write(ctx, func(ctx context.Context, t *tx) error {
		if _, err := t.Exec(ctx, `INSERT INTO mail_rules (company_id, manual, negative, hired, automatic) VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (company_id) DO UPDATE SET manual = excluded.manual, negative = excluded.negative, hired = excluded.hired, automatic = excluded.automatic`,
			c, r.Manual, flag(r.Negative), flag(r.Hired), flag(r.Automatic)); err != nil {
			return err
		}
		return t.audit(ctx, c, now, by, "mail_rules.saved", string(c), "manual", string(r.Manual), "negative", decimal(int(flag(r.Negative))),
			"hired", decimal(int(flag(r.Hired))), "automatic", decimal(int(flag(r.Automatic))))
	})
}
