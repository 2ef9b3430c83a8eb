// Package all is the list of connectors: the one shared file that a new
// connector edits.
package all

import (
	"handoff/internal/connector"
	"handoff/internal/connectors/smartrecruiters"
)

// Types returns every connector, in the order in which pages show them; each
// call a fresh copy.
func Types() []*connector.Type {
	return []*connector.Type{
		smartrecruiters.Type(),
	}
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
