package stagesync

import (
	"context"
	"log/slog"
	"time"

	"handoff/internal/connector"
	"handoff/internal/lane"
	"handoff/internal/recruit"
)

// Engine is the package's one entry. It is safe for concurrent use.
type Engine struct {
	Store Store
	Open  Opener
	// Type returns the connector of a name.
	Type func(ats string) (*connector.Type, bool)
	Now  func() time.Time
	Log  *slog.Logger
	// HookURL is the address of a webhook with this end.
	HookURL func(end string) string
}

// Opener makes a Conn for one run of a connection's lane.
type Opener interface {
	OpenConn(ctx context.Context, l *lane.Lease, id recruit.ConnectionID) (*connector.Conn, error)
}

// Stage is a stage in the ATS with what was made of it.
type Stage struct {
	recruit.RemoteStage
	FirstSeenAt, RemovedAt time.Time
	// To and Assigned are the mapping's; Suggested is what its category says,
	// for one that nobody assigned.
	To        Target
	Assigned  bool
	Suggested *Target
}

// Saved is one version of a mapping.
type Saved struct {
	Version   int
	Own       bool // of a process, and not the connection's
	Entries   Mapping
	CreatedBy string
	CreatedAt time.Time
	// ChosenAt is when a person last saved one: before CreatedAt where new
	// sub-statuses followed since.
	ChosenAt time.Time
}

// MappedProcess is a process of a connection, with how its stages are mapped.
type MappedProcess struct {
	ID      recruit.ProcessID
	Name    string
	Job     string // that it is bound to; empty when it is not bound there any more
	Own     bool   // it has a mapping of its own
	Missing int    // stages that the ATS has now and its own does not assign
}

// ProcessFilter narrows a list of them.
type ProcessFilter struct {
	Process recruit.ProcessID
	Own     bool // only those with a mapping of their own
	Query   string
	recruit.List
}

// Store is what this engine needs kept. Each method is one transaction.
type Store interface {
	HookStore
	// SyncModule returns the module of a connection, as Defaults when it was
	// never switched on, with the connection's ATS and state.
	SyncModule(ctx context.Context, c recruit.CompanyID, id recruit.ConnectionID) (m Module, ats string, state recruit.ConnectionState, err error)
	// Tracked counts the applications that a module follows: it looks at each.
	Tracked(ctx context.Context, m Module) (int, error)
	// SaveSync stores the settings. Switched on anew it has the stages read at
	// once and follows applications from now. While the schedule stays the same,
	// so does the next run: one whose time has passed is still to come.
	SaveSync(ctx context.Context, m Module, by string, now time.Time) error
	// RemoteStages returns the stages as last read, removed ones at the end, in
	// the ATS's order, with those that only a candidate showed. One that the ATS's
	// list lacks is removed once nobody stands on it who waits for its assignment.
	RemoteStages(ctx context.Context, c recruit.CompanyID, id recruit.ConnectionID) ([]Stage, error)
	// StageMapping returns the newest mapping; that of a process where it has
	// one of its own, and process is named.
	StageMapping(ctx context.Context, c recruit.CompanyID, id recruit.ConnectionID, p recruit.ProcessID) (Saved, error)
	// MappedProcesses returns those that are bound to a connection, or have a
	// mapping of their own there; these first, and the newest.
	MappedProcesses(ctx context.Context, c recruit.CompanyID, id recruit.ConnectionID, f ProcessFilter, limit int) ([]MappedProcess, error)
	// SaveMapping stores a version and begins a run that stands everybody by it.
	// None at all gives a process the connection's back; it changes nothing where
	// it has that. A process that never was bound to the connection is refused
	// with process_not_bound, and any mapping while the module is off with
	// stage_sync_off. Saved again as it is, a mapping stays the same version.
	SaveMapping(ctx context.Context, c recruit.CompanyID, id recruit.ConnectionID, p recruit.ProcessID, m Mapping, r Run) error
	// FollowedHistories returns the histories of followed applications after a
	// cursor, in order, and the next cursor; empty at the end.
	FollowedHistories(ctx context.Context, c recruit.CompanyID, id recruit.ConnectionID, p recruit.ProcessID, cursor string, limit int) ([]History, string, error)

	// StartRun begins a run over all jobs that are followed, or returns the one
	// that is under way and does the same; one that only looks takes the place of
	// another such, and is refused with sync_running beside one that moves. A
	// module that is off and a connection that cannot be used are refused with
	// stage_sync_off, but for a reconciliation, and connection_not_ready.
	StartRun(ctx context.Context, r Run) (Run, error)
	SyncRun(ctx context.Context, c recruit.CompanyID, id recruit.SyncRunID) (Run, error)
	SyncRuns(ctx context.Context, c recruit.CompanyID, id recruit.ConnectionID, limit int) ([]Run, error)
	SyncItems(ctx context.Context, c recruit.CompanyID, id recruit.SyncRunID, l recruit.List) (recruit.Page[Item], error)

	// Reconciliation counts both sides of a connection.
	Reconciliation(ctx context.Context, c recruit.CompanyID, id recruit.ConnectionID) (Reconciliation, error)
	// AbsentApplications returns those that are gone, in order, without those of
	// whom a person said that it is meant.
	AbsentApplications(ctx context.Context, c recruit.CompanyID, id recruit.ConnectionID, l recruit.List) (recruit.Page[Absent], error)

	// ClaimStageList says whether the stages are due to be read.
	ClaimStageList(ctx context.Context, id recruit.ConnectionID, fence int64, now time.Time) (due bool, err error)
	// SaveStages keeps a complete list, or that it could not be read.
	SaveStages(ctx context.Context, id recruit.ConnectionID, fence int64, list []recruit.RemoteStage, failure string, again, now time.Time) error
	// BeginDaily begins the daily run that is due, if one is.
	BeginDaily(ctx context.Context, id recruit.ConnectionID, fence int64, now time.Time) error
	// ClaimPolls claims at most n jobs that are due.
	ClaimPolls(ctx context.Context, id recruit.ConnectionID, fence int64, now time.Time, n int) ([]Poll, error)
	// SavePoll keeps what a reading of a job said, and when the job is due again.
	SavePoll(ctx context.Context, fence int64, p Poll, r Reading) error
	// Freshness counts the changes that were learned of since a moment, and
	// those known within a time of their making; where the ATS does not say when
	// that was, of the last reading that lacked them.
	Freshness(ctx context.Context, c recruit.CompanyID, id recruit.ConnectionID, since time.Time, within time.Duration) (Freshness, error)
	// Loads returns what reading each job of a connection costs.
	Loads(ctx context.Context, id recruit.ConnectionID, now time.Time) ([]Load, error)
	// Refold does the next part, of at most n applications, of a run that stands
	// them by a new mapping; it returns how many it did.
	Refold(ctx context.Context, id recruit.ConnectionID, fence int64, now time.Time, n int) (done int, err error)
}

// Trigger says what began a run.
type Trigger string

const (
	TriggerSchedule Trigger = "schedule"
	TriggerManual   Trigger = "manual"
	TriggerBackfill Trigger = "backfill"
	TriggerMapping  Trigger = "mapping" // another mapping was saved: the ATS is not asked
	// TriggerReconciliation looks whether everybody is there: a dry run that
	// keeps who is.
	TriggerReconciliation Trigger = "reconciliation"
)

// Run is one pass over all that is followed.
type Run struct {
	ID         recruit.SyncRunID
	Company    recruit.CompanyID
	Connection recruit.ConnectionID
	Process    recruit.ProcessID // whose own mapping was saved; empty for all
	Trigger    Trigger
	DryRun     bool
	Mails      bool   // of TriggerMapping: whoever moves is mailed, by the company's rules
	State      string // running, done, failed
	// Total and Done count jobs, or applications of a run that TriggerMapping
	// began.
	Total, Done int
	Counts
	Error string // kind of the last failure, or why it was ended before its end
	// Waits is the kind of failure after which a job is tried again at Until,
	// while it runs.
	Waits      string
	Until      time.Time
	StartedBy  string
	StartedAt  time.Time
	FinishedAt time.Time
}

// Why a run ended before all was read.
const (
	EndedOvertaken = "overtaken"      // by one that does more, or looks at something else
	EndedOff       = "stage_sync_off" // the module was switched off
)

// Counts are applications by what became of them.
type Counts struct{ Moved, Unchanged, Unmapped, Gone, Failed int }

// Result says what a run did with one application.
type Result string

const (
	ResultMoved     Result = "moved"
	ResultUnchanged Result = "unchanged"
	ResultUnmapped  Result = "unmapped"
	ResultGone      Result = "gone"
	ResultFailed    Result = "failed"
)

// Item is one application of a run; unchanged ones are counted alone.
type Item struct {
	Application recruit.ApplicationID
	RemoteStage string // the ATS's own name
	From, To    recruit.Stage
	Result      Result
	Reason      string
}

// Poll is one job to be read.
type Poll struct {
	Connection recruit.ConnectionID
	Company    recruit.CompanyID
	Job        recruit.RemoteJobID
	Tracked    []connector.Tracked
	// SeenAt is when the job was last read as a whole: until then what stood on
	// a stage was seen to stand there.
	SeenAt   time.Time
	Run      recruit.SyncRunID // empty outside of a run
	DryRun   bool
	Backfill bool
	Presence bool // only whether everybody is there is kept
	Attempts int  // that failed in a row
}

// Reading is what a job's reading said.
type Reading struct {
	At      time.Time // when it began: what it says was so then, or later
	Rows    int
	Changed []Read // that are not where they were last read, or of whom it was not told
	Untold  int    // of these, of whom it was not told
	Same    int    // that are
	// Settle is how long after a delivery the ATS's listings may lack it.
	Settle time.Duration
	// Failure is the kind of what went wrong; then nothing else is set but Retry,
	// and Turn for an ATS that only asked to wait.
	Failure string
	Turn    bool
	// Busy and Still are when the job is due again, by whether much happens
	// there; Retry after a failure.
	Busy, Still, Retry time.Duration
}

// Read is where one application was read to stand.
type Read struct {
	connector.Tracked
	connector.StageRead
	Untold bool // the ATS did not tell: nothing of StageRead is set
}
