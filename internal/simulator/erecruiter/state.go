package erecruiter

import (
	"slices"
	"strings"
	"time"
)

// state is what the companies hold in their ATS. Guarded by Simulator.mu.
type state struct {
	companies    []*company
	recruitments []*recruitment
	stages       []*stage
	origins      []*origin
	consents     []*consent
	candidates   []*candidate // in order of creation (promise 3)
	applications []*application
	ads          []*ad
	keys         []*key
	accounts     []*account
	tokens       map[string]*token
	refreshes    map[string]*token
	serials      map[string]int64
}

// next gives the ids of a kind, one after the other.
func (st *state) next(kind string, first int64) int64 {
	if st.serials[kind] == 0 {
		st.serials[kind] = first - 1
	}
	st.serials[kind]++
	return st.serials[kind]
}

type company struct {
	id          int64
	name        string
	hash        string        // of its career feed
	groups      []partnership // "spółki" (C)
	multiposted bool          // the vendor's support switched the platform's button on (C)
}

type partnership struct {
	id   int64
	name string
}

// Category is one of the six kinds of stage (C; the words on the wire A).
type Category string

const (
	Standard    Category = "Standard"
	Message     Category = "Message"
	Interview   Category = "Interview"
	Rejection   Category = "Rejection"
	Employment  Category = "Employment"
	JobProposal Category = "JobProposal"
)

// Categories lists the six.
func Categories() []Category {
	return []Category{Standard, Message, Interview, Rejection, Employment, JobProposal}
}

// Label is the category in the words of the pages (C).
func (c Category) Label() string {
	if c == JobProposal {
		return "Job proposal"
	}
	return string(c)
}

type stage struct {
	id       int64
	company  *company
	name     string
	english  string // of system stages
	category Category
	system   bool
	order    int
	deleted  bool
}

type origin struct {
	id              int64
	company         *company
	name            string
	active, deleted bool
}

// consent is a clause (text only) or a consent (a box to tick), of the company or of one of its
// group companies (C).
type consent struct {
	id       int64
	company  *company
	clause   bool
	purpose  string
	language string
	group    *partnership
	required bool // what a new assignment takes over
	texts    []string
}

func (c *consent) version() int { return len(c.texts) }
func (c *consent) text() string { return c.texts[len(c.texts)-1] }

// Status of a recruitment: Draft, Active, Closed, Archived (states C, words A).
type Status string

const (
	Draft    Status = "Draft"
	Active   Status = "Active"
	Closed   Status = "Closed"
	Archived Status = "Archived"
)

// Statuses lists the four.
func Statuses() []Status { return []Status{Draft, Active, Closed, Archived} }

type recruitment struct {
	id              int64
	company         *company
	name, ref, city string
	language        string
	group           *partnership
	status          Status
	shared          bool
	created         time.Time
	closed          *time.Time
	stages          []*stage // ticked ones
	consents        []assignment
	demandsCV       bool
	questions       []question
	apps            []*application
}

type assignment struct {
	consent  *consent
	required bool
}

// consentAssigned: a clause alone does not count (I; the instructions say "an assigned consent").
func (r *recruitment) consentAssigned() bool {
	return slices.ContainsFunc(r.consents, func(a assignment) bool { return !a.consent.clause })
}

func (r *recruitment) assignment(consentID int64) *assignment {
	for i := range r.consents {
		if r.consents[i].consent.id == consentID {
			return &r.consents[i]
		}
	}
	return nil
}

type question struct {
	id       int64
	label    string
	required bool
}

func find[T any](list []T, is func(T) bool) T {
	i := slices.IndexFunc(list, is)
	if i < 0 {
		var none T
		return none
	}
	return list[i]
}

func (st *state) company(id int64) *company {
	return find(st.companies, func(c *company) bool { return c.id == id })
}

func (st *state) recruitment(id int64) *recruitment {
	return find(st.recruitments, func(r *recruitment) bool { return r.id == id })
}

func (st *state) application(id int64) *application {
	return find(st.applications, func(a *application) bool { return a.id == id && !a.gone() })
}

func (st *state) consent(id int64) *consent {
	return find(st.consents, func(c *consent) bool { return c.id == id })
}

func (st *state) stage(id int64) *stage {
	return find(st.stages, func(s *stage) bool { return s.id == id })
}

func (st *state) origin(id int64) *origin {
	return find(st.origins, func(o *origin) bool { return o.id == id && !o.deleted })
}

// system returns a company's fixed stage by its Polish name.
func (st *state) system(c *company, name string) *stage {
	return find(st.stages, func(s *stage) bool { return s.company == c && s.system && s.name == name })
}

func sameEmail(a, b string, how Setting) bool {
	return a == b || how != Exact && strings.EqualFold(a, b)
}
