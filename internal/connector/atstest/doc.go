// Package atstest is the definition of a finished connector: a suite that every
// connector runs against its simulator.
//
// A connector's test makes a Target and calls Run. Each chapter starts from a
// fresh account, plays the host (transport, tokens, gate, the engine's loop of
// push and find) and asserts at the far end, on what the ATS holds.
//
// A capability that an ATS does not have is declared as a Difference, with the
// reason; Run fails for one that is missing without being declared, and for a
// declared one whose reason is gone. Package planted holds connectors with one
// bug each, and proves that the chapters see them.
package atstest
