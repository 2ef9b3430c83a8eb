package api

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"handoff/internal/apply"
	"handoff/internal/recruit"
)

// longString is where a string stops being a field and is a file.
const longString = 16 << 10

// readSubmission reads either kind of body. The CV stays where it is in the
// body, and is decoded as the engine reads it.
func (a *API) readSubmission(contentType string, body []byte) (NewApplication, *apply.Upload, error) {
	media, params, err := mime.ParseMediaType(contentType)
	if contentType == "" {
		media, err = "application/json", nil
	}
	switch {
	case err == nil && media == "application/json":
		return a.readJSON(body)
	case err == nil && media == "multipart/form-data":
		return a.readParts(multipart.NewReader(bytes.NewReader(body), params["boundary"]))
	}
	return NewApplication{}, nil, newProblem(http.StatusUnsupportedMediaType, "unsupported_media_type")
}

func (a *API) readJSON(body []byte) (NewApplication, *apply.Upload, error) {
	short, long, mark := cutLong(body)
	n, err := a.readFields(short)
	if err != nil || n.CV == nil {
		if err == nil && long != nil {
			err = tooLong("*")
		}
		return n, nil, err
	}
	content := []byte(n.CV.Content)
	switch {
	case long != nil && n.CV.Content != mark:
		return n, nil, tooLong("*")
	case long != nil && bytes.IndexByte(long, '\\') >= 0: // written with escapes, e.g. \/
		var s string
		if json.Unmarshal(append(append([]byte{'"'}, long...), '"'), &s) != nil {
			return n, nil, newProblem(http.StatusBadRequest, "malformed")
		}
		content = []byte(s)
	case long != nil:
		content = long
	}
	if _, err := io.Copy(io.Discard, base64.NewDecoder(base64.StdEncoding, bytes.NewReader(content))); err != nil {
		v := &recruit.Invalid{}
		v.Add("cv.content", "malformed")
		return n, nil, v
	}
	return n, &apply.Upload{FileName: n.CV.FileName, ContentType: n.CV.ContentType,
		Body: base64.NewDecoder(base64.StdEncoding, bytes.NewReader(content))}, nil
}

// readFields decodes what is not a file, and refuses what is not declared.
func (a *API) readFields(b []byte) (NewApplication, error) {
	var n NewApplication
	var tree any
	if len(b) > textBody || unmarshal(b, &tree) != nil {
		return n, newProblem(http.StatusBadRequest, "malformed")
	}
	registry := a.huma.OpenAPI().Components.Schemas
	var found huma.ValidateResult
	at := huma.NewPathBuffer(make([]byte, 0, 128), 0)
	at.Push("body")
	huma.Validate(registry, registry.Schema(reflect.TypeFor[NewApplication](), true, ""), at, huma.ModeWriteToServer, tree, &found)
	if len(found.Errors) > 0 {
		p := newProblem(http.StatusUnprocessableEntity, "invalid")
		for _, e := range found.Errors {
			var d *huma.ErrorDetail
			if errors.As(e, &d) {
				p.Errors = append(p.Errors, fieldError(d))
			}
		}
		return n, p
	}
	if err := json.Unmarshal(b, &n); err != nil {
		return n, newProblem(http.StatusBadRequest, "malformed")
	}
	return n, nil
}

// readParts reads the parts application and cv, each at most once.
func (a *API) readParts(m *multipart.Reader) (n NewApplication, cv *apply.Upload, err error) {
	seen := false
	for {
		p, err := m.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return n, nil, newProblem(http.StatusBadRequest, "malformed")
		}
		b, err := io.ReadAll(p)
		name := p.FormName()
		switch {
		case err != nil:
			return n, nil, newProblem(http.StatusBadRequest, "malformed")
		case name == "application" && !seen:
			if n, err = a.readFields(b); err != nil {
				return n, nil, err
			}
			seen = true
		case name == "cv" && cv == nil && p.FileName() != "":
			cv = &apply.Upload{FileName: p.FileName(), ContentType: p.Header.Get("Content-Type"), Body: bytes.NewReader(b)}
		default:
			return n, nil, refuseField(name, "unknown_field")
		}
	}
	switch {
	case !seen:
		return n, nil, refuseField("application", "required")
	case n.CV != nil:
		return n, nil, refuseField("application.cv", "not_allowed") // the file is the part cv
	}
	return n, cv, nil
}

func tooLong(path string) *Problem { return refuseField(path, "too_long") }

func refuseField(path, code string) *Problem {
	if !safePath.MatchString(path) {
		path = "*"
	}
	p := newProblem(http.StatusUnprocessableEntity, "invalid")
	p.Errors = []FieldError{{Path: path, Code: code, Message: sentence(code)}}
	return p
}

// cutLong takes the first long string out of a JSON text without building
// anything: it returns the text with a mark in its place, the string as it was
// written, and the mark. The mark is random, so that nobody can write it.
func cutLong(b []byte) (short, long []byte, mark string) {
	for i := 0; i < len(b); i++ {
		if b[i] != '"' {
			continue
		}
		end := i + 1
		for end < len(b) && b[end] != '"' {
			if b[end] == '\\' {
				end++
			}
			end++
		}
		if end < len(b) && end-i > longString {
			mark = "cut-" + recruit.RandomToken(10)
			short = append(append(append([]byte{}, b[:i+1]...), mark...), b[end:]...)
			return short, b[i+1 : end], mark
		}
		i = end
	}
	return b, nil, ""
}
