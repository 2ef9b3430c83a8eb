package store

import (
	"context"
	"errors"
	"time"

	"handoff/internal/recruit"
	"handoff/internal/stagesync"
)

// observeAll keeps what was read of some applications, and moves those whose
// stage that changes. Somebody of whom it cannot be said what came first is left
// as they are, and crossed: they are to be read again. So is, after a run, who
// could not be read in it: the next one may be a day away.
func (t *tx) observeAll(ctx context.Context, p stagesync.Poll, r stagesync.Reading, reads []stagesync.Read) (n stagesync.Counts, crossed bool, err error) {
	maps := &mappings{t: t, company: p.Company, id: p.Connection, byProcess: map[recruit.ProcessID]stagesync.Mapping{}}
	for _, x := range reads {
		if x.Untold {
			n.Failed++
			crossed = crossed || p.Run != ""
			if err := t.untold(ctx, p, x.Application); err != nil {
				return n, crossed, err
			}
			if err := t.item(ctx, p.Company, p.Run, stagesync.Item{Application: x.Application, Result: stagesync.ResultFailed, Reason: "stage_untold"}); err != nil {
				return n, crossed, err
			}
			continue
		}
		item, err := t.observe(ctx, p, r, x, maps)
		if err != nil {
			return n, crossed, err
		}
		crossed = crossed || item.Reason == reasonCrossed
		switch item.Result {
		case stagesync.ResultMoved:
			n.Moved++
		case stagesync.ResultUnmapped:
			n.Unmapped++
		case stagesync.ResultGone:
			n.Gone++
		default:
			n.Unchanged++
		}
		if err := t.item(ctx, p.Company, p.Run, item); err != nil {
			return n, crossed, err
		}
	}
	return n, crossed, nil
}

// untold keeps that what is known of an application is as old as the job's last
// reading: later ones tell of the others.
func (t *tx) untold(ctx context.Context, p stagesync.Poll, id recruit.ApplicationID) error {
	if p.DryRun {
		return nil
	}
	_, err := t.Exec(ctx, `INSERT INTO application_stages (application_id, company_id, connection_id, untold_since, updated_at)
		SELECT id, company_id, $3, $4, 0 FROM applications WHERE id = $1 AND company_id = $2 AND erased_at = 0
		ON CONFLICT (application_id) DO UPDATE SET untold_since = CASE WHEN application_stages.untold_since > 0 THEN application_stages.untold_since ELSE excluded.untold_since END`,
		id, p.Company, p.Connection, max(ms(p.SeenAt), 1))
	return err
}

// reasonCrossed is why an application that was read stays as it was: something
// came between the beginning of the reading and its end.
const reasonCrossed = "crossed"

// mappings reads each mapping once in a transaction.
type mappings struct {
	t         *tx
	company   recruit.CompanyID
	id        recruit.ConnectionID
	byProcess map[recruit.ProcessID]stagesync.Mapping
}

func (m *mappings) of(ctx context.Context, p recruit.ProcessID) (stagesync.Mapping, error) {
	if found, ok := m.byProcess[p]; ok {
		return found, nil
	}
	saved, err := stageMapping(ctx, m.t, m.company, m.id, p)
	if err != nil {
		return nil, err
	}
	m.byProcess[p] = saved.Entries
	return saved.Entries, nil
}

// goneAfter is how many complete readings in a row have to lack somebody
// before they are believed to be gone (product decision 7).
const goneAfter = 2

// observe keeps one reading and stands the application by it. A dry run only
// says what would become of it.
func (t *tx) observe(ctx context.Context, p stagesync.Poll, r stagesync.Reading, x stagesync.Read, maps *mappings) (item stagesync.Item, err error) {
	now := r.At
	item = stagesync.Item{Application: x.Application, RemoteStage: x.Name, Result: stagesync.ResultUnchanged}
	a, err := t.followedApplication(ctx, p.Company, x.Application)
	if errors.Is(err, errNoRows) {
		return item, nil // erased meanwhile
	}
	if err != nil {
		return item, err
	}
	item.From, item.To = a.stage, a.stage
	if x.Gone {
		return t.missed(ctx, p, r, a, item)
	}
	if p.Presence {
		return item, t.present(ctx, p, a, x.Name, now)
	}
	h, err := history(ctx, t, p.Company, a)
	if err != nil {
		return item, err
	}
	// A reading takes a while, and one that tells no times says nothing of what
	// came first: a person's move in the middle of it, a webhook's reading, or
	// what it shows. A time in the middle of it counts as none: the ATS's clock
	// is its own.
	if (x.ChangedAt.IsZero() || x.ChangedAt.After(r.At)) && h.KnownAfter(r.At) {
		if x.Key != a.remote {
			item.Reason = reasonCrossed
		}
		if p.DryRun {
			return item, nil
		}
		return item, t.back(ctx, p.Company, a, x.Name, now)
	}
	before := len(h.Observed)
	// Until the job's last reading it stood where it stood, unless the ATS's
	// history says that it had left: a list may lag behind it.
	if before > 0 && a.remote != "" && !p.SeenAt.IsZero() && a.misses == 0 {
		until := p.SeenAt
		if !a.untold.IsZero() {
			until = a.untold
		}
		if left := x.Left(a.remote); !left.IsZero() && left.Before(until) {
			until = left
		}
		stagesync.Seen(h.Observed, a.remote, until)
	}
	seq := a.nextSeq(h)
	add := func(o stagesync.Observed) {
		o.Seq = seq
		var extended int
		if h.Observed, extended = stagesync.Observe(h.Observed, o); extended < 0 {
			seq++
		}
	}
	names := map[recruit.StageKey]string{x.Key: x.Name}
	for _, past := range x.Past {
		names[past.Key] = past.Name
		add(stagesync.Observed{Key: past.Key, ChangedAt: past.At, LearnedAt: now})
	}
	add(stagesync.Observed{Key: x.Key, ChangedAt: x.ChangedAt, LearnedAt: now, SeenUntil: now})
	m, err := maps.of(ctx, a.process)
	if err != nil {
		return item, err
	}
	if _, mapped := m[x.Key]; !mapped && x.Status != "" && !p.DryRun {
		if m, err = t.followShown(ctx, p, x, a.process, maps, now); err != nil {
			return item, err
		}
	}
	s := stagesync.Fold(h, m)
	if len(h.Observed) == before && s.Remote == a.remote {
		s.Stage = a.stage // nothing is new: what another mapping moves, that mapping's run moves, and mails or not
	}
	item.To = s.Stage
	switch {
	case s.Stage != a.stage:
		item.Result = stagesync.ResultMoved
	case s.Unmapped:
		item.Result, item.Reason = stagesync.ResultUnmapped, "stage_unmapped"
	}
	if p.DryRun {
		return item, nil
	}
	how := "poll"
	if p.Backfill {
		how = "backfill"
	}
	if err := t.keepLog(ctx, p.Company, a.id, h.Observed, before, names, how); err != nil {
		return item, err
	}
	if err := t.knowStage(ctx, p.Company, p.Connection, x, now); err != nil {
		return item, err
	}
	if err := t.back(ctx, p.Company, a, x.Name, now); err != nil {
		return item, err
	}
	name := x.Name
	if s.Remote != x.Key { // something newer was kept while this was read
		if err := t.Row(ctx, `SELECT name FROM stage_observations WHERE application_id = $1 AND company_id = $2 AND remote_stage_id = $3 ORDER BY seq DESC LIMIT 1`,
			a.id, p.Company, s.Remote).Scan(&name); err != nil {
			return item, err
		}
	}
	return item, t.standAt(ctx, p.Company, p.Connection, a, s, name, p.Backfill, now)
}

// followedApplication is what standing somebody needs to know of them.
type followedApplication struct {
	id      recruit.ApplicationID
	process recruit.ProcessID
	stage   recruit.Stage
	created time.Time
	remote  recruit.StageKey // as last read
	misses  int
	gone    int64
	untold  time.Time // when it was last read, if readings since did not tell of it
	// there says that it came to the ATS, and delivered when; unread where nobody
	// may be missed.
	there     bool
	delivered time.Time
}

// nextSeq is the next number of arrival: moves and observations share them.
func (a followedApplication) nextSeq(h stagesync.History) (n int64) {
	for _, o := range h.Observed {
		n = max(n, o.Seq+1)
	}
	for _, m := range h.Moved {
		n = max(n, m.Seq+1)
	}
	return n
}

func (t *tx) followedApplication(ctx context.Context, c recruit.CompanyID, id recruit.ApplicationID) (a followedApplication, err error) {
	var created, delivered, there, untold int64
	err = t.Row(ctx, `SELECT a.id, a.process_id, a.stage, a.created_at, coalesce(s.remote_stage_id, ''), coalesce(s.misses, 0), coalesce(s.gone_at, 0), coalesce(s.untold_since, 0),
		coalesce(d.delivered_at, 0), CASE WHEN d.state IN ('delivered', 'linked') THEN 1 ELSE 0 END FROM applications a LEFT JOIN application_stages s ON s.application_id = a.id AND s.company_id = a.company_id
		LEFT JOIN deliveries d ON d.application_id = a.id AND d.company_id = a.company_id WHERE a.id = $1 AND a.company_id = $2 AND a.erased_at = 0`, id, c).
		Scan(&a.id, &a.process, &a.stage, &created, &a.remote, &a.misses, &a.gone, &untold, &delivered, &there)
	a.created, a.untold, a.delivered, a.there = at(created), at(untold), at(delivered), there == 1
	return a, err
}

func history(ctx context.Context, q query, c recruit.CompanyID, a followedApplication) (h stagesync.History, err error) {
	h.EnteredAt = a.created
	r, err := q.Query(ctx, `SELECT seq, remote_stage_id, changed_at, learned_at, seen_until FROM stage_observations
		WHERE application_id = $1 AND company_id = $2 ORDER BY seq`, a.id, c)
	h.Observed, err = collect(r, err, func(r row) (o stagesync.Observed, err error) {
		var changed, learned, seen int64
		err = r.Scan(&o.Seq, &o.Key, &changed, &learned, &seen)
		o.ChangedAt, o.LearnedAt, o.SeenUntil = at(changed), at(learned), at(seen)
		return o, err
	})
	if err != nil {
		return h, err
	}
	r, err = q.Query(ctx, `SELECT seq, at, stage FROM stage_moves WHERE application_id = $1 AND company_id = $2 ORDER BY seq`, a.id, c)
	h.Moved, err = collect(r, err, func(r row) (m stagesync.Moved, err error) {
		var when int64
		err = r.Scan(&m.Seq, &when, &m.To)
		m.At = at(when)
		return m, err
	})
	return h, err
}

// keepLog writes what was added to the log, and what of it was prolonged.
func (t *tx) keepLog(ctx context.Context, c recruit.CompanyID, id recruit.ApplicationID, log []stagesync.Observed, before int, names map[recruit.StageKey]string, how string) error {
	for i, o := range log {
		if i < before {
			if _, err := t.Exec(ctx, `UPDATE stage_observations SET seen_until = $4 WHERE application_id = $1 AND seq = $2 AND company_id = $3 AND seen_until < $4`,
				id, o.Seq, c, ms(o.SeenUntil)); err != nil {
				return err
			}
			continue
		}
		if _, err := t.Exec(ctx, `INSERT INTO stage_observations (application_id, seq, company_id, remote_stage_id, name, changed_at, learned_at, seen_until, how)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`, id, o.Seq, c, o.Key, names[o.Key], ms(o.ChangedAt), ms(o.LearnedAt), ms(o.SeenUntil), how); err != nil {
			return err
		}
	}
	return nil
}

// followShown assigns a sub-status that a candidate was the first to show, before
// that candidate is stood by it: whether they are told does not hang on what was
// read first, they or the list of stages.
func (t *tx) followShown(ctx context.Context, p stagesync.Poll, x stagesync.Read, process recruit.ProcessID, maps *mappings, now time.Time) (stagesync.Mapping, error) {
	s, err := syncOf(ctx, t, p.Connection)
	if err != nil {
		return nil, err
	}
	if s.follow {
		if err := t.followNew(ctx, s, p.Connection, []recruit.RemoteStage{{Key: x.Key, Name: x.Name, Status: x.Status}}, now); err != nil {
			return nil, err
		}
		clear(maps.byProcess)
	}
	return maps.of(ctx, process)
}

// knowStage keeps a stage that only a candidate showed: it makes the mapping
// stale, and holds only who stands on it.
func (t *tx) knowStage(ctx context.Context, c recruit.CompanyID, id recruit.ConnectionID, x stagesync.Read, now time.Time) error {
	var known int
	if err := t.Row(ctx, `SELECT count(*) FROM remote_stages WHERE connection_id = $1 AND id = $2`, id, x.Key).Scan(&known); err != nil || known > 0 {
		return err
	}
	if err := t.putStage(ctx, c, id, 1<<20, recruit.RemoteStage{Key: x.Key, Name: x.Name, Status: x.Status}, now); err != nil {
		return err
	}
	_, err := t.Exec(ctx, `UPDATE stage_syncs SET stages_due_at = $2 WHERE connection_id = $1 AND stages_due_at > $2`, id, ms(now))
	return err
}

// back takes somebody for there who was read, and was missed before.
func (t *tx) back(ctx context.Context, c recruit.CompanyID, a followedApplication, name string, now time.Time) error {
	if a.misses == 0 && a.gone == 0 {
		return nil
	}
	if _, err := t.Exec(ctx, `UPDATE application_stages SET misses = 0, gone_at = 0, left_at = 0 WHERE application_id = $1 AND company_id = $2`, a.id, c); err != nil || a.gone == 0 {
		return err
	}
	return t.event(ctx, c, a.id, now, "stage_back", "system", map[string]string{"remote": name})
}

// standAt stores where an application stands, and moves it here if that is
// another stage. A quiet move mails nobody.
func (t *tx) standAt(ctx context.Context, c recruit.CompanyID, id recruit.ConnectionID, a followedApplication, s stagesync.Standing, name string, quiet bool, now time.Time) error {
	if _, err := t.Exec(ctx, `INSERT INTO application_stages (application_id, company_id, connection_id, remote_stage_id, name, since, unmapped, updated_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (application_id) DO UPDATE SET connection_id = excluded.connection_id,
		remote_stage_id = excluded.remote_stage_id, name = excluded.name, since = excluded.since, unmapped = excluded.unmapped,
		untold_since = 0, updated_at = excluded.updated_at`, a.id, c, id, s.Remote, name, ms(s.RemoteAt), flag(s.Unmapped), ms(now)); err != nil {
		return err
	}
	if s.Stage == a.stage {
		if s.Remote != a.remote {
			return t.event(ctx, c, a.id, now, "stage_seen", "sync", map[string]string{"remote": name})
		}
		return nil
	}
	if _, err := t.Exec(ctx, `UPDATE applications SET stage = $3, stage_changed_at = $4, stage_changed_by = $5, updated_at = $6
		WHERE id = $1 AND company_id = $2`, a.id, c, s.Stage, ms(s.ChangedAt), s.By, ms(now)); err != nil {
		return err
	}
	if err := t.planStageMail(ctx, stageChange{company: c, application: a.id, from: a.stage, to: s.Stage, by: recruit.ActorSync, connection: id, remote: s.Remote,
		quiet: quiet, at: now}); err != nil {
		return err
	}
	return t.event(ctx, c, a.id, now, "stage_changed", "sync", map[string]string{"from": string(a.stage), "to": string(s.Stage), "remote": name})
}

// missed counts a complete reading that lacked somebody. One that began while
// the listing may still have lagged behind their delivery says nothing.
func (t *tx) missed(ctx context.Context, p stagesync.Poll, r stagesync.Reading, a followedApplication, item stagesync.Item) (stagesync.Item, error) {
	now := r.At
	if !a.there || !now.After(a.delivered.Add(r.Settle)) {
		return item, nil
	}
	if a.misses+1 >= goneAfter {
		item.Result, item.Reason = stagesync.ResultGone, "gone_in_ats"
	}
	if p.DryRun && !p.Presence {
		return item, nil
	}
	_, err := t.Exec(ctx, `INSERT INTO application_stages (application_id, company_id, connection_id, misses, updated_at) VALUES ($1, $2, $3, 1, $4)
		ON CONFLICT (application_id) DO UPDATE SET misses = application_stages.misses + 1, updated_at = excluded.updated_at`, a.id, p.Company, p.Connection, ms(now))
	if err != nil || item.Result != stagesync.ResultGone || a.gone != 0 {
		return item, err
	}
	if _, err := t.Exec(ctx, `UPDATE application_stages SET gone_at = $2 WHERE application_id = $1 AND company_id = $3`, a.id, ms(now), p.Company); err != nil {
		return item, err
	}
	return item, t.event(ctx, p.Company, a.id, now, "stage_gone", "sync", nil)
}

// recordMove keeps a person's move beside what was observed.
func (t *tx) recordMove(ctx context.Context, c recruit.CompanyID, id recruit.ApplicationID, to recruit.Stage, by string, now time.Time) error {
	_, err := t.Exec(ctx, `INSERT INTO stage_moves (application_id, seq, company_id, at, stage, actor) VALUES ($1,
		(SELECT coalesce(max(seq), -1) + 1 FROM (SELECT seq FROM stage_moves WHERE application_id = $1 UNION ALL
			SELECT seq FROM stage_observations WHERE application_id = $1) AS x), $2, $3, $4, $5)`, id, c, ms(now), to, by)
	return err
}

// FollowedHistories implements stagesync.Store.
func (db *DB) FollowedHistories(ctx context.Context, c recruit.CompanyID, id recruit.ConnectionID, p recruit.ProcessID, cursor string, limit int) ([]stagesync.History, string, error) {
	q := db.read()
	list, err := followedAfter(ctx, q, c, id, p, cursor, limit)
	if err != nil {
		return nil, "", err
	}
	out := make([]stagesync.History, len(list))
	for i, a := range list {
		if out[i], err = history(ctx, q, c, a); err != nil {
			return nil, "", err
		}
	}
	if len(list) < limit {
		return out, "", nil
	}
	return out, string(list[len(list)-1].id), nil
}

// followedAfter are those that something was observed of, in order. Of one
// process where one is named; else of those without a mapping of their own.
func followedAfter(ctx context.Context, q query, c recruit.CompanyID, id recruit.ConnectionID, p recruit.ProcessID, cursor string, limit int) ([]followedApplication, error) {
	r, err := q.Query(ctx, `SELECT a.id, a.process_id, a.stage, a.created_at, s.remote_stage_id, s.misses, s.gone_at
		FROM application_stages s JOIN applications a ON a.id = s.application_id
		WHERE s.connection_id = $1 AND s.company_id = $2 AND s.application_id > $3 AND s.remote_stage_id <> '' AND a.erased_at = 0
		AND (a.process_id = $4 OR $4 = '' AND NOT EXISTS (SELECT 1 FROM stage_mappings m WHERE m.connection_id = $1 AND m.process_id = a.process_id AND `+ownMapping+`))
		ORDER BY s.application_id LIMIT $5`, id, c, cursor, p, limit)
	return collect(r, err, func(r row) (a followedApplication, err error) {
		var created int64
		err = r.Scan(&a.id, &a.process, &a.stage, &created, &a.remote, &a.misses, &a.gone)
		a.created = at(created)
		return a, err
	})
}

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
