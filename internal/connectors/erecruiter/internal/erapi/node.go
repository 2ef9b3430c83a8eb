package erapi

import (
	"bytes"
	"encoding/json"
	"math"
	"strconv"
	"strings"
)

// node is a value of an answer whose shape nobody knows for certain.
type node struct{ v any }

// UnmarshalJSON keeps numbers as they were written: an id is no float.
func (n *node) UnmarshalJSON(b []byte) error {
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.UseNumber()
	return dec.Decode(&n.v)
}

// at follows a pointer. Names are compared exactly first and then in any case:
// the vendor writes camelCase and PascalCase (C).
func (n node) at(p Pointer) (node, bool) {
	for _, name := range p {
		o, ok := n.v.(map[string]any)
		if !ok {
			return node{}, false
		}
		v, ok := o[name]
		if !ok {
			for k, other := range o {
				if strings.EqualFold(k, name) {
					v, ok = other, true
					break
				}
			}
		}
		if !ok {
			return node{}, false
		}
		n = node{v}
	}
	return n, true
}

// first is the first place that is there and not null. there tells whether any
// of them was, null included.
func (n node) first(places []Pointer) (found node, there bool) {
	for _, p := range places {
		v, ok := n.at(p)
		there = there || ok
		if ok && v.v != nil {
			return v, true
		}
	}
	return node{}, there
}

// text is a text, a number or a boolean as it was written, trimmed; empty for
// anything else.
func (n node) text() string {
	switch v := n.v.(type) {
	case string:
		return strings.TrimSpace(v)
	case json.Number:
		return number(v)
	case bool:
		return strconv.FormatBool(v)
	}
	return ""
}

// number writes a whole number without fraction and exponent: ids come as
// 77, "77" and 77.0.
func number(v json.Number) string {
	if _, err := v.Int64(); err == nil {
		return v.String()
	}
	if f, err := v.Float64(); err == nil && f == math.Trunc(f) && math.Abs(f) < 1<<53 {
		return strconv.FormatInt(int64(f), 10)
	}
	return v.String()
}

// verbatim is a text as it came.
func (n node) verbatim() string {
	if s, ok := n.v.(string); ok {
		return s
	}
	return n.text()
}

// truth is a boolean in whatever form; known is false for what is none.
func (n node) truth() (yes, known bool) {
	switch strings.ToLower(n.text()) {
	case "true", "1", "yes", "tak":
		return true, true
	case "false", "0", "no", "nie":
		return false, true
	}
	return false, false
}

// whole is a whole number, 0 for what is none.
func (n node) whole() int {
	i, err := strconv.Atoi(n.text())
	if err != nil {
		return 0
	}
	return i
}

func (n node) list() ([]node, bool) {
	a, ok := n.v.([]any)
	if !ok {
		return nil, false
	}
	out := make([]node, len(a))
	for i, v := range a {
		out[i] = node{v}
	}
	return out, true
}

// rows finds the list of an answer: at one of the places, or bare, or as the
// only list of an object, or in the only object of an object, three deep. null
// at a place is an empty list only beside a count of nothing.
func (n node) rows(places, counts []Pointer) ([]node, bool) {
	for range 4 {
		for _, p := range places {
			v, ok := n.at(p)
			if !ok {
				continue
			}
			if list, ok := v.list(); ok {
				return list, true
			}
			if c, ok := n.first(counts); ok && v.v == nil && len(p) > 0 && c.text() == "0" {
				return nil, true
			}
		}
		if list, ok := n.list(); ok {
			return list, true
		}
		o, ok := n.v.(map[string]any)
		if !ok {
			return nil, false
		}
		var lists, objects []node
		for _, v := range o {
			switch v.(type) {
			case []any:
				lists = append(lists, node{v})
			case map[string]any:
				objects = append(objects, node{v})
			}
		}
		if len(lists) == 1 {
			return lists[0].list()
		}
		if len(lists) > 1 || len(objects) != 1 {
			return nil, false
		}
		n = objects[0]
	}
	return nil, false
}
