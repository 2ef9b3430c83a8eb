package sync

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/alexedwards/argon2id"

	"handoff/internal/app"
	"handoff/internal/apply"
	"handoff/internal/company"
	"handoff/internal/connector"
	"handoff/internal/integration"
	"handoff/internal/process"
	"handoff/internal/recruit"
	"handoff/internal/secret"
	"handoff/internal/simulator/simkit"
	"handoff/internal/simulator/smartrecruiters"
	"handoff/internal/stagesync"
	"handoff/internal/testkit"
)

// base is a house with one company that is connected to one ATS.
type base struct {
	t     testing.TB
	house *app.App
	clock *simkit.Clock // the house's, moved
	log   *testkit.Buffer
	admin recruit.Caller
	conn  recruit.ConnectionID
	proc  recruit.ProcessID
}

// rig is one whose ATS is a simulated SmartRecruiters.
type rig struct {
	*base
	sim *smartrecruiters.Simulator
	job smartrecruiters.LedgerJob
	// within is called once, in the middle of the next listing of candidates:
	// after it was asked for, before the ATS looks.
	within chan func()
}

func newRig(t testing.TB, so smartrecruiters.Options) *rig {
	t.Helper()
	srv := httptest.NewUnstartedServer(nil)
	so.PublicURL, so.Populate, so.PlainCallbacks = "http://"+srv.Listener.Addr().String(), true, true
	r := &rig{sim: smartrecruiters.New(so), within: make(chan func(), 1)}
	sim := r.sim.Handler()
	srv.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if req.Method == http.MethodGet && req.URL.Path == "/candidates" {
			select {
			case f := <-r.within:
				f()
			default:
			}
		}
		sim.ServeHTTP(w, req)
	})
	srv.Start()
	t.Cleanup(func() {
		r.sim.Close()
		srv.CloseClientConnections()
		srv.Close()
	})
	r.base = newBase(t, app.Options{SmartRecruiters: app.ATS{APIURL: so.PublicURL, AuthorizeURL: so.PublicURL, TokenURL: so.PublicURL, Settle: 2 * time.Second}},
		integration.NewConnection{ATS: "smartrecruiters", Auth: connector.AuthAPIKey, Fields: integration.Fields{"api_key": secret.New(r.sim.IssueKey().Key)}})
	r.job = r.sim.Job("Machine Learning Engineer")
	r.proc = r.open("Senior ML Engineer", recruit.RemoteJobID(r.job.ID))
	return r
}

// newBase starts a house and connects it.
func newBase(t testing.TB, o app.Options, c integration.NewConnection) *base {
	t.Helper()
	r := found(t, simkit.NewClock(), o)
	r.connect(c)
	return r
}

// found starts a house of one company.
func found(t testing.TB, clock *simkit.Clock, o app.Options) *base {
	t.Helper()
	r := &base{t: t, clock: clock, log: &testkit.Buffer{}}
	o.Listen, o.AllowPrivateEgress, o.Now, o.LogLevel, o.Output = "127.0.0.1:0", true, r.clock.Now, "debug", r.log
	if o.Data == "" {
		o.Data = t.TempDir()
	}
	var err error
	if r.house, err = app.Start(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := r.house.Close(); err != nil {
			t.Error(err)
		}
	})
	r.house.Company.Hash = &argon2id.Params{Memory: 64, Iterations: 1, Parallelism: 1, SaltLength: 16, KeyLength: 32} // of no password that anybody has
	co, admin, err := r.house.Company.FirstCompany(t.Context(), "Acme Robotics", "Europe/Warsaw", "pl",
		company.NewUser{Email: "admin@acme.example.com", Name: "Ada Admin", Role: recruit.RoleAdmin, Password: secret.New("correct horse battery")})
	r.ok(err)
	r.admin = recruit.Caller{Company: co.ID, User: admin.ID, Role: recruit.RoleAdmin}
	return r
}

func (r *base) connect(c integration.NewConnection) {
	r.t.Helper()
	v, err := r.house.Integration.Connect(r.t.Context(), r.admin, c)
	r.ok(err)
	r.conn = v.ID
	_, err = r.house.Integration.Test(r.t.Context(), r.admin, r.conn)
	r.ok(err)
	r.connected()
}

func (r *base) connected() {
	r.t.Helper()
	r.until("connected", func() bool {
		v, err := r.house.Integration.Connection(r.t.Context(), r.admin, r.conn)
		return err == nil && v.State == recruit.ConnConnected && !v.JobsReadAt.IsZero()
	})
}

// open makes an open process bound to a job.
func (r *base) open(name string, job recruit.RemoteJobID) recruit.ProcessID {
	r.t.Helper()
	ctx, e := r.t.Context(), r.house.Process
	p, err := e.Create(ctx, r.admin, recruit.Details{Name: name, Description: "Models that ship.", Cities: []string{"Warszawa"},
		WorkMode: "hybrid", Contracts: []string{"b2b"}, Role: "machine_learning_engineer", Technologies: []string{"Python", "Go", "SQL"},
		Salaries: []recruit.Salary{{Contract: "b2b", From: 20000, To: 28000, Currency: "PLN", Basis: "net", Period: "month"}}, SalaryVisibility: "public"})
	r.ok(err)
	_, _, err = e.Bind(ctx, r.admin, p.ID, process.BindingChoice{Connection: r.conn, RemoteJob: job})
	r.ok(err)
	_, err = e.Publish(ctx, r.admin, p.ID)
	r.ok(err)
	return p.ID
}

func (r *base) ok(err error) {
	r.t.Helper()
	if err != nil {
		r.t.Fatalf("%v\n%s", err, r.log.Tail(5000))
	}
}

func (r *base) until(what string, ok func() bool) {
	r.t.Helper()
	if !testkit.Within(20*time.Second, 5*time.Millisecond, ok) {
		r.t.Fatalf("%s: not within 20 s\n%s", what, r.log.Tail(5000))
	}
}

func email(n int) string { return fmt.Sprintf("kandydat%d@example.com", n) }

// apply sends candidate n to a process, who agrees to whatever is asked, and
// waits for the ATS to have them.
func (r *base) apply(p recruit.ProcessID, n int) recruit.ApplicationID {
	r.t.Helper()
	f, err := r.house.Apply.Form(r.t.Context(), p, "", "pl")
	r.ok(err)
	id := r.submit(p, f, n)
	r.until("delivered", func() bool { return r.view(id).Delivery.State == recruit.DeliveryDelivered })
	return id
}

// submit sends candidate n by a form that was shown.
func (r *base) submit(p recruit.ProcessID, f apply.Form, n int) recruit.ApplicationID {
	r.t.Helper()
	var remote []apply.RemoteChoice
	for _, c := range f.Remote {
		remote = append(remote, apply.RemoteChoice{ID: c.ID, Version: c.Version, Decision: recruit.Given})
	}
	receipt, err := r.house.Apply.Submit(r.t.Context(), apply.Submission{Process: p, Locale: "pl", Channel: "api", FormToken: f.Token, Remote: remote,
		Candidate: recruit.Candidate{FirstName: "Zofia", LastName: "Próbna", Email: email(n), LinkedInURL: "https://www.linkedin.com/in/example"},
		Clause:    &apply.Choice{Decision: recruit.Given, Version: f.Clause.Version}, ATSTransfer: &apply.Choice{Decision: recruit.Given, Version: f.ATSTransfer.Version}})
	r.ok(err)
	return receipt.Application
}

func (r *base) view(id recruit.ApplicationID) apply.View {
	r.t.Helper()
	v, err := r.house.Apply.Get(r.t.Context(), r.admin, id)
	r.ok(err)
	return v
}

// move is a recruiter's at the ATS.
func (r *rig) move(id recruit.ApplicationID, status, sub string) {
	r.t.Helper()
	d := r.view(id).Delivery
	r.ok(r.sim.MoveCandidate(string(d.RemoteCandidate), string(d.RemoteJob), smartrecruiters.Move{Status: status, SubStatus: sub}))
}

// turnOn switches the module on and assigns every stage by its preset, its
// suggestion, or "leave".
func (r *base) turnOn(s stagesync.Settings) {
	r.t.Helper()
	ctx := r.t.Context()
	if s.WhoTells == "" {
		s.WhoTells = stagesync.TellNobody
	}
	_, err := r.house.Stages.Save(ctx, r.admin, r.conn, true, s)
	r.ok(err)
	r.until("the stages are read", func() bool {
		m, err := r.house.Stages.Module(ctx, r.admin, r.conn)
		return err == nil && !m.StagesReadAt.IsZero()
	})
	_, err = r.house.Stages.SaveMapping(ctx, r.admin, r.conn, "", r.mapping(), false)
	r.ok(err)
}

func (r *base) mapping() stagesync.Mapping {
	r.t.Helper()
	all, _, err := r.house.Stages.Stages(r.t.Context(), r.admin, r.conn, "")
	r.ok(err)
	m := stagesync.Mapping{}
	for _, s := range all {
		switch {
		case !s.RemovedAt.IsZero():
		case s.Assigned:
			m[s.Key] = s.To
		case s.Suggested != nil:
			m[s.Key] = *s.Suggested
		default:
			m[s.Key] = stagesync.Target{}
		}
	}
	return m
}

// sync presses Sync now and waits for its end.
func (r *base) sync() stagesync.Run {
	r.t.Helper()
	run, err := r.house.Stages.Run(r.t.Context(), r.admin, r.conn)
	r.ok(err)
	return r.ended(run.ID)
}

func (r *base) ended(id recruit.SyncRunID) (run stagesync.Run) {
	r.t.Helper()
	r.until("the run ends", func() bool {
		var err error
		run, _, err = r.house.Stages.SyncRun(r.t.Context(), r.admin, id, recruit.List{})
		r.ok(err)
		return run.State != "running"
	})
	return run
}

// history is an application's timeline, kinds and where to.
func (r *base) history(id recruit.ApplicationID) string {
	r.t.Helper()
	events, err := r.house.Apply.Timeline(r.t.Context(), r.admin, id)
	r.ok(err)
	var out []string
	for _, e := range events {
		if strings.HasPrefix(e.Kind, "stage") {
			out = append(out, strings.TrimSpace(e.Kind+" "+e.Data["to"]))
		}
	}
	return strings.Join(out, ", ")
}
