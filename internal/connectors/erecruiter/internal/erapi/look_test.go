package erapi

import (
	"net/http"
	"testing"
	"time"

	"handoff/internal/connector"
)

// An answer may be long on its way: the one whose date is nearest says how far
// the clocks are apart.
func TestTheNearestDateTellsTheClock(t *testing.T) {
	now := time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	l := &Look{Now: func() time.Time { return now }}
	for _, at := range []string{"", "yesterday", now.Add(-130 * time.Second).Format(http.TimeFormat), now.Add(-time.Second).Format(http.TimeFormat), now.Add(-140 * time.Second).Format(http.TimeFormat)} {
		l.answered(&http.Response{Header: http.Header{"Date": {at}}})
	}
	if got := l.Seen().Apart; got != time.Second {
		t.Errorf("%v apart", got)
	}
}

func TestAWaitIsKeptWithinWhatACheckMayTake(t *testing.T) {
	limited := func(d time.Duration) error { return &StatusError{Status: 429, RetryAfter: d} }
	for _, c := range []struct {
		errs []error
		last bool
	}{
		{[]error{limited(lookWaits)}, true}, {[]error{limited(lookWaits + 1)}, false}, {[]error{limited(6 * time.Second), limited(5 * time.Second)}, false},
		{[]error{&connector.Error{Kind: connector.RateLimited, RetryAfter: time.Minute}}, false}, {[]error{&StatusError{Status: 503}}, false}, {[]error{nil}, false},
	} {
		l, got := &Look{}, false
		for _, err := range c.errs {
			got = l.slowed(err)
		}
		if got != c.last {
			t.Errorf("%v: %v, want %v", c.errs, got, c.last)
		}
	}
	if (*Look)(nil).slowed(limited(0)) {
		t.Error("outside of a check somebody waits")
	}
}
