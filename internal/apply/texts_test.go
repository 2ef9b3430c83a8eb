package apply

import (
	"testing"
	"time"

	"handoff/internal/recruit"
)

func TestTextsAreShownWhileTheyAreThoseOfNow(t *testing.T) {
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		age    time.Duration
		silent bool
		want   bool
	}{
		{0, false, true}, {15 * time.Minute, false, true}, {15*time.Minute + time.Second, false, false},
		{15*time.Minute + time.Second, true, true}, {24 * time.Hour, true, true}, {24*time.Hour + time.Second, true, false},
	} {
		if got := (Texts{ReadAt: now.Add(-c.age), Silent: c.silent}).fresh(now); got != c.want {
			t.Errorf("%s old, silent %v: %v", c.age, c.silent, got)
		}
	}
	if (Texts{Silent: true}).fresh(now) {
		t.Error("what was never read is shown")
	}
}

func TestATokenTellsAnyTwoListsOfTextsApart(t *testing.T) {
	a := recruit.RemoteConsent{ID: "1", Version: 1, SHA256: "aa", Kind: recruit.RemoteAsk}
	b := recruit.RemoteConsent{ID: "2", Version: 1, SHA256: "bb", Kind: recruit.RemoteClause}
	with := func(f func(*recruit.RemoteConsent)) recruit.RemoteConsent { x := a; f(&x); return x }
	seen := map[string]int{}
	for i, list := range [][]recruit.RemoteConsent{nil, {a}, {b}, {a, b}, {b, a},
		{with(func(x *recruit.RemoteConsent) { x.Version = 2 })}, {with(func(x *recruit.RemoteConsent) { x.SHA256 = "ab" })},
		{with(func(x *recruit.RemoteConsent) { x.Required = true })}, {with(func(x *recruit.RemoteConsent) { x.Kind = recruit.RemoteClause })},
		{with(func(x *recruit.RemoteConsent) { x.ID = "1 1" })}} {
		h := hashRemote(list)
		if j, twice := seen[h]; twice {
			t.Errorf("lists %d and %d have one hash", i, j)
		}
		seen[h] = i
		if len(h) > 43 {
			t.Errorf("a hash of %d characters", len(h))
		}
	}
}
