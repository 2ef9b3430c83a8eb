package api

import (
	"encoding/base64"
	"strconv"
	"strings"

	"handoff/internal/recruit"
)

// Listing is what every list takes.
type Listing struct {
	Limit  int    `query:"limit" minimum:"1" maximum:"100" default:"25" doc:"How many items at most."`
	Cursor string `query:"cursor" maxLength:"300" doc:"next_cursor of the part before."`
}

func (l Listing) list() recruit.List { return recruit.List{Limit: l.Limit, Cursor: l.Cursor} }

// Page is a part of a list.
type Page[T any] struct {
	Items      []T    `json:"items" nullable:"false"`
	NextCursor string `json:"next_cursor,omitempty" doc:"Absent at the end."`
}

// Answer is an answer with a body.
type Answer[T any] struct{ Body T }

// Made is an answer that says where its resource is.
type Made[T any] struct {
	Location string `header:"Location"`
	Body     T
}

func answer[T any](v T, err error) (*Answer[T], error) {
	if err != nil {
		return nil, err
	}
	return &Answer[T]{v}, nil
}

func made[T any](v T, err error, where ...string) (*Made[T], error) {
	if err != nil {
		return nil, err
	}
	return &Made[T]{location(where...), v}, nil
}

func pageOf[T, E any](p recruit.Page[E], err error, one func(E) T) (*Answer[Page[T]], error) {
	if err != nil {
		return nil, err
	}
	return &Answer[Page[T]]{Page[T]{Items: each(p.Items, one), NextCursor: p.Next}}, nil
}

// partOf cuts a part out of a list that an engine gives whole.
func partOf[T, E any](all []E, l Listing, one func(E) T) Page[T] {
	from := 0
	if b, err := base64.RawURLEncoding.DecodeString(l.Cursor); err == nil {
		n, err := strconv.Atoi(strings.TrimPrefix(string(b), "n"))
		if err == nil && n > 0 {
			from = min(n, len(all))
		}
	}
	to := min(from+l.list().Size(), len(all))
	p := Page[T]{Items: each(all[from:to], one)}
	if to < len(all) {
		p.NextCursor = base64.RawURLEncoding.EncodeToString([]byte("n" + strconv.Itoa(to)))
	}
	return p
}

func each[T, E any](in []E, one func(E) T) []T {
	out := make([]T, len(in))
	for i, e := range in {
		out[i] = one(e)
	}
	return out
}
