package stagesync

import (
	"testing"
	"time"

	"handoff/internal/connector"
)

func TestAFailedReadingIsRepeatedSoonInARunAndWhenTheATSAllows(t *testing.T) {
	down := &connector.Error{Kind: connector.Unavailable, Op: "candidates"}
	asked := func(k connector.Kind, wait time.Duration) error { return &connector.Error{Kind: k, RetryAfter: wait} }
	for _, c := range []struct {
		name string
		p    Poll
		err  error
		want time.Duration
		turn bool
	}{
		{"by itself", Poll{}, down, time.Minute, false},
		{"by itself, for the tenth time", Poll{Attempts: 9}, down, 15 * time.Minute, false},
		{"in a run", Poll{Run: "sync_1"}, down, 5 * time.Second, false},
		{"in a run, for the third time", Poll{Run: "sync_1", Attempts: 2}, down, 80 * time.Second, false},
		{"asked to wait", Poll{Run: "sync_1"}, asked(connector.Unavailable, 10*time.Minute), 10 * time.Minute, false},
		{"asked to wait for ever", Poll{}, asked(connector.Unavailable, 1000*time.Hour), time.Hour, false},
		{"too many requests", Poll{Run: "sync_1", Attempts: 3}, asked(connector.RateLimited, 0), time.Second, true},
		{"too many requests, for a while", Poll{}, asked(connector.RateLimited, 3*time.Second), 3 * time.Second, true},
	} {
		at := time.Unix(1e9, 0)
		if r := c.p.failed(at, c.err); r.Retry != c.want || r.Turn != c.turn || r.Failure == "" || r.At != at {
			t.Errorf("%s: %+v", c.name, r)
		}
	}
}
