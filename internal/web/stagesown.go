package web

import (
	"net/http"
	"net/url"

	"handoff/internal/integration"
	"handoff/internal/recruit"
	"handoff/internal/stagesync"
	"handoff/internal/web/page"
)

// processMaps is a part of the processes of a connection, those with a mapping
// of their own first.
func (v *visit) processMaps(c integration.View) (m page.ProcessMaps, err error) {
	const part = 10
	q := v.r.URL.Query()
	m.Query = q.Get("q")
	list, err := v.web.o.Stages.Processes(v.r.Context(), v.caller(), c.ID, stagesync.ProcessFilter{Query: m.Query, List: recruit.List{Limit: part, Cursor: q.Get("cursor")}})
	if err != nil {
		return m, err
	}
	m.Items = list.Items
	if list.Next != "" {
		m.Next = stagesPath(c) + "?" + url.Values{"q": {m.Query}, "cursor": {list.Next}}.Encode() + "#processes"
	}
	return m, nil
}

// processStages is the mapping of one process. Before the module is on, its page
// says how it begins.
func (v *visit) processStages() error {
	c, err := v.moduleHere()
	if err != nil {
		return err
	}
	m, err := v.web.o.Stages.Module(v.r.Context(), v.caller(), c.ID)
	if err != nil {
		return err
	}
	if !m.Enabled {
		return v.goTo(stagesPath(c))
	}
	return v.showStages(http.StatusOK, c, page.StagesPage{}, nil)
}

// showOwn shows the mapping that counts for a process.
func (v *visit) showOwn(status int, c integration.View, m page.StagesPage, id recruit.ProcessID, typed choices) error {
	ctx, who := v.r.Context(), v.caller()
	of, err := v.web.o.Stages.Processes(ctx, who, c.ID, stagesync.ProcessFilter{Process: id})
	if err != nil {
		return err
	}
	if len(of.Items) == 0 {
		return recruit.ErrNotFound
	}
	all, saved, err := v.web.o.Stages.Stages(ctx, who, c.ID, id)
	if err != nil {
		return err
	}
	m.Of, m.Version = &of.Items[0], saved.Version
	m.Mapping, m.Missing = stagesync.State(all, saved)
	v.fillMap(&m.Map, all, typed)
	m.Map.Mark = stagesMark(m.Module, all)
	return v.show(status, page.ProcessStages(v.shell(m.Of.Name, "settings"), m))
}

// commonMapping gives a process the connection's mapping back, or tells who
// would move by that.
func (v *visit) commonMapping() error {
	c, err := v.moduleForm()
	if err != nil {
		return err
	}
	ctx, who, of := v.r.Context(), v.caller(), v.processOfMapping()
	if v.r.PostForm.Get("act") == "preview" {
		would, err := v.web.o.Stages.PreviewDrop(ctx, who, c.ID, of)
		if err != nil {
			return err
		}
		back := moves(would)
		return v.showStages(http.StatusOK, c, page.StagesPage{Back: &back}, nil)
	}
	err = v.web.o.Stages.DropMapping(ctx, who, c.ID, of, v.r.PostForm.Get("mail") != "")
	return v.stagesDone(c, "sync.own_dropped", err)
}
