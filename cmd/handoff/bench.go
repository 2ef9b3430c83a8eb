package main

import (
	"context"
	"encoding/json"
	"fmt"
	"text/tabwriter"
)

type benchCmd struct {
	JSON  bool     `name:"json" env:"-" help:"Print JSON lines instead of a table."`
	Only  []string `env:"-" placeholder:"NAME" help:"Measure only these: start, accept, firstbyte, rate, stages, run-smartrecruiters, run-erecruiter, hooks."`
	Small bool     `env:"-" help:"Measure little, to see that it works; the figures say nothing."`
}

func (benchCmd) Help() string {
	return `Runs in a temporary folder on loopback, against the simulator; nothing of an installation is touched.

Examples:
  handoff bench
  handoff bench --json --only start,memory`
}

// figure is one measured number.
type figure struct {
	Name   string  `json:"name"`
	Value  float64 `json:"value"`
	Unit   string  `json:"unit"`
	Note   string  `json:"note,omitempty"`     // under which conditions
	Expect string  `json:"expected,omitempty"` // what it is to be
}

// measurement is one row of docs/performance.md, or a few that one run yields.
type measurement struct {
	name string
	run  func(ctx context.Context, small bool) ([]figure, error)
}

func (c benchCmd) Run(ctx context.Context, s streams) error {
	chosen, err := choose(measurements(), c.Only)
	if err != nil {
		return err
	}
	table := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
	lines := json.NewEncoder(s.out)
	for _, m := range chosen {
		figures, err := m.run(ctx, c.Small)
		if err != nil {
			return fmt.Errorf("%s: %w", m.name, err)
		}
		for _, f := range figures {
			if c.JSON {
				err = lines.Encode(f)
			} else {
				_, err = fmt.Fprintf(table, "%s\t%.4g\t%s\t%s\t%s\n", f.Name, f.Value, f.Unit, f.Expect, f.Note)
			}
			if err != nil {
				return err
			}
		}
	}
	return table.Flush()
}

func choose(all []measurement, only []string) ([]measurement, error) {
	if len(only) == 0 {
		return all, nil
	}
	var out []measurement
	for _, name := range only {
		found := false
		for _, m := range all {
			if m.name == name {
				out, found = append(out, m), true
			}
		}
		if !found {
			return nil, &usageError{"there is no measurement " + name}
		}
	}
	return out, nil
}
