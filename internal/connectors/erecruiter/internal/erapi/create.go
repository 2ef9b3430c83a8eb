package erapi

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"slices"
	"strconv"

	"handoff/internal/atshttp"
	"handoff/internal/connector"
)

// Upload is a CV on its way. Size must be the number of bytes that Body gives:
// it is announced.
type Upload struct {
	Name        string // no quotes, no path
	ContentType string
	Size        int64
	Body        io.Reader
}

// Create pushes an application in one call (A). The answer to a success may
// name less than the mapping says; what it does not name is empty, and the
// caller looks it up.
func (c Client) Create(ctx context.Context, recruitment string, a Application) (Created, error) {
	b, err := c.Map.body(a)
	if err != nil {
		return Created{}, &connector.Error{Kind: connector.Unavailable, Op: OpCreate, Err: errBody}
	}
	header := http.Header{"Content-Type": {b.contentType}}
	if c.Map.Create.Idempotency != "" && a.ExternalID != "" {
		header.Set(c.Map.Create.Idempotency, a.ExternalID)
	}
	resp, err := c.send(ctx, request{op: OpCreate, places: map[string]string{"recruitmentId": recruitment}, header: header, body: b.reader, length: b.length})
	if err != nil {
		return Created{}, err
	}
	defer resp.Body.Close()
	made, before := slices.Contains(c.Map.Create.Created, resp.StatusCode), slices.Contains(c.Map.Create.Existing, resp.StatusCode)
	if !made && !before {
		return Created{}, &StatusError{Op: OpCreate, Status: resp.StatusCode}
	}
	var n node
	if err := atshttp.DecodeJSON(resp.Body, &n); err != nil {
		return Created{}, unreadable(OpCreate, resp.StatusCode, err) // an empty 200 is no "it is there": a proxy may have said it
	}
	out := Created{Application: c.text(n, "created.application"), Candidate: c.text(n, "created.candidate")}
	out.Before = before && out.Application != ""
	return out, nil
}

// Notes lists the texts of an application's notes. A public client called it
// and later stopped (C): nothing may depend on it.
func (c Client) Notes(ctx context.Context, application string) ([]string, error) {
	if !c.Map.Has(OpNotes) {
		return nil, &StatusError{Op: OpNotes, Status: http.StatusNotFound}
	}
	n, _, err := c.exchange(ctx, request{op: OpNotes, places: map[string]string{"applicationId": application}})
	if err != nil {
		return nil, err
	}
	rows, ok := n.rows(c.Map.Lists[OpNotes], nil)
	if !ok {
		return nil, &connector.Error{Kind: connector.Unavailable, Op: OpNotes, Code: "LISTING_BROKEN"}
	}
	out := make([]string, len(rows))
	for i, r := range rows {
		out[i] = c.text(r, "note.text")
	}
	return out, nil
}

// AddNote writes a note; its answer's status is all that is read.
func (c Client) AddNote(ctx context.Context, application, text string) error {
	o := map[string]any{}
	put(o, c.Map.Send["note.text"], text)
	b, err := json.Marshal(o)
	if err != nil {
		return &connector.Error{Kind: connector.Unavailable, Op: OpNote, Err: errBody}
	}
	resp, err := c.send(ctx, request{op: OpNote, places: map[string]string{"applicationId": application}, body: bytes.NewReader(b),
		length: int64(len(b)), header: http.Header{"Content-Type": {"application/json"}}})
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	_, _ = io.Copy(io.Discard, resp.Body)
	return nil
}

// body is a request's body with its length known, so that a CV is streamed and
// never held.
type body struct {
	reader      io.Reader
	length      int64
	contentType string
}

func (m *Mapping) body(a Application) (body, error) {
	o := m.fields(a)
	if m.Create.Encoding == Multipart {
		return m.parts(o, a.CV)
	}
	if a.CV == nil {
		if len(m.Send["cv"]) > 0 {
			put(o, m.Send["cv"], []any{})
		}
		b, err := json.Marshal(o)
		return body{bytes.NewReader(b), int64(len(b)), "application/json"}, err
	}
	// The content stands where a random word stands in the marshalled body.
	mark := rand.Text()
	file := map[string]any{}
	put(file, m.Send["cv.name"], a.CV.Name)
	put(file, m.Send["cv.type"], a.CV.ContentType)
	put(file, m.Send["cv.content"], mark)
	put(o, m.Send["cv"], []any{file})
	b, err := json.Marshal(o)
	if err != nil {
		return body{}, err
	}
	head, tail, found := bytes.Cut(b, []byte(mark))
	if !found {
		return body{}, errBody
	}
	return body{io.MultiReader(bytes.NewReader(head), newEncoder(a.CV.Body), bytes.NewReader(tail)),
		int64(len(head)) + encodedLen(a.CV.Size) + int64(len(tail)), "application/json"}, nil
}

// fields are all members of the body but the CV. Empty ones are left out: an
// empty phone is no phone.
func (m *Mapping) fields(a Application) map[string]any {
	o := map[string]any{}
	for name, v := range map[string]string{"external_id": a.ExternalID, "first_name": a.FirstName, "last_name": a.LastName, "email": a.Email, "phone": a.Phone} {
		if v != "" {
			put(o, m.Send[name], v)
		}
	}
	if a.Origin != "" {
		put(o, m.Send["origin"], m.id(a.Origin))
	}
	if a.Note != "" && m.Create.Note == NoteInBody {
		put(o, m.Send["note"], a.Note)
	}
	list, byID := []any{}, map[string]any{}
	for _, s := range a.Statements {
		byID[s.ID] = s.Accepted
		item := map[string]any{}
		put(item, m.Send["consent.id"], m.id(s.ID))
		put(item, m.Send["consent.accepted"], s.Accepted)
		if s.Version > 0 {
			put(item, m.Send["consent.version"], s.Version)
		}
		list = append(list, item)
	}
	if m.Create.ConsentStyle == ConsentIDMap {
		put(o, m.Send["consents"], byID)
	} else {
		put(o, m.Send["consents"], list)
	}
	return o
}

// id writes an id as the mapping wants ids; what is no number stays a text.
func (m *Mapping) id(s string) any {
	if n, err := strconv.ParseInt(s, 10, 64); err == nil && m.Create.IDs == IDNumber {
		return n
	}
	return s
}

// parts is a multipart body: the members as JSON in one part, the CV in another.
func (m *Mapping) parts(o map[string]any, cv *Upload) (body, error) {
	fields, err := json.Marshal(o)
	if err != nil {
		return body{}, err
	}
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	h := textproto.MIMEHeader{}
	h.Set("Content-Disposition", `form-data; name="`+m.Create.JSONPart+`"`)
	h.Set("Content-Type", "application/json")
	p, err := w.CreatePart(h)
	if err == nil {
		_, err = p.Write(fields)
	}
	if err == nil && cv != nil {
		h := textproto.MIMEHeader{}
		h.Set("Content-Disposition", multipart.FileContentDisposition(m.Create.FilePart, cv.Name))
		h.Set("Content-Type", cv.ContentType)
		_, err = w.CreatePart(h)
	}
	head := slices.Clone(b.Bytes())
	err = errors.Join(err, w.Close())
	tail := b.Bytes()[len(head):]
	out := body{contentType: w.FormDataContentType(), length: int64(b.Len()), reader: io.MultiReader(bytes.NewReader(head), bytes.NewReader(tail))}
	if cv != nil {
		out.length += cv.Size
		out.reader = io.MultiReader(bytes.NewReader(head), cv.Body, bytes.NewReader(tail))
	}
	return out, err
}

// put sets a value at a place; a place that is the root leaves it out.
func put(o map[string]any, at Pointer, v any) {
	if len(at) == 0 {
		return
	}
	for _, name := range at[:len(at)-1] {
		inner, ok := o[name].(map[string]any)
		if !ok {
			inner = map[string]any{}
			o[name] = inner
		}
		o = inner
	}
	o[at[len(at)-1]] = v
}
