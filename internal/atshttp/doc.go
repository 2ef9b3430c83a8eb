// Package atshttp is the transport that the host lends to connectors. It paces
// requests by the vendor's limits, refuses forbidden addresses, bounds answers,
// keeps URLs and bodies out of errors, and asks the host just before each first
// byte whether it may still be sent.
//
// Three things live for different times. A Network is one per process: sockets
// and the egress guard. A Limiter is one per credential, and is kept across runs
// of its lane, because the vendor's memory is longer than a run. A Client is one
// per run: it carries the run's gate.
//
// Promises, cited by number where they are kept:
//
//  1. A request reaches the vendor at most once. Nothing here repeats, follows
//     or replays.
//  2. Nothing leaves unless the gate said yes after the last wait.
//  3. Unavailable, RateLimited and Stopped say that nothing was sent; every
//     failure after a connection was had is Unanswered.
//  4. No error, measure or log of this package holds a URL, a header or a byte
//     of a body.
//  5. No connection is opened to an address that the guard refuses, whatever
//     its name resolved to.
package atshttp
