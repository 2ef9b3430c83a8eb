package smartrecruiters

import (
	"context"
	"strings"

	"handoff/internal/connector"
	"handoff/internal/connectors/smartrecruiters/internal/srapi"
	"handoff/internal/recruit"
)

// ListJobs leaves out templates (S: skip them), as far as the list marks them.
func (c *conn) ListJobs(ctx context.Context) ([]recruit.RemoteJob, error) {
	return call(ctx, c, reading, "jobs", func(api srapi.Client) ([]recruit.RemoteJob, error) {
		out := []recruit.RemoteJob{}
		err := api.Jobs(ctx, func(j srapi.Job) {
			if !j.Template {
				out = append(out, c.remoteJob(j))
			}
		})
		return out, err
	})
}

// Preflight reads the job itself. SmartRecruiters has no consent per job.
func (c *conn) Preflight(ctx context.Context, job recruit.RemoteJobID) (recruit.RemoteJob, []recruit.TestCheck, error) {
	j, err := call(ctx, c, reading, "job", func(api srapi.Client) (srapi.Job, error) { return api.Job(ctx, string(job)) })
	if err != nil {
		return recruit.RemoteJob{}, nil, err
	}
	remote := c.remoteJob(j)
	open := recruit.TestCheck{Name: connector.CheckJobOpen, State: recruit.CheckPassed}
	switch {
	case j.Template:
		open.State, open.Code = recruit.CheckFailed, connector.CodeJobTemplate
	case !remote.Open:
		open.State, open.Code = recruit.CheckFailed, connector.CodeJobClosed
		open.Args = map[string]string{"status": remote.Status}
	}
	consent := recruit.TestCheck{Name: connector.CheckConsentAssigned, State: recruit.CheckNotApplicable}
	return remote, []recruit.TestCheck{open, consent}, nil
}

func (c *conn) remoteJob(j srapi.Job) recruit.RemoteJob {
	r := recruit.RemoteJob{
		ID: recruit.RemoteJobID(j.ID), Title: string(j.Title), Reference: string(j.RefNumber), Status: string(j.Status),
		Open: openStatus(string(j.Status)) && !j.Template, Location: place(j), RefreshedAt: c.env.Now(),
	}
	switch {
	case j.Template:
		r.BlockedReason = connector.CodeJobTemplate
	case !r.Open:
		r.BlockedReason = connector.CodeJobClosed
	}
	return r
}

// openStatus is our reading of which jobs take candidates (I, reference 4).
// OTHER, which only answers have, and anything new are not open.
func openStatus(s string) bool {
	switch s {
	case "CREATED", "SOURCING", "INTERVIEW", "OFFER":
		return true
	}
	return false
}

func place(j srapi.Job) string {
	var parts []string
	for _, p := range []string{string(j.Location.City), string(j.Location.Country)} {
		if p != "" {
			parts = append(parts, p)
		}
	}
	if j.Location.Remote && len(parts) == 0 {
		return "Remote"
	}
	return strings.Join(parts, ", ")
}
