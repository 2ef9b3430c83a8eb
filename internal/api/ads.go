package api

import (
	"context"
	"net/http"
	"time"

	"handoff/internal/connector"
	"handoff/internal/door"
	"handoff/internal/multipost"
	"handoff/internal/recruit"
)

// Ad is a job ad that the ATS multiposts, with what was made of it. Its
// description is that of the process.
type Ad struct {
	ID           recruit.AdID         `json:"id"`
	ConnectionID recruit.ConnectionID `json:"connection_id"`
	Key          string               `json:"key" doc:"The ATS's own."`
	State        multipost.State      `json:"state" enum:"listed,withdrawn,expired,absent,foreign"`
	Title        string               `json:"title"`
	Reference    string               `json:"reference"`
	Cities       []string             `json:"cities" nullable:"false"`
	Categories   []string             `json:"categories" nullable:"false"`
	URL          *string              `json:"url" doc:"The original."`
	Clause       string               `json:"clause" doc:"The ad's information clause, as safe HTML; never part of the description."`
	Problems     []Note               `json:"problems" nullable:"false"`
	Draft        Null[AdDraft]        `json:"draft"`
	ProposedJob  Null[AdJob]          `json:"proposed_job" doc:"What the process might be bound to; a binding is made by saving one."`
	PublishedAt  *time.Time           `json:"published_at"`
	ExpiresAt    *time.Time           `json:"expires_at"`
	SeenAt       *time.Time           `json:"seen_at" doc:"When a listing last had it."`
	ChangedAt    *time.Time           `json:"changed_at"`
	CreatedAt    time.Time            `json:"created_at"`
}

// AdDraft is the process that was made of an ad.
type AdDraft struct {
	ProcessID recruit.ProcessID    `json:"process_id"`
	State     recruit.ProcessState `json:"state" enum:"draft,open,closed"`
	Touched   bool                 `json:"touched" doc:"A person saved it since: the ad changes it no more by itself."`
	Differs   []string             `json:"differs" nullable:"false" doc:"Fields that the ATS changed since, and that wait for a person to accept them."`
	Missing   []string             `json:"missing" nullable:"false" doc:"What is missing before it can be published."`
}

// AdJob is a job in the ATS.
type AdJob struct {
	RemoteJobID recruit.RemoteJobID `json:"remote_job_id"`
	Title       string              `json:"title"`
}

// AdReading is how a connection's ads are read.
type AdReading struct {
	ReadAt         *time.Time `json:"read_at" doc:"When they were last read; null for never."`
	CompleteReadAt *time.Time `json:"complete_read_at" doc:"When everything was last read, and not only what changed."`
	PushedAt       *time.Time `json:"pushed_at" doc:"When the ATS last pushed."`
	Refreshing     bool       `json:"refreshing" doc:"A reading was asked for and is not done."`
	Error          *string    `json:"error" doc:"Why the last reading failed."`
	Listed         int        `json:"listed" doc:"Ads in the last complete listing. From an empty one nothing is concluded: no ad is over because of it."`
	Ads            int        `json:"ads" doc:"For this platform, as kept."`
	Foreign        int        `json:"foreign" doc:"Ads for other platforms in the same listing: kept and not used."`
	Refused        int        `json:"refused" doc:"Ads of the last listing beyond the 2,000 that are taken."`
}

// AdsTaken is what a push did.
type AdsTaken struct {
	Ads       int `json:"ads"`
	Created   int `json:"created" doc:"Drafts."`
	Updated   int `json:"updated" doc:"Drafts that nobody had touched."`
	Closed    int `json:"closed" doc:"Drafts that nobody had touched."`
	Reopened  int `json:"reopened" doc:"Drafts."`
	Unchanged int `json:"unchanged"`
	Foreign   int `json:"foreign" doc:"For other platforms."`
	Refused   int `json:"refused" doc:"Beyond the 2,000 that are taken at once."`
}

func (a *API) adOf(v multipost.View) Ad {
	c := v.Content
	out := Ad{ID: v.ID, ConnectionID: v.Connection, Key: v.Key, State: v.State, Title: c.Title, Reference: c.Reference, Cities: list(c.Cities),
		Categories: list(c.Categories), URL: word(c.URL), Clause: c.Clause, PublishedAt: when(c.PublishedAt), ExpiresAt: when(c.ExpiresAt),
		SeenAt: when(v.SeenAt), ChangedAt: when(v.ChangedAt), CreatedAt: at(v.CreatedAt),
		Problems: each(v.Problems, func(code string) Note { return Note{code, sentence(code)} })}
	if v.Draft.Exists {
		out.Draft = some(AdDraft{ProcessID: v.Process, State: v.Draft.State, Touched: v.Touched(),
			Differs: each(v.Differences(), func(d multipost.Difference) string { return d.Field }), Missing: list(v.Missing)})
	}
	if v.Proposed != nil {
		out.ProposedJob = some(AdJob{v.Proposed.ID, v.Proposed.Title})
	}
	return out
}

func (a *API) adReading(ctx context.Context, c recruit.Caller, id recruit.ConnectionID) (AdReading, error) {
	r, err := a.o.Multipost.Reading(ctx, c, id)
	return AdReading{ReadAt: when(r.ReadAt), CompleteReadAt: when(r.CompleteAt), PushedAt: when(r.PushedAt), Refreshing: r.Due, Error: word(r.Error),
		Listed: r.Listed, Ads: r.Ads, Foreign: r.Foreign, Refused: r.Refused}, err
}

func (a *API) ads() {
	const tag = "Ads"
	add(a, operation{id: "list-ads", method: http.MethodGet, path: "/ads", access: door.Token, tag: tag,
		summary: "List multiposted ads and their drafts, newest first."},
		func(ctx context.Context, in *struct {
			Asked
			Listing
			Connection recruit.ConnectionID `query:"connection_id"`
			Process    recruit.ProcessID    `query:"process_id"`
			Foreign    bool                 `query:"foreign" doc:"Those for other platforms instead of ours."`
		}) (*Answer[Page[Ad]], error) {
			p, err := a.o.Multipost.List(ctx, in.caller, multipost.Filter{Connection: in.Connection, Process: in.Process, Foreign: in.Foreign, List: in.list()})
			return pageOf(p, err, a.adOf)
		})
	add(a, operation{id: "get-ad", method: http.MethodGet, path: "/ads/{id}", access: door.Token, tag: tag, summary: "Read an ad."},
		func(ctx context.Context, in *struct {
			Asked
			ID recruit.AdID `path:"id"`
		}) (*Answer[Ad], error) {
			v, err := a.o.Multipost.Get(ctx, in.caller, in.ID)
			return answer(a.adOf(v), err)
		})
	add(a, operation{id: "push-ads", method: http.MethodPost, path: "/ads", access: door.Admin, tag: tag, body: connector.MaxAdBytes, raw: true,
		summary: "Take a listing of ads as the ATS sends it (Admin).",
		description: "The same as reading it, for ATSs that push: the body is the ATS's own. The same body again changes nothing. What it does not name " +
			"is not gone: that is seen by reading everything."},
		func(ctx context.Context, in *struct {
			Asked
			Connection recruit.ConnectionID `query:"connection_id" required:"true"`
			RawBody    []byte               `contentType:"application/json"`
		}) (*Answer[AdsTaken], error) {
			n, err := a.o.Multipost.Push(ctx, in.caller, in.Connection, in.RawBody)
			return answer(AdsTaken(n), err)
		})
	add(a, operation{id: "get-ad-reading", method: http.MethodGet, path: "/connections/{id}/ads", access: door.Token, tag: tag,
		summary: "Tell how the ads of a connection are read; 404 where its ATS multiposts none."},
		func(ctx context.Context, in *OneConnection) (*Answer[AdReading], error) {
			r, err := a.adReading(ctx, in.caller, in.ID)
			return answer(r, err)
		})
	add(a, operation{id: "refresh-ads", method: http.MethodPost, path: "/connections/{id}/ads/refresh", access: door.Token, tag: tag,
		summary: "Ask for all ads to be read now; poll the reading while it is refreshing.", status: http.StatusAccepted},
		func(ctx context.Context, in *OneConnection) (*Made[AdReading], error) {
			if err := a.o.Multipost.Refresh(ctx, in.caller, in.ID); err != nil {
				return nil, err
			}
			r, err := a.adReading(ctx, in.caller, in.ID)
			return made(r, err, "connections", string(in.ID), "ads")
		})
}
