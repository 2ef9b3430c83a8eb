package web_test

import (
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"handoff/internal/app"
	"handoff/internal/company"
	"handoff/internal/door"
	"handoff/internal/secret"
)

func TestEveryPageCarriesTheSecurityHeaders(t *testing.T) {
	h := furnished(t, app.Options{})
	b := h.signedIn("admin@acme.example.com")
	for _, path := range []string{"/sign-in", "/processes", "/jobs", "/nothing-here", "/settings/users", "/jobs.xml"} {
		p := b.get(path)
		csp := p.Header.Get("Content-Security-Policy")
		for _, want := range []string{"default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self' https://www.smartrecruiters.com"} {
			if !strings.Contains(csp, want) {
				t.Errorf("%s: the policy %q lacks %q", path, csp, want)
			}
		}
		for _, never := range []string{"unsafe", "*"} {
			if strings.Contains(csp, never) {
				t.Errorf("%s: the policy allows %s", path, never)
			}
		}
		for header, want := range map[string]string{"X-Content-Type-Options": "nosniff", "Referrer-Policy": "strict-origin", "Cross-Origin-Opener-Policy": "same-origin", "X-Frame-Options": "DENY"} {
			if got := p.Header.Get(header); got != want {
				t.Errorf("%s: %s is %q", path, header, got)
			}
		}
		if strings.Contains(p.body, " style=") || strings.Contains(p.body, "<style") || strings.Contains(p.body, " onclick") {
			t.Errorf("%s carries style or script inside", path)
		}
	}
	if got := b.get("/processes").Header.Get("Cache-Control"); !strings.Contains(got, "no-store") {
		t.Errorf("a signed-in page may be kept: %q", got)
	}
}

func TestCookiesOverHTTPSAreOnlyTheirs(t *testing.T) {
	for _, c := range []struct {
		public, name string
		secure       bool
	}{{"https://handoff.example.com", "__Host-handoff", true}, {"", "handoff", false}} {
		listen := free(t)
		h := furnished(t, app.Options{Listen: listen, PublicURL: c.public})
		h.base = "http://" + listen
		p := h.browser().post("/sign-in", url.Values{"email": {"admin@acme.example.com"}, "password": {password}}).want(http.StatusSeeOther)
		var found bool
		for _, k := range p.Cookies() {
			if k.Name != c.name {
				continue
			}
			found = true
			if !k.HttpOnly || k.Secure != c.secure || k.SameSite != http.SameSiteLaxMode || k.Path != "/" || k.Domain != "" {
				t.Errorf("%s: %s", c.name, k)
			}
		}
		if !found {
			t.Errorf("no cookie %s in %v", c.name, p.Cookies())
		}
		if hsts := p.Header.Get("Strict-Transport-Security"); (hsts != "") != c.secure {
			t.Errorf("%s: Strict-Transport-Security is %q", c.public, hsts)
		}
	}
}

// free is a loopback address that nobody listens on just now.
func free(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

func TestAFormOfAnotherSiteIsRefused(t *testing.T) {
	h := furnished(t, app.Options{})
	b := h.signedIn("admin@acme.example.com")
	for _, headers := range [][]string{{"Sec-Fetch-Site", "cross-site"}, {"Origin", "https://evil.example.com"}, {"Sec-Fetch-Site", "same-site"}} {
		b.post("/processes/new", url.Values{"name": {"Planted"}}, headers...).want(http.StatusForbidden)
	}
	b.get("/processes").want(http.StatusOK).hasNot("Planted")
	b.post("/processes/new", url.Values{"name": {"Ours"}}, "Sec-Fetch-Site", "same-origin").want(http.StatusSeeOther)
}

func TestSigningInMakesANewSessionAndSigningOutEndsIt(t *testing.T) {
	h := furnished(t, app.Options{})
	b := h.browser()
	b.post("/sign-in", url.Values{"email": {"admin@acme.example.com"}, "password": {"wrong, but long enough"}}).want(http.StatusUnauthorized).has("E-mail or password is wrong.")
	b.post("/sign-in", url.Values{"email": {"admin@acme.example.com"}, "password": {password}, "next": {"https://evil.example.com/"}}).want(http.StatusSeeOther)
	before := b.cookie("handoff")
	b.post("/sign-in", url.Values{"email": {"admin@acme.example.com"}, "password": {password}}).want(http.StatusSeeOther)
	if b.cookie("handoff") == before {
		t.Error("the session's token survived signing in")
	}
	old := b.cookie("handoff")
	b.post("/sign-out", nil).want(http.StatusSeeOther)
	if p := h.browser().get("/processes", "Cookie", "handoff="+old); p.StatusCode != http.StatusSeeOther {
		t.Errorf("a session that was signed out still opens pages: %d", p.StatusCode)
	}
	if to := b.get("/processes").to(); to != "/sign-in?next=%2Fprocesses" {
		t.Errorf("sent to %s", to)
	}
}

func (b *browser) cookie(name string) string {
	u, _ := url.Parse(b.base)
	for _, c := range b.c.Jar.Cookies(u) {
		if c.Name == name {
			return c.Value
		}
	}
	return ""
}

// Every page of the authorisation table is asked for by everybody.
func TestEachPageOpensForWhomTheTableSays(t *testing.T) {
	h := furnished(t, app.Options{})
	if _, err := h.Company.SetupOperator(t.Context(), company.NewUser{Email: "op@handoff.example.com", Name: "Operator", Password: secret.New(password)}); err != nil {
		t.Fatal(err)
	}
	admin, user, operator, nobody := h.signedIn("admin@acme.example.com"), h.signedIn("user@acme.example.com"), h.signedIn("op@handoff.example.com"), h.browser()
	pages := 0
	for _, r := range h.Routes() {
		if strings.HasPrefix(r.Pattern, "/api") || r.Access == door.Public || r.Access == door.Loopback {
			continue
		}
		pages++
		path := strings.NewReplacer("{id}", "usr_none", "{conn}", "conn_none", "{ats}", "smartrecruiters", "{cause}", "none", "{$}", "").Replace(r.Pattern)
		ask := func(b *browser) page {
			if r.Method == http.MethodPost {
				return b.post(path, nil)
			}
			return b.get(path)
		}
		if p := ask(nobody); p.StatusCode != http.StatusSeeOther || !strings.HasPrefix(p.to(), "/sign-in") {
			t.Errorf("%s %s answers %d to nobody", r.Method, r.Pattern, p.StatusCode)
		}
		for _, who := range []struct {
			name string
			b    *browser
			may  bool
		}{
			{"the Admin", admin, r.Access == door.Admin || r.Access == door.SignedIn || r.Access == door.Person},
			{"a User", user, r.Access == door.SignedIn || r.Access == door.Person},
			{"the operator", operator, r.Access == door.Operator || r.Access == door.Person},
		} {
			p := ask(who.b)
			if (p.StatusCode != http.StatusForbidden) != who.may {
				t.Errorf("%s %s (%s) answers %d to %s", r.Method, r.Pattern, r.Access, p.StatusCode, who.name)
			}
			if p.StatusCode >= 500 {
				t.Errorf("%s %s breaks for %s: %d", r.Method, r.Pattern, who.name, p.StatusCode)
			}
		}
	}
	if pages < 40 {
		t.Errorf("only %d pages were asked for", pages)
	}
}

func TestTheFirstRunNeedsItsCodeAndHappensOnce(t *testing.T) {
	h := start(t, app.Options{})
	b := h.browser()
	if to := b.get("/").to(); to != "/setup" {
		t.Fatalf("the first visit goes to %s", to)
	}
	form := url.Values{"code": {"guessed"}, "name": {"Op"}, "email": {"op@handoff.example.com"}, "password": {password}}
	b.post("/setup", form).want(http.StatusForbidden).has("This is not the one-time code")
	stranger := h.browser()
	for range 9 {
		stranger.post("/setup", form).want(http.StatusForbidden)
	}
	stranger.post("/setup", form).want(http.StatusTooManyRequests)
	form.Set("code", h.SetupCode())
	form.Set("password", "short")
	b.post("/setup", form).want(http.StatusUnprocessableEntity).has("at least 12 characters")
	form.Set("password", password)
	if to := b.post("/setup", form).want(http.StatusSeeOther).to(); to != "/operator/companies" {
		t.Errorf("then to %s", to)
	}
	b.get("/operator/companies").want(http.StatusOK).has("No companies yet")
	h.browser().get("/setup").want(http.StatusNotFound)
	b.post("/operator/companies", url.Values{"company": {"Acme"}, "time_zone": {"Europe/Warsaw"}, "company_locale": {"pl"}, "name": {"Anna"},
		"email": {"anna@acme.example.com"}, "password": {password}}).want(http.StatusSeeOther)
	h.signedIn("anna@acme.example.com").get("/settings/integrations").want(http.StatusOK).has("SmartRecruiters")
}

func TestErrorsAreExplainedInBothLanguages(t *testing.T) {
	b := furnished(t, app.Options{}).browser()
	b.get("/nothing-here").want(http.StatusNotFound).has("There is nothing here", "help@handoff.example.com")
	b.get("/nothing-here", "Accept-Language", "pl").want(http.StatusNotFound).has("Nic tu nie ma")
	b.post("/jobs", nil).want(http.StatusMethodNotAllowed).has("This address works differently")
	b.post("/sign-in", url.Values{"email": {strings.Repeat("x", 2<<20)}}).want(http.StatusRequestEntityTooLarge).has("This is too large")
	p := b.get("/sign-in?lang=pl").has("Logowanie")
	if !strings.Contains(p.body, `<html lang="pl">`) {
		t.Error("the page does not say its language")
	}
	b.get("/sign-in").has("Logowanie") // the choice is kept
}

func TestStaticFilesAreKeptForEverUnderTheirHash(t *testing.T) {
	b := furnished(t, app.Options{}).browser()
	body := b.get("/sign-in").body
	for _, name := range []string{"handoff.css", "pico-2.1.1.min.css", "htmx-2.0.11.min.js", "app.js", "mark.svg"} {
		at := strings.Index(body, "/"+name)
		if at < 0 {
			t.Fatalf("%s is not on the page", name)
		}
		path := body[strings.LastIndex(body[:at], "/static/") : at+1+len(name)]
		p := b.get(path).want(http.StatusOK)
		if got := p.Header.Get("Cache-Control"); got != "public, max-age=31536000, immutable" {
			t.Errorf("%s: %s", path, got)
		}
	}
	b.get("/static/000000000000/handoff.css").want(http.StatusNotFound)
}

func TestAnAddressThatLooksLikeAHostLeadsNowhereElse(t *testing.T) {
	b := start(t, app.Options{}).browser()
	p := b.get("//evil.invalid/jobs").want(http.StatusNotFound)
	if strings.Contains(p.body, `href="//`) {
		t.Errorf("a link leads away:\n%s", p.body)
	}
}
