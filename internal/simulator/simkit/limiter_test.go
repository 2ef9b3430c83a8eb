package simkit

import (
	"testing"
	"time"
)

func TestABucketIsSharedAndFillsWithTheClock(t *testing.T) {
	clock := NewFrozenClock(time.Unix(0, 0))
	l := NewLimiter(clock, NewJournal(1))
	limit := Limit{PerSecond: 2, Burst: 3, Share: "company"}
	refused := func(credential, endpoint string) bool {
		u, leave := l.Enter(credential, endpoint, limit)
		leave()
		return u.Refused == "rate"
	}
	for i := range 3 {
		if refused("a", "GET /x") {
			t.Fatalf("call %d of the burst was refused", i+1)
		}
	}
	if !refused("b", "GET /y") {
		t.Error("another credential and endpoint did not share the bucket")
	}
	clock.Advance(500 * time.Millisecond)
	if refused("b", "GET /y") || !refused("a", "GET /x") {
		t.Error("half a second did not fill one call")
	}
	clock.Advance(time.Hour)
	for i := range 3 {
		if refused("a", "GET /x") {
			t.Fatalf("call %d after a rest was refused", i+1)
		}
	}
	if !refused("a", "GET /x") {
		t.Error("the bucket holds more than its burst")
	}
}
