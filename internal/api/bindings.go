package api

import (
	"context"
	"errors"
	"net/http"
	"time"

	"handoff/internal/door"
	"handoff/internal/integration"
	"handoff/internal/process"
	"handoff/internal/recruit"
)

// BindingChoice is where a process shall send its candidates.
type BindingChoice struct {
	ConnectionID recruit.ConnectionID `json:"connection_id"`
	RemoteJobID  recruit.RemoteJobID  `json:"remote_job_id"`
	TestRunID    recruit.TestRunID    `json:"test_run_id,omitempty" doc:"A test run that passed for this choice, so that the binding starts ok."`
}

// BindingTest names what to test; the saved binding when it is empty.
type BindingTest struct {
	ConnectionID recruit.ConnectionID `json:"connection_id,omitempty"`
	RemoteJobID  recruit.RemoteJobID  `json:"remote_job_id,omitempty"`
}

// Preflight is what is known of a job before anything is sent to it.
type Preflight struct {
	Job    RemoteJob   `json:"job"`
	Checks []TestCheck `json:"checks" nullable:"false"`
	// Of a job that a process is bound to:
	CheckedAt   *time.Time   `json:"checked_at" doc:"When the ATS was last asked about the job itself; null before."`
	TextsReadAt *time.Time   `json:"texts_read_at" doc:"When its own texts were last read; null before, and where it has none."`
	Reason      Null[Reason] `json:"reason" doc:"Why, by that look, nobody goes in; null when somebody does."`
}

func (a *API) bindings() {
	const tag, path = "Binding", "/processes/{id}/binding"
	add(a, operation{id: "get-binding", method: http.MethodGet, path: path, access: door.Token, tag: tag,
		summary: "Read where a process sends its candidates; 404 when it is not bound."},
		func(ctx context.Context, in *OneProcess) (*Answer[Binding], error) {
			v, err := a.o.Process.Get(ctx, in.caller, in.ID)
			return bound(v, nil, err)
		})
	add(a, operation{id: "put-binding", method: http.MethodPut, path: path, access: door.Token, tag: tag,
		summary: "Bind a process to a job in the ATS."},
		func(ctx context.Context, in *struct {
			OneProcess
			Body BindingChoice
		}) (*Answer[Binding], error) {
			v, warnings, err := a.o.Process.Bind(ctx, in.caller, in.ID, process.BindingChoice{Connection: in.Body.ConnectionID,
				RemoteJob: in.Body.RemoteJobID, Tested: in.Body.TestRunID})
			return bound(v, warnings, err)
		})
	add(a, operation{id: "delete-binding", method: http.MethodDelete, path: path, access: door.Token, tag: tag,
		summary: "Unbind a process. What was not sent stays here.", status: http.StatusNoContent},
		func(ctx context.Context, in *OneProcess) (*none, error) {
			_, err := a.o.Process.Unbind(ctx, in.caller, in.ID)
			return &none{}, err
		})
	add(a, operation{id: "preflight-binding", method: http.MethodGet, path: path + "/preflight", access: door.Token, tag: tag,
		summary: "Look at the bound job as it was last read, without calling the ATS."},
		func(ctx context.Context, in *struct {
			OneProcess
			ConnectionID recruit.ConnectionID `query:"connection_id" doc:"With remote_job_id: this choice, instead of the saved one."`
			RemoteJobID  recruit.RemoteJobID  `query:"remote_job_id"`
		}) (*Answer[Preflight], error) {
			to, err := a.choice(ctx, in.caller, in.ID, BindingTest{in.ConnectionID, in.RemoteJobID})
			if err != nil {
				return nil, err
			}
			job, checks, err := a.o.Integration.Preflight(ctx, in.caller, to.ConnectionID, to.RemoteJobID)
			if err != nil {
				return nil, err
			}
			w, err := a.o.Integration.JobHealth(ctx, in.caller, to.ConnectionID, to.RemoteJobID)
			if err != nil && !errors.Is(err, recruit.ErrNotFound) {
				return nil, err
			}
			turn := recruit.TurnNobody
			if w.Reason != "" {
				turn = recruit.TurnAdmin
			}
			return answer(Preflight{remoteJobOf(job), each(integration.Known(checks, w), checkOf), when(w.CheckedAt), when(w.TextsReadAt),
				reasonOf(w.Reason, "", turn)}, nil)
		})
	add(a, operation{id: "test-binding", method: http.MethodPost, path: path + "/test", access: door.Token, tag: tag,
		summary:     "TEST INTEGRATION: put a test candidate into the job, look, and remove it again where the ATS lets us.",
		description: "Of the binding named, saved or not. Only the report is stored.", status: http.StatusAccepted, creates: true},
		func(ctx context.Context, in *struct {
			OneProcess
			Body *BindingTest
		}) (*Made[TestRun], error) {
			if in.Body == nil {
				in.Body = &BindingTest{}
			}
			to, err := a.choice(ctx, in.caller, in.ID, *in.Body)
			if err != nil {
				return nil, err
			}
			t, err := a.o.Integration.TestBinding(ctx, in.caller, in.ID, to.ConnectionID, to.RemoteJobID)
			return made(testRunOf(t), err, "test-runs", string(t.ID))
		})
}

// choice completes what was named with the saved binding. The process must be
// one that the caller may see.
func (a *API) choice(ctx context.Context, c recruit.Caller, id recruit.ProcessID, t BindingTest) (BindingTest, error) {
	v, err := a.o.Process.Get(ctx, c, id)
	if err != nil {
		return t, err
	}
	if b := v.Binding; b != nil && t.ConnectionID == "" && t.RemoteJobID == "" {
		return BindingTest{b.Connection, b.RemoteJob}, nil
	}
	invalid := &recruit.Invalid{}
	if t.ConnectionID == "" {
		invalid.Add("connection_id", "required")
	}
	if t.RemoteJobID == "" {
		invalid.Add("remote_job_id", "required")
	}
	return t, invalid.OrNil()
}

func bound(v process.View, warnings []recruit.Problem, err error) (*Answer[Binding], error) {
	if err != nil {
		return nil, err
	}
	if v.Binding == nil {
		return nil, recruit.ErrNotFound
	}
	b := bindingOf(*v.Binding)
	b.Warnings = each(warnings, noteOf)
	return &Answer[Binding]{b}, nil
}
