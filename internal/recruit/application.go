package recruit

import "time"

// CV is what is known of a submitted file without opening it.
type CV struct {
	FileName    string // as submitted; a candidate's data
	Size        int64
	SHA256      string // lower-case hex of the plain bytes
	ContentType string // from the content, not from what was claimed
}

// Answer is an applicant's answer to a Question.
type Answer struct {
	QuestionID string `json:"question_id"`
	Label      string `json:"label"` // as it was asked
	Value      string `json:"value"`
}

// Application is one candidate in one process, with the candidate's data as
// submitted.
type Application struct {
	ID             ApplicationID
	Company        CompanyID
	Process        ProcessID
	Candidate      Candidate
	Answers        []Answer
	CV             *CV
	ExternalID     string // the platform's own, given by API
	Locale         string
	Stage          Stage
	StageChangedAt time.Time
	StageChangedBy Actor
	Tag            Tag
	Test           bool
	Suspicious     bool // held back from the ATS until a person looked (a burst)
	ErasedAt       time.Time
	WithdrawnAt    time.Time
	CreatedAt      time.Time
}

// Delivery is the work of getting one application into the ATS.
type Delivery struct {
	Application     ApplicationID
	Company         CompanyID
	Process         ProcessID
	Connection      ConnectionID // empty when not bound
	RemoteJob       RemoteJobID
	State           DeliveryState
	Reason          string // a code of package delivery; the sentence for it is in the catalogue
	VendorCode      string // the ATS's own code, when it gave one
	Turn            Turn
	Attempts        int
	NextAt          time.Time // when it is tried again by itself
	RemoteCandidate RemoteCandidateID
	RemoteApp       RemoteApplicationID
	RemoteURL       string // where the candidate is seen in the ATS
	UpdatedAt       time.Time
}

// TimelineEvent is one line of an application's history. It holds
// identifiers, never a candidate's data.
type TimelineEvent struct {
	At    time.Time
	Kind  string            // e.g. received, delivery.delivered; the sentence is in the catalogue
	Actor string            // candidate, system, a user's or a token's identifier
	Data  map[string]string // arguments of the sentence
}

// Decision is what a candidate decided about one text.
type Decision string

const (
	Given       Decision = "given"
	Refused     Decision = "refused"
	NoStatement Decision = "no_statement" // shown, not answered
	NotAsked    Decision = "not_asked"
	Withdrawn   Decision = "withdrawn"
	// ReadOnly: shown to be read; nothing was asked.
	ReadOnly Decision = "shown"
)

// Purpose separates what a candidate is shown and asked.
type Purpose string

const (
	PurposeClause      Purpose = "clause"       // having read the information clause
	PurposeATSTransfer Purpose = "ats_transfer" // passing the application to the ATS
	PurposeFuture      Purpose = "future_recruitments"
	// Of the ATS's own texts of one job (product decision 14): one record each,
	// TextID and Version being the ATS's.
	PurposeRemoteClause  Purpose = "remote_clause"
	PurposeRemoteConsent Purpose = "remote_consent"
)

// Remote tells whether it is about a text of the ATS's own. Of those an
// application has many; of every other purpose the newest record speaks alone.
func (p Purpose) Remote() bool { return p == PurposeRemoteClause || p == PurposeRemoteConsent }

// Text is one version of a clause or a consent template.
type Text struct {
	ID        TextID
	Version   int
	PL, EN    string
	CreatedAt time.Time
	CreatedBy string
}

// In returns the text in a language: pl or anything else, which is English.
func (t Text) In(locale string) string {
	if locale == "pl" {
		return t.PL
	}
	return t.EN
}

// ConsentRecord is what one candidate was shown and decided, and when. It is
// never changed; a withdrawal is a new record.
type ConsentRecord struct {
	ID          ConsentRecordID
	Application ApplicationID
	Company     CompanyID
	Connection  ConnectionID // for ats_transfer and the ATS's own texts: to which connection
	AccountID   string       // and to which ATS account
	RemoteJob   RemoteJobID  // and to which job
	Purpose     Purpose
	TextID      TextID
	Version     int
	Locale      string
	Text        string // word for word as shown
	SHA256      string // of Text, lower-case hex
	Required    bool   // for remote_consent: as it was shown
	Decision    Decision
	ValidMonths int    // for future_recruitments
	Channel     string // page, api, candidate_page, operator
	// Asserted is set when only the platform says what was shown: the
	// application came by API without the form's signed list.
	Asserted bool
	At       time.Time // the server's clock
}
