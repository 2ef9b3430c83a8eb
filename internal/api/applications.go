package api

import (
	"context"
	"mime"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"handoff/internal/apply"
	"handoff/internal/door"
	"handoff/internal/recruit"
)

// OneApplication names an application in a path.
type OneApplication struct {
	Asked
	ID recruit.ApplicationID `path:"id"`
}

// Narrowed is how a list of applications is narrowed.
type Narrowed struct {
	Stage        recruit.Stage         `query:"stage" enum:"waiting_for_decision,evaluating,invited,offer_submitted,hired,negative"`
	Delivery     recruit.DeliveryState `query:"delivery" enum:"withheld,held,waiting,attempting,unanswered,delivered,linked,needs_attention,cancelled,none"`
	UpdatedSince time.Time             `query:"updated_since" doc:"RFC 3339."`
}

// Event is one line of an application's history.
type Event struct {
	At    time.Time         `json:"at"`
	Kind  string            `json:"kind"`
	Actor string            `json:"actor" doc:"candidate, system, or a user's or token's id."`
	Data  map[string]string `json:"data"`
}

// NewStage is a manual move.
type NewStage struct {
	Stage recruit.Stage `json:"stage" enum:"waiting_for_decision,evaluating,invited,offer_submitted,hired,negative"`
}

// Search is what may not stand in a URL.
type Search struct {
	Email     string            `json:"email" doc:"The whole address; compared without case."`
	ProcessID recruit.ProcessID `json:"process_id,omitempty"`
}

// CVFile is the answer with a CV's bytes.
type CVFile struct {
	ContentType string `header:"Content-Type"`
	Disposition string `header:"Content-Disposition"`
	Body        []byte
}

func (a *API) applications() {
	const tag = "Applications"
	add(a, operation{id: "list-applications", method: http.MethodGet, path: "/applications", access: door.Token, tag: tag,
		summary:     "List applications, newest first.",
		description: "An e-mail address never stands in a URL: search for one with POST /applications/search."},
		func(ctx context.Context, in *struct {
			Asked
			Listing
			Narrowed
			ProcessID recruit.ProcessID `query:"process_id"`
			Query     string            `query:"q" maxLength:"254" doc:"Without @, see above."`
		}) (*Answer[Page[Application]], error) {
			if strings.Contains(in.Query, "@") {
				return nil, newProblem(http.StatusUnprocessableEntity, "use_search")
			}
			return a.listApplications(ctx, in.caller, in.ProcessID, in.Query, in.Narrowed, in.Listing)
		})
	add(a, operation{id: "list-process-applications", method: http.MethodGet, path: "/processes/{id}/applications", access: door.Token, tag: tag,
		summary: "List the applications of one process."},
		func(ctx context.Context, in *struct {
			OneProcess
			Listing
			Narrowed
		}) (*Answer[Page[Application]], error) {
			if _, err := a.o.Process.Get(ctx, in.caller, in.ID); err != nil {
				return nil, err
			}
			return a.listApplications(ctx, in.caller, in.ID, "", in.Narrowed, in.Listing)
		})
	add(a, operation{id: "search-applications", method: http.MethodPost, path: "/applications/search", access: door.Token, tag: tag,
		summary: "Find a person's applications by e-mail address."},
		func(ctx context.Context, in *struct {
			Asked
			Listing
			Body Search
		}) (*Answer[Page[Application]], error) {
			return a.listApplications(ctx, in.caller, in.Body.ProcessID, in.Body.Email, Narrowed{}, in.Listing)
		})
	add(a, operation{id: "get-application", method: http.MethodGet, path: "/applications/{id}", access: door.Token, tag: tag, summary: "Read an application."},
		func(ctx context.Context, in *OneApplication) (*Answer[Application], error) {
			v, err := a.o.Apply.Get(ctx, in.caller, in.ID)
			return answer(applicationOf(v), err)
		})
	add(a, operation{id: "get-timeline", method: http.MethodGet, path: "/applications/{id}/timeline", access: door.Token, tag: tag,
		summary: "Read everything that happened to an application, oldest first."},
		func(ctx context.Context, in *struct {
			OneApplication
			Listing
		}) (*Answer[Page[Event]], error) {
			all, err := a.o.Apply.Timeline(ctx, in.caller, in.ID)
			return answer(partOf(all, in.Listing, func(e recruit.TimelineEvent) Event {
				if e.Data == nil {
					e.Data = map[string]string{}
				}
				return Event{at(e.At), e.Kind, e.Actor, e.Data}
			}), err)
		})
	a.cv()
	a.moves()
}

func (a *API) listApplications(ctx context.Context, c recruit.Caller, process recruit.ProcessID, q string, n Narrowed, l Listing) (*Answer[Page[Application]], error) {
	p, err := a.o.Apply.List(ctx, c, apply.Filter{Process: process, Stage: n.Stage, Delivery: n.Delivery, Query: q,
		UpdatedSince: n.UpdatedSince, List: l.list()})
	return pageOf(p, err, applicationOf)
}

// cv is registered by hand: its answer is whatever the candidate sent.
func (a *API) cv() {
	o := operation{id: "get-cv", method: http.MethodGet, path: "/applications/{id}/cv", access: door.Token, tag: "Applications"}
	op := huma.Operation{OperationID: o.id, Method: o.method, Path: o.path, Tags: []string{o.tag}, BodyReadTimeout: usualTime,
		Summary: "Read the CV, byte for byte. That it was read is audited.", Metadata: map[string]any{"operation": o},
		Responses: map[string]*huma.Response{"200": {Description: "OK", Content: map[string]*huma.MediaType{
			"*/*": {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}}}}}
	a.addTo(&op, o, func(op huma.Operation) {
		huma.Register(a.huma, op, func(ctx context.Context, in *OneApplication) (*CVFile, error) {
			cv, b, err := a.o.Apply.OpenCV(ctx, in.caller, in.ID)
			if err != nil {
				return nil, a.refuse(o.id, err)
			}
			return &CVFile{ContentType: cv.ContentType, Body: b,
				Disposition: mime.FormatMediaType("attachment", map[string]string{"filename": cv.FileName})}, nil
		})
	})
}

// moves are what is done to an application that is there.
func (a *API) moves() {
	const tag = "Applications"
	add(a, operation{id: "move-application", method: http.MethodPatch, path: "/applications/{id}", access: door.Token, tag: tag,
		summary: "Move an application to another stage, by hand."},
		func(ctx context.Context, in *struct {
			OneApplication
			Body NewStage
		}) (*Answer[Application], error) {
			v, err := a.o.Apply.ChangeStage(ctx, in.caller, in.ID, in.Body.Stage)
			return answer(applicationOf(v), err)
		})
	add(a, operation{id: "withdraw-application", method: http.MethodPost, path: "/applications/{id}/withdraw", access: door.Token, tag: tag,
		summary: "Record that the candidate withdrew. What was not sent is cancelled."},
		func(ctx context.Context, in *OneApplication) (*Answer[Application], error) {
			v, err := a.o.Apply.Withdraw(ctx, in.caller, in.ID)
			return answer(applicationOf(v), err)
		})
	add(a, operation{id: "retry-delivery", method: http.MethodPost, path: "/applications/{id}/delivery/retry", access: door.Token, tag: tag,
		summary: "Try the delivery again, from needs_attention, held or waiting; and what came to the ATS and is gone from it, which is looked for there first.", status: http.StatusAccepted},
		func(ctx context.Context, in *OneApplication) (*Made[Application], error) {
			if _, err := a.o.Delivery.Retry(ctx, in.caller, in.ID); err != nil {
				return nil, err
			}
			v, err := a.o.Apply.Get(ctx, in.caller, in.ID)
			return made(applicationOf(v), err, "applications", string(in.ID))
		})
	add(a, operation{id: "leave-gone", method: http.MethodPost, path: "/applications/{id}/delivery/leave", access: door.Token, tag: tag,
		summary: "Say that it is meant for an application not to be in the ATS any more: it is no difference then.", status: http.StatusNoContent},
		func(ctx context.Context, in *OneApplication) (*none, error) {
			return &none{}, a.o.Delivery.Leave(ctx, in.caller, in.ID)
		})
	add(a, operation{id: "erase-application", method: http.MethodPost, path: "/applications/{id}/erase", access: door.Admin, tag: tag,
		summary: "Destroy the candidate's data and CV, and cancel the delivery (Admin). It cannot be undone.", status: http.StatusNoContent},
		func(ctx context.Context, in *OneApplication) (*none, error) {
			return &none{}, a.o.Apply.Erase(ctx, in.caller, in.ID)
		})
}
