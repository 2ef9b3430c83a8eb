package delivery_test

import (
	"strings"
	"testing"
	"time"

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
