package process

import (
	"context"
	"time"

	"handoff/internal/recruit"
)

// Change is what Save stores. Rebind is false when the binding stays as it is.
type Change struct {
	ID            recruit.ProcessID
	Details       recruit.Details
	Customization recruit.Customization
	Slug          string // of a draft that was never published; empty keeps it
	Revision      int
	Binding       *BindingChoice
	By            string
	At            time.Time
}

// Binding is a change of the binding alone; Choice nil unbinds.
type Binding struct {
	ID     recruit.ProcessID
	Choice *BindingChoice
	By     string
	At     time.Time
}

// Store is what this engine needs kept. Each method is one transaction; what
// changes something also writes the audit record that says so. ErrNotFound
// for what is out of the reach.
type Store interface {
	// FirstAdmin returns the enabled Admin of a company who was added first.
	FirstAdmin(ctx context.Context, c recruit.CompanyID) (recruit.UserID, error)
	CreateProcess(ctx context.Context, p recruit.Process, by string) error
	// Process and Processes leave Missing empty: that is the engine's word.
	Process(ctx context.Context, r recruit.Reach, id recruit.ProcessID) (View, error)
	Processes(ctx context.Context, r recruit.Reach, f Filter, limit int) ([]View, error)
	ProcessBySlug(ctx context.Context, slug string) (View, error)
	// OpenProcesses lists those of all companies, newest publication first,
	// after the one that was published at and named so.
	OpenProcesses(ctx context.Context, q string, before time.Time, beforeID recruit.ProcessID, limit int) ([]View, error)

	// SaveProcess stores an edit, unless the stored revision is another
	// (ErrConflict) or the process, being open, would be incomplete (Problem
	// process_incomplete; missing is asked with what is to be stored). With
	// the binding the deliveries change in the same transaction. It returns
	// how many other processes are bound to the same job.
	SaveProcess(ctx context.Context, r recruit.Reach, c Change, missing []string) (sharers int, err error)
	// BindProcess does the same for the binding alone.
	BindProcess(ctx context.Context, r recruit.Reach, b Binding) (sharers int, err error)
	// MoveProcess changes the state; from lists the states that it may have
	// now: Problem otherwise.
	MoveProcess(ctx context.Context, r recruit.Reach, id recruit.ProcessID, to recruit.ProcessState, revision int, by string, at time.Time) error
	// DeleteProcess refuses with Problem process_in_use what is not a draft or
	// has applications.
	DeleteProcess(ctx context.Context, r recruit.Reach, id recruit.ProcessID, by string, at time.Time) error
}
