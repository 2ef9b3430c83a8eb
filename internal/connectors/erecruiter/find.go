package erecruiter

import (
	"context"
	"time"

	"handoff/internal/connector"
	"handoff/internal/connectors/erecruiter/internal/erapi"
	"handoff/internal/recruit"
)

// skew is how far the vendor's clock may be from ours when its dates are
// compared with a window (A).
const skew = time.Minute

// Find lists the recruitment once, for all wanted, and keeps only the rows with
// a wanted e-mail; of everybody else nothing outlives the row (product decision
// 17). No e-mail is ever asked for: no such parameter is known (U), and it would
// stand in a URL.
func (c *conn) Find(ctx context.Context, job recruit.RemoteJobID, wanted []connector.Wanted) (map[recruit.ApplicationID]connector.Found, error) {
	emails := map[string]bool{}
	for _, w := range wanted {
		if e := recruit.FoldEmail(w.Email); e != "" {
			emails[e] = true
		}
	}
	rows, err := c.applied(ctx, job, func(x erapi.Applied) bool { return emails[recruit.FoldEmail(x.Email)] })
	if err != nil {
		return nil, err
	}
	out := make(map[recruit.ApplicationID]connector.Found, len(wanted))
	for _, w := range wanted {
		out[w.Application] = c.match(job, w, rows)
	}
	return out, nil
}

// applied lists a recruitment and keeps some rows.
func (c *conn) applied(ctx context.Context, job recruit.RemoteJobID, keep func(erapi.Applied) bool) ([]erapi.Applied, error) {
	return call(ctx, c, reading, erapi.OpApplications, func(api erapi.Client) ([]erapi.Applied, error) {
		var rows []erapi.Applied
		err := api.Applications(ctx, string(job), func(x erapi.Applied) {
			if keep(x) {
				rows = append(rows, x)
			}
		})
		return rows, err
	})
}

// match answers for one wanted application. There is no tag to go by: ours is
// the one row with the e-mail, under our source, that appeared while an attempt
// may have been under way. Any other is somebody's whom we leave as they are.
func (c *conn) match(job recruit.RemoteJobID, w connector.Wanted, rows []erapi.Applied) connector.Found {
	var ours, same []erapi.Applied
	for _, x := range rows {
		if !sameEmail(x.Email, w.Email) {
			continue
		}
		same = append(same, x)
		if c.ourSource(x.Origin) && c.within(w, x.Created) {
			ours = append(ours, x)
		}
	}
	switch {
	case len(ours) == 1:
		return c.found(connector.Ours, ours[0], job)
	case len(same) == 1:
		return c.found(connector.Existing, same[0], job)
	case len(same) > 1:
		return connector.Found{Match: connector.Ambiguous}
	}
	return connector.Found{}
}

func (c *conn) found(m connector.Match, x erapi.Applied, job recruit.RemoteJobID) connector.Found {
	candidate, application := recruit.RemoteCandidateID(x.Candidate), recruit.RemoteApplicationID(x.ID)
	return connector.Found{Match: m, Candidate: candidate, Application: application, URL: c.card(candidate, application, job)}
}

// within tells whether a date may lie in the window in which our attempts may
// have worked: until absence is believed, and so until nothing of ours is sent
// again. A date told by the day may lie anywhere in it.
func (c *conn) within(w connector.Wanted, created erapi.Moment) bool {
	if w.From.IsZero() {
		return false
	}
	return created.Within(w.From.Add(-skew), w.To.Add(time.Duration(c.m.Limits.LongestRequest+c.m.Limits.Listing)+skew))
}

// ourSource compares ids. Without a source chosen, ours come under none.
func (c *conn) ourSource(origin string) bool {
	if c.s.Source == nil {
		return origin == ""
	}
	return origin == c.s.Source.ID
}

// ReadBack shows the row of the application and its source's name. What the
// list says of files has a shape that nobody has seen (U), so that the CV is
// not compared.
func (c *conn) ReadBack(ctx context.Context, r connector.Receipt, job recruit.RemoteJobID) (connector.ReadBack, error) {
	rows, err := c.applied(ctx, job, func(x erapi.Applied) bool {
		if r.Application != "" {
			return x.ID == string(r.Application)
		}
		return x.Candidate == string(r.Candidate)
	})
	if err != nil {
		return connector.ReadBack{}, err
	}
	if len(rows) == 0 {
		return connector.ReadBack{}, &connector.Error{Kind: connector.Gone, Op: erapi.OpApplications}
	}
	back := connector.ReadBack{Source: rows[0].Origin, Status: rows[0].Stage, CVHidden: true}
	origins, err := call(ctx, c, reading, erapi.OpOrigins, func(api erapi.Client) ([]erapi.Origin, error) { return api.Origins(ctx) })
	if err != nil {
		return back, err
	}
	for _, o := range origins {
		if o.ID == rows[0].Origin {
			back.Source = o.Name
		}
	}
	return back, nil
}
