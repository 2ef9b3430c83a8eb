package delivery_test

import (
	"bytes"
	"net/http/httptest"
	"slices"
	"strconv"
	"testing"
	"time"

	"handoff/internal/apply"
	"handoff/internal/connector"
	er "handoff/internal/connectors/erecruiter"
	"handoff/internal/integration"
	"handoff/internal/recruit"
	"handoff/internal/secret"
	"handoff/internal/simulator/erecruiter"
	"handoff/internal/simulator/simkit"
)

// textsRig is a house that is connected to eRecruiter's simulator, whose
// clock, faster than the world's, is the house's too.
type textsRig struct {
	*house
	sim    *erecruiter.Simulator
	clock  *simkit.Clock
	job    erecruiter.LedgerRecruitment
	key    erecruiter.IssuedKey
	clause int64            // of the job
	must   int64            // its required consent
	may    int64            // its optional one
	words  map[int64]string // as the texts were at first
}

func (r *textsRig) text(id int64) string { return r.words[id] }

func (r *textsRig) binding() recruit.Binding {
	r.t.Helper()
	v, err := r.process.Get(r.t.Context(), r.admin, r.proc)
	r.ok(err)
	return *v.Binding
}

// relisted waits until the jobs were listed twice more.
func (r *textsRig) relisted() {
	r.t.Helper()
	for range 2 {
		v, err := r.integ.Connection(r.t.Context(), r.admin, r.conn)
		r.ok(err)
		before := v.JobsReadAt
		r.ok(r.integ.RefreshJobs(r.t.Context(), r.admin, r.conn))
		r.until("the jobs are listed again", func() bool {
			v, err := r.integ.Connection(r.t.Context(), r.admin, r.conn)
			return err == nil && v.JobsReadAt.After(before)
		})
	}
}

// quick is the built-in mapping without the pace that nobody waits for here.
func quick(t testing.TB) *connector.Type {
	m, err := er.ParseMapping([]byte(`{"rate.concurrency": 8, "rate.longest_request": "1m", "rate.listing_lag": "1s"}`))
	if err != nil {
		t.Fatal(err)
	}
	typ := er.TypeWith(m)
	typ.Limits.PerSecond = 1000
	return typ
}

func newTextsRig(t testing.TB) *textsRig {
	t.Helper()
	clock := simkit.NewClock()
	clock.SetSpeed(speed)
	sim := erecruiter.New(erecruiter.Options{Seed: 7, Populate: true, Partner: "Handoff", Clock: clock, Limits: erecruiter.Limits{PerSecond: -1}})
	srv := httptest.NewServer(sim.Handler())
	t.Cleanup(func() { sim.Close(); srv.CloseClientConnections(); srv.Close() })
	typ := quick(t)
	base := sim.Dialect().Base
	r := &textsRig{house: newHouse(t, clock.Now, []*connector.Type{typ}, integration.App{Settle: settle,
		Settings: connector.Settings{APIURL: srv.URL + base, AuthorizeURL: srv.URL, TokenURL: srv.URL}}), sim: sim, clock: clock}
	origin, err := sim.AddOrigin("Handoff")
	r.ok(err)
	r.key = sim.IssueKey(erecruiter.ScopeSelected)
	ctx := t.Context()
	v, err := r.integ.Connect(ctx, r.admin, integration.NewConnection{ATS: "erecruiter", Auth: connector.AuthAccessKey, AccessScope: "selected",
		Fields: integration.Fields{"access_key": secret.New(r.key.Key)}})
	r.ok(err)
	r.conn = v.ID
	run, err := r.integ.Test(ctx, r.admin, r.conn)
	r.ok(err)
	r.until("the connection is tested", func() bool {
		run, err = r.integ.TestRun(ctx, r.admin, run.ID)
		return err == nil && run.State == "passed"
	})
	r.until("the sources are read", func() bool {
		v, err := r.integ.Connection(ctx, r.admin, r.conn)
		return err == nil && !v.SourcesReadAt.IsZero()
	})
	_, err = r.integ.SelectSource(ctx, r.admin, r.conn, strconv.FormatInt(origin.ID, 10))
	r.ok(err)
	r.job = sim.Recruitment("Senior Go Developer")
	r.clause, r.must, r.may = r.job.Consents[0].ConsentID, r.job.Consents[1].ConsentID, r.job.Consents[2].ConsentID
	r.words = map[int64]string{}
	for _, c := range sim.Ledger().Consents {
		r.words[c.ID] = c.Text
	}
	r.publish(r.remoteJob())
	r.until("the texts can be shown", func() bool { return !r.form().Unread })
	return r
}

func (r *textsRig) remoteJob() recruit.RemoteJobID {
	return recruit.RemoteJobID(strconv.FormatInt(r.job.ID, 10))
}

func (r *textsRig) form() apply.Form {
	r.t.Helper()
	f, err := r.apply.Form(r.t.Context(), r.proc, "", "pl")
	r.ok(err)
	return f
}

// answers are decisions on the job's required and its optional consent.
type answers struct{ must, may recruit.Decision }

var yes = answers{recruit.Given, recruit.NoStatement}

// fill answers what a form shows as candidate n.
func fill(f apply.Form, n int, transfer recruit.Decision, a answers) apply.Submission {
	s := apply.Submission{Process: f.Process.ID, Locale: "pl", Channel: "api", FormToken: f.Token,
		Candidate: recruit.Candidate{FirstName: "Grażyna", LastName: "Brzęczyszczykiewicz", Email: email(n)},
		CV:        &apply.Upload{FileName: "życiorys.pdf", ContentType: "application/pdf", Body: bytes.NewReader(cv(n))},
		Clause:    &apply.Choice{Decision: recruit.Given, Version: f.Clause.Version}}
	if f.ATSTransfer != nil {
		s.ATSTransfer = &apply.Choice{Decision: transfer, Version: f.ATSTransfer.Version}
	}
	for _, x := range f.Remote {
		c := apply.RemoteChoice{ID: x.ID, Version: x.Version, Decision: recruit.NoStatement}
		switch {
		case x.Kind == recruit.RemoteClause:
		case x.Required:
			c.Decision = a.must
		default:
			c.Decision = a.may
		}
		s.Remote = append(s.Remote, c)
	}
	return s
}

func (r *textsRig) submit(n int, transfer recruit.Decision, a answers) recruit.ApplicationID {
	r.t.Helper()
	receipt, err := r.apply.Submit(r.t.Context(), fill(r.form(), n, transfer, a))
	r.ok(err)
	return receipt.Application
}

// held returns what the ATS holds of candidate n.
func (r *textsRig) held(n int) []erecruiter.LedgerApplication { return r.sim.Ledger().Email(email(n)) }

// empty asserts that nothing of candidate n ever reached the ATS.
func (r *textsRig) empty(n int) {
	r.t.Helper()
	l := r.sim.Ledger()
	if slices.ContainsFunc(l.Candidates, func(c erecruiter.LedgerCandidate) bool { return c.Email == email(n) }) {
		r.t.Errorf("the ATS holds candidate %d", n)
	}
}

func (r *textsRig) watch() integration.Watch {
	r.t.Helper()
	w, err := r.integ.JobHealth(r.t.Context(), r.admin, r.conn, r.remoteJob())
	r.ok(err)
	return w
}

// still holds deliveries back while a test changes something, and lets them go.
func (r *textsRig) still() (goOn func()) {
	r.t.Helper()
	r.sql(`UPDATE lanes SET paused_until = $1`, time.Now().Add(100000*time.Hour).UnixMilli())
	return func() {
		r.sql(`UPDATE lanes SET paused_until = 0`)
		r.ok(r.integ.RefreshJobs(r.t.Context(), r.admin, r.conn)) // rings the lane
	}
}
