// Package company keeps companies, their people and how they sign in: users
// and roles, passwords, API tokens, the information clause, the first run.
package company

import (
	"sync"
	"time"

	"github.com/alexedwards/argon2id"

	"handoff/internal/meter"
	"handoff/internal/recruit"
)

// Engine is the package's one entry. It is safe for concurrent use and must
// not be copied.
type Engine struct {
	Store Store
	Now   func() time.Time
	// Hash is the cost of a password hash; Cost() when nil.
	Hash *argon2id.Params

	once   sync.Once
	gate   chan struct{} // a place per password hash under way
	dummy  string        // what an unknown user's password is compared with
	blocks meter.Meter
	people meter.Meter
}

// New returns an engine with the usual cost of password hashes.
func New(store Store, now func() time.Time) *Engine { return &Engine{Store: store, Now: now} }

// admin is the guard of everything on the Settings pages (rule R1).
func admin(c recruit.Caller) error {
	if !c.IsAdmin() {
		return recruit.ErrForbidden
	}
	return nil
}
