package api

import (
	"context"
	"net/http"
	"time"

	"handoff/internal/door"
	"handoff/internal/recruit"
	"handoff/internal/stagesync"
)

// Reconciliation holds both sides of a connection against each other.
type Reconciliation struct {
	Applied    int                           `json:"applied" doc:"Applications of this connection, without erased ones; the deliveries add up to it."`
	Deliveries map[recruit.DeliveryState]int `json:"deliveries" doc:"How many are in each state."`
	Presence   map[stagesync.Presence]int    `json:"presence" doc:"Of those delivered or linked, where they were last seen: present, missing (from the last reading, which alone is not believed), gone (for two), left (gone, as somebody said it is meant), unseen. They add up to delivered and linked."`
	Unmapped   int                           `json:"unmapped" doc:"Those on a stage that nobody assigned."`
	Gone       []GoneApplication             `json:"gone" nullable:"false" doc:"Those gone; a part, with limit and cursor."`
	NextCursor string                        `json:"next_cursor,omitempty"`
	ComparedAt *time.Time                    `json:"compared_at" doc:"When a comparison last ended; null for never."`
	Unread     int                           `json:"unread" doc:"Those whose jobs could not be read in it."`
	SyncRunID  *string                       `json:"sync_run_id" doc:"The comparison under way."`
}

// GoneApplication came to the ATS and is not there any more.
type GoneApplication struct {
	ApplicationID recruit.ApplicationID `json:"application_id"`
	RemoteStage   *string               `json:"remote_stage" doc:"Where it was last seen."`
	Since         time.Time             `json:"since"`
}

func (a *API) reconciliation() {
	const path = "/connections/{id}/reconciliation"
	add(a, operation{id: "get-reconciliation", method: http.MethodGet, path: path, access: door.Admin, tag: stagesTag,
		summary: "Compare what was applied here with what stands in the ATS (Admin)."},
		func(ctx context.Context, in *struct {
			OneConnection
			Listing
		}) (*Answer[Reconciliation], error) {
			r, gone, err := a.o.Stages.Reconcile(ctx, in.caller, in.ID, in.list())
			return answer(Reconciliation{Applied: r.Applied, Deliveries: r.Deliveries, Presence: r.Presence, Unmapped: r.Unmapped, Unread: r.Unread, NextCursor: gone.Next,
				ComparedAt: when(r.ComparedAt), SyncRunID: word(r.Running),
				Gone: each(gone.Items, func(x stagesync.Absent) GoneApplication {
					return GoneApplication{x.Application, word(x.Name), at(x.Since)}
				})}, err)
		})
	add(a, operation{id: "run-reconciliation", method: http.MethodPost, path: path + "/run", access: door.Admin, tag: stagesTag, status: http.StatusAccepted, creates: true,
		summary: "Look in the ATS for everybody who ever came there (Admin). It moves and mails nobody.",
		description: "While a comparison is under way it is that one. A dry run of earlier applications is ended for it; beside a run that moves people it is " +
			"refused with sync_running."},
		func(ctx context.Context, in *OneConnection) (*Made[SyncRun], error) {
			r, err := a.o.Stages.Compare(ctx, in.caller, in.ID)
			return made(runOf(r, recruit.Page[stagesync.Item]{}), err, "sync-runs", string(r.ID))
		})
}
