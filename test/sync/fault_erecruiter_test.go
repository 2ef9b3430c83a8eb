package sync

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strconv"
	"testing"
	"time"

	"handoff/internal/app"
	"handoff/internal/connector"
	"handoff/internal/integration"
	"handoff/internal/recruit"
	"handoff/internal/secret"
	"handoff/internal/simulator/erecruiter"
	"handoff/internal/simulator/simkit"
)

// polled is a simulated eRecruiter, which tells nothing by itself, as a script
// uses it.
type polled struct {
	sim  *erecruiter.Simulator
	jobs [2]int64
	ids  map[int]int64 // of stages, by spot
	calm erecruiter.Switches
	lag  int
}

func newPolled(t testing.TB, sc *script, seed uint64) *side {
	t.Helper()
	clock := simkit.NewClock()
	clock.Set(sc.start)
	d := erecruiter.DefaultDialect().WithAuth(erecruiter.Exchange)
	calm := erecruiter.Switches{}
	if seed%2 == 1 { // the stage is told by the history alone
		calm.StageInList = erecruiter.Absent
	}
	if seed%3 == 1 {
		calm.HistoryOrder = erecruiter.NewestFirst
	}
	w := &polled{ids: map[int]int64{}, sim: erecruiter.New(erecruiter.Options{Seed: seed, Clock: clock, Populate: true, Partner: "Handoff", Dialect: d, Switches: calm,
		Limits: erecruiter.Limits{PerSecond: -1, PageItems: 10}})}
	srv := httptest.NewServer(w.sim.Handler())
	t.Cleanup(func() {
		w.sim.Close()
		srv.CloseClientConnections()
		srv.Close()
	})
	w.calm = w.sim.Switches()
	for i, name := range []string{"Senior Go Developer", "Frontend Developer"} {
		w.jobs[i] = w.sim.Recruitment(name).ID
		if err := w.sim.DemandCV(w.jobs[i], false); err != nil {
			t.Fatal(err)
		}
	}
	for _, x := range sc.spots[:sc.begun] {
		w.ids[x.n] = w.sim.Stage(x.born).ID
	}
	for n := range 40 { // so that a list has several pages
		if err := w.stranger(-n, sc.entry()); err != nil {
			t.Fatal(err)
		}
	}
	id, password := w.sim.Client()
	s := newSide(t, sc, w, clock, app.Options{PlatformName: "Handoff", ERecruiter: app.ATS{APIURL: srv.URL + d.Base, AuthorizeURL: srv.URL,
		TokenURL: srv.URL + d.Auth.TokenPath, ClientID: id, ClientSecret: secret.New(password), Settle: 2 * time.Second,
		Mapping: []byte(`{"auth.mode": "exchange", "rate.per_second": 50, "rate.concurrency": 8}`)}})
	s.connect(integration.NewConnection{ATS: "erecruiter", Auth: connector.AuthAccessKey, AccessScope: "all",
		Fields: integration.Fields{"access_key": secret.New(w.sim.IssueKey(erecruiter.ScopeAll).Key)}})
	s.bind()
	return s
}

func (w *polled) job(n int) recruit.RemoteJobID {
	return recruit.RemoteJobID(strconv.FormatInt(w.jobs[n], 10))
}

func (w *polled) key(x *spot) recruit.StageKey {
	return recruit.StageKey(strconv.FormatInt(w.ids[x.n], 10))
}

func (w *polled) here(email string) (n int) {
	for _, a := range w.sim.Ledger().Applications {
		if a.Email == email {
			n++
		}
	}
	return n
}

func (w *polled) application(email string) int64 {
	if found := w.sim.Ledger().Email(email); len(found) > 0 {
		return found[0].ID
	}
	return 0
}

func (w *polled) move(email string, _ int, to *spot, opened bool) error {
	w.sim.Clock().Advance(1100 * time.Millisecond) // its history tells the second, and no part of it
	if opened {
		return w.sim.OpenCandidate(w.application(email))
	}
	return w.sim.MoveCandidate(w.application(email), w.ids[to.n], "")
}

func (w *polled) take(email string, _ int) error {
	return w.sim.RemoveApplication(w.application(email))
}

func (w *polled) stranger(n int, at *spot) error {
	a, err := w.sim.AddCandidate(erecruiter.Stranger{FirstName: "Obcy", LastName: "Obca", Email: fmt.Sprintf("stranger%d@example.com", n), RecruitmentID: w.jobs[0]})
	if err != nil {
		return err
	}
	return w.sim.MoveCandidate(a.ID, w.ids[at.n], "")
}

func (w *polled) edit(a act, x *spot) error {
	switch a.what {
	case "add":
		n, err := w.sim.AddStage(a.name, erecruiter.Standard)
		w.ids[x.n] = n.ID
		return err
	case "rename":
		return w.sim.RenameStage(w.ids[x.n], a.name)
	}
	return w.sim.DeleteStage(w.ids[x.n])
}

func (w *polled) wrong(r *rand.Rand, step int, delivered bool, t *tally) {
	chance := func(percent int) bool { return r.IntN(100) < percent }
	sw := w.sim.Switches()
	if step == 0 {
		w.lag = 1 + r.IntN(2*troubles)
		if chance(60) {
			w.fault(simkit.Fault{Match: simkit.Match{Op: "createApplication", Count: 2}, Kind: simkit.DelayAfter, Delay: simkit.Duration(250 * time.Millisecond)})
		}
		if chance(60) {
			w.sim.Misbehave(r.Uint64(), 0.02+0.08*r.Float64())
		}
		if chance(30) {
			w.sim.SetStageLag(time.Minute)
		}
	}
	sw.LaterPages = []erecruiter.Setting{"fine", "error_500"}[r.IntN(2)]
	sw.ApplicationOrder = []erecruiter.Setting{"newest_first", "oldest_first", "shuffled"}[r.IntN(3)]
	if sw.ApplicationOrder == "shuffled" {
		t.add("a list in no order", 1)
	}
	if err := w.sim.SetSwitches(sw); err != nil {
		panic(err)
	}
	if chance(40) {
		w.fault(simkit.Fault{Match: simkit.Match{Method: http.MethodGet, Count: 1}, Kind: simkit.Expired})
	}
	if chance(15) {
		w.fault(simkit.Fault{Match: simkit.Match{Method: http.MethodGet, Count: 1}, Kind: simkit.StatusBefore, Status: http.StatusTooManyRequests})
	}
	w.sim.SetLag(0)
	if step == w.lag && delivered { // a list without anybody, once
		w.sim.SetLag(100 * 24 * time.Hour)
		t.add("a list without anybody", 1)
	}
}

func (w *polled) fault(f simkit.Fault) {
	if err := w.sim.Faults(f); err != nil {
		panic(err)
	}
}

func (w *polled) right() {
	w.sim.ClearFaults()
	w.sim.SetLag(0)
	w.sim.SetStageLag(0)
	if err := w.sim.SetSwitches(w.calm); err != nil {
		panic(err)
	}
}

func (w *polled) end(s *side) {
	s.t.Helper()
	if s.rand != nil {
		s.tally.journal(w.sim.Journal(0), "offset=")
	}
}
