package erecruiter

import (
	_ "embed"

	"handoff/internal/connectors/erecruiter/internal/erapi"
)

// builtin is the one place that changes when the vendor's documents arrive; it
// says of each line how certain it is, and from where.
//
//go:embed mapping/builtin.json
var builtin []byte

// Mapping is how eRecruiter's API is written: paths, parameters, fields, words
// and codes as data. It is never changed once read.
type Mapping = erapi.Mapping

// Builtin returns the mapping that comes with the connector.
func Builtin() *Mapping {
	m, err := erapi.Parse(nil, builtin)
	if err != nil {
		panic(err) // embedded, and read by every test
	}
	return m
}

// ParseMapping reads an operator's mapping file (HANDOFF_ERECRUITER_MAPPING): one
// JSON object with the lines that differ from mapping/builtin.json. Errors name
// the line and the setting, all of them at once, and quote no value.
func ParseMapping(file []byte) (*Mapping, error) { return erapi.Parse(Builtin(), file) }
