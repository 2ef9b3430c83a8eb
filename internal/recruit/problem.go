package recruit

import (
	"errors"
	"strings"
)

// The outcomes that every door turns into a status in one place.
var (
	// ErrNotFound: there is none, or the caller may not know that there is.
	ErrNotFound = errors.New("not found")
	// ErrForbidden: the caller's role does not allow it.
	ErrForbidden = errors.New("not allowed")
	// ErrConflict: somebody else changed it meanwhile.
	ErrConflict = errors.New("changed meanwhile")
)

// Problem is a refusal with a stable code, e.g. process_closed. The sentence
// for it is in the catalogue, in both languages; Args are its arguments and
// hold no candidate's data.
type Problem struct {
	Code string
	Args map[string]string
}

func (p *Problem) Error() string { return p.Code }

// Refuse returns a Problem. Args are pairs.
func Refuse(code string, args ...string) *Problem {
	p := &Problem{Code: code}
	for i := 0; i+1 < len(args); i += 2 {
		if p.Args == nil {
			p.Args = map[string]string{}
		}
		p.Args[args[i]] = args[i+1]
	}
	return p
}

// FieldProblem is what is wrong with one field: its path as in the API, e.g.
// candidate.email, and a code.
type FieldProblem struct {
	Path string
	Code string
	Args map[string]string
}

// Invalid is input that was refused, field by field. It says nothing of the
// values.
type Invalid struct{ Fields []FieldProblem }

func (v *Invalid) Error() string {
	paths := make([]string, len(v.Fields))
	for i, f := range v.Fields {
		paths[i] = f.Path + " " + f.Code
	}
	return "invalid: " + strings.Join(paths, ", ")
}

// Add notes a problem. Args are pairs.
func (v *Invalid) Add(path, code string, args ...string) {
	v.Fields = append(v.Fields, FieldProblem{Path: path, Code: code, Args: Refuse("", args...).Args})
}

// OrNil returns v as an error when it holds anything.
func (v *Invalid) OrNil() error {
	if len(v.Fields) == 0 {
		return nil
	}
	return v
}

// Page is a part of a list. Next is the cursor of the following part, empty
// at the end.
type Page[T any] struct {
	Items []T
	Next  string
}

// List asks for a part of a list: at most Limit items (1 to 100, default 25)
// after Cursor.
type List struct {
	Limit  int
	Cursor string
}

// Size returns the limit inside its bounds.
func (l List) Size() int {
	switch {
	case l.Limit <= 0:
		return 25
	case l.Limit > 100:
		return 100
	}
	return l.Limit
}
