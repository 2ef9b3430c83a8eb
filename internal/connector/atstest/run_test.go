package atstest

import (
	"testing"
)

func TestADifferenceNeedsAReasonThatHolds(t *testing.T) {
	for _, c := range []struct {
		has, declared, passes, complains bool
	}{
		{has: true}, {has: true, passes: true}, {declared: true}, {has: true, declared: true},
		{complains: true},
		{has: true, declared: true, passes: true, complains: true},
	} {
		if got := stands(c.has, c.declared, func() bool { return c.passes }); (got != "") != c.complains {
			t.Errorf("%+v: %q", c, got)
		}
	}
}

func TestAFailureIsNotedAndNotPassedOn(t *testing.T) {
	if why := Failure(t, func(t testing.TB) { t.Errorf("first %d", 1); t.Fatal("second"); t.Error("never") }); why != "first 1" {
		t.Errorf("noted %q", why)
	}
	if why := Failure(t, func(t testing.TB) { t.Fatalf("at once"); t.Error("never") }); why != "at once" {
		t.Errorf("noted %q", why)
	}
	if why := Failure(t, func(t testing.TB) { t.Log("nothing") }); why != "" {
		t.Errorf("noted %q", why)
	}
	if t.Failed() {
		t.Error("a recorded failure was passed on")
	}
}

func TestChaptersHaveNamesOfTheirOwn(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range Chapters() {
		if c.Name == "" || seen[c.Name] || c.Run == nil || c.Has == nil {
			t.Errorf("chapter %q", c.Name)
		}
		seen[c.Name] = true
	}
}
