package atstest

import (
	"testing"

	"handoff/internal/connector"
)

// Chapter is one part of the suite. It reports to a testing.TB, so that it can
// also be run to see it fail.
type Chapter struct {
	Name string
	// Has tells whether the connector has what the chapter is about.
	Has func(*connector.Conn) bool
	Run func(t testing.TB, target Target)
}

func always(*connector.Conn) bool { return true }

// Chapters lists the suite, cheap ones first.
func Chapters() []Chapter {
	jobs := func(c *connector.Conn) bool { return c.Jobs != nil }
	flight := func(c *connector.Conn) bool { return c.Flight != nil }
	push := func(c *connector.Conn) bool { return c.Push != nil && c.Find != nil }
	return []Chapter{
		{"type", always, chapterType},
		{"check", always, chapterCheck},
		{"credential", push, chapterCredential},
		{"jobs", jobs, chapterJobs},
		{"preflight", flight, chapterPreflight},
		{"push", push, chapterPush},
		{"record", push, chapterRecord},
		{"gate", push, chapterGate},
		{"files", push, chapterFiles},
		{"resume", push, chapterResume},
		{"find", push, chapterFind},
		{"existing", push, chapterExisting},
		{"whole listing", push, chapterWhole},
		{"remove", func(c *connector.Conn) bool { return c.Remove != nil }, chapterRemove},
		{"sources", func(c *connector.Conn) bool { return c.Sources != nil }, chapterSources},
		{"consents", always, chapterConsents},
		{"ads", always, chapterAds},
		{"stages", always, chapterStages},
		{"read back", func(c *connector.Conn) bool { return c.Read != nil }, chapterReadBack},
		{"errors", push, chapterErrors},
		{"quiet", push, chapterQuiet},
		{"pace", push, chapterPace},
	}
}

// Run runs every chapter, each variation, and twenty mixtures of variations and
// misbehaviour.
func Run(t *testing.T, target Target) {
	declared := map[string]string{}
	for _, d := range target.Differences {
		if d.Reason == "" {
			t.Errorf("the difference in %q has no reason", d.Chapter)
		}
		declared[d.Chapter] = d.Reason
	}
	for _, c := range Chapters() {
		reason, differs := declared[c.Name]
		delete(declared, c.Name)
		t.Run(c.Name, func(t *testing.T) {
			has := c.Has(newHost(t, target, Options{}, "").conn())
			complaint := stands(has, differs, func() bool {
				return Failure(t, func(t testing.TB) { c.Run(t, target) }) == ""
			})
			switch {
			case complaint != "":
				t.Error(complaint)
			case differs:
				t.Logf("not passed by this ATS: %s", reason)
			default:
				c.Run(t, target)
			}
		})
	}
	for name := range declared {
		t.Errorf("a difference is declared for %q, which is no chapter", name)
	}
	t.Run("variations", func(t *testing.T) { Variations(t, target) })
	t.Run("mixtures", func(t *testing.T) { Mixtures(t, target) })
}

// stands says what is wrong with a difference that is declared, or is not: a
// missing capability needs one, and one whose chapter passes has lost its
// reason. Without a complaint and a difference the chapter is to be run.
func stands(has, declared bool, passes func() bool) string {
	switch {
	case !has && !declared:
		return "the connector lacks what the chapter is about, and no difference is declared"
	case has && declared && passes():
		return "the chapter passes: the reason of the declared difference is gone"
	}
	return ""
}

// Failure runs f against a recording testing.TB and returns the first thing
// that it complained of, or nothing when it passed. Cleanups belong to t.
func Failure(t testing.TB, f func(testing.TB)) string {
	r := &recorder{TB: t}
	done := make(chan struct{})
	go func() { // FailNow ends its goroutine
		defer close(done)
		f(r)
	}()
	<-done
	return r.first()
}
