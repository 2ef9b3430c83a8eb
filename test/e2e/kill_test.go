package e2e

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"handoff/internal/simulator/simkit"
	"handoff/internal/simulator/smartrecruiters"
)

// The full size is 500 applications and 50 kills:
//
//	go test ./test/e2e -run TestKilled -kill.applications 500 -kill.kills 50 -timeout 60m
var (
	killApplications = flag.Int("kill.applications", 60, "applications in the kill test")
	killKills        = flag.Int("kill.kills", 8, "times that the process is killed")
	killSeed         = flag.Uint64("kill.seed", 1, "of faults and moments")
	killLog          = flag.String("kill.log", "", "file that keeps the log")
	killIntensity    = flag.Float64("kill.intensity", 0.15, "share of the ATS's answers that go wrong")
)

// pdf is a real one-page PDF of about size bytes that nobody else has.
func pdf(n, size int) []byte {
	r := rand.New(rand.NewPCG(uint64(n), 7))
	filler := make([]byte, 0, size)
	for len(filler) < size {
		filler = append(filler, fmt.Sprintf("%% %016x\n", r.Uint64())...)
	}
	return []byte(fmt.Sprintf("%%PDF-1.4\n%s1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n"+
		"3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>\nendobj\ntrailer\n<< /Size 4 /Root 1 0 R >>\n%%%%EOF\n", filler))
}

func sum(b []byte) string {
	h := sha256.Sum256(b)
	return hex.EncodeToString(h[:])
}

// tenant is an installation with a company whose process is bound and open.
type tenant struct {
	*installation
	api     *client
	conn    string
	process string
	job     smartrecruiters.LedgerJob // at SmartRecruiters
}

// moveIn makes a company with a token for its API.
func moveIn(in *installation) *tenant {
	in.t.Helper()
	in.run("correct horse battery staple\n", "init", "--company", "Acme Robotics", "--email", "admin@acme.example.com")
	token := strings.TrimSpace(in.run("", "token", "--company", "Acme Robotics", "--name", "e2e"))
	token = token[strings.LastIndexAny(token, " \n")+1:]
	in.start()
	return &tenant{installation: in, api: newClient(in.t, in.url, token)}
}

// bind opens a process and binds it to a job, as soon as that is in the list.
func (x *tenant) bind(job string) {
	x.t.Helper()
	x.process = openProcess(x.t, x.api)
	if !eventually(20*time.Second, func() bool {
		status, _, err := x.api.try("PUT", "/processes/"+x.process+"/binding", object{"connection_id": x.conn, "remote_job_id": job}, "")
		return err == nil && status == 200
	}) {
		x.t.Fatalf("the process could not be bound\n%s", x.tail())
	}
}

// settleIn makes a company, connects it by OAuth, and opens a process bound
// to "Machine Learning Engineer".
func settleIn(t testing.TB, in *installation, a *ats) *tenant {
	t.Helper()
	x := moveIn(in)
	x.job = a.Job("Machine Learning Engineer")
	conn := x.api.must("POST", "/connections", object{"ats": "smartrecruiters", "auth": "oauth", "environment": "production"})
	x.conn = conn["id"].(string)
	x.connect()
	x.bind(string(x.job.ID))
	return x
}

func openProcess(t testing.TB, api *client) string {
	p := api.must("POST", "/processes", object{"name": "Senior ML Engineer", "description": "Build models that ship.", "cities": []string{"Warszawa"},
		"work_mode": "hybrid", "contracts": []string{"b2b"}, "role": "machine_learning_engineer", "technologies": []string{"Python", "PyTorch", "Go"},
		"salaries":          []object{{"contract": "b2b", "from": 20000, "to": 28000, "currency": "PLN", "basis": "net", "period": "month"}},
		"salary_visibility": "public", "min_experience": 4})
	id := p["id"].(string)
	api.must("POST", "/processes/"+id+"/publish", nil)
	return id
}

// connect logs in at the ATS and confirms the account.
func (x *tenant) connect() {
	x.t.Helper()
	answer := x.api.must("POST", "/connections/"+x.conn+"/authorize", object{})
	authorize(x.t, answer["url"].(string))
	c := x.api.must("GET", "/connections/"+x.conn, nil)
	if c["state"] == "awaiting_confirmation" {
		x.api.must("POST", "/connections/"+x.conn+"/confirm", object{"account_id": c["account"].(object)["id"]})
	}
}

// application is the body of one application by API.
func (x *tenant) application(form object, n int, cv []byte) object {
	decision := func(part string) object { return form[part].(object) }
	transfer := object{"decision": "given", "version": decision("ats_transfer")["version"]}
	remote := []object{}
	for _, r := range form["remote_consents"].([]any) {
		if c := r.(object); c["kind"] == "consent" {
			remote = append(remote, object{"id": c["id"], "version": c["version"], "decision": "given"})
		}
	}
	return object{
		"candidate": object{"first_name": fmt.Sprintf("Łucja %d", n), "last_name": "Żółć-Próbna", "email": fmt.Sprintf("candidate%d@example.com", n)},
		"cv":        object{"file_name": fmt.Sprintf("cv %d.pdf", n), "content_type": "application/pdf", "content": base64.StdEncoding.EncodeToString(cv)},
		"consent": object{"clause": object{"version": decision("clause")["version"]}, "ats_transfer": transfer, "locale": "pl",
			"remote": remote, "form_token": form["form_token"]},
	}
}

// victim is an ATS under the kill test.
type victim struct {
	x         *tenant
	misbehave func()
	calm      func()
	// mend does what a person would whose turn it is, and says how often.
	mend func() int
	// compare holds the ATS's ledger against what was sent: each exactly once,
	// with its CV byte for byte.
	compare func(cvs [][]byte)
	journal func() simkit.JournalPage
}

// TestKilledAtAnyMomentNothingIsLostAndNothingIsDoubled does it at an ATS that
// keeps our tag on each candidate.
func TestKilledAtAnyMomentNothingIsLostAndNothingIsDoubled(t *testing.T) {
	a := newATS(t, smartrecruiters.Options{Seed: *killSeed})
	a.SetLag(700 * time.Millisecond)
	in := install(t, a, "HANDOFF_SMARTRECRUITERS_SETTLE=6s")
	x := settleIn(t, in, a)
	reconnected := 0
	v := victim{x: x, misbehave: func() { a.Misbehave(*killSeed, *killIntensity) }, calm: func() { a.ClearFaults(); a.SetLag(0) },
		mend:    func() int { n := x.mend(); reconnected += n; return n },
		compare: func(cvs [][]byte) { x.compare(a, cvs) }, journal: func() simkit.JournalPage { return a.Journal(0) }}
	kill(t, v)
	j, redeemed := a.Journal(0), 0
	for _, n := range j.Tallies["refresh_redeemed"] {
		if n > 1 {
			t.Errorf("a refresh token was redeemed %d times", n)
		}
		redeemed += n
	}
	t.Logf("%d refreshes, %d refused replays, %d reconnections", redeemed, j.Tally("refresh_replayed", ""), reconnected)
}

// kill sends applications while the ATS misbehaves and the process is killed,
// until all are told to be delivered, and compares.
func kill(t *testing.T, v victim) {
	x := v.x
	form := x.api.must("GET", "/processes/"+x.process+"/application-form?locale=pl", nil)
	cvs := make([][]byte, *killApplications)
	for i := range cvs {
		cvs[i] = pdf(i, 20_000)
	}

	v.misbehave()
	var accepted atomic.Int32
	var apply sync.WaitGroup
	next := make(chan int)
	for range 4 {
		apply.Go(func() {
			for n := range next {
				body, key := x.application(form, n, cvs[n]), fmt.Sprintf("kill-%d", n)
				ok := eventually(2*time.Minute, func() bool {
					status, answer, err := x.api.try("POST", "/processes/"+x.process+"/applications", body, key)
					if err == nil && status >= 400 && status < 500 && status != 409 && status != 429 {
						t.Errorf("application %d was refused: %d %v", n, status, answer)
					}
					if status == 429 {
						// Told to come back later, a platform does, and not in step with
						// the others.
						later := time.NewTimer(time.Duration(100+rand.IntN(300)) * time.Millisecond)
						<-later.C
					}
					return err == nil && status == 201
				})
				if !ok {
					t.Errorf("application %d was never accepted", n)
				}
				accepted.Add(1)
			}
		})
	}
	moments := rand.New(rand.NewPCG(*killSeed, 99))
	killed := 0
	done := make(chan struct{})
	go func() {
		defer close(done)
		for n := range *killApplications {
			next <- n
		}
		close(next)
		apply.Wait()
	}()
	for killed < *killKills || accepted.Load() < int32(*killApplications) {
		pause := time.NewTimer(time.Duration(100+moments.IntN(1400)) * time.Millisecond)
		<-pause.C
		if killed < *killKills {
			x.kill()
			killed++
			x.start()
		}
		v.mend()
	}
	<-done

	v.calm()
	states := object{}
	if !eventually(4*time.Minute, func() bool {
		pause := time.NewTimer(300 * time.Millisecond) // inside the token's own rate
		<-pause.C
		v.mend()
		states = x.states()
		return states["delivered"] == *killApplications
	}) {
		t.Errorf("not all were delivered: %v\n%s", states, x.tail())
	}
	if path := *killLog; path != "" {
		if err := os.WriteFile(path, []byte(x.logged()), 0o600); err != nil {
			t.Error(err)
		}
	}
	v.compare(cvs)
	j, faults := v.journal(), map[string]int{}
	for _, e := range j.Entries {
		if e.Fault != "" {
			faults[e.Fault]++
		}
	}
	t.Logf("%d applications, %d kills, faults %v in %d calls", *killApplications, killed, faults, len(j.Entries))
}

// mend does what a person would whose turn it is: the one click to reconnect.
// It returns how many it did.
func (x *tenant) mend() int {
	_, c, err := x.api.try("GET", "/connections/"+x.conn, nil, "")
	if err != nil || c["state"] != "broken" {
		return 0
	}
	x.connect()
	return 1
}

// states counts the deliveries by state.
func (x *tenant) states() object {
	out := object{}
	cursor := ""
	for {
		_, page, err := x.api.try("GET", "/processes/"+x.process+"/applications?limit=100&cursor="+cursor, nil, "")
		if err != nil || page["items"] == nil {
			return out
		}
		for _, it := range page["items"].([]any) {
			s := it.(object)["delivery"].(object)["state"].(string)
			n, _ := out[s].(int)
			out[s] = n + 1
		}
		if cursor, _ = page["next_cursor"].(string); cursor == "" {
			return out
		}
	}
}

// compare holds the ATS's ledger against what was sent: each exactly once,
// with its CV byte for byte.
func (x *tenant) compare(a *ats, cvs [][]byte) {
	x.t.Helper()
	l := a.Ledger()
	live := map[string]int{}
	for _, c := range l.Candidates {
		if c.RemovedAt == nil {
			for _, ap := range c.Applications {
				if ap.JobID == x.job.ID && ap.RemovedAt == nil {
					live[c.Email]++
				}
			}
		}
	}
	for n, cv := range cvs {
		email := fmt.Sprintf("candidate%d@example.com", n)
		if live[email] != 1 {
			x.t.Errorf("the ATS holds %d applications of %d, want 1", live[email], n)
			continue
		}
		for _, c := range l.Email(email) {
			for _, ap := range c.Applications {
				if ap.JobID != x.job.ID || ap.RemovedAt != nil {
					continue
				}
				files := 0
				for _, f := range ap.Attachments {
					if f.RemovedAt == nil {
						files++
						if f.SHA256 != sum(cv) {
							x.t.Errorf("application %d has another CV", n)
						}
					}
				}
				if files != 1 {
					x.t.Errorf("application %d has %d files, want 1", n, files)
				}
			}
		}
	}
}
