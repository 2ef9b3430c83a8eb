// Package all is the list of connectors: the one shared file that a new
// connector edits.
package all

import (
	"fmt"

	"handoff/internal/connector"
	"handoff/internal/connectors/erecruiter"
	"handoff/internal/connectors/smartrecruiters"
)

// Types returns every connector, in the order in which pages show them; each
// call a fresh copy.
func Types() []*connector.Type {
	return []*connector.Type{
		smartrecruiters.Type(),
		erecruiter.Type(),
	}
}

// Mapped is Types with the operator's mapping files, by connector name, for
// those connectors that have one. A file that cannot be read is an error that
// names each bad line.
func Mapped(files map[string][]byte) ([]*connector.Type, error) {
	out := Types()
	for i, t := range out {
		file := files[t.Name]
		if len(file) == 0 {
			continue
		}
		switch t.Name {
		case erecruiter.Name:
			m, err := erecruiter.ParseMapping(file)
			if err != nil {
				return nil, fmt.Errorf("mapping of %s: %w", t.Title, err)
			}
			out[i] = erecruiter.TypeWith(m)
		default:
			return nil, fmt.Errorf("%s has no mapping file", t.Title)
		}
	}
	return out, nil
}

// Type returns the connector of a name.
func Type(name string) (*connector.Type, bool) {
	for _, t := range Types() {
		if t.Name == name {
			return t, true
		}
	}
	return nil, false
}
