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

// Switches returns the readings in force, defaults filled in.
func (s *Simulator) Switches() Switches {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.switches
}

// SetSwitches chooses the readings from now on; "" is the default of a switch.
func (s *Simulator) SetSwitches(sw Switches) error {
	if err := sw.Validate(); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.switches = sw.withDefaults()
	return nil
}

// Faults appends rules to the fault script.
func (s *Simulator) Faults(faults ...simkit.Fault) error {
	for _, f := range faults {
		if err := f.Validate(); err != nil {
			return err
		}
	}
	s.exchange.Script.Add(faults...)
	return nil
}

// FailNext spoils the next call that matches, once. It panics on a fault that cannot be.
func (s *Simulator) FailNext(f simkit.Fault) {
	f.Count = 1
	if err := s.Faults(f); err != nil {
		panic(err)
	}
}

// ClearFaults forgets all rules and ends misbehaviour.
func (s *Simulator) ClearFaults() { s.exchange.Script.Clear() }

// Misbehave spoils a share of all calls but signing in (0 to 1) by a mixture drawn from seed.
func (s *Simulator) Misbehave(seed uint64, intensity float64) {
	s.exchange.Script.Misbehave(seed, intensity)
}

// Journal returns the calls after a sequence number, with the tallies of all calls: max_in_flight,
// too_many_requests, refresh_redeemed, refresh_replayed, code_replayed, used_after_revoke,
// used_after_expiry.
func (s *Simulator) Journal(since uint64) simkit.JournalPage { return s.journal.Since(since, 0) }
