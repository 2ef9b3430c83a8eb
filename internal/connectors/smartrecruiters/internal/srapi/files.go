package srapi

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/textproto"

	"handoff/internal/connector"
)

// Attachments lists the files at an application.
func (c Client) Attachments(ctx context.Context, id, job string) ([]Attachment, error) {
	var out struct {
		Content []Attachment `json:"content"`
	}
	if _, err := c.get(ctx, opAttachments, nil, &out, id, job); err != nil {
		return nil, err
	}
	if out.Content == nil {
		return nil, missing(opAttachments.Name, 200)
	}
	return out.Content, nil
}

// Upload is a file on its way. Size must be the number of bytes that Body
// gives: it is announced.
type Upload struct {
	Name        string // no quotes, no path
	ContentType string
	Size        int64
	Body        io.Reader
}

// Attach uploads a resume to an application and returns its id. The body is
// streamed with its length known, so that nothing of a CV is held in memory
// and a proxy has no reason to.
func (c Client) Attach(ctx context.Context, id, job string, f Upload) (string, error) {
	head, tail, contentType, err := envelope(f)
	if err != nil {
		return "", &connector.Error{Kind: connector.Unavailable, Op: opAttach.Name, Err: errBody}
	}
	var out Attachment
	_, err = c.exchange(ctx, request{op: opAttach, method: http.MethodPost, values: []string{id, job},
		header: http.Header{"Content-Type": {contentType}},
		body:   io.MultiReader(bytes.NewReader(head), f.Body, bytes.NewReader(tail)),
		length: int64(len(head)) + f.Size + int64(len(tail)),
	}, &out)
	if err != nil {
		return "", err
	}
	if out.ID == "" {
		return "", missing(opAttach.Name, 201)
	}
	return string(out.ID), nil
}

// envelope is what stands before and after the file in the multipart body.
func envelope(f Upload) (head, tail []byte, contentType string, err error) {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	if err := w.WriteField("attachmentType", "RESUME"); err != nil {
		return nil, nil, "", err
	}
	if f.ContentType == "" {
		f.ContentType = "application/octet-stream"
	}
	h := textproto.MIMEHeader{}
	h.Set("Content-Disposition", multipart.FileContentDisposition("file", f.Name))
	h.Set("Content-Type", f.ContentType)
	if _, err := w.CreatePart(h); err != nil {
		return nil, nil, "", err
	}
	n := b.Len()
	if err := w.Close(); err != nil {
		return nil, nil, "", err
	}
	all := b.Bytes()
	return all[:n], all[n:], w.FormDataContentType(), nil
}

// Download reads a file and returns its size and SHA-256 in lower-case hex.
// Its bytes are kept nowhere. What is no file (no bytes, a web page or a JSON
// text of something in between) is Unanswered: whoever compares files must
// never take it for another one. The vendor refuses HTML as a resume (D).
func (c Client) Download(ctx context.Context, attachment string) (int64, string, error) {
	resp, err := c.send(ctx, request{op: opDownload, method: http.MethodGet, values: []string{attachment},
		header: http.Header{"Accept": {"application/octet-stream, */*"}}})
	if err != nil {
		return 0, "", err
	}
	defer resp.Body.Close()
	h := sha256.New()
	n, err := io.Copy(h, resp.Body)
	if err != nil {
		return 0, "", unreadable(opDownload.Name, resp.StatusCode, err)
	}
	kind, _, _ := mime.ParseMediaType(resp.Header.Get("Content-Type"))
	if n == 0 || kind == "text/html" || kind == "application/json" {
		return 0, "", unreadable(opDownload.Name, resp.StatusCode, errNoFile)
	}
	return n, hex.EncodeToString(h.Sum(nil)), nil
}

var errNoFile = errors.New("the answer is no file")
