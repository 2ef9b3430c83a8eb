package smartrecruiters_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"handoff/internal/atshttp"
	"handoff/internal/connector"
	"handoff/internal/connector/atstest"
	"handoff/internal/connectors/smartrecruiters"
	"handoff/internal/recruit"
	"handoff/internal/secret"
	"handoff/internal/simulator/simkit"
	sim "handoff/internal/simulator/smartrecruiters"
)

const redirectURI = "https://platform.example.com/oauth/callback"

// apart is the switch under which nothing can be looked up, and so nothing
// delivered: TestAListThatBreaksOffIsNeverTakenForWhole.
const apart = "later_pages"

// target is SmartRecruiters with its simulator, for the suite.
func target() atstest.Target {
	tg := atstest.Target{Type: smartrecruiters.Type(),
		Start: func(t testing.TB, o atstest.Options) atstest.Remote { return start(t, o) }}
	for _, s := range sim.SwitchList() {
		for _, v := range s.Values[1:] { // the first is the default, which every chapter runs under
			sw, err := sim.Switches{}.With(s.Name, v)
			if err != nil {
				panic(err)
			}
			if s.Name == apart {
				continue
			}
			tg.Variations = append(tg.Variations, atstest.Variation{Name: fmt.Sprintf("%s=%s", s.Name, v), Value: sw})
		}
	}
	tg.Mix = func(seed uint64) atstest.Variation {
		r := rand.New(rand.NewPCG(seed, 7))
		v, sw := atstest.Variation{}, sim.Switches{}
		for _, s := range sim.SwitchList() {
			if r.Float64() < 0.3 && s.Name != apart {
				value := s.Values[r.IntN(len(s.Values))]
				sw, _ = sw.With(s.Name, value)
				v.Name += fmt.Sprintf("%s=%s ", s.Name, value)
			}
		}
		v.Value = sw
		return v
	}
	return tg
}

// remote drives the simulator for the suite. What it does as a recruiter
// through the API carries a key of its own, which faults and journal leave out.
type remote struct {
	t      testing.TB
	sim    *sim.Simulator
	srv    *httptest.Server
	source sim.LedgerSource
	admin  sim.APIKey
	rules  *contract

	mu        sync.Mutex
	idle      *sync.Cond
	flying    int
	read      uint64 // how far the journal was read by the contract
	answers   []func(http.ResponseWriter)
	subs      []string // of interviews, see AddStage
	lists     int      // GET /candidates still to come before meanwhile is called
	meanwhile func()
}

func start(t testing.TB, o atstest.Options) *remote {
	t.Helper()
	return startWith(t, o, func(*sim.Options) {})
}

func startWith(t testing.TB, o atstest.Options, adjust func(*sim.Options)) *remote {
	t.Helper()
	so := sim.Options{Seed: 1, Populate: true, ClientID: "platform", ClientSecret: "platform-secret", RedirectURIs: []string{redirectURI}}
	so.Switches, _ = o.Variation.Value.(sim.Switches)
	if !o.Limits {
		so.Limits = sim.Limits{PerSecond: -1, InFlight: -1, CandidateLists: -1}
	}
	adjust(&so)
	r := &remote{t: t, sim: sim.New(so), rules: loadContract(t)}
	r.idle = sync.NewCond(&r.mu)
	r.srv = httptest.NewUnstartedServer(http.HandlerFunc(r.serve))
	r.srv.Config.ErrorLog = discard()
	r.srv.Start()
	r.sim.SetPublicURL(r.srv.URL)
	t.Cleanup(func() {
		r.sim.Close()
		r.srv.Close()
	})
	r.admin = r.sim.IssueKey()
	for _, s := range r.sim.Ledger().Sources {
		if s.Label == "Handoff" {
			r.source = s
		}
	}
	return r
}

// serve puts the contract and scripted answers before the simulator, and
// counts what is in flight.
func (r *remote) serve(w http.ResponseWriter, req *http.Request) {
	r.mu.Lock()
	r.flying++
	var scripted func(http.ResponseWriter)
	if len(r.answers) > 0 && req.Header.Get("X-SmartToken") != r.admin.Key {
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
	r.rules.hold(r, w, req, r.sim.Handler())
	if req.Method != http.MethodGet || req.URL.Path != "/candidates" {
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

// between calls f once, after the nth page of candidates from now was written.
func (r *remote) between(n int, f func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.lists, r.meanwhile = n, f
}

func (r *remote) Settings() connector.Settings {
	return connector.Settings{APIURL: r.srv.URL, AuthorizeURL: r.srv.URL + "/identity/oauth/allow", TokenURL: r.srv.URL + "/identity/oauth/token",
		ClientID: "platform", ClientSecret: secret.New("platform-secret"), PlatformName: "Handoff", PlatformTag: "handoff",
		Source: &recruit.Source{ID: r.source.TypeID + "/" + r.source.SubTypeID + "/" + r.source.ID, Name: r.source.Label}}
}

func (r *remote) Login(t testing.TB, auth connector.Auth) connector.Credential {
	t.Helper()
	switch auth {
	case connector.AuthAPIKey:
		return connector.Credential{Fields: map[string]secret.String{"api_key": secret.New(r.sim.IssueKey().Key)}}
	case connector.AuthClientCredentials:
		pair, err := r.sim.IssueClientCredentials(nil, "")
		if err != nil {
			t.Fatal(err)
		}
		return connector.Credential{Fields: map[string]secret.String{"client_id": secret.New(pair.ClientID), "client_secret": secret.New(pair.ClientSecret)}}
	}
	code, err := r.sim.Authorize("integration@acme.example.com", nil, redirectURI)
	if err != nil {
		t.Fatal(err)
	}
	net := atshttp.NewNetwork(atshttp.NetworkOptions{AllowPrivate: true})
	defer net.Close()
	tr := atshttp.New(atshttp.Options{Network: net, Limiter: atshttp.NewLimiter(connector.Limits{})})
	c, err := smartrecruiters.Type().OAuth.Exchange(t.Context(), r.Settings(), tr, code, redirectURI)
	if err != nil {
		t.Fatal(err)
	}
	return c
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
	switch kind {
	case atstest.JobOpen:
		return recruit.RemoteJobID(r.sim.Job("Machine Learning Engineer").ID)
	case atstest.JobOther:
		return recruit.RemoteJobID(r.sim.Job("Backend Engineer (Go)").ID)
	case atstest.JobClosed:
		return recruit.RemoteJobID(r.sim.Job("QA Engineer").ID)
	case atstest.JobDenied:
		j := r.sim.Job("Data Engineer")
		if err := r.sim.SetJobAccess(j.ID, true); err != nil {
			r.t.Fatal(err)
		}
		return recruit.RemoteJobID(j.ID)
	}
	return "00000000-0000-4000-8000-00000000dead"
}

func (r *remote) AddJobs(n int) {
	for i := range n {
		spec := sim.JobSpec{Title: fmt.Sprintf("Job %d", i)}
		if i%7 == 0 {
			spec.Status = "FILLED"
		}
		if _, err := r.sim.CreateJob(spec); err != nil {
			r.t.Fatal(err)
		}
	}
}

func (r *remote) Jobs() map[recruit.RemoteJobID]bool {
	out := map[recruit.RemoteJobID]bool{}
	for _, j := range r.sim.Ledger().Jobs {
		if !j.Template && !j.Denied {
			out[recruit.RemoteJobID(j.ID)] = j.Open
		}
	}
	return out
}

func (r *remote) DropSource() {
	if err := r.sim.DeleteSource(r.source.UUID); err != nil {
		r.t.Fatal(err)
	}
}

// api makes a call as a recruiter and returns the id in its answer.
func (r *remote) api(path, contentType string, body []byte) string {
	req, err := http.NewRequest(http.MethodPost, r.srv.URL+path, bytes.NewReader(body))
	if err != nil {
		r.t.Fatal(err)
	}
	req.Header.Set("X-SmartToken", r.admin.Key)
	req.Header.Set("Content-Type", contentType)
	resp, err := r.srv.Client().Do(req)
	if err != nil {
		r.t.Fatal(err)
	}
	defer resp.Body.Close()
	var out struct{ ID string }
	if err := json.NewDecoder(resp.Body).Decode(&out); err != nil || resp.StatusCode != http.StatusCreated {
		r.t.Fatalf("%s: status %d, %v", path, resp.StatusCode, err)
	}
	return out.ID
}

func (r *remote) AddCandidate(o atstest.Other) recruit.RemoteCandidateID {
	if !o.OurSource {
		k, err := r.sim.AddCandidate(sim.Stranger{FirstName: "Ann", LastName: "Stranger", Email: o.Email, Tags: o.Tags, JobID: string(o.Job)})
		if err != nil {
			r.t.Fatal(err)
		}
		if err := r.sim.MoveCandidate(k.ID, string(o.Job), sim.Move{Status: "IN_REVIEW"}); err != nil {
			r.t.Fatal(err)
		}
		return recruit.RemoteCandidateID(k.ID)
	}
	b, err := json.Marshal(map[string]any{"firstName": "Ann", "lastName": "Stranger", "email": o.Email, "tags": append([]string{}, o.Tags...),
		"sourceDetails": map[string]string{"sourceTypeId": r.source.TypeID, "sourceSubTypeId": r.source.SubTypeID, "sourceId": r.source.ID}})
	if err != nil {
		r.t.Fatal(err)
	}
	return recruit.RemoteCandidateID(r.api("/jobs/"+string(o.Job)+"/candidates", "application/json", b))
}

func (r *remote) PutFile(job recruit.RemoteJobID, c recruit.RemoteCandidateID, name string, data []byte) {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	_ = w.WriteField("attachmentType", "RESUME")
	part, err := w.CreateFormFile("file", name)
	if err != nil {
		r.t.Fatal(err)
	}
	_, _ = part.Write(data)
	_ = w.Close()
	r.api("/candidates/"+string(c)+"/jobs/"+string(job)+"/attachments", w.FormDataContentType(), b.Bytes())
}

func (r *remote) Held(job recruit.RemoteJobID) []atstest.Held {
	var out []atstest.Held
	for _, k := range r.sim.Ledger().Candidates {
		for _, a := range k.Applications {
			if k.RemovedAt != nil || a.RemovedAt != nil || a.JobID != string(job) {
				continue
			}
			h := atstest.Held{Candidate: recruit.RemoteCandidateID(k.ID), Application: recruit.RemoteApplicationID(a.ID), FirstName: k.FirstName,
				LastName: k.LastName, Email: k.Email, Phone: k.Phone, Tags: k.Tags, Source: a.Source.Label, Status: a.Status}
			h.LinkedIn, _ = k.Web["linkedin"].(string)
			for _, f := range a.Attachments {
				if f.RemovedAt == nil {
					h.Files = append(h.Files, atstest.File{Name: f.FileName, SHA256: f.SHA256, Size: f.Size})
				}
			}
			out = append(out, h)
		}
	}
	return out
}

func (r *remote) Delete(c recruit.RemoteCandidateID) { _ = r.sim.DeleteCandidate(string(c)) }

// own is the journal's name of the credential under test: the last one made.
func (r *remote) own() string {
	all := r.sim.Ledger().Credentials
	return all[len(all)-1].ID
}

func (r *remote) Fault(f atstest.Fault) {
	if err := r.sim.Faults(simkit.Fault{Match: simkit.Match{Nth: f.Nth, Method: f.Method, Credential: r.own()},
		Kind: simkit.Kind(f.Kind), Status: f.Status, Delay: simkit.Duration(f.Delay)}); err != nil {
		r.t.Fatal(err)
	}
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

func (r *remote) Expire() { r.sim.ExpireTokens(false) }

func (r *remote) Withdraw() {
	if err := r.sim.Revoke(r.own()); err != nil {
		r.t.Fatal(err)
	}
}

func (r *remote) Lag(d time.Duration) { r.sim.SetLag(d) }

func (r *remote) Calls() []atstest.Call {
	var out []atstest.Call
	for _, e := range r.sim.Journal(0).Entries {
		if e.Credential != r.admin.ID {
			out = append(out, atstest.Call{Method: e.Method, Template: e.Path, Target: e.Target, Status: e.Status,
				Worked: e.WorkStatus >= 200 && e.WorkStatus < 300, Limited: e.Limited != ""})
		}
	}
	return out
}

var _ atstest.Remote = (*remote)(nil)
