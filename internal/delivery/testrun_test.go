package delivery_test

import (
	"strings"
	"testing"
	"time"

	"handoff/internal/connector"
	"handoff/internal/recruit"
	"handoff/internal/simulator/simkit"
	"handoff/internal/simulator/smartrecruiters"
)

// tested runs TEST INTEGRATION for the bound job and returns its report.
func (r *rig) tested() recruit.TestRun {
	r.t.Helper()
	run, err := r.integ.TestBinding(r.t.Context(), r.admin, r.proc, r.conn, recruit.RemoteJobID(r.job.ID))
	r.ok(err)
	r.until("the test ends", func() bool {
		run, err = r.integ.TestRun(r.t.Context(), r.admin, run.ID)
		return err == nil && run.State != "running"
	})
	return run
}

func check(run recruit.TestRun, name string) recruit.TestCheck {
	for _, c := range run.Checks {
		if c.Name == name {
			return c
		}
	}
	return recruit.TestCheck{}
}

// testCandidates returns those of test runs, and how many are still there.
func (r *rig) testCandidates() (all []smartrecruiters.LedgerCandidate, there int) {
	for _, c := range r.sim.Ledger().Candidates {
		if strings.HasPrefix(c.Email, "test+") {
			all = append(all, c)
			if c.RemovedAt == nil {
				there++
			}
		}
	}
	return all, there
}

func TestATestPutsOneCandidateInReadsItBackAndRemovesIt(t *testing.T) {
	r := newRig(t, smartrecruiters.Switches{})
	run := r.tested()
	if run.State != "passed" {
		t.Errorf("%s: %+v", run.State, run.Checks)
	}
	for _, name := range []string{"credential", "rights", "job_open", "create", "cv_attached", "read_back", "removed"} {
		if c := check(run, name); c.State != recruit.CheckPassed {
			t.Errorf("%s is %s %s", name, c.State, c.Code)
		}
	}
	if c := check(run, "source"); c.State != recruit.CheckWarning {
		t.Errorf("no source is chosen, and the check is %s", c.State)
	}
	all, there := r.testCandidates()
	if len(all) != 1 || there != 0 || !strings.HasSuffix(all[0].Email, "@handoff.invalid") || !contains(all[0].Tags, string(run.Tag)) {
		t.Errorf("%d test candidates, %d still there: %+v", len(all), there, all)
	}
	if len(all[0].Applications[0].Attachments) != 1 {
		t.Error("it came without its CV")
	}
}

func TestATestOfAClosedJobPutsNobodyIn(t *testing.T) {
	r := newRig(t, smartrecruiters.Switches{})
	r.ok(r.sim.SetJobStatus(r.job.ID, "CANCELLED"))
	run := r.tested()
	if c := check(run, "job_open"); run.State != "failed" || c.State != recruit.CheckFailed || c.Code != "job_closed" {
		t.Errorf("%s, job_open %+v", run.State, c)
	}
	if c := check(run, "create"); c.State != recruit.CheckNotApplicable || c.Code != "not_reached" {
		t.Errorf("create %+v", c)
	}
	if all, _ := r.testCandidates(); len(all) != 0 {
		t.Errorf("%d test candidates were put into a closed job", len(all))
	}
}

func TestATestWithARefusedCredentialBreaksTheConnectionAndSaysSo(t *testing.T) {
	r := newRig(t, smartrecruiters.Switches{})
	r.sim.RevokeGrants()
	run := r.tested()
	if c := check(run, "credential"); run.State != "failed" || c.State != recruit.CheckFailed {
		t.Errorf("%s, credential %+v", run.State, c)
	}
	v, err := r.integ.Connection(t.Context(), r.admin, r.conn)
	r.ok(err)
	if v.State != recruit.ConnBroken {
		t.Errorf("the connection is %s", v.State)
	}
}

// Whatever of a test stays in the ATS is removed later: the intent is on disk
// before the first byte leaves.
func TestATestCandidateThatCouldNotBeRemovedIsRemovedLater(t *testing.T) {
	for name, f := range map[string]simkit.Fault{
		"its removal failed":         {Match: simkit.Match{Op: "candidatesDelete"}, Kind: simkit.StatusBefore, Status: 503},
		"its creation was not told":  {Match: simkit.Match{Op: "candidatesAddToJob"}, Kind: simkit.DropAfter},
		"its creation was too slow":  {Match: simkit.Match{Op: "candidatesAddToJob"}, Kind: simkit.DelayBefore, Delay: simkit.Duration(600 * time.Millisecond)},
		"its file was not told":      {Match: simkit.Match{Op: "attachmentsAddForJob"}, Kind: simkit.StatusAfter, Status: 500},
		"its removal was not told":   {Match: simkit.Match{Op: "candidatesDelete"}, Kind: simkit.DropAfter},
		"it could not be read again": {Match: simkit.Match{Op: "attachmentsGet"}, Kind: simkit.StatusBefore, Status: 500},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, smartrecruiters.Switches{})
			r.sim.FailNext(f)
			run := r.tested()
			r.until("it is removed", func() bool {
				all, there := r.testCandidates()
				after, err := r.integ.TestRun(t.Context(), r.admin, run.ID)
				r.ok(err)
				return len(all) == 1 && there == 0 && check(after, "removed").State == recruit.CheckPassed
			})
		})
	}
}

func TestARunOfAProcessThatDiedIsToldAsInterrupted(t *testing.T) {
	r := newRig(t, smartrecruiters.Switches{})
	r.sim.FailNext(simkit.Fault{Match: simkit.Match{Op: "candidatesAddToJob"}, Kind: simkit.DelayAfter, Delay: simkit.Duration(300 * time.Millisecond)})
	run, err := r.integ.TestBinding(t.Context(), r.admin, r.proc, r.conn, recruit.RemoteJobID(r.job.ID))
	r.ok(err)
	r.until("the candidate is in", func() bool { _, there := r.testCandidates(); return there == 1 })
	r.ok(r.db.ForgetLeases(t.Context())) // as if the process had died
	r.until("it is told and removed", func() bool {
		after, err := r.integ.TestRun(t.Context(), r.admin, run.ID)
		r.ok(err)
		_, there := r.testCandidates()
		return after.State == "failed" && check(after, "create").Code == "interrupted" && there == 0
	})
}

// What reached the ATS before an erasure could stop it is known afterwards:
// somebody has to erase it there.
func TestWhatAnErasureCouldNotStopIsRememberedByItsLinkAlone(t *testing.T) {
	r := newRig(t, smartrecruiters.Switches{})
	r.sim.FailNext(simkit.Fault{Match: simkit.Match{Op: "candidatesAddToJob"}, Kind: simkit.DelayAfter, Delay: simkit.Duration(300 * time.Millisecond)})
	id := r.submit(1, recruit.Given)
	r.until("the create is on its way", func() bool { return len(r.held(1)) == 1 })
	r.ok(r.apply.Erase(t.Context(), r.admin, id))
	r.until("the receipt is kept", func() bool { return r.delivery(id).RemoteCandidate != "" })
	d := r.delivery(id)
	if d.State != recruit.DeliveryCancelled || d.RemoteURL == "" {
		t.Errorf("%s, link %q", d.State, d.RemoteURL)
	}
	if got := r.held(1); len(got[0].Attachments) != 0 {
		t.Error("the CV was sent after the erasure")
	}
}

func TestATestCandidateOfAFormerAccountIsLeftToPeople(t *testing.T) {
	r := newRig(t, smartrecruiters.Switches{})
	r.ok(r.sim.Faults(simkit.Fault{Match: simkit.Match{Op: "candidatesDelete"}, Kind: simkit.StatusBefore, Status: 503}))
	run := r.tested()
	if c := check(run, "removed"); c.Code != "removal_pending" {
		t.Errorf("removed %+v", c)
	}
	r.sql(`UPDATE connections SET account_id = 'Former', account_name = 'Former'`)
	r.login(true)
	after, err := r.integ.TestRun(t.Context(), r.admin, run.ID)
	r.ok(err)
	if c := check(after, "removed"); c.Code != "removal_by_hand" {
		t.Errorf("after the switch: removed %+v", c)
	}
}

func TestAKeyThatIsReplacedHoldsWhatWaitsUntilItIsTested(t *testing.T) {
	r := newRig(t, smartrecruiters.Switches{})
	r.sql(`UPDATE lanes SET paused_until = $1`, time.Now().Add(1000*time.Hour).UnixMilli())
	id := r.submit(1, recruit.Given)
	r.ok(r.db.ReplaceCredential(t.Context(), r.admin.Company, r.conn, connector.Credential{}, "usr_1", r.deliver.Now()))
	if d := r.delivery(id); d.State != recruit.DeliveryHeld || d.Turn != recruit.TurnAdmin {
		t.Errorf("with an untested key it is %s, %s's turn", d.State, d.Turn)
	}
	r.login(false)
	r.reaches(id, recruit.DeliveryDelivered)
	r.once(1)
}
