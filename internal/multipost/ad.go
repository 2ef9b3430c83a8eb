package multipost

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"time"

	"handoff/internal/recruit"
)

// State says how an ad stands in the ATS.
type State string

const (
	Listed    State = "listed"
	Withdrawn State = "withdrawn" // the ATS says so
	Expired   State = "expired"   // its last day is over
	Absent    State = "absent"    // missing from two complete listings in a row
	Foreign   State = "foreign"   // for another platform
)

// What is to be told about an ad. Each has its sentence in both languages.
const (
	ProblemNoRecruitment      = "ad_without_recruitment"   // it names none; the one with its reference number is proposed, if there is exactly one
	ProblemUnknownRecruitment = "ad_recruitment_not_known" // it names one that the list of jobs does not have
	ProblemNoTitle            = "ad_without_title"
	ProblemNoKey              = "ad_without_key"
	ProblemForeign            = "ad_for_foreign_portal"
	ProblemExpired            = "ad_expired"
	ProblemHostile            = "ad_hostile_html"
	ProblemRegions            = "ad_doubled_per_region" // for information: it became one draft
	ProblemCut                = "ad_text_cut"
	ProblemDraftDeleted       = "ad_draft_deleted"
)

// Bounds of what is taken from an ATS.
const (
	MaxAds  = 2_000  // of one listing
	MaxText = 50_000 // characters of a section, and of the whole description
)

// Row is one row of an ad as the ATS lists it.
type Row struct {
	recruit.RemoteAd
	// Missed is in how many complete listings in a row an ad was there, and
	// this row of it was not.
	Missed int
}

// Content is what an ad says, its rows merged and its texts made ours. It is
// compared as a whole, so it holds nothing that changes by itself.
type Content struct {
	Title          string              `json:"title"`
	Reference      string              `json:"reference"`
	Job            recruit.RemoteJobID `json:"job"`
	Sections       []recruit.AdSection `json:"sections"` // safe HTML
	Clause         string              `json:"clause"`   // safe HTML
	Benefits       []string            `json:"benefits"`
	Cities         []string            `json:"cities"`
	Regions        []string            `json:"regions"`
	Country        string              `json:"country"`
	Salaries       []recruit.Salary    `json:"salaries"`
	Categories     []string            `json:"categories"`
	RecruiterEmail string              `json:"recruiter_email"` // folded
	URL            string              `json:"url"`             // http or https
	PublishedAt    time.Time           `json:"published_at"`
	ExpiresAt      time.Time           `json:"expires_at"`
}

// Hash names a version of the content.
func (c Content) Hash() string {
	b, err := json.Marshal(c)
	if err != nil {
		panic("multipost: content: " + err.Error()) // strings and times marshal
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// Ad is an ad as it is kept.
type Ad struct {
	ID         recruit.AdID
	Company    recruit.CompanyID
	Connection recruit.ConnectionID
	Key        string // of the ad in the ATS
	State      State
	Content    Content
	Rows       []Row // as they came; none in a list of ads
	Problems   []string
	Missed     int // complete listings in a row that lacked it
	// Process is the draft that was made of it; empty before.
	Process recruit.ProcessID
	// DraftRevision is the revision of Process that we wrote: at another one
	// somebody has touched it.
	DraftRevision int
	// Base are the details of the version that Process was last made of, or
	// that a person accepted or dismissed last.
	Base recruit.Details
	// Closed says that it was we who closed Process.
	Closed   bool
	Revision int // raised by each write
	SeenAt   time.Time
	// ChangedAt is when the content last changed here.
	ChangedAt time.Time
	CreatedAt time.Time
}

// Draft is what a decision has to know of an ad's process.
type Draft struct {
	Exists    bool
	State     recruit.ProcessState
	Revision  int
	Published bool // ever
}

// Known is an ad with its process as both are now.
type Known struct {
	Ad
	Draft Draft
}

// Touched tells whether a person changed the process since we wrote it.
func (k Known) Touched() bool { return k.Draft.Exists && k.Draft.Revision != k.DraftRevision }
