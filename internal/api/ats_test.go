package api_test

import (
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"handoff/internal/app"
	"handoff/internal/simulator/smartrecruiters"
)

// remote starts a simulated SmartRecruiters and returns the settings for it.
func remote(t *testing.T) (*smartrecruiters.Simulator, app.ATS) {
	t.Helper()
	sim := smartrecruiters.New(smartrecruiters.Options{Seed: 7, Populate: true})
	s := httptest.NewServer(sim.Handler())
	t.Cleanup(func() { sim.Close(); s.Close() })
	_, port, _ := net.SplitHostPort(s.Listener.Addr().String())
	url := "http://localhost:" + port
	sim.SetPublicURL(url)
	return sim, app.ATS{APIURL: url, AuthorizeURL: url, TokenURL: url}
}

// until asks for a resource until ok says so. The lanes work beside the test;
// there is nothing in the API to wait on but the resource itself.
func (c *client) until(path string, ok func(got) bool) got {
	c.h.t.Helper()
	end := time.Now().Add(60 * time.Second)
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for range tick.C {
		g := c.ask("GET", path, nil).want(http.StatusOK)
		if ok(g) {
			return g
		}
		if time.Now().After(end) {
			c.h.t.Fatalf("after a minute %s is still %s", path, g.body)
		}
	}
	return got{}
}

func TestAPlatformGoesAllTheWayByAPIAlone(t *testing.T) {
	sim, ats := remote(t)
	h := startWith(t, ats)
	conn := h.admin.ask("POST", "/connections", map[string]any{"ats": "smartrecruiters", "auth": "api_key", "environment": "production",
		"credentials": map[string]any{"api_key": sim.IssueKey().Key}}).want(201).text("id")
	test := h.admin.ask("POST", "/connections/"+conn+"/test", nil).want(202)
	finished := func(g got) bool { return g.text("state") != "running" }
	if g := h.admin.until(strings.TrimPrefix(test.header.Get("Location"), "/api/v1"), finished); g.text("state") != "passed" {
		t.Fatalf("the connection's test: %s", g.body)
	}
	h.admin.ask("POST", "/connections/"+conn+"/sources/import", nil).want(202)
	sources := h.admin.until("/connections/"+conn+"/sources?limit=100", func(g got) bool { return g.get("refreshing") == false && g.get("read_at") != nil })
	h.admin.ask("PUT", "/connections/"+conn+"/sources/selected", map[string]any{"source_id": sources.get("items.0.id")}).want(200)
	h.user.ask("POST", "/connections/"+conn+"/jobs/refresh", nil).want(202)
	jobs := h.admin.until("/connections/"+conn+"/jobs?q=machine", func(g got) bool { return g.get("refreshing") == false && g.get("read_at") != nil })
	remoteJob := jobs.text("items.0.id")

	p := h.admin.open()
	to := map[string]any{"connection_id": conn, "remote_job_id": remoteJob}
	run := h.admin.ask("POST", "/processes/"+p+"/binding/test", to, "Idempotency-Key", "t").want(202)
	run = h.admin.until("/test-runs/"+run.text("id"), finished)
	if run.text("state") != "passed" {
		t.Fatalf("the binding's test: %s", run.body)
	}
	to["test_run_id"] = run.text("id")
	if state := h.admin.ask("PUT", "/processes/"+p+"/binding", to).want(200).text("state"); state != "ok" {
		t.Errorf("bound, and %s", state)
	}
	if title := h.admin.ask("GET", "/processes/"+p+"/binding/preflight", nil).want(200).text("job.title"); title != "Machine Learning Engineer" {
		t.Errorf("bound to %q", title)
	}

	body := withCV(h.candidate(p), "cv.pdf", pdf(30_000))
	form := h.admin.ask("GET", "/processes/"+p+"/application-form?locale=pl", nil).want(200)
	consent := body["consent"].(map[string]any)
	consent["ats_transfer"] = map[string]any{"decision": "given", "version": form.get("ats_transfer.version")}
	id := h.admin.ask("POST", "/processes/"+p+"/applications", body, "Idempotency-Key", "a").want(201).text("id")
	done := h.admin.until("/applications/"+id, func(g got) bool { return g.text("delivery.state") == "delivered" })
	if done.get("delivery.remote_candidate_id") == nil || done.text("consent.ats_transfer") != "given" {
		t.Errorf("delivered: %s", done.body)
	}
	n := 0
	for _, c := range sim.Ledger().Candidates {
		if strings.EqualFold(c.Email, "zofia.w@example.com") {
			n++
		}
	}
	if n != 1 {
		t.Errorf("the ATS holds %d of her, want 1", n)
	}
	h.admin.ask("POST", "/applications/"+id+"/delivery/retry", nil).want(409, "delivery_not_retryable")
	h.admin.ask("GET", "/attention", nil).want(200)
	h.admin.ask("DELETE", "/connections/"+conn, nil).want(204)
	if state := h.admin.ask("GET", "/connections/"+conn, nil).want(200).text("state"); state != "disconnected" {
		t.Errorf("the connection is %s", state)
	}
}

func TestAnAuthorizationLinkIsOursAndGoesOnlyWhereItMay(t *testing.T) {
	h := start(t)
	conn := h.admin.ask("POST", "/connections", map[string]any{"ats": "smartrecruiters", "auth": "oauth"}).want(201)
	if conn.text("state") != "awaiting_authorization" {
		t.Errorf("made %s", conn.body)
	}
	path := "/connections/" + conn.text("id") + "/authorize"
	link := h.admin.ask("POST", path, map[string]any{"return_url": "https://platform.example.com/done"}).want(200)
	if !strings.HasPrefix(link.text("url"), h.URL()+"/connect/") {
		t.Errorf("url %q", link.text("url"))
	}
	h.admin.ask("POST", path, nil).want(200)
	h.admin.ask("POST", path, map[string]any{"return_url": "https://platform.example.com/done?x"}).want(422, "return_url_refused")
	h.admin.ask("POST", "/connections/"+conn.text("id")+"/confirm", map[string]any{"account_id": "x"}).want(409)
	h.admin.ask("POST", "/connections", map[string]any{"ats": "smartrecruiters", "auth": "oauth"}).want(409, "connection_exists")
	h.admin.ask("POST", "/connections", map[string]any{"ats": "workday", "auth": "oauth"}).want(422, "invalid")
}
