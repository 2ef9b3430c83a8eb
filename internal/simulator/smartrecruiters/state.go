package smartrecruiters

import (
	"slices"
	"strings"
	"time"
)

// state is what the company holds in its ATS. Guarded by Simulator.mu.
type state struct {
	users       []*user
	departments []department
	processes   []*process
	jobs        []*job
	jobsByID    map[string]*job
	types       []*sourceType
	sources     []*source
	rejections  []reason
	withdrawals []reason

	candidates  []*candidate // in order of creation, deleted ones included (promise 3)
	byID        map[string]*candidate
	byEmail     map[string][]*candidate // by lower-cased e-mail
	appsByID    map[string]*application
	attachments map[string]*attachment

	credentials []*credential
	tokens      map[string]*token
	codes       map[string]*code
	logins      map[string]*login

	subscriptions []*subscription
	serial        int // makes ids of credentials and tokens readable in the journal
}

type user struct {
	id, email, first, last string
	role                   string
	deleted                bool
}

func (u *user) name() string { return u.first + " " + u.last }

type department struct{ id, label, description string }

type reason struct{ id, label string }

// process is a hiring process. Sub-statuses are plain names and exist for three statuses only (S).
type process struct {
	id, name    string
	active      bool
	subStatuses map[string][]string
	required    map[string]string // status → sub-status that must have been passed before a later status
}

type sourceType struct {
	id, label string
	subtypes  []string
}

// source is a value of a type. Its id need not be unique over subtypes (S: SUBTYPE_REQUIRED).
type source struct {
	id, uuid, typeID, subType, label string
	deleted                          bool
}

type job struct {
	seq                             int
	id, title, ref                  string
	created, updated, activity      time.Time
	department                      department
	country, countryCode, city      string
	status, posting                 string
	language                        string
	template                        bool
	denied                          bool // the credentials have no access to it: 401 (S)
	process                         *process
	creator                         *user
	history                         []jobMove
	postingID, postingUUID, jobAdID string
	description, qualifications     string
	apps                            []*application
}

type jobMove struct {
	at     time.Time
	status string
}

func openStatus(s string) bool {
	return slices.Contains([]string{"CREATED", "SOURCING", "INTERVIEW", "OFFER"}, s)
}

type candidate struct {
	seq                     int
	id                      string
	first, last, email      string
	phone                   string
	location, web           obj
	education, experience   []any
	tags                    []string
	internal                bool
	created, updated        time.Time
	createdBy               string // credential id; "" for one that was there before
	deleted                 *time.Time
	consent                 string
	consentAt, consentAsked *time.Time
	apps                    []*application
	attachments             []*attachment // those of the candidate itself; applications have their own
}

type application struct {
	id          string
	candidate   *candidate
	job         *job
	status, sub string
	startsOn    string
	reason      *reason
	source      *source
	created     time.Time
	removed     *time.Time
	untold      bool // nothing tells its status
	history     []move
	attachments []*attachment
}

type move struct {
	at          time.Time
	status, sub string
	by          string // credential id, or "admin"
}

type attachment struct {
	id, name, kind, contentType string
	bytes                       []byte
	sha256                      string
	created                     time.Time
	removed                     *time.Time
	malware                     bool
	candidate                   *candidate
	app                         *application // nil for a file of the candidate itself
}

func (c *candidate) live() []*application {
	if c.deleted != nil {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(c.apps), func(a *application) bool { return a.removed != nil })
}

// onAny says whether a live application is wanted. Lists ask it of everyone, so it copies nothing.
func (c *candidate) onAny(wanted func(*application) bool) bool {
	if c.deleted != nil {
		return false
	}
	for _, a := range c.apps {
		if a.removed == nil && wanted(a) {
			return true
		}
	}
	return false
}

// app returns the live application for a job, or nil.
func (c *candidate) app(jobID string) *application {
	for _, a := range c.live() {
		if a.job.id == jobID {
			return a
		}
	}
	return nil
}

// primary returns the application that lists and details show in full.
func (c *candidate) primary(which Setting) *application {
	live := c.live()
	switch {
	case len(live) == 0:
		return nil
	case which == First:
		return live[0]
	default:
		return live[len(live)-1]
	}
}

func (st *state) candidate(id string) *candidate {
	if c := st.byID[id]; c != nil && c.deleted == nil {
		return c
	}
	return nil
}

func (st *state) user(email string) *user {
	for _, u := range st.users {
		if strings.EqualFold(u.email, email) && !u.deleted {
			return u
		}
	}
	return nil
}

func (st *state) process(id string) *process {
	for _, p := range st.processes {
		if p.id == id {
			return p
		}
	}
	return nil
}

func (st *state) sourceType(id string) *sourceType {
	for _, t := range st.types {
		if t.id == id {
			return t
		}
	}
	return nil
}

func live(list []*attachment) []*attachment {
	return slices.DeleteFunc(slices.Clone(list), func(a *attachment) bool { return a.removed != nil })
}
