package breakages

import (
	"bytes"
	"fmt"
	"net"
	"net/http/httptest"
	"strconv"
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
	"handoff/internal/simulator/erecruiter"
	"handoff/internal/simulator/simkit"
	"handoff/internal/testkit"
)

const password = "a long enough password"

// boundless is the vendor's pace that nobody waits for here.
var boundless = erecruiter.Limits{PerSecond: -1, Burst: -1}

// rig is a house whose one company is connected to a simulated eRecruiter. The
// clock of both is one, and is moved.
type rig struct {
	t     testing.TB
	house *app.App
	sim   *erecruiter.Simulator
	clock *simkit.Clock
	log   *testkit.Buffer
	admin recruit.Caller
	token string   // of the API, the Admin's
	b     *browser // the Admin's

	key       erecruiter.IssuedKey
	origin    int64
	job       erecruiter.LedgerRecruitment
	must, may int64            // its required and its optional consent
	words     map[int64]string // of all texts, as they were at first
	conn      recruit.ConnectionID
	connPage  string
	proc      recruit.ProcessID
	made      int64 // by the breakage
}

// newRig is a house whose Admin has saved a key.
func newRig(t testing.TB, w world) *rig {
	t.Helper()
	clock := simkit.NewClock()
	o := erecruiter.Options{Seed: 7, Populate: true, Partner: "Handoff", Clock: clock, Limits: boundless}
	mapping := `"rate.per_second": 50, "rate.concurrency": 8, "rate.longest_request": "1s", "rate.listing_lag": "1s"`
	if w.exchange {
		o.Dialect = erecruiter.DefaultDialect().WithAuth(erecruiter.Exchange)
		mapping += `, "auth.mode": "exchange"`
	}
	sim := erecruiter.New(o)
	srv := httptest.NewServer(sim.Handler())
	_, port, _ := net.SplitHostPort(srv.Listener.Addr().String())
	address := "http://localhost:" + port
	sim.SetPublicURL(address)
	d := sim.Dialect()
	ats := app.ATS{APIURL: address + d.Base, AuthorizeURL: address, TokenURL: address + d.Auth.TokenPath, Settle: time.Second, Mapping: []byte("{" + mapping + "}")}
	if w.exchange {
		id, word := sim.Client()
		ats.ClientID, ats.ClientSecret = id, secret.New(word)
	}
	sim.SetTokenLife(8 * time.Minute)
	r := &rig{t: t, sim: sim, clock: clock, log: &testkit.Buffer{}, words: map[int64]string{}}
	var err error
	r.house, err = app.Start(t.Context(), app.Options{Data: t.TempDir(), Listen: "127.0.0.1:0", AllowPrivateEgress: true, Now: clock.Now, LogLevel: "debug",
		Output: r.log, ERecruiter: ats})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := r.house.Close(); err != nil {
			t.Error(err)
		}
		sim.Close()
		srv.CloseClientConnections()
		srv.Close()
	})
	r.house.Company.Hash = &argon2id.Params{Memory: 64, Iterations: 1, Parallelism: 1, SaltLength: 16, KeyLength: 16} // quick: no test is about it
	ctx := t.Context()
	co, admin, err := r.house.Company.FirstCompany(ctx, "Acme Robotics", "Europe/Warsaw", "en",
		company.NewUser{Email: "admin@acme.example.com", Name: "Ada Admin", Role: recruit.RoleAdmin, Password: secret.New(password)})
	r.ok(err)
	r.admin = recruit.Caller{Company: co.ID, User: admin.ID, Role: recruit.RoleAdmin}
	_, bearer, err := r.house.Company.IssueToken(ctx, r.admin, company.NewToken{Name: "test", Role: recruit.RoleAdmin})
	r.ok(err)
	r.token = bearer.Reveal()
	r.b = r.signIn()

	scope := erecruiter.ScopeSelected
	if w.scope != "" {
		scope = w.scope
	}
	r.job = sim.Recruitment("Senior Go Developer")
	r.must, r.may = r.job.Consents[1].ConsentID, r.job.Consents[2].ConsentID
	for _, c := range sim.Ledger().Consents {
		r.words[c.ID] = c.Text
	}
	if w.scope == erecruiter.ScopeAll { // so nobody shares anything
		r.ok(sim.ShareRecruitment(r.job.ID, false))
	}
	origin, err := sim.AddOrigin("Handoff")
	r.ok(err)
	r.origin, r.key = origin.ID, sim.IssueKey(scope)
	v, err := r.house.Integration.Connect(ctx, r.admin, integration.NewConnection{ATS: "erecruiter", Auth: connector.AuthAccessKey, AccessScope: string(scope),
		Fields: integration.Fields{"access_key": secret.New(r.key.Key)}})
	r.ok(err)
	r.conn, r.connPage = v.ID, "/settings/integrations/erecruiter/"+string(v.ID)
	return r
}

// furnish tests the connection, chooses the source, and opens a process that is
// bound and has shown its texts.
func (r *rig) furnish() {
	r.t.Helper()
	if got := r.test(); got != "passed" {
		r.t.Fatalf("the connection's test: %s\n%s", got, r.log.Tail(4000))
	}
	r.choose(r.origin)
	ctx, e := r.t.Context(), r.house.Process
	p, err := e.Create(ctx, r.admin, recruit.Details{Name: "Go Developer", Description: "Services that stay up.", Cities: []string{"Kraków"},
		WorkMode: "hybrid", Contracts: []string{"b2b"}, Role: "backend_developer", Technologies: []string{"Go", "SQL", "Linux"},
		Salaries: []recruit.Salary{{Contract: "b2b", From: 20000, To: 28000, Currency: "PLN", Basis: "net", Period: "month"}}, SalaryVisibility: "public"})
	r.ok(err)
	r.proc = p.ID
	r.until("the recruitment is listed", func() bool {
		return r.api("GET", "/connections/"+string(r.conn)+"/jobs").holds("id", strconv.FormatInt(r.job.ID, 10))
	})
	_, _, err = e.Bind(ctx, r.admin, p.ID, process.BindingChoice{Connection: r.conn, RemoteJob: recruit.RemoteJobID(strconv.FormatInt(r.job.ID, 10))})
	r.ok(err)
	_, err = e.Publish(ctx, r.admin, p.ID)
	r.ok(err)
	r.until("the texts can be shown", func() bool { return !r.form().Unread })
	r.until("the recruitment was looked at", func() bool {
		w, err := r.house.Integration.JobHealth(ctx, r.admin, r.conn, recruit.RemoteJobID(strconv.FormatInt(r.job.ID, 10)))
		return err == nil && !w.CheckedAt.IsZero()
	})
	r.until("ads were read", func() bool { return r.api("GET", "/connections/"+string(r.conn)+"/ads").text("complete_read_at") != "" })
}

// test presses TEST THE CONNECTION and returns how it ends.
func (r *rig) test() (state string) {
	r.t.Helper()
	before := r.api("GET", "/connections/"+string(r.conn)).text("last_test_run_id")
	r.b.post(r.connPage + "/test")
	id := r.api("GET", "/connections/"+string(r.conn)).text("last_test_run_id")
	if id == before {
		r.t.Fatal("no test began")
	}
	r.until("the test ends", func() bool {
		state = r.api("GET", "/test-runs/"+id).text("state")
		return state != "running"
	})
	return state
}

// wake has the connection's lane do what is due.
func (r *rig) wake() {
	r.t.Helper()
	r.api("POST", "/connections/"+string(r.conn)+"/jobs/refresh")
}

func (r *rig) ok(err error) {
	r.t.Helper()
	if err != nil {
		r.t.Fatalf("%v\n%s", err, r.log.Tail(4000))
	}
}

func (r *rig) until(what string, ok func() bool) {
	r.t.Helper()
	if !testkit.Within(90*time.Second, 20*time.Millisecond, ok) {
		r.t.Fatalf("%s: not within 90 s\n%s", what, r.log.Tail(4000))
	}
}

const (
	soon   = 11 * time.Minute // by which what is read every ten minutes was read
	aNight = 25 * time.Hour   // by which a night has passed
)

// pass lets time pass, step by step, until something is so. A clock that is
// moved takes the lease from work under way, which is done again a step later.
func (r *rig) pass(what string, step time.Duration, ok func() bool) {
	r.t.Helper()
	on := time.NewTicker(10 * time.Second)
	defer on.Stop()
	r.until(what, func() bool {
		select {
		case <-on.C:
			r.clock.Advance(step)
			r.wake()
		default:
		}
		return ok()
	})
}

func (r *rig) form() apply.Form {
	r.t.Helper()
	f, err := r.house.Apply.Form(r.t.Context(), r.proc, "", "pl")
	r.ok(err)
	return f
}

// underWay holds that an application is tried again by itself. Where the clock
// was moved under an attempt it is looked up first.
func (r *rig) underWay(id recruit.ApplicationID) {
	r.t.Helper()
	r.until("the application is tried again by itself", func() bool {
		d := r.view(id).Delivery
		return d.State == recruit.DeliveryWaiting && d.Reason == "retrying" || d.State == recruit.DeliveryUnanswered && d.Reason == "unanswered"
	})
}

func (r *rig) view(id recruit.ApplicationID) apply.View {
	r.t.Helper()
	v, err := r.house.Apply.Get(r.t.Context(), r.admin, id)
	r.ok(err)
	return v
}

const candidate = "zofia.probna@example.com"

// apply sends the candidate, who agrees to what is required and says nothing of
// what is not; bare is without a CV.
func (r *rig) apply(f apply.Form, bare bool) recruit.ApplicationID {
	r.t.Helper()
	s := apply.Submission{Process: r.proc, Locale: "pl", Channel: "api", FormToken: f.Token,
		Candidate:   recruit.Candidate{FirstName: "Zofia", LastName: "Próbna", Email: candidate, LinkedInURL: "https://www.linkedin.com/in/example"},
		Clause:      &apply.Choice{Decision: recruit.Given, Version: f.Clause.Version},
		ATSTransfer: &apply.Choice{Decision: recruit.Given, Version: f.ATSTransfer.Version}}
	if !bare {
		s.CV = &apply.Upload{FileName: "cv.pdf", ContentType: "application/pdf", Body: bytes.NewReader(cv())}
	}
	for _, x := range f.Remote {
		c := apply.RemoteChoice{ID: x.ID, Version: x.Version, Decision: recruit.NoStatement}
		if x.Required {
			c.Decision = recruit.Given
		}
		s.Remote = append(s.Remote, c)
	}
	receipt, err := r.house.Apply.Submit(r.t.Context(), s)
	r.ok(err)
	return receipt.Application
}

// stands waits until an application is in a state for a reason.
func (r *rig) stands(id recruit.ApplicationID, state recruit.DeliveryState, reason string) {
	r.t.Helper()
	var now apply.View
	defer func() {
		if r.t.Failed() {
			r.t.Logf("the application is %s (%s)", now.Delivery.State, now.Delivery.Reason)
		}
	}()
	r.pass(fmt.Sprintf("the application is %s (%s)", state, reason), soon, func() bool {
		now = r.view(id)
		return now.Delivery.State == state && now.Delivery.Reason == reason
	})
}

// cv is a small PDF.
func cv() []byte {
	return []byte("%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n" +
		"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n")
}
