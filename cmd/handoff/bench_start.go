package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"time"
)

// measurements lists everything that handoff bench measures.
func measurements() []measurement {
	return []measurement{
		{"start", measureStart},
		{"accept", measureAccept},
		{"firstbyte", measureFirstByte},
		{"rate", measureRate},
		{"stages", measureStages},
		{"run-smartrecruiters", measureRunSmartRecruiters},
		{"run-erecruiter", measureRunERecruiter},
		{"hooks", measureHooks},
	}
}

// measureStart runs this binary as an operator would: from its start to the
// first /readyz that says so, on an empty folder (key and schema are made) and
// again on the one that it left; and what it then holds of memory.
func measureStart(ctx context.Context, small bool) ([]figure, error) {
	dir, err := os.MkdirTemp("", "handoff-bench-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	idle := 2 * time.Second
	if small {
		idle = 0
	}
	var out []figure
	for _, note := range []string{"empty folder", "existing folder"} {
		took, memory, err := serveOnce(ctx, dir, idle)
		if err != nil {
			return nil, err
		}
		out = append(out, figure{"start to ready", float64(took.Microseconds()) / 1000, "ms", note, "under 1000"})
		if note == "existing folder" && memory > 0 {
			out = append(out, figure{"idle memory", megabytes(memory), "MB", "resident set of the process", "under 60"})
		}
	}
	return out, nil
}

func serveOnce(ctx context.Context, dir string, idle time.Duration) (took time.Duration, memory int64, err error) {
	address, err := freeAddress()
	if err != nil {
		return 0, 0, err
	}
	begin := time.Now()
	s, err := startServing(ctx, dir, address)
	if err != nil {
		return 0, 0, err
	}
	defer s.stop()
	took = time.Since(begin)
	if err := pause(ctx, idle); err != nil {
		return 0, 0, err
	}
	memory, err = s.memory("VmRSS:")
	return took, memory, err
}

// serving is a process of this binary that serves.
type serving struct{ cmd *exec.Cmd }

// freeAddress is one at which nobody listens.
func freeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}

// startServing returns once /readyz says so.
func startServing(ctx context.Context, dir, address string, env ...string) (*serving, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	s := &serving{exec.CommandContext(ctx, self, "serve", "--listen", address, "--data", dir)}
	s.cmd.Env = append([]string{"PATH=" + os.Getenv("PATH")}, env...)
	if err := s.cmd.Start(); err != nil {
		return nil, err
	}
	err = await(ctx, 30*time.Second, func() (bool, error) {
		res, err := http.Get("http://" + address + "/readyz")
		if err != nil {
			return false, nil // not yet listening
		}
		return res.StatusCode == http.StatusOK, res.Body.Close()
	})
	if err != nil {
		s.kill()
		return nil, fmt.Errorf("ready: %w", err)
	}
	return s, nil
}

func (s *serving) stop() {
	_ = s.cmd.Process.Signal(os.Interrupt)
	_ = s.cmd.Wait()
}

// kill ends it without a word: SIGKILL.
func (s *serving) kill() {
	_ = s.cmd.Process.Kill()
	_ = s.cmd.Wait()
}

func pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func megabytes(n int64) float64 { return float64(n) / 1e6 }

// memory returns what the process holds of it in bytes: VmRSS: now, VmHWM: at
// most so far. It is 0 where the system does not tell.
func (s *serving) memory(which string) (int64, error) {
	if runtime.GOOS != "linux" {
		return 0, nil
	}
	f, err := os.Open(fmt.Sprintf("/proc/%d/status", s.cmd.Process.Pid))
	if err != nil {
		return 0, err
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if rest, ok := strings.CutPrefix(lines.Text(), which); ok {
			kb, err := strconv.ParseInt(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(rest), "kB")), 10, 64)
			return kb << 10, err
		}
	}
	return 0, errors.New("no resident set in the process's status")
}
