package atstest

import (
	"sync"
	"testing"
	"time"

	"handoff/internal/connector"
)

// chapterPace works as hard as it can against the vendor's real limits: they
// are used and not run into. It takes some seconds, because the limits are of
// the real clock; the exact figures are held by atshttp, in virtual time.
func chapterPace(t testing.TB, target Target) {
	h := newHost(t, target, Options{Limits: true}, "")
	job := h.remote.Job(JobOpen)
	n := min(24, max(6, int(2.4*target.Type.Limits.PerSecond))) // a slower ATS is filled by fewer
	start := time.Now()
	before := len(h.remote.Calls())
	var wg sync.WaitGroup
	works := make([]*work, n)
	for i := range works {
		works[i] = h.application(job, i)
		wg.Go(func() { h.push(works[i]) })
	}
	wanted := []connector.Wanted{h.application(job, n).wanted()}
	for range max(1, n/6) { // beside them, the one call that is allowed alone
		wg.Go(func() {
			_, err := h.conn().Find.Find(t.Context(), job, wanted)
			h.saw(err)
		})
	}
	wg.Wait()
	took := time.Since(start)
	limited, calls := 0, h.remote.Calls()[before:]
	for _, c := range calls {
		if c.Limited {
			limited++
		}
	}
	// The vendor's window is of the real clock: on a machine that is busy with
	// other things a request may be late by more than the margin, and that is
	// no fault of the connector. One that does not pace is refused a third of
	// its calls.
	if limited > len(calls)/20 {
		t.Errorf("%d of %d calls ran into the vendor's limits", limited, len(calls))
	}
	if limited == 0 {
		h.rested()
		for _, w := range works {
			h.once(w, "a push among many")
		}
	}
	slowest := busiest(calls)
	if target.Type.Limits.Together {
		slowest = len(calls)
	}
	if least := time.Duration(float64(slowest-1) / target.Type.Limits.PerSecond * float64(time.Second)); took > least+4*time.Second {
		t.Errorf("%d pushes took %v; the limits allow %v", n, took, least)
	}
}

// busiest is how many calls were made by one method: an ATS may count them
// together, and a push may be more than one.
func busiest(calls []Call) int {
	most, n := 0, map[string]int{}
	for _, c := range calls {
		n[c.Method]++
		most = max(most, n[c.Method])
	}
	return most
}
