package api

import (
	"encoding/json"
	"reflect"
	"time"

	"github.com/danielgtaylor/huma/v2"
)

// Null is an object that can be null: always there, so that a reader need not
// tell "absent" from "nothing".
type Null[T any] struct{ value *T }

func some[T any](v T) Null[T] { return Null[T]{&v} }

func (n Null[T]) MarshalJSON() ([]byte, error) { return json.Marshal(n.value) }

func (n *Null[T]) UnmarshalJSON(b []byte) error { return json.Unmarshal(b, &n.value) }

// Schema says so in the document.
func (n Null[T]) Schema(r huma.Registry) *huma.Schema {
	return &huma.Schema{AnyOf: []*huma.Schema{r.Schema(reflect.TypeFor[T](), true, ""), {Type: "null"}}}
}

// at is a time on the wire: UTC, in milliseconds, which is as exact as it is
// kept, so that an answer and its replay are alike.
func at(t time.Time) time.Time { return t.UTC().Truncate(time.Millisecond) }

// when is at, null for none.
func when(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = at(t)
	return &t
}

// word is a string on the wire, null for none.
func word[S ~string](s S) *string {
	if s == "" {
		return nil
	}
	v := string(s)
	return &v
}

// list is never null.
func list[T any](v []T) []T {
	if v == nil {
		return []T{}
	}
	return v
}
