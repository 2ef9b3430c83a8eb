package recruit

import "time"

// Role is what a user may do in a company. The zero value may do nothing.
type Role string

const (
	RoleOperator Role = "operator" // of the installation; belongs to no company
	RoleAdmin    Role = "admin"    // everything in the company, the only one who sees Settings
	RoleManager  Role = "manager"  // own processes and those of supervised users
	RoleUser     Role = "user"     // own processes
)

// Rank orders the roles of a company, so that nobody can grant a role above
// their own. An unknown role ranks below all.
func (r Role) Rank() int {
	switch r {
	case RoleOperator:
		return 4
	case RoleAdmin:
		return 3
	case RoleManager:
		return 2
	case RoleUser:
		return 1
	}
	return 0
}

// Company is a client of the platform: the tenant, and the controller of the
// data in its applications.
type Company struct {
	ID        CompanyID
	Name      string
	TimeZone  string // IANA name, e.g. Europe/Warsaw
	Locale    string // pl or en
	CreatedAt time.Time
}

// User is a person of a company, or the operator when Company is empty.
type User struct {
	ID         UserID
	Company    CompanyID
	Email      string
	Name       string
	Role       Role
	Supervisor UserID
	Locale     string // pl or en; empty follows the browser
	DisabledAt time.Time
	CreatedAt  time.Time
}

// Caller is who is asking: a signed-in user or an API token. Engines decide
// by it what may be seen and done; no door decides by itself.
type Caller struct {
	Company CompanyID // empty for the operator
	User    UserID    // empty for a token
	Token   TokenID   // empty for a session
	Role    Role
}

// Name identifies the caller in audit records: an identifier, never a name.
func (c Caller) Name() string {
	if c.Token != "" {
		return string(c.Token)
	}
	return string(c.User)
}

func (c Caller) IsOperator() bool { return c.Role == RoleOperator && c.Company == "" }
func (c Caller) IsAdmin() bool    { return c.Role == RoleAdmin && c.Company != "" }

// Candidate is a person's data as submitted with one application. It never
// enters a log, an error, a metric, a trace or a URL (delivery invariant 7).
type Candidate struct {
	FirstName   string `json:"first_name"`
	LastName    string `json:"last_name"`
	Email       string `json:"email"`
	Phone       string `json:"phone,omitempty"`        // E.164
	LinkedInURL string `json:"linkedin_url,omitempty"` // https, on linkedin.com
}

// String keeps a candidate out of anything printed by mistake.
func (c Candidate) String() string { return "[candidate]" }

// GoString does the same for %#v.
func (c Candidate) GoString() string { return "[candidate]" }
