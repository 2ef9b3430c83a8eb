// Package breakages breaks an eRecruiter account in every way that its
// simulator knows, one at a time, under a whole house with an open, bound
// process, and holds that somebody is told before a candidate pays for it: by
// a code of its own, on the page where it is looked for, in both languages.
//
// Its one table is also the page docs/breakages.md, written anew by
//
//	go test ./test/breakages -run TestTheTableIsThePageOfTheDocs -update
package breakages
