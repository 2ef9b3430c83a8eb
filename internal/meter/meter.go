// Package meter counts what strangers do, and forgets it at a steady pace: the
// limits on signing in and on the public form.
package meter

import (
	"sync"
	"time"
)

// Keys bounds the memory that strangers can make one meter take.
const Keys = 50_000

// Meter counts events by key. Its zero value is ready. It is safe for
// concurrent use.
type Meter struct {
	mu     sync.Mutex
	levels map[string]level
}

type level struct {
	n  float64
	at time.Time
}

// Pace is how many events pass without a question, from where on none passes,
// and how soon one is forgotten.
type Pace struct {
	Usual, Most float64
	Every       time.Duration
}

// Take counts one event, unless that would go over the most: then wait is how
// long until it would not. burst says that it went over the usual.
func (m *Meter) Take(key string, p Pace, now time.Time) (burst bool, wait time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.levels == nil {
		m.levels = map[string]level{}
	}
	n := p.left(m.levels[key], now) + 1
	if n > p.Most {
		return true, time.Duration((n - p.Most) * float64(p.Every))
	}
	if len(m.levels) >= Keys {
		m.makeRoom(p, now)
	}
	m.levels[key] = level{n: n, at: now}
	return n > p.Usual, 0
}

// Undo takes one event back.
func (m *Meter) Undo(key string, p Pace, now time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if n := p.left(m.levels[key], now) - 1; n > 0 {
		m.levels[key] = level{n: n, at: now}
	} else {
		delete(m.levels, key)
	}
}

// Len returns how many keys are kept.
func (m *Meter) Len() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.levels)
}

func (p Pace) left(v level, now time.Time) float64 {
	return max(0, v.n-float64(now.Sub(v.at))/float64(p.Every))
}

// makeRoom drops what is forgotten anyway and, when that is not enough, any
// eighth of the keys: whoever can fill the map from that many addresses is
// not stopped by a limit per address.
func (m *Meter) makeRoom(p Pace, now time.Time) {
	for k, v := range m.levels {
		if p.left(v, now) <= 0 {
			delete(m.levels, k)
		}
	}
	for k := range m.levels {
		if len(m.levels) < Keys*7/8 {
			return
		}
		delete(m.levels, k)
	}
}
