package e2e

import (
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"handoff/internal/simulator/erecruiter"
	"handoff/internal/simulator/simkit"
)

// recruiter is a simulated eRecruiter on a port of its own.
type recruiter struct {
	*erecruiter.Simulator
	url     string
	mapping string // lines that differ from the built-in ones
}

func newRecruiter(t testing.TB, o erecruiter.Options, mapping string) *recruiter {
	t.Helper()
	srv := httptest.NewUnstartedServer(nil)
	o.PublicURL, o.Populate, o.Partner = "http://"+srv.Listener.Addr().String(), true, "Handoff"
	a := &recruiter{Simulator: erecruiter.New(o), url: o.PublicURL, mapping: mapping}
	srv.Config.Handler = a.Handler()
	srv.Start()
	t.Cleanup(func() {
		a.Close()
		srv.CloseClientConnections()
		srv.Close()
	})
	return a
}

// environment implements simulated.
func (a *recruiter) environment(t testing.TB, _ string) []string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "mapping.json")
	if err := os.WriteFile(file, []byte(a.mapping), 0o600); err != nil {
		t.Fatal(err)
	}
	return []string{"HANDOFF_ERECRUITER_API_URL=" + a.url + a.Dialect().Base, "HANDOFF_ERECRUITER_AUTHORIZE_URL=" + a.url,
		"HANDOFF_ERECRUITER_MAPPING=" + file}
}

// takeKey connects by an access key, and chooses the source that stands for us.
func (x *tenant) takeKey(a *recruiter) {
	x.t.Helper()
	if _, err := a.AddOrigin(a.Partner()); err != nil {
		x.t.Fatal(err)
	}
	key := a.IssueKey(erecruiter.ScopeAll)
	conn := x.api.must("POST", "/connections", object{"ats": "erecruiter", "auth": "access_key", "environment": "production", "access_scope": "all",
		"credentials": object{"access_key": key.Key}})
	x.conn = conn["id"].(string)
	x.test()
	x.api.must("POST", "/connections/"+x.conn+"/sources/import", nil)
	if !eventually(20*time.Second, func() bool {
		for _, s := range x.api.must("GET", "/connections/"+x.conn+"/sources", nil)["items"].([]any) {
			if s := s.(object); s["name"] == a.Partner() {
				x.api.must("PUT", "/connections/"+x.conn+"/sources/selected", object{"source_id": s["id"]})
				return true
			}
		}
		return false
	}) {
		x.t.Fatalf("the source was not imported\n%s", x.tail())
	}
}

// test presses TEST THE CONNECTION and waits for it to pass.
func (x *tenant) test() {
	x.t.Helper()
	run := x.api.must("POST", "/connections/"+x.conn+"/test", nil)
	if !eventually(20*time.Second, func() bool {
		run = x.api.must("GET", "/test-runs/"+run["id"].(string), nil)
		return run["state"] != "running"
	}) || run["state"] != "passed" {
		x.t.Fatalf("the connection's test did not pass: %v\n%s", run, x.tail())
	}
}

// TestKilledAtAnATSWithoutTags does the same at an ATS where nothing marks what
// is ours: a repeated create makes a second application there, and only its
// list, by e-mail, source and time, tells what became of a lost one. Its rate
// is raised in the mapping.
func TestKilledAtAnATSWithoutTags(t *testing.T) {
	a := newRecruiter(t, erecruiter.Options{Seed: *killSeed, Limits: erecruiter.Limits{PerSecond: -1, Burst: -1},
		Switches: erecruiter.Switches{Duplicate: erecruiter.Second, ExternalID: erecruiter.Ignored}},
		`{"rate.per_second": 50, "rate.concurrency": 8}`)
	a.SetLag(700 * time.Millisecond)
	in := install(t, a, "HANDOFF_ERECRUITER_SETTLE=6s")
	x := moveIn(in)
	x.takeKey(a)
	job := a.Recruitment("Senior Go Developer")
	x.bind(strconv.FormatInt(job.ID, 10))
	if !eventually(20*time.Second, func() bool { // the recruitment's own texts are read once it is bound
		form := x.api.must("GET", "/processes/"+x.process+"/application-form?locale=pl", nil)
		return len(form["remote_consents"].([]any)) == len(job.Consents)
	}) {
		t.Fatalf("the texts of the recruitment are not in the form\n%s", in.tail())
	}
	kill(t, victim{x: x, misbehave: func() { a.Misbehave(*killSeed, *killIntensity) }, calm: func() { a.ClearFaults(); a.SetLag(0) },
		mend:    func() int { return 0 },
		compare: func(cvs [][]byte) { a.compare(t, job, cvs) },
		journal: func() simkit.JournalPage { return a.Journal(0) }})
}

// compare holds the ledger against what was sent: each exactly once, with its
// CV and every consent as it was decided.
func (a *recruiter) compare(t testing.TB, job erecruiter.LedgerRecruitment, cvs [][]byte) {
	t.Helper()
	asked := 0
	for _, c := range job.Consents {
		if !c.Clause {
			asked++
		}
	}
	held := map[string][]erecruiter.LedgerApplication{}
	for _, ap := range a.Ledger().Applications {
		if ap.RecruitmentID == job.ID && ap.RemovedAt == nil {
			held[ap.Email] = append(held[ap.Email], ap)
		}
	}
	for n, cv := range cvs {
		mine := held[fmt.Sprintf("candidate%d@example.com", n)]
		if len(mine) != 1 {
			t.Errorf("the ATS holds %d applications of %d, want 1", len(mine), n)
			continue
		}
		ap := mine[0]
		if len(ap.Files) != 1 || ap.Files[0].SHA256 != sum(cv) {
			t.Errorf("application %d has %d files, or another CV", n, len(ap.Files))
		}
		given := 0
		for _, c := range ap.Consents {
			if c.Given {
				given++
			}
		}
		if given != asked {
			t.Errorf("application %d has %d consents given, want %d", n, given, asked)
		}
	}
}
