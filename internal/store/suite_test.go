package store_test

import (
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
