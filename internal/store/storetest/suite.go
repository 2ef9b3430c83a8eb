// Package storetest is the suite that every database runs: the engines over
// the real store, from what a caller asks to what is stored. What it needs of
// a database is an empty one; it never looks into tables.
package storetest

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/alexedwards/argon2id"

	"handoff/internal/apply"
	"handoff/internal/company"
	"handoff/internal/connector"
	"handoff/internal/process"
	"handoff/internal/recruit"
	"handoff/internal/secret"
	"handoff/internal/store"
)

// Open gives a test an empty store of its own that reads the time from now,
// and closes it when the test ends.
type Open func(t *testing.T, now func() time.Time) *store.DB

// Run runs the whole suite.
func Run(t *testing.T, open Open) {
	chapters := []struct {
		name string
		run  func(*testing.T, Open)
	}{
		{"companies", companies}, {"signing in", signingIn}, {"tokens", tokens}, {"clauses", clauses},
		{"processes", processes}, {"bindings", bindings},
		{"submitting", submitting}, {"consent", consent}, {"repeating", repeating}, {"limits", limits},
		{"reading", reading}, {"changing", changing}, {"erasing", erasing}, {"other companies", otherCompanies},
		{"sessions", sessions}, {"idempotency keys", idempotencyKeys},
	}
	for _, c := range chapters {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			c.run(t, open)
		})
	}
}

// clock is a time that passes only when a test says so.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// house is the engines over one store, with two companies in it.
type house struct {
	t       *testing.T
	ctx     context.Context
	clock   *clock
	db      *store.DB
	company *company.Engine
	process *process.Engine
	apply   *apply.Engine
	acme    firm
	other   firm
}

// firm is a company with its Admin.
type firm struct {
	recruit.Company
	admin recruit.Caller
}

const password = "correct horse battery"

func cheap() *argon2id.Params {
	return &argon2id.Params{Memory: 64, Iterations: 1, Parallelism: 1, SaltLength: 16, KeyLength: 32}
}

func newHouse(t *testing.T, open Open) *house {
	t.Helper()
	h := &house{t: t, ctx: t.Context(), clock: &clock{now: time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)}}
	h.db = open(t, h.clock.Now)
	key, err := secret.GenerateKey()
	h.must(err)
	sealer, err := secret.NewSealer(key) // of form tokens; the store has its own
	h.must(err)
	h.company = company.New(h.db, h.clock.Now)
	h.company.Hash = cheap()
	h.process = process.New(h.db, h.clock.Now)
	h.apply = apply.New(h.db, h.clock.Now, sealer, func(ats string) (int64, []string, bool) {
		return 1 << 20, []string{"pdf", "docx", "txt", "csv"}, ats == "erecruiter"
	}, func(string) string { return "eRecruiter" })
	h.acme = h.firm("Acme", "admin@acme.invalid")
	h.other = h.firm("Other", "admin@other.invalid")
	return h
}

func (h *house) firm(name, email string) firm {
	h.t.Helper()
	c, u, err := h.company.FirstCompany(h.ctx, name, "", "", company.NewUser{Email: email, Name: "Ada", Password: secret.New(password)})
	h.must(err)
	return firm{Company: c, admin: recruit.Caller{Company: c.ID, User: u.ID, Role: recruit.RoleAdmin}}
}

func (h *house) user(f firm, email string, role recruit.Role, supervisor recruit.UserID) recruit.Caller {
	h.t.Helper()
	u, err := h.company.AddUser(h.ctx, f.admin, f.ID, company.NewUser{Email: email, Name: "Jan", Role: role, Supervisor: supervisor, Password: secret.New(password)})
	h.must(err)
	return recruit.Caller{Company: f.ID, User: u.ID, Role: role}
}

func operator() recruit.Caller {
	return recruit.Caller{User: "usr_operator", Role: recruit.RoleOperator}
}

// details are those of a process with nothing missing.
func details(name string) recruit.Details {
	return recruit.Details{Name: name, Description: "We build things.", Cities: []string{"Łódź"}, WorkMode: "hybrid", Contracts: []string{"b2b"},
		Role: "backend_developer", Technologies: []string{"Go", "SQL", "Linux"}, SalaryVisibility: "public",
		Salaries: []recruit.Salary{{Contract: "b2b", From: 100, To: 150, Currency: "PLN", Period: "hour"}}}
}

// opened is an open process of the caller's.
func (h *house) opened(c recruit.Caller, name string) process.View {
	h.t.Helper()
	v, err := h.process.Create(h.ctx, c, details(name))
	h.must(err)
	v, err = h.process.Publish(h.ctx, c, v.ID)
	h.must(err)
	return v
}

// connected is a connection of the company to account, with jobs 1 and 2.
func (h *house) connected(f firm, environment, account string) recruit.ConnectionID {
	h.t.Helper()
	now := h.clock.Now()
	c := recruit.Connection{ID: recruit.NewConnectionID(now), Company: f.ID, ATS: "erecruiter", Auth: "access_key", Environment: environment,
		State: recruit.ConnUntested, CreatedAt: now}
	template := recruit.Text{ID: recruit.TextID(recruit.NewID("text_", now)), Version: 1, PL: "Zgoda na przekazanie", EN: "Consent to passing on", CreatedAt: now}
	h.must(h.db.InsertConnection(h.ctx, c, &connector.Credential{}, template, "usr_1"))
	if account != "" {
		h.must(h.db.Checked(h.ctx, c.ID, recruit.Account{ID: account, Name: account}, now))
	}
	h.must(h.db.SaveJobs(h.ctx, c.ID, []recruit.RemoteJob{{ID: "1", Title: "First", Open: true}, {ID: "2", Title: "Second", Open: true}}, now))
	return c.ID
}

// bound is an open process of the company's Admin, bound to job 1.
func (h *house) bound(f firm) (process.View, recruit.ConnectionID) {
	h.t.Helper()
	p, conn := h.opened(f.admin, "Go developer"), h.connected(f, "production", "acct-1")
	v, _, err := h.process.Bind(h.ctx, f.admin, p.ID, process.BindingChoice{Connection: conn, RemoteJob: "1"})
	h.must(err)
	return v, conn
}

// submission is one in order, by API and without a token, agreeing to nothing
// but having read the clause.
func submission(p recruit.ProcessID, email string) apply.Submission {
	return apply.Submission{Process: p, Channel: "api", Locale: "en", Clause: &apply.Choice{Decision: recruit.Given, Version: 1},
		Candidate: recruit.Candidate{FirstName: "Anna", LastName: "Nowak", Email: email, LinkedInURL: "https://www.linkedin.com/in/anna-nowak"}}
}

// agreed is a submission that agrees to the transfer.
func agreed(p recruit.ProcessID, email string) apply.Submission {
	s := submission(p, email)
	s.ATSTransfer = &apply.Choice{Decision: recruit.Given, Version: 1}
	return s
}

// paged is a submission from our page, whose form was read for a minute.
func (h *house) paged(p recruit.ProcessID, email string) apply.Submission {
	h.t.Helper()
	f, err := h.apply.Form(h.ctx, p, "", "pl")
	h.must(err)
	h.clock.pass(time.Minute)
	s := submission(p, email)
	s.Channel, s.AddrBlock, s.FormToken = "page", "198.51.100.0/24", f.Token
	return s
}

func (h *house) submitted(s apply.Submission) recruit.ApplicationID {
	h.t.Helper()
	r, err := h.apply.Submit(h.ctx, s)
	h.must(err)
	return r.Application
}

func (h *house) application(f firm, id recruit.ApplicationID) apply.View {
	h.t.Helper()
	v, err := h.apply.Get(h.ctx, f.admin, id)
	h.must(err)
	return v
}

// kinds are the kinds of the lines of a timeline.
func (h *house) kinds(f firm, id recruit.ApplicationID) []string {
	h.t.Helper()
	events, err := h.apply.Timeline(h.ctx, f.admin, id)
	h.must(err)
	out := make([]string, len(events))
	for i, e := range events {
		out[i] = e.Kind
	}
	return out
}

func (h *house) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

// refused tells whether err is the Problem of that code.
func (h *house) refused(err error, code string) {
	h.t.Helper()
	var p *recruit.Problem
	if !errors.As(err, &p) || p.Code != code {
		h.t.Errorf("got %v, want problem %s", err, code)
	}
}

// invalid tells whether err is Invalid with exactly these "path code".
func (h *house) invalid(err error, want ...string) {
	h.t.Helper()
	var v *recruit.Invalid
	if !errors.As(err, &v) {
		h.t.Errorf("got %v, want invalid %v", err, want)
		return
	}
	got := strings.TrimPrefix(v.Error(), "invalid: ")
	if got != strings.Join(want, ", ") {
		h.t.Errorf("got invalid %s, want %v", got, want)
	}
}

func (h *house) is(err, want error) {
	h.t.Helper()
	if !errors.Is(err, want) {
		h.t.Errorf("got %v, want %v", err, want)
	}
}
