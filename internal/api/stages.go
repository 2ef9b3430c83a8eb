package api

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"time"

	"handoff/internal/door"
	"handoff/internal/recruit"
	"handoff/internal/stagesync"
)

// Schedule says when stages are read.
type Schedule struct {
	Mode     string `json:"mode" enum:"continuous,daily"`
	At       string `json:"at,omitempty" doc:"hh:mm of a daily run; 17:00 when absent."`
	TimeZone string `json:"time_zone,omitempty" doc:"IANA name; Europe/Warsaw when absent."`
}

// StageSyncSettings are what an Admin chooses.
type StageSyncSettings struct {
	Enabled        bool      `json:"enabled"`
	WhoTells       string    `json:"who_tells,omitempty" enum:"platform,ats,nobody" doc:"Who tells candidates of a stage that the ATS changed; required to enable."`
	NewSubstatuses string    `json:"new_substatuses,omitempty" enum:"hold,follow" doc:"Whether a new sub-status counts as its status until it is assigned; hold when absent."`
	Schedule       *Schedule `json:"schedule,omitempty" doc:"continuous when absent."`
}

// StageSyncModule is the synchronisation of one connection.
type StageSyncModule struct {
	StageSync
	WhoTells       *string    `json:"who_tells" enum:"platform,ats,nobody"`
	NewSubstatuses string     `json:"new_substatuses" enum:"hold,follow"`
	Schedule       Schedule   `json:"schedule"`
	ActivatedAt    *time.Time `json:"activated_at" doc:"Applications made before are not followed, but by a backfill."`
	BackfilledAt   *time.Time `json:"backfilled_at"`
	NextRunAt      *time.Time `json:"next_run_at" doc:"Of a daily run."`
	StagesReadAt   *time.Time `json:"stages_read_at"`
	MissingStages  int        `json:"missing_stages" doc:"Stages without an assignment."`
	OwnMissing     int        `json:"processes_missing_stages" doc:"Processes with a mapping of their own that leaves stages out."`
	MappingVersion int        `json:"mapping_version"`
	Tracked        int        `json:"tracked" doc:"Applications that are followed."`
	Webhook        *string    `json:"webhook" enum:"making,active,ending" doc:"Whether the ATS tells by itself; null where it does not."`
}

// Freshness says how soon changes in the ATS were known here.
type Freshness struct {
	WithinSeconds int `json:"within_seconds"`
	Changes       int `json:"changes" doc:"All that were learned of."`
	Timely        int `json:"timely" doc:"Those known within that time."`
}

// DefinedStage is a stage as the ATS defines it.
type DefinedStage struct {
	ID          recruit.StageKey `json:"id"`
	Name        string           `json:"name" doc:"The company's own word; never shown to a candidate."`
	Category    *string          `json:"category"`
	Status      *string          `json:"status" doc:"The status of which it is a part, where the ATS has such."`
	Pipelines   []string         `json:"pipelines" nullable:"false" doc:"Hiring processes that have it; empty where all do."`
	Default     bool             `json:"default" doc:"The vendor's own, with a meaning here."`
	Locked      bool             `json:"locked"`
	Suggested   *string          `json:"suggested" doc:"What its category says, for one that nobody assigned: a stage, or leave."`
	MappedTo    *string          `json:"mapped_to" doc:"A stage, or leave."`
	FirstSeenAt time.Time        `json:"first_seen_at"`
	RemovedAt   *time.Time       `json:"removed_at"`
}

// MappingEntry assigns one stage.
type MappingEntry struct {
	RemoteStageID recruit.StageKey `json:"remote_stage_id"`
	Stage         string           `json:"stage" enum:"waiting_for_decision,evaluating,invited,offer_submitted,hired,negative,leave"`
}

// StageMapping is one version.
type StageMapping struct {
	Version   int            `json:"version" doc:"0 when none was saved yet."`
	Own       bool           `json:"own" doc:"Of the process that was asked for alone; false for the connection's."`
	Entries   []MappingEntry `json:"entries" nullable:"false"`
	CreatedAt *time.Time     `json:"created_at"`
}

// NewStageMapping replaces it.
type NewStageMapping struct {
	Entries   []MappingEntry    `json:"entries" maxItems:"20000"`
	ProcessID recruit.ProcessID `json:"process_id,omitempty" doc:"For this process's binding alone."`
	Mail      bool              `json:"mail,omitempty" doc:"Whether candidates who move by it are mailed, by the company's rules; nobody is when absent."`
}

// MappingPreview says who would move.
type MappingPreview struct {
	Would []WouldMove `json:"would" nullable:"false"`
	Total int         `json:"total"`
}

// WouldMove counts one kind of move.
type WouldMove struct {
	From  recruit.Stage `json:"from"`
	To    recruit.Stage `json:"to"`
	Count int           `json:"count"`
}

// Backfill takes in what was applied before.
type Backfill struct {
	DryRun bool `json:"dry_run,omitempty"`
}

// SyncRun is one pass over all that is followed.
type SyncRun struct {
	ID           recruit.SyncRunID    `json:"id"`
	ConnectionID recruit.ConnectionID `json:"connection_id"`
	State        string               `json:"state" enum:"running,done,failed"`
	Trigger      string               `json:"trigger" enum:"schedule,manual,backfill,mapping,reconciliation"`
	DryRun       bool                 `json:"dry_run"`
	Progress     Progress             `json:"progress"`
	Counts       RunCounts            `json:"counts"`
	Error        *string              `json:"error"`
	Items        []SyncItem           `json:"items" nullable:"false" doc:"Those that are not unchanged; a part, with limit and cursor."`
	NextCursor   string               `json:"next_cursor,omitempty"`
	StartedAt    time.Time            `json:"started_at"`
	FinishedAt   *time.Time           `json:"finished_at"`
	WaitsUntil   *time.Time           `json:"waits_until" doc:"When it goes on by itself, after the ATS refused or failed; error says how."`
}

// Progress of long work.
type Progress struct {
	Done  int `json:"done"`
	Total int `json:"total"`
}

// RunCounts are applications.
type RunCounts struct {
	Moved     int `json:"moved"`
	Unchanged int `json:"unchanged"`
	Unmapped  int `json:"unmapped"`
	Gone      int `json:"gone"`
	Failed    int `json:"failed"`
}

// SyncItem is what a run did with one application.
type SyncItem struct {
	ApplicationID recruit.ApplicationID `json:"application_id"`
	RemoteStage   *string               `json:"remote_stage"`
	From          *string               `json:"from"`
	To            *string               `json:"to"`
	Result        string                `json:"result" enum:"moved,unmapped,gone,failed"`
	Reason        *string               `json:"reason"`
}

const stagesTag = "Stages"

// leave is the choice that keeps the stage.
const leave = "leave"

func targetOf(t stagesync.Target) *string {
	s := leave
	if t.Stage != "" {
		s = string(t.Stage)
	}
	return &s
}

// mappingOf refuses a stage that is assigned twice: whichever was meant, the
// other would move people.
func mappingOf(entries []MappingEntry) (stagesync.Mapping, error) {
	m, twice := stagesync.Mapping{}, &recruit.Invalid{}
	for i, e := range entries {
		if _, there := m[e.RemoteStageID]; there {
			twice.Add(fmt.Sprintf("entries[%d].remote_stage_id", i), "repeated")
		}
		to := stagesync.Target{Stage: recruit.Stage(e.Stage)}
		if e.Stage == leave {
			to = stagesync.Target{}
		}
		m[e.RemoteStageID] = to
	}
	return m, twice.OrNil()
}

func moduleOf(m stagesync.Module) StageSyncModule {
	return StageSyncModule{StageSync: stageSyncOf(m), WhoTells: word(m.WhoTells), NewSubstatuses: m.NewSubStatuses,
		Schedule: Schedule{m.Mode, m.At, m.TimeZone}, ActivatedAt: when(m.ActivatedAt), BackfilledAt: when(m.BackfilledAt), NextRunAt: when(m.NextRunAt),
		StagesReadAt: when(m.StagesReadAt), MissingStages: m.Missing, OwnMissing: m.OwnMissing, MappingVersion: m.Version, Tracked: m.Tracked, Webhook: word(m.Hook)}
}

func stageSyncOf(m stagesync.Module) StageSync {
	s := StageSync{Enabled: m.Enabled, Mapping: string(m.Mapping), LastRunAt: when(m.LastRunAt)}
	if m.Enabled {
		p := fmt.Sprintf("every %d seconds", int(m.Every.Seconds()))
		if m.Mode == stagesync.OnceADay {
			p = "once a day at " + m.At + " " + m.TimeZone
		}
		s.Promise = &p
		if f := m.Today; f.Changes > 0 {
			s.Today = some(Freshness{int(f.Within.Seconds()), f.Changes, f.Timely})
		}
	}
	return s
}

func runOf(r stagesync.Run, items recruit.Page[stagesync.Item]) SyncRun {
	return SyncRun{ID: r.ID, ConnectionID: r.Connection, State: r.State, Trigger: string(r.Trigger), DryRun: r.DryRun, Progress: Progress{r.Done, r.Total},
		Counts: RunCounts(r.Counts), Error: word(cmp.Or(r.Error, r.Waits)), NextCursor: items.Next, StartedAt: at(r.StartedAt), FinishedAt: when(r.FinishedAt), WaitsUntil: when(r.Until),
		Items: each(items.Items, func(x stagesync.Item) SyncItem {
			return SyncItem{x.Application, word(x.RemoteStage), word(x.From), word(x.To), string(x.Result), word(x.Reason)}
		})}
}

func (a *API) stages() {
	const path = "/connections/{id}/stage-sync"
	add(a, operation{id: "get-stage-sync", method: http.MethodGet, path: path, access: door.Token, tag: stagesTag,
		summary: "Read how the stages of candidates come back from the ATS."},
		func(ctx context.Context, in *OneConnection) (*Answer[StageSyncModule], error) {
			m, err := a.o.Stages.Module(ctx, in.caller, in.ID)
			return answer(moduleOf(m), err)
		})
	add(a, operation{id: "save-stage-sync", method: http.MethodPut, path: path, access: door.Admin, tag: stagesTag,
		summary:     "TURN ON THE SYNCHRONIZATION, or off (Admin).",
		description: "Once the connection works. Turned on, all stages are read; assign each by stage-mapping. Applications made before are not followed."},
		func(ctx context.Context, in *struct {
			OneConnection
			Body StageSyncSettings
		}) (*Answer[StageSyncModule], error) {
			b, s := in.Body, stagesync.Defaults()
			s.WhoTells = stagesync.Teller(b.WhoTells)
			if b.NewSubstatuses != "" {
				s.NewSubStatuses = b.NewSubstatuses
			}
			if b.Schedule != nil {
				s.Mode = b.Schedule.Mode
				s.At, s.TimeZone = or(b.Schedule.At, s.At), or(b.Schedule.TimeZone, s.TimeZone)
			}
			m, err := a.o.Stages.Save(ctx, in.caller, in.ID, b.Enabled, s)
			return answer(moduleOf(m), err)
		})
	add(a, operation{id: "run-stage-sync", method: http.MethodPost, path: path + "/run", access: door.Token, tag: stagesTag, status: http.StatusAccepted, creates: true,
		summary: "Sync now: read everything that is followed.", description: "While a run that moves people is under way it is that one; a dry run or a comparison is ended for it."},
		func(ctx context.Context, in *OneConnection) (*Made[SyncRun], error) {
			r, err := a.o.Stages.Run(ctx, in.caller, in.ID)
			return made(runOf(r, recruit.Page[stagesync.Item]{}), err, "sync-runs", string(r.ID))
		})
	add(a, operation{id: "backfill-stages", method: http.MethodPost, path: path + "/backfill", access: door.Admin, tag: stagesTag, status: http.StatusAccepted, creates: true,
		summary: "Take in the applications that were made before the module was on (Admin); a dry run only tells what would become of them. Nobody is mailed.",
		description: "While the same is under way it is that one; another run, which does less, is ended for it. A dry run ends a comparison, and is refused " +
			"with sync_running beside a run that moves people."},
		func(ctx context.Context, in *struct {
			OneConnection
			Body *Backfill
		}) (*Made[SyncRun], error) {
			r, err := a.o.Stages.Backfill(ctx, in.caller, in.ID, in.Body != nil && in.Body.DryRun)
			return made(runOf(r, recruit.Page[stagesync.Item]{}), err, "sync-runs", string(r.ID))
		})
	add(a, operation{id: "get-sync-run", method: http.MethodGet, path: "/sync-runs/{id}", access: door.Token, tag: stagesTag,
		summary: "Read a run; ask again while it is running."},
		func(ctx context.Context, in *struct {
			Asked
			Listing
			ID recruit.SyncRunID `path:"id"`
		}) (*Answer[SyncRun], error) {
			r, items, err := a.o.Stages.SyncRun(ctx, in.caller, in.ID, in.list())
			return answer(runOf(r, items), err)
		})
	a.mappings()
	a.reconciliation()
}

func (a *API) mappings() {
	add(a, operation{id: "list-stages", method: http.MethodGet, path: "/connections/{id}/stages", access: door.Token, tag: stagesTag,
		summary: "List the stages that the company has in the ATS, with what each means here."},
		func(ctx context.Context, in *struct {
			OneConnection
			Listing
		}) (*Answer[Page[DefinedStage]], error) {
			all, _, err := a.o.Stages.Stages(ctx, in.caller, in.ID, "")
			return answer(partOf(all, in.Listing, func(s stagesync.Stage) DefinedStage {
				out := DefinedStage{ID: s.Key, Name: s.Name, Category: word(s.Category), Status: word(s.Status), Pipelines: append([]string{}, s.Pipelines...),
					Default: s.Preset != "" || s.LeavePreset, Locked: s.Locked, FirstSeenAt: at(s.FirstSeenAt), RemovedAt: when(s.RemovedAt)}
				if s.Assigned {
					out.MappedTo = targetOf(s.To)
				}
				if s.Suggested != nil {
					out.Suggested = targetOf(*s.Suggested)
				}
				return out
			}), err)
		})
	add(a, operation{id: "get-stage-mapping", method: http.MethodGet, path: "/connections/{id}/stage-mapping", access: door.Token, tag: stagesTag,
		summary: "Read the newest mapping of the ATS's stages."},
		func(ctx context.Context, in *struct {
			OneConnection
			ProcessID recruit.ProcessID `query:"process_id" doc:"That of this process's binding, where it has one of its own."`
		}) (*Answer[StageMapping], error) {
			s, err := a.o.Stages.Mapping(ctx, in.caller, in.ID, in.ProcessID)
			return answer(savedOf(s), err)
		})
	add(a, operation{id: "save-stage-mapping", method: http.MethodPut, path: "/connections/{id}/stage-mapping", access: door.Admin, tag: stagesTag, body: 2 << 20,
		summary:     "Save a new version of the mapping (Admin). Every stage must be assigned; leave is an assignment.",
		description: "422 names the missing ones. Locked stages need not be given. Everybody is stood by it; nobody is mailed for it unless mail says so."},
		func(ctx context.Context, in *struct {
			OneConnection
			Body NewStageMapping
		}) (*Answer[StageMapping], error) {
			m, err := mappingOf(in.Body.Entries)
			if err != nil {
				return nil, err
			}
			s, err := a.o.Stages.SaveMapping(ctx, in.caller, in.ID, in.Body.ProcessID, m, in.Body.Mail)
			return answer(savedOf(s), err)
		})
	add(a, operation{id: "drop-stage-mapping", method: http.MethodDelete, path: "/connections/{id}/stage-mapping", access: door.Admin, tag: stagesTag, status: http.StatusNoContent,
		summary:     "Give a process the connection's mapping back (Admin).",
		description: "Its people are stood by that. The versions of its own stay; without its own, nothing changes."},
		func(ctx context.Context, in *struct {
			OneConnection
			ProcessID recruit.ProcessID `query:"process_id" required:"true" minLength:"1"`
			Mail      bool              `query:"mail" doc:"Whether candidates who move by it are mailed, by the company's rules; nobody is when absent."`
		}) (*none, error) {
			return nil, a.o.Stages.DropMapping(ctx, in.caller, in.ID, in.ProcessID, in.Mail)
		})
	add(a, operation{id: "preview-stage-mapping", method: http.MethodPost, path: "/connections/{id}/stage-mapping/preview", access: door.Admin, tag: stagesTag, body: 2 << 20,
		summary: "Tell who would move if a mapping were saved (Admin). It changes nothing."},
		func(ctx context.Context, in *struct {
			OneConnection
			Body NewStageMapping
		}) (*Answer[MappingPreview], error) {
			m, err := mappingOf(in.Body.Entries)
			if err != nil {
				return nil, err
			}
			changes, err := a.o.Stages.Preview(ctx, in.caller, in.ID, in.Body.ProcessID, m)
			p := MappingPreview{Would: []WouldMove{}}
			for _, from := range recruit.Stages() {
				for _, to := range recruit.Stages() {
					if n := changes[stagesync.Change{From: from, To: to}]; n > 0 {
						p.Would = append(p.Would, WouldMove{from, to, n})
						p.Total += n
					}
				}
			}
			return answer(p, err)
		})
}

func savedOf(s stagesync.Saved) StageMapping {
	m := StageMapping{Version: s.Version, Own: s.Own, CreatedAt: when(s.CreatedAt), Entries: []MappingEntry{}}
	for _, key := range s.Entries.Keys() {
		m.Entries = append(m.Entries, MappingEntry{key, *targetOf(s.Entries[key])})
	}
	return m
}

// synced fills in how stages come back.
func (a *API) synced(ctx context.Context, c recruit.Caller, out Connection) (Connection, error) {
	m, err := a.o.Stages.Module(ctx, c, out.ID)
	out.StageSync = stageSyncOf(m)
	return out, err
}

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}
