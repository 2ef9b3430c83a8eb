package api

import (
	"encoding/json"
	"errors"
	"net/http"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"handoff/internal/door"
	"handoff/internal/recruit"
)

// Problem is a refusal (RFC 9457). It holds codes and sentences of ours, and
// never a value that was sent.
type Problem struct {
	Title  string `json:"title" doc:"The status in words."`
	Status int    `json:"status"`
	Code   string `json:"code" doc:"Stable; what a program decides by."`
	Detail string `json:"detail" doc:"A sentence for a person, in English."`
	// Args are the arguments of the code.
	Args   map[string]string `json:"args,omitempty"`
	Errors []FieldError      `json:"errors,omitempty" nullable:"false"`
	// Form is the current application form, with consent_outdated.
	Form *Form `json:"form,omitempty"`

	header http.Header
}

// FieldError says what is wrong with one field.
type FieldError struct {
	Path    string            `json:"path" doc:"E.g. candidate.email or salaries[0].from; a parameter by its name."`
	Code    string            `json:"code"`
	Message string            `json:"message"`
	Args    map[string]string `json:"args,omitempty"`
}

func newProblem(status int, code string) *Problem {
	return &Problem{Title: http.StatusText(status), Status: status, Code: code, Detail: sentence(code), header: http.Header{}}
}

// after sets Retry-After.
func (p *Problem) after(d time.Duration) *Problem {
	p.header.Set("Retry-After", strconv.Itoa(max(1, seconds(d))))
	return p
}

func (p *Problem) Error() string             { return p.Code }
func (p *Problem) GetStatus() int            { return p.Status }
func (p *Problem) GetHeaders() http.Header   { return p.header }
func (p *Problem) ContentType(string) string { return "application/problem+json" }

// refuse turns an outcome into a Problem. What nobody foresaw is logged here,
// once, by its operation, and said to nobody outside.
func (a *API) refuse(operation string, err error) *Problem {
	var ready *Problem
	if errors.As(err, &ready) {
		return ready
	}
	status, code := door.Status(err)
	p := newProblem(status, code)
	var invalid *recruit.Invalid
	var problem *recruit.Problem
	switch {
	case errors.As(err, &invalid):
		for _, f := range invalid.Fields {
			p.Errors = append(p.Errors, FieldError{Path: f.Path, Code: f.Code, Message: sentence(f.Code), Args: f.Args})
		}
	case errors.As(err, &problem):
		p.Args = problem.Args
		if s := problem.Args["retry_after"]; s != "" {
			p.header.Set("Retry-After", s)
		}
	case status == http.StatusInternalServerError:
		a.o.Log.Error("api.failed", "operation", operation, "err", err)
	}
	return p
}

// writeProblem answers where huma is not at work.
func (a *API) writeProblem(w http.ResponseWriter, p *Problem) {
	for k, v := range p.header {
		w.Header()[k] = v
	}
	w.Header().Set("Content-Type", p.ContentType(""))
	w.WriteHeader(p.Status)
	_ = json.NewEncoder(w).Encode(p)
}

// asProblem is where huma's own refusals, which quote what was sent, become
// ours, which do not.
func asProblem(_ huma.Context, _ string, v any) (any, error) {
	m, ok := v.(*huma.ErrorModel)
	if !ok {
		return v, nil
	}
	code, ok := map[int]string{http.StatusBadRequest: "malformed", http.StatusRequestEntityTooLarge: "body_too_large",
		http.StatusUnsupportedMediaType: "unsupported_media_type", http.StatusUnprocessableEntity: "invalid",
		http.StatusRequestTimeout: "body_too_slow"}[m.Status]
	if !ok {
		code = "internal"
	}
	p := newProblem(m.Status, code)
	if m.Status != http.StatusUnprocessableEntity {
		return p, nil
	}
	for _, d := range m.Errors {
		p.Errors = append(p.Errors, fieldError(d))
	}
	return p, nil
}

// shapes are huma's sentences about the shape of input, by how they begin.
var shapes = []struct{ begins, code string }{
	{"unexpected property", "unknown_field"}, {"unknown query parameter", "unknown_parameter"},
	{"expected required property", "required"}, {"required ", "required"},
	{"expected value to be one of", "not_allowed"}, {"expected value to match", "wrong_type"},
	{"expected length >=", "too_short"}, {"expected length <=", "too_long"},
	{"expected array length >=", "too_few"}, {"expected array length <=", "too_many"},
	{"expected number >", "out_of_range"}, {"expected number <", "out_of_range"},
	{"expected string to ", "malformed"}, {"expected boolean", "wrong_type"}, {"expected number", "wrong_type"},
	{"expected integer", "wrong_type"}, {"expected string", "wrong_type"}, {"expected array", "wrong_type"},
	{"expected object", "wrong_type"}, {"invalid integer", "wrong_type"}, {"invalid date/time", "malformed"},
}

var (
	nameOfRequired = regexp.MustCompile(`^expected required property ([a-z0-9_]+) to be present`)
	safePath       = regexp.MustCompile(`^[A-Za-z0-9_\-.\[\]]{1,120}$`)
)

// fieldError reads one of them. The name of a field that is not ours is said
// only when it looks like a name: it could be anything.
func fieldError(d *huma.ErrorDetail) FieldError {
	f := FieldError{Path: d.Location, Code: "malformed"}
	for _, place := range []string{"body", "query", "path", "header"} {
		if rest, ok := strings.CutPrefix(f.Path, place); ok {
			f.Path = strings.TrimPrefix(rest, ".")
			break
		}
	}
	for _, s := range shapes {
		if strings.HasPrefix(d.Message, s.begins) {
			f.Code = s.code
			break
		}
	}
	if m := nameOfRequired.FindStringSubmatch(d.Message); m != nil {
		f.Path = strings.TrimPrefix(f.Path+"."+m[1], ".")
	}
	if f.Path != "" && !safePath.MatchString(f.Path) {
		f.Path = "*"
	}
	f.Message = sentence(f.Code)
	return f
}

func problemResponse(r huma.Registry) *huma.Response {
	return &huma.Response{Description: "Refused", Content: map[string]*huma.MediaType{
		"application/problem+json": {Schema: r.Schema(reflect.TypeFor[Problem](), true, "Problem")}}}
}
