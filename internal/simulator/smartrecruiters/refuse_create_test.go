package smartrecruiters

import (
	"bytes"
	"net/http"
	"strings"
	"testing"
)

func TestACreateIsRefused(t *testing.T) {
	change := func(f func(map[string]any)) map[string]any { b := grace(); f(b); return b }
	source := func(kv ...string) map[string]any {
		s := map[string]any{}
		for i := 0; i < len(kv); i += 2 {
			s[kv[i]] = kv[i+1]
		}
		return change(func(b map[string]any) { b["sourceDetails"] = s })
	}
	for name, c := range map[string]struct {
		body   any
		status int
		code   string
	}{
		"without a first name":            {change(func(b map[string]any) { delete(b, "firstName") }), 400, "MISSING_FIELD"},
		"with an empty last name":         {change(func(b map[string]any) { b["lastName"] = "" }), 400, "INVALID_VALUE"},
		"with something else than e-mail": {person("grace at example"), 400, "INVALID_VALUE"},
		"with an undeclared consent":      {change(func(b map[string]any) { b["consent"] = true }), 400, "UNRECOGNIZED_FIELD"},
		"with linkedIn of the other API":  {change(func(b map[string]any) { b["web"] = map[string]any{"linkedIn": "x"} }), 400, "UNRECOGNIZED_FIELD"},
		"with a name in another case":     {change(func(b map[string]any) { b["firstname"] = "G" }), 400, "UNRECOGNIZED_FIELD"},
		"with a date in words":            {change(func(b map[string]any) { b["experience"] = []any{map[string]any{"startDate": "March"}} }), 400, "INVALID_VALUE"},
		"with a country of three letters": {change(func(b map[string]any) { b["location"] = map[string]any{"countryCode": "USA"} }), 400, "INVALID_VALUE"},
		"with a number for a phone":       {change(func(b map[string]any) { b["phoneNumber"] = 48 }), 400, "INVALID_VALUE"},
		"with 101 tags":                   {change(func(b map[string]any) { b["tags"] = strings.Split(strings.Repeat("t,", 100)+"t", ",") }), 400, "INVALID_VALUE"},
		"with a tag of 151 characters":    {change(func(b map[string]any) { b["tags"] = []string{strings.Repeat("ż", 151)} }), 400, "INVALID_VALUE"},
		"with half a source":              {source("sourceTypeId", "CUSTOM"), 400, "MISSING_FIELD"},
		"with an unknown source type":     {source("sourceTypeId", "MOON", "sourceId", "x"), 404, "SOURCE_TYPE_NOT_FOUND"},
		"with an unknown source":          {source("sourceTypeId", "CUSTOM", "sourceId", "x"), 400, "SOURCE_NOT_FOUND"},
		"with a malformed source":         {source("sourceTypeId", "CUSTOM", "sourceId", "a b"), 400, "INVALID_SOURCE_ID"},
		"with an ambiguous source":        {source("sourceTypeId", "JOBBOARD", "sourceId", "jobs-example"), 400, "SUBTYPE_REQUIRED"},
		"that is not JSON":                {"{", 400, "MALFORMED_JSON"},
		"with two documents":              {"{}{}", 400, "MALFORMED_JSON"},
		"that is a list":                  {"[]", 400, "INVALID_VALUE"},
	} {
		t.Run(name, func(t *testing.T) {
			w := start(t)
			before := len(w.sim.Ledger().Candidates)
			w.call("POST", "/jobs/"+w.job+"/candidates", c.body).is(c.status, c.code)
			if n := len(w.sim.Ledger().Candidates); n != before {
				t.Errorf("the refused candidate is in the ledger")
			}
		})
	}
}

func TestACreateOnAJobThatCannotTakeItIsRefused(t *testing.T) {
	w := start(t)
	w.call("POST", "/jobs/nope/candidates", grace()).is(404, "JOB_NOT_FOUND")
	w.call("POST", "/jobs/"+w.sim.Job("Software Engineer (template)").ID+"/candidates", grace()).is(404, "JOB_NOT_FOUND")
	if err := w.sim.SetJobAccess(w.job, true); err != nil {
		t.Fatal(err)
	}
	w.call("POST", "/jobs/"+w.job+"/candidates", grace()).is(401, "PERMISSION_DENIED")
	w.get("/jobs/"+w.job).is(401, "PERMISSION_DENIED")
}

func TestAWrongContentTypeIsRefused(t *testing.T) {
	w := start(t)
	w.call("POST", "/jobs/"+w.job+"/candidates", grace(), "Content-Type", "text/plain").is(415, "UNSUPPORTED_MEDIA_TYPE")
	w.call("POST", "/identity/oauth/token", grace()).is(415, "")
	w.call("DELETE", "/candidates/x", grace()).is(400, "UNEXPECTED_BODY")
	id := w.create(grace())
	w.call("POST", w.app(id)+"/attachments", grace()).is(415, "")
}

func TestAnErrorRepeatsTheBodyOnlyWhenSwitched(t *testing.T) {
	bad := person("no-address")
	plain := start(t).call("POST", "/candidates", bad).is(400, "")
	echo := start(t, with("echo_bodies", On)).call("POST", "/candidates", bad).is(400, "")
	if bytes.Contains(plain.Body, []byte("Probna")) || !bytes.Contains(echo.Body, []byte("Probna")) {
		t.Fatalf("plain %s\necho %s", plain.Body, echo.Body)
	}
}

func TestAnswersCarryFieldsThatNoDocumentKnows(t *testing.T) {
	w := start(t)
	if o := w.get("/jobs/" + w.job).obj(); o["insights"] == nil {
		t.Error("a single answer has nothing unknown in it")
	}
	if l := w.get("/jobs").content(); l[0]["matchInsight"] == nil {
		t.Error("a list item has nothing unknown in it")
	}
}

func TestUnknownPathsMethodsAndParametersAreRefused(t *testing.T) {
	w := start(t)
	w.get("/configuration/candidate-statuses").is(404, "NOT_FOUND") // does not exist (S)
	w.get("/jobs//").is(404, "NOT_FOUND")
	if r := w.call("DELETE", "/jobs", nil).is(405, "METHOD_NOT_ALLOWED"); r.Header.Get("Allow") != "GET" {
		t.Errorf("Allow: %q", r.Header.Get("Allow"))
	}
	w.get("/jobs?page=2").is(400, "UNKNOWN_PARAMETER")
	w.get("/candidates?email=a@example.com").is(400, "UNKNOWN_PARAMETER")
	w.get("/jobs?limit=5&limit=6").is(400, "REPEATED_PARAMETER")
	w.get("/jobs?q=%zz").is(400, "BAD_REQUEST")
}

func TestUndeclaredThingsPassWhenSwitchedSo(t *testing.T) {
	w := start(t, with("undeclared_fields", Ignored))
	b := grace()
	b["consent"] = true
	w.create(b)
	w.get("/jobs?page=2").is(200, "")
}

func TestValidationCanAnswer422WithoutABody(t *testing.T) {
	w := start(t, with("validation_errors", "422_empty"))
	b := grace()
	delete(b, "email")
	if r := w.call("POST", "/jobs/"+w.job+"/candidates", b).is(422, ""); len(r.Body) != 0 {
		t.Fatalf("body %q", r.Body)
	}
}

func TestRequestsWithoutAGoodCredentialAreRefused(t *testing.T) {
	w := start(t)
	w.call("GET", "/jobs", nil, "X-SmartToken", "").is(401, "UNAUTHORIZED")
	w.call("GET", "/jobs", nil, "X-SmartToken", "DCRA1-wrong").is(401, "UNAUTHORIZED")
	w.call("GET", "/jobs", nil, "X-SmartToken", "", "Authorization", "Basic abc").is(401, "UNAUTHORIZED")
	w.call("GET", "/jobs", nil, bearer("wrong")...).is(401, "UNAUTHORIZED")
	_, refresh := w.grant(integration)
	w.call("GET", "/jobs", nil, bearer(refresh)...).is(401, "UNAUTHORIZED")
	for value, want := range map[Setting]string{"errors": `"code":"UNAUTHORIZED"`, "oauth": `"error":"invalid_token"`, "empty": ""} {
		w := start(t, with("expired_token_body", value))
		if r := w.call("GET", "/jobs", nil, "X-SmartToken", "").is(http.StatusUnauthorized, ""); !strings.Contains(string(r.Body), want) || want == "" && len(r.Body) > 0 {
			t.Errorf("%s: %s", value, r.Body)
		}
	}
}

func TestAScopeThatWasNotGrantedIsRefused(t *testing.T) {
	w := start(t)
	access, _ := w.grant(integration, "jobs_read", "candidates_status_read")
	w.call("GET", "/jobs", nil, bearer(access)...).is(200, "")
	for _, c := range [][2]string{{"GET", "/candidates"}, {"POST", "/candidates"}, {"DELETE", "/candidates/x"}, {"GET", "/configuration/company"},
		{"GET", "/configuration/sources"}, {"PUT", "/jobs/" + w.job + "/status"}, {"GET", "/users/me"}} {
		w.call(c[0], c[1], nil, bearer(access)...).is(403, "PERMISSION_DENIED")
	}
	w.call("GET", "/webhooks-api/v201907/subscriptions", nil, bearer(access)...).is(403, "NO_PERMISSION_TO_MANAGE_WEBHOOKS")
	id := w.create(grace())
	w.call("GET", w.app(id)+"/status/history", nil, bearer(access)...).is(200, "") // either spelling
	sw, _ := w.sim.Switches().With("history_scope", Both)
	if err := w.sim.SetSwitches(sw); err != nil {
		t.Fatal(err)
	}
	w.call("GET", w.app(id)+"/status/history", nil, bearer(access)...).is(403, "NO_ACCESS_TO_CANDIDATE")
}

func TestAScopeDoesNotHelpWhereTheRoleForbids(t *testing.T) {
	w := start(t)
	access, _ := w.grant("viewer@acme.example.com")
	w.call("GET", "/candidates", nil, bearer(access)...).is(200, "")
	w.call("POST", "/candidates", grace(), bearer(access)...).is(403, "PERMISSION_DENIED")
	if err := w.sim.SetUserRole("viewer@acme.example.com", RoleRecruiter); err != nil {
		t.Fatal(err)
	}
	w.call("POST", "/candidates", grace(), bearer(access)...).is(201, "")
}
