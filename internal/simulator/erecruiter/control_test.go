package erecruiter

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"handoff/internal/simulator/simkit"
)

func (w *world) order(method, path string, body any) reply {
	w.t.Helper()
	return w.call(method, path, body, simkit.ControlHeader, "1")
}

func TestTheControlPortIsForThisMachineOnly(t *testing.T) {
	w := start(t)
	w.call("GET", "/_sim/ledger", nil).is(200, "")
	w.call("POST", "/_sim/reset", nil).is(403, "")
	for _, c := range []struct {
		remote, host string
		want         int
	}{{"127.0.0.1:5", "localhost:8082", 200}, {"192.0.2.7:5", "localhost:8082", 403}, {"127.0.0.1:5", "evil.example.com", 403}} {
		r := httptest.NewRequest("GET", "http://"+c.host+"/_sim/ledger", nil)
		r.RemoteAddr = c.remote
		rec := httptest.NewRecorder()
		w.sim.Handler().ServeHTTP(rec, r)
		if rec.Code != c.want {
			t.Errorf("from %s to %s: %d, want %d", c.remote, c.host, rec.Code, c.want)
		}
	}
}

func TestTheControlPortDoesWhatAnAdministratorDoes(t *testing.T) {
	w := start(t)
	m := func(kv ...any) map[string]any {
		out := map[string]any{}
		for i := 0; i < len(kv); i += 2 {
			out[kv[i].(string)] = kv[i+1]
		}
		return out
	}
	post := func(status int, path string, body any) reply {
		t.Helper()
		return w.order("POST", path, body).is(status, "")
	}
	job := post(201, "/_sim/recruitments", m("name", "Welding Engineer", "city", "Radom")).num("id")
	at := fmt.Sprintf("/_sim/recruitments/%d", job)
	post(204, at+"/name", m("name", "Senior Welding Engineer"))
	post(204, at+"/status", m("status", "Closed"))
	post(204, at+"/status", m("status", "Active"))
	post(204, at+"/share", m("shared", true))
	post(204, at+"/cv", m("demanded", true))
	q := post(201, at+"/questions", m("label", "Prawo jazdy?", "required", true)).num("id")
	post(204, fmt.Sprintf("%s/questions/%d", at, q), m("required", false))
	consent := post(201, "/_sim/consents", m("text", "Zgoda.", "required", true)).num("id")
	post(204, fmt.Sprintf("/_sim/consents/%d/text", consent), m("text", "Nowa zgoda."))
	post(204, fmt.Sprintf("%s/consents/%d", at, consent), m("required", true))
	stage := post(201, "/_sim/stages", m("name", "Test", "category", "Standard")).num("id")
	post(204, fmt.Sprintf("/_sim/stages/%d/name", stage), m("name", "Test 2"))
	post(204, fmt.Sprintf("%s/stages/%d", at, stage), m("ticked", true))
	origin := post(201, "/_sim/origins", m("name", "Targi")).num("id")
	post(204, fmt.Sprintf("/_sim/origins/%d/active", origin), m("active", false))
	w.order("DELETE", fmt.Sprintf("/_sim/origins/%d", origin), nil).is(204, "")

	b := w.grace()
	b["consents"] = []any{w.says(consent, true)}
	app := w.push(job, b).is(201, "")
	id := app.num("applicationId")
	post(204, fmt.Sprintf("/_sim/applications/%d/open", id), nil)
	post(204, fmt.Sprintf("/_sim/applications/%d/move", id), m("stage", stage))
	if got := w.get("/CandidateApplications/%d", id).obj()["stageName"]; got != "Test 2" {
		t.Error(got)
	}
	w.order("DELETE", fmt.Sprintf("/_sim/applications/%d", id), nil).is(204, "")
	w.get("/CandidateApplications/%d", id).is(404, "")
	w.order("DELETE", fmt.Sprintf("/_sim/candidates/%d", app.num("candidateId")), nil).is(204, "")
	post(201, "/_sim/candidates", m("first_name", "A", "last_name", "B", "email", "ab@example.com", "recruitment_id", job))
	ad := post(201, "/_sim/ads", m("recruitment_id", job, "title", "Welder", "portals", []string{"inhire.io"})).num("id")
	post(204, fmt.Sprintf("/_sim/ads/%d", ad), m("recruitment_id", job, "title", "Senior Welder"))
	post(204, fmt.Sprintf("/_sim/ads/%d/withdraw", ad), nil)
	post(204, "/_sim/ad-push", m("url", ""))
	w.order("DELETE", fmt.Sprintf("/_sim/stages/%d", stage), nil).is(204, "")

	company := post(201, "/_sim/companies", m("name", "Example Drones")).num("id")
	key := post(201, "/_sim/keys", m("scope", "all")).obj()["id"].(string)
	post(204, "/_sim/keys/"+key+"/scope", m("scope", "selected"))
	post(204, "/_sim/keys/"+key+"/companies", m("companies", []int64{w.company, company}))
	post(204, "/_sim/keys/"+key+"/rights", m("operation", "listOrigins", "denied", true))
	post(204, "/_sim/keys/"+key+"/revoke", nil)
	post(201, "/_sim/partner/activate", m("scope", "selected"))
	post(201, "/_sim/accounts", nil)
	post(204, fmt.Sprintf("/_sim/companies/%d/multiposting", w.company), m("on", false))
	post(204, "/_sim/token-endpoint", m("gone", true, "life", "10m"))
	post(204, "/_sim/lag", m("lists", "2s", "stages", "1m", "feed", "30m"))
	post(204, "/_sim/limits", m("per_second", 5))
	post(204, "/_sim/skew", m("by", "1h"))
	post(204, "/_sim/dialect", m("name", "partner", "auth", m("mode", "bearer_key")))
	if d := w.sim.Dialect(); d.Name != "partner" || d.Auth.Mode != BearerKey {
		t.Error(d.Name, d.Auth.Mode)
	}
	for _, path := range []string{"/_sim/", "/_sim/client", "/_sim/dialect", "/_sim/breakages", "/_sim/switches"} {
		w.call("GET", path, nil).is(200, "")
	}
}

func TestTheControlPortRefusesWhatCannotBe(t *testing.T) {
	w := start(t)
	for path, body := range map[string]any{
		"/_sim/recruitments": map[string]any{"name": ""}, "/_sim/recruitments/1/status": map[string]any{"status": "Closed"},
		"/_sim/origins": map[string]any{}, "/_sim/switches": map[string]any{"duplicate": "odd"}, "/_sim/keys": map[string]any{"scope": "x"},
		"/_sim/partner/activate": map[string]any{"scope": ""}, "/_sim/stages": map[string]any{"name": "x", "category": "y"}, "/_sim/consents": map[string]any{},
		"/_sim/keys/key-1/rights": map[string]any{"operation": "x"}, "/_sim/keys/key-1/companies": map[string]any{}, "/_sim/breakages/x": map[string]any{},
		"/_sim/applications/1/open": nil, "/_sim/ads": map[string]any{"categories": []string{"x"}}, "/_sim/dialect": map[string]any{"name": "x"},
		"/_sim/companies": map[string]any{}, "/_sim/candidates": map[string]any{"recruitment_id": 1},
	} {
		if r := w.order("POST", path, body); r.Status != http.StatusUnprocessableEntity || r.obj()["error"] == "" {
			t.Errorf("%s: %d %s", path, r.Status, r.Body)
		}
	}
	w.order("POST", "/_sim/recruitments", map[string]any{"nam": "typo"}).is(400, "")
}

func TestFaultsClockAndResetByControl(t *testing.T) {
	w := start(t)
	before := w.sim.Ledger()
	w.order("POST", "/_sim/faults", []any{map[string]any{"kind": "status_before", "status": 503, "op": "listRecruitments", "count": 1}}).is(200, "")
	w.get("/Recruitments").is(503, "InternalServerError")
	w.get("/Recruitments").is(200, "")
	w.order("POST", "/_sim/clock", map[string]any{"advance": "24h"}).is(200, "")
	if got := w.clock.Now(); !got.Equal(noon.Add(24 * time.Hour)) {
		t.Error(got)
	}
	w.create(w.grace())
	w.order("POST", "/_sim/reset", nil).is(204, "")
	after := w.sim.Ledger()
	if len(after.Applications) != len(before.Applications) || len(after.Keys) != 0 || after.Recruitments[0].ID != before.Recruitments[0].ID || len(w.sim.Journal(0).Entries) != 0 {
		t.Error("something of before is left")
	}
	w.get("/Recruitments").is(401, "")
}

func TestTheJournalHoldsNoSecretsAndNoBodies(t *testing.T) {
	w := start(t, mode(Exchange))
	r := w.token("grant_type", "access_key", "access_key", w.key.Key).is(200, "").obj()
	w.push(w.job, w.grace(), "Authorization", "Bearer "+r["access_token"].(string)).is(201, "")
	b, err := json.Marshal(w.sim.Journal(0))
	w.ok(err)
	l, err := json.Marshal(w.sim.Ledger())
	w.ok(err)
	_, secret := w.sim.Client()
	for _, s := range []string{w.key.Key, secret, r["access_token"].(string), r["refresh_token"].(string), "gracja.probna", "Probna"} {
		if strings.Contains(string(b), s) {
			t.Errorf("%q is in the journal", s)
		}
		if !strings.Contains(s, "robna") && strings.Contains(string(l), s) {
			t.Errorf("%q is in the ledger", s)
		}
	}
}
