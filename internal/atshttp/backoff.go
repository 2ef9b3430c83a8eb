package atshttp

import (
	"errors"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// LongestRetryAfter is the most that is believed of a Retry-After: a slip of a
// unit at the vendor must not stop an endpoint for a year.
const LongestRetryAfter = time.Hour

var errBackedOff = errors.New("the vendor's limit is being waited out")

// backedOff says that an endpoint is paused for longer than the host waits.
type backedOff struct{ wait time.Duration }

func (*backedOff) Error() string { return errBackedOff.Error() }

type backoffRange struct{ first, most time.Duration }

// pause is an endpoint's rest after a 429. SmartRecruiters sends no Retry-After
// (reference 3.1, D by absence), so it doubles from a second to a minute.
type pause struct {
	until  time.Time
	since  time.Time // when it was last set
	strike int
}

// limited books a 429 of a request sent at sent. Several requests in flight
// that are refused together are one strike.
func (p *pause) limited(sent, now time.Time, asked time.Duration, r backoffRange, jitter func() float64) {
	if !p.since.IsZero() && !sent.After(p.since) {
		p.until = later(p.until, now.Add(asked))
		return
	}
	wait := min(r.first<<min(p.strike, 16), r.most)
	wait = wait/2 + time.Duration(jitter()*float64(wait/2)) + r.first/2 // never below the first
	wait = min(wait, r.most)
	if asked > 0 {
		wait = asked
	}
	p.strike++
	p.since, p.until = now, later(p.until, now.Add(wait))
}

// succeeded forgets strikes once a request sent after the last one got through.
func (p *pause) succeeded(sent time.Time) {
	if p.strike > 0 && sent.After(p.since) {
		p.strike, p.since = 0, time.Time{}
	}
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func random() float64 { return rand.Float64() }

// RetryAfter reads a Retry-After header in both its forms, seconds and a date.
// It returns false when there is none that can be read, and a wait between 0
// and LongestRetryAfter otherwise.
func RetryAfter(h http.Header, now time.Time) (time.Duration, bool) {
	v := strings.TrimSpace(h.Get("Retry-After"))
	if v == "" {
		return 0, false
	}
	if s, err := strconv.ParseFloat(v, 64); err == nil {
		if s != s || s < 0 {
			return 0, false
		}
		if s > LongestRetryAfter.Seconds() {
			return LongestRetryAfter, true
		}
		return time.Duration(s * float64(time.Second)), true
	}
	t, err := http.ParseTime(v)
	if err != nil {
		return 0, false
	}
	return min(max(t.Sub(now), 0), LongestRetryAfter), true
}

// headerInt reads a positive number; limits of nothing or less are slips.
func headerInt(h http.Header, name string) (int, bool) {
	n, err := strconv.Atoi(strings.TrimSpace(h.Get(name)))
	return n, err == nil && n > 0 && n <= 1_000_000
}
