package api

import (
	"bytes"
	"encoding/json"
	"fmt"
	"html/template"
	"sort"
	"strings"
)

// docsPolicy lets the page have its own style sheet and nothing else: no
// script, no image, nothing from elsewhere.
const docsPolicy = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// What the page reads of the document.
type (
	docSchema struct {
		Ref         string               `json:"$ref"`
		Type        any                  `json:"type"`
		Format      string               `json:"format"`
		Description string               `json:"description"`
		Enum        []any                `json:"enum"`
		Items       *docSchema           `json:"items"`
		AnyOf       []docSchema          `json:"anyOf"`
		Properties  map[string]docSchema `json:"properties"`
		Required    []string             `json:"required"`
		More        any                  `json:"additionalProperties"`
	}
	docBody struct {
		Description string `json:"description"`
		Content     map[string]struct {
			Schema docSchema `json:"schema"`
		} `json:"content"`
	}
	docOperation struct {
		ID          string    `json:"operationId"`
		Summary     string    `json:"summary"`
		Description string    `json:"description"`
		Tags        []string  `json:"tags"`
		Parameters  []docParm `json:"parameters"`
		Body        *docBody  `json:"requestBody"`
		Responses   map[string]docBody
	}
	docParm struct {
		Name        string    `json:"name"`
		In          string    `json:"in"`
		Description string    `json:"description"`
		Required    bool      `json:"required"`
		Schema      docSchema `json:"schema"`
	}
	openAPI struct {
		Info struct {
			Title, Version, Description string
		}
		Paths      map[string]map[string]docOperation
		Components struct{ Schemas map[string]docSchema }
	}
)

// What the page shows.
type (
	docPage struct {
		Title, Version, Build, Introduction string
		Groups                              []docGroup
		Schemas                             []docObject
	}
	docGroup struct {
		Name string
		Rows []docRow
	}
	docRow struct {
		docOperation
		Method, Path string
		Takes, Gives []docLine
	}
	docLine struct {
		Name, About string
		Type        template.HTML
		Required    bool
	}
	docObject struct {
		Name  string
		Lines []docLine
	}
)

// docsPage renders the page from the document, so that it cannot say anything
// else.
func docsPage(document []byte, build string) ([]byte, error) {
	var d openAPI
	if err := json.Unmarshal(document, &d); err != nil {
		return nil, fmt.Errorf("docs: %w", err)
	}
	t, err := template.New("docs").Parse(docsHTML)
	if err != nil {
		return nil, fmt.Errorf("docs: %w", err)
	}
	var b bytes.Buffer
	err = t.Execute(&b, docPage{d.Info.Title, d.Info.Version, build, d.Info.Description, d.groups(), d.objects()})
	return b.Bytes(), err
}

func (d openAPI) groups() []docGroup {
	var out []docGroup
	for _, path := range keys(d.Paths) {
		for _, method := range []string{"get", "post", "put", "patch", "delete"} {
			o, ok := d.Paths[path][method]
			if !ok {
				continue
			}
			r := docRow{docOperation: o, Method: strings.ToUpper(method), Path: Prefix + path}
			for _, p := range o.Parameters {
				r.Takes = append(r.Takes, docLine{p.Name + " (" + p.In + ")", p.Description, kind(p.Schema), p.Required})
			}
			if o.Body != nil {
				for _, media := range keys(o.Body.Content) {
					s := o.Body.Content[media].Schema
					r.Takes = append(r.Takes, docLine{"body", media, kind(s), true})
					for _, part := range lines(s) { // of multipart
						part.Name = "part " + part.Name
						r.Takes = append(r.Takes, part)
					}
				}
			}
			for _, status := range keys(o.Responses) {
				line := docLine{Name: status, About: o.Responses[status].Description}
				for _, media := range keys(o.Responses[status].Content) {
					line.Type = kind(o.Responses[status].Content[media].Schema)
				}
				r.Gives = append(r.Gives, line)
			}
			out = group(out, o.Tags, r)
		}
	}
	return out
}

func group(all []docGroup, tags []string, r docRow) []docGroup {
	name := strings.Join(tags, ", ")
	for i := range all {
		if all[i].Name == name {
			all[i].Rows = append(all[i].Rows, r)
			return all
		}
	}
	return append(all, docGroup{name, []docRow{r}})
}

func (d openAPI) objects() []docObject {
	var out []docObject
	for _, name := range keys(d.Components.Schemas) {
		out = append(out, docObject{name, lines(d.Components.Schemas[name])})
	}
	return out
}

// lines are the properties of an object that is written out, not linked to.
func lines(s docSchema) []docLine {
	var out []docLine
	for _, p := range keys(s.Properties) {
		line := docLine{Name: p, About: s.Properties[p].Description, Type: kind(s.Properties[p])}
		for _, r := range s.Required {
			line.Required = line.Required || r == p
		}
		out = append(out, line)
	}
	return out
}

// kind writes a type; names of objects link to them.
func kind(s docSchema) template.HTML {
	esc := template.HTMLEscapeString
	switch {
	case s.Ref != "":
		name := s.Ref[strings.LastIndex(s.Ref, "/")+1:]
		return template.HTML(`<a href="#` + esc(name) + `">` + esc(name) + `</a>`)
	case len(s.AnyOf) > 0:
		parts := make([]string, len(s.AnyOf))
		for i, x := range s.AnyOf {
			parts[i] = string(kind(x))
		}
		return template.HTML(strings.Join(parts, " or "))
	case s.Items != nil:
		return "list of " + kind(*s.Items)
	case len(s.Enum) > 0:
		parts := make([]string, len(s.Enum))
		for i, x := range s.Enum {
			parts[i] = "<code>" + esc(fmt.Sprint(x)) + "</code>"
		}
		return template.HTML(strings.Join(parts, " "))
	}
	name := ""
	switch t := s.Type.(type) {
	case string:
		name = t
	case []any:
		parts := make([]string, len(t))
		for i, x := range t {
			parts[i] = fmt.Sprint(x)
		}
		name = strings.Join(parts, " or ")
	}
	if s.Format != "" {
		name += " (" + s.Format + ")"
	}
	return template.HTML(esc(name))
}

func keys[T any](m map[string]T) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	sort.Strings(out)
	return out
}
