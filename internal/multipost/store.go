package multipost

import (
	"context"
	"time"

	"handoff/internal/recruit"
)

// Claim is a reading that is due.
type Claim struct {
	Complete bool
	// Since is when the last successful reading began; zero before the first.
	Since time.Time
}

// Finished is how a reading ended.
type Finished struct {
	Complete bool
	Began    time.Time
	Failure  string // a kind; empty when it was read
	// Again is when the next one is due, and CompleteAgain, when it is set, the
	// next complete one.
	Again, CompleteAgain time.Time
	Refused              int // ads beyond MaxAds
	Listed               int // ads in it
}

// Change is a decision that is to be kept: the ad, and what becomes of its
// process with it, in one transaction.
type Change struct {
	Decision
	Before Known // what the decision was made of
}

// Reading is how a connection's ads are read.
type Reading struct {
	Connection recruit.ConnectionID
	ATS        string
	State      recruit.ConnectionState
	ReadAt     time.Time // the last successful reading
	CompleteAt time.Time // the last successful complete one
	PushedAt   time.Time
	Due        bool   // one was asked for and is not done
	Error      string // the kind of the last failure; empty when the last one succeeded
	Ads        int    // for us, as kept
	Foreign    int    // for other platforms, as kept
	Refused    int    // beyond MaxAds in the last listing
	Listed     int    // in the last complete listing
	Feed       string // the address of the public feed, when one is read
}

// View is an ad with what its page shows.
type View struct {
	Known
	ATS string // the connector's name
	// Of its process, empty without one.
	ProcessName string
	Details     recruit.Details // of the process as it is now
	Owner       string          // name
	Missing     []string        // before it can be published; the engine's word
	Binding     *recruit.Binding
	// Proposed is the job that its process might be bound to; nil when none is
	// known.
	Proposed *recruit.RemoteJob
}

// Filter narrows a list.
type Filter struct {
	Connection recruit.ConnectionID
	Process    recruit.ProcessID
	Foreign    bool // those for other platforms instead of ours; of a Process, either
	recruit.List
}

// Store is what this engine needs kept. Each method is one transaction; what
// changes something also writes the audit record that says so.
type Store interface {
	// AnyConnection is for the lane, which has no caller.
	AnyConnection(ctx context.Context, id recruit.ConnectionID) (recruit.Connection, error)
	// ClaimAdReading returns the reading that is due for a connection that is
	// usable and whose ATS is one of ats; the first is due at once. A claimed
	// one stays due later, should this run die in it. lane.ErrLost when the
	// fence moved on.
	ClaimAdReading(ctx context.Context, id recruit.ConnectionID, fence int64, ats []string, now time.Time) (Claim, bool, error)
	FinishAdReading(ctx context.Context, id recruit.ConnectionID, f Finished) error
	// AskAds has a complete reading due now and rings the lane.
	AskAds(ctx context.Context, company recruit.CompanyID, id recruit.ConnectionID, now time.Time) error
	AdReadings(ctx context.Context, company recruit.CompanyID) ([]Reading, error)

	// AdKeys returns the keys of a connection's ads that have expired since they
	// were last looked at; or of all.
	AdKeys(ctx context.Context, id recruit.ConnectionID, all bool, now time.Time) ([]string, error)
	// KnownAds returns the ads of a connection with those keys, whole.
	KnownAds(ctx context.Context, id recruit.ConnectionID, keys []string) ([]Known, error)
	// SaveAds keeps decisions and does their acts. It returns the keys of those
	// that were made of what is not so any more, of which nothing was kept.
	// With a fence (not 0) lane.ErrLost when it moved on. A draft is owned by
	// the enabled user of the company whose e-mail the ad names, else by the
	// person who made the connection, else by the first Admin.
	SaveAds(ctx context.Context, id recruit.ConnectionID, fence int64, changes []Change, now time.Time) (moved []string, err error)
	// AdsPushed notes that the ATS pushed.
	AdsPushed(ctx context.Context, id recruit.ConnectionID, refused int, now time.Time) error

	Ads(ctx context.Context, r recruit.Reach, f Filter, limit int) ([]View, error)
	// Ad returns one of them with its rows; ErrNotFound beyond the reach.
	Ad(ctx context.Context, r recruit.Reach, id recruit.AdID) (View, error)
	// SettleAd keeps what a person accepted or dismissed; ErrConflict when the
	// ad is of another revision.
	SettleAd(ctx context.Context, r recruit.Reach, id recruit.AdID, revision int, base recruit.Details, by, how string, now time.Time) error
	// MoveDraft closes a process that was never open, or makes it a draft
	// again; ErrConflict when it is not of state from any more.
	MoveDraft(ctx context.Context, r recruit.Reach, id recruit.AdID, from, to recruit.ProcessState, by string, now time.Time) error
	FirstAdmin(ctx context.Context, c recruit.CompanyID) (recruit.UserID, error)
	Broken(ctx context.Context, id recruit.ConnectionID, reason string, turn recruit.Turn, now time.Time) error
}
