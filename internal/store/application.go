package store

import (
	"context"
	"errors"

	"handoff/internal/apply"
	"handoff/internal/recruit"
)

var _ apply.Store = (*DB)(nil)

// Accept implements apply.Store: delivery invariant 1.
//
// Sealing and the file's write to the disk come first, alike for everybody. A
// file that no row came to name is removed when that is certain; after a
// failed commit it stays, because it is not, and nobody can read it: its key
// is in no row.
func (db *DB) Accept(ctx context.Context, a apply.Arrival, settle func(apply.Target) (apply.Verdict, error)) (apply.Receipt, error) {
	x := a.Application
	hash, err := db.emailHash(x.Company, x.Candidate.Email)
	if err != nil {
		return apply.Receipt{}, err
	}
	external, err := db.externalHash(x.Company, x.ExternalID)
	if err != nil {
		return apply.Receipt{}, err
	}
	p := personal{Candidate: x.Candidate, Answers: x.Answers, ExternalID: x.ExternalID, Consent: a.Consent}
	sha := ""
	if x.CV != nil {
		p.FileName, sha = x.CV.FileName, x.CV.SHA256
	}
	f, err := db.sealForm(string(x.ID), p, sha, a.File)
	if err != nil {
		return apply.Receipt{}, err
	}
	var out apply.Receipt
	refused, spare := false, false // what the transaction itself refused, or has already, is certainly not stored
	err = db.write(ctx, func(ctx context.Context, t *tx) (err error) {
		spare = false
		defer func() { refused = err != nil }()
		now, err := target(ctx, t, x.Process, "")
		if err != nil {
			return err
		}
		v, err := settle(now)
		if err != nil {
			return err
		}
		out = apply.Receipt{Application: x.ID}
		stored, err := t.insertApplication(ctx, a, f, hash, external)
		if err != nil {
			return err
		}
		if !stored && a.Key != "" {
			first, err := t.sameRequest(ctx, x, hash, a.Key)
			if err != nil || first != "" {
				out, spare = apply.Receipt{Application: first}, true
				return err
			}
		}
		if err := t.insertKey(ctx, x.Company, string(x.ID), f.key); err != nil {
			return err
		}
		if !stored {
			out, err = t.resubmit(ctx, a, f, hash)
			return err
		}
		return t.begin(ctx, a, v)
	})
	if (refused || spare) && f.blob != "" {
		_ = db.Blobs.Delete(f.blob) // one that stays is unreadable and names nobody
	}
	return out, err
}

// emailHash is what the same address in the same company comes to; companies
// cannot be compared by it.
func (db *DB) emailHash(c recruit.CompanyID, email string) (string, error) {
	return db.sealer.LookupHash("email", string(c)+"\x00"+recruit.FoldEmail(email))
}

func (db *DB) externalHash(c recruit.CompanyID, id string) (string, error) {
	if id == "" {
		return "", nil
	}
	return db.sealer.LookupHash("external", string(c)+"\x00"+id)
}

// insertApplication stores the application, unless the process has one of the
// same person.
func (t *tx) insertApplication(ctx context.Context, a apply.Arrival, f sealedForm, hash, external string) (bool, error) {
	x := a.Application
	var size int64
	cvType := ""
	if x.CV != nil {
		size, cvType = x.CV.Size, x.CV.ContentType
	}
	n, err := t.Exec(ctx, `INSERT INTO applications (id, company_id, process_id, email_hash, sealed_data, external_hash, cv_blob, cv_size,
		cv_sha256_sealed, cv_type, locale, stage, stage_changed_at, stage_changed_by, tag, suspicious, channel, updated_at, created_at, submit_key)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $18, $19)
		ON CONFLICT (process_id, email_hash) DO NOTHING`,
		x.ID, x.Company, x.Process, hash, f.data, external, f.blob, size, f.sha, cvType, x.Locale, x.Stage, ms(x.StageChangedAt), x.StageChangedBy,
		x.Tag, flag(x.Suspicious), a.Channel, ms(x.CreatedAt), a.Key)
	return n == 1, err
}

// sameRequest returns the application that the very request made whose answer
// its sender never had; empty when there is none.
func (t *tx) sameRequest(ctx context.Context, x recruit.Application, hash, key string) (first recruit.ApplicationID, err error) {
	err = t.Row(ctx, `SELECT id FROM applications WHERE process_id = $1 AND email_hash = $2 AND company_id = $3 AND submit_key = $4`,
		x.Process, hash, x.Company, key).Scan(&first)
	if errors.Is(err, errNoRows) {
		return "", nil
	}
	return first, err
}

func (t *tx) insertKey(ctx context.Context, c recruit.CompanyID, id string, sealed []byte) error {
	_, err := t.Exec(ctx, `INSERT INTO application_keys (application_id, company_id, sealed_key) VALUES ($1, $2, $3)`, id, c, sealed)
	return err
}

// begin stores what goes with a new application: consent records, delivery,
// history, the lane's ring.
func (t *tx) begin(ctx context.Context, a apply.Arrival, v apply.Verdict) error {
	x := a.Application
	for _, c := range v.Consent {
		c.Application = x.ID
		if err := t.recordConsent(ctx, c); err != nil {
			return err
		}
	}
	if _, err := t.Exec(ctx, `UPDATE processes SET applications = applications + 1 WHERE id = $1 AND company_id = $2`, x.Process, x.Company); err != nil {
		return err
	}
	state, reason, turn := v.Delivery()
	var conn recruit.ConnectionID
	var job recruit.RemoteJobID
	var next int64
	if v.Binding != nil {
		conn, job = v.Binding.Connection, v.Binding.RemoteJob
	}
	if state == recruit.DeliveryWaiting {
		next = ms(x.CreatedAt)
		if err := t.ring(ctx, connLane(conn), next); err != nil {
			return err
		}
	}
	if _, err := t.Exec(ctx, `INSERT INTO deliveries (application_id, company_id, process_id, connection_id, remote_job_id, state, reason, turn, next_at, updated_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`, x.ID, x.Company, x.Process, conn, job, state, reason, turn, next, ms(x.CreatedAt)); err != nil {
		return err
	}
	if err := t.event(ctx, x.Company, x.ID, x.CreatedAt, "received", "candidate", map[string]string{"channel": a.Channel}); err != nil {
		return err
	}
	if err := t.event(ctx, x.Company, x.ID, x.CreatedAt, "delivery."+string(state), "system", map[string]string{"reason": reason}); err != nil {
		return err
	}
	return t.planConfirmation(ctx, x)
}

// resubmit keeps a repeated submission beside the application that is there.
// It has a key of its own, under its own identifier.
func (t *tx) resubmit(ctx context.Context, a apply.Arrival, f sealedForm, hash string) (apply.Receipt, error) {
	x := a.Application
	var first recruit.ApplicationID
	err := t.Row(ctx, `SELECT id FROM applications WHERE process_id = $1 AND email_hash = $2 AND company_id = $3`, x.Process, hash, x.Company).Scan(&first)
	if err != nil {
		return apply.Receipt{}, err
	}
	var size int64
	cvType := ""
	if x.CV != nil {
		size, cvType = x.CV.Size, x.CV.ContentType
	}
	if _, err := t.Exec(ctx, `INSERT INTO resubmissions (id, application_id, company_id, sealed_data, cv_blob, cv_size, cv_sha256_sealed, cv_type, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`, x.ID, first, x.Company, f.data, f.blob, size, f.sha, cvType, ms(x.CreatedAt)); err != nil {
		return apply.Receipt{}, err
	}
	if err := t.planResubmission(ctx, x, first); err != nil {
		return apply.Receipt{}, err
	}
	if _, err := t.Exec(ctx, `UPDATE applications SET updated_at = $3 WHERE id = $1 AND company_id = $2`, first, x.Company, ms(x.CreatedAt)); err != nil {
		return apply.Receipt{}, err
	}
	return apply.Receipt{Application: first, Repeated: true},
		t.event(ctx, x.Company, first, x.CreatedAt, "resubmitted", "candidate", map[string]string{"channel": a.Channel, "resubmission": string(x.ID)})
}
