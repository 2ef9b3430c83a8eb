package api

import (
	"context"
	"errors"
	"net/http"
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"handoff/internal/apply"
	"handoff/internal/door"
	"handoff/internal/recruit"
)

// NewApplication is an application as it arrives.
type NewApplication struct {
	Candidate  NewCandidate      `json:"candidate"`
	CV         *NewCV            `json:"cv,omitempty" doc:"With multipart: the part cv instead."`
	Answers    map[string]string `json:"answers,omitempty" doc:"By question id; yes or no for a question of kind yes_no."`
	ExternalID string            `json:"external_id,omitempty" doc:"Your own."`
	Consent    NewConsent        `json:"consent"`
}

// NewCandidate is who applies.
type NewCandidate struct {
	FirstName   string `json:"first_name"`
	LastName    string `json:"last_name"`
	Email       string `json:"email"`
	Phone       string `json:"phone,omitempty"`
	LinkedInURL string `json:"linkedin_url,omitempty"`
}

// NewCV is a file.
type NewCV struct {
	FileName    string `json:"file_name"`
	ContentType string `json:"content_type,omitempty"`
	Content     string `json:"content" doc:"Base64." encoding:"base64"`
}

// NewConsent is what the applicant was shown and decided. Versions are those
// of application-form; an unknown or replaced one is 422 consent_outdated.
type NewConsent struct {
	Clause             ShownVersion     `json:"clause" doc:"The clause that was read."`
	ATSTransfer        *Decision        `json:"ats_transfer,omitempty"`
	Remote             []RemoteDecision `json:"remote,omitempty" doc:"Without form_token, all of remote_consents when the transfer is agreed to; one that is left out of a form_token's was not answered."`
	FutureRecruitments *Decision        `json:"future_recruitments,omitempty"`
	Locale             string           `json:"locale" enum:"pl,en" doc:"In which the texts were shown."`
	FormToken          string           `json:"form_token,omitempty" doc:"Without it the record says asserted_by_platform."`
}

// ShownVersion names a text.
type ShownVersion struct {
	Version int `json:"version"`
}

// Decision is given or refused.
type Decision struct {
	Decision recruit.Decision `json:"decision" enum:"given,refused"`
	Version  int              `json:"version"`
}

// RemoteDecision is a decision on a text of the ATS's own.
type RemoteDecision struct {
	ID       string           `json:"id"`
	Version  int              `json:"version"`
	Decision recruit.Decision `json:"decision" enum:"given,refused,no_statement" doc:"A clause cannot be refused."`
}

// Submission is the input: read by hand, because of its size.
type Submission struct {
	OneProcess
	RawBody []byte `contentType:"multipart/form-data"`
}

// Submitted is the answer: 201 for an application, 200 when the person had
// applied to the process before.
type Submitted struct {
	Status   int
	Location string `header:"Location"`
	Body     Application
}

// submissions is registered by hand: one operation with two kinds of body.
func (a *API) submissions() {
	o := operation{id: "apply", method: http.MethodPost, path: "/processes/{id}/applications", access: door.Token, tag: "Applications",
		status: http.StatusCreated, body: largeBody, creates: true}
	r := a.huma.OpenAPI().Components.Schemas
	one := r.Schema(reflect.TypeFor[NewApplication](), true, "")
	op := huma.Operation{OperationID: o.id, Method: o.method, Path: o.path, Tags: []string{o.tag}, DefaultStatus: o.status,
		Summary: "Apply. The answer says that application, consent and delivery are on disk.",
		Description: "The same e-mail address in the same process is one application: a second submission is kept beside the first, which it " +
			"never changes, and is answered with 200 and the first.",
		MaxBodyBytes: o.body, BodyReadTimeout: largeTime, SkipValidateBody: true, Metadata: map[string]any{"operation": o},
		RequestBody: &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{
			"application/json": {Schema: one},
			"multipart/form-data": {Schema: &huma.Schema{Type: huma.TypeObject, Required: []string{"application"}, Properties: map[string]*huma.Schema{
				"application": one, "cv": {Type: huma.TypeString, Format: "binary"}}},
				Encoding: map[string]*huma.Encoding{"application": {ContentType: "application/json"}}}}},
		Responses: map[string]*huma.Response{"200": {Description: "Had applied before", Content: map[string]*huma.MediaType{
			"application/json": {Schema: r.Schema(reflect.TypeFor[Application](), true, "")}}}}}
	a.addTo(&op, o, func(op huma.Operation) {
		huma.Register(a.huma, op, func(ctx context.Context, in *Submission) (*Submitted, error) {
			out, err := a.submit(ctx, in)
			if err != nil {
				return nil, a.refuse(o.id, err)
			}
			return out, nil
		})
	})
}

func (a *API) submit(ctx context.Context, in *Submission) (*Submitted, error) {
	if _, err := a.o.Process.Get(ctx, in.caller, in.ID); err != nil {
		return nil, err
	}
	body, upload, err := a.readSubmission(in.request.Header.Get("Content-Type"), in.RawBody)
	if err != nil {
		return nil, err
	}
	r, err := a.o.Apply.Submit(ctx, body.submission(in, upload))
	var refused *recruit.Problem
	if errors.As(err, &refused) && refused.Code == "consent_outdated" {
		return nil, a.outdated(ctx, in, body.Consent.Locale)
	}
	if err != nil {
		return nil, err
	}
	v, err := a.o.Apply.Get(ctx, in.caller, r.Application)
	if err != nil {
		return nil, err
	}
	out := &Submitted{Status: http.StatusCreated, Location: location("applications", string(v.ID)), Body: applicationOf(v)}
	if r.Repeated {
		out.Status = http.StatusOK
	}
	return out, nil
}

// outdated is the refusal that carries the form to show now.
func (a *API) outdated(ctx context.Context, in *Submission, locale string) error {
	f, err := a.o.Apply.Form(ctx, in.ID, "", locale)
	if err != nil {
		return err
	}
	p := newProblem(http.StatusUnprocessableEntity, "consent_outdated")
	form := formOf(f)
	p.Form = &form
	return p
}

func (n NewApplication) submission(in *Submission, cv *apply.Upload) apply.Submission {
	c := n.Candidate
	return apply.Submission{Company: in.caller.Company, Process: in.ID, CV: cv, Answers: n.Answers, ExternalID: n.ExternalID,
		Candidate: recruit.Candidate{FirstName: c.FirstName, LastName: c.LastName, Email: c.Email, Phone: c.Phone, LinkedInURL: c.LinkedInURL},
		Locale:    n.Consent.Locale, Clause: &apply.Choice{Decision: recruit.Given, Version: n.Consent.Clause.Version},
		ATSTransfer: n.Consent.ATSTransfer.choice(), Remote: each(n.Consent.Remote, func(d RemoteDecision) apply.RemoteChoice { return apply.RemoteChoice(d) }), Future: n.Consent.FutureRecruitments.choice(), FormToken: n.Consent.FormToken, Channel: "api",
		Key: in.key()}
}

// key identifies the request by its caller, idempotency key and body: should
// the process die between accepting it and telling so, the same request again
// is not taken for a second submission.
func (in *Submission) key() string {
	key := in.request.Header.Get(keyHeader)
	if key == "" {
		return ""
	}
	return sum([]byte(string(in.caller.Token) + "\x00" + key + "\x00" + fingerprint(in.request, in.RawBody)))
}

func (d *Decision) choice() *apply.Choice {
	if d == nil {
		return nil
	}
	return &apply.Choice{Decision: d.Decision, Version: d.Version}
}
