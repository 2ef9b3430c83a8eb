package web

import (
	"encoding/json"
	"sort"
	"time"

	"handoff/internal/process"
	"handoff/internal/recruit"
	"handoff/internal/web/page"
)

// draft is an edit that was not saved. It is kept in the session, so that the
// steps can be walked in any order and nothing typed is lost, and nothing of
// it is stored in the process before Save (rule R10).
type draft struct {
	Revision      int
	Details       recruit.Details
	Salaries      []page.SalaryInput
	Customization recruit.Customization
	Bound         bool
	Connection    recruit.ConnectionID
	RemoteJob     recruit.RemoteJobID
	Query         string // what the list of jobs is narrowed to
	Run           recruit.TestRunID
	RunConnection recruit.ConnectionID // what Run tested
	RunJob        recruit.RemoteJobID
	Changed       bool
	Touched       time.Time
}

// Bounds of what a session keeps.
const (
	draftsKept  = 6
	draftLimit  = 200 << 10 // bytes of one
	draftPrefix = "draft:"
)

func newDraft(p process.View) draft {
	d := draft{Revision: p.Revision, Details: p.Details, Customization: p.Customization}
	for _, s := range p.Details.Salaries {
		d.Salaries = append(d.Salaries, page.SalaryInput{Contract: s.Contract, From: itoa(s.From), To: itoa(s.To), Currency: s.Currency, Period: s.Period})
	}
	if p.Binding != nil {
		d.Bound, d.Connection, d.RemoteJob = true, p.Binding.Connection, p.Binding.RemoteJob
	}
	return d
}

// draft returns the process and the draft of it: the one begun, or a new one
// of what is stored.
func (v *visit) draft() (process.View, draft, error) {
	p, err := v.web.o.Process.Get(v.r.Context(), v.caller(), v.processID())
	if err != nil {
		return p, draft{}, err
	}
	var d draft
	if b := v.web.sessions.GetBytes(v.r.Context(), draftPrefix+string(p.ID)); b != nil && json.Unmarshal(b, &d) == nil {
		if d.Changed || d.Revision == p.Revision {
			return p, d, nil
		}
	}
	fresh := newDraft(p)
	a, err := v.adOf(p)
	fresh.propose(p, a)
	return p, fresh, err
}

// keep stores a draft in the session; the oldest gives way when there are
// too many.
func (v *visit) keep(id recruit.ProcessID, d draft) error {
	ctx, s := v.r.Context(), v.web.sessions
	d.Touched = v.web.o.Now()
	b, err := json.Marshal(d)
	if err != nil {
		return err
	}
	if len(b) > draftLimit {
		return recruit.Refuse("body_too_large")
	}
	s.Put(ctx, draftPrefix+string(id), b)
	type held struct {
		key string
		at  time.Time
	}
	var all []held
	for _, k := range s.Keys(ctx) {
		var x draft
		if len(k) > len(draftPrefix) && k[:len(draftPrefix)] == draftPrefix && json.Unmarshal(s.GetBytes(ctx, k), &x) == nil {
			all = append(all, held{k, x.Touched})
		}
	}
	sort.Slice(all, func(i, j int) bool { return all[i].at.After(all[j].at) })
	for i := draftsKept; i < len(all); i++ {
		s.Remove(ctx, all[i].key)
	}
	return nil
}

func (v *visit) dropDraft(id recruit.ProcessID) {
	v.web.sessions.Remove(v.r.Context(), draftPrefix+string(id))
}

// binding is what Save is to do with the integration, naming the test that
// was run for exactly this choice.
func (d draft) binding() *process.BindingChoice {
	if !d.Bound || d.RemoteJob == "" {
		return nil
	}
	b := &process.BindingChoice{Connection: d.Connection, RemoteJob: d.RemoteJob}
	if d.tested() {
		b.Tested = d.Run
	}
	return b
}

// tested tells whether the last test was of the choice as it is now.
func (d draft) tested() bool {
	return d.Run != "" && d.RunConnection == d.Connection && d.RunJob == d.RemoteJob
}
