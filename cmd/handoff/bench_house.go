package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"time"

	"handoff/internal/app"
	"handoff/internal/apply"
	"handoff/internal/company"
	"handoff/internal/connector"
	"handoff/internal/integration"
	"handoff/internal/process"
	"handoff/internal/recruit"
	"handoff/internal/secret"
	"handoff/internal/simulator/smartrecruiters"
)

// benchmark is a house with a company whose process is bound to a simulated
// ATS and open.
type benchmark struct {
	*app.App
	sim     *runningSimulator // of SmartRecruiters; nil with another ATS
	other   *simServer        // of that other
	options app.Options
	admin   recruit.Caller
	conn    recruit.ConnectionID
	proc    recruit.ProcessID
	form    apply.Form
	dir     string
}

// newBenchmark is one with SmartRecruiters.
func newBenchmark(ctx context.Context) (*benchmark, error) {
	b := &benchmark{}
	connection, job, err := b.smartRecruiters("127.0.0.1:0")
	return b.open(ctx, connection, job, err)
}

// smartRecruiters starts the simulator that a house at listen is to connect
// to, and says how, and to which job.
func (b *benchmark) smartRecruiters(listen string) (c integration.NewConnection, job recruit.RemoteJobID, err error) {
	if b.sim, err = startSimulator("127.0.0.1:0", false, smartrecruiters.Options{Seed: 1, Populate: true, PlainCallbacks: true}); err != nil {
		return c, "", err
	}
	pair, err := b.sim.IssueClientCredentials(nil, "")
	if err != nil {
		return c, "", err
	}
	b.options = app.Options{Listen: listen,
		SmartRecruiters: app.ATS{APIURL: b.sim.url, AuthorizeURL: b.sim.url + "/identity/oauth/allow", TokenURL: b.sim.url + "/identity/oauth/token"}}
	return integration.NewConnection{ATS: "smartrecruiters", Auth: connector.AuthClientCredentials,
			Fields: integration.Fields{"client_id": secret.New(pair.ClientID), "client_secret": secret.New(pair.ClientSecret)}},
		recruit.RemoteJobID(b.sim.Job("Machine Learning Engineer").ID), nil
}

// open starts the house, connects it and binds one open process. What there is
// of it is closed when that fails, as well as when its simulator did.
func (b *benchmark) open(ctx context.Context, c integration.NewConnection, job recruit.RemoteJobID, err error) (*benchmark, error) {
	if err == nil {
		b.dir, err = os.MkdirTemp("", "handoff-bench-")
	}
	if err == nil {
		b.options.Data, b.options.AllowPrivateEgress, b.options.Version = b.dir, true, version
		b.App, err = app.Start(ctx, b.options)
	}
	if err == nil {
		err = b.furnish(ctx, c, job)
	}
	if err != nil {
		b.close()
		return nil, err
	}
	return b, nil
}

func (b *benchmark) close() {
	if b.App != nil {
		_ = b.App.Close()
	}
	if b.sim != nil {
		b.sim.close()
	}
	if b.other != nil {
		b.other.close()
	}
	_ = os.RemoveAll(b.dir)
}

func (b *benchmark) furnish(ctx context.Context, c integration.NewConnection, job recruit.RemoteJobID) error {
	co, admin, err := b.Company.FirstCompany(ctx, "Acme Robotics", "Europe/Warsaw", "en",
		company.NewUser{Email: "admin@acme.example.com", Name: "Ada Admin", Role: recruit.RoleAdmin, Password: secret.New(recruit.RandomToken(16))})
	if err != nil {
		return err
	}
	b.admin = recruit.Caller{Company: co.ID, User: admin.ID, Role: recruit.RoleAdmin}
	conn, err := b.Integration.Connect(ctx, b.admin, c)
	if err != nil {
		return err
	}
	b.conn = conn.ID
	if _, err := b.Integration.Test(ctx, b.admin, conn.ID); err != nil {
		return err
	}
	if err := await(ctx, time.Minute, func() (bool, error) {
		v, err := b.Integration.Connection(ctx, b.admin, conn.ID)
		return err == nil && v.State == recruit.ConnConnected && !v.JobsReadAt.IsZero() && !v.SourcesDue, err
	}); err != nil {
		return fmt.Errorf("connect: %w", err)
	}
	p, err := b.Process.Create(ctx, b.admin, recruit.Details{Name: "Senior ML Engineer", Description: "Models that ship.", Cities: []string{"Warszawa"},
		WorkMode: "hybrid", Contracts: []string{"b2b"}, Role: "machine_learning_engineer", Technologies: []string{"Python", "Go", "SQL"},
		Salaries: []recruit.Salary{{Contract: "b2b", From: 20000, To: 28000, Currency: "PLN", Basis: "net", Period: "month"}}, SalaryVisibility: "public"})
	if err != nil {
		return err
	}
	b.proc = p.ID
	if _, _, err := b.Process.Bind(ctx, b.admin, b.proc, process.BindingChoice{Connection: conn.ID, RemoteJob: job}); err != nil {
		return err
	}
	if _, err := b.Process.Publish(ctx, b.admin, b.proc); err != nil {
		return err
	}
	// An ATS's own texts are read before anybody can agree to them.
	return await(ctx, time.Minute, func() (bool, error) {
		b.form, err = b.Apply.Form(ctx, b.proc, "", "en")
		return err == nil && !b.form.Unread, err
	})
}

// submit applies as candidate n. Without agreed nothing is sent to the ATS.
func (b *benchmark) submit(ctx context.Context, n int, cv []byte, agreed bool) (recruit.ApplicationID, error) {
	decision := recruit.Refused
	if agreed {
		decision = recruit.Given
	}
	s := apply.Submission{Process: b.proc, Locale: "en", Channel: "api", FormToken: b.form.Token,
		Candidate: recruit.Candidate{FirstName: "Bench", LastName: fmt.Sprintf("Number %d", n), Email: fmt.Sprintf("bench%d@example.com", n),
			LinkedInURL: "https://www.linkedin.com/in/bench"},
		Clause:      &apply.Choice{Decision: recruit.Given, Version: b.form.Clause.Version},
		ATSTransfer: &apply.Choice{Decision: decision, Version: b.form.ATSTransfer.Version}}
	if cv != nil {
		s.CV = &apply.Upload{FileName: "cv.pdf", ContentType: "application/pdf", Body: bytes.NewReader(cv)}
	}
	for _, c := range b.form.Remote {
		s.Remote = append(s.Remote, apply.RemoteChoice{ID: c.ID, Version: c.Version, Decision: decision})
	}
	r, err := b.Apply.Submit(ctx, s)
	return r.Application, err
}

// benchCV is a PDF of about size bytes.
func benchCV(size int) []byte {
	filler := bytes.Repeat([]byte("% filler filler filler filler filler filler filler filler filler\n"), size/65)
	return slices.Concat([]byte("%PDF-1.4\n"), filler, []byte("1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"))
}

// await polls what another goroutine does.
func await(ctx context.Context, within time.Duration, ok func() (bool, error)) error {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for {
		done, err := ok()
		if err != nil || done {
			return err
		}
		select {
		case <-ctx.Done():
			return errors.New("it took too long")
		case <-tick.C:
		}
	}
}
