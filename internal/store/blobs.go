package store

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"handoff/internal/recruit"
)

// Blobs keeps files under random names in a folder. What it is given is
// sealed already. Put returns only when the bytes and the name are on disk:
// an application that was accepted must not lose its CV to a power cut.
type Blobs struct{ dir string }

func openBlobs(dir string) (*Blobs, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("open blob folder: %w", err)
	}
	return &Blobs{dir: dir}, nil
}

// Put stores b and returns its random key.
func (s *Blobs) Put(b []byte) (string, error) {
	key := recruit.RandomToken(20)
	path := s.path(key)
	dir := filepath.Dir(path)
	if err := os.Mkdir(dir, 0o700); err == nil {
		if err := syncDir(s.dir); err != nil {
			return "", fmt.Errorf("store file: %w", err)
		}
	} else if !errors.Is(err, fs.ErrExist) {
		return "", fmt.Errorf("store file: %w", err)
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return "", fmt.Errorf("store file: %w", err)
	}
	_, err = f.Write(b)
	if err == nil {
		err = f.Sync()
	}
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err == nil {
		err = syncDir(dir)
	}
	if err != nil {
		_ = os.Remove(path)
		return "", fmt.Errorf("store file: %w", err)
	}
	return key, nil
}

// Get returns what was put. ErrNotFound when there is none.
func (s *Blobs) Get(key string) ([]byte, error) {
	if strings.ContainsAny(key, "/.\\") || len(key) < 8 {
		return nil, recruit.ErrNotFound
	}
	b, err := os.ReadFile(s.path(key))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, recruit.ErrNotFound
	}
	return b, err
}

// Delete removes a file; one that is gone is no error.
func (s *Blobs) Delete(key string) error {
	err := os.Remove(s.path(key))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

func (s *Blobs) path(key string) string { return filepath.Join(s.dir, key[:2], key) }

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}
