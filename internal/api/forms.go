package api

import (
	"context"
	"net/http"

	"handoff/internal/apply"
	"handoff/internal/door"
	"handoff/internal/recruit"
)

// Form is what an applicant must see, word for word.
type Form struct {
	Clause             Shown             `json:"clause"`
	ATSTransfer        Null[Shown]       `json:"ats_transfer" doc:"null when the process is not bound, or while the ATS's own texts cannot be shown: then nothing is asked."`
	RemoteConsents     []RemoteConsent   `json:"remote_consents" nullable:"false" doc:"The ATS's own texts of the job, to be shown word for word below ats_transfer. They go along only if the transfer is agreed to."`
	FutureRecruitments Null[ShownFuture] `json:"future_recruitments" doc:"null when not asked."`
	Questions          []Question        `json:"questions" nullable:"false"`
	FileLimits         FileLimits        `json:"file_limits"`
	FormToken          string            `json:"form_token" doc:"The signed list of the versions shown; valid for 24 hours."`
}

// Shown is one text.
type Shown struct {
	ID      recruit.TextID `json:"id"`
	Version int            `json:"version"`
	Text    string         `json:"text"`
	SHA256  string         `json:"sha256"`
}

// ShownFuture is the consent for future recruitments.
type ShownFuture struct {
	ID      recruit.TextID `json:"id"`
	Version int            `json:"version"`
	Text    string         `json:"text"`
	SHA256  string         `json:"sha256"`
	Months  int            `json:"months" doc:"Its validity."`
}

// RemoteConsent is a clause or a consent of the ATS's own.
type RemoteConsent struct {
	ID       string `json:"id"`
	Version  int    `json:"version"`
	Text     string `json:"text"`
	SHA256   string `json:"sha256"`
	Kind     string `json:"kind" enum:"clause,consent" doc:"A clause is read, a consent decided."`
	Required bool   `json:"required" doc:"Without it the application stays on the platform."`
	Locale   string `json:"locale" doc:"Its language; empty when the ATS does not say."`
}

func remoteOf(x recruit.RemoteConsent) RemoteConsent {
	return RemoteConsent{x.ID, x.Version, x.Text, x.SHA256, string(x.Kind), x.Required, x.Locale}
}

// FileLimits is what a CV may be.
type FileLimits struct {
	MaxBytes   int64    `json:"max_bytes"`
	Extensions []string `json:"extensions" nullable:"false"`
	CVRequired bool     `json:"cv_required" doc:"Otherwise a CV or a LinkedIn link."`
}

func formOf(f apply.Form) Form {
	out := Form{Clause: Shown(f.Clause), RemoteConsents: each(f.Remote, remoteOf), Questions: each(f.Questions, questionOf),
		FileLimits: FileLimits{f.MaxBytes, list(f.Extensions), f.Process.Customization.CVRequired}, FormToken: f.Token}
	if f.ATSTransfer != nil {
		out.ATSTransfer = some(Shown(*f.ATSTransfer))
	}
	if s := f.FutureRecruitments; s != nil {
		out.FutureRecruitments = some(ShownFuture{s.ID, s.Version, s.Text, s.SHA256, f.FutureMonths})
	}
	return out
}

func (a *API) forms() {
	add(a, operation{id: "get-application-form", method: http.MethodGet, path: "/processes/{id}/application-form", access: door.Token, tag: "Applications",
		summary: "Read what an applicant must see: texts with their versions, questions, file limits."},
		func(ctx context.Context, in *struct {
			OneProcess
			Locale string `query:"locale" enum:"pl,en" default:"en"`
		}) (*Answer[Form], error) {
			f, err := a.form(ctx, in.caller, in.ID, in.Locale)
			return answer(formOf(f), err)
		})
}

// form is the form of a process that the caller may see.
func (a *API) form(ctx context.Context, c recruit.Caller, id recruit.ProcessID, locale string) (apply.Form, error) {
	if _, err := a.o.Process.Get(ctx, c, id); err != nil {
		return apply.Form{}, err
	}
	return a.o.Apply.Form(ctx, id, "", locale)
}
