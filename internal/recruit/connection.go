package recruit

import "time"

// ConnectionState is the health of a company's link to its ATS.
type ConnectionState string

const (
	ConnAwaitingAuthorization ConnectionState = "awaiting_authorization"
	ConnAwaitingConfirmation  ConnectionState = "awaiting_confirmation"
	ConnUntested              ConnectionState = "untested"
	ConnConnected             ConnectionState = "connected"
	ConnFailing               ConnectionState = "failing" // transient; work waits
	ConnBroken                ConnectionState = "broken"  // a person must repair it; work is held
	ConnDisconnected          ConnectionState = "disconnected"
)

// Account is the ATS account that a credential opens.
type Account struct {
	ID   string // the ATS's identifier of the company
	Name string
	User string // whose login it is; stands on everything done with it
}

// Connection is a company's link to one ATS account.
type Connection struct {
	ID          ConnectionID
	Company     CompanyID
	ATS         string // the connector's name
	Auth        string // oauth, client_credentials, api_key, access_key
	Environment string // production, sandbox
	AccessScope string // all, selected; empty where the ATS has none
	State       ConnectionState
	Reason      string // a code
	Turn        Turn
	Account     *Account
	Source      *Source
	CreatedBy   UserID
	CreatedAt   time.Time
	ConnectedAt time.Time
	CheckedAt   time.Time
	// JobsReadAt is when the whole list of jobs was last read.
	JobsReadAt time.Time
	// AdFeed is the address of the public feed that its ads are read from, when
	// they are not read from the API.
	AdFeed string
}

// TestCheckState is the outcome of one named check.
type TestCheckState string

const (
	CheckRunning       TestCheckState = "running"
	CheckPending       TestCheckState = "pending"
	CheckPassed        TestCheckState = "passed"
	CheckWarning       TestCheckState = "warning"
	CheckFailed        TestCheckState = "failed"
	CheckNotApplicable TestCheckState = "not_applicable"
)

// TestCheck is one named check of a test run. Code chooses the sentence.
type TestCheck struct {
	Name  string            `json:"name"`
	State TestCheckState    `json:"state"`
	Code  string            `json:"code,omitempty"`
	Args  map[string]string `json:"args,omitempty"`
}

// TestRun is one press of TEST THE CONNECTION or TEST INTEGRATION.
type TestRun struct {
	ID              TestRunID
	Company         CompanyID
	Connection      ConnectionID
	Process         ProcessID   // empty for a test of the connection
	RemoteJob       RemoteJobID // empty for a test of the connection
	State           string      // running, passed, failed
	Warned          bool        // passed with a warning
	Checks          []TestCheck
	Tag             Tag
	RemoteCandidate RemoteCandidateID
	RemoteApp       RemoteApplicationID
	RemoteURL       string
	StartedBy       string
	CreatedAt       time.Time
	FinishedAt      time.Time
}
