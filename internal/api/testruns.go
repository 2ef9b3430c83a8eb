package api

import (
	"context"
	"net/http"
	"time"

	"handoff/internal/door"
	"handoff/internal/recruit"
)

// TestRun on the wire.
type TestRun struct {
	ID                recruit.TestRunID `json:"id"`
	State             string            `json:"state" enum:"running,passed,failed"`
	Warned            bool              `json:"warned" doc:"Passed, with something that a person should know."`
	Checks            []TestCheck       `json:"checks" nullable:"false"`
	ConnectionID      string            `json:"connection_id"`
	ProcessID         *string           `json:"process_id"`
	RemoteJobID       *string           `json:"remote_job_id"`
	RemoteCandidateID *string           `json:"remote_candidate_id"`
	RemoteURL         *string           `json:"remote_url"`
	CreatedAt         time.Time         `json:"created_at"`
	FinishedAt        *time.Time        `json:"finished_at"`
}

// TestCheck is one named check.
type TestCheck struct {
	Name    string            `json:"name" doc:"credential, rights, job_open, consent_assigned, source, create, cv_attached, read_back, removed"`
	State   string            `json:"state" enum:"running,passed,warning,failed,not_applicable"`
	Code    string            `json:"code,omitempty"`
	Message string            `json:"message"`
	Args    map[string]string `json:"args,omitempty"`
}

func checkOf(c recruit.TestCheck) TestCheck {
	state := c.State
	if state == recruit.CheckPending {
		state = recruit.CheckRunning // to a reader, both mean: ask again
	}
	message := ""
	if c.Code != "" {
		message = sentence(c.Code)
	}
	return TestCheck{Name: c.Name, State: string(state), Code: c.Code, Message: message, Args: c.Args}
}

func testRunOf(t recruit.TestRun) TestRun {
	state := t.State
	if state != "passed" && state != "failed" {
		state = "running"
	}
	return TestRun{ID: t.ID, State: state, Warned: t.Warned, Checks: each(t.Checks, checkOf), ConnectionID: string(t.Connection),
		ProcessID: word(t.Process), RemoteJobID: word(t.RemoteJob), RemoteCandidateID: word(t.RemoteCandidate), RemoteURL: word(t.RemoteURL),
		CreatedAt: at(t.CreatedAt), FinishedAt: when(t.FinishedAt)}
}

func (a *API) testRuns() {
	add(a, operation{id: "get-test-run", method: http.MethodGet, path: "/test-runs/{id}", access: door.Token, tag: "Connections",
		summary: "Read a test run; ask again while it is running."},
		func(ctx context.Context, in *struct {
			Asked
			ID recruit.TestRunID `path:"id"`
		}) (*Answer[TestRun], error) {
			t, err := a.o.Integration.TestRun(ctx, in.caller, in.ID)
			return answer(testRunOf(t), err)
		})
}
