// Package erecruiter connects to eRecruiter (Poland, eRecruitment Solutions).
//
// The vendor publishes no developer documentation. What is confirmed is used as
// it is; all else is data in one mapping (mapping/builtin.json, or the operator's
// file), and nothing here knows a path, a field or a code of the vendor's.
// README.md is for whoever goes on with this.
package erecruiter

import (
	"time"

	"handoff/internal/connector"
	"handoff/internal/connectors/erecruiter/internal/erapi"
)

// Name is the connector's wire name.
const Name = "erecruiter"

// Names of the fields that an Admin types.
const (
	fieldAccessKey    = "access_key"
	fieldClientID     = "client_id"
	fieldClientSecret = "client_secret"
	fieldUsername     = "username"
	fieldPassword     = "password"
)

// Type returns the connector as data, with the built-in mapping; each call a
// fresh copy.
func Type() *connector.Type { return TypeWith(Builtin()) }

// TypeWith returns the connector with another mapping, see ParseMapping. All
// that a mapping can say of the connector is taken from it: hosts, ways to
// connect, limits, files.
func TypeWith(m *Mapping) *connector.Type {
	pages := &erapi.Pages{}
	t := &connector.Type{
		Name:  Name,
		Title: "eRecruiter",
		Auths: auths(m),
		// AuthorizeURL is where recruiters work, and so where a card is seen.
		Hosts: map[string]connector.Hosts{"production": {APIURL: m.API, AuthorizeURL: m.Web, TokenURL: m.Auth.TokenURL}},
		Limits: connector.Limits{
			PerSecond:      m.Limits.PerSecond,
			Together:       true, // of one company, whatever is asked (A)
			Concurrency:    m.Limits.Concurrency,
			LongestRequest: time.Duration(m.Limits.LongestRequest),
			ListingLag:     time.Duration(m.Limits.Listing),
		},
		File:            connector.FileLimit{MaxBytes: m.Files.MaxBytes, Extensions: m.Files.Extensions},
		Tags:            false, // no way to write a tag is known; found again by e-mail, source and time
		CanRemove:       false, // nothing that removes is known (U)
		TypedSources:    true,  // that an origin is a source is inferred
		NewSource:       newSource(),
		SharedJobs:      true,
		ConsentPerJob:   true,
		Multiposts:      true,
		AdFeeds:         true,
		TellsStages:     m.Has(erapi.OpStages) || m.Has(erapi.OpJobStages),
		AdGuide:         adGuide(),
		AdPortal:        m.Ads.Portal,
		ParseAds:        parseAds(m),
		ConsentTemplate: consentTemplate(),
		Open: func(s connector.Settings, env connector.Env) (connector.Connector, error) {
			return open(m, pages, s, env)
		},
	}
	if m.Auth.Exchanged() {
		t.OAuth = tokens{m}
	}
	return t
}
