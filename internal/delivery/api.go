package delivery

import (
	"context"
	"errors"
	"time"

	"handoff/internal/recruit"
)

var unbuilt = errors.New("unbuilt")

// Engine is the package's one entry. It is safe for concurrent use.
type Engine struct {
	Store Store
	Now   func() time.Time
}

// Store is what this engine needs kept.
type Store interface{}

// Retry is a person's decision to try again: from needs_attention, held or
// waiting. Problem delivery_not_retryable from any other state.
func (e *Engine) Retry(ctx context.Context, c recruit.Caller, id recruit.ApplicationID) (recruit.Delivery, error) {
	return recruit.Delivery{}, unbuilt
}

// Attempt is one try as it is on disk.
type Attempt struct {
	N          int
	Op         string // push, find
	StartedAt  time.Time
	EndedAt    time.Time
	Kind       string
	Status     int
	VendorCode string
}

// Attempts returns all tries of one application, oldest first.
func (e *Engine) Attempts(ctx context.Context, c recruit.Caller, id recruit.ApplicationID) ([]Attempt, error) {
	return nil, unbuilt
}

// Cause is what needs a person, grouped: one reason at one connection.
type Cause struct {
	ID         string // reason and connection, opaque
	State      recruit.DeliveryState
	Reason     string
	VendorCode string
	Turn       recruit.Turn
	Connection recruit.ConnectionID
	ATS        string
	Count      int
	Oldest     time.Time
	Examples   []recruit.ApplicationID // at most 5
}

// Attention returns what needs a person, most urgent first: held,
// needs_attention and suspicious applications.
func (e *Engine) Attention(ctx context.Context, c recruit.Caller) ([]Cause, error) {
	return nil, unbuilt
}

// RetryCause retries all of one cause; dryRun only counts.
func (e *Engine) RetryCause(ctx context.Context, c recruit.Caller, cause string, dryRun bool) (int, error) {
	return 0, unbuilt
}
