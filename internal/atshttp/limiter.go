package atshttp

import (
	"context"
	"net/http"
	"sync"
	"time"

	"handoff/internal/connector"
)

// share is the part of the vendor's rate that is used. With requests spaced
// evenly and no bursts, any eleven requests at 10 a second then span 1.02 s, so
// that 20 ms of jitter on the way do not trip a sliding window of a second.
const share = 0.98

// slack is how much later than its slot a request may leave without moving the
// slots behind it. It absorbs timers and the gate, and keeps the used rate
// above 97 %.
const slack = 8 * time.Millisecond

// Limiter keeps one credential inside the vendor's limits: evenly spaced
// requests per endpoint, or of all together where the vendor counts them so,
// bounded requests in flight, and a pause after a 429 of what is counted. The host makes one per connection and keeps it across runs.
// Waiters are served in the order in which they came.
type Limiter struct {
	limits  connector.Limits
	all     *semaphore
	mu      sync.Mutex
	ends    map[string]*endpoint
	jitter  func() float64 // in [0,1)
	backoff backoffRange
}

// NewLimiter makes a Limiter for one credential. Zero limits do not limit.
func NewLimiter(l connector.Limits) *Limiter {
	return &Limiter{limits: l, all: newSemaphore(l.Concurrency), ends: map[string]*endpoint{},
		jitter: random, backoff: backoffRange{first: time.Second, most: time.Minute}}
}

// endpoint paces one method and path template, or all of them (Limits.Together).
type endpoint struct {
	configured float64 // requests a second; 0 does not limit
	flight     *semaphore
	turn       *semaphore // of one: its holder is next to leave

	mu      sync.Mutex
	rate    float64   // configured, or what the vendor said when that is lower
	slot    time.Time // when the last request left, by plan
	pause   pause
	learned int // concurrency that the vendor said; 0 for none
}

func (l *Limiter) endpoint(key string) *endpoint {
	if l.limits.Together {
		key = "" // of which PerOperation has nothing
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	e := l.ends[key]
	if e == nil {
		rate, flight := l.limits.PerSecond, 0
		if o, ok := l.limits.PerOperation[key]; ok {
			if o.PerSecond > 0 {
				rate = o.PerSecond
			}
			flight = o.Concurrency
		}
		e = &endpoint{configured: rate, rate: rate, flight: newSemaphore(flight), turn: newSemaphore(1)}
		l.ends[key] = e
	}
	return e
}

// pass is the permission for one request.
type pass struct {
	l    *Limiter
	e    *endpoint
	sent time.Time
	once sync.Once
}

// enter waits for a request's turn and asks gate as the very last thing. It
// returns a *backedOff when the endpoint is paused for longer than patience,
// the gate's error, or ctx's.
func (l *Limiter) enter(ctx context.Context, key string, patience time.Duration, gate func(context.Context) error) (*pass, error) {
	e := l.endpoint(key)
	if err := e.flight.acquire(ctx); err != nil {
		return nil, err
	}
	if err := e.turn.acquire(ctx); err != nil {
		e.flight.release()
		return nil, err
	}
	defer e.turn.release()
	sent, err := l.leave(ctx, e, patience, gate)
	if err != nil {
		e.flight.release()
		return nil, err
	}
	return &pass{l: l, e: e, sent: sent}, nil
}

// leave is what the holder of the turn does. The slot is waited for before a
// place in flight is taken, so that a slow endpoint holds no place back from
// the others; and the slot counts from when the gate had answered, so that a
// slow gate cannot bunch requests together.
func (l *Limiter) leave(ctx context.Context, e *endpoint, patience time.Duration, gate func(context.Context) error) (time.Time, error) {
	for {
		wait := e.wait(time.Now())
		if wait <= 0 {
			break
		}
		if e.paused(time.Now()) > patience {
			return time.Time{}, &backedOff{wait: e.paused(time.Now())}
		}
		if err := sleep(ctx, wait); err != nil {
			return time.Time{}, err
		}
	}
	if err := l.all.acquire(ctx); err != nil {
		return time.Time{}, err
	}
	err := ctx.Err()
	if err == nil {
		err = gate(ctx)
	}
	if err != nil {
		l.all.release()
		return time.Time{}, err
	}
	return e.take(time.Now()), nil
}

// wait is how long until the next slot, or the end of a pause.
func (e *endpoint) wait(now time.Time) time.Duration {
	e.mu.Lock()
	defer e.mu.Unlock()
	wait := e.pause.until.Sub(now)
	if e.rate > 0 && !e.slot.IsZero() {
		wait = max(wait, e.slot.Add(e.interval()).Sub(now))
	}
	return wait
}

func (e *endpoint) interval() time.Duration {
	return time.Duration(float64(time.Second) / (e.rate * share))
}

func (e *endpoint) paused(now time.Time) time.Duration {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.pause.until.Sub(now)
}

// take books the slot of a request that leaves now.
func (e *endpoint) take(now time.Time) time.Time {
	e.mu.Lock()
	defer e.mu.Unlock()
	slot := now
	if e.rate > 0 && !e.slot.IsZero() {
		planned := e.slot.Add(e.interval())
		if late := now.Sub(planned); late >= 0 && late <= slack {
			slot = planned
		}
	}
	e.slot = slot
	return now
}

// leave ends a request.
func (p *pass) leave() {
	p.once.Do(func() {
		p.l.all.release()
		p.e.flight.release()
	})
}

// learn reads an answer's status and limit headers.
func (p *pass) learn(resp *http.Response) {
	now := time.Now()
	p.e.mu.Lock()
	defer p.e.mu.Unlock()
	if n, ok := headerInt(resp.Header, "X-RateLimit-Limit"); ok && p.e.configured > 0 {
		p.e.rate = min(p.e.configured, float64(n))
	}
	if n, ok := headerInt(resp.Header, "X-RateLimit-Concurrent-Limit"); ok && n != p.e.learned {
		p.e.learned = n
		p.e.flight.atMost(n)
	}
	if resp.StatusCode != http.StatusTooManyRequests {
		p.e.pause.succeeded(p.sent)
		return
	}
	asked, _ := RetryAfter(resp.Header, now)
	p.e.pause.limited(p.sent, now, asked, p.l.backoff, p.l.jitter)
}

func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}
