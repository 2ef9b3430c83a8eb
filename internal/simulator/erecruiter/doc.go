// Package erecruiter impersonates eRecruiter of eRecruitment Solutions (Poland, erecruiter.pl) as a
// client company sees it: the API, the token endpoint, the feeds of job ads, and a small site for
// the company's administrator. It shares no code with any client.
//
// The vendor publishes no developer documentation. What is known, and how, is marked: C confirmed
// by a public page or a public client that worked, I inferred, A assumed (our own contract), U
// unknown. Whatever a client could notice and is not C is either part of the Dialect, which names
// every path, parameter, field and envelope and can be exchanged as a whole, or a switch
// (Switches), so that a client is tested against each reading.
//
// Promises, cited by number where they are kept:
//
//  1. What the contract refuses is refused here, with its code, and nothing is stored.
//  2. What the contract does not declare, a body field or a query parameter, is refused: a client
//     must not come to depend on something that happens to be swallowed.
//  3. Nothing is forgotten: what was deleted stays in the ledger, marked as removed.
//  4. A call is either done as a whole or not at all, under one lock.
//  5. The journal names credentials by id and never holds a secret or a body.
//  6. A recruitment to which no consent is assigned takes no candidate (C).
//
// Times follow the simulator's clock, which can be moved.
package erecruiter
