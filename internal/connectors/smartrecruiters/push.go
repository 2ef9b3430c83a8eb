package smartrecruiters

import (
	"context"
	"errors"

	"handoff/internal/connector"
	"handoff/internal/connectors/smartrecruiters/internal/srapi"
	"handoff/internal/recruit"
)

// Push makes the candidate on the job, reads the application's id, and attaches
// the CV: three steps, each recorded before the next begins. The note of a
// submission has no place here; the profile link is part of the first step.
func (c *conn) Push(ctx context.Context, s connector.Submission, done connector.Receipt, record connector.Record) error {
	if done.Complete {
		return nil
	}
	if !done.CVDone {
		if err := acceptable(s.CV); err != nil {
			return err
		}
	}
	resumed := done.Candidate != ""
	if !resumed {
		id, err := call(ctx, c, writing, opCreate, func(api srapi.Client) (string, error) {
			return api.Create(ctx, string(s.Job), candidate(s, c.s))
		})
		if err != nil {
			return err
		}
		done.Candidate = recruit.RemoteCandidateID(id)
		done.URL = c.webURL(done.Candidate, s.Job)
		if err := record(done); err != nil {
			return err
		}
	}
	if done.Application == "" {
		// The answer of a create lacks the id (S, quirk 6); some accounts
		// never show it (S, absent in the older specification).
		app, err := c.application(ctx, done.Candidate, s.Job)
		if err != nil {
			return err
		}
		if app.ApplicationID != "" {
			done.Application = recruit.RemoteApplicationID(app.ApplicationID)
			if err := record(done); err != nil {
				return err
			}
		}
	}
	if !done.CVDone && s.CV != nil {
		id, err := c.attach(ctx, s, done.Candidate, resumed)
		if err != nil {
			return err
		}
		done.Attachment = id
	}
	done.CVDone, done.Complete = true, true
	return record(done)
}

func (c *conn) application(ctx context.Context, id recruit.RemoteCandidateID, job recruit.RemoteJobID) (srapi.Application, error) {
	return call(ctx, c, reading, "application", func(api srapi.Client) (srapi.Application, error) {
		return api.Application(ctx, string(id), string(job))
	})
}

var errCV = errors.New("the CV cannot be read")
