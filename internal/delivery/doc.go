// Package delivery gets one application into the ATS: once, with its CV, and
// only by consent, whatever fails in between.
//
//	withheld (no consent)        none (process not bound)       cancelled (withdrawn, erased)
//
//	held (connection broken, job closed, ...) <--> waiting --> attempting --> delivered | linked
//	                                                  ^            |
//	                                                  |            +--> waiting (later, by the kind of failure) | held
//	                                                  |            +--> unanswered --> Find --> waiting, resuming at
//	                                                  |            |                            the first missing step
//	                                                  +------------+--> needs attention (a sentence, whose turn, the button)
//
// Invariants. Each is cited at the line that keeps it.
//
//  1. Application, consent record and delivery are stored in one transaction
//     before anyone is told "accepted".
//  2. An attempt is on disk before its first byte leaves. A process that dies
//     leaves unanswered, never waiting.
//  3. After unanswered, Find comes before any other Push.
//  4. Nothing is sent unless the newest consent record for this application,
//     company, ATS account and job says given, read in the transaction that
//     writes the attempt; tests excepted. Where the ATS attaches texts of its
//     own to the job, those that were agreed to must be those last read, and
//     each required one agreed to. A withdrawal cancels waiting and held work,
//     stops between steps, and settles unanswered by Find first.
//  5. A fence that is no longer ours settles nothing.
//  6. Nothing leaves the table except to delivered, linked, cancelled or a
//     person's decision.
//  7. A candidate's name, e-mail, phone, CV, file name, and any credential,
//     appear in no log, error, metric, trace or URL.
//
// A connector says what happened; decide, in this package, is the one
// function that says what to do about it.
package delivery
