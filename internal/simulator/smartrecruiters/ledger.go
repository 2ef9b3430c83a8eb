package smartrecruiters

import (
	"slices"
	"time"
)

// Ledger is all that the ATS holds, removed things included with the time of their removal.
type Ledger struct {
	Company     Company            `json:"company"`
	Jobs        []LedgerJob        `json:"jobs"`
	Candidates  []LedgerCandidate  `json:"candidates"` // in order of creation
	Sources     []LedgerSource     `json:"sources"`
	Credentials []LedgerCredential `json:"credentials"`
}

// LedgerJob is a job.
type LedgerJob struct {
	ID       string `json:"id"`
	Title    string `json:"title"`
	Ref      string `json:"ref"`
	City     string `json:"city"`
	Status   string `json:"status"`
	Open     bool   `json:"open"`
	Template bool   `json:"template"`
	Process  string `json:"process"`
	Denied   bool   `json:"denied"` // credentials have no access
}

// LedgerCandidate is a person. CreatedBy is the credential id, "" for one that was there before.
type LedgerCandidate struct {
	ID           string              `json:"id"`
	FirstName    string              `json:"first_name"`
	LastName     string              `json:"last_name"`
	Email        string              `json:"email"`
	Phone        string              `json:"phone,omitempty"`
	Web          map[string]any      `json:"web,omitempty"`
	Location     map[string]any      `json:"location,omitempty"`
	Education    []any               `json:"education,omitempty"`
	Experience   []any               `json:"experience,omitempty"`
	Tags         []string            `json:"tags"`
	Consent      string              `json:"consent"`
	CreatedBy    string              `json:"created_by"`
	CreatedAt    time.Time           `json:"created_at"`
	UpdatedAt    time.Time           `json:"updated_at"`
	RemovedAt    *time.Time          `json:"removed_at,omitempty"`
	Applications []LedgerApplication `json:"applications"`
	Attachments  []LedgerAttachment  `json:"attachments"` // of the candidate, not of an application
}

// LedgerApplication is a candidate on a job.
type LedgerApplication struct {
	ID          string             `json:"id"`
	JobID       string             `json:"job_id"`
	JobTitle    string             `json:"job_title"`
	Status      string             `json:"status"`
	SubStatus   string             `json:"sub_status,omitempty"`
	Reason      string             `json:"reason,omitempty"`
	Source      LedgerSource       `json:"source"`
	CreatedAt   time.Time          `json:"created_at"`
	RemovedAt   *time.Time         `json:"removed_at,omitempty"`
	History     []LedgerMove       `json:"history"` // oldest first
	Attachments []LedgerAttachment `json:"attachments"`
}

// LedgerMove is one step of a status history. By is a credential id or "admin".
type LedgerMove struct {
	At        time.Time `json:"at"`
	Status    string    `json:"status"`
	SubStatus string    `json:"sub_status,omitempty"`
	By        string    `json:"by"`
}

// LedgerAttachment is a stored file; its bytes are at GET /candidates/attachments/{id}, or from
// Simulator.File.
type LedgerAttachment struct {
	ID          string     `json:"id"`
	FileName    string     `json:"file_name"`
	Type        string     `json:"type"`
	ContentType string     `json:"content_type"`
	Size        int        `json:"size"`
	SHA256      string     `json:"sha256"`
	CreatedAt   time.Time  `json:"created_at"`
	RemovedAt   *time.Time `json:"removed_at,omitempty"`
}

// LedgerSource is a source value. ID goes with TypeID and SubTypeID into a create; UUID is what
// job applications name.
type LedgerSource struct {
	TypeID    string `json:"type_id"`
	SubTypeID string `json:"sub_type_id"`
	ID        string `json:"id"`
	UUID      string `json:"uuid"`
	Label     string `json:"label"`
	Deleted   bool   `json:"deleted,omitempty"`
}

// LedgerCredential is a grant, key or client-credentials pair, without its secret.
type LedgerCredential struct {
	ID        string     `json:"id"`
	Kind      string     `json:"kind"`
	User      string     `json:"user,omitempty"` // e-mail
	Role      string     `json:"role"`
	Scopes    []string   `json:"scopes"`
	CreatedAt time.Time  `json:"created_at"`
	LastUsed  *time.Time `json:"last_used,omitempty"`
	RevokedAt *time.Time `json:"revoked_at,omitempty"`
}

// Live returns the applications of a job that are there now.
func (l Ledger) Live(jobID string) []LedgerApplication {
	var out []LedgerApplication
	for _, k := range l.Candidates {
		for _, a := range k.Applications {
			if k.RemovedAt == nil && a.RemovedAt == nil && a.JobID == jobID {
				out = append(out, a)
			}
		}
	}
	return out
}

// Email returns the candidates that are there now under an e-mail, exactly as written.
func (l Ledger) Email(email string) []LedgerCandidate {
	var out []LedgerCandidate
	for _, k := range l.Candidates {
		if k.RemovedAt == nil && k.Email == email {
			out = append(out, k)
		}
	}
	return out
}

// Ledger returns a copy of all that the ATS holds.
func (s *Simulator) Ledger() Ledger {
	s.mu.Lock()
	defer s.mu.Unlock()
	l := Ledger{Company: s.options.Company, Jobs: []LedgerJob{}, Candidates: []LedgerCandidate{}, Sources: []LedgerSource{}, Credentials: []LedgerCredential{}}
	for _, j := range s.st.jobs {
		l.Jobs = append(l.Jobs, j.ledger())
	}
	for _, k := range s.st.candidates {
		l.Candidates = append(l.Candidates, k.ledger())
	}
	for _, src := range s.st.sources {
		l.Sources = append(l.Sources, src.ledger())
	}
	for _, c := range s.st.credentials {
		l.Credentials = append(l.Credentials, c.ledger())
	}
	return l
}

func (j *job) ledger() LedgerJob {
	return LedgerJob{ID: j.id, Title: j.title, Ref: j.ref, City: j.city, Status: j.status, Open: openStatus(j.status) && !j.template,
		Template: j.template, Process: j.process.name, Denied: j.denied}
}

func (k *candidate) ledger() LedgerCandidate {
	l := LedgerCandidate{ID: k.id, FirstName: k.first, LastName: k.last, Email: k.email, Phone: k.phone, Web: k.web, Location: k.location,
		Education: k.education, Experience: k.experience, Tags: slices.Clone(orEmpty(k.tags)), Consent: k.consent, CreatedBy: k.createdBy,
		CreatedAt: k.created, UpdatedAt: k.updated, RemovedAt: k.deleted, Applications: []LedgerApplication{}, Attachments: ledgerFiles(k.attachments)}
	for _, a := range k.apps {
		l.Applications = append(l.Applications, a.ledger())
	}
	return l
}

func (a *application) ledger() LedgerApplication {
	l := LedgerApplication{ID: a.id, JobID: a.job.id, JobTitle: a.job.title, Status: a.status, SubStatus: a.sub, CreatedAt: a.created,
		RemovedAt: a.removed, Attachments: ledgerFiles(a.attachments), History: []LedgerMove{}}
	if a.reason != nil {
		l.Reason = a.reason.id
	}
	if a.source == nil {
		l.Source = LedgerSource{TypeID: "API", SubTypeID: "API", ID: "api", UUID: apiSourceUUID, Label: "API"}
	} else {
		l.Source = a.source.ledger()
	}
	for _, m := range a.history {
		l.History = append(l.History, LedgerMove{m.at, m.status, m.sub, m.by})
	}
	return l
}

func ledgerFiles(files []*attachment) []LedgerAttachment {
	out := []LedgerAttachment{}
	for _, f := range files {
		out = append(out, LedgerAttachment{f.id, f.name, f.kind, f.contentType, len(f.bytes), f.sha256, f.created, f.removed})
	}
	return out
}

func (s *source) ledger() LedgerSource {
	return LedgerSource{s.typeID, s.subType, s.id, s.uuid, s.label, s.deleted}
}

func (c *credential) ledger() LedgerCredential {
	l := LedgerCredential{ID: c.id, Kind: c.kind, Role: c.roleNow(), Scopes: orEmpty(c.scopes), CreatedAt: c.created, RevokedAt: c.revoked}
	if c.user != nil {
		l.User = c.user.email
	}
	if !c.lastUsed.IsZero() {
		at := c.lastUsed
		l.LastUsed = &at
	}
	return l
}
