// Package storetest is the suite that every database runs: the engines over
// the real store, from what a caller asks to what is stored. What it needs of
// a database is an empty one; it never looks into tables.
package storetest

import (
	"testing"
	"time"

	"handoff/internal/store"
)

// Open gives a test an empty store of its own that reads the time from now,
// and closes it when the test ends.
type Open func(t *testing.T, now func() time.Time) *store.DB

// Run runs the whole suite.
func Run(t *testing.T, open Open) {
	chapters := []struct {
		name string
		run  func(*testing.T, Open)
	}{
		{"companies", companies}, {"signing in", signingIn}, {"tokens", tokens}, {"clauses", clauses},
		{"processes", processes}, {"bindings", bindings},
		{"submitting", submitting}, {"consent", consent}, {"repeating", repeating}, {"limits", limits},
		{"reading", reading}, {"changing", changing}, {"erasing", erasing}, {"other companies", otherCompanies},
		{"mailing", mailing}, {"sessions", sessions}, {"idempotency keys", idempotencyKeys},
	}
	for _, c := range chapters {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			c.run(t, open)
		})
	}
}
