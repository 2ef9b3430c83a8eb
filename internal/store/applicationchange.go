package store

import (
	"context"
	"errors"

	"handoff/internal/apply"
	"handoff/internal/notify"
	"handoff/internal/recruit"
)

// MoveApplication implements apply.Store.
func (db *DB) MoveApplication(ctx context.Context, a apply.Act, to recruit.Stage) error {
	return db.write(ctx, func(ctx context.Context, t *tx) error { return t.moveStage(ctx, a, to, false) })
}

// moveStage is a person's move. A quiet one mails nobody.
func (t *tx) moveStage(ctx context.Context, a apply.Act, to recruit.Stage, quiet bool) error {
	var from recruit.Stage
	err := t.Row(ctx, `SELECT stage FROM applications WHERE id = $1 AND company_id = $2 AND erased_at = 0`, a.Application, a.Company).Scan(&from)
	if err != nil || from == to {
		return found(err)
	}
	if _, err := t.Exec(ctx, `UPDATE applications SET stage = $3, stage_changed_at = $4, stage_changed_by = 'user', updated_at = $4
		WHERE id = $1 AND company_id = $2`, a.Application, a.Company, to, ms(a.At)); err != nil {
		return err
	}
	if err := t.recordMove(ctx, a.Company, a.Application, to, a.By, a.At); err != nil {
		return err
	}
	if err := t.planStageMail(ctx, stageChange{company: a.Company, application: a.Application, from: from, to: to, by: recruit.ActorUser, quiet: quiet,
		at: a.At}); err != nil {
		return err
	}
	return t.event(ctx, a.Company, a.Application, a.At, "stage_changed", a.By, map[string]string{"from": string(from), "to": string(to)})
}

// WithdrawApplication implements apply.Store.
func (db *DB) WithdrawApplication(ctx context.Context, a apply.Act) error {
	return db.write(ctx, func(ctx context.Context, t *tx) error { return t.withdraw(ctx, a) })
}

func (t *tx) withdraw(ctx context.Context, a apply.Act) error {
	n, err := t.Exec(ctx, `UPDATE applications SET withdrawn_at = $3, updated_at = $3
			WHERE id = $1 AND company_id = $2 AND withdrawn_at = 0 AND erased_at = 0`, a.Application, a.Company, ms(a.At))
	if err != nil || n == 0 {
		return err
	}
	// The record says what is withdrawn: the text that was agreed to, for
	// the account and job it was about. Without one it says only that.
	c := recruit.ConsentRecord{Application: a.Application, Company: a.Company, Purpose: recruit.PurposeATSTransfer}
	last, err := newestConsent(ctx, t, a.Application, recruit.PurposeATSTransfer)
	if err != nil {
		return err
	}
	if last != nil {
		c = *last
	}
	c.ID, c.Decision, c.Channel, c.Asserted, c.At = recruit.NewConsentRecordID(a.At), recruit.Withdrawn, a.Channel, false, a.At
	if err := t.recordConsent(ctx, c); err != nil {
		return err
	}
	if err := t.event(ctx, a.Company, a.Application, a.At, "withdrawn", a.By, nil); err != nil {
		return err
	}
	if err := t.cancelMails(ctx, a, notify.ReasonWithdrawn, notify.KindStage, notify.KindResubmission); err != nil {
		return err
	}
	if err := t.audit(ctx, a.Company, a.At, a.By, "application.withdrawn", string(a.Application)); err != nil {
		return err
	}
	// What is under way sees it between its steps; what is unanswered is
	// looked up first (delivery invariant 4).
	var part int
	err = t.Row(ctx, `SELECT count(*) FROM deliveries WHERE application_id = $1 AND company_id = $2 AND remote_candidate_id <> ''
			AND state IN ('waiting', 'held', 'withheld', 'needs_attention')`, a.Application, a.Company).Scan(&part)
	if err != nil {
		return err
	}
	reason, turn := "withdrawn", recruit.TurnNobody
	if part > 0 {
		reason, turn = "withdrawn_sent", recruit.TurnRecruiter // to be removed there by hand
	}
	return t.cancel(ctx, a, reason, turn, `'waiting', 'held', 'withheld', 'needs_attention'`)
}

// cancel ends a delivery that is in one of the states.
func (t *tx) cancel(ctx context.Context, a apply.Act, reason string, turn recruit.Turn, states string) error {
	n, err := t.Exec(ctx, `UPDATE deliveries SET state = 'cancelled', reason = $3, turn = $5, vendor_code = '', next_at = 0, fence = 0, updated_at = $4
		WHERE application_id = $1 AND company_id = $2 AND state IN (`+states+`)`, a.Application, a.Company, reason, ms(a.At), turn)
	if err != nil || n == 0 {
		return err
	}
	return t.event(ctx, a.Company, a.Application, a.At, "delivery.cancelled", "system", map[string]string{"reason": reason})
}

// unsuspect ends the suspicion; ErrConflict when somebody else did meanwhile.
func (t *tx) unsuspect(ctx context.Context, a apply.Act, kind string) error {
	n, err := t.Exec(ctx, `UPDATE applications SET suspicious = 0, updated_at = $3 WHERE id = $1 AND company_id = $2 AND suspicious = 1 AND erased_at = 0`,
		a.Application, a.Company, ms(a.At))
	if err != nil {
		return err
	}
	if n == 0 {
		return recruit.ErrConflict
	}
	if err := t.event(ctx, a.Company, a.Application, a.At, kind, a.By, nil); err != nil {
		return err
	}
	return t.audit(ctx, a.Company, a.At, a.By, "application."+kind, string(a.Application))
}

// ReleaseApplication implements apply.Store.
func (db *DB) ReleaseApplication(ctx context.Context, a apply.Act) error {
	return db.write(ctx, func(ctx context.Context, t *tx) error {
		if err := t.unsuspect(ctx, a, "released"); err != nil {
			return err
		}
		if err := t.releaseMails(ctx, a); err != nil {
			return err
		}
		var p recruit.ProcessID
		err := t.Row(ctx, `SELECT process_id FROM deliveries WHERE application_id = $1 AND company_id = $2 AND state = 'held' AND reason = 'suspicious'`,
			a.Application, a.Company).Scan(&p)
		if errors.Is(err, errNoRows) {
			return nil // not bound, or withheld for a reason of its own
		}
		if err != nil {
			return err
		}
		s, err := standing(ctx, t, a.Company, p)
		if err != nil {
			return err
		}
		if err := asked(ctx, t, &s, a.Application); err != nil {
			return err
		}
		return t.stand(ctx, a.Company, a.Application, s, a.At)
	})
}

// DiscardApplication implements apply.Store.
func (db *DB) DiscardApplication(ctx context.Context, a apply.Act) error {
	return db.write(ctx, func(ctx context.Context, t *tx) error {
		if err := t.unsuspect(ctx, a, "discarded"); err != nil {
			return err
		}
		if err := t.cancelMails(ctx, a, notify.ReasonDiscarded, notify.Kinds()...); err != nil {
			return err
		}
		if err := t.moveStage(ctx, a, recruit.StageNegative, true); err != nil {
			return err
		}
		return t.cancel(ctx, a, "discarded", recruit.TurnNobody, `'none', 'withheld', 'held', 'waiting', 'needs_attention'`)
	})
}
