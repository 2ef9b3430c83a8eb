package store

import (
	"context"
	"errors"
	"time"

	"github.com/alexedwards/scs/v2"
)

var _ scs.CtxStore = Sessions{}

// Sessions keeps browser sessions as package scs has them. The token that
// comes here must be hashed already (HashTokenInStore): who reads the
// database cannot sign in with what it holds.
type Sessions struct{ db *DB }

// Sessions returns the store of browser sessions.
func (db *DB) Sessions() Sessions { return Sessions{db} }

// FindCtx returns the data of a session that has not expired.
func (s Sessions) FindCtx(ctx context.Context, token string) ([]byte, bool, error) {
	var b []byte
	err := s.db.read().Row(ctx, `SELECT data FROM sessions WHERE token_hash = $1 AND expires_at > $2`, token, ms(s.db.now())).Scan(&b)
	if errors.Is(err, errNoRows) {
		return nil, false, nil
	}
	return b, err == nil, err
}

// CommitCtx stores a session, over one of the same token.
func (s Sessions) CommitCtx(ctx context.Context, token string, b []byte, expiry time.Time) error {
	return s.db.write(ctx, func(ctx context.Context, t *tx) error {
		_, err := t.Exec(ctx, `INSERT INTO sessions (token_hash, data, expires_at) VALUES ($1, $2, $3)
			ON CONFLICT (token_hash) DO UPDATE SET data = excluded.data, expires_at = excluded.expires_at`, token, b, ms(expiry))
		return err
	})
}

// DeleteCtx ends a session; one that is not there is no error.
func (s Sessions) DeleteCtx(ctx context.Context, token string) error {
	return s.db.write(ctx, func(ctx context.Context, t *tx) error {
		_, err := t.Exec(ctx, `DELETE FROM sessions WHERE token_hash = $1`, token)
		return err
	})
}

// Find, Commit and Delete are what scs asks for where it has no context.
func (s Sessions) Find(token string) ([]byte, bool, error) {
	return s.FindCtx(context.Background(), token)
}

func (s Sessions) Commit(token string, b []byte, expiry time.Time) error {
	return s.CommitCtx(context.Background(), token, b, expiry)
}

func (s Sessions) Delete(token string) error { return s.DeleteCtx(context.Background(), token) }

// Sweep removes what has expired. Nobody could see it any more.
func (s Sessions) Sweep(ctx context.Context) (int, error) {
	var n int64
	err := s.db.write(ctx, func(ctx context.Context, t *tx) (err error) {
		n, err = t.Exec(ctx, `DELETE FROM sessions WHERE expires_at <= $1`, ms(s.db.now()))
		return err
	})
	return int(n), err
}
