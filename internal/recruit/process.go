package recruit

import "time"

// ProcessState is the life of a process. The zero value means unknown.
type ProcessState string

const (
	ProcessDraft  ProcessState = "draft"
	ProcessOpen   ProcessState = "open"
	ProcessClosed ProcessState = "closed"
)

// Origin says where a process came from.
type Origin string

const (
	OriginManual      Origin = "manual"
	OriginMultiposted Origin = "multiposted"
)

// Salary is a range for one contract. Basis follows from the contract: net
// (+ VAT) for b2b, gross otherwise.
type Salary struct {
	Contract string `json:"contract"` // b2b, employment, mandate
	From     int    `json:"from"`     // whole units of Currency
	To       int    `json:"to"`
	Currency string `json:"currency"` // ISO 4217
	Basis    string `json:"basis"`    // net or gross
	Period   string `json:"period"`   // hour, day, month, year
}

// SalaryBasis returns the basis in which a contract's pay is told.
func SalaryBasis(contract string) string {
	if contract == "b2b" {
		return "net"
	}
	return "gross"
}

// Details is the first step of editing a process: the job as the candidate
// reads it.
type Details struct {
	Name             string   `json:"name"`
	Description      string   `json:"description"` // plain text or sanitised HTML
	Cities           []string `json:"cities"`
	WorkMode         string   `json:"work_mode"` // onsite, hybrid, remote
	Contracts        []string `json:"contracts"`
	Role             string   `json:"role"`         // a slug of the vocabulary
	Technologies     []string `json:"technologies"` // at least three to publish
	Salaries         []Salary `json:"salaries"`
	SalaryVisibility string   `json:"salary_visibility"` // public, match_only, undisclosed
	MinExperience    int      `json:"min_experience"`    // 0 to 10
	Languages        []string `json:"languages"`
	Benefits         []string `json:"benefits"`
}

// Question is one that the company asks an applicant.
type Question struct {
	ID       string `json:"id"`
	Label    string `json:"label"`
	Required bool   `json:"required"`
	Kind     string `json:"kind"` // text, yes_no
}

// Customization is the step *Process Customization*: what the candidate meets.
type Customization struct {
	Questions    []Question `json:"questions"`
	CVRequired   bool       `json:"cv_required"` // otherwise a CV or a LinkedIn link
	Intro        string     `json:"intro"`       // above the form
	ThankYou     string     `json:"thank_you"`   // after applying
	AccentColour string     `json:"accent_colour"`
	// FutureMonths is the validity of the consent for future recruitments, in
	// months; 0 asks for none.
	FutureMonths int `json:"future_months"`
}

// Process is a recruitment process on the platform.
type Process struct {
	ID            ProcessID
	Company       CompanyID
	Owner         UserID
	Slug          string // of the public page
	State         ProcessState
	Origin        Origin
	Details       Details
	Customization Customization
	Revision      int // raised by each save; a save against an older one is refused
	CreatedAt     time.Time
	UpdatedAt     time.Time
	PublishedAt   time.Time
	ClosedAt      time.Time
}

// BindingState says whether candidates can go where the binding points.
type BindingState string

const (
	BindingOK       BindingState = "ok"       // a test passed, or a candidate went in
	BindingUntested BindingState = "untested" // since it was made or its account changed
	BindingBroken   BindingState = "broken"   // Reason says why
)

// Binding says that a process sends its candidates to one job in the ATS.
type Binding struct {
	Process        ProcessID
	Company        CompanyID
	Connection     ConnectionID
	RemoteJob      RemoteJobID
	RemoteJobTitle string
	State          BindingState
	Reason         string // a code, when broken
	CreatedAt      time.Time
}

// RemoteJob is a job in the ATS as it was last read.
type RemoteJob struct {
	ID              RemoteJobID
	Title           string
	Reference       string
	Status          string // the ATS's own word
	Open            bool
	Shared          *bool // nil where the ATS knows no sharing
	ConsentAssigned *bool // nil where the ATS has no consent per job, or it was not asked yet
	// ConsentKnownAt is when ConsentAssigned was last seen: a listing need not
	// tell, and then what was known stands.
	ConsentKnownAt time.Time
	BlockedReason  string
	Location       string
	RefreshedAt    time.Time
}

// Source is the ATS's record of where candidates come from.
type Source struct {
	ID        string `json:"id"`              // unique in the connection: type/subtype/value
	Name      string `json:"name"`            // its label in the ATS
	Group     string `json:"group,omitempty"` // the label of its type
	Suggested bool   `json:"-"`               // its label is the platform's name
}
