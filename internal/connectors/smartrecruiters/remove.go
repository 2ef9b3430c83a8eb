package smartrecruiters

import (
	"context"
	"slices"

	"handoff/internal/atshttp"
	"handoff/internal/connector"
	"handoff/internal/connectors/smartrecruiters/internal/srapi"
	"handoff/internal/recruit"
)

// Remove looks before it deletes: a delete takes the whole candidate, with
// every application (S).
func (c *conn) Remove(ctx context.Context, id recruit.RemoteCandidateID, job recruit.RemoteJobID, tag recruit.Tag) error {
	if id == "" || tag == "" {
		return &connector.Error{Kind: connector.Rejected, Op: opRemove, Code: "NOT_OURS"}
	}
	x, err := c.candidate(ctx, id)
	if connector.KindOf(err) == connector.Gone {
		return nil
	}
	if err != nil {
		return err
	}
	ours := slices.Contains(x.Tags, atshttp.Text(tag))
	for _, j := range assignments(x) {
		ours = ours && j == string(job)
	}
	if !ours {
		return &connector.Error{Kind: connector.Rejected, Op: opRemove, Code: "NOT_OURS"}
	}
	_, err = call(ctx, c, writing, opRemove, func(api srapi.Client) (struct{}, error) {
		return struct{}{}, api.Remove(ctx, string(id))
	})
	if connector.KindOf(err) == connector.Gone {
		return nil
	}
	return err
}

func assignments(x srapi.Candidate) []string {
	var out []string
	if x.Primary != nil {
		out = append(out, string(x.Primary.Job.ID))
	}
	for _, a := range x.Secondary {
		out = append(out, string(a.Job.ID))
	}
	return out
}

func (c *conn) candidate(ctx context.Context, id recruit.RemoteCandidateID) (srapi.Candidate, error) {
	return call(ctx, c, reading, "candidate", func(api srapi.Client) (srapi.Candidate, error) { return api.Candidate(ctx, string(id)) })
}

// ReadBack reads the application and downloads its CV. Without an attachment in
// the receipt it takes the one file there is, if it is one.
func (c *conn) ReadBack(ctx context.Context, r connector.Receipt, job recruit.RemoteJobID) (connector.ReadBack, error) {
	app, err := c.application(ctx, r.Candidate, job)
	if err != nil {
		return connector.ReadBack{}, err
	}
	back := connector.ReadBack{Source: string(app.Source), Status: string(app.Status)}
	id := string(r.Attachment)
	if id == "" {
		files, err := call(ctx, c, reading, "attachments", func(api srapi.Client) ([]srapi.Attachment, error) {
			return api.Attachments(ctx, string(r.Candidate), string(job))
		})
		if err != nil {
			return back, err
		}
		if len(files) != 1 {
			return back, nil
		}
		id = string(files[0].ID)
	}
	back.CVBytes, back.CVSHA, err = c.download(ctx, id)
	return back, err
}
