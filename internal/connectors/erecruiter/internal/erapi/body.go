package erapi

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"errors"
	"io"
	"mime/multipart"
	"net/textproto"
	"slices"
	"strconv"
)

// Upload is a CV on its way. Size must be the number of bytes that Body gives:
// it is announced.
type Upload struct {
	Name        string // no quotes, no path
	ContentType string
	Size        int64
	Body        io.Reader
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
