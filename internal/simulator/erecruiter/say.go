package erecruiter

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"handoff/internal/simulator/simkit"
)

// name is what the dialect calls a field; "" leaves it out.
func (d Dialect) name(kind, field string) string {
	switch n := d.Fields[kind+"."+field]; n {
	case "":
		return field
	case "-":
		return ""
	default:
		return n
	}
}

// say renames the fields of an object, nests them, renames values and writes ids as text where the
// dialect wants it.
func (c *call) say(kind string, v obj) obj {
	out := obj{}
	for field, value := range v {
		name := c.w.name(kind, field)
		if name == "" {
			continue
		}
		switch known := value.(type) {
		case string:
			if other, ok := c.w.Values[kind+"."+field][known]; ok {
				value = other
			}
		case int64:
			if c.w.TextIDs {
				value = strconv.FormatInt(known, 10)
			}
		}
		put(out, name, value)
	}
	return out
}

// put sets a value under a path like step/id.
func put(o obj, path string, value any) {
	head, rest, nested := strings.Cut(path, "/")
	if !nested {
		o[head] = value
		return
	}
	inner, ok := o[head].(obj)
	if !ok {
		inner = obj{}
		o[head] = inner
	}
	put(inner, rest, value)
}

// take removes the value under a path and returns it; empty objects on the way go with it.
func take(o obj, path string) (any, bool) {
	head, rest, nested := strings.Cut(path, "/")
	v, ok := o[head]
	if !ok || !nested {
		delete(o, head)
		return v, ok
	}
	inner, isObj := v.(obj)
	if !isObj {
		return nil, false
	}
	v, ok = take(inner, rest)
	if len(inner) == 0 {
		delete(o, head)
	}
	return v, ok
}

// list answers with a page of items of a kind, in the operation's envelope. Past the end the
// collection is an empty list (C).
func (c *call) list(kind string, items []obj) *simkit.Answer {
	total := len(items)
	if c.op.paged {
		from, limit, bad := c.page()
		if bad != nil {
			return bad
		}
		if from > 0 && c.sw.LaterPages != "fine" {
			return c.fail(500, "InternalServerError", "Internal server error.", "")
		}
		if c.sw.IgnoredOffset != "all" {
			items = items[min(from, total):]
			items = items[:min(limit, len(items))]
		}
	}
	said := []any{}
	for _, v := range items {
		v["rowVersion"] = 1 // a field that no document knows: a client must read past it
		said = append(said, c.say(kind, v))
	}
	env, ok := c.w.Lists[c.op.ID]
	if !ok {
		env = c.w.Lists[""]
	}
	switch c.sw.Envelope {
	case "bare":
		env = List{}
	case "other_key":
		env = List{Key: "items"}
	}
	v := c.wrap(env.Key, said)
	if o, isObj := v.(obj); isObj && env.Count != "" && c.sw.Counts != Absent {
		n := total
		if c.sw.Counts == "wrong" {
			n = total*2 + 7
		}
		put(o, env.Count, n)
	}
	if c.sw.Envelope == "wrapped" {
		v = obj{"data": v}
	}
	return c.raw(200, c.cased(v))
}

// wrap puts items under a key; "" leaves the bare array (C: both occur).
func (c *call) wrap(key string, items []any) any {
	if key == "" {
		return items
	}
	o := obj{}
	put(o, key, items)
	return o
}

// page reads the paging parameters.
func (c *call) page() (from, limit int, bad *simkit.Answer) {
	p := c.w.Paging
	if n := c.s.limits.PageItems; n > 0 {
		p.Default, p.Max = min(n, p.Default), n
	}
	limit, from = p.Default, 0
	for name, into := range map[string]*int{p.Limit: &limit, p.Offset: &from} {
		text := c.Query.Get(name)
		if !c.Query.Has(name) {
			continue
		}
		n, err := strconv.Atoi(text)
		if err != nil || n < 0 || name == p.Limit && n == 0 || p.Style == "page" && n == 0 {
			return 0, 0, c.fail(400, "QueryInvalid", fmt.Sprintf("Query parameter %s is not a number that can be", name), "")
		}
		*into = n
	}
	if limit > p.Max {
		if c.sw.LimitTooHigh == Refused {
			return 0, 0, c.fail(400, "QueryInvalid", fmt.Sprintf("Query parameter %s is above %d", p.Limit, p.Max), "")
		}
		limit = p.Max
	}
	if p.Style == "page" {
		from = (max(from, 1) - 1) * limit
	}
	return from, limit, nil
}

// cased writes field names with a capital for the switch field_case.
func (c *call) cased(v any) any {
	if c.sw.FieldCase != "pascal" {
		return v
	}
	switch v := v.(type) {
	case obj:
		out := obj{}
		for k, inner := range v {
			r, n := utf8.DecodeRuneInString(k)
			out[string(unicode.ToUpper(r))+k[n:]] = c.cased(inner)
		}
		return out
	case []any:
		out := slices.Clone(v)
		for i := range out {
			out[i] = c.cased(out[i])
		}
		return out
	case []obj:
		out := make([]any, len(v))
		for i := range v {
			out[i] = c.cased(v[i])
		}
		return out
	}
	return v
}
