package integration_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"handoff/internal/atshttp"
	"handoff/internal/company"
	"handoff/internal/connector"
	"handoff/internal/connectors/all"
	"handoff/internal/integration"
	"handoff/internal/lane"
	"handoff/internal/process"
	"handoff/internal/recruit"
	"handoff/internal/secret"
	"handoff/internal/simulator/erecruiter"
	"handoff/internal/simulator/simkit"
	"handoff/internal/store"
)

// keyRig is the engine over the real store, with one simulated eRecruiter.
type keyRig struct {
	*integration.Engine
	t     *testing.T
	sim   *erecruiter.Simulator
	db    *store.DB
	clock time.Time
	admin recruit.Caller
	conn  recruit.ConnectionID
	// meanwhile is done once, while the next call is on its way.
	meanwhile atomic.Pointer[func()]
}

func newKeyRig(t *testing.T) *keyRig {
	t.Helper()
	start := time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	sim := erecruiter.New(erecruiter.Options{Seed: 3, Populate: true, Partner: "Handoff", Clock: simkit.NewFrozenClock(start),
		Limits: erecruiter.Limits{PerSecond: -1, Burst: -1}})
	r := &keyRig{t: t, sim: sim}
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		if meanwhile := r.meanwhile.Swap(nil); meanwhile != nil {
			(*meanwhile)()
		}
		sim.Handler().ServeHTTP(w, q)
	}))
	t.Cleanup(func() { sim.Close(); srv.Close() })
	key, err := secret.GenerateKey()
	if err != nil {
		t.Fatal(err)
	}
	sealer, err := secret.NewSealer(key)
	if err != nil {
		t.Fatal(err)
	}
	r.clock = start
	now := func() time.Time { return r.clock }
	if r.db, err = store.Open(t.Context(), store.Options{Dir: t.TempDir(), Sealer: sealer, Now: now}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = r.db.Close() })
	network := atshttp.NewNetwork(atshttp.NetworkOptions{AllowPrivate: true})
	t.Cleanup(network.Close)
	types, err := all.Mapped(map[string][]byte{"erecruiter": []byte(`{"rate.per_second": 50, "rate.concurrency": 8}`)})
	if err != nil {
		t.Fatal(err)
	}
	r.Engine = integration.New(integration.Options{Store: r.db, Types: types, Apps: map[string]integration.App{"erecruiter": {Settings: connector.Settings{
		APIURL: srv.URL + erecruiter.DefaultDialect().Base, AuthorizeURL: srv.URL}}},
		Lend:         func(t *connector.Type) integration.Lent { return lender{network, atshttp.NewLimiter(t.Limits)} },
		PlatformName: "Handoff", CallbackURL: func() string { return callback }, Now: now, Log: slog.New(slog.DiscardHandler)})
	co, admin, err := company.New(r.db, now).FirstCompany(t.Context(), "Acme Robotics", "Europe/Warsaw", "en", company.NewUser{
		Email: "ada@acme.example.com", Name: "Admin", Role: recruit.RoleAdmin, Password: secret.New("correct horse battery")})
	if err != nil {
		t.Fatal(err)
	}
	r.admin = recruit.Caller{Company: co.ID, User: admin.ID, Role: recruit.RoleAdmin}
	return r
}

func (r *keyRig) ok(err error) {
	r.t.Helper()
	if err != nil {
		r.t.Fatal(err)
	}
}

// connect saves a key, as the Admin pastes it.
func (r *keyRig) connect(k erecruiter.IssuedKey, scope string) {
	r.t.Helper()
	v, err := r.Connect(r.t.Context(), r.admin, integration.NewConnection{ATS: "erecruiter", Auth: connector.AuthAccessKey, AccessScope: scope,
		Fields: integration.Fields{"access_key": secret.New("  " + k.Key + "\n")}})
	r.ok(err)
	r.conn = v.ID
}

func (r *keyRig) replace(k erecruiter.IssuedKey) {
	r.t.Helper()
	_, err := r.ReplaceCredential(r.t.Context(), r.admin, r.conn, integration.Fields{"access_key": secret.New(k.Key)}, "")
	r.ok(err)
}

// run is one run of the connection's lane.
func (r *keyRig) run() {
	r.t.Helper()
	r.sim.Clock().Set(r.clock) // the vendor's clock goes like ours
	ctx, key, until := r.t.Context(), "conn:"+string(r.conn), r.clock.Add(time.Hour)
	fence, ok, err := r.db.AcquireLane(ctx, key, "me", r.clock, until)
	if err != nil || !ok {
		r.t.Fatal(ok, err)
	}
	lease := lane.NewLease(key, fence, until, func() time.Time { return r.clock })
	for _, source := range []lane.Source{&integration.Tests{Engine: r.Engine, Connection: r.conn}, &integration.Removals{Engine: r.Engine, Connection: r.conn},
		&integration.Readings{Engine: r.Engine, Connection: r.conn}} {
		pieces, err := source.Take(ctx, lease, 8)
		r.ok(err)
		for _, do := range pieces {
			do(ctx)
		}
	}
	r.ok(r.db.ReleaseLane(ctx, key, fence, r.clock))
}

// test is TEST THE CONNECTION.
func (r *keyRig) test() recruit.TestRun {
	r.t.Helper()
	r.clock = r.clock.Add(time.Second) // no two are pressed at once
	run, err := r.Test(r.t.Context(), r.admin, r.conn)
	r.ok(err)
	if v := r.view(); v.LastTest == nil || v.LastTest.State != "running" {
		r.t.Errorf("a test that was asked for is shown as %+v", v.LastTest)
	}
	r.run()
	run, err = r.TestRun(r.t.Context(), r.admin, run.ID)
	r.ok(err)
	return run
}

func (r *keyRig) view() integration.View {
	r.t.Helper()
	v, err := r.Connection(r.t.Context(), r.admin, r.conn)
	r.ok(err)
	return v
}

func check(checks []recruit.TestCheck, name string) recruit.TestCheck {
	i := slices.IndexFunc(checks, func(c recruit.TestCheck) bool { return c.Name == name })
	if i < 0 {
		return recruit.TestCheck{}
	}
	return checks[i]
}

func (r *keyRig) is(state recruit.ConnectionState, reason string) {
	r.t.Helper()
	if v := r.view(); v.State != state || v.Reason != reason {
		r.t.Fatalf("the connection is %s (%s), want %s (%s)", v.State, v.Reason, state, reason)
	}
}

func TestANewKeyWaitsBesideTheOldOneUntilItShowsTheSameCompany(t *testing.T) {
	r := newKeyRig(t)
	old := r.sim.IssueKey(erecruiter.ScopeSelected)
	r.connect(old, "selected")
	if run := r.test(); run.State != "passed" {
		t.Fatalf("%+v", run.Checks)
	}
	r.is(recruit.ConnConnected, "")
	other, err := r.sim.AddCompany("Baltic Data")
	r.ok(err)

	// Of another company: told, and the old one stays in use.
	r.replace(r.sim.IssueKey(erecruiter.ScopeAll, other.ID))
	if v := r.view(); v.NextSavedAt.IsZero() || v.State != recruit.ConnConnected {
		t.Fatalf("saved beside it is %s, waiting since %v", v.State, v.NextSavedAt)
	}
	run := r.test()
	if c := check(run.Checks, "credential"); run.State != "failed" || c.Code != "next_other_account" || c.Args["account"] != "Baltic Data" {
		t.Fatalf("a key of another company: %s, %+v", run.State, c)
	}
	r.is(recruit.ConnConnected, "")
	r.reads(old.ID)
	if _, err := r.DiscardCredential(t.Context(), r.admin, r.conn); err != nil {
		t.Fatal(err)
	}
	if v := r.view(); !v.NextSavedAt.IsZero() {
		t.Error("discarded, and it waits still")
	}

	// One that is refused: likewise.
	bad := r.sim.IssueKey(erecruiter.ScopeAll)
	r.ok(r.sim.RevokeKey(bad.ID))
	r.replace(bad)
	if c := check(r.test().Checks, "credential"); c.Code != "next_refused" {
		t.Fatalf("a revoked new key: %+v", c)
	}
	r.is(recruit.ConnConnected, "")

	// One that may not list recruitments.
	less := r.sim.IssueKey(erecruiter.ScopeAll)
	r.ok(r.sim.DenyOperation(less.ID, "listRecruitments", true))
	r.replace(less)
	if c := check(r.test().Checks, "rights"); c.Code != "next_lacks_rights" {
		t.Fatalf("a new key without a right: %+v", c)
	}
	r.reads(old.ID)

	// An answer that tells nothing of it: said as it is, and the key waits on.
	r.ok(r.sim.Faults(simkit.Fault{Match: simkit.Match{Credential: less.ID}, Kind: simkit.HTML, Status: 403}))
	if run := r.test(); check(run.Checks, "rights").Code != connector.CodeAnswerPage || check(run.Checks, "credential").State != recruit.CheckNotApplicable {
		t.Fatalf("a page in place of an answer: %+v", run.Checks)
	}
	if v := r.view(); v.NextSavedAt.IsZero() {
		t.Error("the key does not wait any more")
	}
	r.is(recruit.ConnConnected, "")
	r.sim.ClearFaults()

	// The right one, in place of the one that waited.
	good := r.sim.IssueKey(erecruiter.ScopeAll)
	r.replace(good)
	if run := r.test(); run.State != "passed" || check(run.Checks, "credential").Code != "next_in_use" {
		t.Fatalf("a good new key: %+v", run.Checks)
	}
	if v := r.view(); !v.NextSavedAt.IsZero() || v.State != recruit.ConnConnected {
		t.Errorf("after it took over: %s, waiting %v", v.State, v.NextSavedAt)
	}
	r.ok(r.sim.RevokeKey(old.ID))
	r.reads(good.ID)
	r.is(recruit.ConnConnected, "")
}

// reads has the jobs read, and holds that it was done with a key.
func (r *keyRig) reads(key string) {
	r.t.Helper()
	page := r.sim.Journal(0)
	before := uint64(0)
	for _, e := range page.Entries {
		before = max(before, e.Seq)
	}
	r.ok(r.RefreshJobs(r.t.Context(), r.admin, r.conn))
	r.run()
	seen := false
	for _, e := range r.sim.Journal(before).Entries {
		if e.Credential != "" {
			seen = true
			if e.Credential != key {
				r.t.Errorf("%s was done with %s, want %s", e.Op, e.Credential, key)
			}
		}
	}
	if !seen {
		r.t.Error("nothing was read")
	}
}

func TestARevokedKeyIsFoundByTheNextReadingAndAGoodOneRepairsIt(t *testing.T) {
	r := newKeyRig(t)
	old := r.sim.IssueKey(erecruiter.ScopeAll)
	r.connect(old, "all")
	r.test()
	r.ok(r.sim.RevokeKey(old.ID))
	r.clock = r.clock.Add(11 * time.Minute) // the next regular reading
	r.run()
	r.is(recruit.ConnBroken, "credential_refused")
	r.replace(r.sim.IssueKey(erecruiter.ScopeAll))
	r.is(recruit.ConnBroken, "credential_refused")
	if run := r.test(); run.State != "passed" {
		t.Fatalf("%+v", run.Checks)
	}
	r.is(recruit.ConnConnected, "")
}

func TestOfSeveralCompaniesTheAdminChooses(t *testing.T) {
	r := newKeyRig(t)
	second, err := r.sim.AddCompany("Acme Services")
	r.ok(err)
	third, err := r.sim.AddCompany("Acme Wheels")
	r.ok(err)
	first := r.sim.Company()
	k := r.sim.IssueKey(erecruiter.ScopeAll, first.ID, second.ID)
	r.connect(k, "all")
	run := r.test()
	if c := check(run.Checks, "rights"); run.State != "failed" || c.Code != connector.CodeChooseAccount {
		t.Fatalf("%s %+v", run.State, run.Checks)
	}
	r.is(recruit.ConnUntested, "")
	if v := r.view(); len(v.Accounts) != 2 {
		t.Fatalf("to choose from: %+v", v.Accounts)
	}
	if _, err := r.Confirm(t.Context(), r.admin, r.conn, strconv.FormatInt(third.ID, 10)); err == nil {
		t.Error("a company that the key does not open was chosen")
	}
	chosen := strconv.FormatInt(second.ID, 10)
	if _, err := r.Confirm(t.Context(), r.admin, r.conn, chosen); err != nil {
		t.Fatal(err)
	}
	if run := r.test(); run.State != "passed" {
		t.Fatalf("after the choice: %+v", run.Checks)
	}
	if v := r.view(); v.State != recruit.ConnConnected || v.Account.ID != chosen || len(v.Accounts) != 0 {
		t.Errorf("%s, account %+v, to choose %v", v.State, v.Account, v.Accounts)
	}
	// The same key opens others now: nothing is sent into them.
	r.ok(r.sim.SetKeyCompanies(k.ID, first.ID, third.ID))
	run = r.test()
	if c := check(run.Checks, "credential"); c.Code != "other_account" {
		t.Errorf("narrowed to others: %+v", run.Checks)
	}
	r.is(recruit.ConnBroken, "other_account")
	if _, err := r.Confirm(t.Context(), r.admin, r.conn, strconv.FormatInt(first.ID, 10)); err == nil {
		t.Error("a settled connection was moved to another company by confirming")
	}
	r.ok(r.sim.SetKeyCompanies(k.ID, second.ID))
	r.test()
	r.is(recruit.ConnConnected, "")
}

func TestOneImportedSourceWithOurNameIsChosenAtOnce(t *testing.T) {
	r := newKeyRig(t)
	r.connect(r.sim.IssueKey(erecruiter.ScopeAll), "all")
	r.test()
	r.run()
	imports := func() integration.View {
		t.Helper()
		r.ok(r.ImportSources(t.Context(), r.admin, r.conn))
		r.run()
		return r.view()
	}
	if v := imports(); v.Source != nil || v.SourcesReadAt.IsZero() {
		t.Fatalf("without a place of ours: %+v", v.Source)
	}
	// Typing is the fallback, and marked.
	v, err := r.SelectSource(t.Context(), r.admin, r.conn, " 99123 ")
	if err != nil || v.Source.ID != "99123" || v.Source.Group != connector.SourceTyped {
		t.Fatalf("typed: %+v, %v", v.Source, err)
	}
	for _, bad := range []string{"<b>", "a b", string(make([]byte, 65))} {
		if _, err := r.SelectSource(t.Context(), r.admin, r.conn, bad); err == nil {
			t.Errorf("%q was taken", bad)
		}
	}
	if c := check(r.test().Checks, "source"); c.State != recruit.CheckWarning || c.Code != connector.CodeSourceUnlisted {
		t.Errorf("a typed source that the list lacks: %+v", c)
	}
	// One match, and it takes the place of what was typed.
	ours, err := r.sim.AddOrigin("Handoff")
	r.ok(err)
	id := strconv.FormatInt(ours.ID, 10)
	if v := imports(); v.Source == nil || v.Source.ID != id || v.Source.Group != "" {
		t.Fatalf("one match: %+v", v.Source)
	}
	if c := check(r.test().Checks, "source"); c.State != recruit.CheckPassed {
		t.Errorf("the imported source: %+v", c)
	}
	// Of two, none is taken in the place of the chosen one, nor chosen by itself.
	twin, err := r.sim.AddOrigin("handoff")
	r.ok(err)
	if v := imports(); v.Source.ID != id {
		t.Errorf("a second match moved the choice to %+v", v.Source)
	}
	_, err = r.SelectSource(t.Context(), r.admin, r.conn, "")
	r.ok(err)
	if v := imports(); v.Source != nil {
		t.Errorf("of two, %+v was chosen", v.Source)
	}
	if v, err := r.SelectSource(t.Context(), r.admin, r.conn, strconv.FormatInt(twin.ID, 10)); err != nil || v.Source.Group == connector.SourceTyped {
		t.Errorf("the Admin's choice: %+v, %v", v.Source, err)
	}
}

func TestTheConnectionIsCheckedEveryNight(t *testing.T) {
	r := newKeyRig(t)
	ours, err := r.sim.AddOrigin("Handoff")
	r.ok(err)
	r.connect(r.sim.IssueKey(erecruiter.ScopeAll), "all")
	r.test()
	_, err = r.SelectSource(t.Context(), r.admin, r.conn, strconv.FormatInt(ours.ID, 10))
	if err != nil { // the list was not read yet
		t.Fatal(err)
	}
	r.run() // the choice is looked at
	if v := r.view(); !v.ReportAt.Equal(r.clock) || check(v.Report, "source").State != recruit.CheckPassed {
		t.Fatalf("after the choice, at %s: %+v", v.ReportAt, v.Report)
	}
	r.ok(r.sim.DeleteOrigin(ours.ID))
	before := r.view().ReportAt
	warsaw, err := time.LoadLocation("Europe/Warsaw")
	r.ok(err)
	var at time.Time
	r.clock = time.Date(2026, 11, 21, 0, 55, 0, 0, time.UTC) // five to two in Warsaw
	if r.run(); r.view().ReportAt.After(before) {
		t.Fatal("checked before two")
	}
	for range 20 {
		r.clock = r.clock.Add(10 * time.Minute)
		r.run()
		if v := r.view(); v.ReportAt.After(before) {
			at = v.ReportAt.In(warsaw)
			break
		}
	}
	if h := at.Hour(); at.IsZero() || h < 2 || h > 5 || h == 5 && at.Minute() > 10 {
		t.Fatalf("checked at %s, want a time between 2 and 5", at)
	}
	v := r.view()
	if c := check(v.Report, "source"); c.State != recruit.CheckFailed || c.Code != connector.CodeSourceGone {
		t.Errorf("the night's report: %+v", v.Report)
	}
	r.is(recruit.ConnConnected, "") // the source alone is gone
}

func TestAVendorThatIsAwayByNightChangesNothingThatWasKnown(t *testing.T) {
	r := newKeyRig(t)
	r.connect(r.sim.IssueKey(erecruiter.ScopeAll), "all")
	r.test()
	was := r.view()
	r.ok(r.sim.Faults(simkit.Fault{Kind: simkit.StatusBefore}))
	r.clock = r.clock.Add(26 * time.Hour)
	r.run()
	if v := r.view(); !v.ReportAt.Equal(was.ReportAt) || v.State != recruit.ConnConnected {
		t.Errorf("an outage was read as an answer: %s, %s", v.State, v.ReportAt)
	}
	if v := r.view(); v.JobsError.Kind != "unavailable" {
		t.Errorf("the reading failed as %+v", v.JobsError)
	}
	r.sim.ClearFaults()
	r.clock = r.clock.Add(16 * time.Minute)
	r.run()
	if v := r.view(); !v.ReportAt.After(was.ReportAt) || v.JobsError.Kind != "" {
		t.Errorf("it is not looked at again: %s, %+v", v.ReportAt, v.JobsError)
	}
}

// bind binds a new process to a recruitment, so that it is cared about.
func (r *keyRig) bind(job recruit.RemoteJobID) recruit.ProcessID {
	r.t.Helper()
	e := &process.Engine{Store: r.db, Now: func() time.Time { return r.clock }}
	p, err := e.Create(context.Background(), r.admin, recruit.Details{Name: "Bound to " + string(job)})
	r.ok(err)
	_, _, err = e.Bind(context.Background(), r.admin, p.ID, process.BindingChoice{Connection: r.conn, RemoteJob: job})
	r.ok(err)
	return p.ID
}

func (r *keyRig) binding(p recruit.ProcessID) recruit.Binding {
	r.t.Helper()
	v, err := (&process.Engine{Store: r.db, Now: func() time.Time { return r.clock }}).Get(context.Background(), r.admin, p)
	r.ok(err)
	return *v.Binding
}

func (r *keyRig) job(id recruit.RemoteJobID) (recruit.RemoteJob, bool) {
	r.t.Helper()
	all, err := r.Jobs(context.Background(), r.admin, r.conn, "")
	r.ok(err)
	i := slices.IndexFunc(all, func(j recruit.RemoteJob) bool { return j.ID == id })
	if i < 0 {
		return recruit.RemoteJob{}, false
	}
	return all[i], true
}

func (r *keyRig) later() {
	r.t.Helper()
	r.clock = r.clock.Add(11 * time.Minute)
	r.run()
}

func TestAJobThatIsNotSharedAnyMoreIsToldAsSuch(t *testing.T) {
	for _, hidden := range []string{"403", "404"} {
		t.Run(hidden, func(t *testing.T) {
			r := newKeyRig(t)
			sw := r.sim.Switches()
			sw.UnsharedByID = erecruiter.Setting(hidden)
			r.ok(r.sim.SetSwitches(sw))
			r.connect(r.sim.IssueKey(erecruiter.ScopeSelected), "selected")
			r.test()
			r.run()
			bound, loose := r.sim.Recruitment("Senior Go Developer").ID, r.sim.Recruitment("Frontend Developer").ID
			id := recruit.RemoteJobID(strconv.FormatInt(bound, 10))
			other := recruit.RemoteJobID(strconv.FormatInt(loose, 10))
			p := r.bind(id)
			r.ok(r.sim.ShareRecruitment(bound, false))
			r.ok(r.sim.ShareRecruitment(loose, false))
			r.later()
			if b := r.binding(p); b.State != recruit.BindingBroken || b.Reason != "job_not_shared" {
				t.Errorf("the binding is %s (%s)", b.State, b.Reason)
			}
			for _, id := range []recruit.RemoteJobID{id, other} {
				if j, ok := r.job(id); !ok || j.Shared == nil || *j.Shared || j.BlockedReason != "not_shared" {
					t.Errorf("in the list: %v %+v", ok, j)
				}
			}
			r.ok(r.sim.ShareRecruitment(bound, true))
			r.later()
			if b := r.binding(p); b.State != recruit.BindingUntested || b.Reason != "" {
				t.Errorf("shared again, the binding is %s (%s)", b.State, b.Reason)
			}
			if j, _ := r.job(id); j.Shared == nil || !*j.Shared || j.BlockedReason != "" {
				t.Errorf("shared again, in the list: %+v", j)
			}
		})
	}
}

func TestWhatIsKnownOfAConsentSurvivesAListingThatDoesNotTell(t *testing.T) {
	r := newKeyRig(t)
	r.connect(r.sim.IssueKey(erecruiter.ScopeAll), "all")
	r.test()
	r.run()
	ml := r.sim.Recruitment("Machine Learning Engineer").ID
	id := recruit.RemoteJobID(strconv.FormatInt(ml, 10))
	if j, _ := r.job(id); j.ConsentAssigned != nil {
		t.Fatalf("a listing told of a consent: %+v", j)
	}
	p := r.bind(id)
	testIt := func() recruit.TestRun {
		t.Helper()
		run, err := r.TestBinding(t.Context(), r.admin, p, r.conn, id)
		r.ok(err)
		r.run()
		run, err = r.TestRun(t.Context(), r.admin, run.ID)
		r.ok(err)
		return run
	}
	run := testIt()
	if c := check(run.Checks, "consent_assigned"); run.State != "failed" || c.Code != connector.CodeNoConsentAssigned {
		t.Fatalf("%s: %+v", run.State, run.Checks)
	}
	if n := r.sim.Ledger().Applications; slices.ContainsFunc(n, func(a erecruiter.LedgerApplication) bool {
		return a.RecruitmentID == ml && strings.HasPrefix(a.Email, "test+")
	}) {
		t.Error("a candidate went in without a consent")
	}
	known := r.clock
	r.later()
	if j, _ := r.job(id); j.ConsentAssigned == nil || *j.ConsentAssigned || j.BlockedReason != connector.CodeNoConsentAssigned || !j.ConsentKnownAt.Equal(known.Truncate(time.Millisecond)) {
		t.Errorf("after a listing: %+v, known at %s", j, j.ConsentKnownAt)
	}
	for _, c := range r.sim.Ledger().Consents {
		if !c.Clause {
			r.ok(r.sim.AssignConsent(ml, c.ID, c.Required))
			break
		}
	}
	run = testIt()
	if run.State != "passed" || !run.Warned || check(run.Checks, "removed").Code != "removal_by_hand" || run.RemoteURL == "" {
		t.Fatalf("%s, warned %v, at %q: %+v", run.State, run.Warned, run.RemoteURL, run.Checks)
	}
	r.later()
	if j, _ := r.job(id); j.ConsentAssigned == nil || !*j.ConsentAssigned || j.BlockedReason != "" {
		t.Errorf("once assigned: %+v", j)
	}
}

func TestACallThatIsOnItsWayWhenTheKeyIsReplacedIsMadeWithTheNewOne(t *testing.T) {
	r := newKeyRig(t)
	old, good := r.sim.IssueKey(erecruiter.ScopeAll), r.sim.IssueKey(erecruiter.ScopeAll)
	r.connect(old, "all")
	r.test()
	r.run()
	lease := lane.NewLease("conn:"+string(r.conn), 1, r.clock.Add(time.Hour), func() time.Time { return r.clock })
	conn, err := r.OpenConn(t.Context(), lease, r.conn)
	r.ok(err)
	replaced := func() {
		r.replace(good)
		if run := r.test(); run.State != "passed" {
			t.Errorf("the new key: %+v", run.Checks)
		}
		r.ok(r.sim.RevokeKey(old.ID))
	}
	r.meanwhile.Store(&replaced)
	jobs, err := conn.Jobs.ListJobs(t.Context())
	if err != nil || len(jobs) == 0 {
		t.Errorf("%d jobs, %v", len(jobs), err)
	}
	r.is(recruit.ConnConnected, "")
}

func TestAKeySavedWhileAnotherIsTestedIsNotTakenForIt(t *testing.T) {
	r := newKeyRig(t)
	r.connect(r.sim.IssueKey(erecruiter.ScopeAll), "all")
	r.test()
	r.run()
	stranger, err := r.sim.AddCompany("Baltic Data")
	r.ok(err)
	r.replace(r.sim.IssueKey(erecruiter.ScopeAll))
	saved := func() {
		r.clock = r.clock.Add(time.Second)
		r.replace(r.sim.IssueKey(erecruiter.ScopeAll, stranger.ID))
	}
	r.meanwhile.Store(&saved)
	if run := r.test(); run.State != "failed" || check(run.Checks, "credential").Code != "interrupted" {
		t.Errorf("%s: %+v", run.State, run.Checks)
	}
	if r.view().NextSavedAt.IsZero() {
		t.Error("what was saved last does not wait any more")
	}
	if c := check(r.test().Checks, "credential"); c.Code != "next_other_account" {
		t.Errorf("what was saved last, tested: %+v", c)
	}
}

func TestNobodyPressedImportAndNoSourceIsChosen(t *testing.T) {
	r := newKeyRig(t)
	_, err := r.sim.AddOrigin("Handoff")
	r.ok(err)
	r.connect(r.sim.IssueKey(erecruiter.ScopeAll), "all")
	r.test()
	r.run()
	if v := r.view(); v.SourcesReadAt.IsZero() || v.Source != nil {
		t.Errorf("read at %s, chosen %+v", v.SourcesReadAt, v.Source)
	}
}

func TestAListingOfNothingIsNotReadAsEverythingDeleted(t *testing.T) {
	r := newKeyRig(t)
	r.connect(r.sim.IssueKey(erecruiter.ScopeSelected), "") // nobody said which
	r.test()
	r.run()
	id := func(name string) recruit.RemoteJobID {
		return recruit.RemoteJobID(strconv.FormatInt(r.sim.Recruitment(name).ID, 10))
	}
	r.bind(id("Senior Go Developer"))
	for _, j := range r.sim.Ledger().Recruitments {
		r.ok(r.sim.ShareRecruitment(j.ID, false))
	}
	r.later()
	if j, _ := r.job(id("Senior Go Developer")); j.Shared == nil || *j.Shared {
		t.Errorf("the bound one: %+v", j)
	}
	if j, ok := r.job(id("Frontend Developer")); !ok || !*j.Shared {
		t.Errorf("another: %v %+v", ok, j)
	}
}
