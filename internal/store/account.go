package store

import (
	"context"
	"encoding/json"
	"time"

	"handoff/internal/delivery"
	"handoff/internal/integration"
	"handoff/internal/recruit"
)

// Checked implements integration.Store.
func (db *DB) Checked(ctx context.Context, id recruit.ConnectionID, account recruit.Account, now time.Time) error {
	return db.write(ctx, func(ctx context.Context, t *tx) error {
		c, err := scanConnection(t.Row(ctx, `SELECT `+connectionColumns+` FROM connections c WHERE c.id = $1`, id))
		if err != nil {
			return err
		}
		if c.State == recruit.ConnDisconnected || c.State == recruit.ConnAwaitingConfirmation {
			return nil // a check is neither a login nor a confirmation
		}
		if c.Account != nil && c.Account.ID != account.ID {
			return recruit.Refuse("other_account", "account", account.Name, "before", c.Account.Name)
		}
		if err := t.setAccount(ctx, c, account, now); err != nil {
			return err
		}
		if _, err := t.Exec(ctx, `UPDATE connections SET accounts = '' WHERE id = $1`, id); err != nil {
			return err
		}
		return t.repaired(ctx, c, now)
	})
}

// StillOpen implements integration.Store. It repairs nothing and ends no pause:
// a limit of the ATS's is waited out whatever a check says.
func (db *DB) StillOpen(ctx context.Context, id recruit.ConnectionID, account recruit.Account, now time.Time) error {
	return db.write(ctx, func(ctx context.Context, t *tx) error {
		c, err := scanConnection(t.Row(ctx, `SELECT `+connectionColumns+` FROM connections c WHERE c.id = $1 AND state IN `+usableStates, id))
		if err != nil {
			return orNone(err) // it was disconnected or broken meanwhile
		}
		return t.setAccount(ctx, c, account, now)
	})
}

// Offer implements integration.Store.
func (db *DB) Offer(ctx context.Context, id recruit.ConnectionID, accounts []recruit.Account) error {
	list, err := json.Marshal(accounts)
	if err != nil {
		return err
	}
	return db.write(ctx, func(ctx context.Context, t *tx) error {
		_, err := t.Exec(ctx, `UPDATE connections SET accounts = $2 WHERE id = $1 AND state <> 'disconnected'`, id, string(list))
		return err
	})
}

// ChooseAccount implements integration.Store.
func (db *DB) ChooseAccount(ctx context.Context, company recruit.CompanyID, id recruit.ConnectionID, a recruit.Account, actor string, now time.Time) error {
	return db.write(ctx, func(ctx context.Context, t *tx) error {
		c, err := scanConnection(t.Row(ctx, `SELECT `+connectionColumns+` FROM connections c WHERE c.id = $1 AND c.company_id = $2`, id, company))
		if err != nil {
			return err
		}
		c.Account = nil // whose login the former choice was says nothing of this one
		if err := t.setAccount(ctx, c, a, now); err != nil {
			return err
		}
		return t.audit(ctx, company, now, actor, "connection.confirmed", string(id), "account", a.ID)
	})
}

// SaveReport implements integration.Store.
func (db *DB) SaveReport(ctx context.Context, id recruit.ConnectionID, checks []recruit.TestCheck, next, now time.Time) error {
	text, err := json.Marshal(checks)
	if err != nil {
		return err
	}
	return db.write(ctx, func(ctx context.Context, t *tx) error {
		company, err := companyOf(ctx, t, id)
		if err != nil {
			return err
		}
		if _, err := t.Exec(ctx, `UPDATE connections SET report = $2, report_at = $3 WHERE id = $1 AND state <> 'disconnected'`, id, string(text), ms(now)); err != nil {
			return err
		}
		return t.putTask(ctx, company, id, integration.TaskCheck, next, `excluded.due_at`)
	})
}

// TimeZone implements integration.Store.
func (db *DB) TimeZone(ctx context.Context, id recruit.ConnectionID) (zone string, err error) {
	err = db.read().Row(ctx, `SELECT c.time_zone FROM companies c JOIN connections k ON k.company_id = c.id WHERE k.id = $1`, id).Scan(&zone)
	return zone, found(err)
}

// setAccount is product decision 19 too: an account belongs to one connection
// of one company, because its limits and its logins do. Problem account_in_use
// names neither of the other.
func (t *tx) setAccount(ctx context.Context, c recruit.Connection, a recruit.Account, now time.Time) error {
	var others int
	err := t.Row(ctx, `SELECT count(*) FROM connections WHERE ats = $1 AND environment = $2 AND account_id = $3 AND account_id <> '' AND id <> $4
		AND state <> 'disconnected'`, c.ATS, c.Environment, a.ID, c.ID).Scan(&others)
	if err != nil {
		return err
	}
	if others > 0 {
		return recruit.Refuse("account_in_use")
	}
	if a.User == "" && c.Account != nil {
		a.User = c.Account.User
	}
	_, err = t.Exec(ctx, `UPDATE connections SET account_id = $2, account_name = $3, account_user = $4, checked_at = $5 WHERE id = $1`,
		c.ID, a.ID, a.Name, a.User, ms(now))
	return err
}

// repaired makes a connection usable, lets held work go on, and has jobs and
// sources read.
func (t *tx) repaired(ctx context.Context, c recruit.Connection, now time.Time) error {
	_, err := t.Exec(ctx, `UPDATE connections SET state = 'connected', reason = '', turn = '', disconnected_at = 0,
		connected_at = CASE WHEN state IN `+usableStates+` THEN connected_at ELSE $2 END WHERE id = $1`, c.ID, ms(now))
	if err != nil {
		return err
	}
	if err := t.resumeLane(ctx, connLane(c.ID)); err != nil {
		return err
	}
	if err := t.release(ctx, c.ID, "", now, delivery.ReasonConnectionBroken); err != nil {
		return err
	}
	if c.State == recruit.ConnConnected || c.State == recruit.ConnFailing {
		return nil
	}
	// Bindings that the former credential could not use are tried again.
	if _, err := t.Exec(ctx, `UPDATE bindings SET state = 'untested', reason = '' WHERE connection_id = $1 AND reason = $2`, c.ID, delivery.ReasonJobForbidden); err != nil {
		return err
	}
	if err := t.release(ctx, c.ID, "", now, delivery.ReasonJobForbidden); err != nil {
		return err
	}
	// What could not be looked up meanwhile is looked up now.
	if _, err := t.Exec(ctx, `UPDATE deliveries SET turn = '', next_at = $2 WHERE connection_id = $1 AND state = 'unanswered'`, c.ID, ms(now)); err != nil {
		return err
	}
	if _, err := t.Exec(ctx, `UPDATE ad_readings SET due_at = $2, complete_due_at = 0, claimed = 0, since = 0 WHERE connection_id = $1`, c.ID, ms(now)); err != nil {
		return err
	}
	if err := t.lookAt(ctx, c.ID, "", now, now); err != nil {
		return err
	}
	for _, task := range []integration.Task{integration.TaskJobs, integration.TaskSources} {
		if err := t.askTask(ctx, c.Company, c.ID, task, "", now); err != nil {
			return err
		}
	}
	// A login was not checked as a whole; a test has said already when the next check is due.
	return t.putTask(ctx, c.Company, c.ID, integration.TaskCheck, now, `CASE WHEN connection_tasks.due_at = 0 THEN excluded.due_at ELSE connection_tasks.due_at END`)
}

// Broken implements integration.Store.
func (db *DB) Broken(ctx context.Context, id recruit.ConnectionID, reason string, turn recruit.Turn, now time.Time) error {
	return db.write(ctx, func(ctx context.Context, t *tx) error {
		if _, err := t.Exec(ctx, `UPDATE connections SET state = 'connected' WHERE id = $1 AND state = 'untested'`, id); err != nil {
			return err // an untested key that is refused is broken too
		}
		return t.breakConnection(ctx, id, reason, turn, now)
	})
}
