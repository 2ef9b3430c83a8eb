package store

import (
	"context"
	"errors"
	"time"

	"handoff/internal/recruit"
	"handoff/internal/stagesync"
)

// Refold implements stagesync.Store.
func (db *DB) Refold(ctx context.Context, id recruit.ConnectionID, fence int64, now time.Time, n int) (done int, err error) {
	const running = `SELECT id, company_id, process_id, at_cursor, mails FROM sync_runs WHERE connection_id = $1 AND state = 'running' AND trigger_kind = 'mapping' ORDER BY id LIMIT 1`
	var any int
	err = db.read().Row(ctx, `SELECT count(*) FROM sync_runs WHERE connection_id = $1 AND state = 'running' AND trigger_kind = 'mapping'`, id).Scan(&any)
	if err != nil || any == 0 {
		return 0, err
	}
	err = db.write(ctx, func(ctx context.Context, t *tx) error {
		done = 0
		if err := fenced(ctx, t, id, fence); err != nil {
			return err
		}
		var run recruit.SyncRunID
		var c recruit.CompanyID
		var p recruit.ProcessID
		var cursor string
		var mails int64
		err := t.Row(ctx, running, id).Scan(&run, &c, &p, &cursor, &mails)
		if errors.Is(err, errNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		module, err := syncOf(ctx, t, id)
		if err != nil {
			return err
		}
		list, err := followedAfter(ctx, t, c, id, p, cursor, n)
		if err != nil {
			return err
		}
		maps := &mappings{t: t, company: c, id: id, byProcess: map[recruit.ProcessID]stagesync.Mapping{}}
		var counts stagesync.Counts
		for _, a := range list {
			if err := t.refold(ctx, run, c, id, a, maps, &counts, mails == 0 || a.gone != 0 || a.created.Before(module.since), now); err != nil {
				return err
			}
			cursor = string(a.id)
		}
		done = len(list)
		if _, err := t.Exec(ctx, `UPDATE sync_runs SET at_cursor = $2, total = CASE WHEN $3 = 1 THEN done + $4 WHEN total <= done + $4 THEN done + $4 + 1 ELSE total END WHERE id = $1`,
			run, cursor, flag(len(list) < n), len(list)); err != nil {
			return err
		}
		return t.count(ctx, run, counts, len(list), "", now)
	})
	return done, err
}

// refold stands one application by the mapping as it is now. A quiet one mails
// nobody.
func (t *tx) refold(ctx context.Context, run recruit.SyncRunID, c recruit.CompanyID, id recruit.ConnectionID, a followedApplication, maps *mappings, n *stagesync.Counts, quiet bool, now time.Time) error {
	h, err := history(ctx, t, c, a)
	if err != nil {
		return err
	}
	m, err := maps.of(ctx, a.process)
	if err != nil {
		return err
	}
	var name string
	if err := t.Row(ctx, `SELECT name FROM application_stages WHERE application_id = $1`, a.id).Scan(&name); err != nil {
		return err
	}
	s := stagesync.Fold(h, m)
	item := stagesync.Item{Application: a.id, RemoteStage: name, From: a.stage, To: s.Stage, Result: stagesync.ResultUnchanged}
	switch {
	case s.Stage != a.stage:
		item.Result = stagesync.ResultMoved
		n.Moved++
	case s.Unmapped:
		item.Result, item.Reason = stagesync.ResultUnmapped, "stage_unmapped"
		n.Unmapped++
	default:
		n.Unchanged++
	}
	if err := t.item(ctx, c, run, item); err != nil {
		return err
	}
	return t.standAt(ctx, c, id, a, s, name, quiet, now)
}
