package store

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"handoff/internal/apply"
	"handoff/internal/delivery"
	"handoff/internal/notify"
	"handoff/internal/recruit"
	"handoff/internal/secret"
)

// holder is the application that a capability opens.
type holder struct {
	company recruit.CompanyID
	app     recruit.ApplicationID
}

// holds returns what a capability opens. ErrNotFound for one that opens
// nothing: links are removed when the application is erased.
func holds(ctx context.Context, q query, link secret.String) (h holder, err error) {
	err = q.Row(ctx, `SELECT l.company_id, l.application_id FROM candidate_links l JOIN applications a ON a.id = l.application_id AND a.company_id = l.company_id
		WHERE l.hash = $1 AND a.erased_at = 0`, linkHash(link)).Scan(&h.company, &h.app)
	return h, found(err)
}

// OwnPage implements notify.Store.
func (db *DB) OwnPage(ctx context.Context, link secret.String, now time.Time) (o notify.Own, err error) {
	q := db.read()
	h, err := holds(ctx, q, link)
	if err != nil {
		return o, err
	}
	if o.Applied, err = db.unseal(ctx, q, h.company, h.app); err != nil {
		return o, err
	}
	if !o.Applied.ErasedAt.IsZero() || o.Applied.Candidate.Email == "" {
		return notify.Own{}, recruit.ErrNotFound // erased since the link was looked up
	}
	var read recruit.Stage
	var until int64
	err = q.Row(ctx, `SELECT p.name, co.name, co.time_zone, d.state, coalesce(cn.ats, ''), a.read_stage, a.read_until
		FROM applications a JOIN processes p ON p.id = a.process_id AND p.company_id = a.company_id JOIN companies co ON co.id = a.company_id
		JOIN deliveries d ON d.application_id = a.id AND d.company_id = a.company_id
		LEFT JOIN connections cn ON cn.id = d.connection_id AND cn.company_id = a.company_id WHERE a.id = $1 AND a.company_id = $2`, h.app, h.company).
		Scan(&o.ProcessName, &o.CompanyName, &o.TimeZone, &o.Delivery, &o.ATS, &read, &until)
	if err != nil {
		return o, found(err)
	}
	if o.Stage = o.Applied.Stage; read != "" && ms(now) < until {
		o.Stage = read
	}
	if o.Consents, err = db.standingConsents(ctx, h.company, h.app); err != nil {
		return o, err
	}
	o.Again, err = db.undecided(ctx, h)
	return o, err
}

// undecided are the repeated submissions that wait for their sender's word.
func (db *DB) undecided(ctx context.Context, h holder) (out []notify.Resubmission, err error) {
	r, err := db.read().Query(ctx, `SELECT id FROM resubmissions WHERE application_id = $1 AND company_id = $2 AND decision = '' ORDER BY id`, h.app, h.company)
	ids, err := collect(r, err, func(r row) (id recruit.ApplicationID, err error) { return id, r.Scan(&id) })
	if err != nil {
		return nil, err
	}
	for _, id := range ids {
		x, err := db.openAgain(ctx, db.read(), h, id)
		if errors.Is(err, recruit.ErrNotFound) {
			continue // decided since the list was read
		}
		if err != nil {
			return nil, err
		}
		a := recruit.Application{Candidate: x.Candidate, Answers: x.Answers}
		if x.blob != "" {
			a.CV = &recruit.CV{FileName: x.FileName, Size: x.size, SHA256: x.sha, ContentType: x.cvType}
		}
		out = append(out, notify.Resubmission{ID: id, At: at(x.at), Applied: a, Consents: x.Consent})
	}
	return out, nil
}

// again is a repeated submission, opened.
type again struct {
	personal
	key               *secret.DataKey
	blob, sha, cvType string
	size, at          int64
}

// openAgain opens a repeated submission that nobody decided about.
func (db *DB) openAgain(ctx context.Context, q query, h holder, id recruit.ApplicationID) (x again, err error) {
	var data, sha []byte
	err = q.Row(ctx, `SELECT sealed_data, cv_blob, cv_size, cv_sha256_sealed, cv_type, created_at FROM resubmissions
		WHERE id = $1 AND application_id = $2 AND company_id = $3 AND decision = ''`, id, h.app, h.company).Scan(&data, &x.blob, &x.size, &sha, &x.cvType, &x.at)
	if err != nil {
		return x, found(err)
	}
	if x.key, err = db.openKey(ctx, q, h.company, string(id)); err != nil {
		return x, err
	}
	plain, err := x.key.Open(data, dataPlace(string(id)))
	if err != nil {
		return x, err
	}
	if json.Unmarshal(plain, &x.personal) != nil {
		return x, errors.New("the sealed data are not what was stored") // never the text
	}
	if x.blob != "" {
		b, err := x.key.Open(sha, shaPlace(string(id)))
		if err != nil {
			return x, err
		}
		x.sha = string(b)
	}
	return x, nil
}

func (h holder) act(now time.Time) apply.Act {
	return apply.Act{Company: h.company, Application: h.app, By: "candidate", Channel: "candidate_page", At: now}
}

// WithdrawOwn implements notify.Store. What was submitted again before it is
// withdrawn with it.
func (db *DB) WithdrawOwn(ctx context.Context, link secret.String, now time.Time) error {
	var blobs []string
	err := db.write(ctx, func(ctx context.Context, t *tx) error {
		h, err := holds(ctx, t, link)
		if err != nil {
			return err
		}
		if err := t.withdraw(ctx, h.act(now)); err != nil {
			return err
		}
		blobs, err = t.forgetAgain(ctx, h, "", now, "dismissed", "")
		return err
	})
	return errors.Join(err, db.dropBlobs(err, blobs))
}

// DismissAgain implements notify.Store.
func (db *DB) DismissAgain(ctx context.Context, link secret.String, id recruit.ApplicationID, now time.Time) error {
	var blobs []string
	err := db.write(ctx, func(ctx context.Context, t *tx) error {
		h, err := holds(ctx, t, link)
		if err != nil {
			return err
		}
		if blobs, err = t.forgetAgain(ctx, h, id, now, "dismissed", "dismissed"); err != nil {
			return err
		}
		return t.event(ctx, h.company, h.app, now, "resubmission_dismissed", "candidate", map[string]string{"resubmission": string(id)})
	})
	return errors.Join(err, db.dropBlobs(err, blobs))
}

// forgetAgain ends the submission id as decision and every older undecided
// one as dismissed, with their data and keys; all of them when id is empty. It
// returns their files. ErrConflict when id is decided already.
func (t *tx) forgetAgain(ctx context.Context, h holder, id recruit.ApplicationID, now time.Time, older, decision string) ([]string, error) {
	const undecided = ` FROM resubmissions WHERE application_id = $1 AND company_id = $2 AND decision = '' AND ($3 = '' OR id <= $3)`
	r, err := t.Query(ctx, `SELECT id, cv_blob`+undecided+` ORDER BY id DESC`, h.app, h.company, id)
	type one struct{ id, blob string }
	list, err := collect(r, err, func(r row) (x one, err error) { return x, r.Scan(&x.id, &x.blob) })
	if err != nil {
		return nil, err
	}
	if id != "" && (len(list) == 0 || list[0].id != string(id)) {
		return nil, recruit.ErrConflict
	}
	var blobs []string
	for i, x := range list {
		if x.blob != "" {
			blobs = append(blobs, x.blob)
		}
		word := older
		if id != "" && i == 0 {
			word = decision
		}
		if _, err := t.Exec(ctx, `UPDATE resubmissions SET decision = $3, decided_at = $4, sealed_data = $5, cv_blob = '', cv_size = 0,
			cv_sha256_sealed = NULL, cv_type = '' WHERE id = $1 AND company_id = $2`, x.id, h.company, word, ms(now), []byte{}); err != nil {
			return nil, err
		}
		if _, err := t.Exec(ctx, `DELETE FROM application_keys WHERE application_id = $1 AND company_id = $2`, x.id, h.company); err != nil {
			return nil, err
		}
	}
	return blobs, nil
}

// dropBlobs removes files that no row names any more. One that stays is
// unreadable and names nobody.
func (db *DB) dropBlobs(failed error, blobs []string) (err error) {
	if failed != nil {
		return nil
	}
	for _, b := range blobs {
		err = errors.Join(err, db.Blobs.Delete(b))
	}
	return err
}

// ConfirmAgain implements notify.Store. Sealing and the file's write come
// first, as with an arrival.
func (db *DB) ConfirmAgain(ctx context.Context, link secret.String, id recruit.ApplicationID, now time.Time) error {
	q := db.read()
	h, err := holds(ctx, q, link)
	if err != nil {
		return err
	}
	x, err := db.openAgain(ctx, q, h, id)
	if errors.Is(err, recruit.ErrNotFound) {
		return recruit.ErrConflict
	}
	if err != nil {
		return err
	}
	f, err := db.resealed(ctx, q, h, id, x)
	if err != nil {
		return err
	}
	var blobs []string
	refused := false
	err = db.write(ctx, func(ctx context.Context, t *tx) (err error) {
		defer func() { refused = err != nil }()
		blobs = nil
		if _, err := holds(ctx, t, link); err != nil {
			return err
		}
		old, err := t.replace(ctx, h, x, f, now)
		if err != nil {
			return err
		}
		if blobs, err = t.forgetAgain(ctx, h, id, now, "dismissed", "confirmed"); err != nil {
			return err
		}
		if old != "" {
			blobs = append(blobs, old)
		}
		if err := t.event(ctx, h.company, h.app, now, "resubmission_confirmed", "candidate", map[string]string{"resubmission": string(id)}); err != nil {
			return err
		}
		return t.redecide(ctx, h, x, now)
	})
	if refused && f.blob != "" {
		_ = db.Blobs.Delete(f.blob)
	}
	return errors.Join(err, db.dropBlobs(err, blobs))
}

// resealed is a repeated submission under the key of the application whose
// place it takes.
func (db *DB) resealed(ctx context.Context, q query, h holder, id recruit.ApplicationID, x again) (f sealedForm, err error) {
	k, err := db.openKey(ctx, q, h.company, string(h.app))
	if err != nil {
		return f, err
	}
	p := x.personal
	p.Consent = nil
	plain, err := json.Marshal(p)
	if err != nil {
		return f, err
	}
	if f.data, err = k.Seal(plain, dataPlace(string(h.app))); err != nil || x.blob == "" {
		return f, err
	}
	sealed, err := db.Blobs.Get(x.blob)
	if err != nil {
		return f, err
	}
	file, err := x.key.Open(sealed, cvPlace(string(id)))
	if err != nil {
		return f, err
	}
	if f.sha, err = k.Seal([]byte(x.sha), shaPlace(string(h.app))); err != nil {
		return f, err
	}
	b, err := k.Seal(file, cvPlace(string(h.app)))
	if err != nil {
		return f, err
	}
	f.blob, err = db.Blobs.Put(b)
	return f, err
}

// replace puts what was submitted again in the place of what was there, and
// returns the file that nobody names any more. While an attempt runs or is
// unanswered, what it sends must stay what it is.
func (t *tx) replace(ctx context.Context, h holder, x again, f sealedForm, now time.Time) (old string, err error) {
	var state recruit.DeliveryState
	err = t.Row(ctx, `SELECT d.state, a.cv_blob FROM deliveries d JOIN applications a ON a.id = d.application_id AND a.company_id = d.company_id
		WHERE d.application_id = $1 AND d.company_id = $2`, h.app, h.company).Scan(&state, &old)
	if err != nil {
		return "", found(err)
	}
	if state == recruit.DeliveryAttempting || state == recruit.DeliveryUnanswered {
		return "", recruit.Refuse("delivery_under_way")
	}
	// Who applies again after a withdrawal is an applicant again.
	_, err = t.Exec(ctx, `UPDATE applications SET sealed_data = $3, cv_blob = $4, cv_size = $5, cv_sha256_sealed = $6, cv_type = $7, updated_at = $8,
		withdrawn_at = 0 WHERE id = $1 AND company_id = $2 AND erased_at = 0`, h.app, h.company, f.data, f.blob, x.size, f.sha, x.cvType, ms(now))
	return old, err
}

// redecide records what was decided with the repeated submission, and lets the
// delivery stand where that puts it, as far as nothing of it is in the ATS or
// may be.
func (t *tx) redecide(ctx context.Context, h holder, x again, now time.Time) error {
	for _, c := range x.Consent {
		if c.Connection != "" && c.AccountID == "" {
			// It was about whichever account the connection would turn out to
			// open, and not about one that was switched to since.
			var switched int64
			err := t.Row(ctx, `SELECT switched_at FROM connections WHERE id = $1 AND company_id = $2`, c.Connection, h.company).Scan(&switched)
			if err != nil && !errors.Is(err, errNoRows) {
				return err
			}
			if switched >= ms(c.At) {
				continue
			}
		}
		c.ID, c.Application, c.Company = recruit.NewConsentRecordID(now), h.app, h.company
		if err := t.recordConsent(ctx, c); err != nil {
			return err
		}
	}
	var p recruit.ProcessID
	var suspicious int64
	err := t.Row(ctx, `SELECT d.process_id, a.suspicious FROM deliveries d JOIN applications a ON a.id = d.application_id AND a.company_id = d.company_id
		WHERE d.application_id = $1 AND d.company_id = $2 AND d.remote_candidate_id = '' AND d.window_to = 0
		AND d.state IN ('none', 'withheld', 'held', 'waiting', 'needs_attention', 'cancelled')
		AND d.reason NOT IN ('`+delivery.ReasonAmbiguous+`', '`+delivery.ReasonVanished+`', '`+delivery.ReasonDuplicateNotFound+`', 'discarded')`,
		h.app, h.company).Scan(&p, &suspicious)
	if errors.Is(err, errNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	s, err := standing(ctx, t, h.company, p)
	if err != nil {
		return err
	}
	s.Suspicious = suspicious != 0
	if err := asked(ctx, t, &s, h.app); err != nil {
		return err
	}
	return t.stand(ctx, h.company, h.app, s, now)
}
