// Package notify is outgoing mail to candidates: what is mailed, when, in
// which words, and what became of it.
//
//	             ┌──────────── not taken (4xx, no connection), up to two days ───────────┐
//	             ▼                                                                       │
//	held ──► waiting ──► sending ──┬──► sent       the server said 250                   │
//	  │         │           │      ├──► failed     5xx, or two days are over ◄───────────┘
//	  │         │           │      └──► unknown    handed over, and no answer ──► waiting (RESEND) | left (LEAVE)
//	  │         └──► kept   └──► unknown           the process died in it
//	  └────┴──► cancelled
//
// kept is where a mail ends that came due while no mail server was configured:
// the operator's outbox shows it for 30 days, and it is never sent later.
//
// Invariants, cited where they are kept:
//
//  1. A mail is planned in the transaction that stores what it tells.
//  2. An attempt is on disk before its first byte leaves. A process that dies
//     in it leaves unknown, which nothing but a person sends again: a mail too
//     many is a wrong mail.
//  3. Only an answer that says "not taken", or a failure before the message's
//     end was handed over, lets a mail be tried again by itself.
//  4. A row holds references and hashes. Whom it goes to and what it says is
//     made from the sealed application when it is sent, and an erased
//     application has none.
//  5. A fence that is no longer ours settles nothing.
//  6. Nobody is mailed for a test candidate, for an application that is
//     suspicious until it was released, or after erasure.
//  7. A candidate's name, address, words and link are in no log, error,
//     metric, trace or URL of a log (delivery invariant 7).
package notify
