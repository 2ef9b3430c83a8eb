package integration

import (
	"context"
	"time"

	"handoff/internal/connector"
	"handoff/internal/recruit"
)

// Stored is a credential as it is kept.
type Stored struct {
	connector.Credential
	// Generation grows with each credential; what a refresh brings is stored
	// only onto the generation that it started from, so that a new login wins.
	Generation int64
	// Account is the ATS account that the connection opens with it, as far as
	// that is known.
	Account    string
	ObtainedAt time.Time
	// RefreshStartedAt is set while a refresh is under way, and stays when its
	// outcome is not known.
	RefreshStartedAt time.Time
}

// StoredLink is an authorization link as it is kept: hashes of its secrets.
type StoredLink struct {
	LinkHash, StateHash, BrowserHash string
	Company                          recruit.CompanyID
	Connection                       recruit.ConnectionID
	ATS, Starter                     string
	ByAPI, SwitchAccount             bool
	ReturnURL, RedirectURI           string
	CreatedAt, ExpiresAt, UsedAt     time.Time
}

// Task is a reading of the ATS that is due.
type Task string

const (
	TaskJobs    Task = "jobs"
	TaskSources Task = "sources"
	TaskCheck   Task = "check" // of the connection itself, by night
)

// Waiting is a credential that waits beside the one in use.
type Waiting struct {
	connector.Credential
	SavedAt time.Time
}

// Failed is how a reading failed; the zero value is that it did not.
type Failed struct {
	Kind string // of package connector
	Code string // the connector's, when it has one
}

// Removal is a test candidate that is still to be removed.
type Removal struct {
	recruit.TestRun
	PushFrom time.Time
	Attempts int
}

// Store is what this engine needs kept. Each method is one transaction.
type Store interface {
	InsertConnection(ctx context.Context, c recruit.Connection, cred *connector.Credential, template recruit.Text, actor string) error
	Connections(ctx context.Context, company recruit.CompanyID) ([]View, error)
	Connection(ctx context.Context, company recruit.CompanyID, id recruit.ConnectionID) (View, error)
	// AnyConnection is Connection for the lane, which has no caller.
	AnyConnection(ctx context.Context, id recruit.ConnectionID) (recruit.Connection, error)
	ReplaceCredential(ctx context.Context, company recruit.CompanyID, id recruit.ConnectionID, cred connector.Credential, actor string, now time.Time) error
	Disconnect(ctx context.Context, company recruit.CompanyID, id recruit.ConnectionID, actor string, now time.Time) error
	SetScope(ctx context.Context, company recruit.CompanyID, id recruit.ConnectionID, scope, actor string, now time.Time) error

	// SaveNext keeps a credential, and what its Admin said of its scope, beside
	// the one in use, in place of any that waited.
	SaveNext(ctx context.Context, company recruit.CompanyID, id recruit.ConnectionID, cred connector.Credential, scope, actor string, now time.Time) error
	// Next returns the credential that waits; ErrNotFound when none does.
	Next(ctx context.Context, id recruit.ConnectionID) (Waiting, error)
	// DiscardNext forgets it.
	DiscardNext(ctx context.Context, company recruit.CompanyID, id recruit.ConnectionID, actor string, now time.Time) error
	// Promote puts what waits since savedAt, with what it was exchanged for, in
	// the place of the credential in use; ok is false when another waits by now.
	Promote(ctx context.Context, id recruit.ConnectionID, savedAt time.Time, cred connector.Credential, now time.Time) (ok bool, err error)

	Credential(ctx context.Context, id recruit.ConnectionID) (Stored, error)
	// StartRefresh has an attempt on disk before it is sent; ok is false when
	// the generation has moved on.
	StartRefresh(ctx context.Context, id recruit.ConnectionID, generation int64, now time.Time) (ok bool, err error)
	// FinishRefresh stores the answer onto its generation; ok as above.
	FinishRefresh(ctx context.Context, id recruit.ConnectionID, generation int64, cred connector.Credential, now time.Time) (ok bool, err error)
	// AbandonRefresh says that nothing was sent after all.
	AbandonRefresh(ctx context.Context, id recruit.ConnectionID, generation int64) error

	InsertLink(ctx context.Context, l StoredLink) error
	Link(ctx context.Context, linkHash string) (StoredLink, error)
	// FollowLink binds a link to a browser and a state; ErrNotFound when it
	// was followed before or is too old.
	FollowLink(ctx context.Context, linkHash, browserHash, stateHash string, now time.Time) (StoredLink, error)
	// TakeState returns the link that a state belongs to and uses the state
	// up; ErrNotFound when it was used or is too old.
	TakeState(ctx context.Context, stateHash string, now time.Time) (StoredLink, error)
	// Authorized stores what an authorization brought. With another account
	// than before, bindings become untested and work is held.
	Authorized(ctx context.Context, l StoredLink, cred connector.Credential, account recruit.Account, switched bool, now time.Time) error
	Confirmed(ctx context.Context, company recruit.CompanyID, id recruit.ConnectionID, actor string, now time.Time) error

	// Checked keeps what a Check said: the account, and connected or broken.
	Checked(ctx context.Context, id recruit.ConnectionID, account recruit.Account, now time.Time) error
	// StillOpen keeps that a connection in use was looked at and opens its account.
	StillOpen(ctx context.Context, id recruit.ConnectionID, account recruit.Account, now time.Time) error
	// Offer keeps the accounts of which a person has to choose one.
	Offer(ctx context.Context, id recruit.ConnectionID, accounts []recruit.Account) error
	// ChooseAccount keeps the choice; Problem account_in_use as Checked.
	ChooseAccount(ctx context.Context, company recruit.CompanyID, id recruit.ConnectionID, a recruit.Account, actor string, now time.Time) error
	// SaveReport keeps what a Check said, and when the next one is due.
	SaveReport(ctx context.Context, id recruit.ConnectionID, checks []recruit.TestCheck, next, now time.Time) error
	// TimeZone is that of the company that the connection belongs to.
	TimeZone(ctx context.Context, id recruit.ConnectionID) (string, error)
	Broken(ctx context.Context, id recruit.ConnectionID, reason string, turn recruit.Turn, now time.Time) error

	InsertTestRun(ctx context.Context, r recruit.TestRun) error
	TestRun(ctx context.Context, company recruit.CompanyID, id recruit.TestRunID) (recruit.TestRun, error)
	// ClaimTestRuns returns waiting runs, now running under the fence, and
	// ends those that a run that died left.
	ClaimTestRuns(ctx context.Context, id recruit.ConnectionID, fence int64, now time.Time, n int) ([]recruit.TestRun, error)
	// SaveTestRun keeps a run's progress; lane.ErrLost when the fence moved on.
	SaveTestRun(ctx context.Context, r recruit.TestRun, fence int64, pushing bool, removal string, removalAt time.Time) error
	ClaimRemovals(ctx context.Context, id recruit.ConnectionID, fence int64, now time.Time, n int) ([]Removal, error)
	SettleRemoval(ctx context.Context, r Removal, fence int64, removal string, again time.Time) error

	// AskTask has a reading done now; actor is who asked for it.
	AskTask(ctx context.Context, company recruit.CompanyID, id recruit.ConnectionID, task Task, actor string, now time.Time) error
	ClaimTasks(ctx context.Context, id recruit.ConnectionID, fence int64, now time.Time, n int) ([]Task, error)
	// FinishTask keeps a reading's outcome and when it is due again (zero: when asked).
	FinishTask(ctx context.Context, id recruit.ConnectionID, task Task, failed Failed, again, now time.Time) error
	// ClaimWatches returns at most n bound jobs of which something is due, with
	// late only those whose texts applicants can soon not be shown any more. One
	// that nothing is bound or on its way to is due no more.
	ClaimWatches(ctx context.Context, id recruit.ConnectionID, fence int64, now time.Time, n int, late bool) ([]Watch, error)
	// SaveLook keeps a visit's outcome, and bindings and held work follow it:
	// broken with its reason, or exactly what was held for such a reason goes
	// on. lane.ErrLost when the fence moved on. Of a job that nothing is bound
	// to, only the job itself is kept.
	SaveLook(ctx context.Context, id recruit.ConnectionID, fence int64, k Look, now time.Time) error
	Watch(ctx context.Context, company recruit.CompanyID, id recruit.ConnectionID, job recruit.RemoteJobID) (Watch, error)
	// BoundJobs returns, as last known, the jobs that a process is bound to or
	// that work is held for.
	BoundJobs(ctx context.Context, id recruit.ConnectionID) ([]recruit.RemoteJob, error)
	// SaveJobs keeps a complete listing, to which jobs that were found out of
	// reach (Shared false) are added. Jobs that it lacks are marked gone, never
	// when nothing was listed; bindings and held work follow what it says. What
	// is known of consents and the listing does not tell stays known.
	SaveJobs(ctx context.Context, id recruit.ConnectionID, jobs []recruit.RemoteJob, now time.Time) error
	// SaveSources keeps a complete listing. When a person asked for it and
	// exactly one is suggested, that one is chosen at once, unless one of the
	// list is chosen already.
	SaveSources(ctx context.Context, id recruit.ConnectionID, sources []recruit.Source, now time.Time) error
	RemoteJobs(ctx context.Context, company recruit.CompanyID, id recruit.ConnectionID) ([]recruit.RemoteJob, error)
	RemoteSources(ctx context.Context, company recruit.CompanyID, id recruit.ConnectionID) ([]recruit.Source, error)
	SelectSource(ctx context.Context, company recruit.CompanyID, id recruit.ConnectionID, s *recruit.Source, actor string, now time.Time) error
	SaveAdFeed(ctx context.Context, company recruit.CompanyID, id recruit.ConnectionID, address, actor string, now time.Time) error
	SaveTemplate(ctx context.Context, company recruit.CompanyID, id recruit.ConnectionID, pl, en, actor string, now time.Time) (recruit.Text, error)

	// Names for the link's page.
	CompanyName(ctx context.Context, id recruit.CompanyID) (string, error)
	ActorName(ctx context.Context, company recruit.CompanyID, actor string) (string, error)
}
