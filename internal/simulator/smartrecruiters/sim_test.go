package smartrecruiters

import (
	"bytes"
	"encoding/json"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/textproto"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"handoff/internal/simulator/simkit"
)

const redirectURI = "http://localhost:8080/oauth/callback"

var noon = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

// world is a running simulator with a client that holds an API key.
type world struct {
	t     *testing.T
	sim   *Simulator
	clock *simkit.Clock
	url   string
	http  *http.Client
	key   string
	job   string // Machine Learning Engineer
	other string // Backend Engineer (Go)
}

func start(t *testing.T, change ...func(*Options)) *world {
	t.Helper()
	o := Options{Seed: 1, Clock: simkit.NewFrozenClock(noon), Populate: true, RedirectURIs: []string{redirectURI}, Limits: Limits{PerSecond: -1}}
	for _, f := range change {
		f(&o)
	}
	sim := New(o)
	srv := httptest.NewServer(sim.Handler())
	t.Cleanup(func() { sim.Close(); srv.Close() })
	w := &world{t: t, sim: sim, clock: sim.Clock(), url: srv.URL, key: sim.IssueKey().Key, http: &http.Client{
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
	if o.Populate {
		w.job, w.other = sim.Job("Machine Learning Engineer").ID, sim.Job("Backend Engineer (Go)").ID
	}
	return w
}

func with(name string, value Setting) func(*Options) {
	return func(o *Options) {
		sw, err := o.Switches.With(name, value)
		if err != nil {
			panic(err)
		}
		o.Switches = sw
	}
}

// reply is an answer read to its end.
type reply struct {
	t      *testing.T
	Status int
	Header http.Header
	Body   []byte
}

func (r reply) is(status int, code string) reply {
	r.t.Helper()
	if r.Status != status || code != "" && r.code() != code {
		r.t.Fatalf("got %d %s, want %d %s: %s", r.Status, r.code(), status, code, r.Body)
	}
	return r
}

func (r reply) code() string {
	var e struct {
		Error  string
		Errors []struct{ Code string }
	}
	_ = json.Unmarshal(r.Body, &e)
	if len(e.Errors) > 0 {
		return e.Errors[0].Code
	}
	return e.Error
}

func (r reply) obj() map[string]any {
	r.t.Helper()
	var m map[string]any
	if err := json.Unmarshal(r.Body, &m); err != nil {
		r.t.Fatalf("%v: %s", err, r.Body)
	}
	return m
}

func (r reply) str(path string) string {
	r.t.Helper()
	var v any = r.obj()
	for _, p := range strings.Split(path, ".") {
		v = v.(map[string]any)[p]
	}
	s, _ := v.(string)
	return s
}

func (r reply) content() []map[string]any {
	r.t.Helper()
	var m struct{ Content []map[string]any }
	if err := json.Unmarshal(r.Body, &m); err != nil {
		r.t.Fatalf("%v: %s", err, r.Body)
	}
	return m.Content
}

// try sends a request and returns its error, for calls that are meant to break.
func (w *world) try(method, path string, body any, header ...string) (reply, error) {
	var b io.Reader
	kind := ""
	switch body := body.(type) {
	case nil:
	case string:
		b, kind = strings.NewReader(body), "application/json"
	case url.Values:
		b, kind = strings.NewReader(body.Encode()), "application/x-www-form-urlencoded"
	default:
		j, err := json.Marshal(body)
		if err != nil {
			w.t.Fatal(err)
		}
		b, kind = bytes.NewReader(j), "application/json"
	}
	r, err := http.NewRequest(method, w.url+path, b)
	if err != nil {
		w.t.Fatal(err)
	}
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	r.Header.Set("X-SmartToken", w.key)
	for i := 0; i+1 < len(header); i += 2 {
		if header[i+1] == "" {
			r.Header.Del(header[i])
		} else {
			r.Header.Set(header[i], header[i+1])
		}
	}
	return w.send(r)
}

func (w *world) send(r *http.Request) (reply, error) {
	res, err := w.http.Do(r)
	if err != nil {
		return reply{t: w.t}, err
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	a := reply{w.t, res.StatusCode, res.Header, b}
	if err == nil {
		w.conform(r, a)
	}
	return a, err
}

func (w *world) call(method, path string, body any, header ...string) reply {
	w.t.Helper()
	r, err := w.try(method, path, body, header...)
	if err != nil {
		w.t.Fatalf("%s %s: %v", method, path, err)
	}
	return r
}

func (w *world) get(path string) reply { w.t.Helper(); return w.call("GET", path, nil) }

func bearer(token string) []string {
	return []string{"X-SmartToken", "", "Authorization", "Bearer " + token}
}

// grace is a body that is right in every way.
func grace() map[string]any {
	return map[string]any{"firstName": "Gracja", "lastName": "Probna", "email": "gracja.probna@example.com", "phoneNumber": "+12025550147",
		"location": map[string]any{"countryCode": "us", "city": "Arlington"}, "web": map[string]any{"linkedin": "https://www.linkedin.com/in/example"},
		"tags": []string{"handoff"}, "experience": []any{map[string]any{"title": "Engineer", "company": "Example Corp", "current": true, "startDate": "2021-03"}}}
}

// person is grace under another e-mail.
func person(email string) map[string]any {
	p := grace()
	p["email"] = email
	return p
}

func (w *world) create(body map[string]any) string {
	w.t.Helper()
	return w.call("POST", "/jobs/"+w.job+"/candidates", body).is(201, "").str("id")
}

func (w *world) app(candidate string) string { return "/candidates/" + candidate + "/jobs/" + w.job }

type part struct{ name, file, kind, value string }

func (w *world) upload(path string, parts ...part) reply {
	w.t.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	for _, p := range parts {
		h := textproto.MIMEHeader{}
		d := `form-data; name="` + p.name + `"`
		if p.file != "" {
			d += `; filename="` + p.file + `"`
		}
		h.Set("Content-Disposition", d)
		if p.kind != "" {
			h.Set("Content-Type", p.kind)
		}
		pw, err := m.CreatePart(h)
		if err != nil {
			w.t.Fatal(err)
		}
		_, _ = io.WriteString(pw, p.value)
	}
	m.Close()
	r, err := http.NewRequest("POST", w.url+path, &b)
	if err != nil {
		w.t.Fatal(err)
	}
	r.Header.Set("Content-Type", m.FormDataContentType())
	r.Header.Set("X-SmartToken", w.key)
	res, err := w.send(r)
	if err != nil {
		w.t.Fatal(err)
	}
	return res
}

const pdf = "%PDF-1.7\nsample"

func (w *world) attach(candidate, name, content string) reply {
	w.t.Helper()
	return w.upload(w.app(candidate)+"/attachments", part{name: "attachmentType", value: "RESUME"},
		part{name: "file", file: name, kind: "application/pdf", value: content})
}

// token sends a form to the token endpoint with the app's credentials filled in.
func (w *world) token(form ...string) reply {
	w.t.Helper()
	id, secret := w.sim.App()
	v := url.Values{"client_id": {id}, "client_secret": {secret}}
	for i := 0; i+1 < len(form); i += 2 {
		v.Set(form[i], form[i+1])
	}
	return w.call("POST", "/identity/oauth/token", v)
}

// grant goes through the code exchange and returns both tokens.
func (w *world) grant(user string, scopes ...string) (access, refresh string) {
	w.t.Helper()
	if len(scopes) == 0 {
		scopes = nil
	}
	code, err := w.sim.Authorize(user, scopes, redirectURI)
	if err != nil {
		w.t.Fatal(err)
	}
	r := w.token("grant_type", "authorization_code", "code", code, "redirect_uri", redirectURI).is(200, "")
	return r.str("access_token"), r.str("refresh_token")
}

const integration = "integration@acme.example.com"

func ids(items []map[string]any) []string {
	var out []string
	for _, m := range items {
		out = append(out, m["id"].(string))
	}
	return out
}

func sameSet(a, b []string) bool {
	a, b = slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b))
	return slices.Equal(a, b)
}
