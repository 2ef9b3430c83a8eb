// Package integration is a company's connections to its ATS: credentials,
// OAuth, tests, sources, jobs and consent templates.
package integration

import (
	"context"
	"errors"
	"time"

	"handoff/internal/connector"
	"handoff/internal/recruit"
	"handoff/internal/secret"
)

var unbuilt = errors.New("unbuilt")

// Types returns the connectors of this installation, in the order of tiles.
func (e *Engine) Types() []*connector.Type                { return nil }
func (e *Engine) Type(ats string) (*connector.Type, bool) { return nil, false }

// OAuthReady tells whether the operator configured the platform's own app
// for this ATS, without which only the other ways to connect work.
func (e *Engine) OAuthReady(ats string) bool { return false }

// View is a connection with what its page shows.
type View struct {
	recruit.Connection
	Type        *connector.Type
	Held        int // deliveries held because of it
	Waiting     int // deliveries waiting
	PausedUntil time.Time
	LastTest    *recruit.TestRun
	// JobsDue and SourcesDue say that a reading was asked for and is not done;
	// JobsError and SourcesError are the kind of the last failure, or empty.
	JobsDue, SourcesDue     bool
	JobsError, SourcesError string
	SourcesReadAt           time.Time
	ConsentTemplate         recruit.Text
}

// All are the caller's company's; only an Admin may change anything (R1).
// Users and Managers may read connections and jobs (they bind processes).
func (e *Engine) Connections(ctx context.Context, c recruit.Caller) ([]View, error) {
	return nil, unbuilt
}
func (e *Engine) Connection(ctx context.Context, c recruit.Caller, id recruit.ConnectionID) (View, error) {
	return View{}, unbuilt
}

// NewConnection asks for a connection; Fields as the Type's method names them.
type NewConnection struct {
	ATS, Environment, AccessScope string
	Auth                          connector.Auth
	Fields                        map[string]secret.String
}

// Connect makes a connection: awaiting_authorization with OAuth, untested
// with a key (saved first, tested by a separate act: R2). Its consent
// template arrives filled (R6). Problem connection_exists when the company
// has a live one for this ATS and environment.
func (e *Engine) Connect(ctx context.Context, c recruit.Caller, n NewConnection) (View, error) {
	return View{}, unbuilt
}

// ReplaceCredential stores another key for the same connection.
func (e *Engine) ReplaceCredential(ctx context.Context, c recruit.Caller, id recruit.ConnectionID, fields map[string]secret.String) (View, error) {
	return View{}, unbuilt
}

// Disconnect forgets the credential and holds what is bound to it.
func (e *Engine) Disconnect(ctx context.Context, c recruit.Caller, id recruit.ConnectionID) (View, error) {
	return View{}, unbuilt
}

// Link is an authorization link of ours: it works once, for ten minutes.
type Link struct {
	Token       string // the secret part of /connect/{token}
	ExpiresAt   time.Time
	CompanyName string
	ATSTitle    string
	RequestedBy string // a name or a token's name
	Scopes      []connector.Text
	ByAPI       bool
}

// Authorize makes a link. switchAccount is the separate act of decision 19.
// returnURL must match the allow-list exactly (API only).
func (e *Engine) Authorize(ctx context.Context, c recruit.Caller, id recruit.ConnectionID, switchAccount bool, returnURL string) (Link, error) {
	return Link{}, unbuilt
}

// OpenLink shows a link without using it. ErrNotFound when used or too old.
func (e *Engine) OpenLink(ctx context.Context, token string) (Link, error) { return Link{}, unbuilt }

// FollowLink uses a link: it binds the browser whose random secret is given
// (a __Host- cookie) and returns the ATS's authorize URL.
func (e *Engine) FollowLink(ctx context.Context, token string, browser secret.String) (url string, err error) {
	return "", unbuilt
}

// CallbackResult says where the browser goes on.
type CallbackResult struct {
	Connection recruit.ConnectionID
	ReturnURL  string // empty: the connection's page
}

// Callback finishes an authorization. Wrong, replayed, expired or foreign
// state, or another browser: Problem oauth_state_invalid and nothing changes.
// errCode is the ATS's error parameter: Problem oauth_denied. A code that the
// ATS refuses: Problem oauth_code_refused. Another account than before
// without switchAccount: Problem oauth_other_account, nothing changes.
// caller is the signed-in caller of this browser, if any: with a session of
// another company it is refused as oauth_state_invalid.
func (e *Engine) Callback(ctx context.Context, caller *recruit.Caller, browser secret.String, state, code, errCode string) (CallbackResult, error) {
	return CallbackResult{}, unbuilt
}

// Confirm names the account that an API-started authorization opened.
func (e *Engine) Confirm(ctx context.Context, c recruit.Caller, id recruit.ConnectionID, accountID string) (View, error) {
	return View{}, unbuilt
}

// Test starts TEST THE CONNECTION; TestBinding starts TEST INTEGRATION for the
// choice named, saved or not. Both return at once; the run is worked by the
// connection's lane and read with TestRun.
func (e *Engine) Test(ctx context.Context, c recruit.Caller, id recruit.ConnectionID) (recruit.TestRun, error) {
	return recruit.TestRun{}, unbuilt
}
func (e *Engine) TestBinding(ctx context.Context, c recruit.Caller, p recruit.ProcessID, id recruit.ConnectionID, job recruit.RemoteJobID) (recruit.TestRun, error) {
	return recruit.TestRun{}, unbuilt
}
func (e *Engine) TestRun(ctx context.Context, c recruit.Caller, id recruit.TestRunID) (recruit.TestRun, error) {
	return recruit.TestRun{}, unbuilt
}

// Jobs returns the jobs as last read, open ones first, by title; q filters by
// title, reference and location. RefreshJobs asks the lane to read them again.
func (e *Engine) Jobs(ctx context.Context, c recruit.Caller, id recruit.ConnectionID, q string) ([]recruit.RemoteJob, error) {
	return nil, unbuilt
}
func (e *Engine) RefreshJobs(ctx context.Context, c recruit.Caller, id recruit.ConnectionID) error {
	return unbuilt
}

// Sources returns the sources as last read; ImportSources asks the lane to
// read them; SelectSource chooses one (empty: none).
func (e *Engine) Sources(ctx context.Context, c recruit.Caller, id recruit.ConnectionID) ([]recruit.Source, error) {
	return nil, unbuilt
}
func (e *Engine) ImportSources(ctx context.Context, c recruit.Caller, id recruit.ConnectionID) error {
	return unbuilt
}
func (e *Engine) SelectSource(ctx context.Context, c recruit.Caller, id recruit.ConnectionID, source string) (View, error) {
	return View{}, unbuilt
}

// SaveConsentTemplate makes a new version (R6: neither language empty).
func (e *Engine) SaveConsentTemplate(ctx context.Context, c recruit.Caller, id recruit.ConnectionID, pl, en string) (recruit.Text, error) {
	return recruit.Text{}, unbuilt
}

// Preflight reads what is known of a bound job without calling the ATS.
func (e *Engine) Preflight(ctx context.Context, c recruit.Caller, id recruit.ConnectionID, job recruit.RemoteJobID) (recruit.RemoteJob, []recruit.TestCheck, error) {
	return recruit.RemoteJob{}, nil, unbuilt
}
