// Package e2e tests Handoff from outside: the binary, its pages in a real
// browser, its API, and what the simulated ATS holds afterwards.
package e2e
