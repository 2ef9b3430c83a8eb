package api

import (
	"context"
	"net/http"
	"time"

	"handoff/internal/connector"
	"handoff/internal/door"
	"handoff/internal/integration"
	"handoff/internal/recruit"
)

// OneConnection names a connection in a path.
type OneConnection struct {
	Asked
	ID recruit.ConnectionID `path:"id"`
}

// ConnectionPatch replaces what was typed.
type ConnectionPatch struct {
	Credentials *Credentials `json:"credentials,omitempty" doc:"Of a connection whose account is known they wait beside those in use until a test shows the same account."`
	AccessScope string       `json:"access_scope,omitempty" enum:"all,selected" doc:"What the key opens; with credentials: what the new one does."`
}

// Authorize asks for a link.
type Authorize struct {
	ReturnURL     string `json:"return_url,omitempty" doc:"Where the browser ends; must be on the installation's list, exactly."`
	SwitchAccount bool   `json:"switch_account,omitempty" doc:"Allow an account other than before: deliveries are held and bindings untested."`
}

// AuthorizeLink is a link of ours: it works once, for ten minutes.
type AuthorizeLink struct {
	URL       string    `json:"url"`
	ExpiresAt time.Time `json:"expires_at"`
}

// Confirm names the account that was meant.
type Confirm struct {
	AccountID string `json:"account_id"`
}

const connectionsTag = "Connections"

func (a *API) connections() {
	add(a, operation{id: "list-connections", method: http.MethodGet, path: "/connections", access: door.Token, tag: connectionsTag,
		summary: "List the company's connections to its ATSs."},
		func(ctx context.Context, in *struct {
			Asked
			Listing
		}) (*Answer[Page[Connection]], error) {
			all, err := a.o.Integration.Connections(ctx, in.caller)
			part := partOf(all, in.Listing, connectionOf)
			for i := range part.Items {
				if err == nil {
					part.Items[i], err = a.synced(ctx, in.caller, part.Items[i])
				}
			}
			return answer(part, err)
		})
	add(a, operation{id: "create-connection", method: http.MethodPost, path: "/connections", access: door.Admin, tag: connectionsTag,
		summary:     "Make a connection (Admin). Test it by a separate call.",
		description: "With oauth it awaits authorization; with a key it is untested.", status: http.StatusCreated, creates: true},
		func(ctx context.Context, in *struct {
			Asked
			Body NewConnection
		}) (*Made[Connection], error) {
			b := in.Body
			v, err := a.o.Integration.Connect(ctx, in.caller, integration.NewConnection{ATS: b.ATS, Environment: b.Environment,
				AccessScope: b.AccessScope, Auth: connector.Auth(b.Auth), Fields: b.Credentials.fields()})
			return made(connectionOf(v), err, "connections", string(v.ID))
		})
	add(a, operation{id: "get-connection", method: http.MethodGet, path: "/connections/{id}", access: door.Token, tag: connectionsTag, summary: "Read a connection."},
		func(ctx context.Context, in *OneConnection) (*Answer[Connection], error) {
			v, err := a.o.Integration.Connection(ctx, in.caller, in.ID)
			if err != nil {
				return nil, err
			}
			c, err := a.synced(ctx, in.caller, connectionOf(v))
			return answer(c, err)
		})
	add(a, operation{id: "change-connection", method: http.MethodPatch, path: "/connections/{id}", access: door.Admin, tag: connectionsTag,
		summary:     "Replace the key or the client credentials, or say what the key opens (Admin).",
		description: "Where an account is known, the new credentials are kept beside those in use: test the connection, and they take over when they open the same account."},
		func(ctx context.Context, in *struct {
			OneConnection
			Body ConnectionPatch
		}) (*Answer[Connection], error) {
			if in.Body.Credentials == nil {
				v, err := a.o.Integration.SetScope(ctx, in.caller, in.ID, in.Body.AccessScope)
				return answer(connectionOf(v), err)
			}
			v, err := a.o.Integration.ReplaceCredential(ctx, in.caller, in.ID, in.Body.Credentials.fields(), in.Body.AccessScope)
			return answer(connectionOf(v), err)
		})
	add(a, operation{id: "discard-new-credential", method: http.MethodDelete, path: "/connections/{id}/new-credential", access: door.Admin, tag: connectionsTag,
		summary: "Forget the credential that waits beside the one in use (Admin); 404 when none waits.", status: http.StatusNoContent},
		func(ctx context.Context, in *OneConnection) (*none, error) {
			_, err := a.o.Integration.DiscardCredential(ctx, in.caller, in.ID)
			return &none{}, err
		})
	add(a, operation{id: "disconnect", method: http.MethodDelete, path: "/connections/{id}", access: door.Admin, tag: connectionsTag,
		summary: "Forget the credential and hold what is bound to it (Admin).", status: http.StatusNoContent},
		func(ctx context.Context, in *OneConnection) (*none, error) {
			_, err := a.o.Integration.Disconnect(ctx, in.caller, in.ID)
			return &none{}, err
		})
	add(a, operation{id: "test-connection", method: http.MethodPost, path: "/connections/{id}/test", access: door.Admin, tag: connectionsTag,
		summary: "TEST THE CONNECTION (Admin).", status: http.StatusAccepted, creates: true},
		func(ctx context.Context, in *OneConnection) (*Made[TestRun], error) {
			t, err := a.o.Integration.Test(ctx, in.caller, in.ID)
			return made(testRunOf(t), err, "test-runs", string(t.ID))
		})
	a.authorization()
}

func (a *API) authorization() {
	add(a, operation{id: "authorize", method: http.MethodPost, path: "/connections/{id}/authorize", access: door.Admin, tag: connectionsTag,
		summary: "Make a link that authorizes the connection in a browser, once, within ten minutes (Admin)."},
		func(ctx context.Context, in *struct {
			OneConnection
			Body *Authorize
		}) (*Answer[AuthorizeLink], error) {
			if in.Body == nil {
				in.Body = &Authorize{}
			}
			l, err := a.o.Integration.Authorize(ctx, in.caller, in.ID, in.Body.SwitchAccount, in.Body.ReturnURL)
			return answer(AuthorizeLink{a.o.PublicURL + "/connect/" + l.Token, at(l.ExpiresAt)}, err)
		})
	add(a, operation{id: "confirm-connection", method: http.MethodPost, path: "/connections/{id}/confirm", access: door.Admin, tag: connectionsTag,
		summary:     "Name the account that the authorization opened, so that it is used (Admin).",
		description: "Or which of accounts, when a key opens several; then test the connection again."},
		func(ctx context.Context, in *struct {
			OneConnection
			Body Confirm
		}) (*Answer[Connection], error) {
			v, err := a.o.Integration.Confirm(ctx, in.caller, in.ID, in.Body.AccountID)
			return answer(connectionOf(v), err)
		})
	add(a, operation{id: "get-consent-template", method: http.MethodGet, path: "/connections/{id}/consent-template", access: door.Token, tag: connectionsTag,
		summary: "Read the newest text that asks to pass data to this ATS."},
		func(ctx context.Context, in *OneConnection) (*Answer[Text], error) {
			v, err := a.o.Integration.Connection(ctx, in.caller, in.ID)
			return answer(textOf(v.ConsentTemplate), err)
		})
	add(a, operation{id: "save-consent-template", method: http.MethodPut, path: "/connections/{id}/consent-template", access: door.Admin, tag: connectionsTag,
		body: textBody, summary: "Save that text as a new version (Admin). Neither language may be empty."},
		func(ctx context.Context, in *struct {
			OneConnection
			Body NewText
		}) (*Answer[Text], error) {
			t, err := a.o.Integration.SaveConsentTemplate(ctx, in.caller, in.ID, in.Body.Texts.PL, in.Body.Texts.EN)
			return answer(textOf(t), err)
		})
}
