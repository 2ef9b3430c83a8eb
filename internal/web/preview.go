package web

import (
	"errors"
	"net/http"

	"handoff/internal/process"
	"handoff/internal/recruit"
	"handoff/internal/web/page"
)

// editPreview is *Process Preview*: the public page, of the draft.
func (v *visit) editPreview() error {
	p, d, err := v.draft()
	if err != nil {
		return err
	}
	return v.showPreview(http.StatusOK, p, d, nil)
}

func (v *visit) showPreview(status int, p process.View, d draft, refused *recruit.Invalid) error {
	m := v.edit(p, d, page.StepPreview, refused)
	var err error
	if m.Integration, err = v.editIntegration(p, d, true); err != nil {
		return err
	}
	job := page.JobPage{Slug: p.Slug, Details: d.Details, Custom: d.Customization, CompanyName: v.company.Name, Preview: true}
	if job.Form, err = v.previewForm(d); err != nil {
		return err
	}
	for _, j := range m.Integration.Jobs.Items {
		if j.ID == d.RemoteJob {
			job.RemoteTitle = j.Title
		}
	}
	if job.RemoteTitle == "" && p.Binding != nil && p.Binding.RemoteJob == d.RemoteJob {
		job.RemoteTitle = p.Binding.RemoteJobTitle
	}
	s := v.shell(v.say.T("edit.step.preview"), "processes")
	if d.Customization.AccentColour != "" {
		s.Look = processPath(p.ID) + "/edit/look.css?v=" + d.Customization.AccentColour[1:]
	}
	return v.show(status, page.EditPreview(s, m, job))
}

// saveEdit is Save: everything at once, the binding included.
func (v *visit) saveEdit() error {
	if err := v.form(); err != nil {
		return err
	}
	p, d, err := v.draft()
	if err != nil {
		return err
	}
	base := processPath(p.ID) + "/edit"
	switch v.r.PostForm.Get("go") {
	case page.StepDetails:
		return v.goTo(base)
	case page.StepCustomization:
		return v.goTo(base + "/customization")
	}
	d.withoutBlank()
	_, warnings, err := v.web.o.Process.Save(v.r.Context(), v.caller(), p.ID,
		process.Edit{Details: d.Details, Customization: d.Customization, Binding: d.binding(), Revision: d.Revision})
	var invalid *recruit.Invalid
	var refused *recruit.Problem
	switch {
	case errors.Is(err, recruit.ErrConflict):
		return v.show(http.StatusConflict, page.EditConflict(v.shell(v.say.T("conflict.title"), "processes"), v.edit(p, d, page.StepPreview, nil)))
	case errors.As(err, &invalid):
		return v.showPreview(http.StatusUnprocessableEntity, p, d, invalid)
	case errors.As(err, &refused):
		v.tell(page.Bad, v.say.Code("problem", refused.Code, refused.Args))
		return v.goTo(base + "/preview")
	case err != nil:
		return err
	}
	v.dropDraft(p.ID)
	if len(warnings) > 0 {
		v.tell(page.Warn, v.say.T("saved")+" "+v.say.Code("problem", warnings[0].Code, warnings[0].Args))
	} else {
		v.tell(page.Good, v.say.T("edit.saved"))
	}
	return v.goTo(processPath(p.ID))
}

// keepEdit goes on with the draft on top of what somebody else saved.
func (v *visit) keepEdit() error {
	p, d, err := v.draft()
	if err != nil {
		return err
	}
	d.Revision, d.Changed = p.Revision, true
	if err := v.keep(p.ID, d); err != nil {
		return err
	}
	return v.goTo(processPath(p.ID) + "/edit/preview")
}

func (v *visit) discardEdit() error {
	if _, err := v.web.o.Process.Get(v.r.Context(), v.caller(), v.processID()); err != nil {
		return err
	}
	v.dropDraft(v.processID())
	v.tell(page.Info, v.say.T("edit.discarded"))
	return v.goTo(processPath(v.processID()))
}
