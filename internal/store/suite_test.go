package store_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"handoff/internal/secret"
	"handoff/internal/store"
	"handoff/internal/store/storetest"
)

func TestSQLiteKeepsWhatTheSuiteAsks(t *testing.T) {
	storetest.Run(t, func(t *testing.T, now func() time.Time) *store.DB { return open(t, t.TempDir(), now) })
}

func open(t *testing.T, dir string, now func() time.Time) *store.DB {
	t.Helper()
	key, err := secret.GenerateKey()
	if err != nil {
		t.Fatal(err)
	}
	sealer, err := secret.NewSealer(key)
	if err != nil {
		t.Fatal(err)
	}
	db, err := store.Open(t.Context(), store.Options{Dir: dir, Sealer: sealer, Now: now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

func TestAFolderMayBeNamedAsItLikes(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a#b?c %20")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	open(t, dir, time.Now)
	if all, err := filepath.Glob(filepath.Join(filepath.Dir(dir), "*")); err != nil || len(all) != 1 {
		t.Errorf("beside the folder lies %v (%v)", all, err)
	}
	if all, err := os.ReadDir(dir); err != nil || len(all) == 0 {
		t.Errorf("in the folder lies nothing (%v)", err)
	}
}
