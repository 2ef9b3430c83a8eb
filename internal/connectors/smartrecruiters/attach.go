package smartrecruiters

import (
	"context"
	"slices"

	"handoff/internal/connector"
	"handoff/internal/connectors/smartrecruiters/internal/srapi"
	"handoff/internal/recruit"
)

// mostCompared bounds the files of one application that are downloaded to be
// compared.
const mostCompared = 20

// attach gets the CV to the application once. On a resumed push it looks first:
// the upload before may have arrived without its answer. "There already" is
// believed of bytes only, never of a name: a file of that name may be another.
func (c *conn) attach(ctx context.Context, s connector.Submission, id recruit.RemoteCandidateID, resumed bool) (recruit.RemoteAttachmentID, error) {
	plain, tagged := fileName(s.CV, ""), fileName(s.CV, s.Tag)
	if resumed {
		if there, err := c.lookFor(ctx, s, id, plain, tagged); err != nil || there != "" {
			return there, err
		}
	}
	there, err := c.upload(ctx, s, id, plain)
	if !hasCode(err, "FILE_ALREADY_EXIST") {
		return there, err
	}
	if there, err := c.lookFor(ctx, s, id, plain, tagged); err != nil || there != "" {
		return there, err
	}
	there, err = c.upload(ctx, s, id, tagged)
	if hasCode(err, "FILE_ALREADY_EXIST") {
		// Another file stands under a name that only we give: a person's turn.
		return "", &connector.Error{Kind: connector.Rejected, Op: opAttach, Status: 400, Code: "FILE_ALREADY_EXIST"}
	}
	return there, err
}

func (c *conn) upload(ctx context.Context, s connector.Submission, id recruit.RemoteCandidateID, name string) (recruit.RemoteAttachmentID, error) {
	got, err := call(ctx, c, writing, opAttach, func(api srapi.Client) (string, error) {
		body, err := s.CV.Open() // anew for the repeat after a 401
		if err != nil {
			return "", &connector.Error{Kind: connector.Unavailable, Op: opAttach, Err: errCV}
		}
		defer body.Close()
		return api.Attach(ctx, string(id), string(s.Job), srapi.Upload{Name: name, ContentType: s.CV.ContentType, Size: s.CV.Size, Body: body})
	})
	return recruit.RemoteAttachmentID(got), err
}

// lookFor returns the attachment that is the CV byte for byte, or nothing.
// Files under our names are compared first, then other resumes, because the
// vendor may have renamed ours.
func (c *conn) lookFor(ctx context.Context, s connector.Submission, id recruit.RemoteCandidateID, names ...string) (recruit.RemoteAttachmentID, error) {
	files, err := call(ctx, c, reading, "attachments", func(api srapi.Client) ([]srapi.Attachment, error) {
		return api.Attachments(ctx, string(id), string(s.Job))
	})
	if err != nil {
		return "", err
	}
	rank := func(a srapi.Attachment) int {
		switch {
		case slices.Contains(names, string(a.Name)):
			return 0
		case a.Type == "RESUME":
			return 1
		}
		return 2
	}
	slices.SortStableFunc(files, func(a, b srapi.Attachment) int { return rank(a) - rank(b) })
	for _, f := range files[:min(len(files), mostCompared)] {
		if rank(f) == 2 {
			break
		}
		_, sum, err := c.download(ctx, string(f.ID))
		switch {
		case connector.KindOf(err) == connector.Gone:
			continue
		case err != nil:
			return "", err // it cannot be compared, so that nothing is known
		case sum == s.CV.SHA256:
			return recruit.RemoteAttachmentID(f.ID), nil
		}
	}
	return "", nil
}

func (c *conn) download(ctx context.Context, attachment string) (int64, string, error) {
	type file struct {
		size int64
		sum  string
	}
	f, err := call(ctx, c, reading, "download", func(api srapi.Client) (file, error) {
		n, sum, err := api.Download(ctx, attachment)
		return file{n, sum}, err
	})
	return f.size, f.sum, err
}
