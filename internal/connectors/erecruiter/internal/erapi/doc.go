// Package erapi speaks eRecruiter's API through a Mapping: every path, parameter,
// field, envelope and code is data, because the vendor publishes none of them
// (docs/reference, sections 8 to 11). It judges nothing: an answer that is no
// success is a *StatusError, and what that means is the connector's table.
//
// Marks of facts, as in the reference: C confirmed by a public page or by a
// public client that worked, I inferred, A assumed (our own contract), U unknown.
package erapi
