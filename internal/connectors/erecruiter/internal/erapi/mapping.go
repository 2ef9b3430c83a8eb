package erapi

import (
	"strings"
	"time"
)

// Mapping is all that is not known for certain about eRecruiter's API, as
// data. It is read from a file (Parse) and never changed afterwards, so that it
// may be shared.
type Mapping struct {
	API, Web string // bases, without a slash at the end
	Card     string // where a person sees a candidate, under Web; empty for nowhere
	Auth     Auth
	Company  string // query parameter; empty when it stands in the path
	Zone     *time.Location
	Paging   Paging
	Limits   Limits
	Files    Files
	Create   Create
	Consents ConsentsFrom
	Ads      AdsFrom
	Sources  []string             // names of places of publication that are the platform's
	Paths    map[string]Path      // by operation
	Lists    map[string][]Pointer // by list: where its rows stand; the first that is there
	Fields   map[string][]Pointer // by field: where it stands; the first that is there
	Words    map[string][]string  // by meaning: the vendor's words for it
	Codes    map[string][]string  // by meaning: the vendor's error codes for it
	Send     map[string]Pointer   // by field: where it is written; root leaves it out

	lines []Line
}

// Modes of Auth.
const (
	BearerKey = "bearer_key" // Authorization: Bearer KEY
	HeaderKey = "header_key" // HEADER: PREFIX KEY
	Exchange  = "exchange"   // the key is exchanged for a token at TokenURL
	Password  = "password"   // a service account's name and password are
)

// Auth is how a key travels.
type Auth struct {
	Mode, Header, Prefix      string
	TokenURL, Grant, KeyField string
}

// Exchanged tells whether calls carry a token instead of the key itself.
func (a Auth) Exchanged() bool { return a.Mode == Exchange || a.Mode == Password }

// Paging styles.
const (
	ByOffset = "offset" // Offset counts rows, from 0
	ByPage   = "page"   // Offset counts pages, from First
)

// Paging names the parameters of lists. Lists are those that take them.
type Paging struct {
	Style, Limit, Offset string
	Size, First, Most    int
	Lists                []string
}

// Limits are what is asked of one company at most, and how long answers take.
type Limits struct {
	PerSecond               float64 // all calls together
	Concurrency             int
	LongestRequest, Listing Span
}

// Files are what is taken as a CV.
type Files struct {
	MaxBytes   int64
	Extensions []string
}

// Encodings, styles of consents, forms of ids and ways of a note.
const (
	JSONBase64   = "json_base64"
	Multipart    = "multipart"
	ConsentList  = "list"
	ConsentIDMap = "id_map"
	IDNumber     = "number"
	IDText       = "text"
	NoteInBody   = "in_body"
	NoteApart    = "separate"
)

// Create is how an application is pushed.
type Create struct {
	Encoding           string
	JSONPart, FilePart string // of multipart
	ConsentStyle       string
	IDs                string
	Note               string
	Created, Existing  []int // statuses: made now, was there before
	Idempotency        string
}

// Sources of consents.
const (
	ConsentsOfRecruitment = "recruitment"
	ConsentsOfAccount     = "account" // all of the company's, for every recruitment
	ConsentsStatic        = "static"  // typed into the mapping, by company
)

// ConsentsFrom says where the texts of a recruitment are read.
type ConsentsFrom struct {
	Source string
	Static map[string][]StaticConsent // by company id
}

// StaticConsent is a text that the API does not give.
type StaticConsent struct {
	ID       string `json:"id"`
	Version  int    `json:"version"`
	Kind     string `json:"kind"` // consent or clause
	Text     string `json:"text"`
	Required bool   `json:"required"`
	Language string `json:"language"`
}

// AdsFrom says how ads are asked for and which are ours.
type AdsFrom struct {
	PortalParam, SinceParam string // query parameters; empty is not sent
	Portal                  string // the platform as the vendor names it; empty is its own name
	Overlap                 Span   // before the time from which changes are asked for
	FeedHost                string // of the public feed, with its port if it has one; empty is any
	FeedRow                 string // the XML feed's element of a row
}

// Path is a method and a template under the API's base; its zero value is an
// operation that is not there.
type Path struct{ Method, Template string }

// Pointer is a JSON pointer (RFC 6901); names are compared in any case. Its
// zero value is the whole document.
type Pointer []string

// Span is a duration that is written like 130s.
type Span time.Duration

// Line is one line of a mapping with what is known of it.
type Line struct {
	Number                  int // in its file
	Key                     string
	Certainty, Source, Note string
}

// Lines returns the lines of the file that this mapping was read from, in its
// order, without those of the mapping under it.
func (m *Mapping) Lines() []Line { return m.lines }

// Has tells whether an operation is there.
func (m *Mapping) Has(op string) bool { return m.Paths[op].Template != "" }

// means tells whether word is one of the vendor's words for a meaning, in any
// case of letters.
func (m *Mapping) means(meaning, word string) bool { return fold(m.Words[meaning], word) }

func fold(list []string, word string) bool {
	for _, w := range list {
		if strings.EqualFold(w, strings.TrimSpace(word)) {
			return true
		}
	}
	return false
}
