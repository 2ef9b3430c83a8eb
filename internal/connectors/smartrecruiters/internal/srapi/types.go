package srapi

import (
	"strings"
	"time"

	"handoff/internal/atshttp"
)

// Time reads the vendor's date-times, yyyy-MM-ddTHH:mm:ss.SSSZZ (S), whose zone
// is seen as Z, +00:00 and +0000. What cannot be read is the zero time.
type Time struct{ time.Time }

func (t *Time) UnmarshalJSON(b []byte) error {
	t.Time = time.Time{}
	s := strings.Trim(string(b), `"`)
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999-0700", "2006-01-02T15:04:05.999999999"} {
		if v, err := time.Parse(layout, s); err == nil {
			t.Time = v
			return nil
		}
	}
	return nil
}

// Company is the account (GET /configuration/company, S).
type Company struct {
	Identifier atshttp.Text `json:"identifier"`
	Name       atshttp.Text `json:"name"`
}

// Me is the user of a token (GET /user-api/v201804/users/me, V).
type Me struct {
	ID        atshttp.Text `json:"id"`
	Email     atshttp.Text `json:"email"`
	FirstName atshttp.Text `json:"firstName"`
	LastName  atshttp.Text `json:"lastName"`
}

// Job is a job as the list and the detail have it in common (S).
type Job struct {
	ID        atshttp.Text `json:"id"`
	Title     atshttp.Text `json:"title"`
	RefNumber atshttp.Text `json:"refNumber"`
	Status    atshttp.Text `json:"status"`
	Template  bool         `json:"template"`
	Location  struct {
		City    atshttp.Text `json:"city"`
		Region  atshttp.Text `json:"region"`
		Country atshttp.Text `json:"country"`
		Remote  bool         `json:"remote"`
	} `json:"location"`
}

// Source is sourceDetails of a create (S).
type Source struct {
	Type    string `json:"sourceTypeId"`
	SubType string `json:"sourceSubTypeId,omitempty"`
	ID      string `json:"sourceId"`
}

// Web is a candidate's profiles. linkedin is lower case here, and linkedIn in
// the Application API (S).
type Web struct {
	LinkedIn string `json:"linkedin,omitempty"`
}

// CandidateInput is the body of a create (S). It has no place for a consent,
// a status or a file.
type CandidateInput struct {
	FirstName   string   `json:"firstName"`
	LastName    string   `json:"lastName"`
	Email       string   `json:"email"`
	PhoneNumber string   `json:"phoneNumber,omitempty"`
	Web         *Web     `json:"web,omitempty"`
	Tags        []string `json:"tags,omitempty"`
	Source      *Source  `json:"sourceDetails,omitempty"`
}

// Candidate is what is read of one, from the list or the detail: nothing that
// is not compared (product decision 17).
type Candidate struct {
	ID        atshttp.Text   `json:"id"`
	Email     atshttp.Text   `json:"email"`
	CreatedOn Time           `json:"createdOn"`
	Tags      []atshttp.Text `json:"tags"`
	Primary   *Assignment    `json:"primaryAssignment"`
	Secondary []Assignment   `json:"secondaryAssignments"`
}

// Assignment ties a candidate to a job. The status is that of the main one
// alone: a list names the others without it (S).
type Assignment struct {
	Job struct {
		ID atshttp.Text `json:"id"`
	} `json:"job"`
	Status    atshttp.Text `json:"status"`
	SubStatus atshttp.Text `json:"subStatus"`
}

// HiringProcess names its sub-statuses by status; they have no ids (S).
type HiringProcess struct {
	Name        atshttp.Text              `json:"name"`
	Active      *bool                     `json:"active"`
	SubStatuses map[string][]atshttp.Text `json:"subStatuses"`
}

// Subscription is one to webhooks (S).
type Subscription struct {
	ID          atshttp.Text `json:"id"`
	Status      atshttp.Text `json:"status"`
	CallbackURL string       `json:"callbackUrl"`
}

// Application is a candidate on a job. ApplicationID is absent in the older
// specification (S, quirk 6).
type Application struct {
	ApplicationID atshttp.Text `json:"applicationId"`
	Status        atshttp.Text `json:"status"`
	SubStatus     atshttp.Text `json:"subStatus"`
	Source        atshttp.Text `json:"source"` // the label
}

// JobApplication is the same thing in the job-applications API (S).
type JobApplication struct {
	CreateDate Time `json:"createDate"`
}

// Attachment is a file at an application (S).
type Attachment struct {
	ID   atshttp.Text `json:"id"`
	Name atshttp.Text `json:"name"`
	Type atshttp.Text `json:"type"`
}

// SourceType groups sources (S).
type SourceType struct {
	ID       atshttp.Text `json:"id"`
	Label    atshttp.Text `json:"label"`
	SubTypes []struct {
		ID atshttp.Text `json:"id"`
	} `json:"subtypes"`
}

// SourceValue is one source (S).
type SourceValue struct {
	ID      atshttp.Text `json:"id"`
	Label   atshttp.Text `json:"label"`
	SubType struct {
		ID atshttp.Text `json:"id"`
	} `json:"sourceSubType"`
}

// Token is an answer of the token endpoint (S for the names).
type Token struct {
	AccessToken  string      `json:"access_token"`
	RefreshToken string      `json:"refresh_token"`
	ExpiresIn    atshttp.Int `json:"expires_in"` // seconds
}
