package smartrecruiters

import (
	"time"

	"handoff/internal/simulator/simkit"
)

// lag is how long lists stay behind creates.
type lag struct{ jobs, candidates time.Duration }

// SetLag makes GET /candidates and GET /jobs show what was created only after d; reading by id is
// never late.
func (s *Simulator) SetLag(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lag = lag{jobs: d, candidates: d}
}

// SetLimits replaces the limits.
func (s *Simulator) SetLimits(l Limits) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.limits = l.resolve()
}

// Journal returns the calls after a sequence number, with the tallies of all calls: max_in_flight,
// too_many_requests, refresh_redeemed, refresh_replayed, code_replayed, used_after_revoke,
// used_after_expiry.
func (s *Simulator) Journal(since uint64) simkit.JournalPage { return s.journal.Since(since, 0) }
