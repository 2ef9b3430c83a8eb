package company

import (
	"context"
	"fmt"

	"github.com/alexedwards/argon2id"

	"handoff/internal/recruit"
	"handoff/internal/secret"
)

// hashesAtOnce bounds memory: each hash takes 64 MB while it is computed.
const hashesAtOnce = 2

// Cost returns what a password hash costs: 64 MB, about 40 ms.
func Cost() *argon2id.Params {
	return &argon2id.Params{Memory: 64 * 1024, Iterations: 1, Parallelism: 2, SaltLength: 16, KeyLength: 32}
}

func (e *Engine) prepare() {
	e.once.Do(func() {
		if e.Hash == nil {
			e.Hash = Cost()
		}
		e.gate = make(chan struct{}, hashesAtOnce)
		e.dummy, _ = argon2id.CreateHash(recruit.RandomToken(32), e.Hash)
	})
}

// enter takes a place among the hashes under way, or gives up with ctx.
func (e *Engine) enter(ctx context.Context) (leave func(), err error) {
	e.prepare()
	select {
	case e.gate <- struct{}{}:
		return func() { <-e.gate }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// seal hashes the password into the account.
func (e *Engine) seal(ctx context.Context, a *Account, p secret.String) error {
	leave, err := e.enter(ctx)
	if err != nil {
		return err
	}
	defer leave()
	if a.PasswordHash, err = argon2id.CreateHash(p.Reveal(), e.Hash); err != nil {
		return fmt.Errorf("hash password: %w", err)
	}
	return nil
}

// matches compares a password with a hash, or, with none, does the same work
// and says no.
func (e *Engine) matches(ctx context.Context, hash string, p secret.String) (bool, error) {
	leave, err := e.enter(ctx)
	if err != nil {
		return false, err
	}
	defer leave()
	known := hash != ""
	if !known {
		hash = e.dummy
	}
	ok, err := argon2id.ComparePasswordAndHash(p.Reveal(), hash)
	if err != nil {
		return false, fmt.Errorf("compare password: %w", err)
	}
	return ok && known, nil
}
