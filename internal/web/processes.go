package web

import (
	"errors"
	"net/http"
	"strings"

	"handoff/internal/apply"
	"handoff/internal/process"
	"handoff/internal/recruit"
	"handoff/internal/web/page"
)

func processPath(id recruit.ProcessID) string { return "/processes/" + string(id) }

func (v *visit) processID() recruit.ProcessID { return recruit.ProcessID(v.r.PathValue("id")) }

func (v *visit) processes() error {
	q := v.r.URL.Query()
	m := page.ProcessList{State: recruit.ProcessState(q.Get("state")), Query: q.Get("q")}
	list, err := v.web.o.Process.List(v.r.Context(), v.caller(), process.Filter{State: m.State, Query: m.Query, List: recruit.List{Cursor: q.Get("cursor")}})
	if err != nil {
		return err
	}
	m.Items, m.Next = list.Items, v.nextPage(list.Next)
	causes, err := v.web.o.Delivery.Attention(v.r.Context(), v.caller())
	if err != nil {
		return err
	}
	for _, c := range causes {
		m.Attention += c.Count
	}
	return v.show(http.StatusOK, page.Processes(v.shell(v.say.T("processes.title"), "processes"), m))
}

func (v *visit) newProcess() error {
	return v.show(http.StatusOK, page.ProcessNew(v.shell(v.say.T("processes.new"), "processes"), page.NewProcess{Errors: page.NewErrors(v.say, nil)}))
}

// createProcess makes a draft of its name; the editor asks for the rest.
func (v *visit) createProcess() error {
	if err := v.form(); err != nil {
		return err
	}
	name := v.r.PostForm.Get("name")
	made, err := v.web.o.Process.Create(v.r.Context(), v.caller(), recruit.Details{Name: name})
	var invalid *recruit.Invalid
	if errors.As(err, &invalid) {
		return v.show(http.StatusUnprocessableEntity, page.ProcessNew(v.shell(v.say.T("processes.new"), "processes"), page.NewProcess{Name: name, Errors: page.NewErrors(v.say, invalid)}))
	}
	if err != nil {
		return err
	}
	return v.goTo(processPath(made.ID) + "/edit")
}

// process is a process with its latest applications.
func (v *visit) process() error {
	p, err := v.web.o.Process.Get(v.r.Context(), v.caller(), v.processID())
	if err != nil {
		return err
	}
	m := page.ProcessOverview{View: p, ATSTitle: v.atsTitle(p.ATS), PublicURL: v.web.public("/jobs/" + p.Slug)}
	list, err := v.web.o.Apply.List(v.r.Context(), v.caller(), apply.Filter{Process: p.ID, List: recruit.List{Limit: 8}})
	if err != nil {
		return err
	}
	m.Applications = list.Items
	if m.Ad, err = v.adOf(p); err != nil {
		return err
	}
	clause, err := v.web.o.Company.Clause(v.r.Context(), v.caller())
	if err != nil && !errors.Is(err, recruit.ErrNotFound) {
		return err
	}
	if b := p.Binding; b != nil {
		if t, ok := v.web.o.Integration.Type(p.ATS); ok && t.TellsStages && v.caller().IsAdmin() {
			m.StagesPath = page.StageBox{Base: connectionPath(p.ATS, b.Connection)}.Process(p.ID)
		}
		w, err := v.web.o.Integration.JobHealth(v.r.Context(), v.caller(), b.Connection, b.RemoteJob)
		switch {
		case err == nil:
			m.Health = &w
		case !errors.Is(err, recruit.ErrNotFound):
			return err
		}
	}
	m.ClauseOpen = strings.Contains(clause.PL+clause.EN, "[")
	return v.show(http.StatusOK, page.Process(v.shell(p.Details.Name, "processes"), m))
}

func (v *visit) publish() error {
	return v.change("process.published", func(id recruit.ProcessID) error {
		_, err := v.web.o.Process.Publish(v.r.Context(), v.caller(), id)
		return err
	})
}

func (v *visit) closeProcess() error {
	return v.change("process.closed", func(id recruit.ProcessID) error {
		_, err := v.web.o.Process.Close(v.r.Context(), v.caller(), id)
		return err
	})
}

// change does something to the process of the address and shows it again. A
// refusal is said on its page, where what is missing is listed.
func (v *visit) change(done string, do func(recruit.ProcessID) error) error {
	id := v.processID()
	err := do(id)
	var refused *recruit.Problem
	if errors.As(err, &refused) {
		v.tell(page.Bad, v.say.Code("problem", refused.Code, refused.Args))
		return v.goTo(processPath(id))
	}
	if err != nil {
		return err
	}
	v.tell(page.Good, v.say.T(done))
	return v.goTo(processPath(id))
}

func (v *visit) deleteProcess() error {
	id := v.processID()
	err := v.web.o.Process.Delete(v.r.Context(), v.caller(), id)
	var refused *recruit.Problem
	if errors.As(err, &refused) {
		v.tell(page.Bad, v.say.Code("problem", refused.Code, refused.Args))
		return v.goTo(processPath(id))
	}
	if err != nil {
		return err
	}
	v.dropDraft(id)
	v.tell(page.Good, v.say.T("process.deleted"))
	return v.goTo("/processes")
}

// atsTitle is an ATS's name as people write it.
func (v *visit) atsTitle(ats string) string {
	if t, ok := v.web.o.Integration.Type(ats); ok {
		return t.Title
	}
	return ats
}

// public is the address of a page as the world sees it.
func (w *Web) public(path string) string {
	u := *w.o.PublicURL
	u.Path = path
	return u.String()
}
