package delivery

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"handoff/internal/connector"
	"handoff/internal/lane"
	"handoff/internal/recruit"
)

// Engine is the package's one entry. It is safe for concurrent use.
type Engine struct {
	Store Store
	// Open lends the connector of a connection for one run, its transport
	// gated by the run's lease.
	Open Opener
	Now  func() time.Time
	Log  *slog.Logger
}

// Opener makes a Conn for one run of a connection's lane.
type Opener interface {
	OpenConn(ctx context.Context, l *lane.Lease, id recruit.ConnectionID) (*connector.Conn, error)
}

// ErrStopped is returned by Store.RecordStep when a delivery must not go on:
// the candidate withdrew, or the application was erased.
var ErrStopped = errors.New("the delivery was stopped")

// Withheld is returned by Store.RecordStep when the consent under which the
// attempt began no longer covers it, though nobody withdrew: the connection
// was switched to another account, say.
type Withheld struct {
	Reason string
	Turn   recruit.Turn
}

func (w *Withheld) Error() string { return "the delivery is withheld: " + w.Reason }

// Work is one claimed delivery, with all that a push needs.
type Work struct {
	Application recruit.Application
	Job         recruit.RemoteJobID
	Done        connector.Receipt
	CV          *connector.CVFile
	Note        string
	// Consents are the decisions on the job's own texts, as they were agreed
	// to and still stand in the ATS.
	Consents []recruit.RemoteDecision
	Attempt  int
	Failures int // in a row before this attempt
	Fence    int64
	// Unreadable says why what is to be sent cannot be read. The claim stands,
	// so that one such row holds up nobody who was claimed with it.
	Unreadable error
}

// Lookup is all unanswered deliveries of one job: one listing serves them.
type Lookup struct {
	Job   recruit.RemoteJobID
	Items []LookupItem
	Fence int64
}

// LookupItem is one unanswered delivery.
type LookupItem struct {
	Wanted    connector.Wanted
	Done      connector.Receipt
	Duplicate bool // the ATS said that it has it already
	Stopped   bool // withdrawn or erased meanwhile: only its outcome is wanted
	Looks     int  // how often it was looked up in vain
	Failures  int
	// Unreadable says why it cannot be compared.
	Unreadable error
}

// Outcome is how an attempt is settled.
type Outcome struct {
	Verdict
	Op       string // push, find
	Kind     string // of the error, or "ok"
	Status   int
	Receipt  connector.Receipt
	Started  time.Time
	Certain  bool // the ATS's answer leaves no earlier attempt open
	Finished time.Time
}

// Store is what this engine needs kept.
type Store interface {
	// AdoptOrphans turns what a run that is over left in flight into
	// unanswered work that is due now. It returns how many there were.
	AdoptOrphans(ctx context.Context, conn recruit.ConnectionID, fence int64, now time.Time) (int, error)
	// ClaimPushes claims at most n due deliveries: in one transaction it reads
	// the newest consent, moves to withheld, held or cancelled what must not be
	// sent, and writes an attempt for each that it returns (invariants 2, 4).
	// It claims nothing while the lane is paused or the connection unusable.
	ClaimPushes(ctx context.Context, conn recruit.ConnectionID, fence int64, now time.Time, n int) ([]Work, error)
	// ClaimLookups claims all unanswered deliveries of at most n jobs that have
	// one that is due.
	ClaimLookups(ctx context.Context, conn recruit.ConnectionID, fence int64, now time.Time, n int) ([]Lookup, error)
	// RecordStep stores how far a push has come. It returns lane.ErrLost when
	// the fence has moved on, ErrStopped when the delivery must not go on, and
	// a *Withheld when its consent ended otherwise.
	RecordStep(ctx context.Context, app recruit.ApplicationID, fence int64, r connector.Receipt, now time.Time) error
	// Settle ends an attempt. With a fence that has moved on it does nothing
	// and returns lane.ErrLost (invariant 5).
	Settle(ctx context.Context, app recruit.ApplicationID, fence int64, o Outcome) error

	// FirstAdmin returns the company's first Admin, whose processes are those
	// that API tokens below an Admin's work with.
	FirstAdmin(ctx context.Context, c recruit.CompanyID) (recruit.UserID, error)
	// LeaveGone keeps that a person means an application to be gone from the ATS.
	LeaveGone(ctx context.Context, r recruit.Reach, id recruit.ApplicationID, by string, now time.Time) error
	RetryDelivery(ctx context.Context, r recruit.Reach, id recruit.ApplicationID, by string, now time.Time) (recruit.Delivery, error)
	DeliveryAttempts(ctx context.Context, r recruit.Reach, id recruit.ApplicationID) ([]Attempt, error)
	Causes(ctx context.Context, r recruit.Reach) ([]Cause, error)
	RetryCause(ctx context.Context, r recruit.Reach, cause string, dryRun bool, by string, now time.Time) (int, error)
}

// Attempt is one try as it is on disk.
type Attempt struct {
	N          int
	Op         string // push, find
	StartedAt  time.Time
	EndedAt    time.Time // zero: in flight, or the process died in it
	Kind       string
	Status     int
	VendorCode string
}

// Cause is what needs a person, grouped: one reason at one connection.
type Cause struct {
	ID         string // of the reason and the connection, opaque
	State      recruit.DeliveryState
	Reason     string
	VendorCode string
	Turn       recruit.Turn
	Connection recruit.ConnectionID
	ATS        string
	Count      int
	Oldest     time.Time
	Examples   []recruit.ApplicationID // at most 5
}

func (e *Engine) reach(ctx context.Context, c recruit.Caller) (recruit.Reach, error) {
	return c.Reach(func() (recruit.UserID, error) { return e.Store.FirstAdmin(ctx, c.Company) })
}

// Leave keeps that a person means an application to be gone from the ATS, to
// which it once came. Problem not_gone when it is not, or nobody has looked
// twice.
func (e *Engine) Leave(ctx context.Context, c recruit.Caller, id recruit.ApplicationID) error {
	r, err := e.reach(ctx, c)
	if err != nil {
		return err
	}
	return e.Store.LeaveGone(ctx, r, id, c.Name(), e.Now())
}

// Retry is a person's decision to try again: from needs_attention, held or
// waiting, and what came to the ATS and is gone from it, which is looked for
// there first. Problem delivery_not_retryable from any other state.
func (e *Engine) Retry(ctx context.Context, c recruit.Caller, id recruit.ApplicationID) (recruit.Delivery, error) {
	r, err := e.reach(ctx, c)
	if err != nil {
		return recruit.Delivery{}, err
	}
	return e.Store.RetryDelivery(ctx, r, id, c.Name(), e.Now())
}

// Attempts returns all tries of one application, oldest first.
func (e *Engine) Attempts(ctx context.Context, c recruit.Caller, id recruit.ApplicationID) ([]Attempt, error) {
	r, err := e.reach(ctx, c)
	if err != nil {
		return nil, err
	}
	return e.Store.DeliveryAttempts(ctx, r, id)
}

// Attention returns what needs a person, most urgent first.
func (e *Engine) Attention(ctx context.Context, c recruit.Caller) ([]Cause, error) {
	r, err := e.reach(ctx, c)
	if err != nil {
		return nil, err
	}
	return e.Store.Causes(ctx, r)
}

// RetryCause retries all of one cause; dryRun only counts.
func (e *Engine) RetryCause(ctx context.Context, c recruit.Caller, cause string, dryRun bool) (int, error) {
	r, err := e.reach(ctx, c)
	if err != nil {
		return 0, err
	}
	return e.Store.RetryCause(ctx, r, cause, dryRun, c.Name(), e.Now())
}
