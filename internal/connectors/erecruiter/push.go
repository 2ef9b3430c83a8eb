package erecruiter

import (
	"context"
	"errors"
	"slices"

	"handoff/internal/connector"
	"handoff/internal/connectors/erecruiter/internal/erapi"
	"handoff/internal/recruit"
)

// Push inserts the application with everything in one call (A), and the note
// apart where the mapping says so. A candidate that is named in done has all of
// the call, the CV included: it is one, and either arrived or did not.
func (c *conn) Push(ctx context.Context, s connector.Submission, done connector.Receipt, record connector.Record) error {
	if done.Complete {
		return nil
	}
	resumed := done.Candidate != ""
	if !resumed {
		if err := c.create(ctx, s, &done); err != nil {
			return err
		}
		if err := record(done); err != nil {
			return err
		}
	}
	if text := note(s); text != "" && c.m.Create.Note == erapi.NoteApart {
		if err := c.addNote(ctx, done, text, resumed); err != nil {
			return err
		}
	}
	done.CVDone, done.Complete = true, true
	return record(done)
}

// create makes the call and fills the receipt. An answer that says it was there
// before, or that names no candidate, is looked up like one that was lost: by
// whom it was made is told by the list alone.
func (c *conn) create(ctx context.Context, s connector.Submission, done *connector.Receipt) error {
	if err := c.acceptable(s.CV); err != nil {
		return err
	}
	if s.Test && len(s.Consents) == 0 {
		decided, err := c.forTest(ctx, s)
		if err != nil {
			return err
		}
		s.Consents = decided
	}
	made, err := call(ctx, c, writing, erapi.OpCreate, func(api erapi.Client) (erapi.Created, error) {
		a := application(s, c.s)
		if s.CV == nil {
			return api.Create(ctx, string(s.Job), a)
		}
		body, err := s.CV.Open() // anew for each repeat
		if err != nil {
			return erapi.Created{}, &connector.Error{Kind: connector.Unavailable, Op: erapi.OpCreate, Err: errCV}
		}
		defer body.Close()
		a.CV = &erapi.Upload{Name: c.fileName(s.CV), ContentType: contentType(s.CV), Size: s.CV.Size, Body: body}
		return api.Create(ctx, string(s.Job), a)
	})
	switch {
	case err != nil:
		return err
	case made.Before:
		return &connector.Error{Kind: connector.Duplicate, Op: erapi.OpCreate}
	case made.Candidate == "" || made.Application == "":
		return &connector.Error{Kind: connector.Unanswered, Op: erapi.OpCreate, Code: codeNoCandidate}
	}
	done.Candidate, done.Application = recruit.RemoteCandidateID(made.Candidate), recruit.RemoteApplicationID(made.Application)
	done.URL = c.card(done.Candidate, done.Application, s.Job)
	done.CVDone = true
	return nil
}

// addNote writes the note once. After an interruption it looks first; where
// notes cannot be read it writes again, since a link that stands there twice
// harms less than one that is missing.
func (c *conn) addNote(ctx context.Context, done connector.Receipt, text string, resumed bool) error {
	if resumed {
		notes, err := call(ctx, c, reading, erapi.OpNotes, func(api erapi.Client) ([]string, error) { return api.Notes(ctx, string(done.Application)) })
		if err == nil && slices.Contains(notes, text) {
			return nil
		}
		if k := connector.KindOf(err); k == connector.Stopped || k == connector.RateLimited || k == connector.Unauthorized {
			return err
		}
	}
	_, err := call(ctx, c, writing, erapi.OpNote, func(api erapi.Client) (struct{}, error) {
		return struct{}{}, api.AddNote(ctx, string(done.Application), text)
	})
	return err
}

var errCV = errors.New("the CV cannot be read")
