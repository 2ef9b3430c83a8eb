package api

import (
	"context"
	"net/http"
	"time"

	"handoff/internal/company"
	"handoff/internal/delivery"
	"handoff/internal/door"
	"handoff/internal/recruit"
)

// Cause is what needs a person: one reason at one connection.
type Cause struct {
	ID             string                  `json:"id"`
	State          recruit.DeliveryState   `json:"state"`
	Reason         Reason                  `json:"reason"`
	ConnectionID   *string                 `json:"connection_id"`
	ATS            *string                 `json:"ats"`
	Count          int                     `json:"count"`
	OldestAt       *time.Time              `json:"oldest_at"`
	ApplicationIDs []recruit.ApplicationID `json:"application_ids" nullable:"false" doc:"At most five of them."`
}

// Retry asks to try all of a cause again.
type Retry struct {
	DryRun bool `json:"dry_run,omitempty" doc:"Only count."`
}

// Retried says how many.
type Retried struct {
	Count  int  `json:"count"`
	DryRun bool `json:"dry_run"`
}

// AuditRecord is who did what to what, when.
type AuditRecord struct {
	ID     string            `json:"id"`
	At     time.Time         `json:"at"`
	Actor  string            `json:"actor"`
	Action string            `json:"action"`
	Object string            `json:"object"`
	Data   map[string]string `json:"data"`
}

func causeOf(c delivery.Cause) Cause {
	reason := reasonOf(c.Reason, c.VendorCode, c.Turn).value
	if reason == nil {
		reason = reasonOf(string(c.State), c.VendorCode, c.Turn).value
	}
	return Cause{ID: c.ID, State: c.State, Reason: *reason, ConnectionID: word(c.Connection), ATS: word(c.ATS), Count: c.Count,
		OldestAt: when(c.Oldest), ApplicationIDs: list(c.Examples)}
}

func (a *API) attention() {
	add(a, operation{id: "list-attention", method: http.MethodGet, path: "/attention", access: door.Token, tag: "Attention",
		summary: "List what needs a person, grouped by cause, most urgent first."},
		func(ctx context.Context, in *struct {
			Asked
			Listing
		}) (*Answer[Page[Cause]], error) {
			all, err := a.o.Delivery.Attention(ctx, in.caller)
			if err != nil {
				return nil, err
			}
			return answer(partOf(all, in.Listing, causeOf), nil)
		})
	add(a, operation{id: "retry-cause", method: http.MethodPost, path: "/attention/{cause}/retry", access: door.Token, tag: "Attention",
		summary: "Try all of one cause again, or count them."},
		func(ctx context.Context, in *struct {
			Asked
			Cause string `path:"cause"`
			Body  *Retry
		}) (*Answer[Retried], error) {
			dry := in.Body != nil && in.Body.DryRun
			n, err := a.o.Delivery.RetryCause(ctx, in.caller, in.Cause, dry)
			return answer(Retried{n, dry}, err)
		})
}

func (a *API) audit() {
	add(a, operation{id: "list-audit", method: http.MethodGet, path: "/audit", access: door.AnyToken, tag: "Attention",
		summary: "List who did what, newest first (Admin): identifiers, no personal data."},
		func(ctx context.Context, in *struct {
			Asked
			Listing
		}) (*Answer[Page[AuditRecord]], error) {
			p, err := a.o.Company.Audit(ctx, in.caller, in.list())
			return pageOf(p, err, func(r company.AuditRecord) AuditRecord {
				if r.Data == nil {
					r.Data = map[string]string{}
				}
				return AuditRecord{r.ID, at(r.At), r.Actor, r.Action, r.Object, r.Data}
			})
		})
}
