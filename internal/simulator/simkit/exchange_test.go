package simkit

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

type probe struct {
	*httptest.ResponseRecorder
	write func()
}

func (p *probe) Write(b []byte) (int, error) {
	p.write()
	return p.ResponseRecorder.Write(b)
}

func newExchange() *Exchange {
	c := NewFrozenClock(noon)
	j := NewJournal(10)
	return &Exchange{Clock: c, Script: NewScript(NewRand(1)), Journal: j, Limiter: NewLimiter(c, j), MaxBody: 100}
}

func vendor(work func(*Call) *Answer) Vendor {
	return Vendor{Identify: func(*Call) string { return "k" }, Limit: func(*Call) Limit { return Limit{InFlight: 1} },
		TooMany: func(*Call) *Answer { return &Answer{Status: 429} }, Fail: func(_ *Call, f Fault) *Answer { return &Answer{Status: f.Status} }, Work: work}
}

func TestWhenTheAnswerIsKnownTheCallIsOverAndWrittenDown(t *testing.T) {
	x := newExchange()
	looked := false
	w := &probe{httptest.NewRecorder(), func() {
		looked = true
		if n := len(x.Journal.Since(0, 0).Entries); n != 1 {
			t.Errorf("promise 2: %d entries in the journal", n)
		}
		if u, leave := x.Limiter.Enter("k", "GET /jobs", Limit{InFlight: 1}); u.Refused != "" {
			t.Errorf("promise 3: still in flight")
		} else {
			leave()
		}
	}}
	x.Serve(w, httptest.NewRequest("GET", "/jobs", nil), listJobs, nil, vendor(func(*Call) *Answer {
		if u, _ := x.Limiter.Enter("k", "GET /jobs", Limit{InFlight: 1}); u.Refused == "" {
			t.Error("not in flight while it works")
		}
		return &Answer{Status: 200, Body: []byte("done")}
	}))
	if !looked || w.Body.String() != "done" {
		t.Fatalf("%q", w.Body)
	}
}

func TestABodyAboveTheBoundIsMarkedAndNotKept(t *testing.T) {
	x := newExchange()
	w := httptest.NewRecorder()
	x.Serve(w, httptest.NewRequest("POST", "/jobs/1", strings.NewReader(strings.Repeat("x", 200))), create, nil, vendor(func(c *Call) *Answer {
		if !c.TooLarge || len(c.Body) > 100 {
			t.Errorf("%v, %d bytes", c.TooLarge, len(c.Body))
		}
		return &Answer{Status: 413}
	}))
}

func TestClosingWakesWhatWaits(t *testing.T) {
	x := newExchange()
	x.Script.Add(Fault{Kind: DelayBefore, Delay: 1e18})
	x.Close()
	x.Close()
	w := httptest.NewRecorder()
	x.Serve(w, httptest.NewRequest("GET", "/jobs", nil), listJobs, nil, vendor(func(*Call) *Answer { return &Answer{Status: http.StatusTeapot} }))
	if w.Code != http.StatusTeapot {
		t.Fatal(w.Code)
	}
	<-x.Done()
}

func TestTheRouterPrefersLiteralSegments(t *testing.T) {
	r := NewRouter([]Operation{{ID: "one", Method: "GET", Path: "/c/{id}/attachments"}, {ID: "file", Method: "GET", Path: "/c/attachments/{file}"},
		{ID: "drop", Method: "DELETE", Path: "/c/attachments/{file}"}, {ID: "list", Method: "GET", Path: "/c"}})
	for path, want := range map[string]string{"/c/7/attachments": "one", "/c/attachments/7": "file", "/c/attachments/attachments": "file", "/c": "list",
		"/c/": "", "/c//attachments": "", "/d": "", "": "", "/c/7": ""} {
		op, _, _, found := r.Find("GET", path)
		if op.ID != want || found != (want != "") {
			t.Errorf("%s: %q", path, op.ID)
		}
	}
	if _, params, _, _ := r.Find("GET", "/c/a%2Fb/attachments"); params["id"] != "a/b" {
		t.Errorf("%v", params)
	}
	if _, _, allowed, found := r.Find("POST", "/c"); found || len(allowed) != 1 || allowed[0] != "GET" {
		t.Errorf("%v", allowed)
	}
}

func TestTheSameSeedGivesTheSameIDs(t *testing.T) {
	a, b := NewRand(5), NewRand(5)
	if a.UUID() != b.UUID() || a.Hex(8) != b.Hex(8) || a.IntN(1000) != b.IntN(1000) || a.Float64() != b.Float64() || NewRand(6).UUID() == NewRand(5).UUID() {
		t.Error("chance does not follow the seed")
	}
}
