package simkit

import (
	"encoding/json"
	"fmt"
	"slices"
)

// Setting is one reading of something that a vendor leaves open. "" means the default.
type Setting string

// Switch describes one field of a simulator's Switches: a struct of Settings whose JSON names are
// the names of the switches.
type Switch struct {
	Name        string    `json:"name"`
	Values      []Setting `json:"values"` // the first is the default
	Uncertainty string    `json:"uncertainty"`
	Source      string    `json:"source"` // section of the fact sheet, and mark
}

// NewSwitch describes a switch; the first value is the default.
func NewSwitch(name string, values []Setting, uncertainty, source string) Switch {
	return Switch{Name: name, Values: values, Uncertainty: uncertainty, Source: source}
}

// Default is the reading that holds when nothing is chosen.
func (s Switch) Default() Setting { return s.Values[0] }

// Choose returns a copy of switches (a struct of Settings) with some set by their JSON names. It
// names a switch that is not there, or the first of list that has a value it cannot have.
func Choose[S any](switches S, list []Switch, changes map[string]Setting) (S, error) {
	fields := Fields(switches)
	for name, value := range changes {
		if _, ok := fields[name]; !ok {
			return switches, fmt.Errorf("no switch is called %q", name)
		}
		fields[name] = value
	}
	for _, sw := range list {
		if v := fields[sw.Name]; v != "" && !slices.Contains(sw.Values, v) {
			return switches, fmt.Errorf("switch %s cannot be %q, only one of %q", sw.Name, v, sw.Values)
		}
	}
	return fromFields[S](fields), nil
}

// Chosen returns the reading of a switch by its JSON name; "" when there is no such switch.
func Chosen[S any](switches S, list []Switch, name string) Setting {
	return Fields(withDefaults(switches, list))[name]
}

func withDefaults[S any](switches S, list []Switch) S {
	fields := Fields(switches)
	for _, sw := range list {
		if fields[sw.Name] == "" {
			fields[sw.Name] = sw.Default()
		}
	}
	return fromFields[S](fields)
}

// Fields returns the readings by name. It and fromFields go through JSON, so that a field and its
// name are written down once.
func Fields[S any](switches S) map[string]Setting {
	b, err := json.Marshal(switches)
	if err != nil {
		panic(err) // a struct of strings always marshals
	}
	m := map[string]Setting{}
	if err := json.Unmarshal(b, &m); err != nil {
		panic(err)
	}
	return m
}

func fromFields[S any](m map[string]Setting) S {
	b, err := json.Marshal(m)
	if err != nil {
		panic(err)
	}
	var s S
	if err := json.Unmarshal(b, &s); err != nil {
		panic(err)
	}
	return s
}
