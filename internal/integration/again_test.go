package integration

import (
	"testing"
	"time"

	"handoff/internal/connector"
)

func TestWaitingOnesTurnIsNoFailure(t *testing.T) {
	now := time.Date(2026, 11, 22, 3, 0, 0, 0, time.UTC)
	e := New(Options{Now: func() time.Time { return now }})
	for _, c := range []struct {
		kind     connector.Kind
		after    time.Duration
		failures int
		want     time.Duration
	}{
		{connector.Unavailable, 0, 0, time.Minute},
		{connector.Unavailable, 0, 9, 10 * time.Minute},
		{connector.Unavailable, 20 * time.Minute, 0, 20 * time.Minute},
		{connector.RateLimited, 0, 0, 15 * time.Second},
		{connector.RateLimited, time.Second, 9, time.Minute},
		{connector.RateLimited, 5 * time.Minute, 0, 5 * time.Minute},
		{connector.RateLimited, 5 * time.Hour, 0, time.Hour},
	} {
		_, due := e.again(&connector.Error{Kind: c.kind, RetryAfter: c.after}, c.failures)
		if got := due.Sub(now); got != c.want {
			t.Errorf("%v after %d failures, told %v: in %v, want %v", c.kind, c.failures, c.after, got, c.want)
		}
	}
}
