package company

import (
	"sync"
	"time"
)

// meterKeys bounds the memory that strangers can make a meter take.
const meterKeys = 20_000

// meter counts events by key, and forgets them at a steady pace. Its zero
// value is ready. It is safe for concurrent use.
type meter struct {
	mu     sync.Mutex
	levels map[string]level
}

type level struct {
	n  float64
	at time.Time
}

// limit is a number of events, each forgotten after every.
type limit struct {
	most  float64
	every time.Duration
}

// take counts one event of key unless that would exceed the limit: then wait
// is how long until one fits.
func (m *meter) take(key string, l limit, now time.Time) (wait time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.levels == nil {
		m.levels = map[string]level{}
	}
	n := l.left(m.levels[key], now)
	if n+1 > l.most {
		return time.Duration((n + 1 - l.most) * float64(l.every))
	}
	if len(m.levels) >= meterKeys {
		m.makeRoom(l, now)
	}
	m.levels[key] = level{n: n + 1, at: now}
	return 0
}

// undo takes one event back.
func (m *meter) undo(key string, l limit, now time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if n := l.left(m.levels[key], now) - 1; n > 0 {
		m.levels[key] = level{n: n, at: now}
	} else {
		delete(m.levels, key)
	}
}

func (l limit) left(v level, now time.Time) float64 {
	return max(0, v.n-float64(now.Sub(v.at))/float64(l.every))
}

// makeRoom drops what is forgotten anyway and, when that is not enough, any
// eighth of the keys: whoever can fill the map from that many addresses is
// not stopped by a limit per address.
func (m *meter) makeRoom(l limit, now time.Time) {
	for k, v := range m.levels {
		if l.left(v, now) <= 0 {
			delete(m.levels, k)
		}
	}
	for k := range m.levels {
		if len(m.levels) < meterKeys*7/8 {
			return
		}
		delete(m.levels, k)
	}
}
