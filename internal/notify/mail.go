package notify

import (
	"time"

	"handoff/internal/recruit"
)

// MailID identifies a mail; it is also the left part of its Message-ID, so
// that a mail server's log can be searched for it.
type MailID string // mail_

// NewMailID returns a fresh identifier.
func NewMailID(now time.Time) MailID { return MailID(recruit.NewID("mail_", now)) }

// Kind says what a mail is about.
type Kind string

const (
	KindConfirmation Kind = "confirmation" // what was submitted, and where it goes
	KindResubmission Kind = "resubmission" // somebody applied again with this address
	KindStage        Kind = "stage"        // a change of stage
)

// Kinds lists all kinds.
func Kinds() []Kind { return []Kind{KindConfirmation, KindResubmission, KindStage} }

// State says where a mail stands; the machine is drawn in doc.go.
type State string

const (
	Waiting   State = "waiting"
	Held      State = "held" // until a person decides
	Sending   State = "sending"
	Sent      State = "sent"
	Kept      State = "kept" // came due without a mail server
	Unknown   State = "unknown"
	Failed    State = "failed"
	Left      State = "left" // unknown, and a person left it so
	Cancelled State = "cancelled"
)

// States lists all states.
func States() []State {
	return []State{Waiting, Held, Sending, Sent, Kept, Unknown, Failed, Left, Cancelled}
}

// Codes of why a mail is where it is. The sentences are in the catalogue.
const (
	ReasonRefused     = "mail_refused"        // the server will not have the message
	ReasonNoMailbox   = "mail_no_mailbox"     // the server refuses the address
	ReasonSender      = "mail_sender_refused" // the server refuses our own address
	ReasonLater       = "mail_later"          // the server asked to come back
	ReasonUnreachable = "mail_unreachable"    // no connection, no greeting, no encryption
	ReasonLogin       = "mail_login_refused"  // the server refuses the user or password
	ReasonUnknown     = "mail_unknown"        // handed over, and no answer
	ReasonGaveUp      = "mail_gave_up"        // two days are over
	ReasonNoServer    = "mail_no_server"      // none is configured
	ReasonSuspicious  = "mail_suspicious"     // until the application was released
	ReasonDiscarded   = "mail_discarded"      // the application was
	ReasonErased      = "mail_erased"         // the application was
	ReasonWithdrawn   = "mail_withdrawn"      // the candidate withdrew
	ReasonSuperseded  = "mail_superseded"     // a later change is told instead
	ReasonTest        = "mail_test_candidate" // never mailed
	ReasonUnwritable  = "mail_unwritable"     // no message can be made of it
)

// Mail is one mail as it is stored: references, never people.
type Mail struct {
	ID          MailID
	Company     recruit.CompanyID
	Application recruit.ApplicationID
	Process     recruit.ProcessID
	Kind        Kind
	Stage       recruit.Stage // that a stage mail tells
	Locale      string
	State       State
	Reason      string
	Code        int // the mail server's last answer, 0 for none
	Attempts    int
	PlannedAt   time.Time
	DueAt       time.Time // while waiting
	EndedAt     time.Time // when it came to an end, zero before
}

// Over tells whether nothing happens to the mail any more by itself.
func (m Mail) Over() bool {
	switch m.State {
	case Sent, Kept, Unknown, Failed, Left, Cancelled:
		return true
	}
	return false
}

// Listed is a mail in the operator's outbox.
type Listed struct {
	Mail
	CompanyName string
	ProcessName string
}

// ShownFor is how long after its end a mail can still be opened in the
// outbox; from then on only its line is there.
const ShownFor = 30 * 24 * time.Hour
