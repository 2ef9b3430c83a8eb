package api_test

import (
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"handoff/internal/app"
	"handoff/internal/secret"
	"handoff/internal/simulator/erecruiter"
)

// eRecruiterIn starts a simulated eRecruiter whose key travels in a mode, and a
// house for it, without the vendor's pace.
func eRecruiterIn(t *testing.T, m erecruiter.Mode) (*house, *erecruiter.Simulator) {
	t.Helper()
	d := erecruiter.DefaultDialect().WithAuth(m)
	sim := erecruiter.New(erecruiter.Options{Seed: 7, Populate: true, Partner: "Handoff", Dialect: d, Limits: erecruiter.Limits{PerSecond: -1, Burst: -1}})
	s := httptest.NewServer(sim.Handler())
	t.Cleanup(func() { sim.Close(); s.Close() })
	_, port, _ := net.SplitHostPort(s.Listener.Addr().String())
	url := "http://localhost:" + port
	ats := app.ATS{APIURL: url + d.Base, AuthorizeURL: url, TokenURL: url + d.Auth.TokenPath,
		Mapping: []byte(`{"rate.per_second": 50, "rate.concurrency": 8, "auth.mode": "` + string(m) + `", "auth.header": "` + d.Auth.Header + `"` +
			map[bool]string{true: `, "auth.prefix": ""`}[m == erecruiter.HeaderKey] + `}`)}
	if m == erecruiter.Exchange {
		id, key := sim.Client()
		ats.ClientID, ats.ClientSecret = id, secret.New(key)
	}
	return startOf(t, app.Options{ERecruiter: ats}), sim
}

// tested runs a test of the connection to its end.
func (c *client) tested(conn string) got {
	c.h.t.Helper()
	run := c.ask("POST", "/connections/"+conn+"/test", nil).want(202)
	return c.until(strings.TrimPrefix(run.header.Get("Location"), "/api/v1"), func(g got) bool { return g.text("state") != "running" })
}

func TestEveryWayInWhichAKeyTravelsIsConnectedByAPI(t *testing.T) {
	for _, m := range erecruiter.Modes() {
		t.Run(string(m), func(t *testing.T) {
			h, sim := eRecruiterIn(t, m)
			body := map[string]any{"ats": "erecruiter", "auth": "access_key", "access_scope": "all",
				"credentials": map[string]any{"access_key": sim.IssueKey(erecruiter.ScopeAll).Key}}
			foreign := "password"
			if m == erecruiter.Password {
				a := sim.IssueServiceAccount()
				id, key := sim.Client()
				body["auth"], foreign = "client_credentials", "access_key"
				body["credentials"] = map[string]any{"username": a.Username, "password": a.Password, "client_id": id, "client_secret": key}
			}
			credentials := body["credentials"].(map[string]any)
			credentials[foreign] = "hush"
			if g := h.admin.ask("POST", "/connections", body).want(422, "invalid"); g.field("credentials."+foreign) != "not_allowed" {
				t.Errorf("a credential of another way: %s", g.body)
			}
			delete(credentials, foreign)
			credentials["token"] = "hush"
			h.admin.ask("POST", "/connections", body).want(422, "invalid")
			delete(credentials, "token")
			body["environment"] = "sandbox"
			if g := h.admin.ask("POST", "/connections", body).want(422, "invalid"); g.field("environment") != "not_allowed" {
				t.Errorf("an environment that the vendor does not have: %s", g.body)
			}
			delete(body, "environment")
			conn := h.admin.ask("POST", "/connections", body).want(201).text("id")
			if g := h.admin.tested(conn); g.text("state") != "passed" {
				t.Fatalf("the test: %s", g.body)
			}
			g := h.admin.ask("GET", "/connections/"+conn, nil).want(200)
			if g.text("state") != "connected" || g.text("account.name") != "Acme Robotics" || g.text("access_scope") != "all" || g.get("report.checks.0.name") != "credential" {
				t.Errorf("connected: %s", g.body)
			}
		})
	}
}

func TestTheLifeOfAKeyByAPI(t *testing.T) {
	h, sim := eRecruiterIn(t, erecruiter.BearerKey)
	twin, err := sim.AddCompany("Acme Services")
	if err != nil {
		t.Fatal(err)
	}
	var typed []string
	key := func(companies ...int64) map[string]any {
		k := sim.IssueKey(erecruiter.ScopeAll, companies...).Key
		typed = append(typed, k)
		return map[string]any{"access_key": k}
	}
	conn := h.admin.ask("POST", "/connections", map[string]any{"ats": "erecruiter", "auth": "access_key", "credentials": key(sim.Company().ID, twin.ID)}).want(201).text("id")
	path := "/connections/" + conn
	if g := h.admin.tested(conn); g.text("state") != "failed" || g.text("checks.1.code") != "choose_account" {
		t.Fatalf("of several companies: %s", g.body)
	}
	chosen := strconv.FormatInt(sim.Company().ID, 10)
	if g := h.admin.ask("GET", path, nil).want(200); g.text("accounts.0.id") != chosen || g.text("accounts.1.name") != "Acme Services" {
		t.Fatalf("to choose from: %s", g.body)
	}
	h.admin.ask("POST", path+"/confirm", map[string]any{"account_id": "7"}).want(409, "account_mismatch")
	h.user.ask("POST", path+"/confirm", map[string]any{"account_id": chosen}).want(403)
	h.other.ask("POST", path+"/confirm", map[string]any{"account_id": chosen}).want(404)
	h.admin.ask("POST", path+"/confirm", map[string]any{"account_id": chosen}).want(200)
	if g := h.admin.tested(conn); g.text("state") != "passed" {
		t.Fatalf("after the choice: %s", g.body)
	}

	h.admin.ask("PATCH", path, map[string]any{}).want(422, "invalid")
	if g := h.admin.ask("PATCH", path, map[string]any{"access_scope": "selected"}).want(200); g.text("access_scope") != "selected" {
		t.Errorf("the scope: %s", g.body)
	}
	if g := h.admin.ask("PATCH", path, map[string]any{"credentials": key(twin.ID)}).want(200); g.text("state") != "connected" || g.get("new_credential_saved_at") == nil {
		t.Errorf("a new key: %s", g.body)
	}
	if g := h.admin.tested(conn); g.text("checks.0.code") != "next_other_account" {
		t.Errorf("of another company: %s", g.body)
	}
	h.user.ask("DELETE", path+"/new-credential", nil).want(403)
	h.admin.ask("DELETE", path+"/new-credential", nil).want(204)
	h.admin.ask("DELETE", path+"/new-credential", nil).want(404)
	h.admin.ask("PATCH", path, map[string]any{"credentials": key(), "access_scope": "all"}).want(200)
	if g := h.admin.tested(conn); g.text("state") != "passed" {
		t.Errorf("of the same company: %s", g.body)
	}
	if g := h.admin.ask("GET", path, nil).want(200); g.get("new_credential_saved_at") != nil || g.text("access_scope") != "all" {
		t.Errorf("after it took over: %s", g.body)
	}
	for _, k := range typed {
		if strings.Contains(h.log.String(), k) || strings.Contains(string(h.admin.ask("GET", path, nil).body), k) {
			t.Error("a key is logged or shown")
		}
	}
}

func TestASourceIsImportedOrTypedByAPI(t *testing.T) {
	h, sim := eRecruiterIn(t, erecruiter.BearerKey)
	conn := h.admin.ask("POST", "/connections", map[string]any{"ats": "erecruiter", "auth": "access_key", "access_scope": "all",
		"credentials": map[string]any{"access_key": sim.IssueKey(erecruiter.ScopeAll).Key}}).want(201).text("id")
	h.admin.tested(conn)
	path := "/connections/" + conn
	g := h.admin.ask("PUT", path+"/sources/selected", map[string]any{"source_id": "424242"}).want(200)
	if g.text("source.id") != "424242" || g.get("source.typed") != true {
		t.Errorf("typed: %s", g.body)
	}
	h.admin.ask("PUT", path+"/sources/selected", map[string]any{"source_id": "not an id"}).want(422, "invalid")
	ours, err := sim.AddOrigin("Handoff")
	if err != nil {
		t.Fatal(err)
	}
	h.admin.ask("POST", path+"/sources/import", nil).want(202)
	h.admin.until(path, func(g got) bool {
		return g.text("source.id") == strconv.FormatInt(ours.ID, 10) && g.get("source.typed") == nil
	})

	h.user.ask("POST", path+"/jobs/refresh", nil).want(202)
	jobs := h.user.until(path+"/jobs?q=machine", func(g got) bool { return g.get("refreshing") == false && g.get("items.0") != nil })
	if jobs.get("items.0.shared") != true || jobs.get("items.0.consent_assigned") != nil || jobs.get("items.0.blocked_reason") != nil {
		t.Errorf("a job as listed: %s", jobs.body)
	}
	p := h.admin.open()
	to := map[string]any{"connection_id": conn, "remote_job_id": jobs.text("items.0.id")}
	run := h.admin.ask("POST", "/processes/"+p+"/binding/test", to, "Idempotency-Key", "t").want(202).text("id")
	if g := h.admin.until("/test-runs/"+run, func(g got) bool { return g.text("state") != "running" }); g.text("state") != "failed" {
		t.Errorf("without a consent: %s", g.body)
	}
	jobs = h.user.ask("GET", path+"/jobs?q=machine", nil).want(http.StatusOK)
	if jobs.get("items.0.consent_assigned") != false || jobs.text("items.0.blocked_reason") != "no_consent_assigned" || jobs.get("items.0.consent_known_at") == nil {
		t.Errorf("once it is known: %s", jobs.body)
	}
}
