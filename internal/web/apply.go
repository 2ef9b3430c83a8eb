package web

import (
	"bytes"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"handoff/internal/apply"
	"handoff/internal/door"
	"handoff/internal/process"
	"handoff/internal/recruit"
	"handoff/internal/web/page"
)

// apply takes an application. Everything that refuses it shows the form again
// with what was typed; only a file cannot be kept, and the page says so.
func (v *visit) apply() error {
	p, err := v.web.o.Process.Public(v.r.Context(), v.r.PathValue("slug"))
	if err != nil {
		return err
	}
	in, release, err := v.upload()
	defer release()
	if err != nil {
		return err
	}
	_, err = v.web.o.Apply.Submit(v.r.Context(), submission(p, in, v))
	if err == nil {
		return v.goTo("/jobs/" + p.Slug + "/thanks")
	}
	if gone(err) {
		m := jobPage(p)
		m.Closed = true
		return v.showJob(http.StatusConflict, p, m)
	}
	return v.applyRefused(p, in, err)
}

func (v *visit) applyRefused(p process.View, in uploaded, refusal error) error {
	var invalid *recruit.Invalid
	var refused *recruit.Problem
	var err error
	status, code := door.Status(refusal)
	m := jobPage(p)
	if m.Form, err = v.applyForm(p); err != nil {
		return err
	}
	m.Form.Values = in.values
	m.Form.ChooseFileAgain = in.file != nil
	switch {
	case errors.As(refusal, &invalid):
		// The texts that were shown stay the ones that are decided about: a
		// fresh list would also look like a form filled in no time.
		m.Form.Token = in.values["form_token"]
		m.Form.Errors = page.NewErrors(v.say, invalid).InOrder("candidate.first_name", "candidate.last_name", "candidate.email",
			"candidate.phone", "cv", "candidate.linkedin_url", "answers", "consent.clause", "consent.ats_transfer")
		m.Form.Refused = m.Form.Errors.Summary(v.applyLabel(m.Form))
	case errors.As(refusal, &refused) && code == "consent_outdated":
		// What was decided about other words is not a decision about these.
		m.Form.Outdated = true
		m.Form.Values = without(in.values, "consent.clause", "consent.ats_transfer", "consent.future_recruitments", "consent.remote.")
	case errors.As(refusal, &refused):
		if after := refused.Args["retry_after"]; after != "" {
			v.w.Header().Set("Retry-After", after)
		}
		m.Form.Refused = []page.Refused{{Text: v.say.Code("problem", code, refused.Args)}}
	default:
		return refusal
	}
	v.w.Header().Set("Cache-Control", "no-store")
	return v.showJob(status, p, m)
}

// applyLabel names a field of the form for the summary of errors.
func (v *visit) applyLabel(f page.JobForm) func(string) (string, string) {
	return func(path string) (string, string) {
		if id, ok := strings.CutPrefix(path, "answers."); ok {
			for _, q := range f.Questions {
				if q.ID == id {
					return q.Label, path
				}
			}
		}
		switch path {
		case "cv":
			return v.say.T("apply.cv"), path
		case "consent.clause":
			return v.say.T("apply.clause"), path
		case "consent.ats_transfer":
			return v.say.T("apply.transfer_short"), path
		}
		if name, ok := strings.CutPrefix(path, "candidate."); ok {
			return v.say.T("apply." + strings.TrimSuffix(name, "_url")), path
		}
		return "", ""
	}
}

func submission(p process.View, in uploaded, v *visit) apply.Submission {
	s := apply.Submission{Process: p.ID, Locale: v.say.Lang, Channel: "page", AddrBlock: v.web.o.Proxies.Block(v.r),
		FormToken: in.values["form_token"], Honeypot: in.values["website"],
		Candidate: recruit.Candidate{FirstName: in.values["candidate.first_name"], LastName: in.values["candidate.last_name"],
			Email: in.values["candidate.email"], Phone: in.values["candidate.phone"], LinkedInURL: in.values["candidate.linkedin_url"]},
		Clause: choice(in, "consent.clause"), ATSTransfer: choice(in, "consent.ats_transfer"),
		Remote: remoteChoices(in), Future: choice(in, "consent.future_recruitments"), Answers: map[string]string{}}
	for name, value := range in.values {
		if id, ok := strings.CutPrefix(name, "answers."); ok {
			s.Answers[id] = value
		}
	}
	if in.file != nil {
		s.CV = &apply.Upload{FileName: in.fileName, ContentType: in.fileType, Body: bytes.NewReader(in.file)}
	}
	return s
}

// choice is a decision on a text that was shown; nil when it was not. What
// was left alone is recorded as just that: shown, and not answered.
func choice(in uploaded, name string) *apply.Choice {
	version, ok := in.values[name+".version"]
	if !ok {
		return nil
	}
	c := &apply.Choice{Decision: recruit.NoStatement, Version: number(version)}
	switch recruit.Decision(in.values[name]) {
	case recruit.Given:
		c.Decision = recruit.Given
	case recruit.Refused:
		c.Decision = recruit.Refused
	}
	return c
}

// without leaves out names, and what begins with one that ends in a dot.
func without(values map[string]string, names ...string) map[string]string {
	out := make(map[string]string, len(values))
	for k, x := range values {
		if !slices.ContainsFunc(names, func(n string) bool { return k == n || strings.HasSuffix(n, ".") && strings.HasPrefix(k, n) }) {
			out[k] = x
		}
	}
	return out
}

// remoteChoices are the decisions on the ATS's own texts. What was left alone
// was shown, and not answered.
func remoteChoices(in uploaded) []apply.RemoteChoice {
	var out []apply.RemoteChoice
	for i := range fieldsLimit {
		name := "consent.remote." + strconv.Itoa(i)
		text, ok := in.values[name+".text"]
		if !ok {
			break
		}
		version, id, _ := strings.Cut(text, " ")
		c := apply.RemoteChoice{ID: id, Version: number(version), Decision: recruit.NoStatement}
		switch d := recruit.Decision(in.values[name]); d {
		case recruit.Given, recruit.Refused:
			c.Decision = d
		}
		out = append(out, c)
	}
	return out
}
