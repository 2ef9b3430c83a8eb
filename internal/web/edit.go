package web

import (
	"errors"
	"net/http"
	"strings"

	"handoff/internal/process"
	"handoff/internal/recruit"
	"handoff/internal/web/page"
)

// editDetails is the first step: the job as the candidate reads it, and the
// switch *Integrate with ATS (NAME)*.
func (v *visit) editDetails() error {
	p, d, err := v.draft()
	if err != nil {
		return err
	}
	return v.showDetails(http.StatusOK, p, d, nil)
}

func (v *visit) showDetails(status int, p process.View, d draft, refused *recruit.Invalid) error {
	m := v.edit(p, d, page.StepDetails, refused)
	var err error
	if m.Ad, err = v.adOf(p); err != nil {
		return err
	}
	if m.Ad != nil {
		m.AdATS = v.atsTitle(m.Ad.ATS)
	}
	if m.Integration, err = v.editIntegration(p, d, true); err != nil {
		return err
	}
	if e := m.Errors.At("binding"); e != "" {
		m.Integration.Error = e
	}
	return v.show(status, page.EditDetails(v.shell(v.say.T("edit.title"), "processes"), m))
}

// edit is what every step shows.
func (v *visit) edit(p process.View, d draft, step string, refused *recruit.Invalid) page.Edit {
	m := page.Edit{ID: p.ID, Name: p.Details.Name, State: p.State, Step: step, Changed: d.Changed,
		Details: d.Details, Salaries: d.Salaries, Customization: d.Customization, Missing: process.Missing(d.Details)}
	if refused != nil {
		trimmed := *refused
		trimmed.Fields = append([]recruit.FieldProblem(nil), refused.Fields...)
		for i := range trimmed.Fields {
			trimmed.Fields[i].Path = strings.TrimPrefix(trimmed.Fields[i].Path, "customization.")
		}
		refused = &trimmed
	}
	m.Errors = page.NewErrors(v.say, refused)
	m.Refused = m.Errors.Summary(func(path string) (string, string) {
		field, _, _ := strings.Cut(path, ".")
		return v.say.Code("missing", field, nil), field
	})
	return m
}

// postDetails keeps what was typed and goes where the pressed button says.
func (v *visit) postDetails() error {
	if err := v.form(); err != nil {
		return err
	}
	p, d, err := v.draft()
	if err != nil {
		return err
	}
	bad := d.readDetails(v.r.PostForm)
	if err := v.keep(p.ID, d); err != nil {
		return err
	}
	base := processPath(p.ID) + "/edit"
	switch v.r.PostForm.Get("go") {
	case "search":
		return v.goTo(base + "#integration")
	case "refresh":
		if err := v.web.o.Integration.RefreshJobs(v.r.Context(), v.caller(), d.Connection); err != nil {
			return err
		}
		return v.goTo(base + v.asking() + "#integration")
	case "test":
		return v.testBinding(p, d)
	case "stay":
		return v.goTo(base)
	}
	if d.Bound && d.RemoteJob == "" {
		bad.Add("binding", "choose_job")
	}
	var invalid *recruit.Invalid
	if err := v.web.o.Process.Check(d.Details, recruit.Customization{}); errors.As(err, &invalid) {
		bad.Fields = append(bad.Fields, invalid.Fields...)
	} else if err != nil {
		return err
	}
	if len(bad.Fields) > 0 {
		return v.showDetails(http.StatusUnprocessableEntity, p, d, bad)
	}
	if v.r.PostForm.Get("go") == "preview" {
		return v.goTo(base + "/preview")
	}
	return v.goTo(base + "/customization")
}

// testBinding is TEST INTEGRATION: it tests the choice as it stands in the
// draft and stores nothing but its report.
func (v *visit) testBinding(p process.View, d draft) error {
	if d.RemoteJob == "" {
		bad := &recruit.Invalid{}
		bad.Add("binding", "choose_job")
		d.Bound = true
		return v.showDetails(http.StatusUnprocessableEntity, p, d, bad)
	}
	run, err := v.web.o.Integration.TestBinding(v.r.Context(), v.caller(), p.ID, d.Connection, d.RemoteJob)
	var refused *recruit.Problem
	if errors.As(err, &refused) {
		v.tell(page.Bad, v.say.Code("problem", refused.Code, refused.Args))
		return v.goTo(processPath(p.ID) + "/edit#integration")
	}
	if err != nil {
		return err
	}
	d.Run, d.RunConnection, d.RunJob, d.Bound = run.ID, d.Connection, d.RemoteJob, true
	if err := v.keep(p.ID, d); err != nil {
		return err
	}
	return v.goTo(processPath(p.ID) + "/edit#integration")
}

func (v *visit) editCustomization() error {
	p, d, err := v.draft()
	if err != nil {
		return err
	}
	return v.show(http.StatusOK, page.EditCustomization(v.shell(v.say.T("edit.title"), "processes"), v.edit(p, d, page.StepCustomization, nil)))
}

func (v *visit) postCustomization() error {
	if err := v.form(); err != nil {
		return err
	}
	p, d, err := v.draft()
	if err != nil {
		return err
	}
	d.readCustomization(v.r.PostForm)
	base, to := processPath(p.ID)+"/edit", v.r.PostForm.Get("go")
	if to == "preview" {
		d.withoutBlank()
	}
	if err := v.keep(p.ID, d); err != nil {
		return err
	}
	switch {
	case to == "details":
		return v.goTo(base)
	case to != "preview":
		return v.goTo(base + "/customization#questions")
	}
	var invalid *recruit.Invalid
	if err := v.web.o.Process.Check(recruit.Details{Name: d.Details.Name}, d.Customization); errors.As(err, &invalid) {
		return v.show(http.StatusUnprocessableEntity, page.EditCustomization(v.shell(v.say.T("edit.title"), "processes"), v.edit(p, d, page.StepCustomization, invalid)))
	} else if err != nil {
		return err
	}
	return v.goTo(base + "/preview")
}
