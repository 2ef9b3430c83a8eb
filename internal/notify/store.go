package notify

import (
	"context"
	"time"

	"handoff/internal/recruit"
	"handoff/internal/secret"
)

// Work is a mail whose attempt is on disk.
type Work struct {
	Mail
	// Link is the capability that this attempt's words carry: 256 random bits,
	// of which the store keeps the hash.
	Link secret.String
	// Last is when a failure that lets it be tried again ends it instead.
	Last time.Time
}

// Content is what a mail's words are made of, opened for that moment.
type Content struct {
	Mail
	Applied     recruit.Application
	ProcessName string
	CompanyName string
	TimeZone    string // of the company
	ATS         string // the connector's name; empty when not bound
	Delivery    recruit.DeliveryState
	Consents    []recruit.ConsentRecord // newest of each text, in the order asked
	// Resubmitted is when the submission arrived that a resubmission mail is
	// about.
	Resubmitted time.Time
	// Text is the company's own words for a stage in the mail's language;
	// empty for ours.
	Text string
}

// Outcome is how an attempt ended.
type Outcome struct {
	State  State // Sent, Waiting, Failed, Unknown, Cancelled
	Reason string
	Code   int
	Next   time.Time // when it is tried again, for Waiting
	At     time.Time
}

// Opening is an operator's act of reading one mail.
type Opening struct {
	Mail   MailID
	By     string
	Reason string // of a closed list
	At     time.Time
	// Link, when set, becomes a working link to the candidate's page: only a
	// demo does that.
	Link secret.String
}

// Store is what this engine needs kept. Each method is one transaction.
// ErrNotFound where there is none.
type Store interface {
	OwnStore
	RuleStore

	// AdoptMails makes unknown what another run had begun: nobody can say
	// whether its server has it (invariant 2).
	AdoptMails(ctx context.Context, fence int64, now time.Time) (int, error)
	// ClaimMails takes at most n due mails with their attempt on disk. What is
	// not to be mailed after all ends as cancelled on the way, and what may not
	// leave at this hour waits for its own. lane.ErrLost when the fence has
	// moved on.
	ClaimMails(ctx context.Context, fence int64, now time.Time, n int) ([]Work, error)
	// KeepMails ends at most n due mails as kept, under the same conditions,
	// and returns how many it looked at.
	KeepMails(ctx context.Context, fence int64, now time.Time, n int) (int, error)
	// MailContent opens what a mail's words are made of. ErrNotFound once the
	// application was erased.
	MailContent(ctx context.Context, id MailID) (Content, error)
	// SettleMail ends an attempt. lane.ErrLost when it is no longer this
	// fence's (invariant 5).
	SettleMail(ctx context.Context, id MailID, fence int64, o Outcome) error

	// Outbox lists mails, newest first.
	Outbox(ctx context.Context, state State, before MailID, limit int) ([]Listed, error)
	OutboxMail(ctx context.Context, id MailID) (Listed, error)
	// OpenMail writes under the mail's company that an operator reads it, and why.
	OpenMail(ctx context.Context, o Opening) error
	// ResendMail lets a mail whose fate is unknown, or that failed, be sent
	// once more; LeaveMail ends it. ErrConflict in any other state.
	ResendMail(ctx context.Context, id MailID, by string, now time.Time) error
	LeaveMail(ctx context.Context, id MailID, by string, now time.Time) error
}
