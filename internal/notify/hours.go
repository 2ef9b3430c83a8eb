package notify

import "time"

// Stage mails leave from 8:00 until 20:00 on working days of the company's
// time zone (product decision 4).
const (
	opens  = 8
	closes = 20
)

// NextOpen returns the first moment from t on at which a stage mail may
// leave: t itself inside the hours.
func NextOpen(t time.Time, zone *time.Location) time.Time {
	l := t.In(zone)
	for {
		open := time.Date(l.Year(), l.Month(), l.Day(), opens, 0, 0, 0, zone)
		end := time.Date(l.Year(), l.Month(), l.Day(), closes, 0, 0, 0, zone)
		working := l.Weekday() != time.Saturday && l.Weekday() != time.Sunday
		switch {
		case working && t.Before(open):
			return open
		case working && t.Before(end):
			return t
		}
		l = time.Date(l.Year(), l.Month(), l.Day()+1, 12, 0, 0, 0, zone) // noon is there every day
		t = time.Date(l.Year(), l.Month(), l.Day(), 0, 0, 0, 0, zone)
	}
}

// Zone returns a company's time zone, UTC for one that is unknown.
func Zone(name string) *time.Location { return zone(name) }
