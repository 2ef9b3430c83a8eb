package erecruiter

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"handoff/internal/simulator/simkit"
)

var createOp = simkit.Match{Op: "createApplication"}

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
		{simkit.Expired, 401, 0}, {simkit.Denied, 403, 0}, {simkit.HTML, 502, 0}, {simkit.Empty200, 200, 0},
		{simkit.Truncated, 0, 1}, {simkit.Trickle, 201, 1},
	} {
		t.Run(string(c.kind), func(t *testing.T) {
			w := start(t, func(o *Options) { o.Clock = simkit.NewClock() })
			w.sim.FailNext(simkit.Fault{Match: createOp, Kind: c.kind, Delay: simkit.Duration(time.Millisecond)})
			r, err := w.try("POST", w.api("/Recruitments/%d/CandidateApplications", w.job), w.grace())
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
			w.push(w.job, w.person("another@example.com")).is(201, "") // the fault struck once
		})
	}
}

func TestStatusFaultsHaveTheVendorsShape(t *testing.T) {
	w := start(t)
	for _, status := range []int{429, 500, 502, 503, 504, 403} {
		w.sim.FailNext(simkit.Fault{Kind: simkit.StatusBefore, Status: status, Headers: map[string]string{"Retry-After": "7"}})
		if r := w.get("/Recruitments"); r.Status != status || r.code() == "" || r.Header.Get("Retry-After") != "7" {
			t.Errorf("%d: %d %v %s", status, r.Status, r.Header, r.Body)
		}
	}
	w.sim.FailNext(simkit.Fault{Kind: simkit.StatusAfter, Status: 400, Code: "OriginUnknown"})
	w.get("/Recruitments").is(400, "OriginUnknown")
	w.sim.FailNext(simkit.Fault{Kind: simkit.Expired})
	w.get("/Recruitments").is(401, "Unauthorized")
	w.sim.FailNext(simkit.Fault{Kind: simkit.Denied})
	w.get("/Recruitments").is(403, "PermissionDenied")
}

func TestWorkGoesOnAfterTheClientHasGone(t *testing.T) {
	w := start(t)
	w.sim.FailNext(simkit.Fault{Match: createOp, Kind: simkit.DelayBefore, Delay: simkit.Duration(time.Minute)})
	ctx, cancel := context.WithCancel(t.Context())
	r := w.raw(ctx, fmt.Sprintf(`{"firstName":"Gracja","lastName":"Probna","email":"gracja.probna@example.com","consents":[{"consentId":%d,"accepted":true}]}`, w.must))
	var wg sync.WaitGroup
	wg.Go(func() {
		if _, err := w.send(r); !errors.Is(err, context.Canceled) {
			t.Errorf("%v", err)
		}
	})
	w.blocked()
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
	if _, err := w.try("POST", w.api("/Recruitments/%d/CandidateApplications", w.job), w.grace()); err == nil {
		t.Fatal("an answer came")
	}
	if w.held() != 1 {
		t.Fatal("the work was not done")
	}
}

func TestATruncatedAnswerPromisesMoreThanItBrings(t *testing.T) {
	w := start(t)
	w.sim.FailNext(simkit.Fault{Kind: simkit.Truncated})
	r, err := w.try("GET", w.api("/Recruitments"), nil)
	if !errors.Is(err, io.ErrUnexpectedEOF) || r.Status != 200 || len(r.Body) == 0 {
		t.Fatalf("%d, %d bytes, %v", r.Status, len(r.Body), err)
	}
}

func TestMisbehaviourIsAMixture(t *testing.T) {
	w := start(t, func(o *Options) { o.Clock = simkit.NewClock() })
	w.sim.Misbehave(42, 1)
	for range 60 {
		_, _ = w.try("GET", w.api("/Account/Origins"), nil)
	}
	kinds := map[string]int{}
	for _, e := range w.sim.Journal(0).Entries {
		kinds[e.Fault]++
	}
	if len(kinds) < 6 || kinds[string(simkit.Denied)] > 0 {
		t.Errorf("%v", kinds)
	}
	w.sim.Misbehave(0, 0)
	w.get("/Recruitments").is(200, "")
	if err := w.sim.Faults(simkit.Fault{Kind: "explode"}); err == nil {
		t.Error("an unknown kind was taken")
	}
}

// raw is a push whose context can be ended.
func (w *world) raw(ctx context.Context, body string) *http.Request {
	r, err := http.NewRequestWithContext(ctx, "POST", w.url+w.api("/Recruitments/%d/CandidateApplications", w.job), strings.NewReader(body))
	w.ok(err)
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer "+w.key.Key)
	return r
}

// blocked waits until a call has reached its delay.
func (w *world) blocked() {
	w.t.Helper()
	deadline := time.Now().Add(10 * time.Second)
	for w.clock.Waiting() == 0 {
		if time.Now().After(deadline) {
			w.t.Fatal("no call is waiting")
		}
	}
}
