package smartrecruiters

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"
)

const hooks = "/webhooks-api/v201907/subscriptions"

// receiver is the callback of a client: it answers as told and keeps what it got.
type receiver struct {
	*httptest.Server
	mu     sync.Mutex
	status int
	echo   bool
	got    chan hook
}

type hook struct {
	header http.Header
	body   string
}

func receive(t *testing.T) *receiver {
	r := &receiver{status: http.StatusAccepted, echo: true, got: make(chan hook, 1000)}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		r.mu.Lock()
		defer r.mu.Unlock()
		if s := req.Header.Get("X-Hook-Secret"); s != "" {
			if r.echo {
				w.Header().Set("X-Hook-Secret", s)
			}
			return
		}
		if req.URL.Path == "/token" {
			_, _ = io.WriteString(w, `{"access_token":"callback-token","expires_in":60000}`)
			return
		}
		b, _ := io.ReadAll(req.Body)
		w.WriteHeader(r.status)
		r.got <- hook{req.Header.Clone(), string(b)}
	}))
	t.Cleanup(r.Close)
	return r
}

func (r *receiver) answer(status int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.status = status
}

func (r *receiver) next(t *testing.T) hook {
	t.Helper()
	select {
	case h := <-r.got:
		return h
	case <-time.After(10 * time.Second):
		t.Fatal("no webhook came")
		return hook{}
	}
}

func plain(o *Options) { o.PlainCallbacks = true }

// subscribe makes an active subscription and returns its id.
func (w *world) subscribe(r *receiver, more map[string]any, events ...string) string {
	w.t.Helper()
	body := map[string]any{"callbackUrl": r.URL + "/hook", "events": events}
	for k, v := range more {
		body[k] = v
	}
	sub := w.call("POST", hooks, body).is(201, "")
	if sub.str("status") != "inactive" {
		w.t.Fatalf("%s", sub.Body)
	}
	w.call("PUT", hooks+"/"+sub.str("id")+"/activation", nil).is(204, "")
	return sub.str("id")
}

func TestTheVendorsSignatureVector(t *testing.T) {
	b, err := os.ReadFile("testdata/webhook-vector.json")
	if err != nil {
		t.Fatal(err)
	}
	var v struct {
		SecretKey, RawBody string
		Headers            map[string]string
		Signature          string `json:"smartrecruiters-signature"`
	}
	if err := json.Unmarshal(b, &v); err != nil {
		t.Fatal(err)
	}
	h := v.Headers
	if got := "v1=" + sign(v.SecretKey, h["smartrecruiters-timestamp"], []byte(v.RawBody), h["event-id"], h["event-name"], h["event-version"], h["link"]); got != v.Signature {
		t.Fatalf("got %s, want %s", got, v.Signature)
	}
}

func TestAnEventIsSentSignedAndHasNoState(t *testing.T) {
	w, r := start(t, plain), receive(t)
	id := w.subscribe(r, map[string]any{"callbackAuthentication": map[string]any{"type": "header", "headerName": "x-hook-token", "headerValue": "s3cret"}},
		"application.created", "application.status.updated", "candidate.deleted")
	key := w.call("POST", hooks+"/"+id+"/secret-key", nil).is(201, "").str("secretKey")
	candidate := w.create(grace())
	h := r.next(t)
	app := w.get(w.app(candidate)).str("applicationId")
	want := `{"application_id":"` + app + `","candidate_id":"` + candidate + `","job_id":"` + w.job + `"}`
	if h.body != want || h.header.Get("event-name") != "application.created" || h.header.Get("event-version") != "v1" || h.header.Get("x-hook-token") != "s3cret" {
		t.Fatalf("%s %v", h.body, h.header)
	}
	sig := "v1=" + sign(key, h.header.Get("smartrecruiters-timestamp"), []byte(h.body), h.header.Get("event-id"), "application.created", "v1", h.header.Get("Link"))
	if h.header.Get("smartrecruiters-signature") != sig {
		t.Fatalf("signature %s", h.header.Get("smartrecruiters-signature"))
	}
	if h.header.Get("Link") != "<"+w.url+w.app(candidate)+">; rel=self" {
		t.Errorf("Link %q", h.header.Get("Link"))
	}
	w.call("POST", hooks+"/"+id+"/secret-key", nil).is(201, "")
	w.call("PUT", w.app(candidate)+"/status", map[string]any{"status": "HIRED"}).is(204, "")
	if h := r.next(t); strings.Count(h.header.Get("smartrecruiters-signature"), "v1=") != 2 {
		t.Errorf("the older key does not sign along: %v", h.header)
	}
	w.clock.Advance(24 * time.Hour)
	w.call("DELETE", "/candidates/"+candidate, nil).is(204, "")
	h = r.next(t)
	if h.header.Get("event-name") != "candidate.deleted" || len(h.header["Link"]) != 0 || strings.Count(h.header.Get("smartrecruiters-signature"), "v1=") != 1 {
		t.Errorf("%v", h.header)
	}
}

func TestASubscriptionIsRefused(t *testing.T) {
	w, r := start(t), receive(t)
	make := func(url string, events ...string) reply {
		return w.call("POST", hooks, map[string]any{"callbackUrl": url, "events": events})
	}
	make("http://x.example.com/", "job.created").is(422, "INVALID_CALLBACK_URL")
	make("https://x.example.com/", "job.exploded").is(422, "INVALID_EVENT")
	make("https://x.example.com/", "job.created", "job.created").is(422, "INVALID_EVENT")
	make("https://x.example.com/").is(400, "")
	w.call("POST", hooks, map[string]any{"callbackUrl": "https://x.example.com/", "events": []string{"job.created"},
		"callbackAuthentication": map[string]any{"type": "header", "headerName": "Authorization", "headerValue": "v"}}).is(400, "INVALID_VALUE")
	for range 20 {
		make("https://x.example.com/", "job.created").is(201, "")
	}
	make("https://x.example.com/", "job.created").is(403, "SUBSCRIPTIONS_LIMIT_EXCEEDED")
	var list []map[string]any
	first := w.get(hooks+"?limit=15").is(200, "")
	if err := json.Unmarshal(first.Body, &list); err != nil || len(list) != 15 || !strings.Contains(first.Header.Get("Link"), "page_id=") {
		t.Fatalf("%v, %d, %q", err, len(list), first.Header.Get("Link"))
	}
	id := list[0]["id"].(string)
	link, err := url.Parse(strings.TrimSuffix(strings.TrimPrefix(first.Header.Get("Link"), "<"), `>; rel="next"`))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(w.get(link.String()).is(200, "").Body, &list); err != nil || len(list) != 5 {
		t.Fatalf("%v, %d on the second page", err, len(list))
	}
	w.get(hooks+"?page_id=x").is(400, "INVALID_PAGE_ID")
	w.get(hooks+"/"+id+"/secret-key").is(404, "SECRET_KEY_NOT_FOUND")
	for range 16 {
		w.call("POST", hooks+"/"+id+"/secret-key", nil).is(201, "")
	}
	w.call("POST", hooks+"/"+id+"/secret-key", nil).is(403, "SECRET_KEYS_LIMIT_EXCEEDED")
	w.call("PUT", hooks+"/nope/activation", nil).is(404, "SUBSCRIPTION_NOT_FOUND")
	w.call("DELETE", hooks+"/"+id, nil).is(204, "")
	w.get(hooks+"/"+id).is(404, "SUBSCRIPTION_NOT_FOUND")

	p := start(t, plain)
	sub := p.call("POST", hooks, map[string]any{"callbackUrl": r.URL, "events": []string{"job.created"}}).is(201, "").str("id")
	r.echo = false
	p.call("PUT", hooks+"/"+sub+"/activation", nil).is(424, "HANDSHAKE_FAILED")
	r.echo = true
	p.call("PUT", hooks+"/"+sub+"/activation", nil).is(204, "")
	p.call("PUT", hooks+"/"+sub+"/activation", nil).is(409, "SUBSCRIPTION_ALREADY_ACTIVE")
}

func TestOnly202IsSuccessAndTheSameEventComesAgain(t *testing.T) {
	w, r := start(t, plain), receive(t)
	id := w.subscribe(r, nil, "job.created")
	r.answer(http.StatusOK)
	w.manyJobs(1)
	first := r.next(t)
	for step, wait := range ladder {
		w.blocked(1)
		w.clock.Advance(wait - time.Second)
		select {
		case <-r.got:
			t.Fatalf("step %d came too early", step+1)
		default:
		}
		w.clock.Advance(time.Second)
		again := r.next(t)
		if again.header.Get("event-id") != first.header.Get("event-id") || again.body != first.body {
			t.Fatalf("step %d brought another event", step+1)
		}
	}
	r.answer(http.StatusAccepted)
	w.manyJobs(1) // the first was given up, the next comes through
	if h := r.next(t); h.header.Get("event-id") == first.header.Get("event-id") {
		t.Fatal("an eleventh re-delivery")
	}
	deadline := time.Now().Add(10 * time.Second)
	for w.sim.Webhooks()[0].Delivered == 0 {
		if time.Now().After(deadline) {
			t.Fatal("the delivery is not counted")
		}
	}
	var log []map[string]any
	if err := json.Unmarshal(w.get(hooks+"/"+id+"/callbacks-log?callbackStatus=failed&limit=100").Body, &log); err != nil || len(log) != 11 {
		t.Fatalf("%v, %d failed callbacks in the log, want 11", err, len(log))
	}
}

func TestAFlushMakesRedeliveriesDue(t *testing.T) {
	w, r := start(t, plain), receive(t)
	w.subscribe(r, nil, "job.created")
	r.answer(http.StatusInternalServerError)
	w.manyJobs(1)
	r.next(t)
	w.blocked(1)
	r.answer(http.StatusAccepted)
	w.order("POST", "/_sim/webhooks/flush", nil).is(204, "")
	r.next(t)
	w.order("POST", "/_sim/webhooks/ladder", map[string]any{"factor": 60}).is(204, "")
	w.order("POST", "/_sim/webhooks/ladder", map[string]any{"factor": 0}).is(422, "")
}

func TestRepeatedFailuresSuspendASubscription(t *testing.T) {
	w, r := start(t, plain), receive(t)
	id := w.subscribe(r, nil, "job.created")
	r.answer(http.StatusInternalServerError)
	w.manyJobs(suspendAfter)
	deadline := time.Now().Add(20 * time.Second)
	for !w.sim.Webhooks()[0].Suspended {
		if time.Now().After(deadline) {
			t.Fatalf("%+v", w.sim.Webhooks())
		}
	}
	if got := w.get(hooks + "/" + id).str("status"); got != "inactive" {
		t.Fatal(got)
	}
	r.answer(http.StatusAccepted)
	w.call("PUT", hooks+"/"+id+"/activation", nil).is(204, "")
}

func TestEventsMayComeTwiceAndOutOfOrder(t *testing.T) {
	w, r := start(t, plain, with("webhook_repeats", "twice"), with("webhook_order", "shuffled"), with("event_version", "v201910")), receive(t)
	w.subscribe(r, map[string]any{"callbackAuthentication": map[string]any{"type": "oauth2", "clientId": "c", "clientSecret": "s", "tokenServiceUrl": r.URL + "/token"}},
		"candidate.created", "application.created")
	for range 10 {
		w.create(person("p@example.com"))
	}
	seen := map[string]int{}
	reversed := false
	born := map[string]bool{}
	for range 40 {
		h := r.next(t)
		seen[h.header.Get("event-id")]++
		var b struct{ ID, Candidate_ID string }
		if err := json.Unmarshal([]byte(h.body), &b); err != nil {
			t.Fatal(err)
		}
		born[b.ID] = true
		reversed = reversed || b.Candidate_ID != "" && !born[b.Candidate_ID]
		if h.header.Get("Authorization") != "Bearer callback-token" || h.header.Get("event-version") != "v201910" {
			t.Fatalf("%v", h.header)
		}
	}
	for id, n := range seen {
		if n != 2 {
			t.Errorf("event %s came %d times", id, n)
		}
	}
	if len(seen) != 20 || !reversed {
		t.Errorf("%d events, out of order: %v", len(seen), reversed)
	}
}
