package store

import (
	"context"
	"time"

	"handoff/internal/connector"
	"handoff/internal/delivery"
	"handoff/internal/integration"
	"handoff/internal/recruit"
)

const linkColumns = `link_hash, state_hash, browser_hash, company_id, connection_id, ats, starter, by_api, switch_account, return_url, redirect_uri,
	created_at, expires_at, used_at`

func scanLink(r row) (l integration.StoredLink, err error) {
	var byAPI, switches, created, expires, used int64
	err = found(r.Scan(&l.LinkHash, &l.StateHash, &l.BrowserHash, &l.Company, &l.Connection, &l.ATS, &l.Starter, &byAPI, &switches, &l.ReturnURL,
		&l.RedirectURI, &created, &expires, &used))
	l.ByAPI, l.SwitchAccount = byAPI == 1, switches == 1
	l.CreatedAt, l.ExpiresAt, l.UsedAt = at(created), at(expires), at(used)
	return l, err
}

// InsertLink implements integration.Store. It sweeps links that are over, so
// that the table stays small.
func (db *DB) InsertLink(ctx context.Context, l integration.StoredLink) error {
	return db.write(ctx, func(ctx context.Context, t *tx) error {
		if _, err := t.Exec(ctx, `DELETE FROM oauth_links WHERE expires_at < $1`, ms(l.CreatedAt.Add(-time.Hour))); err != nil {
			return err
		}
		_, err := t.Exec(ctx, `INSERT INTO oauth_links (`+linkColumns+`) VALUES ($1, '', '', $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0)`,
			l.LinkHash, l.Company, l.Connection, l.ATS, l.Starter, flag(l.ByAPI), flag(l.SwitchAccount), l.ReturnURL, l.RedirectURI,
			ms(l.CreatedAt), ms(l.ExpiresAt))
		return err
	})
}

// Link implements integration.Store.
func (db *DB) Link(ctx context.Context, linkHash string) (integration.StoredLink, error) {
	l, err := scanLink(db.read().Row(ctx, `SELECT `+linkColumns+` FROM oauth_links WHERE link_hash = $1`, linkHash))
	if err == nil && l.StateHash != "" {
		l.UsedAt = l.CreatedAt // followed: its page is over
	}
	return l, err
}

// FollowLink implements integration.Store.
func (db *DB) FollowLink(ctx context.Context, linkHash, browserHash, stateHash string, now time.Time) (integration.StoredLink, error) {
	return db.takeLink(ctx, `UPDATE oauth_links SET browser_hash = $2, state_hash = $3
		WHERE link_hash = $1 AND state_hash = '' AND used_at = 0 AND expires_at > $4 RETURNING `+linkColumns, linkHash, browserHash, stateHash, ms(now))
}

// TakeState implements integration.Store.
func (db *DB) TakeState(ctx context.Context, stateHash string, now time.Time) (integration.StoredLink, error) {
	return db.takeLink(ctx, `UPDATE oauth_links SET used_at = $2 WHERE state_hash = $1 AND used_at = 0 AND expires_at > $2 RETURNING `+linkColumns,
		stateHash, ms(now))
}

func (db *DB) takeLink(ctx context.Context, q string, args ...any) (l integration.StoredLink, err error) {
	err = db.write(ctx, func(ctx context.Context, t *tx) (err error) {
		l, err = scanLink(t.Row(ctx, q, args...))
		return err
	})
	return l, err
}

// Authorized implements integration.Store.
func (db *DB) Authorized(ctx context.Context, l integration.StoredLink, cred connector.Credential, account recruit.Account, switched bool, now time.Time) error {
	sealed, err := db.sealCredential(l.Connection, cred)
	if err != nil {
		return err
	}
	return db.write(ctx, func(ctx context.Context, t *tx) error {
		c, err := scanConnection(t.Row(ctx, `SELECT `+connectionColumns+` FROM connections c WHERE c.id = $1 AND c.company_id = $2`, l.Connection, l.Company))
		if err != nil {
			return err
		}
		other := c.Account != nil && c.Account.ID != account.ID
		if other && !switched { // two logins at once: the other one was first
			return recruit.Refuse("oauth_other_account", "account", account.Name, "before", c.Account.Name)
		}
		if err := t.putCredential(ctx, l.Company, l.Connection, sealed, cred.ExpiresAt, now); err != nil {
			return err
		}
		if other {
			if err := t.switchAccount(ctx, c, now); err != nil {
				return err
			}
		}
		if err := t.setAccount(ctx, c, account, now); err != nil {
			return err
		}
		if err := t.audit(ctx, l.Company, now, l.Starter, "connection.authorized", string(l.Connection), "account", account.ID); err != nil {
			return err
		}
		if l.ByAPI && (c.Account == nil || other || c.ConnectedAt.IsZero()) {
			// Whose account it is must be named by whoever asked for it: that
			// it was logged in to twice does not name it.
			_, err := t.Exec(ctx, `UPDATE connections SET state = 'awaiting_confirmation', reason = '', turn = 'admin', connected_at = 0, disconnected_at = 0
				WHERE id = $1`, l.Connection)
			if err != nil {
				return err
			}
			return t.holdAll(ctx, l.Connection, now)
		}
		return t.repaired(ctx, c, now)
	})
}

// switchAccount is product decision 19: what was said of the former account
// says nothing of another. Bindings are untested and what is not sent is held
// by the consent that names the account.
func (t *tx) switchAccount(ctx context.Context, c recruit.Connection, now time.Time) error {
	moved := `connection_id = $1 AND state IN ('waiting', 'held') AND reason <> '` + delivery.ReasonSuspicious + `'`
	if err := t.eventEach(ctx, now, "delivery.withheld", delivery.ReasonConsentOther, moved, c.ID); err != nil {
		return err
	}
	for q, args := range map[string][]any{
		`UPDATE bindings SET state = 'broken', reason = 'account_switched' WHERE connection_id = $1`:                                      {c.ID},
		`UPDATE connections SET switched_at = $2, source = '', jobs_read_at = 0, sources_read_at = 0 WHERE id = $1`:                       {c.ID, ms(now)},
		`UPDATE deliveries SET state = 'withheld', reason = $2, turn = $3, vendor_code = '', next_at = 0, updated_at = $4 WHERE ` + moved: {c.ID, delivery.ReasonConsentOther, recruit.TurnRecruiter, ms(now)},
	} {
		if _, err := t.Exec(ctx, q, args...); err != nil {
			return err
		}
	}
	if err := t.abandonRemovals(ctx, c.ID); err != nil {
		return err
	}
	for _, q := range []string{`DELETE FROM remote_jobs WHERE connection_id = $1`, `DELETE FROM remote_sources WHERE connection_id = $1`} {
		if _, err := t.Exec(ctx, q, c.ID); err != nil {
			return err
		}
	}
	return nil
}

// Confirmed implements integration.Store.
func (db *DB) Confirmed(ctx context.Context, company recruit.CompanyID, id recruit.ConnectionID, actor string, now time.Time) error {
	return db.write(ctx, func(ctx context.Context, t *tx) error {
		c, err := scanConnection(t.Row(ctx, `SELECT `+connectionColumns+` FROM connections c WHERE c.id = $1 AND c.company_id = $2`, id, company))
		if err != nil {
			return err
		}
		if err := t.audit(ctx, company, now, actor, "connection.confirmed", string(id)); err != nil {
			return err
		}
		return t.repaired(ctx, c, now)
	})
}
