// Package smartrecruiters impersonates SmartRecruiters as a client company sees it: the Customer
// API, the OAuth pages, and a small site for the company's administrator. It is written from the
// vendor's public documents and shares no code with any client.
//
// Rules of the vendor carry the mark of how they are known: S the vendor's specification or code
// generated from it, D a page of the vendor, 3 a third party, I inferred by us. Every I that a
// client could notice is a switch (Switches), so that a client is tested against each reading.
//
// Promises, cited by number where they are kept:
//
//  1. What the real one is documented to refuse is refused here, with the documented code.
//  2. What no document declares, a body field or a query parameter, is refused: a client must not
//     come to depend on something that happens to be swallowed.
//  3. Nothing is forgotten: what was deleted stays in the ledger, marked as removed.
//  4. A call is either done as a whole or not at all, under one lock.
//  5. The journal names credentials by id and never holds a secret or a body.
//
// Times below without a mark follow the simulator's clock, which can be moved.
package smartrecruiters
