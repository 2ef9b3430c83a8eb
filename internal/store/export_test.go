package store

import (
	"context"
	"strings"
	"testing"

	"handoff/internal/recruit"
)

// SwapSealed exchanges the sealed rows of two applications, as somebody could
// who can write to the database.
func SwapSealed(t *testing.T, db *DB, a, b recruit.ApplicationID) {
	t.Helper()
	err := db.write(t.Context(), func(ctx context.Context, t *tx) error {
		for _, column := range []string{"applications SET sealed_data", "application_keys SET sealed_key"} {
			table, value, _ := strings.Cut(column, " SET ")
			id := map[string]string{"applications": "id", "application_keys": "application_id"}[table]
			var of [2][]byte
			for i, x := range []recruit.ApplicationID{a, b} {
				if err := t.Row(ctx, `SELECT `+value+` FROM `+table+` WHERE `+id+` = $1`, x).Scan(&of[i]); err != nil {
					return err
				}
			}
			for i, x := range []recruit.ApplicationID{b, a} {
				if _, err := t.Exec(ctx, `UPDATE `+column+` = $2 WHERE `+id+` = $1`, x, of[i]); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Rows counts what is in a table.
func Rows(t *testing.T, db *DB, table string) (n int) {
	t.Helper()
	if err := db.read().Row(t.Context(), `SELECT count(*) FROM `+table).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}
