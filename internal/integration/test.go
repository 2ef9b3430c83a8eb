package integration

import (
	"context"

	"handoff/internal/connector"
	"handoff/internal/recruit"
)

// connectionChecks and bindingChecks are the named checks of the two tests,
// in the order in which they run and are shown.
var (
	connectionChecks = []string{"credential", "rights", "source"}
	bindingChecks    = []string{"credential", "rights", "job_open", "consent_assigned", "source", "create", "cv_attached", "read_back", "removed"}
)

func pending(names []string) []recruit.TestCheck {
	out := make([]recruit.TestCheck, len(names))
	for i, n := range names {
		out[i] = recruit.TestCheck{Name: n, State: recruit.CheckPending}
	}
	return out
}

// Test starts TEST THE CONNECTION. It returns at once; the run is worked by
// the connection's lane and read with TestRun.
func (e *Engine) Test(ctx context.Context, c recruit.Caller, id recruit.ConnectionID) (recruit.TestRun, error) {
	v, err := e.admin(ctx, c, id)
	if err != nil {
		return recruit.TestRun{}, err
	}
	return e.startTest(ctx, c, v, "", "", connectionChecks)
}

// TestBinding starts TEST INTEGRATION for the choice named, saved or not. Only
// its report is stored. Whoever may see the process may test its binding; the
// process is the caller's to check.
func (e *Engine) TestBinding(ctx context.Context, c recruit.Caller, p recruit.ProcessID, id recruit.ConnectionID, job recruit.RemoteJobID) (recruit.TestRun, error) {
	v, err := e.Connection(ctx, c, id)
	if err != nil {
		return recruit.TestRun{}, err
	}
	if _, _, err := e.Preflight(ctx, c, id, job); err != nil {
		return recruit.TestRun{}, recruit.Refuse("job_unknown")
	}
	return e.startTest(ctx, c, v, p, job, bindingChecks)
}

func (e *Engine) startTest(ctx context.Context, c recruit.Caller, v View, p recruit.ProcessID, job recruit.RemoteJobID, checks []string) (recruit.TestRun, error) {
	switch v.State {
	case recruit.ConnAwaitingAuthorization, recruit.ConnAwaitingConfirmation, recruit.ConnDisconnected:
		return recruit.TestRun{}, recruit.Refuse("connection_not_ready")
	}
	now := e.o.Now()
	r := recruit.TestRun{ID: recruit.NewTestRunID(now), Company: c.Company, Connection: v.ID, Process: p, RemoteJob: job, State: "waiting",
		Checks: pending(checks), Tag: recruit.NewTag(), StartedBy: c.Name(), CreatedAt: now}
	if err := e.o.Store.InsertTestRun(ctx, r); err != nil {
		return recruit.TestRun{}, err
	}
	return e.TestRun(ctx, c, r.ID)
}

// TestRun returns a run as far as it has come; its state is running, passed
// or failed.
func (e *Engine) TestRun(ctx context.Context, c recruit.Caller, id recruit.TestRunID) (recruit.TestRun, error) {
	if c.Company == "" {
		return recruit.TestRun{}, recruit.ErrForbidden
	}
	r, err := e.o.Store.TestRun(ctx, c.Company, id)
	if r.State == "waiting" {
		r.State = "running"
	}
	return r, err
}

// testSubmission is the test candidate of one run (product decision 13).
func testSubmission(r recruit.TestRun) connector.Submission {
	return connector.Submission{Job: r.RemoteJob, Tag: r.Tag, Test: true, Locale: "en",
		Candidate: recruit.Candidate{FirstName: "TEST", LastName: "Handoff – do not process", Email: testEmail(r)},
		CV:        testCV(r)}
}

func testEmail(r recruit.TestRun) string { return "test+" + string(r.ID) + "@handoff.invalid" }
