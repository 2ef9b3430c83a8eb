package smartrecruiters

import (
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	"handoff/internal/simulator/simkit"
)

func vendorLimits(o *Options) { o.Limits = Limits{} }

// blocked waits until n calls stand in a delay of the frozen clock.
func (w *world) blocked(n int) {
	w.t.Helper()
	deadline := time.Now().Add(10 * time.Second)
	for w.clock.Waiting() < n {
		if time.Now().After(deadline) {
			w.t.Fatalf("%d calls are waiting, want %d", w.clock.Waiting(), n)
		}
	}
}

func TestTenCallsOfAnEndpointInASecond(t *testing.T) {
	w := start(t, vendorLimits)
	for i := range 10 {
		r := w.get("/jobs/"+w.job).is(200, "")
		if i == 9 && r.Header.Get("X-RateLimit-Remaining") != "0" {
			t.Errorf("remaining %q", r.Header.Get("X-RateLimit-Remaining"))
		}
	}
	r := w.get("/jobs/"+w.other).is(429, "TOO_MANY_REQUESTS") // the template counts, not the path
	for name, want := range map[string]string{"X-RateLimit-Limit": "10", "X-RateLimit-Remaining": "0",
		"X-RateLimit-Concurrent-Limit": "8", "X-RateLimit-Concurrent-Remaining": "7", "Retry-After": ""} {
		if got := r.Header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	w.get("/jobs").is(200, "") // another endpoint
	w.call("GET", "/jobs/"+w.job, nil, "X-SmartToken", w.sim.IssueKey().Key).is(200, "")
	w.clock.Advance(999 * time.Millisecond)
	w.get("/jobs/"+w.job).is(429, "")
	w.clock.Advance(time.Millisecond)
	w.get("/jobs/"+w.job).is(200, "")
	if n := w.sim.Journal(0).Tally("too_many_requests", ""); n != 2 {
		t.Errorf("%d refusals tallied, want 2", n)
	}
}

func TestTheWindowSlides(t *testing.T) {
	w := start(t, vendorLimits)
	for range 5 {
		w.get("/jobs").is(200, "")
	}
	w.clock.Advance(600 * time.Millisecond)
	for range 5 {
		w.get("/jobs").is(200, "")
	}
	w.clock.Advance(500 * time.Millisecond) // the first five have left the window, not the others
	for range 5 {
		w.get("/jobs").is(200, "")
	}
	w.get("/jobs").is(429, "")
}

// hold sends calls that stay in a delay, and returns a function that lets them end.
func (w *world) hold(n int, path string) (release func()) {
	w.t.Helper()
	if err := w.sim.Faults(simkit.Fault{Kind: simkit.DelayBefore, Delay: simkit.Duration(time.Hour), Match: simkit.Match{Count: n}}); err != nil {
		w.t.Fatal(err)
	}
	var wg sync.WaitGroup
	for range n {
		wg.Go(func() {
			if r, err := w.try("GET", path, nil); err != nil || r.Status != 200 {
				w.t.Errorf("held call: %d %v", r.Status, err)
			}
		})
	}
	w.blocked(n)
	return func() { w.clock.Advance(time.Hour); wg.Wait() }
}

func TestOneListOfCandidatesAtATime(t *testing.T) {
	w := start(t, vendorLimits)
	release := w.hold(1, "/candidates")
	r := w.get("/candidates").is(429, "TOO_MANY_REQUESTS")
	if r.Header.Get("X-RateLimit-Concurrent-Limit") != "1" {
		t.Errorf("%v", r.Header)
	}
	w.get("/jobs").is(200, "")
	w.call("GET", "/candidates", nil, "X-SmartToken", w.sim.IssueKey().Key).is(200, "")
	release()
	w.get("/candidates").is(200, "")
}

func TestEightCallsInFlight(t *testing.T) {
	w := start(t, vendorLimits)
	release := w.hold(8, "/jobs")
	w.get("/configuration/company").is(429, "TOO_MANY_REQUESTS")
	release()
	w.get("/configuration/company").is(200, "")
	j := w.sim.Journal(0)
	if n := j.Tally("max_in_flight", "key-1"); n != 9 {
		t.Errorf("peak %d, want 9: the refused one counts", n)
	}
}

func TestWhoeverWaitsForAnswersNeverMeetsTheirOwnCall(t *testing.T) {
	w := start(t, func(o *Options) { o.Limits = Limits{PerSecond: -1} })
	for i := range 40 { // an answer too long to wait in a buffer until the call has ended
		w.create(person(fmt.Sprintf("p%d@example.com", i)))
	}
	for range 100 {
		w.get("/candidates?limit=100").is(http.StatusOK, "")
	}
}

func TestPublicPostingsNeedNoCredentialAndHaveNoLimit(t *testing.T) {
	w := start(t, vendorLimits)
	for range 20 {
		w.call("GET", "/v1/companies/acmerobotics/postings", nil, "X-SmartToken", "").is(200, "")
	}
	list := w.get("/v1/companies/AcmeRobotics/postings?city=Warszawa").content()
	if len(list) != 1 || list[0]["name"] != "Machine Learning Engineer" {
		t.Fatalf("%v", list)
	}
	p := w.get("/v1/companies/AcmeRobotics/postings/"+list[0]["id"].(string)+"?sourceTypeId=CUSTOM&sourceId=x").is(200, "")
	if p.str("uuid") == "" || p.str("applyUrl") == p.str("postingUrl") {
		t.Fatalf("%s", p.Body)
	}
	w.get("/v1/companies/Other/postings/"+list[0]["id"].(string)).is(404, "")
	if n := len(w.get("/v1/companies/Other/postings").content()); n != 0 {
		t.Fatalf("%d postings of another company", n)
	}
}
