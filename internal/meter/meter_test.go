package meter_test

import (
	"fmt"
	"testing"
	"time"

	"handoff/internal/meter"
)

func TestAMeterForgetsAtItsPace(t *testing.T) {
	p, now := meter.Pace{Usual: 2, Most: 4, Every: time.Minute}, time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC)
	var m meter.Meter
	for i, want := range []bool{false, false, true, true} {
		if burst, wait := m.Take("a", p, now); burst != want || wait != 0 {
			t.Errorf("%d: burst %t, wait %s", i, burst, wait)
		}
	}
	if _, wait := m.Take("a", p, now.Add(20*time.Second)); wait.Round(time.Millisecond) != 40*time.Second {
		t.Errorf("wait %s, want 40s", wait)
	}
	if _, wait := m.Take("a", p, now.Add(time.Minute)); wait != 0 {
		t.Errorf("after a minute still wait %s", wait)
	}
	if _, wait := m.Take("b", p, now); wait != 0 {
		t.Errorf("another key waits %s", wait)
	}
	m.Undo("a", p, now.Add(time.Minute))
	if _, wait := m.Take("a", p, now.Add(time.Minute)); wait != 0 {
		t.Errorf("what was taken back still counts: wait %s", wait)
	}
}

func TestAMeterStaysSmall(t *testing.T) {
	p, now := meter.Pace{Usual: 2, Most: 4, Every: time.Minute}, time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC)
	var m meter.Meter
	for i := range 3 * meter.Keys {
		m.Take(fmt.Sprint("flood ", i), p, now)
	}
	if m.Len() > meter.Keys {
		t.Errorf("%d keys are kept, at most %d", m.Len(), meter.Keys)
	}
}
