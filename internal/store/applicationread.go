package store

import (
	"context"

	"handoff/internal/apply"
	"handoff/internal/recruit"
)

// transferRecord joins the newest word on the transfer.
const transferRecord = `r ON r.id = (SELECT id FROM consent_records WHERE application_id = a.id AND purpose = 'ats_transfer' ORDER BY at DESC, id DESC LIMIT 1)`

const applicationView = applicationColumns + `, (SELECT name FROM processes WHERE id = a.process_id AND company_id = a.company_id),
	d.connection_id, d.remote_job_id, d.state, d.reason, d.vendor_code, d.turn, d.attempts,
	d.next_at, d.remote_candidate_id, d.remote_application_id, d.remote_url, d.updated_at, coalesce(c.ats, ''),
	coalesce(r.id, ''), coalesce(r.connection_id, ''), coalesce(r.account_id, ''), coalesce(r.remote_job_id, ''), coalesce(r.text_id, ''),
	coalesce(r.version, 0), coalesce(r.locale, ''), coalesce(r.text, ''), coalesce(r.sha256, ''), coalesce(r.decision, ''),
	coalesce(r.channel, ''), coalesce(r.asserted, 0), coalesce(r.at, 0), coalesce(g.remote_stage_id, ''), coalesce(g.name, ''), coalesce(g.since, 0),
	CASE WHEN g.untold_since > 0 AND g.untold_since > g.updated_at THEN g.untold_since
		WHEN g.untold_since > 0 OR coalesce(g.updated_at, 0) > coalesce(j.read_at, 0) THEN g.updated_at ELSE coalesce(j.read_at, 0) END, coalesce(g.unmapped, 0), coalesce(g.gone_at, 0), coalesce(g.left_at, 0)
	FROM applications a JOIN deliveries d ON d.application_id = a.id AND d.company_id = a.company_id
	LEFT JOIN connections c ON c.id = d.connection_id AND c.company_id = a.company_id
	LEFT JOIN application_stages g ON g.application_id = a.id AND g.company_id = a.company_id
	LEFT JOIN stage_jobs j ON j.connection_id = d.connection_id AND j.remote_job_id = d.remote_job_id AND j.company_id = a.company_id
	LEFT JOIN consent_records ` + transferRecord

// viewRow is a row of applicationView before its data are opened.
type viewRow struct {
	sealedApplication
	view apply.View
}

func scanView(r row) (*viewRow, error) {
	x := &viewRow{}
	d := &x.view.Delivery
	t := recruit.ConsentRecord{Purpose: recruit.PurposeATSTransfer}
	var next, updated, asserted, said, since, known, unmapped, gone, left int64
	g := apply.RemoteStanding{}
	err := x.scan(r, &x.view.ProcessName, &d.Connection, &d.RemoteJob, &d.State, &d.Reason, &d.VendorCode, &d.Turn, &d.Attempts,
		&next, &d.RemoteCandidate, &d.RemoteApp, &d.RemoteURL, &updated, &x.view.ATS,
		&t.ID, &t.Connection, &t.AccountID, &t.RemoteJob, &t.TextID, &t.Version, &t.Locale, &t.Text, &t.SHA256, &t.Decision, &t.Channel, &asserted, &said,
		&g.Key, &g.Name, &since, &known, &unmapped, &gone, &left)
	if err != nil {
		return nil, err
	}
	d.Application, d.Company, d.Process, d.NextAt, d.UpdatedAt = x.ID, x.Company, x.Process, at(next), at(updated)
	if g.Key != "" || gone != 0 {
		g.Since, g.KnownAt, g.Unmapped, g.Gone, g.Left = at(since), at(known), unmapped == 1, gone != 0, left != 0
		x.view.Remote = &g
	}
	if t.ID != "" {
		t.Application, t.Company, t.Asserted, t.At = x.ID, x.Company, asserted != 0, at(said)
		x.view.Transfer = &t
	}
	return x, nil
}

func (db *DB) openView(ctx context.Context, x *viewRow) (apply.View, error) {
	if err := x.open(ctx, db, db.read()); err != nil {
		return apply.View{}, err
	}
	x.view.Application = x.Application
	return x.view, nil
}

// Application implements apply.Store.
func (db *DB) Application(ctx context.Context, r recruit.Reach, id recruit.ApplicationID) (apply.View, error) {
	x, err := scanView(db.read().Row(ctx, `SELECT `+applicationView+` JOIN processes p ON p.id = a.process_id AND p.company_id = a.company_id
		WHERE `+inReach+` AND a.id = $4`, r.Company, r.Owner, flag(r.Supervised), id))
	if err != nil {
		return apply.View{}, found(err)
	}
	return db.openView(ctx, x)
}

// Applications implements apply.Store.
func (db *DB) Applications(ctx context.Context, r recruit.Reach, f apply.Filter, limit int) ([]apply.View, error) {
	hash := ""
	if f.Query != "" {
		var err error
		if hash, err = db.emailHash(r.Company, f.Query); err != nil {
			return nil, err
		}
	}
	ids, args := listing(r, f, hash, limit)
	rs, err := db.read().Query(ctx, `SELECT `+applicationView+` WHERE a.id IN (SELECT id FROM (`+ids+`) AS wanted) ORDER BY a.id DESC`, args...)
	list, err := collect(rs, err, scanView)
	if err != nil {
		return nil, err
	}
	out := make([]apply.View, 0, len(list))
	for _, x := range list {
		v, err := db.openView(ctx, x)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, nil
}

// ApplicationCV implements apply.Store. The audit record comes first: a
// reading that cannot be recorded does not happen.
func (db *DB) ApplicationCV(ctx context.Context, a apply.Act) ([]byte, error) {
	err := db.write(ctx, func(ctx context.Context, t *tx) error {
		return t.audit(ctx, a.Company, a.At, a.By, "application.cv_opened", string(a.Application))
	})
	if err != nil {
		return nil, err
	}
	return db.readCV(ctx, db.read(), a.Company, a.Application)
}
