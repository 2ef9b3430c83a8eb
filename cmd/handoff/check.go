package main

import (
	"context"
	"fmt"

	"handoff/internal/app"
)

type checkCmd struct {
	folderFlags
	serverFlags
}

func (checkCmd) Help() string {
	return `Takes the same settings as serve, and looks at each thing that serve will need. It changes nothing, and sends nothing but the
opening of a connection to each ATS host. The exit status is 0 when all passed.

Examples:
  handoff check
  handoff check --data /var/lib/handoff --public-url https://jobs.example.com`
}

func (c checkCmd) Run(ctx context.Context, s streams) error {
	o := c.folderFlags.options(s.err)
	if err := c.serverFlags.addTo(&o); err != nil {
		return err
	}
	all := true
	for _, f := range app.Check(ctx, o) {
		word := "passed"
		if f.Advice != "" {
			word, all = "FAILED", false
		}
		fmt.Fprintf(s.out, "%-7s %-24s %s\n", word, f.Name, f.Detail)
		if f.Advice != "" {
			fmt.Fprintf(s.out, "        %-24s → %s\n", "", f.Advice)
		}
	}
	if !all {
		return errTold
	}
	return nil
}
