package store

import (
	"context"
	"fmt"
	"time"

	"handoff/internal/apply"
	"handoff/internal/recruit"
)

// Copy is an application that Multiply makes, delivered to a place in the ATS.
type Copy struct {
	Job       recruit.RemoteJobID
	Candidate recruit.RemoteCandidateID
	Remote    recruit.RemoteApplicationID
	// Stage is where it was last read to stand; its zero value is nowhere yet.
	Stage recruit.RemoteStage
}

// multiplyPart bounds one transaction of Multiply.
const multiplyPart = 5000

// Multiply makes delivered applications of the same process and connection as
// one that is there, for measurements that need more than an ATS takes in a
// minute. Each is sealed under a key of its own, and its job is followed; of
// consents, mails and a timeline it has none.
func (db *DB) Multiply(ctx context.Context, reach recruit.Reach, of recruit.ApplicationID, copies []Copy, now time.Time) ([]recruit.ApplicationID, error) {
	first, err := db.Application(ctx, reach, of)
	if err != nil {
		return nil, err
	}
	out := make([]recruit.ApplicationID, 0, len(copies))
	for len(copies) > 0 {
		part := copies[:min(multiplyPart, len(copies))]
		copies = copies[len(part):]
		ids := make([]recruit.ApplicationID, len(part))
		forms, hashes := make([]sealedForm, len(part)), make([]string, len(part))
		for i := range part {
			ids[i] = recruit.NewApplicationID(now)
			c := first.Candidate
			c.Email = fmt.Sprintf("copy%d@example.com", len(out)+i)
			if hashes[i], err = db.emailHash(first.Company, c.Email); err != nil {
				return nil, err
			}
			if forms[i], err = db.sealForm(string(ids[i]), personal{Candidate: c}, "", nil); err != nil {
				return nil, err
			}
		}
		err := db.write(ctx, func(ctx context.Context, t *tx) error {
			for i, x := range part {
				a := first.Application
				a.ID, a.Tag, a.CV, a.CreatedAt, a.StageChangedAt = ids[i], recruit.NewTag(), nil, now, now
				if err := t.copied(ctx, a, first.Delivery.Connection, x, forms[i], hashes[i], now); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
		out = append(out, ids...)
	}
	return out, db.write(ctx, func(ctx context.Context, t *tx) error {
		return t.followJobs(ctx, first.Delivery.Connection, first.Company, now)
	})
}

func (t *tx) copied(ctx context.Context, a recruit.Application, conn recruit.ConnectionID, x Copy, f sealedForm, hash string, now time.Time) error {
	if _, err := t.insertApplication(ctx, apply.Arrival{Application: a, Channel: "api"}, f, hash, ""); err != nil {
		return err
	}
	if err := t.insertKey(ctx, a.Company, string(a.ID), f.key); err != nil {
		return err
	}
	if _, err := t.Exec(ctx, `INSERT INTO deliveries (application_id, company_id, process_id, connection_id, remote_job_id, state, remote_candidate_id,
		remote_application_id, updated_at, delivered_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)`,
		a.ID, a.Company, a.Process, conn, x.Job, recruit.DeliveryDelivered, x.Candidate, x.Remote, ms(now)); err != nil || x.Stage.Key == "" {
		return err
	}
	if _, err := t.Exec(ctx, `INSERT INTO stage_observations (application_id, seq, company_id, remote_stage_id, name, changed_at, learned_at, seen_until, how)
		VALUES ($1, 0, $2, $3, $4, 0, $5, $5, 'poll')`, a.ID, a.Company, x.Stage.Key, x.Stage.Name, ms(now)); err != nil {
		return err
	}
	_, err := t.Exec(ctx, `INSERT INTO application_stages (application_id, company_id, connection_id, remote_stage_id, name, since, updated_at)
		VALUES ($1, $2, $3, $4, $5, $6, $6)`, a.ID, a.Company, conn, x.Stage.Key, x.Stage.Name, ms(now))
	return err
}

// HookEvents returns the webhooks' events that are kept of a connection, for
// measurements.
func (db *DB) HookEvents(ctx context.Context, id recruit.ConnectionID) (map[string]bool, error) {
	r, err := db.read().Query(ctx, `SELECT id FROM hook_events WHERE connection_id = $1`, id)
	ids, err := collect(r, err, func(r row) (event string, err error) { return event, r.Scan(&event) })
	out := make(map[string]bool, len(ids))
	for _, event := range ids {
		out[event] = true
	}
	return out, err
}

// OpenHookEvents counts those about applications that are in the ATS which are
// not worked yet, for measurements.
func (db *DB) OpenHookEvents(ctx context.Context, id recruit.ConnectionID) (n int, err error) {
	err = db.read().Row(ctx, `SELECT count(*) FROM hook_events e WHERE e.connection_id = $1 AND e.due_at > 0 AND EXISTS (SELECT 1 FROM deliveries d
		WHERE d.connection_id = e.connection_id AND d.remote_candidate_id = e.remote_candidate_id AND d.remote_job_id = e.remote_job_id)`, id).Scan(&n)
	return n, err
}
