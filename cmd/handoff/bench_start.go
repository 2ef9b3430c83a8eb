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
	}
}

// measureStart runs this binary as an operator would: from its start to the
// first /readyz that says so, on an empty folder (key and schema are made) and
// again on the one that it left; and what it then holds of memory.
func measureStart(ctx context.Context) ([]figure, error) {
	dir, err := os.MkdirTemp("", "handoff-bench-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	var out []figure
	for _, note := range []string{"empty folder", "existing folder"} {
		took, memory, err := serveOnce(ctx, dir)
		if err != nil {
			return nil, err
		}
		out = append(out, figure{"start to ready", float64(took.Microseconds()) / 1000, "ms", note})
		if note == "existing folder" && memory > 0 {
			out = append(out, figure{"idle memory", float64(memory) / (1 << 20), "MiB", "resident set of the process"})
		}
	}
	return out, nil
}

func serveOnce(ctx context.Context, dir string) (took time.Duration, memory int64, err error) {
	self, err := os.Executable()
	if err != nil {
		return 0, 0, err
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, 0, err
	}
	address := l.Addr().String()
	if err := l.Close(); err != nil {
		return 0, 0, err
	}
	cmd := exec.CommandContext(ctx, self, "serve", "--listen", address, "--data", dir)
	cmd.Env = []string{"PATH=" + os.Getenv("PATH")}
	begin := time.Now()
	if err := cmd.Start(); err != nil {
		return 0, 0, err
	}
	defer func() {
		_ = cmd.Process.Signal(os.Interrupt)
		_ = cmd.Wait()
	}()
	err = await(ctx, 30*time.Second, func() (bool, error) {
		res, err := http.Get("http://" + address + "/readyz")
		if err != nil {
			return false, nil // not yet listening
		}
		return res.StatusCode == http.StatusOK, res.Body.Close()
	})
	took = time.Since(begin)
	if err != nil {
		return 0, 0, fmt.Errorf("ready: %w", err)
	}
	idle := time.NewTimer(2 * time.Second)
	select {
	case <-idle.C:
	case <-ctx.Done():
		return 0, 0, ctx.Err()
	}
	memory, err = resident(cmd.Process.Pid)
	return took, memory, err
}

// resident returns what a process holds of memory in bytes, 0 where the
// system does not tell.
func resident(pid int) (int64, error) {
	if runtime.GOOS != "linux" {
		return 0, nil
	}
	f, err := os.Open(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, err
	}
	defer f.Close()
	for s := bufio.NewScanner(f); s.Scan(); {
		if rest, ok := strings.CutPrefix(s.Text(), "VmRSS:"); ok {
			kb, err := strconv.ParseInt(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(rest), "kB")), 10, 64)
			return kb << 10, err
		}
	}
	return 0, errors.New("no resident set in the process's status")
}
