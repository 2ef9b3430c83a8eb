package erecruiter

import (
	"context"
	"strconv"

	"handoff/internal/connector"
	"handoff/internal/connectors/erecruiter/internal/erapi"
	"handoff/internal/recruit"
)

// ListJobs lists what the key sees, closed ones too, so that a bound one that
// closes is told from one that is gone. Whether a consent is assigned would
// cost a call for each: Preflight asks.
func (c *conn) ListJobs(ctx context.Context) ([]recruit.RemoteJob, error) {
	list, err := call(ctx, c, reading, erapi.OpRecruitments, func(api erapi.Client) ([]erapi.Recruitment, error) { return api.Recruitments(ctx) })
	if err != nil {
		return nil, err
	}
	out := make([]recruit.RemoteJob, len(list))
	for i, r := range list {
		out[i] = c.remoteJob(r)
	}
	return out, nil
}

// Preflight reads the recruitment and the texts of its form. Without a consent
// assigned nobody goes in (rule R9, C); what else its form demands is a warning.
func (c *conn) Preflight(ctx context.Context, job recruit.RemoteJobID) (recruit.RemoteJob, []recruit.TestCheck, error) {
	r, err := call(ctx, c, reading, erapi.OpRecruitment, func(api erapi.Client) (erapi.Recruitment, error) { return api.Recruitment(ctx, string(job)) })
	if err != nil {
		return recruit.RemoteJob{}, nil, err
	}
	texts, err := c.texts(ctx, job)
	if connector.KindOf(err) == connector.Gone {
		// The recruitment is there and its texts are not: the call for them is
		// assumed, and the mapping has to say where they are (consents.source).
		err = &connector.Error{Kind: connector.Misconfigured, Op: erapi.OpConsents, Code: codeNoTexts}
	}
	if err != nil {
		return recruit.RemoteJob{}, nil, err
	}
	remote := c.remoteJob(r)
	open := recruit.TestCheck{Name: connector.CheckJobOpen, State: recruit.CheckPassed}
	switch {
	case !r.Open:
		open.State, open.Code = recruit.CheckFailed, remote.BlockedReason
		open.Args = map[string]string{"status": remote.Status}
	case r.Questions > 0:
		open.State, open.Code = recruit.CheckWarning, connector.CodeFormQuestions
		open.Args = map[string]string{"questions": strconv.Itoa(r.Questions)}
	case r.CVRequired:
		open.State, open.Code = recruit.CheckWarning, connector.CodeFormCV
	}
	assigned := false
	for _, x := range texts {
		assigned = assigned || !x.Clause // a clause alone asks nothing (I)
	}
	remote.ConsentAssigned = &assigned
	consent := recruit.TestCheck{Name: connector.CheckConsentAssigned, State: recruit.CheckPassed}
	if !assigned {
		consent.State, consent.Code = recruit.CheckFailed, connector.CodeNoConsentAssigned
		if remote.BlockedReason == "" {
			remote.BlockedReason = connector.CodeNoConsentAssigned
		}
	}
	return remote, []recruit.TestCheck{open, consent}, nil
}

// remoteJob is a recruitment in our words. What the key can see is shared with
// us, or needs no sharing.
func (c *conn) remoteJob(r erapi.Recruitment) recruit.RemoteJob {
	shared := true
	j := recruit.RemoteJob{ID: recruit.RemoteJobID(r.ID), Title: r.Name, Reference: r.Reference, Status: r.Status, Open: r.Open,
		Shared: &shared, Location: r.Location, RefreshedAt: c.env.Now()}
	if j.Title == "" {
		j.Title = r.ID
	}
	if j.Status == "" { // the list alone tells
		j.Status = map[bool]string{true: "open", false: "closed"}[r.Open]
	}
	if !r.Open {
		j.BlockedReason = connector.CodeJobClosed
		if r.Archived {
			j.BlockedReason = connector.CodeJobArchived
		}
	}
	return j
}
