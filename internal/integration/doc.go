// Package integration is a company's connections to its ATS: credentials,
// OAuth, tests, sources, jobs and consent templates.
//
// What it asks of an ATS runs in the connection's lane, with two exceptions:
// the exchange of an authorization code and the look at the account that it
// opens, which a waiting browser asks for with a credential that nobody else
// uses yet.
package integration
