package erecruiter

import (
	"slices"
	"time"
)

// Ledger is all that the ATS holds, removed things included with the time of their removal.
type Ledger struct {
	Companies    []LedgerCompany     `json:"companies"`
	Recruitments []LedgerRecruitment `json:"recruitments"`
	Candidates   []LedgerCandidate   `json:"candidates"` // in order of creation
	Applications []LedgerApplication `json:"applications"`
	Origins      []LedgerOrigin      `json:"origins"`
	Stages       []LedgerStage       `json:"stages"`
	Consents     []LedgerConsent     `json:"consents"`
	Ads          []LedgerAd          `json:"ads"`
	Keys         []LedgerKey         `json:"keys"`
}

// LedgerCompany is a company. Hash opens its public career feed.
type LedgerCompany struct {
	ID           int64         `json:"id"`
	Name         string        `json:"name"`
	Hash         string        `json:"hash"`
	Multiposting bool          `json:"multiposting"` // the partner's button is there
	Groups       []LedgerGroup `json:"groups"`
}

// LedgerGroup is a group company ("spółka").
type LedgerGroup struct {
	ID   int64  `json:"id"`
	Name string `json:"name"`
}

// LedgerRecruitment is a recruitment with its form.
type LedgerRecruitment struct {
	ID        int64              `json:"id"`
	CompanyID int64              `json:"company_id"`
	Name      string             `json:"name"`
	Reference string             `json:"reference"`
	City      string             `json:"city"`
	Status    Status             `json:"status"`
	Shared    bool               `json:"shared"`
	DemandsCV bool               `json:"demands_cv"`
	GroupID   int64              `json:"group_id,omitempty"`
	Stages    []int64            `json:"stages"` // ticked
	Consents  []LedgerAssignment `json:"consents"`
	Questions []LedgerQuestion   `json:"questions"`
}

// LedgerAssignment is a clause or consent on a form.
type LedgerAssignment struct {
	ConsentID int64 `json:"consent_id"`
	Clause    bool  `json:"clause"`
	Required  bool  `json:"required"`
}

// LedgerQuestion is a custom question of a form.
type LedgerQuestion struct {
	ID       int64  `json:"id"`
	Label    string `json:"label"`
	Required bool   `json:"required"`
}

// LedgerCandidate is a person. CreatedBy is a key's id, "" for one that was there before.
type LedgerCandidate struct {
	ID        int64            `json:"id"`
	CompanyID int64            `json:"company_id"`
	FirstName string           `json:"first_name"`
	LastName  string           `json:"last_name"`
	Email     string           `json:"email"`
	Phone     string           `json:"phone,omitempty"`
	City      string           `json:"city,omitempty"`
	Region    string           `json:"region,omitempty"`
	Country   string           `json:"country,omitempty"`
	Decisions []LedgerDecision `json:"decisions"` // the newest of each consent and group company
	CreatedBy string           `json:"created_by"`
	CreatedAt time.Time        `json:"created_at"`
	RemovedAt *time.Time       `json:"removed_at,omitempty"`
}

// LedgerDecision is a consent given or refused. No statement is no entry.
type LedgerDecision struct {
	ConsentID int64     `json:"consent_id"`
	GroupID   int64     `json:"group_id,omitempty"`
	Given     bool      `json:"given"`
	Version   int       `json:"version"`
	StatedAt  string    `json:"stated_at,omitempty"` // as it was sent
	At        time.Time `json:"at"`
}

// LedgerApplication is a candidate in a recruitment.
type LedgerApplication struct {
	ID            int64             `json:"id"`
	CandidateID   int64             `json:"candidate_id"`
	RecruitmentID int64             `json:"recruitment_id"`
	Recruitment   string            `json:"recruitment"`
	Email         string            `json:"email"`
	ExternalID    string            `json:"external_id,omitempty"`
	OriginID      int64             `json:"origin_id,omitempty"`
	StageID       int64             `json:"stage_id"`
	Stage         string            `json:"stage"`
	History       []LedgerMove      `json:"history"`  // oldest first
	Consents      []LedgerDecision  `json:"consents"` // as they came with it
	Answers       map[string]string `json:"answers,omitempty"`
	Files         []LedgerFile      `json:"files"`
	Notes         []string          `json:"notes"`
	CreatedBy     string            `json:"created_by"` // a key's id, or "admin"
	CreatedAt     time.Time         `json:"created_at"`
	RemovedAt     *time.Time        `json:"removed_at,omitempty"`
}

// LedgerMove is one step of a stage history. By is "admin", "system" or a key's id.
type LedgerMove struct {
	At      time.Time `json:"at"`
	StageID int64     `json:"stage_id"`
	Stage   string    `json:"stage"`
	By      string    `json:"by"`
	Reason  string    `json:"reason,omitempty"`
}

// LedgerFile is a stored CV; its bytes come from Simulator.File.
type LedgerFile struct {
	ID          int64  `json:"id"`
	FileName    string `json:"file_name"`
	ContentType string `json:"content_type"`
	Size        int    `json:"size"`
	SHA256      string `json:"sha256"`
}

// LedgerOrigin is a place of publication; its id is the source id.
type LedgerOrigin struct {
	ID        int64  `json:"id"`
	CompanyID int64  `json:"company_id"`
	Name      string `json:"name"`
	Active    bool   `json:"active"`
	Deleted   bool   `json:"deleted,omitempty"`
}

// LedgerStage is a stage of a company.
type LedgerStage struct {
	ID        int64    `json:"id"`
	CompanyID int64    `json:"company_id"`
	Name      string   `json:"name"`
	Category  Category `json:"category"`
	System    bool     `json:"system"`
	Deleted   bool     `json:"deleted,omitempty"`
}

// LedgerConsent is a clause or consent with its text in force.
type LedgerConsent struct {
	ID        int64  `json:"id"`
	CompanyID int64  `json:"company_id"`
	Clause    bool   `json:"clause"`
	Purpose   string `json:"purpose"`
	Language  string `json:"language"`
	Text      string `json:"text"`
	Version   int    `json:"version"`
	GroupID   int64  `json:"group_id,omitempty"`
	Required  bool   `json:"required"`
}

// LedgerAd is a job ad as it was saved last.
type LedgerAd struct {
	ID int64 `json:"id"`
	AdSpec
	PlaceIDs  []int64   `json:"place_ids"`
	Withdrawn bool      `json:"withdrawn"`
	ChangedAt time.Time `json:"changed_at"`
}

// LedgerKey is an access key or service account, without its secret.
type LedgerKey struct {
	ID        string     `json:"id"`
	Scope     Scope      `json:"scope"`
	Companies []int64    `json:"companies"`
	Denied    []string   `json:"denied"`
	CreatedAt time.Time  `json:"created_at"`
	LastUsed  *time.Time `json:"last_used,omitempty"`
	RevokedAt *time.Time `json:"revoked_at,omitempty"`
}

// Live returns the applications of a recruitment that are there now.
func (l Ledger) Live(recruitmentID int64) []LedgerApplication {
	return slices.DeleteFunc(slices.Clone(l.Applications), func(a LedgerApplication) bool {
		return a.RecruitmentID != recruitmentID || a.RemovedAt != nil
	})
}

// Email returns the applications that are there now under an e-mail, exactly as written.
func (l Ledger) Email(email string) []LedgerApplication {
	return slices.DeleteFunc(slices.Clone(l.Applications), func(a LedgerApplication) bool {
		return a.Email != email || a.RemovedAt != nil
	})
}

// Candidate returns a person by id, removed ones too.
func (l Ledger) Candidate(id int64) (LedgerCandidate, bool) {
	i := slices.IndexFunc(l.Candidates, func(k LedgerCandidate) bool { return k.ID == id })
	if i < 0 {
		return LedgerCandidate{}, false
	}
	return l.Candidates[i], true
}
