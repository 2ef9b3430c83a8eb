package web

import (
	"net/http"

	"handoff/internal/process"
	"handoff/internal/recruit"
	"handoff/internal/web/page"
)

// jobsShown is how many jobs one list holds; more are found by searching.
const jobsShown = 60

// editIntegration is the switch and, when asked for, the list of jobs.
func (v *visit) editIntegration(p process.View, d draft, withJobs bool) (page.EditIntegration, error) {
	m := page.EditIntegration{On: d.Bound, Connection: d.Connection}
	all, err := v.web.o.Integration.Connections(v.r.Context(), v.caller())
	if err != nil {
		return m, err
	}
	known := false
	for _, c := range all {
		if c.State == recruit.ConnDisconnected || c.State == recruit.ConnAwaitingAuthorization {
			continue
		}
		text := c.Type.Title
		if c.Environment == "sandbox" {
			text += " · " + v.say.T("environment.sandbox")
		}
		m.Available = append(m.Available, page.Choice{ID: c.ID, Text: text})
		known = known || c.ID == m.Connection
	}
	if !known && len(m.Available) > 0 {
		m.Connection = m.Available[0].ID
	}
	for _, c := range all {
		if c.ID != m.Connection {
			continue
		}
		m.ATS, m.Type = c.Type.Title, c.Type
		if !withJobs {
			continue
		}
		if m.Jobs, err = v.jobList(p.ID, m.Connection, d.RemoteJob, d.Query); err != nil {
			return m, err
		}
	}
	if d.Run != "" {
		run, err := v.web.o.Integration.TestRun(v.r.Context(), v.caller(), d.Run)
		if err == nil && run.Connection == m.Connection {
			r := report(run, m.ATS)
			m.Report = &r
		}
	}
	return m, nil
}

// jobList is the list to choose from: what was searched for, and always the
// one that is chosen.
func (v *visit) jobList(p recruit.ProcessID, conn recruit.ConnectionID, chosen recruit.RemoteJobID, q string) (page.JobList, error) {
	c, err := v.web.o.Integration.Connection(v.r.Context(), v.caller(), conn)
	if err != nil {
		return page.JobList{}, err
	}
	c = v.stillReading(c)
	m := page.JobList{Process: p, Connection: conn, ATS: c.Type.Title, Query: q, Chosen: chosen, Asked: v.r.URL.Query().Get("asked"),
		ReadAt: c.JobsReadAt, Reading: c.JobsDue, Failed: c.JobsError, SharedJobs: c.Type.SharedJobs, Scope: c.AccessScope}
	jobs, err := v.web.o.Integration.Jobs(v.r.Context(), v.caller(), conn, q)
	if err != nil {
		return m, err
	}
	var shown []recruit.RemoteJob
	for _, j := range jobs {
		if j.ID == chosen {
			shown = append([]recruit.RemoteJob{j}, shown...)
		} else {
			shown = append(shown, j)
		}
	}
	if chosen != "" && q != "" && (len(shown) == 0 || shown[0].ID != chosen) {
		all, err := v.web.o.Integration.Jobs(v.r.Context(), v.caller(), conn, "")
		if err != nil {
			return m, err
		}
		for _, j := range all {
			if j.ID == chosen {
				shown = append([]recruit.RemoteJob{j}, shown...)
			}
		}
	}
	if len(shown) > jobsShown {
		m.Cut = len(shown) - jobsShown
		shown = shown[:jobsShown]
	}
	m.Items = shown
	return m, nil
}

// editJobs is the list alone: searched as one types, or asking for itself
// while a refresh is on its way.
func (v *visit) editJobs() error {
	q := v.r.URL.Query()
	if _, err := v.web.o.Process.Get(v.r.Context(), v.caller(), v.processID()); err != nil {
		return err
	}
	m, err := v.jobList(v.processID(), recruit.ConnectionID(q.Get("connection")), recruit.RemoteJobID(q.Get("remote_job")), q.Get("job_q"))
	if err != nil {
		return err
	}
	return v.show(http.StatusOK, page.Jobs(v.piece(), m))
}
