package simkit

import (
	"encoding/json"
	"testing"
	"time"
)

var noon = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

func fired(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

func TestAFrozenClockMovesOnlyWhenMoved(t *testing.T) {
	c := NewFrozenClock(noon)
	done, _ := c.Wait(time.Hour)
	c.Advance(time.Hour - 1)
	if fired(done) || !c.Now().Equal(noon.Add(time.Hour-1)) {
		t.Fatal("too early")
	}
	c.Advance(1)
	if !fired(done) || c.Waiting() != 0 {
		t.Fatal("not woken")
	}
	c.Set(noon)
	if !c.Now().Equal(noon) {
		t.Fatal("not set back")
	}
}

func TestAWaitThatIsOverAtOnceOrGivenUp(t *testing.T) {
	c := NewFrozenClock(noon)
	if done, _ := c.Wait(0); !fired(done) {
		t.Error("nothing to wait for, and still waiting")
	}
	done, stop := c.Wait(time.Second)
	stop()
	stop()
	c.Advance(time.Minute)
	if fired(done) || c.Waiting() != 0 {
		t.Error("a wait that was given up was woken")
	}
}

func TestAClockThatIsMadeToRunWakesWhoeverWaits(t *testing.T) {
	c := NewFrozenClock(noon)
	done, _ := c.Wait(24 * time.Hour)
	c.SetSpeed(1e9)
	<-done
	if c.Now().Before(noon.Add(24 * time.Hour)) {
		t.Error("woken before its time")
	}
	c.SetSpeed(-1)
	if c.Speed() != 0 {
		t.Error("a clock that runs backwards")
	}
}

func TestARealClockRunsWithTheMachines(t *testing.T) {
	c := NewClock()
	done, _ := c.Wait(time.Millisecond)
	<-done
	if d := time.Until(c.Now()); d > time.Second || d < -time.Second {
		t.Errorf("%v away from the machine's time", d)
	}
}

func TestDurationsAreReadFromTextAndSeconds(t *testing.T) {
	for in, want := range map[string]time.Duration{`"1.5s"`: 1500 * time.Millisecond, `2`: 2 * time.Second, `"28h"`: 28 * time.Hour} {
		var d Duration
		if err := json.Unmarshal([]byte(in), &d); err != nil || time.Duration(d) != want {
			t.Errorf("%s: %v %v", in, d, err)
		}
	}
	var d Duration
	for _, bad := range []string{`"soon"`, `true`} {
		if json.Unmarshal([]byte(bad), &d) == nil {
			t.Errorf("%s was taken", bad)
		}
	}
}
