package erapi

import (
	"strconv"
	"strings"
	"time"
)

// Moment is a date of the vendor's as precisely as it was told: it lay between
// From and To. Its zero value is no date.
type Moment struct{ From, To time.Time }

// IsZero tells whether there is none.
func (m Moment) IsZero() bool { return m.From.IsZero() }

// Within tells whether the moment may lie between two times.
func (m Moment) Within(from, to time.Time) bool {
	return !m.IsZero() && !m.To.Before(from) && !m.From.After(to)
}

// Exact is the moment where it was told to the minute, and the zero time where
// it was not: the day alone does not say what came first.
func (m Moment) Exact() time.Time {
	if m.To.Sub(m.From) > time.Minute {
		return time.Time{}
	}
	return m.From
}

// when reads a date. No sample was ever seen (U), so that every form that the
// vendor's kind of system writes is read; a time without a zone is Polish, and
// one in the hour that happens twice in autumn may be either.
func (n node) when(zone *time.Location) Moment {
	s := n.text()
	if rest, ok := strings.CutPrefix(s, "/Date("); ok { // what .NET wrote
		ms, _, _ := strings.Cut(strings.TrimSuffix(rest, ")/"), "+")
		i, err := strconv.ParseInt(ms, 10, 64)
		if err != nil || i <= 0 || i > 1<<53 {
			return Moment{}
		}
		return precise(time.UnixMilli(i), time.Millisecond)
	}
	if t, err := time.Parse(time.RFC3339Nano, s); err == nil {
		return precise(t, time.Second)
	}
	for _, layout := range []string{"2006-01-02T15:04:05", "2006-01-02 15:04:05", "02.01.2006 15:04:05"} {
		if t, err := time.ParseInLocation(layout, s, zone); err == nil {
			return local(t, time.Second)
		}
	}
	for _, layout := range []string{"2006-01-02T15:04", "2006-01-02 15:04", "02.01.2006 15:04"} {
		if t, err := time.ParseInLocation(layout, s, zone); err == nil {
			return local(t, time.Minute)
		}
	}
	for _, layout := range []string{"2006-01-02", "02.01.2006"} {
		if t, err := time.ParseInLocation(layout, s, zone); err == nil {
			return Moment{t, t.AddDate(0, 0, 1)}
		}
	}
	return Moment{}
}

func precise(t time.Time, p time.Duration) Moment { return Moment{t, t.Add(p)} }

// local widens a time that the clocks show twice.
func local(t time.Time, p time.Duration) Moment {
	m := precise(t, p)
	const layout = "2006-01-02T15:04:05"
	for _, d := range []time.Duration{-time.Hour, time.Hour} {
		if other := t.Add(d); other.Format(layout) == t.Format(layout) {
			if d < 0 {
				m.From = other
			} else {
				m.To = other.Add(p)
			}
		}
	}
	return m
}
