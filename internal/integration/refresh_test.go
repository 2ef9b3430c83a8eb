package integration_test

import (
	"errors"
	"sync"
	"testing"
	"time"

	"handoff/internal/connector"
	"handoff/internal/lane"
	"handoff/internal/recruit"
	"handoff/internal/simulator/simkit"
	"handoff/internal/simulator/smartrecruiters"
)

// logIn connects and returns a Conn as a lane's run has it.
func (r *rig) logIn() *connector.Conn {
	r.t.Helper()
	mine := newBrowser()
	state, code := r.visit(r.admin, mine, false)
	if _, err := r.Callback(r.t.Context(), &r.admin, mine, state, code, ""); err != nil {
		r.t.Fatal(err)
	}
	return r.open()
}

func (r *rig) open() *connector.Conn {
	r.t.Helper()
	c, err := r.OpenConn(r.t.Context(), lane.NewLease("conn:"+string(r.conn), 1, r.clock.Add(1000*time.Hour), func() time.Time { return r.clock }), r.conn)
	if err != nil {
		r.t.Fatal(err)
	}
	return c
}

func (r *rig) redeemed() (times, replayed int) {
	j := r.sim.Journal(0)
	return j.Tally("refresh_redeemed", ""), j.Tally("refresh_replayed", "")
}

func TestManyCallersWhoFindTheSameTokenRefusedRefreshItOnce(t *testing.T) {
	r := newRig(t)
	r.sim.SetLimits(smartrecruiters.Limits{PerSecond: 1000}) // sixteen calls at once are not what this is about
	c := r.logIn()
	r.sim.ExpireTokens(false)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if _, _, err := c.Flight.Preflight(t.Context(), recruit.RemoteJobID(r.sim.Job("Machine Learning Engineer").ID)); err != nil {
				t.Errorf("preflight: %v", err)
			}
		})
	}
	wg.Wait()
	if n, again := r.redeemed(); n != 1 || again != 0 {
		t.Errorf("the refresh token was redeemed %d times and replayed %d times, want once", n, again)
	}
}

func TestAnAccessTokenIsReplacedBeforeItEnds(t *testing.T) {
	r := newRig(t)
	c := r.logIn()
	r.clock = r.clock.Add(24 * time.Minute)
	if _, err := c.Core.Check(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n, _ := r.redeemed(); n != 0 {
		t.Errorf("with six minutes left it was refreshed %d times", n)
	}
	r.clock = r.clock.Add(2 * time.Minute)
	if _, err := c.Core.Check(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n, _ := r.redeemed(); n != 1 {
		t.Errorf("with four minutes left it was refreshed %d times", n)
	}
}

// lose makes the answer of the next refresh get lost after its work was done.
func (r *rig) lose() {
	r.sim.FailNext(simkit.Fault{Match: simkit.Match{Op: "oauthToken"}, Kind: simkit.DropAfter})
}

func TestAfterALostAnswerTheOldTokenIsUsedWhileItLivesAndThenTheTruthIsTold(t *testing.T) {
	r := newRig(t)
	c := r.logIn()
	r.lose()
	r.clock = r.clock.Add(26 * time.Minute)
	if _, err := c.Core.Check(t.Context()); err != nil {
		t.Fatalf("with a living access token the lost refresh is felt: %v", err)
	}
	r.clock = r.clock.Add(time.Minute)
	if _, err := c.Core.Check(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n, again := r.redeemed(); n != 1 || again != 0 {
		t.Errorf("redeemed %d, replayed %d: the used-up token was presented while the old access token lived", n, again)
	}
	// Another process, which knows only what is on disk, finds the same.
	r.clock = r.clock.Add(4 * time.Minute)
	r.sim.ExpireTokens(false)
	_, _, err := r.open().Flight.Preflight(t.Context(), recruit.RemoteJobID(r.sim.Job("Machine Learning Engineer").ID))
	var e *connector.Error
	if !errors.As(err, &e) || e.Kind != connector.Revoked || e.Code != "REFRESH_INTERRUPTED" {
		t.Errorf("got %v, want revoked by an interrupted refresh", err)
	}
	if n, again := r.redeemed(); n != 1 || again != 1 {
		t.Errorf("redeemed %d, replayed %d; want 1, 1", n, again)
	}
}

func TestWithAGracePeriodALostAnswerRepairsItself(t *testing.T) {
	r := newRig(t)
	c := r.logIn()
	if err := r.sim.SetSwitches(smartrecruiters.Switches{RefreshGrace: "60s"}); err != nil {
		t.Fatal(err)
	}
	r.lose()
	r.sim.ExpireTokens(false)
	job := recruit.RemoteJobID(r.sim.Job("Machine Learning Engineer").ID)
	if _, _, err := c.Flight.Preflight(t.Context(), job); connector.KindOf(err) != connector.Unavailable {
		t.Errorf("the lost refresh is told as %v", err)
	}
	if _, _, err := c.Flight.Preflight(t.Context(), job); err != nil {
		t.Errorf("within the grace period: %v", err)
	}
}

func TestANewLoginWinsOverARefreshThatIsUnderWay(t *testing.T) {
	r := newRig(t)
	c := r.logIn()
	job := recruit.RemoteJobID(r.sim.Job("Machine Learning Engineer").ID)
	r.sim.FailNext(simkit.Fault{Match: simkit.Match{Op: "oauthToken"}, Kind: simkit.DelayAfter, Delay: simkit.Duration(400 * time.Millisecond)})
	r.sim.ExpireTokens(false)
	done := make(chan struct{})
	go func() {
		defer close(done)
		if _, _, err := c.Flight.Preflight(t.Context(), job); err != nil {
			t.Errorf("the caller whose refresh was overtaken: %v", err)
		}
	}()
	for { // until the attempt is on disk
		st, err := r.db.Credential(t.Context(), r.conn)
		if err != nil {
			t.Fatal(err)
		}
		if !st.RefreshStartedAt.IsZero() {
			break
		}
	}
	mine := newBrowser()
	state, code := r.visit(r.admin, mine, false)
	go func() { _, _ = r.Callback(t.Context(), &r.admin, mine, state, code, "") }()
	<-done
	for {
		st, err := r.db.Credential(t.Context(), r.conn)
		if err != nil {
			t.Fatal(err)
		}
		if st.Generation == 2 {
			break
		}
		if st.Generation > 2 {
			t.Fatalf("generation %d: the refresh was stored over the login", st.Generation)
		}
	}
	if _, _, err := r.open().Flight.Preflight(t.Context(), job); err != nil {
		t.Errorf("with the new login: %v", err)
	}
}

func TestARefusedAppIsTheOperatorsTurnAndARevokedGrantIsNot(t *testing.T) {
	r := newRig(t)
	c := r.logIn()
	job := recruit.RemoteJobID(r.sim.Job("Machine Learning Engineer").ID)
	r.sim.ExpireTokens(false)
	r.sim.FailNext(simkit.Fault{Match: simkit.Match{Op: "oauthToken"}, Kind: simkit.StatusBefore, Status: 401, Code: "invalid_client"})
	if _, _, err := c.Flight.Preflight(t.Context(), job); connector.KindOf(err) != connector.Misconfigured {
		t.Errorf("invalid_client is told as %v", err)
	}
	r.sim.FailNext(simkit.Fault{Match: simkit.Match{Op: "oauthToken"}, Kind: simkit.StatusBefore, Status: 429})
	if _, _, err := c.Flight.Preflight(t.Context(), job); connector.KindOf(err) != connector.RateLimited {
		t.Errorf("a 429 of the token endpoint is told as %v", err)
	}
	if _, _, err := c.Flight.Preflight(t.Context(), job); err != nil {
		t.Errorf("after both passed: %v", err)
	}
	r.sim.RevokeGrants()
	if _, _, err := c.Flight.Preflight(t.Context(), job); connector.KindOf(err) != connector.Revoked {
		t.Errorf("a revoked grant is told as %v", err)
	}
}
