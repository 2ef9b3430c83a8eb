package store

import (
	"context"
	"errors"
	"time"
)

// keyKept is how long an idempotency key is remembered, and keyStuck how long
// one in progress is believed to be: a process that died in the work finishes
// nothing, and no request is served for so long.
const (
	keyKept  = 24 * time.Hour
	keyStuck = 10 * time.Minute
)

// KeyClaim is what is known of an earlier use of an idempotency key.
type KeyClaim struct {
	Body     string // hash
	Status   int    // 0: in progress
	Location string
}

// ClaimKey claims an idempotency key in a scope (a token or user, with method
// and route). It keeps hashes and where the answer is found, never a body:
// neither the request's nor the answer's. At most one of any number of callers
// is told that it claimed the key; the others learn what the first one's body
// was and what came of it. A claim that was neither finished nor dropped
// within ten minutes is given to the next one with the same body.
func (db *DB) ClaimKey(ctx context.Context, scope, key, body string) (claimed bool, before KeyClaim, err error) {
	err = db.write(ctx, func(ctx context.Context, t *tx) error {
		claimed, before = false, KeyClaim{}
		now := db.now()
		if _, err := t.Exec(ctx, `DELETE FROM idempotency WHERE scope = $1 AND key_hash = $2
			AND (created_at <= $3 OR status = 0 AND body_hash = $4 AND created_at <= $5)`,
			scope, key, ms(now.Add(-keyKept)), body, ms(now.Add(-keyStuck))); err != nil {
			return err
		}
		n, err := t.Exec(ctx, `INSERT INTO idempotency (scope, key_hash, body_hash, created_at) VALUES ($1, $2, $3, $4)
			ON CONFLICT (scope, key_hash) DO NOTHING`, scope, key, body, ms(now))
		if err != nil || n == 1 {
			claimed = n == 1
			return err
		}
		return t.Row(ctx, `SELECT body_hash, status, location FROM idempotency WHERE scope = $1 AND key_hash = $2`, scope, key).
			Scan(&before.Body, &before.Status, &before.Location)
	})
	return claimed, before, err
}

// FinishKey keeps the outcome of claimed work.
func (db *DB) FinishKey(ctx context.Context, scope, key string, status int, location string) error {
	if status <= 0 {
		return errors.New("an outcome has a status")
	}
	return db.write(ctx, func(ctx context.Context, t *tx) error {
		_, err := t.Exec(ctx, `UPDATE idempotency SET status = $3, location = $4 WHERE scope = $1 AND key_hash = $2 AND status = 0`,
			scope, key, status, location)
		return err
	})
}

// DropKey gives a claim up: nothing was done.
func (db *DB) DropKey(ctx context.Context, scope, key string) error {
	return db.write(ctx, func(ctx context.Context, t *tx) error {
		_, err := t.Exec(ctx, `DELETE FROM idempotency WHERE scope = $1 AND key_hash = $2 AND status = 0`, scope, key)
		return err
	})
}

// DropUnfinishedKeys gives up every claim in progress. It is right only at the
// start of the one process that serves the embedded database: whoever held
// them died.
func (db *DB) DropUnfinishedKeys(ctx context.Context) error {
	return db.write(ctx, func(ctx context.Context, t *tx) error {
		_, err := t.Exec(ctx, `DELETE FROM idempotency WHERE status = 0`)
		return err
	})
}

// SweepKeys forgets keys older than 24 hours.
func (db *DB) SweepKeys(ctx context.Context) (int, error) {
	var n int64
	err := db.write(ctx, func(ctx context.Context, t *tx) (err error) {
		n, err = t.Exec(ctx, `DELETE FROM idempotency WHERE created_at <= $1`, ms(db.now().Add(-keyKept)))
		return err
	})
	return int(n), err
}
