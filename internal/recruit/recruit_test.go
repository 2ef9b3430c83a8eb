package recruit_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"handoff/internal/recruit"
)

func TestIdentifiersAreReadableUniqueAndInOrderOfTime(t *testing.T) {
	now := time.Unix(1_800_000_000, 0)
	seen := map[recruit.ApplicationID]bool{}
	last := recruit.ApplicationID("")
	for i := range 1000 {
		id := recruit.NewApplicationID(now.Add(time.Duration(i) * time.Millisecond))
		if !strings.HasPrefix(string(id), "app_") || len(id) != 30 || seen[id] || id <= last {
			t.Fatalf("%s after %s", id, last)
		}
		seen[id], last = true, id
	}
}

// 50 characters is the shortest limit that an ATS is known to have.
func TestATagIsShortRandomAndSaysNothing(t *testing.T) {
	a, b := recruit.NewTag(), recruit.NewTag()
	if a == b || len(a) > 50 || !strings.HasPrefix(string(a), "ho-") || strings.ContainsAny(string(a), "@ ") {
		t.Errorf("%s, %s", a, b)
	}
}

func TestACandidateIsNotPrinted(t *testing.T) {
	c := recruit.Candidate{FirstName: "Kanarinowa", Email: "kanarek@example.com"}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s"} {
		if s := fmt.Sprintf(verb, c); strings.Contains(s, "anar") {
			t.Errorf("%s prints %s", verb, s)
		}
	}
}

func TestTwoSpellingsOfAnAddressAreOnePerson(t *testing.T) {
	if recruit.FoldEmail("  Anna.Ż@Example.COM\n") != recruit.FoldEmail("anna.ż@example.com") {
		t.Error("they are two")
	}
}

func TestAListIsBounded(t *testing.T) {
	for limit, want := range map[int]int{-1: 25, 0: 25, 1: 1, 100: 100, 101: 100} {
		if got := (recruit.List{Limit: limit}).Size(); got != want {
			t.Errorf("limit %d gives %d, want %d", limit, got, want)
		}
	}
}
