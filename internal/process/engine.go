// Package process is a recruitment process on the platform: details,
// customization, preview, publication, and the binding to a job in the ATS.
package process

import (
	"time"

	"handoff/internal/recruit"
)

// Engine is the package's one entry. It is safe for concurrent use.
type Engine struct {
	Store Store
	Now   func() time.Time
}

// New returns an engine.
func New(store Store, now func() time.Time) *Engine { return &Engine{Store: store, Now: now} }

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
