package app

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"handoff/internal/atshttp"
	"handoff/internal/connector"
	"handoff/internal/lane"
	"handoff/internal/secret"
)

func tracingTo(t *testing.T, endpoint string, log io.Writer, now func() time.Time) *tracing {
	t.Helper()
	tr, err := newTracing(t.Context(), Options{OTLPEndpoint: endpoint, Version: "v1", Now: now}, slog.New(slog.NewTextHandler(log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	return tr
}

func (t *tracing) make(n int) {
	for range n {
		_, s := t.tracer.Start(context.Background(), "s")
		s.End()
	}
}

func TestACollectorThatIsNotThereIsToldOnceAMinute(t *testing.T) {
	gone := httptest.NewServer(nil)
	gone.Close()
	var log bytes.Buffer
	now := time.Unix(1000, 0)
	tr := tracingTo(t, gone.URL, &log, func() time.Time { return now })
	flush := func() {
		t.Helper()
		tr.make(3)
		if err := tr.provider.ForceFlush(t.Context()); err != nil {
			t.Errorf("the library was told, and would tell on: %v", err)
		}
	}
	for range 5 {
		flush()
	}
	if lines := strings.Count(log.String(), "\n"); lines != 1 || !strings.Contains(log.String(), "level=WARN msg=traces.lost spans=3 cause=\"the collector cannot be reached\"") {
		t.Errorf("%d lines: %s", lines, log.String())
	}
	now = now.Add(time.Minute)
	flush()
	if lines := strings.Count(log.String(), "\n"); lines != 2 || !strings.Contains(log.String(), "spans=15 ") {
		t.Errorf("%d lines: %s", lines, log.String())
	}
	tr.close(t.Context())
}

func TestWhatACollectorAnswersIsNotLogged(t *testing.T) {
	var log bytes.Buffer
	refuses := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusForbidden)
		_, _ = io.WriteString(w, "your token hush is wrong")
	}))
	defer refuses.Close()
	tr := tracingTo(t, refuses.URL, &log, time.Now)
	tr.make(1)
	tr.close(t.Context())
	if !strings.Contains(log.String(), "did not take them") || strings.Contains(log.String(), "hush") || strings.Contains(log.String(), "127.0.0.1") {
		t.Error(log.String())
	}
}

func TestNobodyWaitsForACollectorThatHangs(t *testing.T) {
	asked, let := make(chan struct{}), make(chan struct{})
	var once sync.Once
	hangs := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // so that the server notices when the exporter leaves
		once.Do(func() { close(asked) })
		select {
		case <-let:
		case <-r.Context().Done():
		}
	}))
	defer hangs.Close()
	defer close(let)
	tr := tracingTo(t, hangs.URL, io.Discard, time.Now)
	tr.make(spanBatch)
	<-asked
	began := time.Now()
	tr.make(10 * spanQueue) // it has room for a tenth
	if took := time.Since(began); took > exportTimeout/2 {
		t.Errorf("making spans took %v", took)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	began = time.Now()
	tr.close(ctx)
	if took := time.Since(began); took > exportTimeout/2 {
		t.Errorf("closing took %v", took)
	}
}

// pieces is a source of one piece of work.
type pieces struct{ do func(context.Context) }

func (p pieces) Take(context.Context, *lane.Lease, int) ([]func(context.Context), error) {
	return []func(context.Context){p.do}, nil
}

func TestAPanicsValueAndAnErrorsTextAreNotTraced(t *testing.T) {
	var mu sync.Mutex
	var sent []byte
	srv := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		mu.Lock()
		defer mu.Unlock()
		sent = append(sent, b...)
	}))
	defer srv.Close()
	tr := tracingTo(t, srv.URL, io.Discard, time.Now)
	guarded := func(do func()) {
		defer func() {
			if recover() == nil {
				t.Error("a panic was swallowed")
			}
		}()
		do()
	}
	work, err := tr.source("delivery.push", "conn_1", pieces{func(context.Context) { panic("kanarek in a piece") }}).Take(t.Context(), nil, 1)
	if err != nil {
		t.Fatal(err)
	}
	guarded(func() { work[0](t.Context()) })
	bad := &traced{next: transport(func() error { panic("kanarek in a transport") }), tracer: tr.tracer, ats: "x"}
	req := httptest.NewRequest(http.MethodGet, "http://ats.example.com/kanarek?kanarek", nil)
	guarded(func() { _, _ = bad.Do(connector.Op{Name: "op", Template: "/t"}, req) })
	bad.next = transport(func() error {
		return &connector.Error{Kind: connector.Unanswered, Err: errors.New("kanarek in an error")}
	})
	if _, err := bad.Do(connector.Op{Name: "op", Template: "/t"}, req); err == nil {
		t.Error("an error was swallowed")
	}
	tr.close(t.Context())
	mu.Lock()
	defer mu.Unlock()
	for want, times := range map[string]int{"kanarek": 0, "delivery.push": 1, "panic": 1, "x op": 2} {
		if n := strings.Count(string(sent), want); n != times {
			t.Errorf("%q was sent %d times, want %d", want, n, times)
		}
	}
}

type transport func() error

func (f transport) Do(connector.Op, *http.Request) (*http.Response, error) { return nil, f() }

func TestWithoutACollectorThereIsNothing(t *testing.T) {
	tr, err := newTracing(t.Context(), Options{}, nil)
	if tr != nil || err != nil {
		t.Fatalf("%v %v", tr, err)
	}
	tr.close(t.Context())
	s := &pieces{}
	if tr.source("n", "conn_1", s) != lane.Source(s) {
		t.Error("a source was wrapped")
	}
	if _, bare := (&lent{limiter: atshttp.NewLimiter(connector.Limits{})}).Gated(nil).(*atshttp.Client); !bare {
		t.Error("a transport was wrapped")
	}
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	if n := testing.AllocsPerRun(100, func() {
		same, span := tr.request(r, http.MethodGet, "GET /", "id")
		answered(span, 200, 500)
		end(span)
		if same != r || span.IsRecording() {
			t.Error("a request was changed")
		}
	}); n != 0 {
		t.Errorf("a request costs %v allocations", n)
	}
}

func TestAWrongCollectorIsRefusedWithoutItsText(t *testing.T) {
	for want, o := range map[string]Options{
		"OTLP endpoint": {OTLPEndpoint: "http://user:hush@collector:4318"},
		"or https://":   {OTLPEndpoint: "hush:4318"},
		"no more than":  {OTLPEndpoint: "https://collector/?token=hush"},
		"OTLP headers":  {OTLPHeaders: secret.New("Bearer hush")},
		"name=value":    {OTLPHeaders: secret.New("a=b,authori zation=hush")},
		"percent":       {OTLPHeaders: secret.New("authorization=%hush")},
	} {
		if _, err := o.resolve(); err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "hush") {
			t.Errorf("want %q, got %v", want, err)
		}
	}
	o, err := Options{OTLPEndpoint: "https://collector.example.com/otlp/"}.resolve()
	if err != nil || o.OTLPEndpoint != "https://collector.example.com/otlp" {
		t.Errorf("%q %v", o.OTLPEndpoint, err)
	}
}
