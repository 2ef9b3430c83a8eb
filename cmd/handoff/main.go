// Command handoff is the whole product: the server, its simulators, and what
// an operator needs beside them. It reads flags and the environment, and
// calls package app.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"
)

// Exit statuses, which are a promise.
const (
	done     = 0
	failed   = 1
	wrongUse = 2
)

// commands is the command line. Every flag of the settings can be given as
// HANDOFF_NAME in the environment, and in the JSON file that --config names.
type commands struct {
	Demo    demoCmd    `cmd:"" help:"Run the whole product with simulated ATSs and sample companies, to try it out."`
	Serve   serveCmd   `cmd:"" help:"Run the product."`
	Sim     simCmd     `cmd:"" help:"Run a simulated ATS."`
	Init    initCmd    `cmd:"" help:"Make a company and its first Admin without a browser."`
	Token   tokenCmd   `cmd:"" help:"Make an API token and print it, once."`
	Check   checkCmd   `cmd:"" help:"Look whether everything that the product needs is there."`
	Migrate migrateCmd `cmd:"" help:"Bring the database's schema forward. serve does it by itself."`
	Bench   benchCmd   `cmd:"" help:"Measure this build on this machine."`
	Version versionCmd `cmd:"" help:"Print version, commit, Go and database drivers."`
}

// streams are the process's own, or a test's.
type streams struct {
	in       io.Reader
	out, err io.Writer
}

func main() { os.Exit(run(os.Args[1:], streams{os.Stdin, os.Stdout, os.Stderr})) }

// exit is thrown by kong after --help, and caught by run.
type exit int

func run(args []string, s streams) (status int) {
	defer func() {
		if p := recover(); p != nil {
			code, ok := p.(exit)
			if !ok {
				panic(p)
			}
			status = int(code)
		}
	}()
	var c commands
	parser, err := kong.New(&c, kong.Name("handoff"),
		kong.Description("Carries candidates from a sourcing platform into the ATS that the company works in, and their stages back."),
		kong.UsageOnError(), kong.Writers(s.out, s.err), kong.Exit(func(code int) { panic(exit(code)) }),
		kong.DefaultEnvars("HANDOFF"), kong.Configuration(kong.JSON), kong.ConfigureHelp(kong.HelpOptions{Compact: true}))
	if err != nil {
		panic(err) // the structs above are wrong: a mistake of the program
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	k, err := parser.Parse(args)
	if err != nil {
		fmt.Fprintf(s.err, "handoff: %v\nTry handoff --help.\n", err)
		return wrongUse
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	k.Bind(s)
	k.BindTo(ctx, (*context.Context)(nil))
	if err := k.Run(); err != nil {
		var wrong *usageError
		if errors.As(err, &wrong) {
			fmt.Fprintf(s.err, "handoff: %v\nTry handoff %s --help.\n", err, k.Command())
			return wrongUse
		}
		if !errors.Is(err, errTold) {
			fmt.Fprintf(s.err, "handoff: %v\n", err)
		}
		return failed
	}
	return done
}

// usageError is wrong use that only running the command found out.
type usageError struct{ sentence string }

func (e *usageError) Error() string { return e.sentence }

// errTold fails a command that has said all there is to say.
var errTold = errors.New("told already")
