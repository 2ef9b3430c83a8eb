// Package soak runs the whole product for minutes against a simulated ATS that
// misbehaves by a printed seed, with restarts in between, and then compares
// what was accepted with what the ATS holds: each once, complete. It is behind
// the build tag soak; make soak runs it.
package soak
