package erapi

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
)

// MappingError is what is wrong with one line of a mapping. It never quotes a
// value.
type MappingError struct {
	Line int    // 0 when it is about the file as a whole
	Key  string // empty when the line has none
	Why  string
}

func (e *MappingError) Error() string {
	where := "mapping"
	if e.Line > 0 {
		where += fmt.Sprintf(" line %d", e.Line)
	}
	if e.Key != "" {
		where += ": " + e.Key
	}
	return where + ": " + e.Why
}

// Certainties that a line may carry.
const (
	Confirmed = "confirmed"
	Inferred  = "inferred"
	Assumed   = "assumed"
)

// maxMapping bounds a mapping file, in bytes.
const maxMapping = 1 << 20

func choice(values []string) error { return errors.New("is one of " + strings.Join(values, ", ")) }

// Parse reads a mapping file over base: a line that the file does not have
// stays as base has it. With base nil every line is needed. The file is one
// JSON object of dotted keys; a value stands there plainly, or with what is
// known of it: {"value": …, "certainty": "confirmed", "source": "S1", "note": "…"}.
//
// Parse is strict: what is unknown, doubled, of the wrong type or missing is an
// error, and all errors are returned together (errors.Join of *MappingError).
func Parse(base *Mapping, b []byte) (*Mapping, error) {
	m := base.clone()
	if len(b) > maxMapping {
		return nil, &MappingError{Why: "is larger than 1 MiB"}
	}
	known := map[string]setting{}
	for _, s := range settings() {
		known[s.key] = s
	}
	entries, err := split(bytes.TrimPrefix(b, []byte("\xef\xbb\xbf")))
	if err != nil {
		return nil, err
	}
	var wrong []error
	seen := map[string]bool{}
	complain := func(e rawEntry, why string) {
		wrong = append(wrong, &MappingError{Line: e.line, Key: safeKey(e.key), Why: why})
	}
	for _, e := range entries {
		s, ok := known[e.key]
		switch {
		case !ok:
			complain(e, "is not a setting")
			continue
		case seen[e.key]:
			complain(e, "stands there twice")
			continue
		}
		seen[e.key] = true
		value, line, why := unwrap(e)
		if why != "" {
			complain(e, why)
			continue
		}
		if err := s.set(m, value); err != nil {
			complain(e, err.Error())
		}
		m.lines = append(m.lines, line)
	}
	if base == nil {
		for _, s := range settings() {
			if !seen[s.key] {
				wrong = append(wrong, &MappingError{Key: s.key, Why: "is missing"})
			}
		}
	}
	if len(wrong) == 0 {
		wrong = m.check()
	}
	if len(wrong) > 0 {
		return nil, errors.Join(wrong...)
	}
	return m, nil
}

type rawEntry struct {
	key   string
	line  int
	value json.RawMessage
}

// split reads the outer object, entry by entry, so that each knows its line.
func split(b []byte) ([]rawEntry, error) {
	lineAt := func(offset int64) int { return 1 + bytes.Count(b[:min(int(offset), len(b))], []byte("\n")) }
	dec := json.NewDecoder(bytes.NewReader(b))
	bad := func(why string) error { return &MappingError{Line: lineAt(dec.InputOffset()), Why: why} }
	if t, err := dec.Token(); err != nil || t != json.Delim('{') {
		return nil, bad("the file is one JSON object")
	}
	var out []rawEntry
	for dec.More() {
		t, err := dec.Token()
		key, ok := t.(string)
		if err != nil || !ok {
			return nil, bad("a name in quotes is wanted")
		}
		e := rawEntry{key: key, line: lineAt(dec.InputOffset())}
		if err := dec.Decode(&e.value); err != nil {
			return nil, bad("this is no JSON")
		}
		out = append(out, e)
	}
	if _, err := dec.Token(); err != nil {
		return nil, bad("the object does not end")
	}
	if _, err := dec.Token(); err != io.EOF {
		return nil, bad("something follows the object")
	}
	return out, nil
}

// unwrap tells a plain value from one with what is known of it.
func unwrap(e rawEntry) (json.RawMessage, Line, string) {
	line := Line{Number: e.line, Key: e.key}
	if len(e.value) == 0 || e.value[0] != '{' {
		return e.value, line, ""
	}
	var w struct {
		Value     json.RawMessage `json:"value"`
		Certainty string          `json:"certainty"`
		Source    string          `json:"source"`
		Note      string          `json:"note"`
	}
	if err := strict(e.value, &w); err != nil {
		return nil, line, err.Error() + "; a line has value, certainty, source and note"
	}
	known := []string{"", Confirmed, Inferred, Assumed}
	switch {
	case len(w.Value) == 0:
		return nil, line, "has no value"
	case !slices.Contains(known, w.Certainty):
		return nil, line, "certainty " + choice(known[1:]).Error()
	}
	line.Certainty, line.Source, line.Note = w.Certainty, w.Source, w.Note
	return w.Value, line, ""
}

// safeKey keeps what cannot be a name out of an error.
func safeKey(key string) string {
	if len(key) > 64 || strings.ContainsFunc(key, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '.' && r != '_'
	}) {
		return "(a name)"
	}
	return key
}

func (m *Mapping) clone() *Mapping {
	if m == nil {
		return &Mapping{Paths: map[string]Path{}, Lists: map[string][]Pointer{}, Fields: map[string][]Pointer{},
			Words: map[string][]string{}, Codes: map[string][]string{}, Send: map[string]Pointer{}}
	}
	c := *m
	c.lines = nil
	c.Paths, c.Lists, c.Fields = maps.Clone(m.Paths), maps.Clone(m.Lists), maps.Clone(m.Fields)
	c.Words, c.Codes, c.Send = maps.Clone(m.Words), maps.Clone(m.Codes), maps.Clone(m.Send)
	return &c
}
