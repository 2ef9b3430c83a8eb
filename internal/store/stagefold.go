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
