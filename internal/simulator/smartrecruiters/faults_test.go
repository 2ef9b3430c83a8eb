package smartrecruiters

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"handoff/internal/simulator/simkit"
)

var createOp = simkit.Match{Op: "candidatesAddToJob"}

// held says how many candidates stand under the e-mail of grace.
func (w *world) held() int { return len(w.sim.Ledger().Email("gracja.probna@example.com")) }

func (w *world) last() simkit.Entry {
	e := w.sim.Journal(0).Entries
	return e[len(e)-1]
}

func TestAFaultSaysWhetherTheWorkWasDone(t *testing.T) {
	for _, c := range []struct {
		kind   simkit.Kind
		status int // 0: no answer
		held   int
	}{
		{simkit.StatusBefore, 503, 0}, {simkit.StatusAfter, 503, 1}, {simkit.DropBefore, 0, 0}, {simkit.DropAfter, 0, 1},
		{simkit.Expired, 401, 0}, {simkit.Denied, 401, 0}, {simkit.HTML, 502, 0}, {simkit.Empty200, 200, 0},
		{simkit.Truncated, 0, 1}, {simkit.Trickle, 201, 1},
	} {
		t.Run(string(c.kind), func(t *testing.T) {
			w := start(t, func(o *Options) { o.Clock = simkit.NewClock() })
			w.sim.FailNext(simkit.Fault{Match: createOp, Kind: c.kind, Delay: simkit.Duration(time.Millisecond)})
			r, err := w.try("POST", "/jobs/"+w.job+"/candidates", grace())
			if (err != nil) != (c.status == 0) || err == nil && r.Status != c.status {
				t.Fatalf("answer %d, %v", r.Status, err)
			}
			if n := w.held(); n != c.held {
				t.Fatalf("the ledger holds %d, want %d", n, c.held)
			}
			e := w.last()
			if e.Fault != string(c.kind) || (e.WorkStatus == 201) != (c.held == 1) {
				t.Fatalf("journal: %+v", e)
			}
			w.call("POST", "/jobs/"+w.job+"/candidates", grace()).is(201, "") // the fault struck once
		})
	}
}

func TestStatusFaultsHaveTheVendorsShape(t *testing.T) {
	w := start(t)
	for _, status := range []int{429, 500, 502, 503, 504, 403} {
		w.sim.FailNext(simkit.Fault{Kind: simkit.StatusBefore, Status: status, Headers: map[string]string{"Retry-After": "7"}})
		r := w.get("/jobs")
		if r.Status != status || r.code() == "" || r.Header.Get("X-RateLimit-Limit") == "" || r.Header.Get("Retry-After") != "7" {
			t.Errorf("%d: %d %v %s", status, r.Status, r.Header, r.Body)
		}
	}
	w.sim.FailNext(simkit.Fault{Kind: simkit.StatusAfter, Status: 400, Code: "SOURCE_NOT_FOUND"})
	w.get("/jobs").is(400, "SOURCE_NOT_FOUND")
	w.sim.FailNext(simkit.Fault{Kind: simkit.Expired})
	w.get("/jobs").is(401, "UNAUTHORIZED")
	w.sim.FailNext(simkit.Fault{Kind: simkit.Denied})
	w.get("/jobs").is(401, "PERMISSION_DENIED")
	w.sim.FailNext(simkit.Fault{Kind: simkit.StatusBefore, Status: 500})
	w.token("grant_type", "refresh_token").is(500, "INTERNAL_ERROR")
}

func TestWorkGoesOnAfterTheClientHasGone(t *testing.T) {
	w := start(t)
	w.sim.FailNext(simkit.Fault{Match: createOp, Kind: simkit.DelayBefore, Delay: simkit.Duration(time.Minute)})
	ctx, cancel := context.WithCancel(t.Context())
	r, _ := http.NewRequestWithContext(ctx, "POST", w.url+"/jobs/"+w.job+"/candidates",
		strings.NewReader(`{"firstName":"Gracja","lastName":"Probna","email":"gracja.probna@example.com"}`))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("X-SmartToken", w.key)
	var wg sync.WaitGroup
	wg.Go(func() {
		if _, err := w.send(r); !errors.Is(err, context.Canceled) {
			t.Errorf("%v", err)
		}
	})
	w.blocked(1)
	cancel()
	wg.Wait()
	if w.held() != 0 {
		t.Fatal("too early")
	}
	w.clock.Advance(time.Minute)
	deadline := time.Now().Add(10 * time.Second)
	for w.held() == 0 {
		if time.Now().After(deadline) {
			t.Fatal("the work was given up with its client")
		}
	}
}

func TestASwallowedCallIsDoneAndNeverAnswered(t *testing.T) {
	w := start(t)
	w.sim.FailNext(simkit.Fault{Match: createOp, Kind: simkit.Swallow})
	w.http.Timeout = 200 * time.Millisecond
	if _, err := w.try("POST", "/jobs/"+w.job+"/candidates", grace()); err == nil {
		t.Fatal("an answer came")
	}
	if w.held() != 1 {
		t.Fatal("the work was not done")
	}
}

func TestATruncatedAnswerPromisesMoreThanItBrings(t *testing.T) {
	w := start(t)
	w.sim.FailNext(simkit.Fault{Kind: simkit.Truncated})
	r, err := w.try("GET", "/jobs", nil)
	if !errors.Is(err, io.ErrUnexpectedEOF) || r.Status != 200 || len(r.Body) == 0 {
		t.Fatalf("%d, %d bytes, %v", r.Status, len(r.Body), err)
	}
}

func TestARuleChoosesAmongTheCallsItMatches(t *testing.T) {
	w := start(t)
	jobs := simkit.Match{Method: "GET", Path: "/jobs", Nth: 2}
	if err := w.sim.Faults(simkit.Fault{Match: jobs, Kind: simkit.StatusBefore, Status: 500},
		simkit.Fault{Match: simkit.Match{Op: "companyMy", After: 1, Count: 1}, Kind: simkit.StatusBefore, Status: 502}); err != nil {
		t.Fatal(err)
	}
	for i, want := range []int{200, 500, 200} {
		if got := w.get("/jobs").Status; got != want {
			t.Errorf("jobs, call %d: %d, want %d", i+1, got, want)
		}
		if got, want := w.get("/configuration/company").Status, []int{200, 502, 200}[i]; got != want {
			t.Errorf("company, call %d: %d, want %d", i+1, got, want)
		}
	}
	w.sim.ClearFaults()
	if err := w.sim.Faults(simkit.Fault{Kind: "explode"}); err == nil {
		t.Error("an unknown kind was taken")
	}
}

func TestMisbehaviourIsAMixtureThatSparesSigningIn(t *testing.T) {
	w := start(t, func(o *Options) { o.Clock = simkit.NewClock() })
	w.sim.Misbehave(42, 1)
	for range 60 {
		_, _ = w.try("GET", "/configuration/company", nil)
	}
	kinds := map[string]int{}
	for _, e := range w.sim.Journal(0).Entries {
		kinds[e.Fault]++
	}
	if len(kinds) < 6 || kinds[string(simkit.Denied)] > 0 {
		t.Errorf("%v", kinds)
	}
	for range 20 {
		w.grant(integration)
	}
	w.sim.Misbehave(0, 0)
	w.get("/jobs").is(200, "")
}

func TestAnUploadThatBreaksOffDoesNothing(t *testing.T) {
	w := start(t)
	before := len(w.sim.Ledger().Candidates)
	pr, pw := io.Pipe()
	r, _ := http.NewRequest("POST", w.url+"/jobs/"+w.job+"/candidates", pr)
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("X-SmartToken", w.key)
	go func() {
		_, _ = pw.Write([]byte(`{"firstName":"Gracja","lastName":"Probna","email":"gracja.probna@example.com"}`))
		pw.CloseWithError(errors.New("the line broke"))
	}()
	if _, err := w.send(r); err == nil {
		t.Fatal("an answer came")
	}
	deadline := time.Now().Add(10 * time.Second)
	for len(w.sim.Journal(0).Entries) == 0 {
		if time.Now().After(deadline) {
			t.Fatal("the call is not in the journal")
		}
	}
	if e := w.last(); e.Fault != "request_cut" || len(w.sim.Ledger().Candidates) != before {
		t.Fatalf("%+v", e)
	}
}
