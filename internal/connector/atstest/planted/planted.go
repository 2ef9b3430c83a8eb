// Package planted holds connectors with one bug each, made from a good one, and
// proves that the chapters of atstest see them. A suite that was never red has
// proved nothing.
package planted

import (
	"sync"
	"testing"

	"handoff/internal/connector"
	"handoff/internal/connector/atstest"
)

// Bug is one mistake, and the chapter that must fail for it.
type Bug struct {
	Name    string
	Chapter string
	Plant   func(*plot)
}

// Prove runs, for each bug, the chapter that has to see it, and fails when it
// does not; and when a chapter has no bug to see.
func Prove(t *testing.T, target atstest.Target) {
	chapters := map[string]atstest.Chapter{}
	proved := map[string]bool{}
	for _, c := range atstest.Chapters() {
		chapters[c.Name] = c
	}
	for _, d := range target.Differences {
		delete(chapters, d.Chapter)
	}
	for _, b := range Bugs() {
		c, there := chapters[b.Chapter]
		if !there {
			continue // this ATS does not pass the chapter, and says why
		}
		proved[b.Chapter] = true
		t.Run(b.Name, func(t *testing.T) {
			why := atstest.Failure(t, func(t testing.TB) { c.Run(t, sow(target, b)) })
			if why == "" {
				t.Errorf("chapter %q does not see that the connector %s", b.Chapter, b.Name)
			}
			t.Logf("%s: %s", b.Chapter, why)
		})
	}
	for _, c := range atstest.Chapters() { // the planting itself does no harm
		if chapters[c.Name].Name == "" || c.Name == "resume" || c.Name == "quiet" { // their time is better spent
			continue
		}
		t.Run("nothing planted in "+c.Name, func(t *testing.T) { c.Run(t, sow(target, Bug{Plant: func(*plot) {}})) })
	}
	for name := range chapters {
		if !proved[name] {
			t.Errorf("no bug is planted for chapter %q", name)
		}
	}
}

// whole is a connector with every capability that the bugs sit in.
type whole interface {
	connector.Connector
	connector.Jobs
	connector.Preflighter
	connector.Sources
	connector.Pusher
	connector.Finder
	connector.Remover
	connector.Reader
	connector.Stages
}

// plot is where a bug is planted: it replaces what it spoils and leaves the
// rest. remote is the account of the chapter.
type plot struct {
	whole
	env    connector.Env
	set    connector.Settings
	typ    *connector.Type
	remote func() atstest.Remote

	check     func() (connector.Report, error)
	jobs      func() ([]job, error)
	preflight func(jobID) (job, []check, error)
	sources   func() ([]source, error)
	push      func(connector.Submission, connector.Receipt, connector.Record) error
	find      func(jobID, []connector.Wanted) (map[appID]connector.Found, error)
	remove    func(candidateID, jobID, tag) error
	read      func(connector.Receipt, jobID) (connector.ReadBack, error)
}

// sow makes a target whose connector has the bug.
func sow(target atstest.Target, b Bug) atstest.Target {
	var mu sync.Mutex
	var last atstest.Remote
	start := target.Start
	target.Start = func(t testing.TB, o atstest.Options) atstest.Remote {
		r := start(t, o)
		mu.Lock()
		defer mu.Unlock()
		last = r
		return r
	}
	remote := func() atstest.Remote {
		mu.Lock()
		defer mu.Unlock()
		return last
	}
	typ := *target.Type
	open := typ.Open
	b.Plant(&plot{typ: &typ}) // what is wrong with the data
	typ.Open = func(s connector.Settings, env connector.Env) (connector.Connector, error) {
		first := &plot{set: s, env: env, typ: &connector.Type{}, remote: remote}
		b.Plant(first) // what is wrong with what the host lent
		good, err := open(s, first.env)
		if err != nil {
			return nil, err
		}
		bad := &plot{set: s, env: first.env, typ: &connector.Type{}, remote: remote}
		bad.whole = good.(whole)
		b.Plant(bad)
		return bad, nil
	}
	target.Type = &typ
	return target
}
