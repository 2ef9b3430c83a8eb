package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"handoff/internal/company"
	"handoff/internal/recruit"
)

// setup is the one-time code that the first-run page asks for: whoever can
// read the data folder or the log of the process may make the operator, and
// nobody else who happens to reach the port first.
type setup struct {
	mu   sync.Mutex
	path string
	code string // empty: none is needed
}

// openSetup keeps the code over restarts until it was used.
func openSetup(ctx context.Context, data string, c *company.Engine) (*setup, error) {
	s := &setup{path: setupPath(data)}
	needed, err := c.NeedsSetup(ctx)
	if err != nil {
		return nil, fmt.Errorf("first run: %w", err)
	}
	if !needed {
		s.Done()
		return s, nil
	}
	b, err := os.ReadFile(s.path)
	if err == nil && len(strings.TrimSpace(string(b))) >= 16 {
		s.code = strings.TrimSpace(string(b))
		return s, nil
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("setup code: %w", err)
	}
	s.code = recruit.RandomToken(10)
	if err := os.WriteFile(s.path, []byte(s.code+"\n"), 0o600); err != nil {
		return nil, fmt.Errorf("setup code: %w", err)
	}
	return s, nil
}

// Code returns the code; ok is false once it was used, and when none is needed.
func (s *setup) Code() (code string, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.code, s.code != ""
}

// Done forgets the code: the operator is there.
func (s *setup) Done() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.code = ""
	forgetSetup(s.path)
}

// SetupDone removes the code of a first run that a command has made
// unnecessary.
func (h *House) SetupDone() { forgetSetup(setupPath(h.options.Data)) }

func setupPath(data string) string { return filepath.Join(data, "setup-code") }

func forgetSetup(path string) { _ = os.Remove(path) }
