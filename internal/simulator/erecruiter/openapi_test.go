package erecruiter

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
)

// document is the reconstructed contract.
type document struct {
	Paths      map[string]map[string]json.RawMessage
	Components struct {
		Schemas    map[string]*shape
		Parameters map[string]parameter
		Responses  map[string]response
	}
}

type parameter struct{ Ref, Name, In string }

type response struct {
	Ref     string `json:"$ref"`
	Content map[string]struct{ Schema *shape }
}

type documented struct {
	OperationID string `json:"operationId"`
	Parameters  []struct {
		Ref      string `json:"$ref"`
		Name, In string
	}
	Responses map[string]response
}

type shape struct {
	Ref        string `json:"$ref"`
	Type       string
	Nullable   bool
	Required   []string
	Properties map[string]*shape
	Items      *shape
	Enum       []any
	AllOf      []*shape `json:"allOf"`
	OneOf      []*shape `json:"oneOf"`
}

// spec is read once for all tests; it never changes.
var spec = sync.OnceValue(func() document {
	var d document
	b, err := os.ReadFile("testdata/openapi.json")
	if err == nil {
		err = json.Unmarshal(b, &d)
	}
	if err != nil {
		panic(err)
	}
	return d
})

func last(ref string) string { return ref[strings.LastIndex(ref, "/")+1:] }

func (d document) operation(method, path string) *documented {
	raw, ok := d.Paths[path][strings.ToLower(method)]
	if !ok {
		return nil
	}
	var o documented
	if err := json.Unmarshal(raw, &o); err != nil {
		panic(err)
	}
	for i, p := range o.Parameters {
		if p.Ref != "" {
			known := d.Components.Parameters[last(p.Ref)]
			o.Parameters[i].Name, o.Parameters[i].In = known.Name, known.In
		}
	}
	return &o
}

func (d document) schema(o *documented, status int) *shape {
	r := o.Responses[fmt.Sprint(status)]
	if r.Ref != "" {
		r = d.Components.Responses[last(r.Ref)]
	}
	return r.Content["application/json"].Schema
}

// check compares a value with a schema. Fields that the schema does not have are welcome.
func (d document) check(at string, s *shape, v any) []string {
	if s == nil {
		return nil
	}
	if s.Ref != "" {
		return d.check(at, d.Components.Schemas[last(s.Ref)], v)
	}
	var out []string
	for _, part := range s.AllOf {
		out = append(out, d.check(at, part, v)...)
	}
	if len(s.OneOf) > 0 && !slices.ContainsFunc(s.OneOf, func(o *shape) bool { return len(d.check(at, o, v)) == 0 }) {
		out = append(out, at+" fits none of the forms")
	}
	if v == nil {
		if s.Type != "" && !s.Nullable {
			out = append(out, at+" is null")
		}
		return out
	}
	if len(s.Enum) > 0 && !slices.Contains(s.Enum, v) {
		out = append(out, fmt.Sprintf("%s: %v is not one of %v", at, v, s.Enum))
	}
	return append(out, d.checkType(at, s, v)...)
}

func (d document) checkType(at string, s *shape, v any) (out []string) {
	kind := ""
	switch v := v.(type) {
	case []any:
		kind = "array"
		for i, e := range v {
			out = append(out, d.check(fmt.Sprintf("%s[%d]", at, i), s.Items, e)...)
		}
	case map[string]any:
		kind = "object"
		for _, name := range s.Required {
			if _, ok := v[name]; !ok {
				out = append(out, at+"."+name+" is missing")
			}
		}
		for name, p := range s.Properties {
			if e, ok := v[name]; ok {
				out = append(out, d.check(at+"."+name, p, e)...)
			}
		}
	case string:
		kind = "string"
	case bool:
		kind = "boolean"
	case float64:
		kind = "number"
		if s.Type == "integer" && v == float64(int64(v)) {
			kind = "integer"
		}
	}
	if s.Type != "" && s.Type != kind {
		out = append(out, fmt.Sprintf("%s is %q, want %q", at, kind, s.Type))
	}
	return out
}

// shaping are the switches that leave the shapes of the contract on purpose.
var shaping = []string{"envelope", "field_case", "error_body", "created_answer", "answer_content_type"}

// conform holds every answer of every test in the default dialect to the contract, unless a fault
// or switch spoilt it on purpose.
func (w *world) conform(r *http.Request, a reply) {
	w.t.Helper()
	d := w.sim.Dialect()
	if d.Name != "v1.1" || len(a.Body) == 0 || len(w.sim.exchange.Script.Rules()) > 0 {
		return
	}
	for _, name := range shaping {
		if w.sim.Switches().Get(name) != (Switches{}).Get(name) {
			return
		}
	}
	op, _, _ := newWire(d).find(r.Method, r.URL.EscapedPath())
	if op == nil {
		return
	}
	o := spec().operation(op.Method, strings.TrimPrefix(op.Path, d.Base))
	if o == nil {
		return
	}
	s := spec().schema(o, a.Status)
	if s == nil || !strings.HasPrefix(a.Header.Get("Content-Type"), "application/json") {
		return
	}
	var v any
	if err := json.Unmarshal(a.Body, &v); err != nil {
		w.t.Errorf("%s %s: %v", op.Method, op.Path, err)
	}
	for _, p := range spec().check("answer", s, v) {
		w.t.Errorf("%s %s, %d: %s", op.Method, op.Path, a.Status, p)
	}
}

// ours are the calls that the contract names only in the text of a sibling.
var ours = []string{"getCareerFeedXML", "listEducations", "listLanguageSkills", "listEmploymentExperiences", "getDesiredSalary"}

func TestTheCallsAreThoseOfTheContract(t *testing.T) {
	w := newWire(DefaultDialect())
	served := map[string]bool{}
	for id, op := range w.operations {
		served[id] = true
		if slices.Contains(ours, id) {
			continue
		}
		o := spec().operation(op.Method, strings.TrimPrefix(op.Path, w.Base))
		if o == nil || o.OperationID != id {
			t.Errorf("%s %s %s is not in the contract", id, op.Method, op.Path)
			continue
		}
		var want, got []string
		for _, p := range o.Parameters {
			if p.In == "query" {
				want = append(want, p.Name)
			}
		}
		got = append(got, op.query...)
		if op.company {
			got = append(got, w.Company)
		}
		if op.paged {
			got = append(got, w.Paging.Limit, w.Paging.Offset)
		}
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%s takes %v, the contract says %v", id, got, want)
		}
	}
	for path, methods := range spec().Paths {
		for method := range methods {
			if method == "servers" {
				continue
			}
			if o := spec().operation(method, path); !served[o.OperationID] {
				t.Errorf("%s %s (%s) is not served", method, path, o.OperationID)
			}
		}
	}
}
