package simkit

import "sync"

// Behaviour is what a test changes of a simulator while it runs: the readings of what the vendor
// leaves open, and faults. A simulator embeds it. S is its struct of Settings. Its lock is held for
// no call to anything else, so it may be asked under the simulator's own. Safe for concurrent use.
type Behaviour[S any] struct {
	exchange *Exchange
	list     []Switch
	first    S

	mu  sync.Mutex
	now S
}

// NewBehaviour starts with the readings of first. It panics on a value that cannot be: that is a
// mistake of the program that embeds the simulator.
func NewBehaviour[S any](x *Exchange, list []Switch, first S) *Behaviour[S] {
	b := &Behaviour[S]{exchange: x, list: list, first: first}
	if err := b.SetSwitches(first); err != nil {
		panic(err)
	}
	return b
}

// Restart brings the beginning back: its readings, no faults, an empty journal. It is no method,
// because a simulator that embeds Behaviour would have it among its own.
func Restart[S any](b *Behaviour[S]) {
	b.ClearFaults()
	b.exchange.Journal.Clear()
	if err := b.SetSwitches(b.first); err != nil {
		panic(err) // NewBehaviour has taken them
	}
}

// Switches returns the readings in force, defaults filled in.
func (b *Behaviour[S]) Switches() S {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.now
}

// SetSwitches chooses the readings from now on; "" is the default of a switch.
func (b *Behaviour[S]) SetSwitches(switches S) error {
	if _, err := Choose(switches, b.list, nil); err != nil {
		return err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.now = withDefaults(switches, b.list)
	return nil
}

// Faults appends rules to the fault script.
func (b *Behaviour[S]) Faults(faults ...Fault) error {
	for _, f := range faults {
		if err := f.Validate(); err != nil {
			return err
		}
	}
	b.exchange.Script.Add(faults...)
	return nil
}

// FailNext spoils the next call that matches, once. It panics on a fault that cannot be.
func (b *Behaviour[S]) FailNext(f Fault) {
	f.Count = 1
	if err := b.Faults(f); err != nil {
		panic(err)
	}
}

// ClearFaults forgets all rules and ends misbehaviour.
func (b *Behaviour[S]) ClearFaults() { b.exchange.Script.Clear() }

// Misbehave spoils a share of all calls but signing in (0 to 1) by a mixture drawn from seed.
func (b *Behaviour[S]) Misbehave(seed uint64, intensity float64) {
	b.exchange.Script.Misbehave(seed, intensity)
}
