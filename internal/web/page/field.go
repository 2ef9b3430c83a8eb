package page

import (
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"handoff/internal/recruit"
	"handoff/internal/web/say"
)

// Link is a link by its words.
type Link struct{ Text, URL string }

// Option is one choice of a list.
type Option struct {
	Value, Text string
	Disabled    bool
}

// Field is one field of a form. Its name is also its identifier on the page
// and the path under which an engine refuses it, so that an error finds its
// field.
type Field struct {
	Name, Label, Value, Help, Error string
	Optional                        string // what stands behind the label of a field that may stay empty
	Type                            string
	Required                        bool
	Autocomplete                    string
	InputMode                       string
	MaxLength                       string
	List                            string
}

func (f Field) attributes() templ.Attributes {
	a := templ.Attributes{}
	set := func(name, value string) {
		if value != "" {
			a[name] = value
		}
	}
	set("type", f.Type)
	set("autocomplete", f.Autocomplete)
	set("inputmode", f.InputMode)
	set("maxlength", f.MaxLength)
	set("list", f.List)
	if f.Required {
		a["required"] = true
	}
	var described []string
	if f.Help != "" {
		described = append(described, f.Name+"-help")
	}
	if f.Error != "" {
		described = append(described, f.Name+"-error")
		a["aria-invalid"] = "true"
	}
	set("aria-describedby", strings.Join(described, " "))
	return a
}

// Refused is one line of an error summary.
type Refused struct{ Field, Text string }

// Errors are the refusals of one form, by field.
type Errors struct {
	say    *say.Speaker
	fields []recruit.FieldProblem
}

// InOrder puts the refusals into the order in which the page has its fields;
// what order does not name comes last.
func (e Errors) InOrder(order ...string) Errors {
	place := func(f recruit.FieldProblem) int {
		for i, o := range order {
			if f.Path == o || strings.HasPrefix(f.Path, o+".") {
				return i
			}
		}
		return len(order)
	}
	fields := slices.Clone(e.fields)
	slices.SortStableFunc(fields, func(a, b recruit.FieldProblem) int { return place(a) - place(b) })
	return Errors{say: e.say, fields: fields}
}

// NewErrors wraps what an engine refused; nil is none.
func NewErrors(s *say.Speaker, v *recruit.Invalid) Errors {
	if v == nil {
		return Errors{say: s}
	}
	return Errors{say: s, fields: v.Fields}
}

// At says what is wrong with a field or with a part of it, empty when nothing is.
func (e Errors) At(path string) string {
	for _, f := range e.fields {
		if f.Path == path || strings.HasPrefix(f.Path, path+".") || strings.HasPrefix(f.Path, path+"[") {
			return e.sentence(f)
		}
	}
	return ""
}

// sentence says what is wrong; a limit that comes in bytes is said in words.
func (e Errors) sentence(f recruit.FieldProblem) string {
	args := map[string]string{}
	for k, v := range f.Args {
		args[k] = v
	}
	if n, err := strconv.ParseInt(args["max_bytes"], 10, 64); err == nil {
		args["limit"] = e.say.Size(n)
	}
	code := f.Code
	if own := code + "_" + strings.ReplaceAll(f.Path, ".", "_"); e.say.Has("field." + own) {
		code = own // a field whose refusal is said better in its own words
	}
	return e.say.Code("field", code, args)
}

// Any tells whether anything was refused.
func (e Errors) Any() bool { return len(e.fields) > 0 }

// Summary lists everything refused, each with the field's label, which
// labels gives by path, and the element to go to.
func (e Errors) Summary(labels func(path string) (label, element string)) []Refused {
	var out []Refused
	for _, f := range e.fields {
		label, element := labels(f.Path)
		text := e.sentence(f)
		if label != "" {
			if !strings.HasSuffix(label, "?") { // a question asks for no colon
				label += ":"
			}
			text = label + " " + text
		}
		out = append(out, Refused{Field: element, Text: text})
	}
	return out
}
