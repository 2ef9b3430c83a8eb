package store

import (
	"context"
	"errors"

	"handoff/internal/recruit"
)

const consentColumns = `id, application_id, company_id, connection_id, account_id, remote_job_id, purpose, text_id, version, locale, text,
	sha256, required, decision, valid_months, channel, asserted, at`

func scanConsent(r row) (c recruit.ConsentRecord, err error) {
	var required, asserted, when int64
	err = r.Scan(&c.ID, &c.Application, &c.Company, &c.Connection, &c.AccountID, &c.RemoteJob, &c.Purpose, &c.TextID, &c.Version, &c.Locale, &c.Text,
		&c.SHA256, &required, &c.Decision, &c.ValidMonths, &c.Channel, &asserted, &when)
	c.Required, c.Asserted, c.At = required != 0, asserted != 0, at(when)
	return c, err
}

// recordConsent adds a record; none is ever changed. Its time is moved past
// the newest record of the same purpose, so that "newest" is never a tie, and
// past the transfer and all of the ATS's own texts for one of them: they keep
// their order, and it tells with which question about the transfer they stood.
func (t *tx) recordConsent(ctx context.Context, c recruit.ConsentRecord) error {
	var last int64
	err := t.Row(ctx, `SELECT coalesce(max(at), 0) FROM consent_records WHERE application_id = $1 AND (purpose = $2 OR $3 = 1 AND purpose IN ($4, $5, $6))`,
		c.Application, c.Purpose, flag(c.Purpose.Remote()), recruit.PurposeRemoteClause, recruit.PurposeRemoteConsent, recruit.PurposeATSTransfer).Scan(&last)
	if err != nil {
		return err
	}
	_, err = t.Exec(ctx, `INSERT INTO consent_records (`+consentColumns+`)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)`,
		c.ID, c.Application, c.Company, c.Connection, c.AccountID, c.RemoteJob, c.Purpose, c.TextID, c.Version, c.Locale, c.Text,
		c.SHA256, flag(c.Required), c.Decision, c.ValidMonths, c.Channel, flag(c.Asserted), max(ms(c.At), last+1))
	return err
}

// newestConsent returns the last word on a purpose, nil when nothing was said.
func newestConsent(ctx context.Context, q query, app recruit.ApplicationID, p recruit.Purpose) (*recruit.ConsentRecord, error) {
	c, err := scanConsent(q.Row(ctx, `SELECT `+consentColumns+` FROM consent_records
		WHERE application_id = $1 AND purpose = $2 ORDER BY at DESC, id DESC LIMIT 1`, app, p))
	if errors.Is(err, errNoRows) {
		return nil, nil
	}
	return &c, err
}

// consentGiven is delivery invariant 4 in one query: the newest record of the
// transfer says given, and says it of this connection, ATS account and job.
//
// A record without an account was made while the connection had not told whose
// account it opens. It covers the account that it then turned out to be, and
// no account that was switched to afterwards.
func consentGiven(ctx context.Context, q query, applicationID recruit.ApplicationID, connectionID recruit.ConnectionID, accountID string, remoteJobID recruit.RemoteJobID) (bool, error) {
	var n int
	err := q.Row(ctx, `SELECT count(*) FROM consent_records r JOIN connections c ON c.id = r.connection_id AND c.company_id = r.company_id
		WHERE r.id = (SELECT id FROM consent_records WHERE application_id = $1 AND purpose = 'ats_transfer' ORDER BY at DESC, id DESC LIMIT 1)
		AND r.decision = 'given' AND r.connection_id = $2 AND r.remote_job_id = $4
		AND (r.account_id = $3 OR r.account_id = '' AND r.at > c.switched_at)`,
		applicationID, connectionID, accountID, remoteJobID).Scan(&n)
	return n == 1, err
}

// ApplicationConsents implements apply.Store.
func (db *DB) ApplicationConsents(ctx context.Context, c recruit.CompanyID, app recruit.ApplicationID) ([]recruit.ConsentRecord, error) {
	r, err := db.read().Query(ctx, `SELECT `+consentColumns+` FROM consent_records WHERE application_id = $1 AND company_id = $2 ORDER BY at, id`, app, c)
	return collect(r, err, scanConsent)
}
