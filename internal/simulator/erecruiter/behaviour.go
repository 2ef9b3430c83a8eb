package erecruiter

import (
	"time"

	"handoff/internal/simulator/simkit"
)

// SetLag makes lists of applications show what was created only after d; reading by id is never
// late.
func (s *Simulator) SetLag(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lag.creates = d
}

// SetStageLag makes lists of applications show a move only after d; the history is never late.
func (s *Simulator) SetStageLag(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lag.stages = d
}

// SetFeedDelay makes feeds show, and push, an ad only d after it was saved; half an hour at most
// is what the instructions promise (C).
func (s *Simulator) SetFeedDelay(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lag.feed = d
}

// SetDialect changes how the simulator speaks, from now on until Reset. Keys stay what they are.
func (s *Simulator) SetDialect(d Dialect) error {
	if err := d.Validate(); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.wire = newWire(d)
	return nil
}

// Dialect returns how the simulator speaks now.
func (s *Simulator) Dialect() Dialect {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.wire.Dialect
}

// SetLimits replaces the limits.
func (s *Simulator) SetLimits(l Limits) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.limits = l.resolve()
}

// Journal returns the calls after a sequence number, with the tallies of all calls: max_in_flight,
// too_many_requests, create_repeated (by recruitment), undeclared, refresh_replayed,
// used_after_revoke, used_after_expiry, ad_pushed, ad_push_failed.
func (s *Simulator) Journal(since uint64) simkit.JournalPage { return s.journal.Since(since, 0) }
