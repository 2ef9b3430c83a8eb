// Package smartrecruiters connects to SmartRecruiters, by its Customer API.
//
// The vendor knows no idempotency key and no documented handling of duplicates
// (reference 1.10, 14.1), so that everything here is built to be looked up
// again: each candidate carries a tag of its own, and each file is compared by
// its SHA-256. README.md is for whoever goes on with this.
package smartrecruiters

import (
	"time"

	"handoff/internal/connector"
)

// Name is the connector's wire name.
const Name = "smartrecruiters"

// Names of the fields that an Admin types.
const (
	fieldClientID     = "client_id"
	fieldClientSecret = "client_secret"
	fieldAPIKey       = "api_key"
)

// Type returns the connector as data; each call a fresh copy.
func Type() *connector.Type {
	return &connector.Type{
		Name:   Name,
		Title:  "SmartRecruiters",
		Auths:  auths(),
		Scopes: scopes(),
		Scope:  scopeTexts(),
		Hosts: map[string]connector.Hosts{
			"production": {APIURL: "https://api.smartrecruiters.com", // S, D
				AuthorizeURL: "https://www.smartrecruiters.com/identity/oauth/allow",
				TokenURL:     "https://api.smartrecruiters.com/identity/oauth/token"},
			"sandbox": {APIURL: "https://api.sandbox.smartrecruiters.com", // 3; the login page is a guess (I)
				AuthorizeURL: "https://www.sandbox.smartrecruiters.com/identity/oauth/allow",
				TokenURL:     "https://api.sandbox.smartrecruiters.com/identity/oauth/token"},
		},
		Limits: connector.Limits{
			PerSecond:   10, // per endpoint (D: dev:docs/rate-limiting)
			Concurrency: 8,  // per credential (D)
			PerOperation: map[string]connector.OpLimit{
				"GET /candidates": {Concurrency: 1}, // D
			},
			// A client is to wait 128 s at least (3), so work may go on as long.
			LongestRequest: 130 * time.Second,
			// Nothing is documented (I); generous, because believing an
			// absence too early makes a second candidate.
			ListingLag: 170 * time.Second,
		},
		File: connector.FileLimit{
			MaxBytes:   10 << 20, // S for the Application API: 13,981,014 characters of base64
			Extensions: []string{"pdf", "doc", "docx", "rtf", "jpg", "png"},
		},
		Tags:            true,
		CanRemove:       true,
		ConsentTemplate: consentTemplate(),
		OAuth:           oauth{},
		TellsStages:     true,
		Hook:            hooks{},
		Open:            open,
	}
}
