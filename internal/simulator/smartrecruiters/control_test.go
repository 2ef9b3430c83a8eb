package smartrecruiters

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"

	"handoff/internal/simulator/simkit"
)

func (w *world) order(method, path string, body any) reply {
	w.t.Helper()
	return w.call(method, path, body, simkit.ControlHeader, "1")
}

func TestTheControlPortIsForThisMachineOnly(t *testing.T) {
	w := start(t)
	w.get("/_sim/ledger").is(200, "")
	w.call("POST", "/_sim/reset", nil).is(403, "")
	w.call("POST", "/_sim/reset", nil, simkit.ControlHeader, "true").is(403, "")
	ask := func(remote, host string) int {
		r := httptest.NewRequest("GET", "http://"+host+"/_sim/ledger", nil)
		r.RemoteAddr = remote
		rec := httptest.NewRecorder()
		w.sim.Handler().ServeHTTP(rec, r)
		return rec.Code
	}
	for _, c := range []struct {
		remote, host string
		want         int
	}{
		{"127.0.0.1:5", "localhost:8081", 200}, {"[::1]:5", "[::1]:8081", 200}, {"127.0.0.1:5", "127.0.0.1", 200}, {"[::ffff:127.0.0.1]:5", "localhost", 200},
		{"192.0.2.7:5", "localhost:8081", 403}, {"127.0.0.1:5", "evil.example.com", 403}, {"127.0.0.1:5", "localhost.example.com:8081", 403},
		{"127.0.0.1:5", "127.0.0.1.example.com", 403},
	} {
		if got := ask(c.remote, c.host); got != c.want {
			t.Errorf("from %s to %s: %d, want %d", c.remote, c.host, got, c.want)
		}
	}
	exposed := start(t, func(o *Options) { o.ExposeControl = true })
	r := httptest.NewRequest("POST", "http://sim.example.com/_sim/reset", nil)
	rec := httptest.NewRecorder()
	exposed.sim.Handler().ServeHTTP(rec, r)
	if rec.Code != 403 {
		t.Errorf("exposed, a change without the header: %d", rec.Code)
	}
}

func TestTheControlPortDoesWhatAnAdministratorDoes(t *testing.T) {
	w := start(t)
	id := w.create(grace())
	job := w.order("POST", "/_sim/jobs", map[string]any{"title": "Welder", "city": "Radom"}).is(201, "").str("id")
	w.order("POST", "/_sim/jobs/"+job+"/status", map[string]any{"status": "FILLED"}).is(204, "")
	w.order("POST", "/_sim/jobs/"+job+"/title", map[string]any{"title": "Senior Welder"}).is(204, "")
	if r := w.get("/jobs/" + job); r.str("status") != "FILLED" || r.str("title") != "Senior Welder" {
		t.Fatalf("%s", r.Body)
	}
	w.order("POST", "/_sim/jobs/"+job+"/access", map[string]any{"denied": true}).is(204, "")
	w.get("/jobs/"+job).is(401, "PERMISSION_DENIED")
	w.order("POST", "/_sim/candidates"+"/"+id+"/jobs/"+w.job+"/status", map[string]any{"status": "HIRED"}).is(204, "")
	if got := w.get(w.app(id)).str("status"); got != "HIRED" {
		t.Fatal(got)
	}
	w.order("POST", "/_sim/candidates/"+id+"/consent", map[string]any{"status": "ACQUIRED"}).is(204, "")
	stranger := w.order("POST", "/_sim/candidates", map[string]any{"first_name": "A", "last_name": "B", "email": "ab@example.com", "job_id": w.job}).is(201, "").str("id")
	w.order("DELETE", "/_sim/candidates/"+stranger+"/jobs/"+w.job, nil).is(204, "")
	w.order("DELETE", "/_sim/candidates/"+stranger, nil).is(204, "")
	src := w.order("POST", "/_sim/sources", map[string]any{"label": "Fair"}).is(201, "").str("uuid")
	w.order("DELETE", "/_sim/sources/"+src, nil).is(204, "")
	w.order("POST", "/_sim/hiring-processes/Default%20hiring%20process/sub-statuses", map[string]any{"status": "INTERVIEW", "names": []string{"Only"}}).is(204, "")
	w.order("POST", "/_sim/hiring-processes", map[string]any{"name": "Sales", "sub_statuses": map[string]any{"OFFERED": []string{"Car chosen"}}}).is(204, "")
	if !bytes.Contains(w.get("/configuration/hiring-processes").Body, []byte(`"OFFERED":["Car chosen"]`)) {
		t.Error("the hiring process is not there")
	}
	w.order("POST", "/_sim/hiring-processes", map[string]any{"name": "Sales"}).is(422, "")
	w.order("POST", "/_sim/lag", map[string]any{"lists": "2s"}).is(204, "")
	w.order("POST", "/_sim/limits", map[string]any{"per_second": 5}).is(204, "")
	w.order("POST", "/_sim/redirect-uris", map[string]any{"uri": "https://a.example.com/cb"}).is(204, "")
	code := w.order("POST", "/_sim/authorize", map[string]any{"user": integration}).is(200, "").str("code")
	access := w.token("grant_type", "authorization_code", "code", code, "redirect_uri", redirectURI).is(200, "").str("access_token")
	w.order("POST", "/_sim/tokens/expire", map[string]any{}).is(204, "")
	w.call("GET", "/configuration/company", nil, bearer(access)...).is(401, "")
	if n := w.order("POST", "/_sim/grants/revoke", nil).is(200, "").obj()["revoked"]; n != 1.0 {
		t.Fatalf("%v revoked", n)
	}
	key := w.order("POST", "/_sim/keys", nil).is(201, "").obj()
	w.order("POST", "/_sim/grants/revoke", map[string]any{"credential": key["id"]}).is(204, "")
	w.call("GET", "/configuration/company", nil, "X-SmartToken", key["key"].(string)).is(401, "")
	w.order("POST", "/_sim/clients", map[string]any{"role": RoleViewer}).is(201, "")
	w.order("POST", "/_sim/users/"+integration+"/role", map[string]any{"role": RoleViewer}).is(204, "")
	w.order("DELETE", "/_sim/users/"+integration, nil).is(204, "")
	if w.get("/_sim/app").is(200, "").str("client_id") == "" {
		t.Error("no client id")
	}
	w.get("/_sim/").is(200, "")
}

func TestTheControlPortRefusesWhatCannotBe(t *testing.T) {
	w := start(t)
	for path, body := range map[string]any{
		"/_sim/jobs": map[string]any{"title": ""}, "/_sim/jobs/nope/status": map[string]any{"status": "FILLED"},
		"/_sim/sources": map[string]any{}, "/_sim/switches": map[string]any{"initial_status": "odd"}, "/_sim/authorize": map[string]any{"user": "x"},
		"/_sim/redirect-uris": map[string]any{"uri": "http://x.example.com"}, "/_sim/clients": map[string]any{"scopes": []string{"x"}},
		"/_sim/candidates/nope/jobs/nope/status": map[string]any{"status": "NEW"}, "/_sim/grants/revoke": map[string]any{"credential": "x"},
	} {
		if r := w.order("POST", path, body); r.Status != http.StatusUnprocessableEntity || r.str("error") == "" {
			t.Errorf("%s: %d %s", path, r.Status, r.Body)
		}
	}
	w.order("POST", "/_sim/jobs", map[string]any{"titel": "typo"}).is(400, "")
	w.order("POST", "/_sim/faults", []any{map[string]any{"kind": "odd"}}).is(400, "")
	w.order("POST", "/_sim/faults", []any{map[string]any{"kind": "drop_after", "methd": "POST"}}).is(400, "")
	w.order("POST", "/_sim/clock", map[string]any{"advance": "soon"}).is(400, "")
	w.get("/_sim/journal?since=x").is(400, "")
}

func TestFaultsClockJournalAndSwitchesByControl(t *testing.T) {
	w := start(t)
	w.order("POST", "/_sim/faults", []any{map[string]any{"kind": "status_before", "status": 503, "op": "jobsAll", "count": 1}}).is(200, "")
	w.get("/jobs").is(503, "")
	w.order("POST", "/_sim/faults", map[string]any{"replace": true, "misbehave": map[string]any{"seed": 1, "intensity": 0}}).is(200, "")
	w.get("/jobs?q=needle").is(200, "")

	var page simkit.JournalPage
	if err := json.Unmarshal(w.get("/_sim/journal?since=1").Body, &page); err != nil || len(page.Entries) != 1 {
		t.Fatalf("%v %+v", err, page)
	}
	if e := page.Entries[0]; e.Target != "/jobs?q=needle" || e.Path != "/jobs" || e.Credential != "key-1" || e.Status != 200 || e.Op != "jobsAll" || e.RequestSHA256 == "" {
		t.Fatalf("%+v", e)
	}
	if page.Next != 2 {
		t.Fatalf("next %d", page.Next)
	}
	w.order("POST", "/_sim/clock", map[string]any{"advance": "24h"}).is(200, "")
	if got := w.clock.Now(); !got.Equal(noon.AddDate(0, 0, 1)) {
		t.Fatal(got)
	}
	w.order("POST", "/_sim/switches", map[string]any{"initial_status": "lead"}).is(200, "")
	if w.sim.Switches().InitialStatus != StatusLead {
		t.Fatal("not switched")
	}
	w.order("DELETE", "/_sim/faults", nil).is(200, "")
}

func TestResetBringsTheSameCompanyBack(t *testing.T) {
	w := start(t)
	before := w.sim.Ledger()
	w.create(grace())
	w.sim.SetLag(1e9)
	w.order("POST", "/_sim/reset", nil).is(204, "")
	after := w.sim.Ledger()
	if len(after.Candidates) != len(before.Candidates) || after.Jobs[0].ID != before.Jobs[0].ID || len(after.Credentials) != 0 || len(w.sim.Journal(0).Entries) != 0 {
		t.Fatal("something of before is left")
	}
	w.get("/jobs").is(401, "")
	if id := start(t).job; id != before.Jobs[0].ID {
		t.Error("the same seed gave another company")
	}
}

func TestTheJournalHoldsNoSecretsAndNoBodies(t *testing.T) {
	w := start(t)
	access, refresh := w.grant(integration)
	w.call("POST", "/jobs/"+w.job+"/candidates", grace(), bearer(access)...).is(201, "")
	b, err := json.Marshal(w.sim.Journal(0))
	if err != nil {
		t.Fatal(err)
	}
	_, secret := w.sim.App()
	for _, s := range []string{access, refresh, secret, w.key, "gracja.probna", "Probna"} {
		if containsBytes(b, s) {
			t.Errorf("%q is in the journal", s)
		}
	}
}

func containsBytes(b []byte, s string) bool { return contains(string(b), s) }
