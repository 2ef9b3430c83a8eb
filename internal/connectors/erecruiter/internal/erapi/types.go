package erapi

import "time"

// Company is one that the credential opens.
type Company struct{ ID, Name string }

// Recruitment is a job. Open is our reading of its status; without any status
// the list itself says that it is open.
type Recruitment struct {
	ID, Name, Reference, Status, Location string
	Open, Archived                        bool
	CVRequired                            bool
	Questions                             int // that must be answered
}

// Origin is a place of publication: the source of applications.
type Origin struct {
	ID, Name string
	Active   bool
}

// Consent is a text of a recruitment's form.
type Consent struct {
	ID       string
	Version  int
	Clause   bool
	Text     string // verbatim
	Required bool
	Language string
}

// Applied is a row of a recruitment's applications.
type Applied struct {
	ID, Candidate, Email, Origin string
	Stage, StageID               string // name and id; empty where the list does not show them
	Created                      Moment
}

// Created is what the answer to a create names; empty where it does not.
type Created struct {
	Application, Candidate string
	// Before says that nothing was made: it was there.
	Before bool
}

// Application is what is pushed.
type Application struct {
	ExternalID, Origin         string
	FirstName, LastName, Email string
	Phone, Note                string
	Statements                 []Statement
	CV                         *Upload
}

// Statement is one decision; what was not stated is not there.
type Statement struct {
	ID       string
	Version  int // 0 for unknown
	Accepted bool
}

// Token is an access token with its life, 0 when the answer did not say.
type Token struct {
	Access string
	Life   time.Duration
}
