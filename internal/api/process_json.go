package api

import (
	"time"

	"handoff/internal/process"
	"handoff/internal/recruit"
)

// Process on the wire.
type Process struct {
	ID               recruit.ProcessID    `json:"id"`
	Name             string               `json:"name"`
	State            recruit.ProcessState `json:"state" enum:"draft,open,closed"`
	Origin           recruit.Origin       `json:"origin" enum:"manual,multiposted"`
	Description      string               `json:"description"`
	Cities           []string             `json:"cities" nullable:"false"`
	WorkMode         string               `json:"work_mode"`
	Contracts        []string             `json:"contracts" nullable:"false"`
	Role             string               `json:"role"`
	Technologies     []string             `json:"technologies" nullable:"false"`
	Salaries         []Salary             `json:"salaries" nullable:"false"`
	SalaryVisibility string               `json:"salary_visibility"`
	MinExperience    int                  `json:"min_experience"`
	Languages        []string             `json:"languages" nullable:"false"`
	Benefits         []string             `json:"benefits" nullable:"false"`
	Customization    Customization        `json:"customization"`
	Missing          []string             `json:"missing" nullable:"false" doc:"What is missing before it can be published."`
	Binding          Null[Binding]        `json:"binding"`
	PublicURL        *string              `json:"public_url" doc:"null while it is a draft."`
	OwnerID          recruit.UserID       `json:"owner_id"`
	Applications     int                  `json:"applications" doc:"How many there are, tests not counted."`
	Revision         int                  `json:"revision" doc:"Raised by each save; give it with PATCH to be told of a change meanwhile."`
	CreatedAt        time.Time            `json:"created_at"`
	UpdatedAt        time.Time            `json:"updated_at"`
	PublishedAt      *time.Time           `json:"published_at"`
	ClosedAt         *time.Time           `json:"closed_at"`
	Warnings         []Note               `json:"warnings,omitempty" nullable:"false" doc:"In answers to changes."`
}

// Salary on the wire. The basis follows from the contract: net (+ VAT) for
// b2b, gross otherwise.
type Salary struct {
	Contract string `json:"contract"`
	From     int    `json:"from"`
	To       int    `json:"to"`
	Currency string `json:"currency" doc:"ISO 4217."`
	Basis    string `json:"basis,omitempty" enum:"net,gross" doc:"Follows from the contract when absent."`
	Period   string `json:"period"`
}

// Question that the company asks an applicant.
type Question struct {
	ID       string `json:"id"`
	Label    string `json:"label"`
	Required bool   `json:"required,omitempty"`
	Kind     string `json:"kind" enum:"text,yes_no"`
}

// Customization is what the candidate meets.
type Customization struct {
	Questions    []Question `json:"questions,omitempty" nullable:"false"`
	CVRequired   bool       `json:"cv_required,omitempty" doc:"Otherwise a CV or a LinkedIn link."`
	Intro        string     `json:"intro,omitempty"`
	ThankYou     string     `json:"thank_you,omitempty"`
	AccentColour string     `json:"accent_colour,omitempty"`
	FutureMonths int        `json:"future_months,omitempty" doc:"Validity of the consent for future recruitments; 0 asks for none."`
}

// Binding on the wire.
type Binding struct {
	ConnectionID   recruit.ConnectionID `json:"connection_id"`
	RemoteJobID    recruit.RemoteJobID  `json:"remote_job_id"`
	RemoteJobTitle string               `json:"remote_job_title"`
	State          recruit.BindingState `json:"state" enum:"ok,untested,broken"`
	Reason         *string              `json:"reason"`
	Warnings       []Note               `json:"warnings,omitempty" nullable:"false" doc:"In the answer to a change."`
}

// Note is a code with its sentence.
type Note struct {
	Code    string `json:"code"`
	Message string `json:"message"`
}

func noteOf(p recruit.Problem) Note { return Note{p.Code, sentence(p.Code)} }

func bindingOf(b recruit.Binding) Binding {
	return Binding{ConnectionID: b.Connection, RemoteJobID: b.RemoteJob, RemoteJobTitle: b.RemoteJobTitle, State: b.State, Reason: word(b.Reason)}
}

func (a *API) processOf(v process.View) Process {
	d, z := v.Details, v.Customization
	p := Process{ID: v.ID, Name: d.Name, State: v.State, Origin: v.Origin, Description: d.Description, Cities: list(d.Cities),
		WorkMode: d.WorkMode, Contracts: list(d.Contracts), Role: d.Role, Technologies: list(d.Technologies),
		Salaries:         each(d.Salaries, func(s recruit.Salary) Salary { return Salary(s) }),
		SalaryVisibility: d.SalaryVisibility, MinExperience: d.MinExperience, Languages: list(d.Languages), Benefits: list(d.Benefits),
		Customization: Customization{Questions: each(z.Questions, questionOf), CVRequired: z.CVRequired, Intro: z.Intro, ThankYou: z.ThankYou,
			AccentColour: z.AccentColour, FutureMonths: z.FutureMonths},
		Missing: list(v.Missing), OwnerID: v.Owner, Applications: v.Applications, Revision: v.Revision, CreatedAt: at(v.CreatedAt),
		UpdatedAt: at(v.UpdatedAt), PublishedAt: when(v.PublishedAt), ClosedAt: when(v.ClosedAt)}
	if v.Binding != nil {
		p.Binding = some(bindingOf(*v.Binding))
	}
	if v.State != recruit.ProcessDraft {
		u := a.o.PublicURL + "/jobs/" + v.Slug
		p.PublicURL = &u
	}
	return p
}

func questionOf(q recruit.Question) Question { return Question(q) }

// ProcessFields are what a process is made of. Absent ones stay as they are.
type ProcessFields struct {
	Name             *string        `json:"name,omitempty"`
	Description      *string        `json:"description,omitempty"`
	Cities           *[]string      `json:"cities,omitempty"`
	WorkMode         *string        `json:"work_mode,omitempty" enum:"onsite,hybrid,remote"`
	Contracts        *[]string      `json:"contracts,omitempty" enum:"b2b,employment,mandate"`
	Role             *string        `json:"role,omitempty"`
	Technologies     *[]string      `json:"technologies,omitempty"`
	Salaries         *[]Salary      `json:"salaries,omitempty"`
	SalaryVisibility *string        `json:"salary_visibility,omitempty" enum:"public,match_only,undisclosed"`
	MinExperience    *int           `json:"min_experience,omitempty"`
	Languages        *[]string      `json:"languages,omitempty"`
	Benefits         *[]string      `json:"benefits,omitempty"`
	Customization    *Customization `json:"customization,omitempty"`
}

// ProcessPatch is a change of a process.
type ProcessPatch struct {
	ProcessFields
	Revision int `json:"revision,omitempty" doc:"The revision that the change starts from; an older one than the process's is 409 changed_meanwhile."`
}

// over returns details and customization with the fields set that were given.
func (f ProcessFields) over(d recruit.Details, z recruit.Customization) (recruit.Details, recruit.Customization) {
	set(&d.Name, f.Name)
	set(&d.Description, f.Description)
	set(&d.Cities, f.Cities)
	set(&d.WorkMode, f.WorkMode)
	set(&d.Contracts, f.Contracts)
	set(&d.Role, f.Role)
	set(&d.Technologies, f.Technologies)
	set(&d.SalaryVisibility, f.SalaryVisibility)
	set(&d.MinExperience, f.MinExperience)
	set(&d.Languages, f.Languages)
	set(&d.Benefits, f.Benefits)
	if f.Salaries != nil {
		d.Salaries = each(*f.Salaries, func(s Salary) recruit.Salary {
			if s.Basis == "" {
				s.Basis = recruit.SalaryBasis(s.Contract)
			}
			return recruit.Salary(s)
		})
	}
	if c := f.Customization; c != nil {
		z = recruit.Customization{Questions: each(c.Questions, func(q Question) recruit.Question { return recruit.Question(q) }),
			CVRequired: c.CVRequired, Intro: c.Intro, ThankYou: c.ThankYou, AccentColour: c.AccentColour, FutureMonths: c.FutureMonths}
	}
	return d, z
}

func set[T any](to *T, from *T) {
	if from != nil {
		*to = *from
	}
}
