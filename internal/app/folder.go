package app

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// demoMark is the file that says a folder was made by the demo, whose
// passwords and keys are worth nothing.
const demoMark = "demo"

// ErrInUse says that another process works on the data folder.
var ErrInUse = errors.New("another Handoff process is using this data folder")

// folder is the data folder, held for this process alone while it is open:
// the lanes of two processes over one database would each think themselves
// the only one.
type folder struct {
	path string
	lock *os.File
}

// openFolder makes the folder when there is none and locks it. With beside, a
// folder that is held by a process of the same version is opened without the
// lock: for a command that writes a row or two and runs no lane.
func openFolder(o Options, beside bool) (*folder, error) {
	if err := os.MkdirAll(o.Data, 0o700); err != nil {
		return nil, fmt.Errorf("data folder: %w", err)
	}
	if err := checkMark(o); err != nil {
		return nil, err
	}
	lock, err := os.OpenFile(filepath.Join(o.Data, "lock"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("data folder: %w", err)
	}
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		holder := make([]byte, 100)
		n, _ := lock.Read(holder)
		_ = lock.Close()
		if beside && strings.TrimSpace(string(holder[:n])) == o.Version {
			return &folder{path: o.Data}, nil
		}
		return nil, fmt.Errorf("data folder %s: %w; stop it first", o.Data, ErrInUse)
	}
	f := &folder{path: o.Data, lock: lock}
	if err := errors.Join(f.sign(o.Version), f.shut()); err != nil {
		f.close()
		return nil, fmt.Errorf("data folder: %w", err)
	}
	return f, nil
}

// sign leaves the version of the holder in the lock file.
func (f *folder) sign(version string) error {
	if err := f.lock.Truncate(0); err != nil {
		return err
	}
	_, err := f.lock.WriteAt([]byte(version+"\n"), 0)
	return err
}

// shut leaves the database to its owner, in whatever folder it lies. SQLite
// gives the files beside it the mode of the first.
func (f *folder) shut() error {
	db := filepath.Join(f.path, "handoff.db")
	made, err := os.OpenFile(db, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	if err := made.Close(); err != nil {
		return err
	}
	for _, path := range []string{db, db + "-wal", db + "-shm"} {
		if err := os.Chmod(path, 0o600); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// checkMark keeps the demo and the product out of each other's folders.
func checkMark(o Options) error {
	mark := filepath.Join(o.Data, demoMark)
	_, err := os.Stat(mark)
	switch {
	case err == nil && !o.Demo:
		return fmt.Errorf("data folder %s was made by handoff demo; choose another", o.Data)
	case err == nil:
		return nil
	case !errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("data folder: %w", err)
	case !o.Demo:
		return nil
	}
	if _, err := os.Stat(filepath.Join(o.Data, "handoff.db")); err == nil {
		return fmt.Errorf("data folder %s holds a real installation; the demo does not touch it", o.Data)
	}
	return os.WriteFile(mark, []byte("made by handoff demo\n"), 0o600)
}

func (f *folder) close() {
	if f.lock != nil {
		_ = f.lock.Close() // closing gives the lock up
	}
}
