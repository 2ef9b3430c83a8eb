package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"handoff/internal/recruit"
	"handoff/internal/secret"
)

// personal is what a candidate submitted, as it lies sealed in sealed_data.
type personal struct {
	Candidate  recruit.Candidate `json:"candidate"`
	Answers    []recruit.Answer  `json:"answers,omitempty"`
	FileName   string            `json:"file_name,omitempty"`
	ExternalID string            `json:"external_id,omitempty"`
	// Consent is kept with a resubmission only, whose records are not made
	// before its sender is confirmed.
	Consent []recruit.ConsentRecord `json:"consent,omitempty"`
}

func keyPlace(id string) string  { return "application:" + id }
func dataPlace(id string) string { return "application:" + id + ":data" }
func cvPlace(id string) string   { return "application:" + id + ":cv" }
func shaPlace(id string) string  { return "application:" + id + ":cv_sha256" }

// sealedForm is a submission as it is stored: under a key of its own.
type sealedForm struct {
	key, data, sha []byte
	blob           string
}

// sealForm seals a submission and has its file on disk. It is called before
// the transaction: what takes long must not hold up the writer.
func (db *DB) sealForm(id string, p personal, sha string, file []byte) (sealedForm, error) {
	k, sealedKey, err := db.sealer.NewDataKey(keyPlace(id))
	if err != nil {
		return sealedForm{}, fmt.Errorf("data key: %w", err)
	}
	f := sealedForm{key: sealedKey}
	plain, err := json.Marshal(p)
	if err != nil {
		return sealedForm{}, err
	}
	if f.data, err = k.Seal(plain, dataPlace(id)); err != nil {
		return sealedForm{}, err
	}
	if file == nil {
		return f, nil
	}
	if f.sha, err = k.Seal([]byte(sha), shaPlace(id)); err != nil {
		return sealedForm{}, err
	}
	b, err := k.Seal(file, cvPlace(id))
	if err != nil {
		return sealedForm{}, err
	}
	f.blob, err = db.Blobs.Put(b)
	return f, err
}

// openKey opens the key of one application's data. ErrNotFound once it was
// erased.
func (db *DB) openKey(ctx context.Context, q query, c recruit.CompanyID, id string) (*secret.DataKey, error) {
	var sealed []byte
	err := q.Row(ctx, `SELECT sealed_key FROM application_keys WHERE application_id = $1 AND company_id = $2`, id, c).Scan(&sealed)
	if err != nil {
		return nil, found(err)
	}
	return db.sealer.OpenDataKey(sealed, keyPlace(id))
}

const applicationColumns = `a.id, a.company_id, a.process_id, a.sealed_data, a.cv_blob, a.cv_size, a.cv_sha256_sealed, a.cv_type, a.locale,
	a.stage, a.stage_changed_at, a.stage_changed_by, a.tag, a.suspicious, a.withdrawn_at, a.erased_at, a.created_at`

// sealedApplication is a row of applications before its data are opened.
type sealedApplication struct {
	recruit.Application
	data, sha    []byte
	blob, cvType string
	cvSize       int64
}

func (s *sealedApplication) dest(times *[4]int64, suspicious *int64) []any {
	return []any{&s.ID, &s.Company, &s.Process, &s.data, &s.blob, &s.cvSize, &s.sha, &s.cvType, &s.Locale,
		&s.Stage, &times[0], &s.StageChangedBy, &s.Tag, suspicious, &times[1], &times[2], &times[3]}
}

// scan reads a row of applicationColumns, followed by more.
func (s *sealedApplication) scan(r row, more ...any) error {
	var times [4]int64
	var suspicious int64
	if err := r.Scan(append(s.dest(&times, &suspicious), more...)...); err != nil {
		return err
	}
	s.StageChangedAt, s.WithdrawnAt, s.ErasedAt, s.CreatedAt = at(times[0]), at(times[1]), at(times[2]), at(times[3])
	s.Suspicious = suspicious != 0
	return nil
}

// open opens the data into the Application. An erased one stays empty.
func (s *sealedApplication) open(ctx context.Context, db *DB, q query) error {
	if !s.ErasedAt.IsZero() {
		return nil
	}
	k, err := db.openKey(ctx, q, s.Company, string(s.ID))
	if errors.Is(err, recruit.ErrNotFound) {
		return nil // erased since the row was read
	}
	if err != nil {
		return err
	}
	plain, err := k.Open(s.data, dataPlace(string(s.ID)))
	if err != nil {
		return err
	}
	var p personal
	if err := json.Unmarshal(plain, &p); err != nil {
		return errors.New("the sealed data are not what was stored") // never the text
	}
	s.Candidate, s.Answers, s.ExternalID = p.Candidate, p.Answers, p.ExternalID
	if s.blob != "" {
		sha, err := k.Open(s.sha, shaPlace(string(s.ID)))
		if err != nil {
			return err
		}
		s.CV = &recruit.CV{FileName: p.FileName, Size: s.cvSize, SHA256: string(sha), ContentType: s.cvType}
	}
	return nil
}

// unseal returns an application with its data. ErrNotFound where the company
// has none of that id; an erased one comes back with ErasedAt and no data.
func (db *DB) unseal(ctx context.Context, q query, c recruit.CompanyID, id recruit.ApplicationID) (recruit.Application, error) {
	s, err := db.sealedRow(ctx, q, c, id)
	if err != nil {
		return recruit.Application{}, err
	}
	return s.Application, s.open(ctx, db, q)
}

func (db *DB) sealedRow(ctx context.Context, q query, c recruit.CompanyID, id recruit.ApplicationID) (*sealedApplication, error) {
	s := &sealedApplication{}
	err := s.scan(q.Row(ctx, `SELECT `+applicationColumns+` FROM applications a WHERE a.id = $1 AND a.company_id = $2`, id, c))
	return s, found(err)
}

// readCV returns the plain bytes of an application's CV. ErrNotFound when it
// has none, or was erased.
func (db *DB) readCV(ctx context.Context, q query, c recruit.CompanyID, id recruit.ApplicationID) ([]byte, error) {
	var blob string
	err := q.Row(ctx, `SELECT cv_blob FROM applications WHERE id = $1 AND company_id = $2`, id, c).Scan(&blob)
	if err != nil {
		return nil, found(err)
	}
	k, err := db.openKey(ctx, q, c, string(id))
	if err != nil {
		return nil, err
	}
	b, err := db.Blobs.Get(blob)
	if err != nil {
		return nil, err
	}
	return k.Open(b, cvPlace(string(id)))
}
