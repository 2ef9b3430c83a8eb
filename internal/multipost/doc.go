// Package multipost turns the job ads that an ATS multiposts to the platform
// into draft processes (product rules R12 and R13).
//
//	rows of a listing ──► ad: merged by key, made ours, kept with its rows
//	                      │
//	                      ├─ listed, with a title ──► a draft, once
//	                      ├─ changed ───────────────► the untouched draft follows;
//	                      │                           a touched one gets a difference to accept
//	                      ├─ withdrawn, expired,
//	                      │  absent, for another ───► the untouched draft is closed, and opens
//	                      │                           again as a draft when the ad comes back;
//	                      │                           any other is only told about
//	                      └─ unusable ──────────────► kept and told, with its problem
//
// What it keeps, cited where it is kept:
//
//  1. Nothing is published by an ad, and an open process is changed by none.
//  2. A process that a person saved is changed by a person only.
//  3. Absence counts in complete, non-empty, successful listings alone, and
//     only when it was seen in two of them in a row.
//  4. Order and repetition of rows change nothing; the same listing twice does
//     what it did once.
//  5. Nothing is guessed: what the ad does not say stays missing in the draft.
//  6. A draft that a person deleted does not come back by itself.
package multipost
