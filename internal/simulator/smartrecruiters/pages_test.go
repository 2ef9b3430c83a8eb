package smartrecruiters

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

var hiddenLogin = regexp.MustCompile(`name="login" value="([0-9a-f]+)"`)

// allow opens the authorize page and returns it with the id of the visit.
func (w *world) allow(query string, header ...string) (reply, string) {
	w.t.Helper()
	id, _ := w.sim.App()
	r := w.call("GET", "/identity/oauth/allow?client_id="+id+"&redirect_uri="+url.QueryEscape(redirectURI)+query, nil, header...)
	m := hiddenLogin.FindSubmatch(r.Body)
	if m == nil {
		return r, ""
	}
	return r, string(m[1])
}

func (w *world) post(path string, form ...string) reply {
	w.t.Helper()
	v := url.Values{}
	for i := 0; i+1 < len(form); i += 2 {
		v.Set(form[i], form[i+1])
	}
	return w.call("POST", path, v)
}

func TestAPersonAllowsAccessOnThePages(t *testing.T) {
	w := start(t, func(o *Options) { o.Password = "open sesame" })
	page, login := w.allow("&state=xyz%2F1&scope=jobs_read+candidates_read&response_type=code&code_challenge=ignored")
	page.is(200, "")
	if !strings.Contains(string(page.Body), integration) || !strings.Contains(string(page.Body), `lang="en"`) {
		t.Fatalf("%s", page.Body)
	}
	w.post("/identity/oauth/login", "login", login, "email", integration, "password", "wrong").is(401, "")
	w.post("/identity/oauth/decide", "login", login, "decision", "allow").is(400, "") // not logged in
	perm := w.post("/identity/oauth/login", "login", login, "email", integration, "password", "open sesame").is(200, "")
	for _, want := range []string{"Allow access", "Deny", "See jobs", "See candidates and their applications", "Acme Robotics"} {
		if !strings.Contains(string(perm.Body), want) {
			t.Errorf("%q is not on the permission page", want)
		}
	}
	back := w.post("/identity/oauth/decide", "login", login, "decision", "allow").is(302, "")
	u, err := url.Parse(back.Header.Get("Location"))
	if err != nil || u.Query().Get("state") != "xyz/1" || u.Query().Get("code") == "" || !strings.HasPrefix(u.String(), redirectURI+"?") {
		t.Fatalf("redirected to %q", back.Header.Get("Location"))
	}
	r := w.token("grant_type", "authorization_code", "code", u.Query().Get("code"), "redirect_uri", redirectURI).is(200, "")
	if r.str("scope") != "jobs_read candidates_read" {
		t.Errorf("scope %q", r.str("scope"))
	}
	w.post("/identity/oauth/decide", "login", login, "decision", "allow").is(400, "") // a visit decides once
}

func TestADenialGoesBackAsAnError(t *testing.T) {
	w := start(t)
	_, login := w.allow("&state=s")
	w.post("/identity/oauth/login", "login", login, "email", integration, "password", "").is(200, "")
	back := w.post("/identity/oauth/decide", "login", login, "decision", "deny").is(302, "").Header.Get("Location")
	if u, _ := url.Parse(back); u.Query().Get("error") != "access_denied" || u.Query().Get("state") != "s" || u.Query().Has("code") {
		t.Fatal(back)
	}
}

func TestThePagesSpeakPolish(t *testing.T) {
	w := start(t)
	for _, c := range [][]string{{"&lang=pl"}, {"", "Accept-Language", "pl-PL,pl;q=0.9"}} {
		page, login := w.allow(c[0], c[1:]...)
		if !strings.Contains(string(page.Body), "Zaloguj się") || !strings.Contains(string(page.Body), `lang="pl"`) {
			t.Fatalf("%s", page.Body)
		}
		perm := w.post("/identity/oauth/login", "login", login, "email", integration, "password", "x").is(200, "")
		if !strings.Contains(string(perm.Body), ">Akceptuj<") || !strings.Contains(string(perm.Body), "Odczyt kandydatów") {
			t.Fatalf("%s", perm.Body)
		}
	}
}

func TestTheAuthorizePageRefuses(t *testing.T) {
	w := start(t)
	id, _ := w.sim.App()
	for _, q := range []string{"client_id=x&redirect_uri=" + url.QueryEscape(redirectURI), "client_id=" + id,
		"client_id=" + id + "&redirect_uri=" + url.QueryEscape(redirectURI+"/"), "client_id=" + id + "&redirect_uri=" + url.QueryEscape("HTTP://localhost:8080/oauth/callback")} {
		if r := w.get("/identity/oauth/allow?" + q); r.Status != 400 || r.Header.Get("Location") != "" {
			t.Errorf("%s: %d to %q", q, r.Status, r.Header.Get("Location"))
		}
	}
	for q, want := range map[string]string{"&scope=everything": "invalid_scope", "&response_type=token": "unsupported_response_type"} {
		r, _ := w.allow(q)
		if u, _ := url.Parse(r.Header.Get("Location")); r.Status != 302 || u.Query().Get("error") != want {
			t.Errorf("%s: %d %s", q, r.Status, r.Header.Get("Location"))
		}
	}
	_, login := w.allow("")
	w.clock.Advance(11 * 60e9)
	w.post("/identity/oauth/login", "login", login, "email", integration).is(400, "")
	_, login = w.allow("")
	cross := url.Values{"login": {login}, "email": {integration}}
	w.call("POST", "/identity/oauth/login", cross, "Sec-Fetch-Site", "cross-site").is(400, "")
}

func TestEveryPageIsPlainAndSafe(t *testing.T) {
	w := start(t)
	id := w.create(grace())
	w.attach(id, "cv.pdf", pdf)
	w.grant(integration)
	for _, path := range []string{"/app/", "/app/jobs", "/app/jobs/" + w.job, "/app/people/profile/" + id, "/app/sources", "/app/processes", "/app/credentials", "/app/calls", "/app/webhooks"} {
		r := w.get(path).is(200, "")
		body := string(r.Body)
		if !strings.Contains(r.Header.Get("Content-Security-Policy"), "default-src 'none'") || strings.Contains(body, "<script") || strings.Contains(body, "style=\"") ||
			!strings.Contains(body, `<html lang="en">`) || !strings.HasSuffix(strings.TrimSpace(body), "</html>") || strings.Contains(body, "<no value>") {
			t.Errorf("%s: %v\n%s", path, r.Header, body)
		}
		for _, input := range regexp.MustCompile(`<(?:input|select|textarea) [^>]*>`).FindAllString(body, -1) {
			m := regexp.MustCompile(` id="([^"]+)"`).FindStringSubmatch(input)
			if !strings.Contains(input, `type="hidden"`) && (m == nil || !strings.Contains(body, `for="`+m[1]+`"`)) {
				t.Errorf("%s: %s has no label", path, input)
			}
		}
	}
	w.get("/app/nope").is(404, "")
	w.get("/app/jobs/nope").is(404, "")
	if r := w.get("/").is(303, ""); r.Header.Get("Location") != "/app/" {
		t.Error(r.Header.Get("Location"))
	}
	w.get("/app/style.css").is(200, "")
}

func TestARemovedCandidateIsSeenToHaveComeAndGone(t *testing.T) {
	w := start(t)
	id := w.create(person("test+run@handoff.invalid"))
	w.attach(id, "cv.pdf", pdf).is(201, "")
	before := string(w.get("/app/jobs/" + w.job).Body)
	if !strings.Contains(before, "test&#43;run@handoff.invalid") || !strings.Contains(before, "sha256") || strings.Contains(before, ">removed<") {
		t.Fatalf("%s", before)
	}
	w.call("DELETE", "/candidates/"+id, nil).is(204, "")
	after := string(w.get("/app/jobs/" + w.job).Body)
	if !strings.Contains(after, "test&#43;run@handoff.invalid") || !strings.Contains(after, `class="gone"`) || !strings.Contains(after, ">removed<") {
		t.Fatalf("%s", after)
	}
}

func TestAnAdministratorWorksOnThePages(t *testing.T) {
	w := start(t)
	id := w.create(grace())
	w.post("/app/jobs", "title", "Welder", "city", "Radom", "status", "SOURCING", "process", "Default hiring process").is(303, "")
	welder := w.sim.Job("Welder")
	w.post("/app/jobs/"+welder.ID+"/status", "status", "ON_HOLD").is(303, "")
	if w.sim.Job("Welder").Status != "ON_HOLD" {
		t.Error("the status did not change")
	}
	w.post("/app/jobs", "title", " ").is(422, "")
	w.post("/app/jobs/"+w.job+"/candidates/"+id+"/move", "place", "INTERVIEW|Onsite").is(303, "")
	if r := w.get(w.app(id)); r.str("status") != "INTERVIEW" || r.str("subStatus") != "Onsite" {
		t.Errorf("%s", r.Body)
	}
	w.post("/app/sources", "label", "Fair").is(303, "")
	w.post("/app/processes/7b1f0000-0000-4000-8000-000000000001", "status", "INTERVIEW", "names", "Onsite\r\nPanel\r\n").is(303, "")
	if !strings.Contains(string(w.get("/configuration/hiring-processes").Body), `"INTERVIEW":["Onsite","Panel"]`) {
		t.Error("the sub-statuses did not change")
	}
	w.post("/app/processes", "name", "Sales").is(303, "")
	w.post("/app/processes", "name", "Sales").is(422, "")
	w.post("/app/credentials/keys").is(303, "")
	w.post("/app/credentials/pairs", "role", RoleAdministrator).is(303, "")
	w.post("/app/credentials/redirect-uris", "uri", "http://x.example.com/").is(422, "")
	w.post("/app/credentials/key-1/revoke").is(303, "")
	w.get("/jobs").is(401, "")
	w.post("/app/jobs/"+w.job+"/candidates/"+id+"/delete").is(303, "")
	if len(w.sim.Ledger().Email("gracja.probna@example.com")) != 0 {
		t.Error("the candidate is still there")
	}
	r := w.call("POST", "/app/credentials/keys", url.Values{}, "Sec-Fetch-Site", "cross-site")
	if r.Status != http.StatusForbidden {
		t.Errorf("a post from another site: %d", r.Status)
	}
}
