package api_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"handoff/internal/recruit"
)

// furnished is a house with one of everything that has an address.
func furnished(t *testing.T) (*house, map[string]string) {
	h := start(t)
	ids := map[string]string{"process": h.admin.open()}
	ids["application"] = h.admin.ask("POST", "/processes/"+ids["process"]+"/applications", h.candidate(ids["process"])).want(201).text("id")
	ids["connection"] = h.admin.ask("POST", "/connections", map[string]any{"ats": "smartrecruiters", "auth": "api_key",
		"credentials": map[string]any{"api_key": "hush-hush-key"}}).want(201).text("id")
	ids["test-run"] = h.admin.ask("POST", "/connections/"+ids["connection"]+"/test", nil).want(202).text("id")
	ids["token"] = h.admin.ask("POST", "/tokens", map[string]any{"name": "walk", "role": "user"}).want(201).text("id")
	ids["user"] = h.admin.ask("POST", "/users", map[string]any{"email": "u@acme.example.com", "name": "U", "role": "user",
		"password": "a long enough password"}).want(201).text("id")
	ids["company"] = string(h.acme.ID)
	return h, ids
}

// address puts identifiers into a pattern: each {id} is of what stands before it.
func address(pattern string, ids map[string]string) string {
	for what, id := range map[string]string{"processes": ids["process"], "applications": ids["application"], "connections": ids["connection"],
		"test-runs": ids["test-run"], "tokens": ids["token"], "users": ids["user"], "companies": ids["company"]} {
		pattern = strings.Replace(pattern, "/"+what+"/{id}", "/"+what+"/"+id, 1)
	}
	return strings.Replace(pattern, "{cause}", "none", 1)
}

// statuses that a read may have because there is nothing of the kind.
var empty = map[string]bool{"/api/v1/processes/{id}/binding": true, "/api/v1/processes/{id}/binding/preflight": true,
	"/api/v1/applications/{id}/cv": true, "/api/v1/ads/{id}": true, "/api/v1/connections/{id}/ads": true, "/api/v1/sync-runs/{id}": true}

func TestEveryReadAnswersAsTheDocumentSays(t *testing.T) {
	h, ids := furnished(t)
	for _, r := range h.Routes() {
		if r.Method != http.MethodGet || !strings.HasPrefix(r.Pattern, "/api/v1/") {
			continue
		}
		c := h.admin
		if r.Access == "operator" {
			c = h.oper
		}
		g := c.ask("GET", address(r.Pattern, ids), nil) // ask holds the answer to the document
		if g.status != http.StatusOK && !(empty[r.Pattern] && (g.status == 404 || g.status == 422)) {
			t.Errorf("GET %s: %d %s", r.Pattern, g.status, g.body)
		}
		if g.header.Get("Cache-Control") != "no-store" {
			t.Errorf("GET %s may be cached: %q", r.Pattern, g.header.Get("Cache-Control"))
		}
	}
}

func TestWhatIsAnotherCompanysIsNotThere(t *testing.T) {
	h, ids := furnished(t)
	bodies := map[string]any{
		"PATCH /api/v1/processes/{id}":                          map[string]any{"name": "Mine now"},
		"PUT /api/v1/processes/{id}/binding":                    map[string]any{"connection_id": "conn_x", "remote_job_id": "1"},
		"POST /api/v1/processes/{id}/applications":              h.candidate(ids["process"]),
		"PATCH /api/v1/applications/{id}":                       map[string]any{"stage": "hired"},
		"PATCH /api/v1/connections/{id}":                        map[string]any{"credentials": map[string]any{"api_key": "other"}},
		"POST /api/v1/connections/{id}/confirm":                 map[string]any{"account_id": "x"},
		"PUT /api/v1/connections/{id}/consent-template":         map[string]any{"texts": map[string]any{"pl": "a", "en": "b"}},
		"PUT /api/v1/connections/{id}/sources/selected":         map[string]any{"source_id": nil},
		"POST /api/v1/processes/{id}/binding/test":              map[string]any{"connection_id": ids["connection"], "remote_job_id": "1"},
		"GET /api/v1/processes/{id}/binding/preflight":          nil,
		"PUT /api/v1/connections/{id}/stage-sync":               map[string]any{"enabled": true, "who_tells": "nobody"},
		"PUT /api/v1/connections/{id}/stage-mapping":            map[string]any{"entries": []any{}},
		"POST /api/v1/connections/{id}/stage-mapping/preview":   map[string]any{"entries": []any{}},
		"DELETE /api/v1/tokens/{id}":                            nil,
		"POST /api/v1/applications/{id}/delivery/retry":         nil,
		"POST /api/v1/connections/{id}/authorize":               nil,
		"POST /api/v1/applications/{id}/erase":                  nil,
		"POST /api/v1/connections/{id}/sources/import":          nil,
		"POST /api/v1/connections/{id}/jobs/refresh":            nil,
		"POST /api/v1/connections/{id}/test":                    nil,
		"DELETE /api/v1/connections/{id}":                       nil,
		"DELETE /api/v1/processes/{id}":                         nil,
		"GET /api/v1/processes/{id}/application-form?locale=pl": nil,
	}
	asked := 0
	for _, r := range h.Routes() {
		if !strings.HasPrefix(r.Pattern, "/api/v1/") || !strings.Contains(r.Pattern, "{id}") {
			continue
		}
		asked++
		path := address(r.Pattern, ids)
		if r.Method == http.MethodDelete && strings.HasSuffix(path, "/stage-mapping") {
			path += "?process_id=" + ids["process"]
		}
		if g := h.other.ask(r.Method, path, bodies[r.Method+" "+r.Pattern]); g.status != http.StatusNotFound {
			t.Errorf("%s %s: %d, want 404: %s", r.Method, r.Pattern, g.status, g.body)
		}
	}
	if asked < 30 {
		t.Errorf("only %d asked", asked)
	}
	// And none of it happened.
	if name := h.admin.ask("GET", "/processes/"+ids["process"], nil).want(200).text("name"); name != "Senior ML Engineer" {
		t.Errorf("the process is called %q", name)
	}
	if stage := h.admin.ask("GET", "/applications/"+ids["application"], nil).want(200).text("stage"); stage != "waiting_for_decision" {
		t.Errorf("the application stands at %q", stage)
	}
}

func TestListsComeInParts(t *testing.T) {
	h := start(t)
	for _, path := range []string{"/processes", "/tokens", "/users"} {
		for i := range 3 {
			switch path {
			case "/processes":
				h.admin.ask("POST", path, map[string]any{"name": "P" + string(rune('0'+i))}).want(201)
			case "/tokens":
				h.admin.ask("POST", path, map[string]any{"name": "T", "role": "user"}).want(201)
			case "/users":
				h.admin.ask("POST", path, map[string]any{"email": string(rune('a'+i)) + "@acme.example.com", "name": "U", "role": "user",
					"password": "a long enough password"}).want(201)
			}
		}
		seen := map[string]bool{}
		for cursor, parts := "", 0; ; parts++ {
			g := h.admin.ask("GET", path+"?limit=2&cursor="+url.QueryEscape(cursor), nil).want(200)
			items := g.get("items").([]any)
			if len(items) > 2 || parts > 20 {
				t.Fatalf("%s: a part of %d", path, len(items))
			}
			for _, x := range items {
				id := x.(map[string]any)["id"].(string)
				if seen[id] {
					t.Errorf("%s: %s twice", path, id)
				}
				seen[id] = true
			}
			if cursor = g.text("next_cursor"); cursor == "" {
				break
			}
		}
		if len(seen) < 3 {
			t.Errorf("%s: only %d", path, len(seen))
		}
		h.admin.ask("GET", path+"?limit=101", nil).want(422, "invalid")
	}
}

func TestWhatIsAColleaguesIsNotThereForATokenOfTheRoleUser(t *testing.T) {
	h := start(t)
	id := h.admin.ask("POST", "/users", map[string]any{"email": "c@acme.example.com", "name": "C", "role": "user",
		"password": "a long enough password"}).want(201).text("id")
	colleague := recruit.Caller{Company: h.acme.ID, User: recruit.UserID(id), Role: recruit.RoleUser}
	d := recruit.Details{Name: "Hers", Description: "Hers.", Cities: []string{"Gdynia"}, WorkMode: "remote", Contracts: []string{"b2b"}, Role: "other",
		Technologies: []string{"a", "b", "c"}, SalaryVisibility: "undisclosed", Languages: []string{"pl"},
		Salaries: []recruit.Salary{{Contract: "b2b", From: 1000, To: 2000, Currency: "PLN", Basis: "net", Period: "month"}}}
	v, err := h.Process.Create(t.Context(), colleague, d)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.Process.Publish(t.Context(), colleague, v.ID); err != nil {
		t.Fatal(err)
	}
	conn := h.admin.ask("POST", "/connections", map[string]any{"ats": "smartrecruiters", "auth": "api_key",
		"credentials": map[string]any{"api_key": "k"}}).want(201).text("id")
	path, to := "/processes/"+string(v.ID), map[string]any{"connection_id": conn, "remote_job_id": "1"}
	body := h.candidate(string(v.ID))
	for what, g := range map[string]got{
		"reading":     h.user.ask("GET", path, nil),
		"the form":    h.user.ask("GET", path+"/application-form", nil),
		"applying":    h.user.ask("POST", path+"/applications", body),
		"the list":    h.user.ask("GET", path+"/applications", nil),
		"binding":     h.user.ask("PUT", path+"/binding", to),
		"testing":     h.user.ask("POST", path+"/binding/test", to),
		"a preflight": h.user.ask("GET", path+"/binding/preflight?connection_id="+conn+"&remote_job_id=1", nil),
	} {
		if g.status != http.StatusNotFound {
			t.Errorf("%s: %d", what, g.status)
		}
	}
	if g := h.user.ask("POST", path+"/binding/test", to); strings.Contains(string(g.body), "job_unknown") {
		t.Error("the job was looked at before whose process it is")
	}
	h.admin.ask("POST", path+"/applications", body).want(201)
}
