// Package process is a recruitment process on the platform: details,
// customization, preview, publication, and the binding to a job in the ATS.
package process

import (
	"context"
	"errors"
	"time"

	"handoff/internal/recruit"
)

var unbuilt = errors.New("unbuilt")

// Engine is the package's one entry. It is safe for concurrent use.
type Engine struct {
	Store Store
	Now   func() time.Time
}

// View is a process with what belongs to it on a page.
type View struct {
	recruit.Process
	Binding *recruit.Binding
	// ATS is the connector's name of the binding's connection.
	ATS string
	// Missing lists what is missing before it can be published, as field
	// paths of Details (role, technologies, contracts, salaries, …).
	Missing      []string
	Applications int // not counting tests
	OwnerName    string
	CompanyName  string
}

// BindingChoice is the state of *Integrate with ATS (NAME)* in an edit.
type BindingChoice struct {
	Connection recruit.ConnectionID
	RemoteJob  recruit.RemoteJobID
	// Tested names a test run that passed for exactly this choice, so that
	// the binding starts ok instead of untested. It is verified.
	Tested recruit.TestRunID
}

// Edit is what Save stores: everything, the binding included (rule R10).
// Binding nil means not bound. Revision is the one that the editor started
// from; an older one is ErrConflict.
type Edit struct {
	Details       recruit.Details
	Customization recruit.Customization
	Binding       *BindingChoice
	Revision      int
}

// Filter narrows a list.
type Filter struct {
	State recruit.ProcessState
	Query string
	recruit.List
}

// Create makes a draft owned by the caller (a token's processes belong to
// the company's first Admin).
func (e *Engine) Create(ctx context.Context, c recruit.Caller, d recruit.Details) (View, error) {
	return View{}, unbuilt
}

// Get returns a process that the caller may see: Admin all of the company's,
// Manager own and supervised users', User own. ErrNotFound otherwise.
func (e *Engine) Get(ctx context.Context, c recruit.Caller, id recruit.ProcessID) (View, error) {
	return View{}, unbuilt
}
func (e *Engine) List(ctx context.Context, c recruit.Caller, f Filter) (recruit.Page[View], error) {
	return recruit.Page[View]{}, unbuilt
}

// Check says what Save would refuse (Invalid) without storing anything: the
// editor's steps use it.
func (e *Engine) Check(d recruit.Details, z recruit.Customization) error { return unbuilt }

// Save stores an edit. Deliveries of the process follow the binding in the
// same transaction: newly bound ones wait, or are withheld without consent.
// Warnings: two_processes_one_job when another process is bound to that job.
func (e *Engine) Save(ctx context.Context, c recruit.Caller, id recruit.ProcessID, edit Edit) (View, []recruit.Problem, error) {
	return View{}, nil, unbuilt
}

// Bind and Unbind change the binding alone.
func (e *Engine) Bind(ctx context.Context, c recruit.Caller, id recruit.ProcessID, b BindingChoice) (View, []recruit.Problem, error) {
	return View{}, nil, unbuilt
}
func (e *Engine) Unbind(ctx context.Context, c recruit.Caller, id recruit.ProcessID) (View, error) {
	return View{}, unbuilt
}

// Publish opens a process with nothing missing: Problem process_incomplete
// otherwise, with Args missing (comma separated).
func (e *Engine) Publish(ctx context.Context, c recruit.Caller, id recruit.ProcessID) (View, error) {
	return View{}, unbuilt
}
func (e *Engine) Close(ctx context.Context, c recruit.Caller, id recruit.ProcessID) (View, error) {
	return View{}, unbuilt
}

// Delete removes a draft without applications; Problem process_in_use otherwise.
func (e *Engine) Delete(ctx context.Context, c recruit.Caller, id recruit.ProcessID) error {
	return unbuilt
}

// Public returns an open process by its slug, for anybody; a closed one with
// its state, so that the page can say so; ErrNotFound for a draft.
func (e *Engine) Public(ctx context.Context, slug string) (View, error) { return View{}, unbuilt }

// PublicList returns open processes, newest first.
func (e *Engine) PublicList(ctx context.Context, q string, l recruit.List) (recruit.Page[View], error) {
	return recruit.Page[View]{}, unbuilt
}

// Store is what this engine needs kept.
type Store interface{}
