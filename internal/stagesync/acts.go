package stagesync

import (
	"context"
	"maps"
	"strings"
	"time"

	"handoff/internal/recruit"
)

// Module returns the module of a connection. Every role may read it.
func (e *Engine) Module(ctx context.Context, c recruit.Caller, id recruit.ConnectionID) (Module, error) {
	m, _, _, err := e.module(ctx, c, id)
	if err == nil && !m.ActivatedAt.IsZero() {
		m.Tracked, err = e.Store.Tracked(ctx, m)
	}
	if err == nil && m.Enabled {
		m.OwnMissing, err = e.ownMissing(ctx, c.Company, id)
	}
	if err == nil && m.Enabled && m.Mode == Continuous {
		m.Today, err = e.Store.Freshness(ctx, c.Company, id, m.midnight(e.Now()), within(m.Every))
	}
	return m, err
}

func (e *Engine) module(ctx context.Context, c recruit.Caller, id recruit.ConnectionID) (m Module, ats string, state recruit.ConnectionState, err error) {
	if c.Company == "" {
		return m, "", "", recruit.ErrForbidden
	}
	if m, ats, state, err = e.Store.SyncModule(ctx, c.Company, id); err != nil {
		return m, "", "", err
	}
	stages, err := e.Store.RemoteStages(ctx, c.Company, id)
	if err != nil {
		return m, "", "", err
	}
	saved, err := e.Store.StageMapping(ctx, c.Company, id, "")
	if err != nil {
		return m, "", "", err
	}
	m.Version = saved.Version
	m.Mapping, m.Missing = State(stages, saved)
	if t, ok := e.Type(ats); ok {
		m.Hooks = t.Hook != nil
		loads, err := e.Store.Loads(ctx, id, e.Now())
		if err != nil {
			return m, "", "", err
		}
		m.Every, _ = Every(loads, t.Limits)
	}
	return m, ats, state, nil
}

// State tells how a mapping stands to the stages that there are now, and how
// many of them it does not assign.
func State(stages []Stage, saved Saved) (s MappingState, missing int) {
	present := current(stages)
	added, removed := Stale(stages, saved)
	switch {
	case saved.Version == 0 && len(present) == 0:
		return MappingIncomplete, 0
	case saved.Version == 0:
		presets := Presets(present)
		for _, s := range present {
			if _, preset := presets[s.Key]; !preset {
				missing++
			}
		}
		return MappingMissing, missing
	case len(added) > 0 || len(removed) > 0:
		return MappingStale, len(added)
	}
	return MappingComplete, 0
}

// current are the stages that the ATS has now.
func current(all []Stage) []recruit.RemoteStage {
	var out []recruit.RemoteStage
	for _, s := range all {
		if s.RemovedAt.IsZero() {
			out = append(out, s.RemoteStage)
		}
	}
	return out
}

func (e *Engine) admin(ctx context.Context, c recruit.Caller, id recruit.ConnectionID) (Module, string, recruit.ConnectionState, error) {
	if !c.IsAdmin() {
		return Module{}, "", "", recruit.ErrForbidden
	}
	return e.module(ctx, c, id)
}

// Save switches the module on or off, and stores its settings. Problem
// connection_not_ready before the main integration is active (rule R14), and
// stages_unknown for an ATS that tells none.
func (e *Engine) Save(ctx context.Context, c recruit.Caller, id recruit.ConnectionID, enabled bool, s Settings) (Module, error) {
	m, ats, state, err := e.admin(ctx, c, id)
	if err != nil {
		return m, err
	}
	t, ok := e.Type(ats)
	if !ok || !t.TellsStages {
		return m, recruit.Refuse("stages_unknown", "ats", ats)
	}
	if enabled {
		if err := s.Check(); err != nil {
			return m, err
		}
		if !m.Enabled && state != recruit.ConnConnected && state != recruit.ConnFailing {
			return m, recruit.Refuse("connection_not_ready")
		}
	} else if s.WhoTells == "" {
		s = m.Settings // switched off, it keeps what was chosen
	}
	now := e.Now()
	if enabled && !m.Enabled {
		m.ActivatedAt = now
	}
	m.Enabled, m.Settings, m.NextRunAt = enabled, s, time.Time{}
	if enabled {
		m.NextRunAt = s.NextDaily(now)
	}
	if err := e.Store.SaveSync(ctx, m, c.Name(), now); err != nil {
		return m, err
	}
	return e.Module(ctx, c, id)
}

// Stages returns the stages of a connection with what each means, or may mean,
// by the mapping in force; that of a process, where one is named.
func (e *Engine) Stages(ctx context.Context, c recruit.Caller, id recruit.ConnectionID, p recruit.ProcessID) ([]Stage, Saved, error) {
	saved, err := e.Mapping(ctx, c, id, p)
	if err != nil {
		return nil, saved, err
	}
	all, err := e.Store.RemoteStages(ctx, c.Company, id)
	if err != nil {
		return nil, saved, err
	}
	presets := Presets(current(all))
	for i := range all {
		s := &all[i]
		s.To, s.Assigned = saved.Entries[s.Key]
		if to, ok := presets[s.Key]; ok && (s.Locked || !s.Assigned && saved.Version == 0) {
			s.To, s.Assigned = to, true
		}
		if s.Assigned {
			continue
		}
		if to, ok := Suggest(s.Category); ok {
			s.Suggested = &to
		}
	}
	return all, saved, nil
}

// Mapping returns the newest mapping, of a process's binding where it has one
// of its own.
func (e *Engine) Mapping(ctx context.Context, c recruit.Caller, id recruit.ConnectionID, p recruit.ProcessID) (Saved, error) {
	if c.Company == "" {
		return Saved{}, recruit.ErrForbidden
	}
	if _, _, _, err := e.Store.SyncModule(ctx, c.Company, id); err != nil {
		return Saved{}, err
	}
	if err := e.mapped(ctx, c.Company, id, p); err != nil {
		return Saved{}, err
	}
	return e.Store.StageMapping(ctx, c.Company, id, p)
}

// mapped refuses a process that neither is bound to a connection nor has a
// mapping of its own there; empty is none.
func (e *Engine) mapped(ctx context.Context, c recruit.CompanyID, id recruit.ConnectionID, p recruit.ProcessID) error {
	if p == "" {
		return nil
	}
	found, err := e.Store.MappedProcesses(ctx, c, id, ProcessFilter{Process: p}, 1)
	if err == nil && len(found) == 0 {
		return recruit.Refuse("process_not_bound")
	}
	return err
}

// Processes returns those that are bound to a connection, or have a mapping of
// their own there; these first, each with how many stages it leaves out.
func (e *Engine) Processes(ctx context.Context, c recruit.Caller, id recruit.ConnectionID, f ProcessFilter) (p recruit.Page[MappedProcess], err error) {
	if c.Company == "" {
		return p, recruit.ErrForbidden
	}
	if _, _, _, err := e.Store.SyncModule(ctx, c.Company, id); err != nil {
		return p, err
	}
	f.Query = strings.ToLower(strings.TrimSpace(f.Query))
	if p.Items, err = e.Store.MappedProcesses(ctx, c.Company, id, f, f.Size()+1); err != nil {
		return p, err
	}
	if n := f.Size(); len(p.Items) > n {
		p.Items = p.Items[:n]
		p.Next = p.Items[n-1].cursor()
	}
	var all []Stage
	for i := range p.Items {
		x := &p.Items[i]
		if !x.Own { // they come first
			break
		}
		if all == nil {
			if all, err = e.Store.RemoteStages(ctx, c.Company, id); err != nil {
				return p, err
			}
		}
		saved, err := e.Store.StageMapping(ctx, c.Company, id, x.ID)
		if err != nil {
			return p, err
		}
		added, _ := Stale(all, saved)
		x.Missing = len(added)
	}
	return p, nil
}

// cursor is where the list goes on after it.
func (p MappedProcess) cursor() string {
	if p.Own {
		return "1" + string(p.ID)
	}
	return "0" + string(p.ID)
}

func (e *Engine) ownMissing(ctx context.Context, c recruit.CompanyID, id recruit.ConnectionID) (n int, err error) {
	f := ProcessFilter{Own: true, List: recruit.List{Limit: 100}}
	for {
		part, err := e.Processes(ctx, recruit.Caller{Company: c}, id, f)
		if err != nil {
			return 0, err
		}
		for _, p := range part.Items {
			if p.Missing > 0 {
				n++
			}
		}
		if f.Cursor = part.Next; f.Cursor == "" {
			return n, nil
		}
	}
}

// SaveMapping stores a new version of the mapping and stands everybody by it.
// It refuses one that does not assign every stage, with the missing ones named
// (rule R17). Locked stages need not be given. Whoever moves by it is mailed
// only when mails says so, and then by the company's rules.
func (e *Engine) SaveMapping(ctx context.Context, c recruit.Caller, id recruit.ConnectionID, p recruit.ProcessID, m Mapping, mails bool) (Saved, error) {
	full, _, err := e.checked(ctx, c, id, p, m)
	if err != nil {
		return Saved{}, err
	}
	if err := e.saveMapping(ctx, c, id, p, full, mails); err != nil {
		return Saved{}, err
	}
	return e.Store.StageMapping(ctx, c.Company, id, p)
}

func (e *Engine) saveMapping(ctx context.Context, c recruit.Caller, id recruit.ConnectionID, p recruit.ProcessID, m Mapping, mails bool) error {
	now := e.Now()
	r := Run{ID: recruit.NewSyncRunID(now), Company: c.Company, Connection: id, Trigger: TriggerMapping, Mails: mails, State: "running", StartedBy: c.Name(), StartedAt: now}
	return e.Store.SaveMapping(ctx, c.Company, id, p, m, r)
}

// DropMapping gives a process the connection's mapping back and stands its
// people by that; they are mailed only when mails says so. One without its own
// is left as it is.
func (e *Engine) DropMapping(ctx context.Context, c recruit.Caller, id recruit.ConnectionID, p recruit.ProcessID, mails bool) error {
	if _, _, _, err := e.admin(ctx, c, id); err != nil {
		return err
	}
	if p == "" {
		v := &recruit.Invalid{}
		v.Add("process_id", "required")
		return v
	}
	return e.saveMapping(ctx, c, id, p, nil, mails)
}

// checked completes a mapping with what is locked, and with what the one in
// force says of stages that are not there any more: who stands on one, or once
// did, stays where it brought them. It is held against the stages.
func (e *Engine) checked(ctx context.Context, c recruit.Caller, id recruit.ConnectionID, p recruit.ProcessID, m Mapping) (full Mapping, now Saved, err error) {
	if _, _, _, err := e.admin(ctx, c, id); err != nil {
		return nil, now, err
	}
	all, err := e.Store.RemoteStages(ctx, c.Company, id)
	if err != nil {
		return nil, now, err
	}
	if len(current(all)) == 0 {
		return nil, now, recruit.Refuse("stages_not_read")
	}
	if now, err = e.Store.StageMapping(ctx, c.Company, id, p); err != nil {
		return nil, now, err
	}
	if err := e.mapped(ctx, c.Company, id, p); err != nil {
		return nil, now, err
	}
	full = Mapping{}
	maps.Copy(full, m)
	for _, s := range all {
		if _, given := full[s.Key]; given {
			continue
		}
		if to, had := now.Entries[s.Key]; had && !s.RemovedAt.IsZero() {
			full[s.Key] = to
		} else if s.Locked {
			full[s.Key] = Target{s.Preset}
		}
	}
	return full, now, Check(all, full)
}

// previewPart bounds how many histories are in memory at once.
const previewPart = 1000

// Preview tells who would move if a mapping were saved. It changes nothing.
func (e *Engine) Preview(ctx context.Context, c recruit.Caller, id recruit.ConnectionID, p recruit.ProcessID, m Mapping) (map[Change]int, error) {
	full, now, err := e.checked(ctx, c, id, p, m)
	if err != nil {
		return nil, err
	}
	return e.preview(ctx, c, id, p, now.Entries, full)
}

// PreviewDrop tells who would move if a process had the connection's mapping
// again. It changes nothing.
func (e *Engine) PreviewDrop(ctx context.Context, c recruit.Caller, id recruit.ConnectionID, p recruit.ProcessID) (map[Change]int, error) {
	if !c.IsAdmin() {
		return nil, recruit.ErrForbidden
	}
	now, err := e.Mapping(ctx, c, id, p)
	if err != nil {
		return nil, err
	}
	common, err := e.Mapping(ctx, c, id, "")
	if err != nil {
		return nil, err
	}
	return e.preview(ctx, c, id, p, now.Entries, common.Entries)
}

func (e *Engine) preview(ctx context.Context, c recruit.Caller, id recruit.ConnectionID, p recruit.ProcessID, now, m Mapping) (map[Change]int, error) {
	out := map[Change]int{}
	for cursor := ""; ; {
		part, next, err := e.Store.FollowedHistories(ctx, c.Company, id, p, cursor, previewPart)
		if err != nil {
			return nil, err
		}
		for change, n := range Preview(part, now, m) {
			out[change] += n
		}
		if cursor = next; cursor == "" {
			return out, nil
		}
	}
}

// Run begins a run over everything at once: Sync now. While one that moves
// people is under way it is that one; one that only looks is ended for it.
func (e *Engine) Run(ctx context.Context, c recruit.Caller, id recruit.ConnectionID) (Run, error) {
	return e.start(ctx, c, id, TriggerManual, false)
}

// Backfill takes in the applications that were made before the module was
// switched on; a dry run only tells what would become of them. It mails nobody.
// Problem sync_running for a dry run beside a run that moves people.
func (e *Engine) Backfill(ctx context.Context, c recruit.Caller, id recruit.ConnectionID, dry bool) (Run, error) {
	if !c.IsAdmin() {
		return Run{}, recruit.ErrForbidden
	}
	return e.start(ctx, c, id, TriggerBackfill, dry)
}

func (e *Engine) start(ctx context.Context, c recruit.Caller, id recruit.ConnectionID, t Trigger, dry bool) (Run, error) {
	if c.Company == "" {
		return Run{}, recruit.ErrForbidden
	}
	now := e.Now()
	return e.Store.StartRun(ctx, Run{ID: recruit.NewSyncRunID(now), Company: c.Company, Connection: id, Trigger: t, DryRun: dry,
		State: "running", StartedBy: c.Name(), StartedAt: now})
}

// SyncRun returns a run as far as it has come, and an Admin also a part of its
// items: they are of everybody's processes.
func (e *Engine) SyncRun(ctx context.Context, c recruit.Caller, id recruit.SyncRunID, l recruit.List) (Run, recruit.Page[Item], error) {
	if c.Company == "" {
		return Run{}, recruit.Page[Item]{}, recruit.ErrForbidden
	}
	r, err := e.Store.SyncRun(ctx, c.Company, id)
	if err != nil || !c.IsAdmin() {
		return r, recruit.Page[Item]{}, err
	}
	items, err := e.Store.SyncItems(ctx, c.Company, id, l)
	return r, items, err
}

// Runs returns the last runs of a connection, newest first.
func (e *Engine) Runs(ctx context.Context, c recruit.Caller, id recruit.ConnectionID) ([]Run, error) {
	if c.Company == "" {
		return nil, recruit.ErrForbidden
	}
	return e.Store.SyncRuns(ctx, c.Company, id, 20)
}
