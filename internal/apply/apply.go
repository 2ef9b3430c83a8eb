// Package apply is an application's arrival and life on the platform: the
// form as it must be shown, validation, CV, consent, duplicates, and the
// reading of applications by the company.
package apply

import (
	"context"
	"errors"
	"io"
	"time"

	"handoff/internal/recruit"
	"handoff/internal/secret"
)

var unbuilt = errors.New("unbuilt")

// Engine is the package's one entry. It is safe for concurrent use.
type Engine struct {
	Store  Store
	Now    func() time.Time
	Sealer *secret.Sealer // signs the form token
	// Files tells what the ATS named accepts as a CV; ok is false for none.
	Files func(ats string) (maxBytes int64, extensions []string, ok bool)
}

// Shown is one text as it must be shown, word for word.
type Shown struct {
	ID      recruit.TextID
	Version int
	Text    string
	SHA256  string
}

// Form is what an applicant must see.
type Form struct {
	Process            recruit.Process
	CompanyName        string
	ATSTitle           string // empty when the process is not bound
	Clause             Shown
	ATSTransfer        *Shown // nil when the process is not bound
	FutureRecruitments *Shown // nil when not asked
	FutureMonths       int
	Questions          []recruit.Question
	MaxBytes           int64
	Extensions         []string
	// Token is the signed list of the versions shown, with when; valid 24 hours.
	Token string
}

// Choice is a decision on one text that was shown.
type Choice struct {
	Decision recruit.Decision
	Version  int
}

// Upload is a CV as it arrives. It is read once, bounded.
type Upload struct {
	FileName    string
	ContentType string // as claimed; believed for nothing
	Body        io.Reader
}

// Submission is an application as it arrives at either door.
type Submission struct {
	Process     recruit.ProcessID
	Candidate   recruit.Candidate
	Answers     map[string]string // by question id
	CV          *Upload
	ExternalID  string
	Locale      string
	Clause      *Choice // Given: having read it confirmed
	ATSTransfer *Choice
	Future      *Choice
	FormToken   string
	Channel     string // page, api
	AddrBlock   string // the client's /24 or /48, for limits; empty for the API
	Honeypot    string // filled by machines only
}

// Receipt is the answer to a submission, alike for a first and a repeated one.
type Receipt struct {
	Application recruit.ApplicationID
	// Repeated is for the API's caller and the timeline, never for the page.
	Repeated bool
}

// Form returns the form of an open process, by id or slug. ErrNotFound for a
// draft, Problem process_closed for a closed one.
func (e *Engine) Form(ctx context.Context, process recruit.ProcessID, slug, locale string) (Form, error) {
	return Form{}, unbuilt
}

// Submit accepts an application: when it returns nil, application, consent
// records and delivery are on disk (delivery invariant 1). It refuses with
// Invalid (field paths as in the API: candidate.email, cv, consent.clause, …),
// Problem consent_outdated (texts replaced meanwhile: show the new form, keep
// what was typed), process_closed, form_expired. A burst is accepted but
// marked suspicious and not sent to the ATS until released.
func (e *Engine) Submit(ctx context.Context, s Submission) (Receipt, error) {
	return Receipt{}, unbuilt
}

// View is an application with its delivery, as the company sees it.
type View struct {
	recruit.Application
	ProcessName string
	Delivery    recruit.Delivery
	ATS         string                 // the connector's name; empty when not bound
	Transfer    *recruit.ConsentRecord // newest of that purpose
}

// Filter narrows a list. Query matches the whole folded e-mail only: data is
// sealed, and only a keyed hash can be searched.
type Filter struct {
	Process      recruit.ProcessID
	Stage        recruit.Stage
	Delivery     recruit.DeliveryState
	Query        string
	UpdatedSince time.Time
	recruit.List
}

func (e *Engine) List(ctx context.Context, c recruit.Caller, f Filter) (recruit.Page[View], error) {
	return recruit.Page[View]{}, unbuilt
}
func (e *Engine) Get(ctx context.Context, c recruit.Caller, id recruit.ApplicationID) (View, error) {
	return View{}, unbuilt
}

// Timeline returns everything that happened, oldest first.
func (e *Engine) Timeline(ctx context.Context, c recruit.Caller, id recruit.ApplicationID) ([]recruit.TimelineEvent, error) {
	return nil, unbuilt
}

// Consents returns the application's consent records, oldest first.
func (e *Engine) Consents(ctx context.Context, c recruit.Caller, id recruit.ApplicationID) ([]recruit.ConsentRecord, error) {
	return nil, unbuilt
}

// OpenCV returns the CV's bytes. Reading it is audited.
func (e *Engine) OpenCV(ctx context.Context, c recruit.Caller, id recruit.ApplicationID) (recruit.CV, []byte, error) {
	return recruit.CV{}, nil, unbuilt
}

// ChangeStage is a manual move.
func (e *Engine) ChangeStage(ctx context.Context, c recruit.Caller, id recruit.ApplicationID, s recruit.Stage) (View, error) {
	return View{}, unbuilt
}

// Withdraw records that the candidate withdrew the consent to the transfer
// and the application: a new consent record; what is not yet sent is
// cancelled; an unanswered delivery is looked up first.
func (e *Engine) Withdraw(ctx context.Context, c recruit.Caller, id recruit.ApplicationID) (View, error) {
	return View{}, unbuilt
}

// Release lets a suspicious application go on to the ATS; Discard ends it.
func (e *Engine) Release(ctx context.Context, c recruit.Caller, id recruit.ApplicationID) (View, error) {
	return View{}, unbuilt
}

// Erase destroys the application's data key, CV and all that names the
// person, and cancels its delivery (Admin). What stands at the ATS is told in
// the audit record.
func (e *Engine) Erase(ctx context.Context, c recruit.Caller, id recruit.ApplicationID) error {
	return unbuilt
}

// Store is what this engine needs kept.
type Store interface{}
