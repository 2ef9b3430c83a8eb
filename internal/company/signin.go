package company

import (
	"context"
	"errors"
	"strconv"
	"time"

	"handoff/internal/meter"
	"handoff/internal/recruit"
	"handoff/internal/secret"
)

// Failed sign-ins that are answered before more are refused: an office behind
// one address has room for its typing errors, and somebody who knows an e-mail
// address cannot try a list of passwords on it. From one block an account has
// ten tries; from all others together far more, so that a stranger who keeps
// guessing does not keep its owner out.
var (
	blockLimit   = meter.Pace{Usual: 30, Most: 30, Every: 20 * time.Second}
	ownLimit     = meter.Pace{Usual: 10, Most: 10, Every: time.Minute}
	accountLimit = meter.Pace{Usual: 200, Most: 200, Every: 30 * time.Second}
)

// SignIn returns the user, or Problem sign_in_refused (said alike for an
// unknown address, a wrong password and a disabled user, after the same
// work), or Problem sign_in_limited with Args retry_after (seconds) once an
// address block or an account was tried too often. addrBlock is the client's
// /24 or /48. At most a few password hashes are computed at a time. A sign-in
// that succeeds does not count against either limit.
func (e *Engine) SignIn(ctx context.Context, email string, password secret.String, addrBlock string) (recruit.User, error) {
	email = recruit.FoldEmail(email)
	if len(email) > 254 || len(password.Reveal()) > 1000 {
		return recruit.User{}, recruit.Refuse("sign_in_refused")
	}
	// Counted before the work, so that many at once cannot slip past together.
	if _, wait := e.blocks.Take(addrBlock, blockLimit, e.Now()); wait > 0 {
		return recruit.User{}, limited(wait)
	}
	here := email + " " + addrBlock
	if _, wait := e.people.Take(here, ownLimit, e.Now()); wait > 0 {
		return recruit.User{}, limited(wait)
	}
	if _, wait := e.people.Take(email, accountLimit, e.Now()); wait > 0 {
		return recruit.User{}, limited(wait)
	}
	a, err := e.Store.AccountByEmail(ctx, email)
	if err != nil && !errors.Is(err, recruit.ErrNotFound) {
		return recruit.User{}, err
	}
	hash := a.PasswordHash
	if !a.DisabledAt.IsZero() {
		hash = ""
	}
	ok, err := e.matches(ctx, hash, password)
	if err != nil {
		return recruit.User{}, err
	}
	if !ok {
		return recruit.User{}, recruit.Refuse("sign_in_refused")
	}
	e.blocks.Undo(addrBlock, blockLimit, e.Now())
	e.people.Undo(here, ownLimit, e.Now())
	e.people.Undo(email, accountLimit, e.Now())
	return a.User, nil
}

func limited(wait time.Duration) error {
	return recruit.Refuse("sign_in_limited", "retry_after", strconv.Itoa(int(wait/time.Second)+1))
}
