package smartrecruiters

import (
	"context"
	"slices"
	"strings"
	"time"

	"handoff/internal/atshttp"
	"handoff/internal/connector"
	"handoff/internal/connectors/smartrecruiters/internal/srapi"
	"handoff/internal/recruit"
)

// tagMark begins every tag that an installation of ours gives (recruit.NewTag).
const tagMark = "ho-"

// skew is how far the vendor's clock may be from ours when its dates are
// compared with a window (I).
const skew = time.Minute

// apiSource is what the vendor writes where a create named no source (S).
const apiSource = "API"

// Find lists the job once and keeps only the rows that carry a wanted tag or a
// wanted e-mail; of everybody else nothing outlives the row (product decision
// 17). It asks for the job and never for an e-mail.
func (c *conn) Find(ctx context.Context, job recruit.RemoteJobID, wanted []connector.Wanted) (map[recruit.ApplicationID]connector.Found, error) {
	tags, emails := map[string]bool{}, map[string]bool{}
	for _, w := range wanted {
		if w.Tag != "" {
			tags[string(w.Tag)] = true
		}
		if e := recruit.FoldEmail(w.Email); e != "" {
			emails[e] = true
		}
	}
	rows, err := call(ctx, c, reading, opFind, func(api srapi.Client) ([]srapi.Candidate, error) {
		var rows []srapi.Candidate
		err := api.Candidates(ctx, string(job), func(x srapi.Candidate) {
			if emails[recruit.FoldEmail(string(x.Email))] || slices.ContainsFunc(x.Tags, func(t atshttp.Text) bool { return tags[string(t)] }) {
				rows = append(rows, x)
			}
		})
		return rows, err
	})
	if err != nil {
		return nil, err
	}
	out := make(map[recruit.ApplicationID]connector.Found, len(wanted))
	for _, w := range wanted {
		if out[w.Application], err = c.match(ctx, job, w, rows); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// match answers for one wanted application.
func (c *conn) match(ctx context.Context, job recruit.RemoteJobID, w connector.Wanted, rows []srapi.Candidate) (connector.Found, error) {
	var tagged, same []srapi.Candidate
	for _, x := range rows {
		switch {
		case w.Tag != "" && slices.Contains(x.Tags, atshttp.Text(w.Tag)):
			tagged = append(tagged, x)
		case w.Email != "" && recruit.FoldEmail(string(x.Email)) == recruit.FoldEmail(w.Email):
			same = append(same, x)
		}
	}
	switch {
	case len(tagged) > 1:
		x, err := c.mostComplete(ctx, job, tagged)
		if err != nil {
			return connector.Found{}, err
		}
		return c.found(ctx, connector.Ours, x, job)
	case len(tagged) == 1:
		return c.found(ctx, connector.Ours, tagged[0], job)
	case len(same) > 1:
		return connector.Found{Match: connector.Ambiguous}, nil
	case len(same) == 0:
		return connector.Found{}, nil
	}
	return c.byEmail(ctx, job, w, same[0])
}

// byEmail decides about the one candidate with the e-mail and without our tag.
// It is ours only if it appeared while an attempt was in flight, under our
// source, and carries no other tag of ours: that is another application's.
func (c *conn) byEmail(ctx context.Context, job recruit.RemoteJobID, w connector.Wanted, x srapi.Candidate) (connector.Found, error) {
	if len(x.Tags) == 0 { // tags may be left out of a list (S: not required)
		full, err := c.candidate(ctx, recruit.RemoteCandidateID(x.ID))
		if connector.KindOf(err) == connector.Gone {
			return connector.Found{}, nil
		}
		if err != nil {
			return connector.Found{}, err
		}
		x.Tags = full.Tags
		if !full.CreatedOn.IsZero() {
			x.CreatedOn = full.CreatedOn
		}
	}
	if w.Tag != "" && slices.Contains(x.Tags, atshttp.Text(w.Tag)) {
		return c.found(ctx, connector.Ours, x, job)
	}
	app, err := c.application(ctx, recruit.RemoteCandidateID(x.ID), job)
	if connector.KindOf(err) == connector.Gone {
		return connector.Found{}, nil // not on this job any more
	}
	if err != nil {
		return connector.Found{}, err
	}
	f := connector.Found{Match: connector.Existing, Candidate: recruit.RemoteCandidateID(x.ID),
		Application: recruit.RemoteApplicationID(app.ApplicationID), URL: c.webURL(recruit.RemoteCandidateID(x.ID), job)}
	if !c.ourSource(string(app.Source)) {
		return f, nil
	}
	otherTag := slices.ContainsFunc(x.Tags, func(t atshttp.Text) bool { return strings.HasPrefix(string(t), tagMark) })
	if c.within(w, x.CreatedOn.Time) {
		if !otherTag {
			f.Match = connector.Ours
		}
		return f, nil
	}
	// The candidate was there before. The vendor may have added our
	// application to it and dropped our tag (I), so the application's own
	// date decides.
	if app.ApplicationID == "" {
		return f, nil
	}
	ja, err := call(ctx, c, reading, "job_application", func(api srapi.Client) (srapi.JobApplication, error) {
		return api.JobApplication(ctx, string(app.ApplicationID))
	})
	switch connector.KindOf(err) {
	case connector.Unknown:
		if c.within(w, ja.CreateDate.Time) {
			f.Match = connector.Ours
		}
	case connector.Forbidden, connector.Gone, connector.Rejected: // it cannot be told: nothing is touched
	default:
		return connector.Found{}, err
	}
	return f, nil
}

// within tells whether the vendor's date falls into the window in which our
// attempts may have worked.
func (c *conn) within(w connector.Wanted, t time.Time) bool {
	if t.IsZero() || w.From.IsZero() {
		return false
	}
	end := w.To.Add(Type().Limits.LongestRequest)
	return !t.Before(w.From.Add(-skew)) && !t.After(end.Add(skew))
}

func (c *conn) ourSource(label string) bool {
	own := apiSource
	if c.s.Source != nil {
		own = c.s.Source.Name
	}
	return strings.EqualFold(strings.TrimSpace(label), strings.TrimSpace(own))
}

// found reads the application's id. An application that is not there any more
// leaves it empty; the next step of a push will say so.
func (c *conn) found(ctx context.Context, m connector.Match, x srapi.Candidate, job recruit.RemoteJobID) (connector.Found, error) {
	id := recruit.RemoteCandidateID(x.ID)
	f := connector.Found{Match: m, Candidate: id, URL: c.webURL(id, job)}
	app, err := c.application(ctx, id, job)
	switch connector.KindOf(err) {
	case connector.Unknown:
		f.Application = recruit.RemoteApplicationID(app.ApplicationID)
	case connector.Gone:
	default:
		return connector.Found{}, err
	}
	return f, nil
}

// mostComplete chooses among several candidates with one tag, which only a
// vendor that copies candidates can have made: the one with most files, then
// the oldest, then by id, so that every look gives the same answer.
func (c *conn) mostComplete(ctx context.Context, job recruit.RemoteJobID, list []srapi.Candidate) (srapi.Candidate, error) {
	files := map[atshttp.Text]int{}
	for _, x := range list {
		got, err := call(ctx, c, reading, "attachments", func(api srapi.Client) ([]srapi.Attachment, error) {
			return api.Attachments(ctx, string(x.ID), string(job))
		})
		if err != nil && connector.KindOf(err) != connector.Gone {
			return srapi.Candidate{}, err
		}
		files[x.ID] = len(got)
	}
	return slices.MinFunc(list, func(a, b srapi.Candidate) int {
		if n := files[b.ID] - files[a.ID]; n != 0 {
			return n
		}
		if n := a.CreatedOn.Compare(b.CreatedOn.Time); n != 0 {
			return n
		}
		return strings.Compare(string(a.ID), string(b.ID))
	}), nil
}
