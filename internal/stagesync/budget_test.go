package stagesync

import (
	"testing"
	"time"

	"handoff/internal/connector"
)

func TestReadingTakesHalfOfWhatIsAllowedAndNoMore(t *testing.T) {
	jobs := func(n, rows int, busy bool) []Load {
		out := make([]Load, n)
		for i := range out {
			out[i] = Load{Rows: rows, Busy: busy}
		}
		return out
	}
	ten, two := connector.Limits{PerSecond: 10}, connector.Limits{PerSecond: 2}
	for _, c := range []struct {
		name        string
		all         []Load
		limits      connector.Limits
		busy, still time.Duration
	}{
		{"few", jobs(3, 20, true), ten, 30 * time.Second, 2 * time.Minute},
		{"fifty jobs with a hundred candidates each", jobs(50, 100, true), ten, 30 * time.Second, 2 * time.Minute},
		{"the same at an ATS that allows two", jobs(50, 100, true), two, 100 * time.Second, 400 * time.Second},
		{"five hundred", jobs(500, 200, true), ten, 300 * time.Second, 20 * time.Minute},
		{"five hundred quiet ones beside one busy", append(jobs(500, 200, false), Load{Rows: 50, Busy: true}), ten, 75200 * time.Millisecond, 300800 * time.Millisecond},
		{"more than can be", jobs(100_000, 1000, true), two, time.Hour, time.Hour},
		{"none", nil, ten, 30 * time.Second, 2 * time.Minute},
	} {
		if busy, still := Every(c.all, c.limits); busy != c.busy || still != c.still {
			t.Errorf("%s: every %v, quiet ones every %v, want %v and %v", c.name, busy, still, c.busy, c.still)
		}
	}
}
