package storetest

import (
	"time"

	"handoff/internal/apply"
	"handoff/internal/connector"
	"handoff/internal/process"
	"handoff/internal/recruit"
)

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
	h.clock.Advance(time.Minute)
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
