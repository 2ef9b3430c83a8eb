// Package connector is the contract between Handoff and an ATS.
//
// A connector reports what happened; the engine alone decides what to do. A
// connector is a Type, which is data, and what its Open returns, which can
// Check and, beyond that, whatever of the capability interfaces it satisfies.
// The host lends transport, logger, clock and credentials (Env): a connector
// opens no client, reads no environment, keeps no global and logs no body.
//
// The suite in atstest is the definition of a finished connector.
package connector
