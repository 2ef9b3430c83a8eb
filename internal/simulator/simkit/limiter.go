package simkit

import (
	"sync"
	"time"
)

// Limit is what one call must fit into. 0 means without limit.
type Limit struct {
	PerSecond        int // calls of one endpoint in any window of one second; with Burst, on average
	Burst            int // calls at once from a bucket that PerSecond fills, instead of the window
	InFlight         int // calls of the credential at a time
	EndpointInFlight int // calls of this endpoint at a time; replaces InFlight in the headers
	// Share names the calls that count together for PerSecond, whoever makes them; "" is the
	// credential's own calls of this endpoint.
	Share string
}

// Usage is what the limiter tells the client on every answer.
type Usage struct {
	Limit, Remaining                     int
	ConcurrentLimit, ConcurrentRemaining int
	Refused                              string // "", "rate" or "concurrency"
}

// Limiter keeps a sliding window of one second or a bucket per credential and endpoint, or per
// Share, and counts of calls in flight. Safe for concurrent use.
type Limiter struct {
	mu       sync.Mutex
	clock    *Clock
	windows  map[string][]time.Time
	buckets  map[string]bucket
	inFlight map[string]int // by credential, and by credential and endpoint
	journal  *Journal
}

// bucket held left calls at a moment.
type bucket struct {
	left float64
	at   time.Time
}

// NewLimiter returns a limiter that reports peaks and refusals to journal as the tallies
// max_in_flight (by credential and by "credential endpoint") and too_many_requests.
func NewLimiter(clock *Clock, journal *Journal) *Limiter {
	return &Limiter{clock: clock, journal: journal, windows: map[string][]time.Time{}, buckets: map[string]bucket{}, inFlight: map[string]int{}}
}

// Enter asks for admission. When Usage.Refused is empty the caller must call leave exactly once;
// it may also call it when refused, which does nothing. Refused calls do not use up the window.
func (l *Limiter) Enter(credential, endpoint string, limit Limit) (Usage, func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	key := credential + " " + endpoint
	all, here := l.inFlight[credential]+1, l.inFlight[key]+1
	l.journal.TallyMax("max_in_flight", credential, all)
	l.journal.TallyMax("max_in_flight", key, here)

	now := l.clock.Now()
	share := limit.Share
	if share == "" {
		share = key
	}
	u := Usage{Limit: limit.PerSecond, ConcurrentLimit: limit.InFlight}
	left, take := l.room(share, limit, now)
	u.Remaining = max(0, left-1)
	u.ConcurrentRemaining = max(0, limit.InFlight-all)
	if limit.EndpointInFlight != 0 {
		u.ConcurrentLimit = limit.EndpointInFlight
		u.ConcurrentRemaining = max(0, limit.EndpointInFlight-here)
	}
	switch {
	case limit.InFlight != 0 && all > limit.InFlight, limit.EndpointInFlight != 0 && here > limit.EndpointInFlight:
		u.Refused = "concurrency"
	case limit.PerSecond != 0 && left < 1:
		u.Refused = "rate"
	}
	if u.Refused != "" {
		l.journal.Tally("too_many_requests", credential)
		return u, func() {}
	}
	take()
	l.inFlight[credential]++
	l.inFlight[key]++
	var once sync.Once
	return u, func() {
		once.Do(func() {
			l.mu.Lock()
			defer l.mu.Unlock()
			l.inFlight[credential]--
			l.inFlight[key]--
		})
	}
}

// room says how many calls fit now, and returns what takes one of them. Holds l.mu.
func (l *Limiter) room(share string, limit Limit, now time.Time) (left int, take func()) {
	switch {
	case limit.PerSecond == 0:
		return 0, func() {}
	case limit.Burst > 0:
		b, ok := l.buckets[share]
		if !ok {
			b = bucket{left: float64(limit.Burst), at: now}
		}
		b.left = min(float64(limit.Burst), b.left+max(0, now.Sub(b.at).Seconds())*float64(limit.PerSecond))
		b.at = now
		l.buckets[share] = b
		return int(b.left), func() {
			b.left--
			l.buckets[share] = b
		}
	}
	window := l.windows[share]
	for len(window) > 0 && !window[0].After(now.Add(-time.Second)) {
		window = window[1:]
	}
	l.windows[share] = window
	return limit.PerSecond - len(window), func() { l.windows[share] = append(window, now) }
}
