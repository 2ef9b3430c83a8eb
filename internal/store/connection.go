package store

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"handoff/internal/connector"
	"handoff/internal/integration"
	"handoff/internal/recruit"
)

// InsertConnection implements integration.Store.
func (db *DB) InsertConnection(ctx context.Context, c recruit.Connection, cred *connector.Credential, template recruit.Text, actor string) error {
	var sealed []byte
	if cred != nil {
		var err error
		if sealed, err = db.sealCredential(c.ID, *cred); err != nil {
			return err
		}
	}
	return db.write(ctx, func(ctx context.Context, t *tx) error {
		var n int
		err := t.Row(ctx, `SELECT count(*) FROM connections WHERE company_id = $1 AND ats = $2 AND environment = $3 AND state <> 'disconnected'`,
			c.Company, c.ATS, c.Environment).Scan(&n)
		if err != nil {
			return err
		}
		if n > 0 {
			return recruit.Refuse("connection_exists")
		}
		_, err = t.Exec(ctx, `INSERT INTO connections (id, company_id, ats, auth, environment, access_scope, state, created_by, created_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`, c.ID, c.Company, c.ATS, c.Auth, c.Environment, c.AccessScope, c.State, actor, ms(c.CreatedAt))
		if err != nil {
			return err
		}
		if cred != nil {
			if err := t.putCredential(ctx, c.Company, c.ID, sealed, cred.ExpiresAt, c.CreatedAt); err != nil {
				return err
			}
		}
		owner := textOwner{company: c.Company, purpose: recruit.PurposeATSTransfer, connection: c.ID}
		if err := insertText(ctx, t, owner, template); err != nil {
			return err
		}
		if err := t.ring(ctx, connLane(c.ID), ms(c.CreatedAt)); err != nil {
			return err
		}
		return t.audit(ctx, c.Company, c.CreatedAt, actor, "connection.created", string(c.ID), "ats", c.ATS, "auth", c.Auth)
	})
}

const connectionColumns = `c.id, c.company_id, c.ats, c.auth, c.environment, c.access_scope, c.state, c.reason, c.turn, c.account_id, c.account_name,
	c.account_user, c.source, c.created_by, c.created_at, c.connected_at, c.checked_at, c.jobs_read_at, c.ad_feed`

func scanConnection(r row, more ...any) (c recruit.Connection, err error) {
	var a recruit.Account
	var source string
	var created, connected, checked, jobsRead int64
	dest := []any{&c.ID, &c.Company, &c.ATS, &c.Auth, &c.Environment, &c.AccessScope, &c.State, &c.Reason, &c.Turn, &a.ID, &a.Name,
		&a.User, &source, &c.CreatedBy, &created, &connected, &checked, &jobsRead, &c.AdFeed}
	if err := r.Scan(append(dest, more...)...); err != nil {
		return c, found(err)
	}
	if a.ID != "" {
		c.Account = &a
	}
	c.CreatedAt, c.ConnectedAt, c.CheckedAt, c.JobsReadAt = at(created), at(connected), at(checked), at(jobsRead)
	if source != "" {
		c.Source = &recruit.Source{}
		err = json.Unmarshal([]byte(source), c.Source)
	}
	return c, err
}

// AnyConnection implements integration.Store.
func (db *DB) AnyConnection(ctx context.Context, id recruit.ConnectionID) (recruit.Connection, error) {
	return scanConnection(db.read().Row(ctx, `SELECT `+connectionColumns+` FROM connections c WHERE c.id = $1`, id))
}

const viewColumns = connectionColumns + `, c.sources_read_at, c.accounts, c.report, c.report_at,
	coalesce((SELECT k.next_saved_at FROM credentials k WHERE k.connection_id = c.id AND k.company_id = c.company_id), 0),
	(SELECT count(*) FROM deliveries d WHERE d.connection_id = c.id AND d.state = 'held'),
	(SELECT count(*) FROM deliveries d WHERE d.connection_id = c.id AND d.state IN ('waiting', 'attempting', 'unanswered')),
	coalesce((SELECT l.paused_until FROM lanes l WHERE l.key = 'conn:' || c.id), 0),
	coalesce((SELECT CASE WHEN k.attempts > 0 AND k.error = '' THEN 1 ELSE k.due_at END FROM connection_tasks k
		WHERE k.connection_id = c.id AND k.kind = 'jobs'), 0),
	coalesce((SELECT k.error FROM connection_tasks k WHERE k.connection_id = c.id AND k.kind = 'jobs'), ''),
	coalesce((SELECT k.code FROM connection_tasks k WHERE k.connection_id = c.id AND k.kind = 'jobs'), ''),
	coalesce((SELECT CASE WHEN k.attempts > 0 AND k.error = '' THEN 1 ELSE k.due_at END FROM connection_tasks k
		WHERE k.connection_id = c.id AND k.kind = 'sources'), 0),
	coalesce((SELECT k.error FROM connection_tasks k WHERE k.connection_id = c.id AND k.kind = 'sources'), ''),
	coalesce((SELECT k.code FROM connection_tasks k WHERE k.connection_id = c.id AND k.kind = 'sources'), '')`

func (db *DB) scanView(r row) (v integration.View, err error) {
	var sourcesRead, reported, next, paused, jobsDue, sourcesDue int64
	var accounts, report string
	v.Connection, err = scanConnection(r, &sourcesRead, &accounts, &report, &reported, &next, &v.Held, &v.Waiting, &paused,
		&jobsDue, &v.JobsError.Kind, &v.JobsError.Code, &sourcesDue, &v.SourcesError.Kind, &v.SourcesError.Code)
	if err == nil && accounts != "" {
		err = json.Unmarshal([]byte(accounts), &v.Accounts)
	}
	if err == nil && report != "" {
		err = json.Unmarshal([]byte(report), &v.Report)
	}
	v.ReportAt, v.NextSavedAt = at(reported), at(next)
	now := ms(db.now())
	// A task that was begun and has not ended counts as due; what is due only
	// later is the next regular reading.
	v.JobsDue, v.SourcesDue = jobsDue > 0 && jobsDue <= now, sourcesDue > 0 && sourcesDue <= now
	v.SourcesReadAt = at(sourcesRead)
	if paused > now {
		v.PausedUntil = at(paused)
	}
	return v, err
}

// Connections implements integration.Store.
func (db *DB) Connections(ctx context.Context, company recruit.CompanyID) ([]integration.View, error) {
	r, err := db.read().Query(ctx, `SELECT `+viewColumns+` FROM connections c WHERE c.company_id = $1 ORDER BY c.id DESC`, company)
	list, err := collect(r, err, db.scanView)
	for i := range list {
		if err == nil {
			err = db.completeView(ctx, &list[i])
		}
	}
	return list, err
}

// Connection implements integration.Store.
func (db *DB) Connection(ctx context.Context, company recruit.CompanyID, id recruit.ConnectionID) (integration.View, error) {
	v, err := db.scanView(db.read().Row(ctx, `SELECT `+viewColumns+` FROM connections c WHERE c.id = $1 AND c.company_id = $2`, id, company))
	if err != nil {
		return v, err
	}
	return v, db.completeView(ctx, &v)
}

func (db *DB) completeView(ctx context.Context, v *integration.View) error {
	var err error
	v.ConsentTemplate, err = newestText(ctx, db.read(), textOwner{company: v.Company, purpose: recruit.PurposeATSTransfer, connection: v.ID})
	if err != nil && !errors.Is(err, recruit.ErrNotFound) {
		return err
	}
	run, err := scanTestRun(db.read().Row(ctx, `SELECT `+testRunColumns+` FROM test_runs WHERE connection_id = $1 AND company_id = $2 AND remote_job_id = ''
		ORDER BY id DESC LIMIT 1`, v.ID, v.Company))
	switch {
	case err == nil:
		v.LastTest = &run
	case !errors.Is(err, recruit.ErrNotFound):
		return err
	}
	return nil
}

// Disconnect implements integration.Store.
func (db *DB) Disconnect(ctx context.Context, company recruit.CompanyID, id recruit.ConnectionID, actor string, now time.Time) error {
	return db.write(ctx, func(ctx context.Context, t *tx) error {
		if err := t.breakConnection(ctx, id, "disconnected", recruit.TurnAdmin, now); err != nil {
			return err
		}
		n, err := t.Exec(ctx, `UPDATE connections SET state = 'disconnected', reason = '', turn = '', disconnected_at = $3
			WHERE id = $1 AND company_id = $2`, id, company, ms(now))
		if err != nil {
			return err
		}
		if n == 0 {
			return recruit.ErrNotFound
		}
		forget := []string{`UPDATE connection_tasks SET due_at = 0 WHERE connection_id = $1 AND company_id = $2`,
			`UPDATE stage_syncs SET enabled = 0 WHERE connection_id = $1 AND company_id = $2`}
		if err := t.endRuns(ctx, id, company, now); err != nil {
			return err
		}
		subscribed, err := t.endHook(ctx, id, now)
		if err != nil {
			return err
		}
		if !subscribed { // otherwise forgotten once that is ended
			forget = append(forget, `DELETE FROM credentials WHERE connection_id = $1 AND company_id = $2`)
		}
		for _, q := range forget {
			if _, err := t.Exec(ctx, q, id, company); err != nil {
				return err
			}
		}
		return t.audit(ctx, company, now, actor, "connection.disconnected", string(id))
	})
}

// SetScope implements integration.Store.
func (db *DB) SetScope(ctx context.Context, company recruit.CompanyID, id recruit.ConnectionID, scope, actor string, now time.Time) error {
	return db.write(ctx, func(ctx context.Context, t *tx) error {
		n, err := t.Exec(ctx, `UPDATE connections SET access_scope = $3 WHERE id = $1 AND company_id = $2`, id, company, scope)
		if err == nil && n == 0 {
			err = recruit.ErrNotFound
		}
		if err != nil {
			return err
		}
		return t.audit(ctx, company, now, actor, "connection.scope_changed", string(id), "access_scope", scope)
	})
}

// SaveTemplate implements integration.Store.
func (db *DB) SaveTemplate(ctx context.Context, company recruit.CompanyID, id recruit.ConnectionID, pl, en, actor string, now time.Time) (recruit.Text, error) {
	var x recruit.Text
	err := db.write(ctx, func(ctx context.Context, t *tx) error {
		owner := textOwner{company: company, purpose: recruit.PurposeATSTransfer, connection: id}
		var added bool
		var err error
		if x, added, err = saveText(ctx, t, owner, pl, en, actor, now); err != nil || !added {
			return err
		}
		return t.audit(ctx, company, now, actor, "consent_template.saved", string(id))
	})
	return x, err
}

// CompanyName implements integration.Store.
func (db *DB) CompanyName(ctx context.Context, id recruit.CompanyID) (name string, err error) {
	err = db.read().Row(ctx, `SELECT name FROM companies WHERE id = $1`, id).Scan(&name)
	return name, found(err)
}

// ActorName implements integration.Store.
func (db *DB) ActorName(ctx context.Context, company recruit.CompanyID, actor string) (name string, err error) {
	err = db.read().Row(ctx, `SELECT name FROM users WHERE id = $1 AND company_id = $2 UNION ALL
		SELECT name FROM tokens WHERE id = $1 AND company_id = $2 LIMIT 1`, actor, company).Scan(&name)
	if errors.Is(err, errNoRows) {
		return actor, nil
	}
	return name, err
}
