package web

import (
	"errors"
	"net/http"

	"handoff/internal/integration"
	"handoff/internal/recruit"
	"handoff/internal/stagesync"
	"handoff/internal/web/page"
)

func stagesPath(c integration.View) string { return connectionPath(c.ATS, c.ID) + "/stages" }

// mappingPath is the page with the mapping that the address names: a process's
// own, or the module's page with the connection's.
func (v *visit) mappingPath(c integration.View) string {
	if p := v.processOfMapping(); p != "" {
		return page.StageBox{Base: connectionPath(c.ATS, c.ID)}.Process(p)
	}
	return stagesPath(c)
}

func (v *visit) processOfMapping() recruit.ProcessID {
	return recruit.ProcessID(v.r.PathValue("process"))
}

// stageBox is the module's part of a connection's page; nil before the main
// integration works (rule R14), and where the ATS tells no stages.
func (v *visit) stageBox(c integration.View) (*page.StageBox, error) {
	if !c.Type.TellsStages {
		return nil, nil
	}
	m, err := v.web.o.Stages.Module(v.r.Context(), v.caller(), c.ID)
	if err != nil {
		return nil, err
	}
	if !m.Enabled && !(page.ConnectionPage{View: c}).Working() {
		return nil, nil
	}
	return &page.StageBox{Module: m, Type: c.Type, Base: connectionPath(c.ATS, c.ID)}, nil
}

// moduleHere is the connection of the address, whose ATS tells stages.
func (v *visit) moduleHere() (integration.View, error) {
	c, err := v.here()
	if err == nil && !c.Type.TellsStages {
		return c, recruit.ErrNotFound
	}
	return c, err
}

// moduleForm reads a posted form, and is the connection that it is for.
func (v *visit) moduleForm() (integration.View, error) {
	if err := v.form(); err != nil {
		return integration.View{}, err
	}
	return v.moduleHere()
}

func (v *visit) stages() error {
	c, err := v.moduleHere()
	if err != nil {
		return err
	}
	if v.r.Header.Get("HX-Request") != "" {
		return v.awaitStages(c)
	}
	return v.showStages(http.StatusOK, c, page.StagesPage{Errors: page.NewErrors(v.say, nil)}, nil)
}

// awaitStages answers a page that waits for the stages: all of it is loaded
// anew once they are there, or once it is known why they are not.
func (v *visit) awaitStages(c integration.View) error {
	ctx, who := v.r.Context(), v.caller()
	m, err := v.web.o.Stages.Module(ctx, who, c.ID)
	if err != nil {
		return err
	}
	all, _, err := v.web.o.Stages.Stages(ctx, who, c.ID, "")
	if err != nil {
		return err
	}
	if stagesMark(m, all) != v.r.URL.Query().Get("seen") {
		v.w.Header().Set("HX-Refresh", "true")
	}
	return v.nothingNew()
}

func stagesMark(m stagesync.Module, all []stagesync.Stage) string {
	return mark(m.Enabled, m.StagesError, len(all) > 0)
}

// showStages shows the module with its stages, or the mapping of the process that
// the address names; typed is what was chosen in the form and is not saved, nil
// when nothing was.
func (v *visit) showStages(status int, c integration.View, m page.StagesPage, typed choices) error {
	ctx, who := v.r.Context(), v.caller()
	settings := m.Settings // typed, when the form was refused
	var err error
	if m.Module, err = v.web.o.Stages.Module(ctx, who, c.ID); err != nil {
		return err
	}
	if settings.Mode != "" {
		m.Settings = settings
	}
	m.Connection, m.Type, m.Base = c, c.Type, connectionPath(c.ATS, c.ID)
	if p := v.processOfMapping(); p != "" {
		return v.showOwn(status, c, m, p, typed)
	}
	all, _, err := v.web.o.Stages.Stages(ctx, who, c.ID, "")
	if err != nil {
		return err
	}
	v.fillMap(&m.Map, all, typed)
	m.Map.Mark = stagesMark(m.Module, all)
	if m.Runs, err = v.web.o.Stages.Runs(ctx, who, c.ID); err != nil {
		return err
	}
	if m.Processes, err = v.processMaps(c); err != nil {
		return err
	}
	return v.show(status, page.Stages(v.shell(v.say.T("sync.title"), "settings"), m))
}

// saveStages switches the module on, or saves its settings.
func (v *visit) saveStages() error {
	c, err := v.moduleForm()
	if err != nil {
		return err
	}
	in, s := v.r.PostForm, stagesync.Defaults()
	s.WhoTells = stagesync.Teller(in.Get("who_tells"))
	for name, to := range map[string]*string{"mode": &s.Mode, "schedule.at": &s.At, "time_zone": &s.TimeZone, "new_substatuses": &s.NewSubStatuses} {
		if in.Has(name) {
			*to = in.Get(name)
		}
	}
	before, err := v.web.o.Stages.Module(v.r.Context(), v.caller(), c.ID)
	if err != nil {
		return err
	}
	_, err = v.web.o.Stages.Save(v.r.Context(), v.caller(), c.ID, true, s)
	var invalid *recruit.Invalid
	if errors.As(err, &invalid) {
		return v.showStages(http.StatusUnprocessableEntity, c, page.StagesPage{StageBox: page.StageBox{Module: stagesync.Module{Settings: s}}, Errors: page.NewErrors(v.say, invalid)}, nil)
	}
	done := "saved"
	if !before.Enabled {
		done = "sync.turned_on"
	}
	return v.stagesDone(c, done, err)
}

// stagesDone says what came of an act, and shows the module again.
func (v *visit) stagesDone(c integration.View, done string, err error) error {
	var refused *recruit.Problem
	switch {
	case errors.As(err, &refused):
		v.tell(page.Bad, v.say.Code("problem", refused.Code, refused.Args))
	case err != nil:
		return err
	default:
		v.tell(page.Good, v.say.T(done))
	}
	return v.goTo(v.mappingPath(c))
}

func (v *visit) stagesOff() error {
	c, err := v.moduleForm()
	if err != nil {
		return err
	}
	_, err = v.web.o.Stages.Save(v.r.Context(), v.caller(), c.ID, false, stagesync.Settings{})
	return v.stagesDone(c, "sync.turned_off", err)
}
