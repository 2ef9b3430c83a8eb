package integration_test

import (
	"errors"
	"testing"
	"time"

	"handoff/internal/connector"
	"handoff/internal/integration"
	"handoff/internal/lane"
	"handoff/internal/recruit"
	"handoff/internal/secret"
	"handoff/internal/simulator/simkit"
)

// test runs TEST THE CONNECTION as the lane does.
func (r *rig) test() recruit.TestRun {
	r.t.Helper()
	ctx := r.t.Context()
	run, err := r.Test(ctx, r.admin, r.conn)
	if err != nil {
		r.t.Fatal(err)
	}
	r.work()
	if run, err = r.TestRun(ctx, r.admin, run.ID); err != nil {
		r.t.Fatal(err)
	}
	return run
}

// work works what tests are waiting.
func (r *rig) work() {
	r.t.Helper()
	ctx, key, until := r.t.Context(), "conn:"+string(r.conn), r.clock.Add(time.Hour)
	fence, ok, err := r.db.AcquireLane(ctx, key, "me", r.clock, until)
	if err != nil || !ok {
		r.t.Fatal(ok, err)
	}
	pieces, err := (&integration.Tests{Engine: r.Engine, Connection: r.conn}).Take(ctx, lane.NewLease(key, fence, until, func() time.Time { return r.clock }), 2)
	if err != nil {
		r.t.Fatal(err)
	}
	for _, do := range pieces {
		do(ctx)
	}
	if err := r.db.ReleaseLane(ctx, key, fence, r.clock); err != nil {
		r.t.Fatal(err)
	}
}

func (r *rig) state() recruit.Connection {
	r.t.Helper()
	v, err := r.Connection(r.t.Context(), r.admin, r.conn)
	if err != nil {
		r.t.Fatal(err)
	}
	return v.Connection
}

func TestALoginByAPIIsNotConfirmedByAnother(t *testing.T) {
	r := newRig(t)
	token := recruit.Caller{Company: r.admin.Company, Token: "tok_1", Role: recruit.RoleAdmin}
	for n := range 3 {
		mine := newBrowser()
		state, code := r.visit(token, mine, false)
		if _, err := r.Callback(t.Context(), nil, mine, state, code, ""); err != nil {
			t.Fatal(err)
		}
		if s := r.state().State; s != recruit.ConnAwaitingConfirmation {
			t.Fatalf("after %d logins that nobody confirmed it is %s", n+1, s)
		}
	}
	// Nor by a test that was under way.
	if err := r.db.Checked(t.Context(), r.conn, *r.state().Account, r.clock); err != nil {
		t.Fatal(err)
	}
	if s := r.state().State; s != recruit.ConnAwaitingConfirmation {
		t.Fatalf("after a check it is %s", s)
	}
	if _, err := r.Confirm(t.Context(), token, r.conn, "AcmeRobotics"); err != nil {
		t.Fatal(err)
	}
	mine := newBrowser()
	state, code := r.visit(token, mine, false)
	if _, err := r.Callback(t.Context(), nil, mine, state, code, ""); err != nil {
		t.Fatal(err)
	}
	if s := r.state().State; s != recruit.ConnConnected {
		t.Errorf("the confirmed account, logged in to again, is %s", s)
	}
}

func TestAnAccountBelongsToOneConnection(t *testing.T) {
	r := newRig(t)
	r.logIn()
	first, former := r.conn, r.admin
	v, err := r.Connect(t.Context(), r.other, integration.NewConnection{ATS: "smartrecruiters", Auth: connector.AuthOAuth})
	if err != nil {
		t.Fatal(err)
	}
	r.conn, r.admin = v.ID, r.other
	mine := newBrowser()
	state, code := r.visit(r.admin, mine, false)
	_, err = r.Callback(t.Context(), &r.admin, mine, state, code, "")
	r.refused(err, "account_in_use", recruit.ConnAwaitingAuthorization)
	if _, err := r.Disconnect(t.Context(), former, first); err != nil {
		t.Fatal(err)
	}
	state, code = r.visit(r.admin, mine, false)
	if _, err := r.Callback(t.Context(), &r.admin, mine, state, code, ""); err != nil {
		t.Errorf("once the other is disconnected: %v", err)
	}
}

func TestTwoLoginsAtOnceDoNotSwitchAccounts(t *testing.T) {
	r := newRig(t)
	r.logIn()
	st, err := r.db.Credential(t.Context(), r.conn)
	if err != nil {
		t.Fatal(err)
	}
	// What the second saw, before the first was stored, was no account at all.
	l := integration.StoredLink{Company: r.admin.Company, Connection: r.conn}
	err = r.db.Authorized(t.Context(), l, st.Credential, recruit.Account{ID: "Another"}, false, r.clock)
	r.refused(err, "oauth_other_account", recruit.ConnConnected)
}

func TestARunThatBeganUnderOneAccountSendsNothingToAnother(t *testing.T) {
	r := newRig(t)
	c := r.logIn()
	if err := r.renameAccount("Another"); err != nil { // switched, while the run goes on
		t.Fatal(err)
	}
	calls := len(r.sim.Journal(0).Entries)
	err := c.Push.Push(t.Context(), connector.Submission{Job: recruit.RemoteJobID(r.sim.Job("Machine Learning Engineer").ID), Tag: recruit.NewTag(),
		Candidate: recruit.Candidate{FirstName: "A", LastName: "B", Email: "a@b.invalid"}}, connector.Receipt{}, func(connector.Receipt) error { return nil })
	if connector.KindOf(err) != connector.Unavailable || len(r.sim.Journal(0).Entries) != calls {
		t.Errorf("got %v after %d calls, want unavailable after none", err, len(r.sim.Journal(0).Entries)-calls)
	}
}

func TestATestSaysWhoseTurnItIs(t *testing.T) {
	r := newRig(t)
	r.logIn()
	r.sim.ExpireTokens(false)
	r.sim.FailNext(simkit.Fault{Match: simkit.Match{Op: "oauthToken"}, Kind: simkit.StatusBefore, Status: 401, Code: "invalid_client"})
	if run := r.test(); run.State != "failed" {
		t.Fatalf("the test %s", run.State)
	}
	if c := r.state(); c.State != recruit.ConnConnected {
		t.Errorf("the operator's own app was refused, and the connection is %s for %s", c.State, c.Reason)
	}
	r.sim.RevokeGrants()
	r.test()
	if c := r.state(); c.State != recruit.ConnBroken || c.Reason != "grant_revoked" {
		t.Errorf("after the grant was withdrawn it is %s for %s", c.State, c.Reason)
	}
}

func TestARefusedRefreshThatALoginOvertookBreaksNothing(t *testing.T) {
	r := newRig(t)
	c := r.logIn()
	job := recruit.RemoteJobID(r.sim.Job("Machine Learning Engineer").ID)
	r.sim.RevokeGrants()
	r.sim.FailNext(simkit.Fault{Match: simkit.Match{Op: "oauthToken"}, Kind: simkit.DelayAfter, Delay: simkit.Duration(400 * time.Millisecond)})
	done := make(chan error)
	go func() { _, _, err := c.Flight.Preflight(t.Context(), job); done <- err }()
	for {
		st, err := r.db.Credential(t.Context(), r.conn)
		if err != nil {
			t.Fatal(err)
		}
		if !st.RefreshStartedAt.IsZero() {
			break
		}
	}
	st, err := r.db.Credential(t.Context(), r.conn)
	if err != nil {
		t.Fatal(err)
	}
	st.AccessToken, st.RefreshToken = secret.New("new"), secret.New("newer")
	st.ExpiresAt = r.clock.Add(time.Hour)
	l := integration.StoredLink{Company: r.admin.Company, Connection: r.conn}
	if err := r.db.Authorized(t.Context(), l, st.Credential, *r.state().Account, false, r.clock); err != nil {
		t.Fatal(err)
	}
	err = <-done
	if k := connector.KindOf(err); k == connector.Revoked {
		t.Errorf("the refusal of the former grant is told of the new login: %v", errors.Unwrap(err))
	}
}

func TestAnAccountThatATestLearnedIsNoSwitch(t *testing.T) {
	for _, auth := range []connector.Auth{connector.AuthAPIKey, connector.AuthClientCredentials} {
		t.Run(string(auth), func(t *testing.T) {
			r := newRig(t)
			pair, err := r.sim.IssueClientCredentials(nil, "")
			if err != nil {
				t.Fatal(err)
			}
			fields := integration.Fields{"client_id": secret.New(pair.ClientID), "client_secret": secret.New(pair.ClientSecret)}
			if auth == connector.AuthAPIKey {
				fields = integration.Fields{"api_key": secret.New(r.sim.IssueKey().Key)}
			}
			r.admin = r.other // who has no connection yet
			v, err := r.Connect(t.Context(), r.admin, integration.NewConnection{ATS: "smartrecruiters", Auth: auth, Fields: fields})
			if err != nil {
				t.Fatal(err)
			}
			r.conn = v.ID
			if run := r.test(); run.State != "passed" {
				t.Fatalf("the test %s", run.State)
			}
			c, err := r.OpenConn(t.Context(), lane.NewLease("conn:"+string(r.conn), 9, r.clock.Add(time.Hour), func() time.Time { return r.clock }), r.conn)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := c.Jobs.ListJobs(t.Context()); err != nil {
				t.Errorf("after the test that learned the account: %v", err)
			}
		})
	}
}
