package store

import (
	"context"
	"strings"
	"testing"
	"time"

	"handoff/internal/connector"
	"handoff/internal/recruit"
	"handoff/internal/stagesync"
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

// Synchronised changes an application's stage as a synchronisation does.
func Synchronised(t *testing.T, db *DB, c recruit.CompanyID, app recruit.ApplicationID, conn recruit.ConnectionID, to recruit.Stage, quiet bool, at time.Time) {
	t.Helper()
	err := db.write(t.Context(), func(ctx context.Context, t *tx) error {
		var from recruit.Stage
		if err := t.Row(ctx, `SELECT stage FROM applications WHERE id = $1`, app).Scan(&from); err != nil {
			return err
		}
		if _, err := t.Exec(ctx, `UPDATE applications SET stage = $2, stage_changed_by = 'sync' WHERE id = $1`, app, to); err != nil {
			return err
		}
		return t.planStageMail(ctx, stageChange{company: c, application: app, from: from, to: to, by: recruit.ActorSync, connection: conn, remote: recruit.StageKey(to),
			quiet: quiet, at: at})
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Observed stands an application by what a reading of the ATS said.
func Observed(t *testing.T, db *DB, c recruit.CompanyID, app recruit.ApplicationID, conn recruit.ConnectionID, key recruit.StageKey, m stagesync.Mapping, backfill bool, at time.Time) {
	t.Helper()
	err := db.write(t.Context(), func(ctx context.Context, t *tx) error {
		var p recruit.ProcessID
		if err := t.Row(ctx, `SELECT process_id FROM applications WHERE id = $1`, app).Scan(&p); err != nil {
			return err
		}
		x := stagesync.Read{Tracked: connector.Tracked{Application: app}, StageRead: connector.StageRead{Key: key, Name: string(key)}}
		_, err := t.observe(ctx, stagesync.Poll{Connection: conn, Company: c, Backfill: backfill}, stagesync.Reading{At: at}, x,
			&mappings{t: t, company: c, id: conn, byProcess: map[recruit.ProcessID]stagesync.Mapping{p: m}})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Exec puts a row where a test needs it.
func Exec(t *testing.T, db *DB, sql string, args ...any) {
	t.Helper()
	if err := db.write(t.Context(), func(ctx context.Context, t *tx) error {
		_, err := t.Exec(ctx, sql, args...)
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

// Often are the queries of reading one job, of working what was heard of one
// application, and of counting rejections at each one.
func Often() []string {
	return []string{trackedOnJob, dropUnfollowed, strangersHeard, oursHeard, hearLater, heard, rejectedOn, otherRejections, toHold}
}

// Plan tells how the database would look for what a query asks.
func Plan(t *testing.T, db *DB, q string) []string {
	t.Helper()
	var args []any
	for i := 1; strings.Contains(q, "$"+decimal(i)); i++ {
		args = append(args, 1)
	}
	r, err := db.read().Query(t.Context(), `EXPLAIN QUERY PLAN `+q, args...)
	steps, err := collect(r, err, func(r row) (s string, err error) {
		var id, parent, unused int
		return s, r.Scan(&id, &parent, &unused, &s)
	})
	if err != nil {
		t.Fatal(err)
	}
	return steps
}
