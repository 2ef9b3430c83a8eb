package srapi

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"handoff/internal/connector"
)

// Company reads the account.
func (c Client) Company(ctx context.Context) (Company, error) {
	var out Company
	_, err := c.get(ctx, opCompany, nil, &out)
	return out, err
}

// Me reads the user of the token.
func (c Client) Me(ctx context.Context) (Me, error) {
	var out Me
	_, err := c.get(ctx, opMe, nil, &out)
	return out, err
}

// Jobs hands every job to row, or returns an error. Pages need sort=job_id:
// without it they may miss jobs (S).
func (c Client) Jobs(ctx context.Context, row func(Job)) error {
	return listAll(ctx, c, opJobs, url.Values{"sort": {"job_id"}}, func(j Job) string { return string(j.ID) }, row)
}

// Job reads one job.
func (c Client) Job(ctx context.Context, job string) (Job, error) {
	var out Job
	_, err := c.get(ctx, opJob, nil, &out, job)
	if err == nil && out.ID == "" {
		err = missing(opJob.Name, 200)
	}
	return out, err
}

// Candidates hands every candidate of a job to row, or returns an error. The
// vendor allows one such request at a time (D).
func (c Client) Candidates(ctx context.Context, job string, row func(Candidate)) error {
	return listAll(ctx, c, opCandidates, url.Values{"jobId": {job}}, func(x Candidate) string { return string(x.ID) }, row)
}

// MayRead asks for one row of a listing and looks at nothing but the status.
func (c Client) MayRead(ctx context.Context, listing string) error {
	op := opJobs
	switch listing {
	case "candidates":
		op = opCandidates
	case "sources":
		_, err := c.get(ctx, opSourceTypes, nil, nil)
		return err
	}
	_, err := c.get(ctx, op, url.Values{"limit": {"1"}}, nil)
	return err
}

// Candidate reads one candidate.
func (c Client) Candidate(ctx context.Context, id string) (Candidate, error) {
	var out Candidate
	_, err := c.get(ctx, opCandidate, nil, &out, id)
	if err == nil && out.ID == "" {
		err = missing(opCandidate.Name, 200)
	}
	return out, err
}

// Create makes a candidate on a job and returns its id.
func (c Client) Create(ctx context.Context, job string, in CandidateInput) (string, error) {
	var out Candidate
	if err := c.post(ctx, opCreate, in, &out, job); err != nil {
		return "", err
	}
	if out.ID == "" {
		return "", missing(opCreate.Name, 201)
	}
	return string(out.ID), nil
}

// Remove deletes a candidate.
func (c Client) Remove(ctx context.Context, id string) error {
	_, err := c.exchange(ctx, request{op: opRemove, method: http.MethodDelete, values: []string{id}}, nil)
	return err
}

// Application reads a candidate's application to a job.
func (c Client) Application(ctx context.Context, id, job string) (Application, error) {
	var out Application
	_, err := c.get(ctx, opApplication, nil, &out, id, job)
	return out, err
}

// JobApplication reads the same by its own id.
func (c Client) JobApplication(ctx context.Context, application string) (JobApplication, error) {
	var out JobApplication
	_, err := c.get(ctx, opJobApplication, nil, &out, application)
	return out, err
}

// SourceTypes lists the types of sources.
func (c Client) SourceTypes(ctx context.Context) ([]SourceType, error) {
	var out struct {
		Content []SourceType `json:"content"`
	}
	_, err := c.get(ctx, opSourceTypes, nil, &out)
	return out.Content, err
}

// SourceValues lists the sources of one type and subtype, all pages of it.
func (c Client) SourceValues(ctx context.Context, typ, subType string) ([]SourceValue, error) {
	var all []SourceValue
	for range maxPages {
		var p page[SourceValue]
		q := url.Values{"limit": {strconv.Itoa(PageLimit)}, "offset": {strconv.Itoa(len(all))}}
		if subType != "" {
			q.Set("sourceSubType", subType)
		}
		if _, err := c.get(ctx, opSourceValues, q, &p, typ); err != nil {
			return nil, err
		}
		all = append(all, p.Content...)
		if len(p.Content) == 0 || p.TotalFound != nil && len(all) >= int(*p.TotalFound) ||
			p.TotalFound == nil && len(p.Content) < PageLimit {
			return all, nil
		}
	}
	return nil, &connector.Error{Kind: connector.Unavailable, Op: opSourceValues.Name, Code: "LISTING_BROKEN"}
}

// SourceValue reads one source.
func (c Client) SourceValue(ctx context.Context, s Source) (SourceValue, error) {
	var out SourceValue
	var q url.Values
	if s.SubType != "" {
		q = url.Values{"sourceSubType": {s.SubType}}
	}
	_, err := c.get(ctx, opSourceValue, q, &out, s.Type, s.ID)
	return out, err
}

// missing is a success without what it is for: whether the work was done
// cannot be told.
func missing(op string, status int) error {
	return &connector.Error{Kind: connector.Unanswered, Op: op, Status: status, Err: errMissing}
}
