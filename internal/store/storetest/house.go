package storetest

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/alexedwards/argon2id"

	"handoff/internal/apply"
	"handoff/internal/company"
	"handoff/internal/process"
	"handoff/internal/recruit"
	"handoff/internal/secret"
	"handoff/internal/simulator/simkit"
	"handoff/internal/store"
)

// house is the engines over one store, with two companies in it.
type house struct {
	t       *testing.T
	ctx     context.Context
	clock   *simkit.Clock // stands still until a test moves it
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
	h := &house{t: t, ctx: t.Context(), clock: simkit.NewFrozenClock(time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC))}
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

// rung collects the lanes that are rung from now on.
func (h *house) rung() *[]string {
	keys := &[]string{}
	h.db.OnRing(func(key string) { *keys = append(*keys, key) })
	return keys
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
