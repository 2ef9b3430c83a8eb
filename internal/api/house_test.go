package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/alexedwards/argon2id"
	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"

	"handoff/internal/app"
	"handoff/internal/company"
	"handoff/internal/recruit"
	"handoff/internal/secret"
	"handoff/internal/testkit"
)

// house is a running house with two companies. Every answer that its clients
// get is held to the OpenAPI document.
type house struct {
	*app.App
	t     *testing.T
	log   *testkit.Buffer
	rules routers.Router
	admin *client // of the company acme
	user  *client // of acme, role user
	other *client // Admin of another company
	oper  *client // the operator
	acme  recruit.Company
	boss  recruit.Caller
}

func start(t *testing.T) *house {
	t.Helper()
	return startWith(t, app.ATS{ClientID: "id", ClientSecret: secret.New("hush-hush-app")})
}

func startWith(t *testing.T, ats app.ATS) *house {
	t.Helper()
	return startOf(t, app.Options{SmartRecruiters: ats})
}

func startOf(t *testing.T, o app.Options) *house {
	t.Helper()
	log := &testkit.Buffer{}
	o.Data, o.Listen, o.AllowPrivateEgress, o.Output, o.LogLevel = t.TempDir(), "127.0.0.1:0", true, log, "debug"
	o.ReturnURLs = []string{"https://platform.example.com/done"}
	a, err := app.Start(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	a.Company.Hash = &argon2id.Params{Memory: 64, Iterations: 1, Parallelism: 1, SaltLength: 16, KeyLength: 16} // quick: no test is about it
	h := &house{App: a, t: t, log: log}
	t.Cleanup(func() {
		if err := a.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	ctx := t.Context()
	found := func(name, email string) (recruit.Company, recruit.Caller) {
		c, u, err := a.Company.FirstCompany(ctx, name, "Europe/Warsaw", "pl", company.NewUser{Email: email, Name: "Admin",
			Password: secret.New("a long enough password")})
		if err != nil {
			t.Fatal(err)
		}
		return c, recruit.Caller{Company: c.ID, User: u.ID, Role: recruit.RoleAdmin}
	}
	h.acme, h.boss = found("Acme Robotics", "admin@acme.example.com")
	_, stranger := found("Baltic Data", "admin@baltic.example.com")
	h.rules = rules(t, h.URL())
	h.admin = h.client(h.boss, recruit.RoleAdmin)
	h.user = h.client(h.boss, recruit.RoleUser)
	h.other = h.client(stranger, recruit.RoleAdmin)
	h.oper = h.client(recruit.Caller{User: "usr_operator", Role: recruit.RoleOperator}, recruit.RoleOperator)
	return h
}

func rules(t *testing.T, url string) routers.Router {
	t.Helper()
	res, err := http.Get(url + "/api/openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := openapi3.NewLoader().LoadFromData(b)
	if err != nil {
		t.Fatalf("the document does not load: %v", err)
	}
	if err := doc.Validate(t.Context()); err != nil {
		t.Fatalf("the document is not OpenAPI: %v", err)
	}
	r, err := gorillamux.NewRouter(doc)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// client asks with one token.
type client struct {
	h     *house
	token string
}

func (h *house) client(c recruit.Caller, role recruit.Role) *client {
	h.t.Helper()
	_, bearer, err := h.Company.IssueToken(context.Background(), c, company.NewToken{Name: "test", Role: role})
	if err != nil {
		h.t.Fatal(err)
	}
	return &client{h: h, token: bearer.Reveal()}
}

// got is an answer.
type got struct {
	t      *testing.T
	status int
	header http.Header
	body   []byte
}

// ask sends a body: nil, a string as it is, or anything as JSON. headers are
// pairs.
func (c *client) ask(method, path string, body any, headers ...string) got {
	t := c.h.t
	t.Helper()
	var b io.Reader
	switch v := body.(type) {
	case nil:
	case string:
		b = strings.NewReader(v)
	case []byte:
		b = bytes.NewReader(v)
	default:
		j, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		b = bytes.NewReader(j)
	}
	if !strings.HasPrefix(path, "/api/") {
		path = "/api/v1" + path
	}
	req, err := http.NewRequestWithContext(t.Context(), method, c.h.URL()+path, b)
	if err != nil {
		t.Fatal(err)
	}
	if b != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if c.token != "" {
		req.Header.Set("Authorization", "Bearer "+c.token)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	out := got{t: t, status: res.StatusCode, header: res.Header}
	if out.body, err = io.ReadAll(res.Body); err != nil {
		t.Fatal(err)
	}
	c.h.hold(req, out)
	return out
}

// hold compares an answer with the document.
func (h *house) hold(req *http.Request, g got) {
	h.t.Helper()
	route, params, err := h.rules.FindRoute(req)
	if err != nil {
		return // not an operation: asked on purpose
	}
	if g.status == http.StatusNoContent && len(g.body) == 0 {
		return
	}
	in := &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{Request: req, PathParams: params, Route: route},
		Status:                 g.status, Header: g.header,
		Options: &openapi3filter.Options{IncludeResponseStatus: true}}
	in.SetBodyBytes(g.body)
	if err := openapi3filter.ValidateResponse(h.t.Context(), in); err != nil {
		h.t.Errorf("%s %s answered %d, which the document does not describe: %v", req.Method, req.URL.Path, g.status, err)
	}
}

// want fails unless the answer has a status and, for a refusal, a code.
func (g got) want(status int, code ...string) got {
	g.t.Helper()
	if g.status != status {
		g.t.Fatalf("status %d, want %d: %s", g.status, status, g.body)
	}
	if len(code) > 0 {
		if c := g.text("code"); c != code[0] {
			g.t.Fatalf("code %q, want %q: %s", c, code[0], g.body)
		}
		if ct := g.header.Get("Content-Type"); ct != "application/problem+json" {
			g.t.Fatalf("a refusal of type %q", ct)
		}
	}
	return g
}

// get returns what stands at a path of the JSON body, e.g. binding.state.
func (g got) get(path string) any {
	g.t.Helper()
	var v any
	if err := json.Unmarshal(g.body, &v); err != nil {
		g.t.Fatalf("not JSON: %q", g.body)
	}
	for _, p := range strings.Split(path, ".") {
		switch x := v.(type) {
		case map[string]any:
			v = x[p]
		case []any:
			i := int(p[0] - '0')
			if i >= len(x) {
				g.t.Fatalf("%s has no %s: %s", path, p, g.body)
			}
			v = x[i]
		default:
			g.t.Fatalf("there is no %s: %s", path, g.body)
		}
	}
	return v
}

func (g got) text(path string) string {
	g.t.Helper()
	s, _ := g.get(path).(string)
	return s
}

// field returns the code of the field error at a path, empty for none.
func (g got) field(path string) string {
	g.t.Helper()
	list, _ := g.get("errors").([]any)
	for _, e := range list {
		if m := e.(map[string]any); m["path"] == path {
			return m["code"].(string)
		}
	}
	return ""
}

// job is a process with nothing missing.
func job() map[string]any {
	return map[string]any{"name": "Senior ML Engineer", "description": "Own the models that let robots see.", "cities": []string{"Warszawa"},
		"work_mode": "hybrid", "contracts": []string{"b2b"}, "role": "machine_learning_engineer",
		"technologies": []string{"Python", "PyTorch", "CUDA"}, "salary_visibility": "public", "min_experience": 3,
		"salaries":  []map[string]any{{"contract": "b2b", "from": 20000, "to": 26000, "currency": "PLN", "period": "month"}},
		"languages": []string{"en"}}
}

// open makes an open process and returns its id.
func (c *client) open() string {
	c.h.t.Helper()
	id := c.ask("POST", "/processes", job()).want(201).text("id")
	c.ask("POST", "/processes/"+id+"/publish", nil).want(200)
	return id
}
