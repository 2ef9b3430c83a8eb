package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
)

// version and commit are set by the linker (see Makefile).
var (
	version = "dev"
	commit  = ""
)

type versionCmd struct{}

func (versionCmd) Help() string { return "Examples:\n  handoff version" }

func (versionCmd) Run(s streams) error {
	fmt.Fprintf(s.out, "handoff %s\n", version)
	if commit != "" {
		fmt.Fprintf(s.out, "commit %s\n", commit)
	}
	fmt.Fprintf(s.out, "%s %s/%s\n", runtime.Version(), runtime.GOOS, runtime.GOARCH)
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, d := range info.Deps {
			if d.Path == "modernc.org/sqlite" {
				fmt.Fprintf(s.out, "sqlite %s %s\n", d.Path, d.Version)
			}
		}
	}
	return nil
}
