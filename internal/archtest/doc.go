// Package archtest holds the rules of who may import whom, as tests. The
// table in rules_test.go is the drawing of docs/ARCHITECTURE.md in a form that
// fails: on a forbidden import, and on a folder that has no rule.
package archtest
