package erapi

import (
	"encoding/json"
	"errors"
	"strings"
	"time"
)

// UnmarshalText reads METHOD /template; empty is none.
func (p *Path) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*p = Path{}
		return nil
	}
	method, template, _ := strings.Cut(string(b), " ")
	switch {
	case method != "GET" && method != "POST":
		return errors.New("begins with GET or POST")
	case !strings.HasPrefix(template, "/") || strings.ContainsAny(template, "?# \t\r\n\\") || strings.Contains(template, ".."):
		return errors.New("is METHOD /path without a query")
	}
	for rest := template; ; {
		_, after, found := strings.Cut(rest, "{")
		if !found {
			if strings.Contains(rest, "}") {
				return errors.New("has a brace that was not opened")
			}
			break
		}
		name, after, found := strings.Cut(after, "}")
		if !found || !isPlace(name) {
			return errors.New("may name {companyId}, {recruitmentId}, {applicationId} and {candidateId}")
		}
		rest = after
	}
	*p = Path{method, template}
	return nil
}

func isPlace(name string) bool {
	return name == "companyId" || name == "recruitmentId" || name == "applicationId" || name == "candidateId"
}

// UnmarshalText reads a JSON pointer.
func (p *Pointer) UnmarshalText(b []byte) error {
	s := string(b)
	if s == "" {
		*p = nil
		return nil
	}
	if s[0] != '/' {
		return errors.New("is a JSON pointer: it begins with /")
	}
	parts := strings.Split(s[1:], "/")
	for i, part := range parts {
		part = strings.ReplaceAll(strings.ReplaceAll(part, "~1", "/"), "~0", "~")
		if part == "" {
			return errors.New("is a JSON pointer: no part of it is empty")
		}
		parts[i] = part
	}
	*p = parts
	return nil
}

// UnmarshalText reads a duration with its unit, between nothing and an hour.
func (s *Span) UnmarshalText(b []byte) error {
	d, err := time.ParseDuration(string(b))
	if err != nil || d < 0 || d > time.Hour {
		return errors.New("is a time with its unit, at most 1h")
	}
	*s = Span(d)
	return nil
}

// zone is a time zone by its IANA name.
type zone struct{ *time.Location }

func (z *zone) UnmarshalText(b []byte) error {
	l, err := time.LoadLocation(string(b))
	if err != nil || len(b) == 0 {
		return errors.New("is the name of a time zone, e.g. Europe/Warsaw")
	}
	z.Location = l
	return nil
}

// strict decodes raw into v, with unknown fields refused, and explains itself
// without quoting what stands there: somebody may have pasted a key.
func strict(raw json.RawMessage, v any) error {
	if string(raw) == "null" {
		return errors.New("cannot be null")
	}
	dec := json.NewDecoder(strings.NewReader(string(raw)))
	dec.DisallowUnknownFields()
	err := dec.Decode(v)
	var wrong *json.UnmarshalTypeError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &wrong):
		return errors.New("wants " + wants(wrong.Type.Kind().String()))
	case strings.HasPrefix(err.Error(), "json:"):
		return errors.New("has a field that is not known")
	}
	return err
}

func wants(kind string) string {
	switch kind {
	case "string":
		return "a text in quotes"
	case "int", "int64":
		return "a whole number"
	case "float64":
		return "a number"
	case "bool":
		return "true or false"
	case "slice":
		return "a list"
	}
	return "another kind of value"
}
