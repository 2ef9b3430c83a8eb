package atstest

import (
	"testing"
	"time"

	"handoff/internal/connector"
	"handoff/internal/recruit"
)

// Target is a connector with the simulator of its ATS.
type Target struct {
	Type *connector.Type
	// Start makes a fresh account and ends it with t. It is called from
	// chapters, several at a time in one process.
	Start func(t testing.TB, o Options) Remote
	// Variations are the readings of what the vendor leaves open, one switch
	// turned in each; Mix returns several turned at once, chosen by seed.
	Variations []Variation
	Mix        func(seed uint64) Variation
	// Differences are the chapters that this ATS cannot pass.
	Differences []Difference
}

// Options of a fresh account.
type Options struct {
	Variation Variation
	// Limits switches the vendor's rate limits on; they are off otherwise,
	// because a chapter that is not about them should not wait for them.
	Limits bool
}

// Variation is a setting of the simulator's switches. The zero value is the
// defaults.
type Variation struct {
	Name  string
	Value any // known to Start
}

// Difference says why a chapter cannot be passed.
type Difference struct {
	Chapter string
	Reason  string
}

// JobKind names a job that a chapter needs.
type JobKind int

const (
	JobOpen  JobKind = iota
	JobOther         // open too
	JobClosed
	JobDenied  // there, but not for this credential
	JobUnknown // an id that was never given
	// JobBare is open, and has no consent assigned. It is asked for only where
	// the ATS has consents per job (Type.ConsentPerJob); there, JobOpen has a
	// clause, a required consent and an optional one.
	JobBare
)

// Remote is one account of a simulated ATS, as the suite drives it. Its methods
// are safe for concurrent use and end the test when they cannot do their work.
type Remote interface {
	// Settings name the ATS, the platform (PlatformName is the label of one
	// of its sources) and a chosen source.
	Settings() connector.Settings
	// Login returns what the host holds after connecting in one way.
	Login(t testing.TB, auth connector.Auth) connector.Credential
	// Now is the ATS's clock; Pass moves it and returns once the ATS has
	// finished what it was doing for clients that are gone.
	Now() time.Time
	Pass(d time.Duration)

	Job(kind JobKind) recruit.RemoteJobID
	AddJobs(n int)
	// Jobs is every job that a listing must hold, with whether it is open.
	Jobs() map[recruit.RemoteJobID]bool
	DropSource()

	// AddCandidate puts somebody on a job whom the connector did not send.
	AddCandidate(c Other) recruit.RemoteCandidateID
	// PutFile attaches a file to an application, as a recruiter would.
	PutFile(job recruit.RemoteJobID, c recruit.RemoteCandidateID, name string, data []byte)
	// Held is what stands on a job now.
	Held(job recruit.RemoteJobID) []Held
	Delete(c recruit.RemoteCandidateID)

	// Fault spoils calls; Heal forgets all faults. Misbehave spoils a share of
	// all calls but those for tokens, in ways that a patient client survives.
	Fault(f Fault)
	Heal()
	Misbehave(seed uint64, share float64)
	// Answer gives the next call this answer and does nothing.
	Answer(status int, header map[string]string, body string)
	// Expire ends all access tokens; Withdraw ends the credential itself.
	Expire()
	Withdraw()
	// Lag is how long listings do not show what was created.
	Lag(d time.Duration)

	// Calls is the journal since the start.
	Calls() []Call
}

// Other is a candidate that came another way.
type Other struct {
	Job       recruit.RemoteJobID
	Email     string
	Tags      []string
	OurSource bool // under the chosen source, as if by this platform
}

// Held is one application as the ATS holds it.
type Held struct {
	Candidate           recruit.RemoteCandidateID
	Application         recruit.RemoteApplicationID
	FirstName, LastName string
	Email, Phone        string
	LinkedIn            string
	Tags                []string
	Source              string // label
	Status              string
	Files               []File
	// Consents are the decisions that came with it, by the connector's id of
	// the text; what was not stated is not there.
	Consents map[string]recruit.Decision
}

// File is an attachment of an application.
type File struct {
	Name, SHA256 string
	Size         int
}

// Call is one request as the ATS saw it.
type Call struct {
	Method, Template string
	Target           string // path and query as received
	Status           int    // 0 when no answer was sent
	Worked           bool   // the work was done, whatever was answered
	Limited          bool   // refused by a limit
}

// Fault spoils calls. Nth counts all calls from the moment it was set, from 1;
// 0 strikes every call. Method narrows it; Delay is by the ATS's clock.
type Fault struct {
	Kind   FaultKind
	Nth    int
	Method string
	Status int
	Delay  time.Duration
}

// FaultKind is a way in which a call goes wrong. Before: nothing was done.
// After: the work was done.
type FaultKind string

const (
	StatusBefore FaultKind = "status_before"
	StatusAfter  FaultKind = "status_after"
	DropBefore   FaultKind = "drop_before"
	DropAfter    FaultKind = "drop_after"
	Slow         FaultKind = "delay_before" // works after its client has gone
	Swallow      FaultKind = "swallow"      // works, and never answers
	Expired      FaultKind = "expired_401"
	HTML         FaultKind = "html"
	Empty        FaultKind = "empty_200"
	Truncated    FaultKind = "truncated"
)
