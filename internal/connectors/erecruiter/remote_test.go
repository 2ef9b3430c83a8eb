package erecruiter_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"handoff/internal/connector"
	"handoff/internal/connector/atstest"
	"handoff/internal/recruit"
	"handoff/internal/secret"
	"handoff/internal/simulator/simkit"

	sim "handoff/internal/simulator/erecruiter"
)

// remote drives the simulator for the suite. What it does as a recruiter
// through the API carries a key of its own, which faults and journal leave out.
type remote struct {
	t       testing.TB
	sim     *sim.Simulator
	srv     *httptest.Server
	dialect sim.Dialect
	source  sim.LedgerOrigin
	admin   sim.IssuedKey

	mu      sync.Mutex
	idle    *sync.Cond
	flying  int
	own     string // the credential under test
	held    connector.Credential
	answers []func(http.ResponseWriter)
	// meanwhile is called once, when lists more pages of applications were read.
	lists     int
	meanwhile func()
	// hung are files that a recruiter hung on a card, by application: the
	// simulated ATS has no such thing, and no call shows files.
	hung map[int64][]atstest.File
}

func start(t testing.TB, d sim.Dialect, o atstest.Options) *remote {
	t.Helper()
	so := sim.Options{Seed: 1, Populate: true, Partner: "Handoff", Dialect: d}
	so.Switches, _ = o.Variation.Value.(sim.Switches)
	if !o.Limits {
		so.Limits = sim.Limits{PerSecond: -1}
	}
	r := &remote{t: t, sim: sim.New(so), dialect: d, hung: map[int64][]atstest.File{}}
	r.idle = sync.NewCond(&r.mu)
	r.srv = httptest.NewUnstartedServer(http.HandlerFunc(r.serve))
	r.srv.Config.ErrorLog = log.New(io.Discard, "", 0)
	r.srv.Start()
	r.sim.SetPublicURL(r.srv.URL)
	t.Cleanup(func() {
		r.sim.Close()
		r.srv.Close()
	})
	r.admin = r.sim.IssueKey(sim.ScopeAll)
	var err error
	if r.source, err = r.sim.AddOrigin("Handoff"); err != nil {
		t.Fatal(err)
	}
	return r
}

// serve puts scripted answers before the simulator, and counts what is in flight.
func (r *remote) serve(w http.ResponseWriter, req *http.Request) {
	r.mu.Lock()
	r.flying++
	var scripted func(http.ResponseWriter)
	if len(r.answers) > 0 && !strings.Contains(req.Header.Get("Authorization"), r.admin.Key) {
		scripted, r.answers = r.answers[0], r.answers[1:]
	}
	r.mu.Unlock()
	defer func() {
		r.mu.Lock()
		r.flying--
		r.idle.Broadcast()
		r.mu.Unlock()
	}()
	if scripted != nil {
		_, _ = io.Copy(io.Discard, req.Body)
		scripted(w)
		return
	}
	r.sim.Handler().ServeHTTP(w, req)
	if req.Method != http.MethodGet || !strings.HasSuffix(req.URL.Path, "/CandidateApplications") {
		return
	}
	r.mu.Lock()
	r.lists--
	do := r.meanwhile
	if r.lists != 0 {
		do = nil
	}
	r.mu.Unlock()
	if do != nil {
		do()
	}
}

// between calls f once, after the nth page of applications from now was written.
func (r *remote) between(n int, f func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.lists, r.meanwhile = n, f
}

func (r *remote) Settings() connector.Settings {
	id, clientSecret := r.sim.Client()
	return connector.Settings{APIURL: r.srv.URL + r.dialect.Base, AuthorizeURL: r.srv.URL, TokenURL: r.srv.URL + r.dialect.Auth.TokenPath,
		ClientID: id, ClientSecret: secret.New(clientSecret), PlatformName: "Handoff", PlatformTag: "handoff",
		Account: text(r.sim.Company().ID), Source: &recruit.Source{ID: text(r.source.ID), Name: r.source.Name}}
}

func (r *remote) Login(t testing.TB, auth connector.Auth) connector.Credential {
	r.mu.Lock()
	defer r.mu.Unlock()
	if auth == connector.AuthClientCredentials {
		id, clientSecret := r.sim.Client()
		a := r.sim.IssueServiceAccount()
		r.own = a.ID
		r.ok(r.sim.SetKeyScope(a.ID, sim.ScopeSelected)) // there has to be a recruitment that it may not use
		return connector.Credential{Fields: map[string]secret.String{"client_id": secret.New(id), "client_secret": secret.New(clientSecret),
			"username": secret.New(a.Username), "password": secret.New(a.Password)}}
	}
	k := r.sim.IssueKey(sim.ScopeSelected)
	r.own, r.held = k.ID, connector.Credential{Fields: map[string]secret.String{"access_key": secret.New(k.Key)}}
	return r.held
}

// again is the key of the last login.
func (r *remote) again(t testing.TB) connector.Credential {
	t.Helper()
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.held
}

func (r *remote) credential() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.own
}

func (r *remote) Now() time.Time { return r.sim.Clock().Now() }

func (r *remote) Pass(d time.Duration) {
	r.sim.Clock().Advance(d)
	r.mu.Lock()
	defer r.mu.Unlock()
	for r.flying > 0 {
		r.idle.Wait()
	}
}

func (r *remote) Job(kind atstest.JobKind) recruit.RemoteJobID {
	names := map[atstest.JobKind]string{atstest.JobOpen: "Senior Go Developer", atstest.JobOther: "Office Manager", atstest.JobClosed: "iOS Developer",
		atstest.JobDenied: "Data Engineer", atstest.JobBare: "Machine Learning Engineer"}
	if names[kind] == "" {
		return "999999999"
	}
	return recruit.RemoteJobID(text(r.sim.Recruitment(names[kind]).ID))
}

func (r *remote) AddJobs(n int) {
	for i := range n {
		spec := sim.RecruitmentSpec{Name: fmt.Sprintf("Recruitment %d", i), Shared: true}
		if i%7 == 0 {
			spec.Status = sim.Closed
		}
		_, err := r.sim.CreateRecruitment(spec)
		r.ok(err)
	}
}

// Jobs leaves out what the key does not see, and drafts where no list has them.
func (r *remote) Jobs() map[recruit.RemoteJobID]bool {
	out := map[recruit.RemoteJobID]bool{}
	for _, j := range r.sim.Ledger().Recruitments {
		if j.Shared && (j.Status != sim.Draft || r.sim.Switches().Get("recruitment_list") != "active") {
			out[recruit.RemoteJobID(text(j.ID))] = j.Status == sim.Active
		}
	}
	return out
}

func (r *remote) DropSource() { r.ok(r.sim.DeleteOrigin(r.source.ID)) }

// AddCandidate uses the admin's hand or, under our source, another key: in the
// words of the default dialect, which is put in place for the one call.
func (r *remote) AddCandidate(o atstest.Other) recruit.RemoteCandidateID {
	if !o.OurSource {
		a, err := r.sim.AddCandidate(sim.Stranger{FirstName: "Ann", LastName: "Stranger", Email: o.Email, RecruitmentID: number(o.Job)})
		r.ok(err)
		return recruit.RemoteCandidateID(text(a.CandidateID))
	}
	consents := []map[string]any{}
	for _, j := range r.sim.Ledger().Recruitments {
		for _, c := range j.Consents {
			if text(j.ID) == string(o.Job) && c.Required {
				consents = append(consents, map[string]any{"consentId": c.ConsentID, "accepted": true})
			}
		}
	}
	b, err := json.Marshal(map[string]any{"firstName": "Ann", "lastName": "Stranger", "email": o.Email, "originId": r.source.ID, "consents": consents})
	r.ok(err)
	d := sim.DefaultDialect()
	r.ok(r.sim.SetDialect(d))
	defer func() { r.ok(r.sim.SetDialect(r.dialect)) }()
	req, err := http.NewRequest(http.MethodPost, r.srv.URL+d.Base+"/Recruitments/"+string(o.Job)+"/CandidateApplications?companyId="+r.Settings().Account, bytes.NewReader(b))
	r.ok(err)
	req.Header.Set("Authorization", "Bearer "+r.admin.Key)
	req.Header.Set("Content-Type", "application/json")
	resp, err := r.srv.Client().Do(req)
	r.ok(err)
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusCreated {
		r.t.Fatalf("a candidate under our source: status %d", resp.StatusCode)
	}
	all := r.sim.Ledger().Applications
	return recruit.RemoteCandidateID(text(all[len(all)-1].CandidateID))
}

func (r *remote) PutFile(job recruit.RemoteJobID, c recruit.RemoteCandidateID, name string, data []byte) {
	sum := sha256.Sum256(data)
	for _, a := range r.sim.Ledger().Live(number(job)) {
		if text(a.CandidateID) == string(c) {
			r.mu.Lock()
			r.hung[a.ID] = append(r.hung[a.ID], atstest.File{Name: name, SHA256: hex.EncodeToString(sum[:]), Size: len(data)})
			r.mu.Unlock()
		}
	}
}

func (r *remote) Held(job recruit.RemoteJobID) []atstest.Held {
	var out []atstest.Held
	l := r.sim.Ledger()
	people, origins := map[int64]sim.LedgerCandidate{}, map[int64]string{}
	for _, k := range l.Candidates {
		people[k.ID] = k
	}
	for _, o := range l.Origins {
		origins[o.ID] = o.Name
	}
	for _, a := range l.Live(number(job)) {
		k := people[a.CandidateID]
		h := atstest.Held{Candidate: recruit.RemoteCandidateID(text(k.ID)), Application: recruit.RemoteApplicationID(text(a.ID)), FirstName: k.FirstName,
			LastName: k.LastName, Email: k.Email, Phone: k.Phone, Source: origins[a.OriginID], Status: a.Stage, Consents: map[string]recruit.Decision{}}
		for _, n := range a.Notes { // rule R22: the link has no other place
			if link, ok := strings.CutPrefix(n, "LinkedIn: "); ok {
				h.LinkedIn += link
			}
		}
		for _, c := range a.Consents {
			h.Consents[text(c.ConsentID)] = map[bool]recruit.Decision{true: recruit.Given, false: recruit.Refused}[c.Given]
		}
		for _, f := range a.Files {
			h.Files = append(h.Files, atstest.File{Name: f.FileName, SHA256: f.SHA256, Size: f.Size})
		}
		r.mu.Lock()
		h.Files = append(h.Files, r.hung[a.ID]...)
		r.mu.Unlock()
		out = append(out, h)
	}
	return out
}

func (r *remote) PublishAd(a atstest.Ad) string {
	ad, err := r.sim.PublishAd(advert(a))
	r.ok(err)
	return text(ad.ID)
}

func (r *remote) ChangeAd(key string, a atstest.Ad) { r.ok(r.sim.ChangeAd(number(key), advert(a))) }

func (r *remote) WithdrawAd(key string) { r.ok(r.sim.WithdrawAd(number(key))) }

func advert(a atstest.Ad) sim.AdSpec {
	spec := sim.AdSpec{RecruitmentID: number(a.Job), Title: a.Title, Portals: []string{"Handoff"}, Duties: "<p>Testujesz.</p>"}
	if a.Elsewhere {
		spec.Portals = []string{"jobs.example.com"}
	}
	for _, p := range a.Regions {
		spec.Places = append(spec.Places, sim.Place{Region: p.Name, Towns: strings.Join(p.Cities, ", ")})
	}
	return spec
}

func (r *remote) Delete(c recruit.RemoteCandidateID) { _ = r.sim.DeleteCandidate(number(c)) }

func (r *remote) Fault(f atstest.Fault) {
	r.ok(r.sim.Faults(simkit.Fault{Match: simkit.Match{Nth: f.Nth, Method: f.Method, Credential: r.credential()},
		Kind: simkit.Kind(f.Kind), Status: f.Status, Delay: simkit.Duration(f.Delay)}))
}

func (r *remote) Heal() { r.sim.ClearFaults() }

func (r *remote) Misbehave(seed uint64, share float64) { r.sim.Misbehave(seed, share) }

func (r *remote) Answer(status int, header map[string]string, body string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.answers = []func(http.ResponseWriter){func(w http.ResponseWriter) {
		for k, v := range header {
			w.Header().Set(k, v)
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}}
}

// Expire ends all tokens; a key has no end.
func (r *remote) Expire() { r.sim.Clock().Advance(2 * time.Hour) }

func (r *remote) Withdraw() { r.ok(r.sim.RevokeKey(r.credential())) }

func (r *remote) Lag(d time.Duration) { r.sim.SetLag(d) }

func (r *remote) Calls() []atstest.Call {
	var out []atstest.Call
	for _, e := range r.sim.Journal(0).Entries {
		if e.Credential != r.admin.ID && e.Op != "getToken" {
			out = append(out, atstest.Call{Method: e.Method, Template: e.Path, Target: e.Target, Status: e.Status,
				Worked: e.WorkStatus >= 200 && e.WorkStatus < 300, Limited: e.Limited != ""})
		}
	}
	return out
}

func (r *remote) ok(err error) {
	if err != nil {
		r.t.Helper()
		r.t.Fatal(err)
	}
}

func text(n int64) string { return strconv.FormatInt(n, 10) }

func number[T ~string](id T) int64 {
	n, _ := strconv.ParseInt(string(id), 10, 64)
	return n
}

var (
	_ atstest.Remote     = (*remote)(nil)
	_ atstest.Advertiser = (*remote)(nil)
)
