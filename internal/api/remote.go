package api

import (
	"context"
	"net/http"
	"time"

	"handoff/internal/door"
	"handoff/internal/recruit"
)

// RemoteJob is a job in the ATS as it was last read.
type RemoteJob struct {
	ID              recruit.RemoteJobID `json:"id" doc:"The ATS's own."`
	Title           string              `json:"title"`
	Reference       string              `json:"reference"`
	Status          string              `json:"status" doc:"The ATS's own word."`
	Open            bool                `json:"open"`
	Shared          *bool               `json:"shared" doc:"null where the ATS knows no sharing."`
	ConsentAssigned *bool               `json:"consent_assigned" doc:"null where the ATS has no consent per job."`
	ConsentKnownAt  *time.Time          `json:"consent_known_at" doc:"When consent_assigned was last seen; a listing need not tell it."`
	BlockedReason   *string             `json:"blocked_reason" doc:"Why candidates cannot go in: job_closed, not_shared, no_consent_assigned, job_template."`
	Location        string              `json:"location"`
	RefreshedAt     *time.Time          `json:"refreshed_at"`
}

// Reading is a part of a list that is read from the ATS, with how old it is.
type Reading[T any] struct {
	Page[T]
	ReadAt     *time.Time `json:"read_at" doc:"When the whole list was last read; null for never."`
	Refreshing bool       `json:"refreshing" doc:"A reading was asked for and is not done."`
	Error      *string    `json:"error" doc:"Why the last reading failed."`
	ErrorCode  *string    `json:"error_code" doc:"The connector's code for it, when it has one."`
}

// Chosen names a source.
type Chosen struct {
	SourceID *string `json:"source_id" doc:"null for none. One that is not in the list is refused, but for an ATS whose source ID may be typed (erecruiter): then the answer's source says typed, and a test warns." required:"true"`
}

func remoteJobOf(j recruit.RemoteJob) RemoteJob {
	return RemoteJob{ID: j.ID, Title: j.Title, Reference: j.Reference, Status: j.Status, Open: j.Open, Shared: j.Shared,
		ConsentAssigned: j.ConsentAssigned, ConsentKnownAt: when(j.ConsentKnownAt), BlockedReason: word(j.BlockedReason), Location: j.Location, RefreshedAt: when(j.RefreshedAt)}
}

// refreshed answers that a reading was asked for, with the list as it is.
type refreshed[T any] = Made[Reading[T]]

func (a *API) jobsOf(ctx context.Context, c recruit.Caller, id recruit.ConnectionID, q string, l Listing) (Reading[RemoteJob], error) {
	v, err := a.o.Integration.Connection(ctx, c, id)
	if err != nil {
		return Reading[RemoteJob]{}, err
	}
	all, err := a.o.Integration.Jobs(ctx, c, id, q)
	return Reading[RemoteJob]{partOf(all, l, remoteJobOf), when(v.JobsReadAt), v.JobsDue, word(v.JobsError.Kind), word(v.JobsError.Code)}, err
}

func (a *API) sourcesOf(ctx context.Context, c recruit.Caller, id recruit.ConnectionID, l Listing) (Reading[Source], error) {
	v, err := a.o.Integration.Connection(ctx, c, id)
	if err != nil {
		return Reading[Source]{}, err
	}
	all, err := a.o.Integration.Sources(ctx, c, id)
	return Reading[Source]{partOf(all, l, sourceOf), when(v.SourcesReadAt), v.SourcesDue, word(v.SourcesError.Kind), word(v.SourcesError.Code)}, err
}

func (a *API) remoteJobs() {
	add(a, operation{id: "list-jobs", method: http.MethodGet, path: "/connections/{id}/jobs", access: door.Token, tag: connectionsTag,
		summary: "List the ATS's jobs as they were last read, open ones first."},
		func(ctx context.Context, in *struct {
			OneConnection
			Listing
			Query string `query:"q" maxLength:"200" doc:"A part of title, reference or location."`
		}) (*Answer[Reading[RemoteJob]], error) {
			r, err := a.jobsOf(ctx, in.caller, in.ID, in.Query, in.Listing)
			return answer(r, err)
		})
	add(a, operation{id: "refresh-jobs", method: http.MethodPost, path: "/connections/{id}/jobs/refresh", access: door.Token, tag: connectionsTag,
		summary: "Ask for the jobs to be read again; poll the list while it is refreshing.", status: http.StatusAccepted},
		func(ctx context.Context, in *OneConnection) (*refreshed[RemoteJob], error) {
			if err := a.o.Integration.RefreshJobs(ctx, in.caller, in.ID); err != nil {
				return nil, err
			}
			r, err := a.jobsOf(ctx, in.caller, in.ID, "", Listing{})
			return made(r, err, "connections", string(in.ID), "jobs")
		})
}

func (a *API) sources() {
	add(a, operation{id: "list-sources", method: http.MethodGet, path: "/connections/{id}/sources", access: door.Token, tag: connectionsTag,
		summary: "List the ATS's sources as they were last imported."},
		func(ctx context.Context, in *struct {
			OneConnection
			Listing
		}) (*Answer[Reading[Source]], error) {
			r, err := a.sourcesOf(ctx, in.caller, in.ID, in.Listing)
			return answer(r, err)
		})
	add(a, operation{id: "import-sources", method: http.MethodPost, path: "/connections/{id}/sources/import", access: door.Admin, tag: connectionsTag,
		summary:     "Import the sources from the ATS (Admin); poll the list while it is refreshing.",
		description: "Exactly one with the platform's name is chosen at once, unless an imported one is chosen already; of several or none a person decides.", status: http.StatusAccepted},
		func(ctx context.Context, in *OneConnection) (*refreshed[Source], error) {
			if err := a.o.Integration.ImportSources(ctx, in.caller, in.ID); err != nil {
				return nil, err
			}
			r, err := a.sourcesOf(ctx, in.caller, in.ID, Listing{})
			return made(r, err, "connections", string(in.ID), "sources")
		})
	add(a, operation{id: "select-source", method: http.MethodPut, path: "/connections/{id}/sources/selected", access: door.Admin, tag: connectionsTag,
		summary: "Choose the source that stands on what is sent (Admin)."},
		func(ctx context.Context, in *struct {
			OneConnection
			Body Chosen
		}) (*Answer[Connection], error) {
			id := ""
			set(&id, in.Body.SourceID)
			v, err := a.o.Integration.SelectSource(ctx, in.caller, in.ID, id)
			return answer(connectionOf(v), err)
		})
}
