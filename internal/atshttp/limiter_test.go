package atshttp

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"handoff/internal/connector"
)

func yes(context.Context) error { return nil }

func limits() connector.Limits {
	return connector.Limits{PerSecond: 10, Concurrency: 8,
		PerOperation: map[string]connector.OpLimit{"GET /candidates": {Concurrency: 1}}}
}

// calls starts n requests that each take d, and returns when they left.
func calls(t *testing.T, l *Limiter, key string, n int, d time.Duration, gate func(context.Context) error) []time.Time {
	t.Helper()
	var mu sync.Mutex
	var left []time.Time
	var wg sync.WaitGroup
	for range n {
		wg.Go(func() {
			p, err := l.enter(t.Context(), key, time.Hour, gate)
			if err != nil {
				t.Error(err)
				return
			}
			mu.Lock()
			left = append(left, time.Now())
			mu.Unlock()
			time.Sleep(d) // virtual
			p.leave()
		})
	}
	wg.Wait()
	return left
}

// mostInASecond is what a sliding window at the vendor would count.
func mostInASecond(at []time.Time) int {
	most := 0
	for i := range at {
		n := 0
		for j := i; j < len(at) && at[j].Sub(at[i]) < time.Second; j++ {
			n++
		}
		most = max(most, n)
	}
	return most
}

func TestAnEndpointIsUsedAtNinetySevenPercentAndNeverBeyondItsLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		at := calls(t, NewLimiter(limits()), "POST /x", 300, 200*time.Millisecond, yes)
		if n := mostInASecond(at); n > 10 {
			t.Errorf("%d requests within a second, want at most 10", n)
		}
		if rate := 299 / at[len(at)-1].Sub(at[0]).Seconds(); rate < 9.7 {
			t.Errorf("%.2f requests a second, want 9.7 at least", rate)
		}
	})
}

func TestASlowGateNeitherBunchesRequestsNorCostsTheRate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := 0
		gate := func(context.Context) error { // between 0 and 7 ms, as a database answers
			n++
			time.Sleep(time.Duration(n*n%8) * time.Millisecond)
			return nil
		}
		at := calls(t, NewLimiter(limits()), "POST /x", 300, 0, gate)
		if n := mostInASecond(at); n > 10 {
			t.Errorf("%d requests within a second, want at most 10", n)
		}
		if rate := 299 / at[len(at)-1].Sub(at[0]).Seconds(); rate < 9.7 {
			t.Errorf("%.2f requests a second, want 9.7 at least", rate)
		}
	})
}

func TestEndpointsDoNotWaitForEachOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, start := NewLimiter(limits()), time.Now()
		var wg sync.WaitGroup
		for _, key := range []string{"GET /a", "GET /b", "GET /c"} {
			wg.Go(func() { calls(t, l, key, 20, 0, yes) })
		}
		wg.Wait()
		if d := time.Since(start); d > 2*time.Second {
			t.Errorf("three endpoints of 20 requests took %v, want under 2 s", d)
		}
	})
}

// together is a vendor that counts by account, whatever is asked.
func together() connector.Limits {
	return connector.Limits{PerSecond: 2, Concurrency: 2, Together: true, PerOperation: map[string]connector.OpLimit{"GET /c": {PerSecond: 50}}}
}

func TestEndpointsThatAreCountedTogetherSharePaceAndFlight(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, start := NewLimiter(together()), time.Now()
		var mu sync.Mutex
		var left []time.Time
		now, most := 0, 0
		var wg sync.WaitGroup
		for i := range 60 {
			wg.Go(func() {
				p, err := l.enter(t.Context(), []string{"GET /a", "POST /a", "GET /c"}[i%3], time.Hour, yes)
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				left = append(left, time.Now())
				now++
				most = max(most, now)
				mu.Unlock()
				time.Sleep(900 * time.Millisecond) // virtual
				mu.Lock()
				now--
				mu.Unlock()
				p.leave()
			})
		}
		wg.Wait()
		if n := mostInASecond(left); n > 2 {
			t.Errorf("%d requests within a second, want at most 2", n)
		}
		if rate := 59 / left[59].Sub(start).Seconds(); rate < 1.94 {
			t.Errorf("%.2f requests a second, want 1.94 at least", rate)
		}
		if most != 2 {
			t.Errorf("%d in flight, want 2", most)
		}
	})
}

func TestARefusalPausesAllThatIsCountedTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := NewLimiter(together())
		p, err := l.enter(t.Context(), "GET /a", time.Hour, yes)
		if err != nil {
			t.Fatal(err)
		}
		p.learn(answer(429, "Retry-After", "7"))
		p.leave()
		start := time.Now()
		if _, err := l.enter(t.Context(), "POST /b", time.Second, yes); !errors.As(err, new(*backedOff)) {
			t.Errorf("another endpoint: %v", err)
		}
		p, err = l.enter(t.Context(), "POST /b", time.Hour, yes)
		if err != nil {
			t.Fatal(err)
		}
		p.leave()
		if d := time.Since(start); d != 7*time.Second {
			t.Errorf("another endpoint waited %v, want 7 s", d)
		}
	})
}

func TestRequestsInFlightAreBounded(t *testing.T) {
	for _, c := range []struct {
		key  string
		most int
	}{{"POST /slow", 8}, {"GET /candidates", 1}} {
		t.Run(c.key, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := NewLimiter(limits())
				var mu sync.Mutex
				now, most := 0, 0
				var wg sync.WaitGroup
				for range 40 {
					wg.Go(func() {
						p, err := l.enter(t.Context(), c.key, time.Hour, yes)
						if err != nil {
							t.Error(err)
							return
						}
						mu.Lock()
						now++
						most = max(most, now)
						mu.Unlock()
						time.Sleep(5 * time.Second)
						mu.Lock()
						now--
						mu.Unlock()
						p.leave()
					})
				}
				wg.Wait()
				if most != c.most {
					t.Errorf("%d in flight, want %d", most, c.most)
				}
			})
		})
	}
}

func TestWaitersGoInTheOrderInWhichTheyCame(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := NewLimiter(limits())
		var order []int
		var wg sync.WaitGroup
		for i := range 30 {
			wg.Go(func() {
				p, err := l.enter(t.Context(), "POST /x", time.Hour, yes)
				if err != nil {
					t.Error(err)
					return
				}
				order = append(order, i) // one leaves at a time, a tenth of a second apart
				p.leave()
			})
			synctest.Wait() // it stands in the queue before the next comes
		}
		wg.Wait()
		for i, n := range order {
			if i != n {
				t.Fatalf("left in the order %v", order)
			}
		}
	})
}

func TestACancelledWaiterLeavesNoGap(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := NewLimiter(connector.Limits{Concurrency: 1})
		first, _ := l.enter(t.Context(), "GET /x", time.Hour, yes)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := l.enter(ctx, "GET /x", time.Hour, yes); !errors.Is(err, context.DeadlineExceeded) {
			t.Fatalf("got %v, want the deadline", err)
		}
		first.leave()
		first.leave() // twice is once
		second, err := l.enter(t.Context(), "GET /x", time.Hour, yes)
		if err != nil {
			t.Fatal(err)
		}
		second.leave()
	})
}

func answer(status int, header ...string) *http.Response {
	h := http.Header{}
	for i := 0; i+1 < len(header); i += 2 {
		h.Set(header[i], header[i+1])
	}
	return &http.Response{StatusCode: status, Header: h}
}

func TestARefusalByTheVendorsLimitPausesThatEndpointOnly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := NewLimiter(limits())
		wait := func(key string) time.Duration {
			start := time.Now()
			p, err := l.enter(t.Context(), key, time.Hour, yes)
			if err != nil {
				t.Fatal(err)
			}
			defer p.leave()
			return time.Since(start)
		}
		refuse := func() {
			p, err := l.enter(t.Context(), "POST /x", time.Hour, yes)
			if err != nil {
				t.Fatal(err)
			}
			p.learn(answer(429))
			p.leave()
		}
		var waits []time.Duration
		for range 9 {
			refuse()
			time.Sleep(0)
			waits = append(waits, l.endpoint("POST /x").paused(time.Now()))
		}
		for i, d := range waits {
			if d < time.Second || d > time.Minute || i > 0 && i < 5 && d <= waits[i-1]/2 {
				t.Errorf("pause %d is %v of %v", i, d, waits)
			}
		}
		if waits[8] < 25*time.Second {
			t.Errorf("after nine refusals the pause is %v", waits[8])
		}
		if d := wait("POST /y"); d != 0 {
			t.Errorf("another endpoint waited %v", d)
		}
		p, err := l.enter(t.Context(), "POST /x", time.Hour, yes)
		if err != nil {
			t.Fatal(err)
		}
		p.learn(answer(200))
		p.leave()
		refuse()
		if d := l.endpoint("POST /x").paused(time.Now()); d > 2*time.Second {
			t.Errorf("a success does not make the next pause short again: %v", d)
		}
	})
}

func TestRequestsThatAreRefusedTogetherAreOneStrike(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := NewLimiter(connector.Limits{PerSecond: 10, Concurrency: 8})
		var passes []*pass
		for range 8 {
			p, err := l.enter(t.Context(), "POST /x", time.Hour, yes)
			if err != nil {
				t.Fatal(err)
			}
			passes = append(passes, p)
		}
		for _, p := range passes {
			p.learn(answer(429))
			p.leave()
		}
		if d := l.endpoint("POST /x").paused(time.Now()); d > 2*time.Second {
			t.Errorf("eight refusals at once make a pause of %v", d)
		}
	})
}

func TestRetryAfterIsKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := NewLimiter(limits())
		p, _ := l.enter(t.Context(), "GET /x", time.Hour, yes)
		p.learn(answer(429, "Retry-After", "7"))
		p.leave()
		start := time.Now()
		if _, err := l.enter(t.Context(), "GET /x", time.Second, yes); !errors.As(err, new(*backedOff)) {
			t.Errorf("got %v, want the wait back, which is longer than the host's patience", err)
		}
		p, err := l.enter(t.Context(), "GET /x", time.Hour, yes)
		if err != nil {
			t.Fatal(err)
		}
		p.leave()
		if d := time.Since(start); d != 7*time.Second {
			t.Errorf("waited %v, want 7 s", d)
		}
	})
}

func TestALowerLimitIsLearnedAndAHigherIsNot(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := NewLimiter(limits())
		learn := func(h ...string) {
			p, err := l.enter(t.Context(), "GET /x", time.Hour, yes)
			if err != nil {
				t.Fatal(err)
			}
			p.learn(answer(200, h...))
			p.leave()
		}
		pace := func() float64 {
			at := calls(t, l, "GET /x", 21, 0, yes)
			return 20 / at[20].Sub(at[0]).Seconds()
		}
		learn("X-RateLimit-Limit", "2")
		if r := pace(); r > 2 || r < 1.9 {
			t.Errorf("%.2f a second after the vendor said 2", r)
		}
		learn("X-RateLimit-Limit", "500")
		if r := pace(); r > 10 || r < 9.7 {
			t.Errorf("%.2f a second after the vendor said 500; 10 are configured", r)
		}
		learn("X-RateLimit-Limit", "-3")
		learn("X-RateLimit-Concurrent-Limit", "1")
		e := l.endpoint("GET /x")
		p, err := l.enter(t.Context(), "GET /x", time.Hour, yes)
		if err != nil {
			t.Fatal(err)
		}
		if e.flight.free() {
			t.Error("a second request may be in flight after the vendor said 1")
		}
		p.leave()
	})
}
