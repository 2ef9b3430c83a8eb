package smartrecruiters_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"testing"
	"time"

	"handoff/internal/connector"
	"handoff/internal/connector/atstest"
	"handoff/internal/connectors/smartrecruiters"
	"handoff/internal/secret"
	sim "handoff/internal/simulator/smartrecruiters"
)

// vector is the vendor's own example of a signature.
func vector(t testing.TB) (h http.Header, body []byte, key secret.String) {
	t.Helper()
	b, err := os.ReadFile("testdata/webhook-vector.json")
	if err != nil {
		t.Fatal(err)
	}
	var v struct {
		SecretKey string            `json:"secretKey"`
		Headers   map[string]string `json:"headers"`
		RawBody   string            `json:"rawBody"`
		Signature string            `json:"smartrecruiters-signature"`
	}
	if err := json.Unmarshal(b, &v); err != nil {
		t.Fatal(err)
	}
	h = http.Header{}
	for name, value := range v.Headers {
		h.Set(name, value)
	}
	h.Set("smartrecruiters-signature", v.Signature)
	return h, []byte(v.RawBody), secret.New(v.SecretKey)
}

func TestTheVendorsSignatureIsUnderstoodAndNothingElse(t *testing.T) {
	read := smartrecruiters.Type().Hook
	h, body, key := vector(t)
	other := secret.New("another-key")
	e, err := read.ReadHook(h, body, []secret.String{other, key})
	if err != nil || e.ID != "123" || e.Kind != connector.HookOther { // application.created is not what we ask for
		t.Errorf("%+v, %v", e, err)
	}
	valid := h.Get("smartrecruiters-signature")
	for name, change := range map[string]func(http.Header, *[]byte, *[]secret.String){
		"no key":          func(_ http.Header, _ *[]byte, k *[]secret.String) { *k = nil },
		"another key":     func(_ http.Header, _ *[]byte, k *[]secret.String) { *k = []secret.String{other} },
		"no signature":    func(h http.Header, _ *[]byte, _ *[]secret.String) { h.Del("smartrecruiters-signature") },
		"empty signature": func(h http.Header, _ *[]byte, _ *[]secret.String) { h.Set("smartrecruiters-signature", "v1=") },
		"another version": func(h http.Header, _ *[]byte, _ *[]secret.String) { h.Set("smartrecruiters-signature", "v2"+valid[2:]) },
		"another body": func(_ http.Header, b *[]byte, _ *[]secret.String) {
			*b = []byte(`{"job_id": "jid","candidate_id":"cid"}`)
		},
		"another event":     func(h http.Header, _ *[]byte, _ *[]secret.String) { h.Set("event-id", "124") },
		"another name":      func(h http.Header, _ *[]byte, _ *[]secret.String) { h.Set("event-name", "application.status.updated") },
		"another timestamp": func(h http.Header, _ *[]byte, _ *[]secret.String) { h.Set("smartrecruiters-timestamp", "1574080898") },
		"another link": func(h http.Header, _ *[]byte, _ *[]secret.String) {
			h.Set("Link", "<http://example.invalid/>; rel=self")
		},
	} {
		h, b, keys := h.Clone(), body, []secret.String{key}
		change(h, &b, &keys)
		if _, err := read.ReadHook(h, b, keys); connector.KindOf(err) != connector.Unauthorized {
			t.Errorf("%s: %v", name, err)
		}
	}
	// While a key is replaced there is a signature for each.
	h.Set("smartrecruiters-signature", "v1=00ff;v1=zz; "+valid)
	if _, err := read.ReadHook(h, body, []secret.String{key}); err != nil {
		t.Errorf("among several: %v", err)
	}
}

func FuzzReadHook(f *testing.F) {
	h, body, key := vector(f)
	f.Add(body, h.Get("smartrecruiters-signature"), "application.status.updated")
	f.Add([]byte(`{"id":7}`), "v1=", "job.updated")
	f.Fuzz(func(t *testing.T, body []byte, signature, name string) {
		h := h.Clone()
		h.Set("smartrecruiters-signature", signature)
		h.Set("event-name", name)
		if _, err := smartrecruiters.Type().Hook.ReadHook(h, body, []secret.String{key}); err == nil && (name != "application.created") {
			t.Error("somebody signs without the key")
		}
	})
}

// The whole life of a subscription, as the vendor calls us within its own
// activation and afterwards.
func TestTheLifeOfASubscription(t *testing.T) {
	type call struct {
		h    http.Header
		body []byte
	}
	calls := make(chan call, 10)
	read := smartrecruiters.Type().Hook
	ours := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(io.LimitReader(r.Body, connector.MaxHookBytes))
		if name, value, ok := read.Handshake(r.Header); ok {
			w.Header().Set(name, value)
			return
		}
		calls <- call{r.Header.Clone(), b}
		w.WriteHeader(http.StatusAccepted)
	}))
	t.Cleanup(ours.Close)

	r := startWith(t, atstest.Options{}, func(o *sim.Options) { o.PlainCallbacks = true })
	conn := opened(t, r)
	ctx, token := t.Context(), secret.New("a-random-token")
	id, err := conn.Hooks.Subscribe(ctx, ours.URL, token)
	if err != nil {
		t.Fatal(err)
	}
	key, err := conn.Hooks.MakeHookKey(ctx, id)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // active already is as good
		if err := conn.Hooks.Activate(ctx, id); err != nil {
			t.Fatal(err)
		}
	}
	if active, err := conn.Hooks.HookState(ctx, id); err != nil || !active {
		t.Fatalf("active %t, %v", active, err)
	}
	job := r.Job(atstest.JobOpen)
	x := tracked(t, conn, job, 1)[0]
	if err := r.sim.MoveCandidate(string(x.Candidate), string(job), sim.Move{Status: "INTERVIEW"}); err != nil {
		t.Fatal(err)
	}
	if err := r.sim.SetJobStatus(string(job), "FILLED"); err != nil {
		t.Fatal(err)
	}
	kinds := map[connector.HookKind]connector.HookEvent{}
	for range 2 {
		var c call
		select {
		case c = <-calls:
		case <-time.After(10 * time.Second):
			t.Fatalf("only %d events were told", len(kinds))
		}
		if c.h.Get(connector.HookHeader) != token.Reveal() {
			t.Error("a call without our token")
		}
		e, err := read.ReadHook(c.h, c.body, []secret.String{key})
		if err != nil {
			t.Fatal(err)
		}
		kinds[e.Kind] = e
	}
	if e := kinds[connector.HookStage]; e.Job != job || e.Candidate != x.Candidate || e.ID == "" {
		t.Errorf("the move came as %+v", e)
	}
	if e := kinds[connector.HookJob]; e.Job != job {
		t.Errorf("the closing came as %+v", e)
	}
	if err := r.sim.SuspendWebhook(id); err != nil {
		t.Fatal(err)
	}
	if active, err := conn.Hooks.HookState(ctx, id); err != nil || active {
		t.Errorf("suspended, and active %t, %v", active, err)
	}
	for range 2 { // what is not there any more is gone as well
		if err := conn.Hooks.Unsubscribe(ctx, id, ""); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := conn.Hooks.HookState(ctx, id); connector.KindOf(err) != connector.Gone {
		t.Errorf("after its end: %v", err)
	}
	if n := len(r.sim.Webhooks()); n != 0 {
		t.Errorf("%d subscriptions are left", n)
	}
	// Without anybody who answers the handshake nothing is switched on.
	id, err = conn.Hooks.Subscribe(ctx, "http://127.0.0.1:1/", token)
	if err != nil {
		t.Fatal(err)
	}
	if err := conn.Hooks.Activate(ctx, id); err == nil {
		t.Error("activated without a handshake")
	}
}
