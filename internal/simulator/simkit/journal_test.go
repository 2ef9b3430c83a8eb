package simkit

import (
	"testing"
	"time"
)

func TestTheJournalKeepsTheNewestAndSaysWhatItDropped(t *testing.T) {
	j := NewJournal(3)
	for _, id := range []string{"a", "b", "c", "d", "e"} {
		j.Record(Entry{ID: id})
	}
	p := j.Since(0, 0)
	if len(p.Entries) != 3 || p.Entries[0].ID != "c" || p.Entries[0].Seq != 3 || p.Next != 5 || p.Dropped != 2 {
		t.Fatalf("%+v", p)
	}
	if p := j.Since(3, 1); len(p.Entries) != 1 || p.Entries[0].ID != "d" || p.Next != 4 || p.Dropped != 0 {
		t.Fatalf("%+v", p)
	}
	if p := j.Since(5, 0); len(p.Entries) != 0 || p.Next != 5 {
		t.Fatalf("%+v", p)
	}
}

func TestACursorOfBeforeAClearIsNotUsedAgain(t *testing.T) {
	j := NewJournal(3)
	for range 4 {
		j.Record(Entry{ID: "old"})
	}
	cursor := j.Since(0, 0).Next
	j.Clear()
	if p := j.Since(0, 0); len(p.Entries) != 0 {
		t.Fatalf("%+v", p)
	}
	for range 4 {
		j.Record(Entry{ID: "new"})
	}
	p := j.Since(cursor, 0)
	if len(p.Entries) != 3 || p.Entries[2].ID != "new" || p.Entries[0].Seq <= cursor {
		t.Fatalf("%+v", p)
	}
}

func TestTalliesCountBySubject(t *testing.T) {
	j := NewJournal(1)
	j.Tally("replayed", "a")
	j.Tally("replayed", "b")
	j.TallyMax("peak", "a", 4)
	j.TallyMax("peak", "a", 2)
	p := j.Since(0, 0)
	if p.Tally("replayed", "") != 2 || p.Tally("replayed", "a") != 1 || p.Tally("peak", "a") != 4 || p.Tally("none", "") != 0 {
		t.Fatalf("%v", p.Tallies)
	}
	j.Tally("replayed", "a")
	if p.Tally("replayed", "a") != 1 {
		t.Error("a page changed after it was given out")
	}
}

func TestTheLimiterAdmitsByWindowAndByFlight(t *testing.T) {
	c := NewFrozenClock(noon)
	l := NewLimiter(c, NewJournal(1))
	limit := Limit{PerSecond: 2, InFlight: 3, EndpointInFlight: 1}
	u, leave := l.Enter("k", "GET /a", limit)
	if u.Refused != "" || u.Remaining != 1 || u.ConcurrentLimit != 1 || u.ConcurrentRemaining != 0 {
		t.Fatalf("%+v", u)
	}
	if u, _ := l.Enter("k", "GET /a", limit); u.Refused != "concurrency" {
		t.Fatalf("%+v", u)
	}
	leave()
	leave()
	if u, leave := l.Enter("k", "GET /a", limit); u.Refused != "" {
		t.Fatalf("%+v", u)
	} else {
		leave()
	}
	if u, _ := l.Enter("k", "GET /a", limit); u.Refused != "rate" {
		t.Fatalf("%+v", u)
	}
	if u, _ := l.Enter("other", "GET /a", limit); u.Refused != "" {
		t.Fatalf("%+v", u)
	}
	c.Advance(time.Second)
	if u, _ := l.Enter("k", "GET /a", limit); u.Refused != "" {
		t.Fatalf("%+v", u)
	}
}
