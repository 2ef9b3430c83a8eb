package store

import (
	"context"
	"strings"

	"handoff/internal/apply"
	"handoff/internal/notify"
	"handoff/internal/recruit"
)

// EraseApplication implements apply.Store. The keys go in the transaction, and
// with them everything that they sealed; the files, which nobody can read from
// then on, go after it.
func (db *DB) EraseApplication(ctx context.Context, a apply.Act) error {
	var blobs []string
	err := db.write(ctx, func(ctx context.Context, t *tx) error {
		r, err := t.Query(ctx, `SELECT cv_blob FROM applications WHERE id = $1 AND company_id = $2 AND cv_blob <> ''
			UNION ALL SELECT cv_blob FROM resubmissions WHERE application_id = $1 AND company_id = $2 AND cv_blob <> ''`, a.Application, a.Company)
		if blobs, err = collect(r, err, func(r row) (b string, err error) { return b, r.Scan(&b) }); err != nil {
			return err
		}
		n, err := t.Exec(ctx, `UPDATE applications SET erased_at = $3, updated_at = $3, email_hash = $4, sealed_data = $5, external_hash = '',
			cv_blob = '', cv_size = 0, cv_sha256_sealed = NULL, cv_type = '' WHERE id = $1 AND company_id = $2 AND erased_at = 0`,
			a.Application, a.Company, ms(a.At), "erased:"+recruit.RandomToken(32), []byte{})
		if err != nil || n == 0 {
			return err
		}
		if err := t.eraseKeys(ctx, a); err != nil {
			return err
		}
		if err := t.cancelMails(ctx, a, notify.ReasonErased, notify.Kinds()...); err != nil {
			return err
		}
		atATS, err := t.atATS(ctx, a)
		if err != nil {
			return err
		}
		if err := t.event(ctx, a.Company, a.Application, a.At, "erased", a.By, nil); err != nil {
			return err
		}
		if err := t.cancel(ctx, a, "erased", recruit.TurnNobody, `'none', 'withheld', 'held', 'waiting', 'attempting', 'unanswered', 'needs_attention'`); err != nil {
			return err
		}
		return t.audit(ctx, a.Company, a.At, a.By, "application.erased", string(a.Application), atATS...)
	})
	if err != nil {
		return err
	}
	for _, b := range blobs {
		if err := db.Blobs.Delete(b); err != nil {
			return err
		}
	}
	return nil
}

func (t *tx) eraseKeys(ctx context.Context, a apply.Act) error {
	for _, q := range []string{
		`DELETE FROM application_keys WHERE company_id = $2 AND (application_id = $1
			OR application_id IN (SELECT id FROM resubmissions WHERE application_id = $1 AND company_id = $2))`,
		`DELETE FROM resubmissions WHERE application_id = $1 AND company_id = $2`,
		`DELETE FROM candidate_links WHERE application_id = $1 AND company_id = $2`,
	} {
		if _, err := t.Exec(ctx, q, a.Application, a.Company); err != nil {
			return err
		}
	}
	return nil
}

// atATS says what the ATS holds, or may hold, as far as we know: whoever
// answers for the erasure has to go there too.
func (t *tx) atATS(ctx context.Context, a apply.Act) ([]string, error) {
	var state, conn, candidate, app, former string
	var window int64
	err := t.Row(ctx, `SELECT state, connection_id, remote_candidate_id, remote_application_id, window_to, former_candidate_id FROM deliveries
		WHERE application_id = $1 AND company_id = $2`, a.Application, a.Company).Scan(&state, &conn, &candidate, &app, &window, &former)
	if err != nil {
		return nil, found(err)
	}
	holds := "nothing"
	switch {
	case candidate != "":
		holds = "candidate"
	case former != "": // taken off the job, which is not to be gone
		holds, candidate = "unknown", former
	case window != 0, strings.Contains("attempting unanswered", state):
		holds = "unknown"
	}
	return []string{"at_ats", holds, "delivery", state, "connection", conn, "remote_candidate", candidate, "remote_application", app}, nil
}
