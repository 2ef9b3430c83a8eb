package web

import (
	"net/http"

	"handoff/internal/apply"
	"handoff/internal/integration"
	"handoff/internal/process"
	"handoff/internal/recruit"
	"handoff/internal/stagesync"
	"handoff/internal/web/page"
)

func (v *visit) tourPage() error {
	if !v.web.o.Demo {
		return recruit.ErrNotFound
	}
	return v.show(http.StatusOK, page.TourPage(v.shell(v.say.T("tour.title"), "")))
}

// tour ticks off what the state of the company shows to be done; it keeps
// nothing of its own. It is a demo's, and a page that cannot look goes without.
func (v *visit) tour() *page.Tour {
	ctx, c := v.r.Context(), v.caller()
	conns, err := v.web.o.Integration.Connections(ctx, c)
	if err != nil {
		return nil
	}
	list, err := v.web.o.Process.List(ctx, c, process.Filter{List: recruit.List{Limit: 100}})
	if err != nil {
		return nil
	}
	arrived, err := v.web.o.Apply.List(ctx, c, apply.Filter{Delivery: recruit.DeliveryDelivered, List: recruit.List{Limit: 1}})
	if err != nil {
		return nil
	}
	conn, live := furthest(conns)
	edit, bound, tested, open := "/processes", false, false, "/jobs"
	var published bool
	for _, p := range list.Items {
		if p.Binding == nil {
			continue
		}
		bound = true
		edit = processPath(p.ID) + "/edit#integration"
		tested = tested || p.Binding.State == recruit.BindingOK
		if p.State == recruit.ProcessOpen {
			published, open = true, "/jobs/"+p.Slug
		}
	}
	settings, follows := "/settings/integrations", false
	if live {
		settings = connectionPath(conn.ATS, conn.ID)
		m, err := v.web.o.Stages.Module(ctx, c, conn.ID)
		follows = err == nil && m.Enabled && m.Mapping == stagesync.MappingComplete
	}
	sourced, edited := false, false
	for _, c := range conns {
		sourced = sourced || c.State == recruit.ConnConnected && c.Source != nil
		edited = edited || c.State == recruit.ConnConnected && c.ConsentTemplate.Version > 1
	}
	t := &page.Tour{Steps: []page.TourStep{
		{Key: "connect", URL: settings, Done: live},
		{Key: "source", URL: settings + "#source", Done: sourced},
		{Key: "template", URL: settings + "#template", Done: edited},
		{Key: "bind", URL: edit, Done: bound},
		{Key: "test", URL: edit, Done: tested},
		{Key: "publish", URL: "/processes", Done: published},
		{Key: "apply", URL: open, Done: len(arrived.Items) > 0},
		{Key: "stages", URL: settings + "#modules", Done: follows},
	}}
	for _, sim := range []page.Link{{Text: "SmartRecruiters", URL: v.web.o.Tour.SmartRecruitersURL}, {Text: "eRecruiter", URL: v.web.o.Tour.ERecruiterURL}} {
		if sim.URL != "" {
			t.Simulators = append(t.Simulators, sim)
		}
	}
	for _, s := range t.Steps {
		if s.Done {
			t.Done++
		}
	}
	return t
}

// furthest is the connected ATS with which most was done, the newest of equals:
// the steps lead on from there.
func furthest(conns []integration.View) (best integration.View, ok bool) {
	far := func(c integration.View) (n int) {
		if c.Source != nil {
			n++
		}
		if c.ConsentTemplate.Version > 1 {
			n++
		}
		return n
	}
	for _, c := range conns {
		if c.State == recruit.ConnConnected && (!ok || far(c) > far(best)) {
			best, ok = c, true
		}
	}
	return best, ok
}
