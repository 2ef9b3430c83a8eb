package recruit

import (
	"encoding/json"
	"time"
)

// AdID names an ad as we keep it: ad_.
type AdID string

func NewAdID(now time.Time) AdID { return AdID(NewID("ad_", now)) }

// RemoteAd is one row of an ATS's listing of job ads, as its connector reads
// it: an ad of several regions is several rows with one Key. Texts are the
// ATS's own HTML and are hostile until they are sanitised. What the ATS does
// not say is empty; nothing in it is guessed.
type RemoteAd struct {
	Key     string // of the ad in the ATS, alike in all its rows
	Row     string // of this row; empty where an ad is one
	Portal  string // for which it is; empty where the listing does not say
	Foreign bool   // Portal is said, and is not ours
	// Withdrawn says that the ATS took it back, and still lists it.
	Withdrawn bool
	Job       RemoteJobID // the job that it advertises; empty when it names none
	Reference string      // the job's reference number
	Title     string
	Sections  []AdSection // in the order in which they are read
	Clause    string      // the information clause, kept apart from the rest
	Benefits  string
	Cities    []string
	Region    string
	Country   string // ISO 3166
	// Salaries are those of which every part was understood.
	Salaries       []Salary
	Categories     []string
	RecruiterEmail string // whom the ad names as its recruiter
	URL            string // of the ad itself
	PublishedAt    time.Time
	ExpiresAt      time.Time // zero when it does not end
	ChangedAt      time.Time
	Raw            json.RawMessage // the row as it came, as JSON
}

// AdSectionKind says what a section of an ad is about.
type AdSectionKind string

const (
	AdDuties       AdSectionKind = "duties"
	AdRequirements AdSectionKind = "requirements"
	AdExperience   AdSectionKind = "experience"
	AdOffer        AdSectionKind = "offer"
	AdNotes        AdSectionKind = "notes"
	AdCompany      AdSectionKind = "company"
)

// AdSection is one text of an ad.
type AdSection struct {
	Kind AdSectionKind `json:"kind"`
	HTML string        `json:"html"`
}
