package sync

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"handoff/internal/app"
	"handoff/internal/connector"
	"handoff/internal/integration"
	"handoff/internal/recruit"
	"handoff/internal/secret"
	"handoff/internal/simulator/simkit"
	"handoff/internal/simulator/smartrecruiters"
)

// smart is a simulated SmartRecruiters with webhooks, as a script uses it.
type smart struct {
	sim  *smartrecruiters.Simulator
	jobs [2]string
	subs [2]map[string][]string // of the two hiring processes, by status
	line *line
	calm smartrecruiters.Switches
	lag  int // the step of the wave in which lists lack everybody
}

// processes are the simulated company's two that are in use.
var processes = [2]string{"Default hiring process", "Engineering with task"}

func newSmart(t testing.TB, sc *script, seed uint64) *side {
	t.Helper()
	clock := simkit.NewClock()
	clock.Set(sc.start)
	w := &smart{line: &line{next: &http.Transport{DisableKeepAlives: true}, seen: map[string]int{}}}
	srv := httptest.NewUnstartedServer(nil)
	url := "http://" + srv.Listener.Addr().String()
	w.sim = smartrecruiters.New(smartrecruiters.Options{Seed: seed, Clock: clock, PublicURL: url, Populate: true, PlainCallbacks: true,
		Callbacks: &http.Client{Transport: w.line}})
	srv.Config.Handler = w.sim.Handler()
	srv.Start()
	t.Cleanup(func() {
		w.sim.Close()
		srv.CloseClientConnections()
		srv.Close()
	})
	w.calm = w.sim.Switches()
	for i, process := range processes {
		j, err := w.sim.CreateJob(smartrecruiters.JobSpec{Title: fmt.Sprintf("Rekrutacja %d", i), Process: process})
		if err != nil {
			t.Fatal(err)
		}
		w.jobs[i], w.subs[i] = j.ID, map[string][]string{}
		for _, x := range sc.spots[:sc.begun] {
			if x.name != "" && x.first[i] {
				w.subs[i][x.status] = append(w.subs[i][x.status], x.name)
			}
		}
	}
	for n := range 105 { // so that a list has two pages
		if err := w.stranger(-n, sc.entry()); err != nil {
			t.Fatal(err)
		}
	}
	id, app1 := w.sim.App()
	s := newSide(t, sc, w, clock, app.Options{SmartRecruiters: app.ATS{APIURL: url, AuthorizeURL: url, TokenURL: url, ClientID: id, ClientSecret: secret.New(app1),
		Settle: 2 * time.Second}})
	s.ok(w.sim.AllowRedirectURI(s.house.URL() + "/oauth/callback"))
	s.authorize(func() string {
		code, err := w.sim.Authorize("integration@acme.example.com", nil, "")
		s.ok(err)
		return code
	})
	s.bind()
	return s
}

// authorize connects by OAuth.
func (s *side) authorize(code func() string) {
	s.t.Helper()
	ctx := s.t.Context()
	v, err := s.house.Integration.Connect(ctx, s.admin, integration.NewConnection{ATS: "smartrecruiters", Auth: connector.AuthOAuth})
	s.ok(err)
	s.conn = v.ID
	link, err := s.house.Integration.Authorize(ctx, s.admin, s.conn, false, "")
	s.ok(err)
	browser := secret.New(recruit.RandomToken(32))
	to, err := s.house.Integration.FollowLink(ctx, link.Token, browser)
	s.ok(err)
	_, query, _ := strings.Cut(to, "state=")
	state, _, _ := strings.Cut(query, "&")
	_, err = s.house.Integration.Callback(ctx, &s.admin, browser, state, code(), "")
	s.ok(err)
	_, err = s.house.Integration.Test(ctx, s.admin, s.conn)
	s.ok(err)
	s.connected()
}

func (w *smart) job(n int) recruit.RemoteJobID { return recruit.RemoteJobID(w.jobs[n]) }

func (w *smart) key(x *spot) recruit.StageKey { return recruit.StageKey(x.String()) }

func (w *smart) here(email string) int { return len(w.sim.Ledger().Email(email)) }

func (w *smart) candidate(email string) string {
	if found := w.sim.Ledger().Email(email); len(found) > 0 {
		return found[0].ID
	}
	return ""
}

func (w *smart) move(email string, job int, to *spot, _ bool) error {
	id := w.candidate(email)
	w.line.expect(id)
	return w.sim.MoveCandidate(id, w.jobs[job], smartrecruiters.Move{Status: to.status, SubStatus: to.name})
}

func (w *smart) take(email string, job int) error {
	return w.sim.RemoveApplication(w.candidate(email), w.jobs[job])
}

func (w *smart) stranger(n int, at *spot) error {
	k, err := w.sim.AddCandidate(smartrecruiters.Stranger{FirstName: "Obcy", LastName: "Obca", Email: fmt.Sprintf("stranger%d@example.com", n), JobID: w.jobs[0]})
	if err != nil || at.status == "NEW" {
		return err
	}
	w.line.expect(k.ID)
	return w.sim.MoveCandidate(k.ID, w.jobs[0], smartrecruiters.Move{Status: at.status})
}

func (w *smart) edit(a act, x *spot) error {
	for i, process := range processes {
		list := w.subs[i][x.status]
		list = slices.DeleteFunc(slices.Clone(list), func(name string) bool { return name == a.was || name == a.name })
		if a.what != "drop" && a.jobs[i] {
			list = append(list, a.name)
		}
		w.subs[i][x.status] = list
		if err := w.sim.SetSubStatuses(process, x.status, list); err != nil {
			return err
		}
	}
	return nil
}

func (w *smart) wrong(r *rand.Rand, step int, delivered bool, t *tally) {
	chance := func(percent int) bool { return r.IntN(100) < percent }
	sw := w.sim.Switches()
	if step == 0 {
		w.lag = 1 + r.IntN(2*troubles) // in half of the waves
		w.line.goWrong(r)
		sw.WebhookOrder = []smartrecruiters.Setting{"in_order", "shuffled"}[r.IntN(2)]
		sw.WebhookRepeats = []smartrecruiters.Setting{"once", "twice"}[r.IntN(2)]
		sw.CandidateOrder = []smartrecruiters.Setting{smartrecruiters.NewestFirst, smartrecruiters.OldestFirst, smartrecruiters.UpdatedFirst}[r.IntN(3)]
		sw.StatusMovesUpdatedOn = []smartrecruiters.Setting{"no", "yes"}[r.IntN(2)]
		if chance(60) {
			w.fault(simkit.Fault{Match: simkit.Match{Method: http.MethodPost, Path: "/jobs/{jobId}/candidates", Count: 2}, Kind: simkit.DelayAfter, Delay: simkit.Duration(250 * time.Millisecond)})
		}
		if chance(60) {
			w.sim.Misbehave(r.Uint64(), 0.02+0.08*r.Float64())
		}
		for _, hook := range w.sim.Webhooks() {
			if chance(15) && w.sim.SuspendWebhook(hook.ID) == nil {
				w.line.forget()
			}
		}
	}
	sw.LaterPages = []smartrecruiters.Setting{"fine", "error_500"}[r.IntN(2)]
	if err := w.sim.SetSwitches(sw); err != nil {
		panic(err)
	}
	if chance(40) {
		w.sim.ExpireTokens(false)
	}
	if chance(15) {
		w.fault(simkit.Fault{Match: simkit.Match{Method: http.MethodGet, Count: 1}, Kind: simkit.StatusBefore, Status: http.StatusTooManyRequests})
	}
	w.sim.SetLag(0)
	if step == w.lag && delivered { // a list without anybody, once
		w.sim.SetLag(100 * 24 * time.Hour)
		t.add("a list without anybody", 1)
	}
	w.line.forge()
}

func (w *smart) fault(f simkit.Fault) {
	if err := w.sim.Faults(f); err != nil {
		panic(err)
	}
}

func (w *smart) right() {
	w.line.goWrong(nil)
	w.sim.ClearFaults()
	w.sim.SetLag(0)
	if err := w.sim.SetSwitches(w.calm); err != nil {
		panic(err)
	}
}

// end has every call come once more, days later: it is taken, and asks the ATS
// for nothing.
func (w *smart) end(s *side) {
	s.t.Helper()
	reads := func() (n int) {
		free := s.rest()
		defer free()
		for _, e := range w.sim.Journal(0).Entries {
			if e.Op == "candidatesGetApplication" {
				n++
			}
		}
		return n
	}
	before := reads()
	again := w.line.again(s.t)
	s.pass(time.Second)
	if after := reads(); after != before {
		s.t.Errorf("%d calls that were known provoked %d readings", again, after-before)
	}
	l := w.line
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, x := range l.trouble {
		s.t.Error(x)
	}
	if s.rand == nil {
		return
	}
	s.tally.add("webhook delivered again", again)
	s.tally.add("webhook lost", l.lost)
	s.tally.add("webhook late", l.late)
	s.tally.add("webhook doubled", l.doubled)
	s.tally.add("webhook reordered", l.reordered)
	s.tally.add("webhook forged", l.forged)
	s.tally.add("subscription suspended", l.forgotten)
	s.tally.journal(w.sim.Journal(0), "pageId=")
}

// line is the way from the ATS to the house, which loses, repeats and fails.
type line struct {
	next http.RoundTripper

	mu        sync.Mutex
	rand      *rand.Rand // nil while nothing goes wrong
	calls     []told     // that were accepted
	seen      map[string]int
	sent      []string // whose stage changed, in order, and which of them was told
	toldTo    int
	pending   map[string]bool // by event, that the ATS sends again
	trouble   []string
	lost      int
	late      int
	doubled   int
	reordered int
	forged    int
	forgotten int
}

// told is one call of the ATS as it was made.
type told struct {
	url    string
	header http.Header
	body   []byte
}

func (c told) send(by http.RoundTripper) (int, error) {
	req, err := http.NewRequest(http.MethodPost, c.url, bytes.NewReader(c.body))
	if err != nil {
		return 0, err
	}
	req.Header = c.header.Clone()
	resp, err := by.RoundTrip(req)
	if err != nil {
		return 0, err
	}
	return resp.StatusCode, resp.Body.Close()
}

// RoundTrip implements http.RoundTripper.
func (l *line) RoundTrip(req *http.Request) (*http.Response, error) {
	event := req.Header.Get("event-id")
	if event == "" { // a handshake
		return l.next.RoundTrip(req)
	}
	body, err := io.ReadAll(req.Body)
	if err != nil {
		return nil, err
	}
	c := told{url: req.URL.String(), header: req.Header.Clone(), body: body}
	switch l.fate(event, body) {
	case "lost":
		return &http.Response{StatusCode: http.StatusAccepted, Body: http.NoBody, Request: req}, nil
	case "fails":
		return nil, errors.New("the line is down")
	case "twice":
		if _, err := c.send(l.next); err != nil {
			return nil, err
		}
	}
	code, err := c.send(l.next)
	if err != nil {
		return nil, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if code == http.StatusAccepted {
		l.calls = append(l.calls, c)
	}
	return &http.Response{StatusCode: code, Body: http.NoBody, Request: req}, nil
}

// fate says what becomes of a call, and counts.
func (l *line) fate(event string, body []byte) string {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.seen[event]++
	if l.seen[event] == 1 {
		var b struct {
			Candidate string `json:"candidate_id"`
		}
		_ = json.Unmarshal(body, &b)
		if i := slices.Index(l.sent, b.Candidate); i >= 0 {
			l.sent[i] = ""
			if i < l.toldTo {
				l.reordered++
			}
			l.toldTo = max(l.toldTo, i)
		}
	} else {
		l.doubled++
	}
	if l.pending[event] {
		delete(l.pending, event)
		l.late++
	}
	if l.rand == nil {
		return ""
	}
	switch n := l.rand.IntN(100); {
	case n < 25:
		l.lost++
		return "lost"
	case n < 45:
		l.pending[event] = true
		return "fails"
	case n < 60:
		l.doubled++
		return "twice"
	}
	return ""
}

func (l *line) expect(candidate string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.sent = append(l.sent, candidate)
}

func (l *line) goWrong(r *rand.Rand) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.rand = r; r != nil {
		l.rand = rand.New(rand.NewPCG(r.Uint64(), 1))
	}
	if l.pending == nil {
		l.pending = map[string]bool{}
	}
}

// forget drops what a subscription told that is no more: its key is not the
// next one's.
func (l *line) forget() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.calls = nil
	l.forgotten++
}

// forge makes calls that the ATS did not make, out of one that it made.
func (l *line) forge() {
	l.mu.Lock()
	if len(l.calls) == 0 {
		l.mu.Unlock()
		return
	}
	c, other := l.calls[len(l.calls)-1], l.calls[0]
	l.mu.Unlock()
	with := func(change func(c *told)) told {
		x := told{url: c.url, header: c.header.Clone(), body: c.body}
		change(&x)
		return x
	}
	for what, x := range map[string]struct {
		call told
		want int
	}{
		"unsigned":              {with(func(c *told) { c.header.Del("smartrecruiters-signature") }), http.StatusUnauthorized},
		"signed by another key": {with(func(c *told) { c.header.Set("smartrecruiters-signature", "v1="+strings.Repeat("0a", 32)) }), http.StatusUnauthorized},
		"of another event":      {with(func(c *told) { c.header.Set("event-id", "another") }), http.StatusUnauthorized},
		"of another body":       {with(func(c *told) { c.body = append(slices.Clone(c.body), ' ') }), http.StatusUnauthorized},
		"with another's signature": {with(func(c *told) {
			c.header.Set("smartrecruiters-timestamp", "1"+other.header.Get("smartrecruiters-timestamp"))
		}), http.StatusUnauthorized},
		"without the token":  {with(func(c *told) { c.header.Del(connector.HookHeader) }), http.StatusUnauthorized},
		"to another address": {with(func(c *told) { c.url = c.url[:len(c.url)-4] + "0000" }), http.StatusNotFound},
	} {
		code, err := x.call.send(l.next)
		l.mu.Lock()
		l.forged++
		if err != nil || code != x.want {
			l.trouble = append(l.trouble, fmt.Sprintf("a call %s is answered %d, want %d: %v", what, code, x.want, err))
		}
		l.mu.Unlock()
	}
}

// again makes every call once more that the present subscription made.
func (l *line) again(t testing.TB) int {
	t.Helper()
	l.mu.Lock()
	calls := slices.Clone(l.calls)
	l.mu.Unlock()
	for _, c := range calls {
		if code, err := c.send(l.next); err != nil || code != http.StatusAccepted {
			t.Errorf("a call that comes again is answered %d, %v", code, err)
		}
	}
	return len(calls)
}
