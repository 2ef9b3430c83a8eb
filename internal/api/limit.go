package api

import (
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// What one token may do, and how often one address block may be wrong.
const (
	tokenRate  = 50 // a second
	tokenBurst = 100
	wrongRate  = 0.5
	wrongBurst = 30
	// limitersKept bounds the memory.
	limitersKept = 10_000
)

// limiters is a limiter per name, in memory: the limits protect this process.
type limiters struct {
	rate  rate.Limit
	burst int
	now   func() time.Time

	mu   sync.Mutex
	each map[string]*rate.Limiter
}

func newLimiters(r rate.Limit, burst int, now func() time.Time) *limiters {
	return &limiters{rate: r, burst: burst, now: now, each: map[string]*rate.Limiter{}}
}

// take uses one and returns 0, or how long to wait before there is one.
func (l *limiters) take(name string) time.Duration {
	one, now := l.of(name), l.now()
	r := one.ReserveN(now, 1)
	wait := r.DelayFrom(now)
	if wait > 0 {
		r.CancelAt(now)
	}
	return wait
}

// peek is take without using any.
func (l *limiters) peek(name string) time.Duration {
	left := l.of(name).TokensAt(l.now())
	if left >= 1 {
		return 0
	}
	return time.Duration((1 - left) / float64(l.rate) * float64(time.Second))
}

func (l *limiters) of(name string) *rate.Limiter {
	l.mu.Lock()
	defer l.mu.Unlock()
	if one, ok := l.each[name]; ok {
		return one
	}
	if len(l.each) >= limitersKept {
		l.forget()
	}
	one := rate.NewLimiter(l.rate, l.burst)
	l.each[name] = one
	return one
}

// forget drops every limiter that is full again, which says nothing any more,
// and all of them when none is.
func (l *limiters) forget() {
	now := l.now()
	for name, one := range l.each {
		if one.TokensAt(now) >= float64(l.burst) {
			delete(l.each, name)
		}
	}
	if len(l.each) >= limitersKept {
		clear(l.each)
	}
}
