package web

import (
	"errors"
	"net/http"

	"handoff/internal/process"
	"handoff/internal/recruit"
	"handoff/internal/web/page"
)

func (v *visit) jobs() error {
	q := v.r.URL.Query()
	m := page.PublicJobs{Query: q.Get("q")}
	list, err := v.web.o.Process.PublicList(v.r.Context(), m.Query, recruit.List{Cursor: q.Get("cursor")})
	if err != nil {
		return err
	}
	m.Items, m.Next = list.Items, v.nextPage(list.Next)
	s := v.shell(v.say.T("jobs.title"), "")
	s.Canonical = v.web.public("/jobs")
	s.Summary = v.say.T("jobs.summary", "Platform", v.web.o.PlatformName)
	return v.show(http.StatusOK, page.PublicJobList(s, m))
}

// job is the public page of a process with its application form. A closed one
// says that it is closed.
func (v *visit) job() error {
	p, err := v.web.o.Process.Public(v.r.Context(), v.r.PathValue("slug"))
	if err != nil {
		return err
	}
	m := jobPage(p)
	if !m.Closed {
		if m.Form, err = v.applyForm(p); err != nil {
			return err
		}
	}
	// A form with its signed list of texts is one person's and one day's.
	v.w.Header().Set("Cache-Control", "no-store")
	return v.showJob(http.StatusOK, p, m)
}

func jobPage(p process.View) page.JobPage {
	return page.JobPage{Slug: p.Slug, Details: p.Details, Custom: p.Customization, CompanyName: p.CompanyName, Closed: p.State != recruit.ProcessOpen}
}

// applyForm is the form as it must be shown now.
func (v *visit) applyForm(p process.View) (page.JobForm, error) {
	f, err := v.web.o.Apply.Form(v.r.Context(), p.ID, "", v.say.Lang)
	if err != nil {
		return page.JobForm{}, err
	}
	m := page.JobForm{ATSTitle: f.ATSTitle, Clause: page.ShownText{Version: f.Clause.Version, Text: f.Clause.Text}, FutureMonths: f.FutureMonths,
		Questions: f.Questions, MaxBytes: f.MaxBytes, Extensions: f.Extensions, CVRequired: p.Customization.CVRequired, Token: f.Token,
		Values: map[string]string{}, Errors: page.NewErrors(v.say, nil)}
	if f.ATSTransfer != nil {
		m.Transfer = &page.ShownText{Version: f.ATSTransfer.Version, Text: f.ATSTransfer.Text}
	}
	m.Remote, m.Unread = f.Remote, f.Unread
	if f.FutureRecruitments != nil {
		m.Future = &page.ShownText{Version: f.FutureRecruitments.Version, Text: f.FutureRecruitments.Text}
	}
	return m, nil
}

func (v *visit) showJob(status int, p process.View, m page.JobPage) error {
	s := v.shell(p.Details.Name+" – "+p.CompanyName, "")
	if !m.Closed { // a closed one is not for search engines
		s.Canonical, s.Summary, s.Posting = v.web.public("/jobs/"+p.Slug), summary(p), v.web.posting(p)
	}
	if p.Customization.AccentColour != "" {
		s.Look = "/jobs/" + p.Slug + "/look.css?v=" + p.Customization.AccentColour[1:]
	}
	return v.show(status, page.Job(s, m))
}

// thanks is the same for everybody.
func (v *visit) thanks() error {
	p, err := v.web.o.Process.Public(v.r.Context(), v.r.PathValue("slug"))
	if err != nil {
		return err
	}
	v.w.Header().Set("X-Robots-Tag", "noindex")
	return v.show(http.StatusOK, page.Thanks(v.shell(v.say.T("thanks.title"), ""), p.CompanyName, p.Details.Name, p.Customization.ThankYou, v.web.o.Notify.Sends()))
}

// look is the process's own colour as a style sheet: the content policy
// allows no style in a page.
func (v *visit) look() error {
	p, err := v.web.o.Process.Public(v.r.Context(), v.r.PathValue("slug"))
	if err != nil {
		return err
	}
	v.w.Header().Set("Cache-Control", "public, max-age=86400")
	return v.css(p.Customization.AccentColour)
}

func (v *visit) previewLook() error {
	_, d, err := v.draft()
	if err != nil {
		return err
	}
	return v.css(d.Customization.AccentColour)
}

func (v *visit) css(colour string) error {
	sheet, ok := lookOf(colour)
	if !ok {
		return recruit.ErrNotFound
	}
	v.w.Header().Set("Content-Type", "text/css; charset=utf-8")
	_, err := v.w.Write([]byte(sheet))
	if err != nil {
		return nil // the reader has gone
	}
	return nil
}

// gone tells whether a process stopped taking applications.
func gone(err error) bool {
	var refused *recruit.Problem
	return errors.As(err, &refused) && refused.Code == "process_closed"
}
