package erecruiter

import "time"

type candidate struct {
	id                           int64
	company                      *company
	first, last, email           string
	phone, city, region, country string
	created                      time.Time
	createdBy                    string // credential id; "" for one that was there before
	removed                      *time.Time
	decisions                    map[decisionKey]decision
	apps                         []*application
}

// decisionKey: a newer answer overwrites the older one within a group company (C).
type decisionKey struct{ consent, group int64 }

type decision struct {
	given   bool
	version int
	stated  string
	at      time.Time
}

type application struct {
	id          int64
	candidate   *candidate
	recruitment *recruitment
	origin      *origin
	externalID  string
	idempotency string
	stage       *stage
	history     []move
	statements  []statement
	answers     map[string]string
	files       []*file
	notes       []note
	created     time.Time
	createdBy   string
	removed     *time.Time
	untold      bool // nothing shows where it stands
}

type move struct {
	at     time.Time
	stage  *stage
	by     string // "admin", "system" or a credential id
	reason string
}

// statement is one decision that came with an application. What was not stated is not here: the
// third of the three states (C).
type statement struct {
	consent *consent
	decision
}

type note struct {
	text, by string
	at       time.Time
}

type file struct {
	id                        int64
	name, contentType, sha256 string
	bytes                     []byte
}

func (a *application) gone() bool { return a.removed != nil || a.candidate.removed != nil }

// stageAt is where the application stood at a moment.
func (a *application) stageAt(t time.Time) *stage {
	s := a.history[0].stage
	for _, m := range a.history {
		if !m.at.After(t) {
			s = m.stage
		}
	}
	return s
}
