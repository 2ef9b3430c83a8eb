package say

import (
	"strconv"
	"time"
)

// Day writes a date.
func (s *Speaker) Day(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	if s.Lang == Polish {
		return t.Format("2.01.2006")
	}
	return t.Format("2 Jan 2006")
}

// Moment writes a date and time of day in the zone that t is in.
func (s *Speaker) Moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return s.Day(t) + ", " + t.Format("15:04")
}

// Ago says how long before now t was, roughly, as people say it.
func (s *Speaker) Ago(t, now time.Time) string {
	if t.IsZero() {
		return s.T("time.never")
	}
	switch d := now.Sub(t); {
	case d < time.Minute:
		return s.T("time.now")
	case d < time.Hour:
		return s.N("time.minutes_ago", int(d/time.Minute))
	case d < 24*time.Hour:
		return s.N("time.hours_ago", int(d/time.Hour))
	case d < 30*24*time.Hour:
		return s.N("time.days_ago", int(d/(24*time.Hour)))
	}
	return s.Day(t)
}

// Until says how long after now t is.
func (s *Speaker) Until(t, now time.Time) string {
	switch d := t.Sub(now); {
	case d < time.Minute:
		return s.T("time.soon")
	case d < time.Hour:
		return s.N("time.in_minutes", int(d/time.Minute))
	default:
		return s.N("time.in_hours", int((d+time.Hour-1)/time.Hour))
	}
}

// Size writes a number of bytes.
func (s *Speaker) Size(bytes int64) string {
	switch {
	case bytes < 1000:
		return strconv.FormatInt(bytes, 10) + " B"
	case bytes < 1_000_000:
		return strconv.FormatInt((bytes+512)/1024, 10) + " kB"
	}
	mb := strconv.FormatFloat(float64(bytes)/(1<<20), 'f', 1, 64)
	if len(mb) > 2 && mb[len(mb)-2:] == ".0" {
		mb = mb[:len(mb)-2]
	} else if s.Lang == Polish {
		mb = mb[:len(mb)-2] + "," + mb[len(mb)-1:]
	}
	return mb + " MB"
}
