// Package api is the front door for programs: the REST API, version 1.
//
// It decodes and bounds what arrives, asks an engine, and writes what the
// engine says. It decides nothing about companies: whose a thing is, and who
// may do what, the engines say. Its promises, kept in the files named:
//
//  1. Every operation is a row of the router's table, with its access
//     (operation.go), and of the OpenAPI document, which is made from the same
//     registration (document.go).
//  2. Nothing but a bearer token opens it: no cookie, no query (gate.go).
//  3. What is not declared, a field or a parameter, is refused with its path
//     (problem.go).
//  4. An answer that refuses holds a stable code, and never a value that was
//     sent (problem.go).
//  5. The same Idempotency-Key does its work once (once.go).
//  6. Nothing of a request but its route is logged.
package api
