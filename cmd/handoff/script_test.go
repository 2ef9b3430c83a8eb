package main

import (
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"handoff": main})
}

func TestTheCommandLineKeepsItsPromises(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: filepath.Join("testdata", "script"),
		Setup: func(e *testscript.Env) error {
			// Scripts start from an empty environment of ours and ports of their own.
			for _, name := range []string{"PORT", "PORT2", "PORT3"} {
				l, err := net.Listen("tcp", "127.0.0.1:0")
				if err != nil {
					return err
				}
				_, port, _ := net.SplitHostPort(l.Addr().String())
				e.Setenv(name, port)
				if err := l.Close(); err != nil {
					return err
				}
			}
			tmp := filepath.Join(e.WorkDir, "tmp")
			e.Setenv("TMPDIR", tmp)
			return os.MkdirAll(tmp, 0o700)
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"status": status, "answers": answers, "mode": mode, "empty": empty, "says": says},
	})
}

// status N COMMAND…: the command ends with that status.
func status(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: status N COMMAND…")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	err = ts.Exec(args[1], args[2:]...)
	got := 0
	if ended, ok := err.(*exec.ExitError); ok {
		got = ended.ExitCode()
	} else if err != nil {
		ts.Fatalf("%v", err)
	}
	if got != want {
		ts.Fatalf("status %d, want %d", got, want)
	}
}

// answers URL STATUS: within 30 seconds it does.
func answers(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: answers URL STATUS")
	}
	soon(ts, func() (bool, string) {
		res, err := http.Get(args[0])
		if err != nil {
			return false, "nothing answers"
		}
		_ = res.Body.Close()
		return fmt.Sprint(res.StatusCode) == args[1], res.Status
	})
}

// says FILE TEXT: within 30 seconds it does.
func says(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: says FILE TEXT")
	}
	soon(ts, func() (bool, string) {
		b, _ := os.ReadFile(ts.MkAbs(args[0]))
		return strings.Contains(string(b), args[1]), string(b)
	})
}

func soon(ts *testscript.TestScript, ok func() (bool, string)) {
	end := time.Now().Add(30 * time.Second)
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for range tick.C {
		good, last := ok()
		if good {
			return
		}
		if time.Now().After(end) {
			ts.Fatalf("in the end: %s", last)
		}
	}
}

// mode 0600 FILE: it has these permissions.
func mode(ts *testscript.TestScript, neg bool, args []string) {
	info, err := os.Stat(ts.MkAbs(args[1]))
	ts.Check(err)
	if got := fmt.Sprintf("%04o", info.Mode().Perm()); got != args[0] != neg {
		ts.Fatalf("%s is %s", args[1], got)
	}
}

// empty FOLDER: there is nothing in it.
func empty(ts *testscript.TestScript, neg bool, args []string) {
	entries, err := os.ReadDir(ts.MkAbs(args[0]))
	ts.Check(err)
	if (len(entries) > 0) != neg {
		ts.Fatalf("%s holds %v", args[0], entries)
	}
}

func TestEveryCommandHasHelpWithExamples(t *testing.T) {
	for _, c := range [][]string{{"demo"}, {"serve"}, {"sim", "smartrecruiters"}, {"init"}, {"token"}, {"check"}, {"migrate"}, {"bench"}, {"version"}} {
		var out, err strings.Builder
		if s := run(append(c, "--help"), streams{strings.NewReader(""), &out, &err}); s != done {
			t.Errorf("%v --help: status %d", c, s)
		}
		_, examples, ok := strings.Cut(out.String(), "Examples:\n")
		if !ok || !strings.Contains(examples, "    handoff "+strings.Join(c, " ")) {
			t.Errorf("%v --help has no examples:\n%s", c, out.String())
		}
	}
}
