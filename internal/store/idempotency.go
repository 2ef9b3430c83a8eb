package store

import (
	"context"
	"errors"
	"time"
)

// What BeginOnce says of a request.
const (
	OnceFresh      = "fresh"       // it is this caller's to do, then FinishOnce or AbandonOnce
	OnceInProgress = "in_progress" // somebody is doing it
	OnceConflict   = "conflict"    // the key was used for another body
	OnceReplay     = "replay"      // it was done: status and location are the answer's
)

// onceKept is how long a key is remembered, and onceStuck how long one in
// progress is believed to be: a process that died in it finishes nothing, and
// no request is served for so long.
const (
	onceKept  = 24 * time.Hour
	onceStuck = 5 * time.Minute
)

// BeginOnce claims an idempotency key in a scope (a token or user, with method
// and route). It keeps hashes and where the answer is found, never a body:
// neither the request's nor the answer's. At most one of any number of
// callers is told that it is fresh.
func (db *DB) BeginOnce(ctx context.Context, scope, keyHash, bodyHash string) (outcome string, status int, location string, err error) {
	err = db.write(ctx, func(ctx context.Context, t *tx) error {
		now := db.now()
		if _, err := t.Exec(ctx, `DELETE FROM idempotency WHERE scope = $1 AND key_hash = $2
			AND (created_at <= $3 OR status = 0 AND created_at <= $4)`, scope, keyHash, ms(now.Add(-onceKept)), ms(now.Add(-onceStuck))); err != nil {
			return err
		}
		n, err := t.Exec(ctx, `INSERT INTO idempotency (scope, key_hash, body_hash, created_at) VALUES ($1, $2, $3, $4)
			ON CONFLICT (scope, key_hash) DO NOTHING`, scope, keyHash, bodyHash, ms(now))
		if err != nil || n == 1 {
			outcome = OnceFresh
			return err
		}
		var body string
		err = t.Row(ctx, `SELECT body_hash, status, location FROM idempotency WHERE scope = $1 AND key_hash = $2`, scope, keyHash).
			Scan(&body, &status, &location)
		switch {
		case err != nil:
			return found(err)
		case body != bodyHash:
			outcome, status, location = OnceConflict, 0, ""
		case status == 0:
			outcome = OnceInProgress
		default:
			outcome = OnceReplay
		}
		return nil
	})
	return outcome, status, location, err
}

// FinishOnce keeps the answer of what was begun.
func (db *DB) FinishOnce(ctx context.Context, scope, keyHash string, status int, location string) error {
	if status <= 0 {
		return errors.New("an answer has a status")
	}
	return db.write(ctx, func(ctx context.Context, t *tx) error {
		_, err := t.Exec(ctx, `UPDATE idempotency SET status = $3, location = $4 WHERE scope = $1 AND key_hash = $2 AND status = 0`,
			scope, keyHash, status, location)
		return err
	})
}

// AbandonOnce gives the key back: nothing was done.
func (db *DB) AbandonOnce(ctx context.Context, scope, keyHash string) error {
	return db.write(ctx, func(ctx context.Context, t *tx) error {
		_, err := t.Exec(ctx, `DELETE FROM idempotency WHERE scope = $1 AND key_hash = $2 AND status = 0`, scope, keyHash)
		return err
	})
}

// SweepOnce forgets keys older than 24 hours.
func (db *DB) SweepOnce(ctx context.Context) (int, error) {
	var n int64
	err := db.write(ctx, func(ctx context.Context, t *tx) (err error) {
		n, err = t.Exec(ctx, `DELETE FROM idempotency WHERE created_at <= $1`, ms(db.now().Add(-onceKept)))
		return err
	})
	return int(n), err
}
