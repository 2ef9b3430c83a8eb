package api

import (
	"context"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"handoff/internal/recruit"
)

// What one token may do, and how often one address block may be wrong.
const (
	tokenRate  = 50 // a second
	tokenBurst = 100
	wrongRate  = 0.5
	wrongBurst = 30
	// limitersKept bounds the memory.
	limitersKept = 10_000
	// largeBodies is how many large bodies are in memory at once, and
	// largeEach how many of them are one company's.
	largeBodies = 12
	largeEach   = 4
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

// places are where large bodies are held. A company that sends slowly takes
// its own places only.
type places struct {
	mu     sync.Mutex
	all    int
	each   map[recruit.CompanyID]int
	change chan struct{} // closed and made anew when a place is given back
}

func newPlaces() *places {
	return &places{each: map[recruit.CompanyID]int{}, change: make(chan struct{})}
}

// take waits for a place until patience ends, and returns what gives it back;
// nil when there was none.
func (p *places) take(ctx context.Context, c recruit.CompanyID, patience time.Duration) (back func()) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for {
		p.mu.Lock()
		if p.all < largeBodies && p.each[c] < largeEach {
			p.all++
			p.each[c]++
			p.mu.Unlock()
			return func() { p.giveBack(c) }
		}
		change := p.change
		p.mu.Unlock()
		select {
		case <-change:
		case <-ctx.Done():
			return nil
		}
	}
}

func (p *places) giveBack(c recruit.CompanyID) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.all--
	if p.each[c]--; p.each[c] == 0 {
		delete(p.each, c)
	}
	close(p.change)
	p.change = make(chan struct{})
}
