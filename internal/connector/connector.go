package connector

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"time"

	"handoff/internal/recruit"
	"handoff/internal/secret"
)

// Op names one endpoint of the vendor: what is paced, measured and logged is
// the operation and the template, never a URL.
type Op struct {
	Name     string // e.g. "create"
	Template string // e.g. "/jobs/{jobId}/candidates"
}

// Transport sends requests for a connector. It paces them by the Type's
// limits, refuses forbidden addresses, bounds answers (Body stops with an
// error past the limit), keeps URLs and bodies out of errors, and asks the
// host just before each first byte whether it may still be sent. It follows
// no redirects and never repeats.
//
// It returns an *Error of kind Unavailable when nothing was sent, RateLimited
// when nothing was sent because a limit is being waited out, Stopped when the
// host said no, and Unanswered for everything after the dial.
type Transport interface {
	Do(op Op, req *http.Request) (*http.Response, error)
}

// Tokens lends the current credential.
type Tokens interface {
	// Current returns the credential, refreshed when it is about to expire.
	Current(ctx context.Context) (Credential, error)
	// Renew replaces a credential whose access token was refused with 401. It
	// returns ErrNoRenewal where nothing can be renewed (a key), and refreshes
	// once however many callers found the same token refused.
	Renew(ctx context.Context, refused secret.String) (Credential, error)
}

// Env is what the host lends.
type Env struct {
	HTTP   Transport
	Tokens Tokens
	Log    *slog.Logger // identifiers only
	Now    func() time.Time
}

// Connector is the core that every connector has. All methods of all
// capabilities are safe for concurrent use and return only *Error.
type Connector interface {
	// Check looks whether the credential opens the account with the rights
	// that are needed, and says whose account it is. Its checks are named
	// credential, rights and source. It creates nothing.
	Check(ctx context.Context) (Report, error)
}

// Report is the outcome of Check and of Preflight: checks of recruit's names,
// in order. An error beside it means that the question could not be asked.
type Report struct {
	Account recruit.Account
	// Accounts is set instead of Account when the credential opens several and
	// none of them is chosen (Settings.Account): rights then fails with
	// CodeChooseAccount.
	Accounts []recruit.Account
	Checks   []recruit.TestCheck
}

// Passed tells whether no check failed.
func (r Report) Passed() bool {
	for _, c := range r.Checks {
		if c.State == recruit.CheckFailed {
			return false
		}
	}
	return true
}

// Jobs lists the jobs of the account.
type Jobs interface {
	// ListJobs returns all of them, or an error: never a part.
	ListJobs(ctx context.Context) ([]recruit.RemoteJob, error)
}

// Preflighter looks at one job before it is bound, tested or sent to.
type Preflighter interface {
	// Preflight returns the job as it is now and the checks job_open and
	// consent_assigned; job_open is a warning when the job's form asks for what
	// we may not have. Forbidden and Gone say that it is out of reach.
	Preflight(ctx context.Context, job recruit.RemoteJobID) (recruit.RemoteJob, []recruit.TestCheck, error)
}

// Sources lists the account's sources.
type Sources interface {
	// ListSources returns all of them, the one whose label equals the
	// platform's name marked as suggested.
	ListSources(ctx context.Context) ([]recruit.Source, error)
}

// Consents lists the clauses and consents that the ATS attaches to one job.
type Consents interface {
	// RemoteConsents returns all of them, in the ATS's order, or an error:
	// never a part, because a required one that is not shown is one that
	// nobody was asked.
	RemoteConsents(ctx context.Context, job recruit.RemoteJobID) ([]recruit.RemoteConsent, error)
}

// Ads lists the job ads that the ATS multiposts to the platform.
type Ads interface {
	// ListAds returns the rows that changed at since or later, or, when since is
	// zero, all that are live; in no order, an ad of several regions as several
	// rows. It returns an error, never a part. Rows for another portal come
	// marked (RemoteAd.Foreign), and one without a title with an empty one: what
	// to make of them is the host's decision.
	ListAds(ctx context.Context, since time.Time) ([]recruit.RemoteAd, error)
}

// CVFile is a CV that can be read again from the start.
type CVFile struct {
	Name        string
	ContentType string
	Size        int64
	SHA256      string // lower-case hex
	Open        func() (io.ReadCloser, error)
}

// Submission is one application to push.
type Submission struct {
	Application recruit.ApplicationID
	Job         recruit.RemoteJobID
	Candidate   recruit.Candidate
	Tag         recruit.Tag
	CV          *CVFile
	Note        string
	Locale      string
	Test        bool
	// Consents are the decisions on the job's own texts, where the ATS has
	// any. One of NoStatement is sent as such, or left out where the ATS knows
	// silence by absence. A Test without them gives what is required and leaves
	// the rest unsaid: its candidate is nobody.
	Consents []recruit.RemoteDecision
}

// Receipt is how far a push has come. It is recorded after each step, so that
// the next attempt resumes instead of repeating.
type Receipt struct {
	Candidate   recruit.RemoteCandidateID
	Application recruit.RemoteApplicationID
	Attachment  recruit.RemoteAttachmentID
	URL         string // where a person sees the candidate in the ATS
	// CVDone is set when the CV is there, byte for byte, or there is none.
	CVDone bool
	// Complete is set when every step is done.
	Complete bool
}

// Record stores a receipt. An error from it stops the push at once and is
// returned as it is: the work is not ours any more, or must not go on.
type Record func(Receipt) error

// Pusher carries applications into the ATS.
type Pusher interface {
	// Push goes on from done, which is empty on the first attempt, and calls
	// record after each step, the last included. When done names a candidate
	// it looks at what is attached before it attaches. It never creates a
	// second candidate application for a receipt that names a candidate. An
	// error of kind Unanswered means that the step after the last recorded one
	// may or may not have happened.
	Push(ctx context.Context, s Submission, done Receipt, record Record) error
}

// Wanted is an application whose outcome is looked up.
type Wanted struct {
	Application recruit.ApplicationID
	Tag         recruit.Tag
	Email       string
	// From and To are the window in which attempts were in flight.
	From, To time.Time
}

// Found is what the ATS holds of one wanted application.
type Found struct {
	Match       Match
	Candidate   recruit.RemoteCandidateID
	Application recruit.RemoteApplicationID
	URL         string
}

// Match says how something was found. The zero value means it was not.
type Match int

const (
	Absent    Match = iota
	Ours            // by our tag, or by e-mail inside the window with our source
	Existing        // the same e-mail, but not by us: linked, nothing overwritten
	Ambiguous       // several, none with our tag: a person decides
)

// Finder looks up what the ATS holds.
type Finder interface {
	// Find lists the job once and answers for all wanted, keyed by
	// Application. It compares tag and case-folded e-mail on our side; no
	// e-mail enters a URL. It returns an error rather than a part, and
	// nothing about anybody else. Absent is believed by the engine only when
	// Find started late enough (Limits.Settle).
	Find(ctx context.Context, job recruit.RemoteJobID, wanted []Wanted) (map[recruit.ApplicationID]Found, error)
}

// Remover removes a test candidate.
type Remover interface {
	// Remove deletes the candidate if it carries tag and has no assignment
	// but the one to job. It returns nil when it is gone already, and an
	// *Error with Code NOT_OURS when it is not the run's own.
	Remove(ctx context.Context, c recruit.RemoteCandidateID, job recruit.RemoteJobID, tag recruit.Tag) error
}

// ReadBack is what a test shows of its candidate as the ATS holds it.
type ReadBack struct {
	Source  string // label
	Status  string // the ATS's own word
	CVBytes int64
	CVSHA   string
	// CVHidden says that the ATS shows no file, so that CVBytes and CVSHA are
	// empty and say nothing.
	CVHidden bool
}

// Reader reads a pushed application back.
type Reader interface {
	ReadBack(ctx context.Context, r Receipt, job recruit.RemoteJobID) (ReadBack, error)
}

// Conn is a connector with its capabilities resolved once. A nil capability
// is one that the ATS does not have.
type Conn struct {
	Type *Type
	// Settle is how long after an unanswered request its absence in a listing
	// may be believed: the Type's, or the operator's own (HANDOFF_…_SETTLE).
	Settle  time.Duration
	Core    Connector
	Jobs    Jobs
	Flight  Preflighter
	Sources Sources
	Push    Pusher
	Find    Finder
	Remove  Remover
	Read    Reader
	// Consents is nil where the ATS attaches no texts to a job.
	Consents Consents
	// Ads is nil where the ATS multiposts nothing.
	Ads Ads
	// Stages and Hooks are nil where the ATS tells no stages, and sends nothing.
	Stages Stages
	Hooks  Webhooks
}

// Open makes a Conn.
func Open(t *Type, s Settings, env Env) (*Conn, error) {
	core, err := t.Open(s, env)
	if err != nil {
		return nil, err
	}
	c := &Conn{Type: t, Settle: t.Limits.Settle(), Core: core}
	c.Jobs, _ = core.(Jobs)
	c.Flight, _ = core.(Preflighter)
	c.Sources, _ = core.(Sources)
	c.Push, _ = core.(Pusher)
	c.Find, _ = core.(Finder)
	c.Remove, _ = core.(Remover)
	c.Read, _ = core.(Reader)
	c.Consents, _ = core.(Consents)
	c.Ads, _ = core.(Ads)
	c.Stages, _ = core.(Stages)
	c.Hooks, _ = core.(Webhooks)
	return c, nil
}
