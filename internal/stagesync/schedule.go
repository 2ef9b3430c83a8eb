package stagesync

import "time"

// Daily is a run once a day at a time of the wall clock, as in the seed pages:
// 17:00 in Europe/Warsaw.
type Daily struct {
	Hour, Minute int
	Zone         *time.Location
}

// Next returns the first moment after t at which a run is due. On a day whose
// clock jumps over the hour it is the moment of the jump's end; on one that has
// the hour twice, the first of the two, and not the second.
func (d Daily) Next(t time.Time) time.Time {
	local := t.In(d.Zone)
	for day := range 3 {
		next := d.on(local.Year(), local.Month(), local.Day()+day)
		if next.After(t) {
			return next
		}
	}
	return d.on(local.Year(), local.Month(), local.Day()+3) // unreachable: days are at most 25 hours long
}

// on is the moment of a day. time.Date promises one of two moments for an hour
// that comes twice, and the hour before or after a jump for one that does not
// come at all.
func (d Daily) on(year int, month time.Month, day int) time.Time {
	at := time.Date(year, month, day, d.Hour, d.Minute, 0, 0, d.Zone)
	for _, shift := range []time.Duration{-2 * time.Hour, -time.Hour, -30 * time.Minute} {
		if earlier := at.Add(shift); d.shows(earlier) {
			return earlier
		}
	}
	if d.shows(at) {
		return at
	}
	// The hour is skipped: the first moment of the day that is past it.
	start := time.Date(year, month, day, 0, 0, 0, 0, d.Zone)
	for at = start; at.Hour()*60+at.Minute() < d.Hour*60+d.Minute; {
		at = at.Add(time.Minute)
	}
	return at
}

func (d Daily) shows(t time.Time) bool { return t.Hour() == d.Hour && t.Minute() == d.Minute }
