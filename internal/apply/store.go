package apply

import (
	"context"
	"time"

	"handoff/internal/recruit"
)

// Target is what an application is made to, as it stands now.
type Target struct {
	Process     recruit.Process
	CompanyName string
	Clause      recruit.Text
	Future      recruit.Text
	Binding     *recruit.Binding
	// Of the binding's connection:
	ATS      string
	State    recruit.ConnectionState
	Account  string
	Switched time.Time     // when its account was last replaced by another
	Template *recruit.Text // nil when it has none: then nothing is asked
	Texts    Texts         // the ATS's own of the binding's job
}

// Texts are what an ATS attaches to a job, as they were last read.
type Texts struct {
	List   []recruit.RemoteConsent // in the ATS's order
	ReadAt time.Time               // zero: never
	// Silent says that the ATS has not answered since: a reading failed, or
	// nothing is asked of the connection just now.
	Silent bool
}

const (
	textsFresh  = 15 * time.Minute // while the ATS answers
	textsSilent = 24 * time.Hour   // while it does not
)

// fresh tells whether the texts may be shown as those of now (product
// decision 14).
func (x Texts) fresh(now time.Time) bool {
	if x.ReadAt.IsZero() {
		return false
	}
	age := now.Sub(x.ReadAt)
	return age <= textsFresh || x.Silent && age <= textsSilent
}

// Arrival is a submission that was found in order.
type Arrival struct {
	Application recruit.Application // Stage, Tag and identifiers included
	File        []byte              // the CV's bytes; nil without one
	Channel     string
	Key         string // of the request; empty for none
	// Consent is what a repeated submission is kept with; a first one's
	// records are those of the Verdict.
	Consent []recruit.ConsentRecord
}

// Verdict is what becomes of an arrival, given the target in the transaction
// that stores it.
type Verdict struct {
	Consent []recruit.ConsentRecord
	Standing
}

// Act is a change of one application by somebody.
type Act struct {
	Company     recruit.CompanyID
	Application recruit.ApplicationID
	By          string // who, as an identifier
	Channel     string // of a withdrawal: page, api, candidate_page, company
	At          time.Time
}

// Store is what this engine needs kept. Each method is one transaction; what
// changes something also writes its line on the timeline and, for an act of
// the company, the audit record. ErrNotFound for what is out of the reach.
type Store interface {
	FirstAdmin(ctx context.Context, c recruit.CompanyID) (recruit.UserID, error)
	// Target finds a process in any state by id or, when that is empty, slug.
	Target(ctx context.Context, id recruit.ProcessID, slug string) (Target, error)
	// Accept stores an application, its key, consent records, delivery,
	// history and the lane's ring in one transaction (delivery invariant 1).
	// It asks settle, inside, with the target as it is there; settle's error
	// refuses. The same folded e-mail in the same process makes a resubmission
	// of the application that is there, however many arrive at once.
	Accept(ctx context.Context, a Arrival, settle func(Target) (Verdict, error)) (Receipt, error)

	Applications(ctx context.Context, r recruit.Reach, f Filter, limit int) ([]View, error)
	Application(ctx context.Context, r recruit.Reach, id recruit.ApplicationID) (View, error)
	ApplicationTimeline(ctx context.Context, c recruit.CompanyID, id recruit.ApplicationID) ([]recruit.TimelineEvent, error)
	ApplicationConsents(ctx context.Context, c recruit.CompanyID, id recruit.ApplicationID) ([]recruit.ConsentRecord, error)
	// ApplicationCV returns the CV's bytes after the audit record of it.
	ApplicationCV(ctx context.Context, a Act) ([]byte, error)

	MoveApplication(ctx context.Context, a Act, to recruit.Stage) error
	// WithdrawApplication adds the consent record of a withdrawal and cancels
	// the delivery unless it is under way, unknown or done. A second
	// withdrawal changes nothing.
	WithdrawApplication(ctx context.Context, a Act) error
	// ReleaseApplication ends the suspicion, and the delivery goes on from
	// where an application without it would stand.
	ReleaseApplication(ctx context.Context, a Act) error
	DiscardApplication(ctx context.Context, a Act) error
	EraseApplication(ctx context.Context, a Act) error
}
