// Package recruit is the vocabulary of Handoff: companies, people, processes,
// applications, stages, consent, and the identifiers of all of them.
//
// It holds data and the rules that need nothing but the data. It does no I/O
// and declares no interfaces; everything else in the house speaks its words.
package recruit
