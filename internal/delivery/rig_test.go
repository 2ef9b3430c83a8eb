package delivery_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"handoff/internal/apply"
	"handoff/internal/atshttp"
	"handoff/internal/company"
	"handoff/internal/connector"
	"handoff/internal/connectors/all"
	"handoff/internal/delivery"
	"handoff/internal/integration"
	"handoff/internal/lane"
	"handoff/internal/process"
	"handoff/internal/recruit"
	"handoff/internal/secret"
	"handoff/internal/simulator/smartrecruiters"
	"handoff/internal/store"
	"handoff/internal/testkit"
)

// speed is how much faster the house's clock runs than the world: minutes of
// waiting pass in seconds, while the ATS answers in its own time.
const speed = 150

// settle, on that clock, is 0.4 s of the world: twice what the simulator, in
// the tests below, works on after its client has gone.
const settle = time.Minute

// house is the engines over the real store.
type house struct {
	t       testing.TB
	db      *store.DB
	dir     string
	apply   *apply.Engine
	process *process.Engine
	integ   *integration.Engine
	deliver *delivery.Engine
	admin   recruit.Caller
	conn    recruit.ConnectionID
	proc    recruit.ProcessID
	logs    *testkit.Buffer

	stopRunner func()
}

// rig is a house that is connected to SmartRecruiters' simulator.
type rig struct {
	*house
	sim *smartrecruiters.Simulator
	job smartrecruiters.LedgerJob
}

type lender struct {
	network *atshttp.Network
	limiter *atshttp.Limiter
}

func (l lender) Gated(gate func(context.Context) error) connector.Transport {
	return atshttp.New(atshttp.Options{Network: l.network, Limiter: l.limiter, Gate: gate, Timeout: 400 * time.Millisecond})
}

const callback = "http://localhost:1/oauth/callback"

func newRig(t testing.TB, sw smartrecruiters.Switches) *rig {
	t.Helper()
	srv := httptest.NewUnstartedServer(nil)
	url := "http://" + srv.Listener.Addr().String()
	sim := smartrecruiters.New(smartrecruiters.Options{PublicURL: url, Seed: 7, Populate: true, Switches: sw})
	srv.Config.Handler = sim.Handler()
	srv.Start()
	t.Cleanup(func() { sim.Close(); srv.CloseClientConnections(); srv.Close() })

	began := time.Now()
	now := func() time.Time { return began.Add(time.Since(began) * speed) }
	id, appSecret := sim.App()
	settings := connector.Settings{APIURL: url, AuthorizeURL: url + "/identity/oauth/allow", TokenURL: url + "/identity/oauth/token",
		ClientID: id, ClientSecret: secret.New(appSecret)}
	if err := sim.AllowRedirectURI(callback); err != nil {
		t.Fatal(err)
	}
	r := &rig{house: newHouse(t, now, all.Types(), integration.App{Settings: settings, Settle: settle}), sim: sim}
	r.furnish()
	return r
}

// newHouse makes a company with an Admin over an empty store, and runs its lanes.
func newHouse(t testing.TB, now func() time.Time, types []*connector.Type, app integration.App) *house {
	t.Helper()
	key, err := secret.GenerateKey()
	if err != nil {
		t.Fatal(err)
	}
	sealer, err := secret.NewSealer(key)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	db, err := store.Open(t.Context(), store.Options{Dir: dir, Sealer: sealer, Now: now})
	if err != nil {
		t.Fatal(err)
	}
	r := &house{t: t, db: db, dir: dir, logs: &testkit.Buffer{}}
	log := slog.New(slog.NewTextHandler(r.logs, &slog.HandlerOptions{Level: slog.LevelDebug}))
	network := atshttp.NewNetwork(atshttp.NetworkOptions{AllowPrivate: true})
	apps := map[string]integration.App{}
	for _, t := range types {
		apps[t.Name] = app
	}
	r.integ = integration.New(integration.Options{Store: db, Types: types, Apps: apps,
		Lend:         func(t *connector.Type) integration.Lent { return lender{network, atshttp.NewLimiter(t.Limits)} },
		PlatformName: "Handoff", CallbackURL: func() string { return callback }, Now: now, Log: log})
	r.deliver = &delivery.Engine{Store: db, Open: r.integ, Now: now, Log: log}
	r.apply = apply.New(db, now, sealer, nil, nil)
	r.apply.PerJob = func(ats string) bool {
		t, ok := r.integ.Type(ats)
		return ok && t.ConsentPerJob
	}
	r.process = &process.Engine{Store: db, Now: now}
	r.startRunner(now, log)
	t.Cleanup(func() {
		r.stopRunner()
		network.Close()
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	co, admin, err := company.New(db, now).FirstCompany(t.Context(), "Acme Robotics", "Europe/Warsaw", "pl",
		company.NewUser{Email: "admin@acme.example.com", Name: "Ada Admin", Role: recruit.RoleAdmin, Password: secret.New("correct horse battery")})
	r.ok(err)
	r.admin = recruit.Caller{Company: co.ID, User: admin.ID, Role: recruit.RoleAdmin}
	return r
}

// startRunner is a process's start: leases of one that died are forgotten.
func (r *house) startRunner(now func() time.Time, log *slog.Logger) {
	if err := r.db.ForgetLeases(r.t.Context()); err != nil {
		r.t.Fatal(err)
	}
	runner := lane.New(lane.Options{Store: r.db, Now: now, Log: log, Lease: 1000 * time.Hour, Slice: time.Hour, Sweep: 5 * time.Millisecond, Look: 5 * time.Millisecond,
		Work: func(key string) (lane.Work, bool) {
			id := recruit.ConnectionID(strings.TrimPrefix(key, "conn:"))
			return lane.Work{Slots: 8, Sources: []lane.Source{&integration.Tests{Engine: r.integ, Connection: id}, &integration.Watches{Engine: r.integ, Connection: id, Late: true},
				&delivery.Lookups{Engine: r.deliver, Connection: id}, &delivery.Pushes{Engine: r.deliver, Connection: id},
				&integration.Removals{Engine: r.integ, Connection: id}, &integration.Watches{Engine: r.integ, Connection: id}, &integration.Readings{Engine: r.integ, Connection: id}}}, true
		}})
	r.db.OnRing(runner.Ring)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); runner.Run(ctx) }()
	r.stopRunner = func() { cancel(); <-done } // also more than once
}

// furnish makes a connection by OAuth, and an open process bound to the job
// "Machine Learning Engineer".
func (r *rig) furnish() {
	r.t.Helper()
	v, err := r.integ.Connect(r.t.Context(), r.admin, integration.NewConnection{ATS: "smartrecruiters", Auth: connector.AuthOAuth})
	r.ok(err)
	r.conn = v.ID
	r.login(false)
	r.job = r.sim.Job("Machine Learning Engineer")
	r.publish(recruit.RemoteJobID(r.job.ID))
}

// publish makes an open process that is bound to a job, once jobs were read.
func (r *house) publish(job recruit.RemoteJobID) {
	r.t.Helper()
	ctx := r.t.Context()
	r.until("the jobs are read", func() bool {
		v, err := r.integ.Connection(ctx, r.admin, r.conn)
		return err == nil && !v.JobsReadAt.IsZero()
	})
	p, err := r.process.Create(ctx, r.admin, recruit.Details{Name: "Senior ML Engineer", Description: "Models that ship.", Cities: []string{"Warszawa"},
		WorkMode: "hybrid", Contracts: []string{"b2b"}, Role: "machine_learning_engineer", Technologies: []string{"Python", "Go", "SQL"},
		Salaries: []recruit.Salary{{Contract: "b2b", From: 20000, To: 28000, Currency: "PLN", Basis: "net", Period: "month"}}, SalaryVisibility: "public"})
	r.ok(err)
	r.proc = p.ID
	_, _, err = r.process.Bind(ctx, r.admin, r.proc, process.BindingChoice{Connection: r.conn, RemoteJob: job})
	r.ok(err)
	_, err = r.process.Publish(ctx, r.admin, r.proc)
	r.ok(err)
}

// login goes from our link through the ATS's permissions and back.
func (r *rig) login(switchAccount bool) {
	r.t.Helper()
	r.ok(r.tryLogin(switchAccount))
}

func (r *rig) tryLogin(switchAccount bool) error {
	ctx := r.t.Context()
	link, err := r.integ.Authorize(ctx, r.admin, r.conn, switchAccount, "")
	if err != nil {
		return err
	}
	browser := secret.New(recruit.RandomToken(32))
	to, err := r.integ.FollowLink(ctx, link.Token, browser)
	if err != nil {
		return err
	}
	_, query, _ := strings.Cut(to, "state=")
	state, _, _ := strings.Cut(query, "&")
	code, err := r.sim.Authorize("integration@acme.example.com", nil, "")
	if err != nil {
		return err
	}
	_, err = r.integ.Callback(ctx, &r.admin, browser, state, code, "")
	return err
}

func (r *house) ok(err error) {
	r.t.Helper()
	if err != nil {
		r.t.Fatal(err)
	}
}

func cv(n int) []byte {
	return fmt.Appendf(nil, "%%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\n%% %d\ntrailer\n<< /Root 1 0 R >>\n%%%%EOF\n", n)
}

func shaOf(b []byte) string {
	h := sha256.Sum256(b)
	return hex.EncodeToString(h[:])
}

func email(n int) string { return fmt.Sprintf("kandydatka%d@example.com", n) }

// submit applies as candidate n, with a CV.
func (r *rig) submit(n int, transfer recruit.Decision) recruit.ApplicationID {
	r.t.Helper()
	ctx := r.t.Context()
	f, err := r.apply.Form(ctx, r.proc, "", "pl")
	r.ok(err)
	receipt, err := r.apply.Submit(ctx, apply.Submission{Process: r.proc, Locale: "pl", Channel: "api", FormToken: f.Token,
		Candidate: recruit.Candidate{FirstName: "Grażyna", LastName: fmt.Sprintf("Brzęczyszczykiewicz-%d", n), Email: email(n)},
		CV:        &apply.Upload{FileName: fmt.Sprintf("życiorys %d.pdf", n), ContentType: "application/pdf", Body: bytes.NewReader(cv(n))},
		Clause:    &apply.Choice{Decision: recruit.Given, Version: f.Clause.Version}, ATSTransfer: &apply.Choice{Decision: transfer, Version: f.ATSTransfer.Version}})
	r.ok(err)
	return receipt.Application
}

func (r *house) delivery(id recruit.ApplicationID) recruit.Delivery {
	r.t.Helper()
	v, err := r.apply.Get(r.t.Context(), r.admin, id)
	r.ok(err)
	return v.Delivery
}

// until polls for what another goroutine does.
func (r *house) until(what string, ok func() bool) {
	r.t.Helper()
	if !testkit.Within(20*time.Second, 5*time.Millisecond, ok) {
		r.t.Fatalf("%s: not within 20 s\n%s", what, r.logs.Tail(6000))
	}
}

func (r *house) reaches(id recruit.ApplicationID, s recruit.DeliveryState) recruit.Delivery {
	r.t.Helper()
	r.until(fmt.Sprintf("%s is %s", id, s), func() bool { return r.delivery(id).State == s })
	return r.delivery(id)
}

// sql changes what is on disk behind the house's back.
func (r *house) sql(q string, args ...any) {
	r.t.Helper()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(r.dir, "handoff.db")+"?_pragma=busy_timeout(5000)")
	r.ok(err)
	defer db.Close()
	_, err = db.ExecContext(r.t.Context(), q, args...)
	r.ok(err)
}

// held returns the live applications of candidate n at the bound job.
func (r *rig) held(n int) []smartrecruiters.LedgerApplication {
	var out []smartrecruiters.LedgerApplication
	for _, c := range r.sim.Ledger().Candidates {
		for _, a := range c.Applications {
			if c.RemovedAt == nil && a.RemovedAt == nil && a.JobID == r.job.ID && strings.EqualFold(c.Email, email(n)) {
				out = append(out, a)
			}
		}
	}
	return out
}

// once asserts that the ATS holds candidate n exactly once, with the one CV.
func (r *rig) once(n int) {
	r.t.Helper()
	got := r.held(n)
	if len(got) != 1 {
		r.t.Fatalf("the ATS holds %d applications of candidate %d, want 1", len(got), n)
	}
	var files []string
	for _, f := range got[0].Attachments {
		if f.RemovedAt == nil {
			files = append(files, f.SHA256)
		}
	}
	if len(files) != 1 || files[0] != shaOf(cv(n)) {
		r.t.Errorf("the ATS holds files %v of candidate %d, want the one CV %s", files, n, shaOf(cv(n)))
	}
}
