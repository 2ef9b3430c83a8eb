package store

import (
	"context"
	"errors"
	"sync"
	"testing"

	"handoff/internal/secret"
)

func open(t testing.TB) *DB {
	t.Helper()
	key, err := secret.GenerateKey()
	if err != nil {
		t.Fatal(err)
	}
	s, err := secret.NewSealer(key)
	if err != nil {
		t.Fatal(err)
	}
	db, err := Open(t.Context(), Options{Dir: t.TempDir(), Sealer: s})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func TestWritesShareACommitAndOneFailureTakesNobodyWithIt(t *testing.T) {
	db := open(t)
	boom := errors.New("boom")
	var wg sync.WaitGroup
	for i := range 200 {
		wg.Go(func() {
			err := db.write(t.Context(), func(ctx context.Context, q *tx) error {
				if _, err := q.Exec(ctx, `INSERT INTO settings (key, value) VALUES ($1, $2)`, string(rune('a'+i%26))+string(rune('0'+i/26)), "$1"); err != nil {
					return err
				}
				if i%10 == 3 {
					return boom
				}
				if i%10 == 4 {
					panic("in the middle")
				}
				return nil
			})
			if (i%10 == 3) != errors.Is(err, boom) {
				t.Errorf("write %d: %v", i, err)
			}
		})
	}
	wg.Wait()
	var n int
	if err := db.read().Row(t.Context(), `SELECT count(*) FROM settings WHERE value = $1 AND $1 <> $2`, "$1", "x").Scan(&n); err != nil {
		t.Fatal(err)
	}
	if n != 160 {
		t.Errorf("%d rows, want 160", n)
	}
}
