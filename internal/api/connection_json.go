package api

import (
	"time"

	"handoff/internal/connector"
	"handoff/internal/integration"
	"handoff/internal/recruit"
	"handoff/internal/secret"
)

// Connection on the wire.
type Connection struct {
	ID          recruit.ConnectionID    `json:"id"`
	ATS         string                  `json:"ats"`
	Auth        string                  `json:"auth" enum:"oauth,client_credentials,api_key,access_key"`
	Environment string                  `json:"environment" enum:"production,sandbox"`
	State       recruit.ConnectionState `json:"state" enum:"awaiting_authorization,awaiting_confirmation,untested,connected,failing,broken,disconnected"`
	StateReason Null[Reason]            `json:"state_reason"`
	AccessScope *string                 `json:"access_scope" doc:"all or selected; null where the ATS has none."`
	Source      Null[Source]            `json:"source"`
	Account     Null[Account]           `json:"account"`
	Accounts    []Account               `json:"accounts" nullable:"false" doc:"What the key opens, when it opens several: confirm one of them."`
	NewSavedAt  *time.Time              `json:"new_credential_saved_at" doc:"Since when another credential waits beside the one in use; a test has it take over."`
	Report      Null[Checked]           `json:"report"`
	Quota       Quota                   `json:"quota"`
	StageSync   StageSync               `json:"stage_sync"`
	Deliveries  Deliveries              `json:"deliveries"`
	JobsReadAt  *time.Time              `json:"jobs_read_at"`
	LastTestRun *string                 `json:"last_test_run_id"`
	CreatedAt   time.Time               `json:"created_at"`
	ConnectedAt *time.Time              `json:"connected_at"`
	CheckedAt   *time.Time              `json:"checked_at"`
}

// Checked is what the connection was last found to be: by a test, or in the night.
type Checked struct {
	At     time.Time   `json:"at"`
	Checks []TestCheck `json:"checks" nullable:"false"`
}

// Source on the wire.
type Source struct {
	ID        string `json:"id"`
	Name      string `json:"name"`
	Group     string `json:"group,omitempty"`
	Suggested bool   `json:"suggested,omitempty" doc:"Its name is the platform's."`
	Typed     bool   `json:"typed,omitempty" doc:"Its id was typed, not imported: nobody has seen it in the ATS's list."`
}

// Account is whose ATS it is.
type Account struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	User string `json:"user"`
}

// Quota is what the vendor allows one credential.
type Quota struct {
	RequestsPerSecond float64 `json:"requests_per_second" doc:"To one endpoint."`
	Concurrency       int     `json:"concurrency"`
}

// StageSync says how stages come back.
type StageSync struct {
	Enabled   bool            `json:"enabled"`
	Mapping   string          `json:"mapping" enum:"missing,incomplete,complete,stale"`
	LastRunAt *time.Time      `json:"last_run_at"`
	Promise   *string         `json:"promise"`
	Today     Null[Freshness] `json:"today" doc:"How the promise was kept since midnight; null for a daily run, and while nothing changed."`
}

// Deliveries counts what depends on a connection.
type Deliveries struct {
	Waiting     int        `json:"waiting"`
	Held        int        `json:"held"`
	PausedUntil *time.Time `json:"paused_until"`
}

// Credentials are what an Admin types; which, depends on auth.
type Credentials struct {
	ClientID     *string `json:"client_id,omitempty" writeOnly:"true"`
	ClientSecret *string `json:"client_secret,omitempty" writeOnly:"true"`
	APIKey       *string `json:"api_key,omitempty" writeOnly:"true"`
	AccessKey    *string `json:"access_key,omitempty" writeOnly:"true"`
	Username     *string `json:"username,omitempty" writeOnly:"true"`
	Password     *string `json:"password,omitempty" writeOnly:"true"`
}

// NewConnection asks for one.
type NewConnection struct {
	ATS         string       `json:"ats" doc:"E.g. smartrecruiters."`
	Auth        string       `json:"auth" enum:"oauth,client_credentials,api_key,access_key"`
	Credentials *Credentials `json:"credentials,omitempty" doc:"None with oauth."`
	AccessScope string       `json:"access_scope,omitempty" enum:"all,selected"`
	Environment string       `json:"environment,omitempty" enum:"production,sandbox" doc:"production when absent."`
}

// fields are the credentials by the names that connectors use.
func (c *Credentials) fields() map[string]secret.String {
	out := map[string]secret.String{}
	if c == nil {
		return out
	}
	for name, v := range map[string]*string{"client_id": c.ClientID, "client_secret": c.ClientSecret, "api_key": c.APIKey, "access_key": c.AccessKey,
		"username": c.Username, "password": c.Password} {
		if v != nil {
			out[name] = secret.New(*v)
		}
	}
	return out
}

func sourceOf(s recruit.Source) Source {
	if s.Group == connector.SourceTyped {
		return Source{ID: s.ID, Name: s.Name, Typed: true}
	}
	return Source{ID: s.ID, Name: s.Name, Group: s.Group, Suggested: s.Suggested}
}

func connectionOf(v integration.View) Connection {
	out := Connection{ID: v.ID, ATS: v.ATS, Auth: v.Auth, Environment: v.Environment, State: v.State,
		StateReason: reasonOf(v.Reason, "", v.Turn), AccessScope: word(v.AccessScope), StageSync: StageSync{Mapping: "missing"},
		Deliveries: Deliveries{v.Waiting, v.Held, when(v.PausedUntil)}, JobsReadAt: when(v.JobsReadAt), CreatedAt: at(v.CreatedAt),
		ConnectedAt: when(v.ConnectedAt), CheckedAt: when(v.CheckedAt), NewSavedAt: when(v.NextSavedAt),
		Accounts: each(v.Accounts, func(a recruit.Account) Account { return Account(a) })}
	if !v.ReportAt.IsZero() {
		out.Report = some(Checked{at(v.ReportAt), each(v.Report, checkOf)})
	}
	if v.Source != nil {
		out.Source = some(sourceOf(*v.Source))
	}
	if v.Account != nil {
		out.Account = some(Account(*v.Account))
	}
	if v.LastTest != nil {
		out.LastTestRun = word(v.LastTest.ID)
	}
	if v.Type != nil {
		out.Quota = quotaOf(v.Type.Limits)
	}
	return out
}

func quotaOf(l connector.Limits) Quota { return Quota{l.PerSecond, l.Concurrency} }
