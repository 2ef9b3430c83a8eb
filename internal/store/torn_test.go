package store

import (
	"context"
	"fmt"
	"strings"
	"testing"
)

// A statement that finds the disk full may take the whole transaction with it,
// savepoints and all: what was said to the others must still be the truth.
func TestWhoeverIsToldThatItIsOnDiskIsOnDiskWhenTheDiskIsFull(t *testing.T) {
	db := open(t)
	put := func(key string, n int) *write {
		return &write{ctx: t.Context(), err: make(chan error, 1), fn: func(ctx context.Context, q query) error {
			_, err := q.Exec(ctx, `INSERT INTO settings (key, value) VALUES ($1, $2)`, key, strings.Repeat("x", n))
			return err
		}}
	}
	var pages int
	if err := db.wdb.QueryRowContext(t.Context(), `PRAGMA page_count`).Scan(&pages); err != nil {
		t.Fatal(err)
	}
	if _, err := db.wdb.ExecContext(t.Context(), fmt.Sprintf(`PRAGMA max_page_count = %d`, pages+2)); err != nil {
		t.Fatal(err)
	}
	for round := range 3 {
		g := []*write{put(fmt.Sprint("before", round), 1), put(fmt.Sprint("large", round), 1<<20), put(fmt.Sprint("after", round), 1)}
		db.writer.group(g)
		for i, name := range []string{"before", "large", "after"} {
			var n int
			if err := db.read().Row(t.Context(), `SELECT count(*) FROM settings WHERE key = $1`, fmt.Sprint(name, round)).Scan(&n); err != nil {
				t.Fatal(err)
			}
			if err := <-g[i].err; (err == nil) != (n == 1) {
				t.Errorf("%s was told %v, and %d rows are there", name, err, n)
			}
		}
	}
	if _, err := db.wdb.ExecContext(t.Context(), `PRAGMA max_page_count = 1000000`); err != nil {
		t.Fatal(err)
	}
	last := put("last", 1)
	db.writer.group([]*write{last})
	if err := <-last.err; err != nil {
		t.Errorf("with room again: %v", err)
	}
}
