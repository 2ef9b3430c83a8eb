package web_test

import (
	"bytes"
	"html"
	"io"
	"mime/multipart"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/alexedwards/argon2id"

	"handoff/internal/app"
	"handoff/internal/company"
	"handoff/internal/recruit"
	"handoff/internal/secret"
	"handoff/internal/simulator/smartrecruiters"
)

const password = "a long enough password"

// house is a running house with a company, its Admin, a User, and the operator.
type house struct {
	*app.App
	t    *testing.T
	boss recruit.Caller
	user recruit.Caller
	base string // where the house listens, whatever its public address is
}

func start(t *testing.T, o app.Options) *house {
	t.Helper()
	o.Data, o.AllowPrivateEgress = t.TempDir(), true
	if o.Listen == "" {
		o.Listen = "127.0.0.1:0"
	}
	o.SupportEmail = "help@handoff.example.com"
	a, err := app.Start(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	a.Company.Hash = &argon2id.Params{Memory: 64, Iterations: 1, Parallelism: 1, SaltLength: 16, KeyLength: 16} // quick: no test is about it
	return &house{App: a, t: t, base: a.URL()}
}

// furnished is a house with people in it.
func furnished(t *testing.T, o app.Options) *house {
	t.Helper()
	h := start(t, o)
	ctx := t.Context()
	c, admin, err := h.Company.FirstCompany(ctx, "Acme Robotics", "Europe/Warsaw", "pl", company.NewUser{Email: "admin@acme.example.com", Name: "Anna Nowak", Password: secret.New(password)})
	if err != nil {
		t.Fatal(err)
	}
	h.boss = recruit.Caller{Company: c.ID, User: admin.ID, Role: recruit.RoleAdmin}
	user, err := h.Company.AddUser(ctx, h.boss, c.ID, company.NewUser{Email: "user@acme.example.com", Name: "Piotr Lis", Role: recruit.RoleUser, Password: secret.New(password)})
	if err != nil {
		t.Fatal(err)
	}
	h.user = recruit.Caller{Company: c.ID, User: user.ID, Role: recruit.RoleUser}
	return h
}

// simulated starts a SmartRecruiters for a house to connect to.
func simulated(t *testing.T) (*smartrecruiters.Simulator, app.ATS) {
	t.Helper()
	sim := smartrecruiters.New(smartrecruiters.Options{Seed: 7, Populate: true})
	s := httptest.NewServer(sim.Handler())
	t.Cleanup(func() { sim.Close(); s.Close() })
	_, port, _ := net.SplitHostPort(s.Listener.Addr().String())
	address := "http://localhost:" + port
	sim.SetPublicURL(address)
	return sim, app.ATS{APIURL: address, AuthorizeURL: address, TokenURL: address, Settle: time.Second}
}

// browser keeps cookies and does not follow redirects by itself.
type browser struct {
	t    *testing.T
	base string
	c    *http.Client
}

func (h *house) browser() *browser {
	jar, _ := cookiejar.New(nil)
	return &browser{t: h.t, base: h.base, c: &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

func (h *house) signedIn(email string) *browser {
	h.t.Helper()
	b := h.browser()
	b.post("/sign-in", url.Values{"email": {email}, "password": {password}}).want(http.StatusSeeOther)
	return b
}

// page is an answer.
type page struct {
	*http.Response
	t    *testing.T
	body string
}

func (b *browser) send(r *http.Request) page {
	b.t.Helper()
	res, err := b.c.Do(r)
	if err != nil {
		b.t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	return page{Response: res, t: b.t, body: string(body)}
}

func (b *browser) get(path string, headers ...string) page {
	b.t.Helper()
	r, err := http.NewRequest(http.MethodGet, b.base+path, nil)
	if err != nil {
		b.t.Fatal(err)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	return b.send(r)
}

func (b *browser) post(path string, form url.Values, headers ...string) page {
	b.t.Helper()
	r, err := http.NewRequest(http.MethodPost, b.base+path, strings.NewReader(form.Encode()))
	if err != nil {
		b.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	return b.send(r)
}

// upload posts a form with a file, as a browser does with an application.
func (b *browser) upload(path string, fields url.Values, name string, file []byte) page {
	b.t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for k, vs := range fields {
		for _, v := range vs {
			_ = w.WriteField(k, v)
		}
	}
	part, _ := w.CreateFormFile("cv", name)
	_, _ = part.Write(file)
	_ = w.Close()
	r, err := http.NewRequest(http.MethodPost, b.base+path, &body)
	if err != nil {
		b.t.Fatal(err)
	}
	r.Header.Set("Content-Type", w.FormDataContentType())
	return b.send(r)
}

func (p page) want(status int) page {
	p.t.Helper()
	if p.StatusCode != status {
		p.t.Fatalf("%s %s: status %d, want %d\n%.600s", p.Request.Method, p.Request.URL.Path, p.StatusCode, status, p.text())
	}
	return p
}

// has holds that the page says all of it, as a reader sees it.
func (p page) has(words ...string) page {
	p.t.Helper()
	for _, w := range words {
		if !strings.Contains(p.text(), w) {
			p.t.Errorf("%s does not say %q", p.Request.URL.Path, w)
		}
	}
	return p
}

func (p page) hasNot(words ...string) page {
	p.t.Helper()
	for _, w := range words {
		if strings.Contains(p.text(), w) {
			p.t.Errorf("%s says %q", p.Request.URL.Path, w)
		}
	}
	return p
}

var tag = regexp.MustCompile(`<[^>]*>`)

func (p page) text() string { return html.UnescapeString(tag.ReplaceAllString(p.body, " ")) }

// field returns the value of a hidden field.
func (p page) field(name string) string {
	p.t.Helper()
	m := regexp.MustCompile(`name="` + regexp.QuoteMeta(name) + `" value="([^"]*)"`).FindStringSubmatch(p.body)
	if m == nil {
		p.t.Fatalf("%s has no field %s", p.Request.URL.Path, name)
	}
	return html.UnescapeString(m[1])
}

// to is where a redirect leads.
func (p page) to() string { return p.Header.Get("Location") }

// until looks again until ok says so: what it waits for is done by the lanes.
func (b *browser) until(path string, ok func(page) bool) page {
	b.t.Helper()
	end := time.Now().Add(60 * time.Second)
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for range tick.C {
		p := b.get(path)
		if ok(p) {
			return p
		}
		if time.Now().After(end) {
			b.t.Fatalf("after a minute %s is still\n%.800s", path, p.text())
		}
	}
	return page{}
}
