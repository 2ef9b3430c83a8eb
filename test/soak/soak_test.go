//go:build soak

package soak

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http/httptest"
	"os"
	"strconv"
	"testing"
	"time"

	"handoff/internal/app"
	"handoff/internal/apply"
	"handoff/internal/company"
	"handoff/internal/connector"
	"handoff/internal/integration"
	"handoff/internal/process"
	"handoff/internal/recruit"
	"handoff/internal/secret"
	"handoff/internal/simulator/smartrecruiters"
	"handoff/internal/testkit"
)

const (
	intensity = 0.25                   // the share of calls that go wrong
	pace      = 400 * time.Millisecond // between applications: the ATS takes three calls for each, and ten a second
	restart   = 20 * time.Second
)

func TestSoak(t *testing.T) {
	long, err := time.ParseDuration(or(os.Getenv("HANDOFF_SOAK"), "1m"))
	if err != nil {
		t.Fatal(err)
	}
	seed, err := strconv.ParseUint(or(os.Getenv("HANDOFF_SOAK_SEED"), strconv.FormatUint(rand.Uint64N(1e9), 10)), 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("HANDOFF_SOAK_SEED=%d HANDOFF_SOAK=%s", seed, long)
	s := begin(t, seed)
	s.sim.Misbehave(seed, intensity)
	end, again := time.Now().Add(long), time.Now().Add(restart)
	tick := time.NewTicker(pace)
	defer tick.Stop()
	for n := 0; time.Now().Before(end); n++ {
		s.apply(n)
		if time.Now().After(again) {
			s.stop()
			s.start()
			again = time.Now().Add(restart)
		}
		<-tick.C
	}
	s.sim.Misbehave(seed, 0)
	s.settle()
	s.compare()
	s.stop()
}

// run is one soak.
type run struct {
	t       *testing.T
	sim     *smartrecruiters.Simulator
	options app.Options
	app     *app.App
	admin   recruit.Caller
	process recruit.ProcessID
	sent    map[string]string // e-mail to the CV's hash
}

func begin(t *testing.T, seed uint64) *run {
	s := &run{t: t, sim: smartrecruiters.New(smartrecruiters.Options{Seed: seed, Populate: true}), sent: map[string]string{}}
	server := httptest.NewServer(s.sim.Handler())
	t.Cleanup(func() { s.sim.Close(); server.Close() })
	_, port, _ := net.SplitHostPort(server.Listener.Addr().String())
	url := "http://localhost:" + port
	s.sim.SetPublicURL(url)
	s.options = app.Options{Data: t.TempDir(), Listen: "127.0.0.1:0", AllowPrivateEgress: true, Output: os.Stderr, LogLevel: "error",
		SmartRecruiters: app.ATS{APIURL: url, AuthorizeURL: url, TokenURL: url, Settle: 3 * time.Second}} // the simulator dawdles 0.2 s at most
	s.start()
	s.furnish()
	return s
}

func (s *run) start() {
	var err error
	if s.app, err = app.Start(s.t.Context(), s.options); err != nil {
		s.t.Fatal(err)
	}
}

func (s *run) stop() {
	if err := s.app.Close(); err != nil {
		s.t.Errorf("stop: %v", err)
	}
}

// furnish connects the ATS and opens a process that is bound to it.
func (s *run) furnish() {
	ctx := s.t.Context()
	co, u, err := s.app.Company.FirstCompany(ctx, "Acme Robotics", "Europe/Warsaw", "en", company.NewUser{Email: "admin@acme.example.com", Name: "Admin",
		Password: secret.New(recruit.RandomToken(16))})
	s.must(err)
	s.admin = recruit.Caller{Company: co.ID, User: u.ID, Role: recruit.RoleAdmin}
	// Not an API key: the simulator also says "expired", which a key cannot
	// survive without a person.
	pair, err := s.sim.IssueClientCredentials(nil, "")
	s.must(err)
	conn, err := s.app.Integration.Connect(ctx, s.admin, integration.NewConnection{ATS: "smartrecruiters", Auth: connector.AuthClientCredentials,
		Fields: integration.Fields{"client_id": secret.New(pair.ClientID), "client_secret": secret.New(pair.ClientSecret)}})
	s.must(err)
	_, err = s.app.Integration.Test(ctx, s.admin, conn.ID)
	s.must(err)
	s.until(time.Minute, func() bool {
		v, err := s.app.Integration.Connection(ctx, s.admin, conn.ID)
		return err == nil && v.State == recruit.ConnConnected && !v.JobsReadAt.IsZero()
	})
	p, err := s.app.Process.Create(ctx, s.admin, recruit.Details{Name: "Soak", Description: "For hours.", Cities: []string{"Warszawa"}, WorkMode: "remote",
		Contracts: []string{"b2b"}, Role: "other", Technologies: []string{"a", "b", "c"}, SalaryVisibility: "public",
		Salaries: []recruit.Salary{{Contract: "b2b", From: 1000, To: 2000, Currency: "PLN", Basis: "net", Period: "month"}}})
	s.must(err)
	s.process = p.ID
	_, _, err = s.app.Process.Bind(ctx, s.admin, p.ID, process.BindingChoice{Connection: conn.ID,
		RemoteJob: recruit.RemoteJobID(s.sim.Job("Machine Learning Engineer").ID)})
	s.must(err)
	_, err = s.app.Process.Publish(ctx, s.admin, p.ID)
	s.must(err)
}

func (s *run) apply(n int) {
	f, err := s.app.Apply.Form(s.t.Context(), s.process, "", "en")
	s.must(err)
	email := fmt.Sprintf("soak%d@example.com", n)
	cv := fmt.Appendf(nil, "%%PDF-1.4\n%% of number %d\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%%%EOF\n", n)
	_, err = s.app.Apply.Submit(s.t.Context(), apply.Submission{Process: s.process, Locale: "en", Channel: "api", FormToken: f.Token,
		Candidate:   recruit.Candidate{FirstName: "Soak", LastName: fmt.Sprintf("Number %d", n), Email: email},
		CV:          &apply.Upload{FileName: "cv.pdf", Body: bytes.NewReader(cv)},
		Clause:      &apply.Choice{Decision: recruit.Given, Version: f.Clause.Version},
		ATSTransfer: &apply.Choice{Decision: recruit.Given, Version: f.ATSTransfer.Version}})
	s.must(err)
	h := sha256.Sum256(cv)
	s.sent[email] = hex.EncodeToString(h[:])
}

// settle waits until every application is where it belongs. Nothing that the
// simulator did needs a person: what is held or needs one is a failure.
func (s *run) settle() {
	reasons := map[string]int{}
	states := func() map[recruit.DeliveryState]int {
		out := map[recruit.DeliveryState]int{}
		clear(reasons)
		for l := (recruit.List{Limit: 100}); ; {
			page, err := s.app.Apply.List(s.t.Context(), s.admin, apply.Filter{Process: s.process, List: l})
			s.must(err)
			for _, v := range page.Items {
				out[v.Delivery.State]++
				reasons[v.Delivery.Reason+" "+v.Delivery.VendorCode]++
			}
			if l.Cursor = page.Next; page.Next == "" {
				return out
			}
		}
	}
	s.until(30*time.Minute, func() bool {
		now := states()
		return now[recruit.DeliveryWaiting]+now[recruit.DeliveryAttempting]+now[recruit.DeliveryUnanswered] == 0
	})
	now := states()
	s.t.Logf("%d accepted; deliveries %v", len(s.sent), now)
	if now[recruit.DeliveryDelivered]+now[recruit.DeliveryLinked] != len(s.sent) {
		s.t.Errorf("%d accepted, but %v, because %v", len(s.sent), now, reasons)
	}
}

// compare looks at the far end: each candidate once, with one CV, byte for byte.
func (s *run) compare() {
	found := map[string]int{}
	for _, c := range s.sim.Ledger().Candidates {
		hash, ours := s.sent[c.Email]
		if !ours || c.RemovedAt != nil {
			continue
		}
		for _, a := range c.Applications {
			if a.RemovedAt != nil {
				continue
			}
			found[c.Email]++
			same := 0
			for _, f := range a.Attachments {
				if f.RemovedAt == nil && f.SHA256 == hash {
					same++
				}
			}
			if same != 1 {
				s.t.Errorf("%s has its CV %d times", c.Email, same)
			}
		}
	}
	for email := range s.sent {
		if found[email] != 1 {
			s.t.Errorf("the ATS holds %s %d times", email, found[email])
		}
	}
}

func (s *run) until(most time.Duration, ok func() bool) {
	if !testkit.Within(most, 100*time.Millisecond, ok) {
		s.t.Fatalf("not within %s", most)
	}
}

func (s *run) must(err error) {
	if err != nil {
		s.t.Helper()
		s.t.Fatal(err)
	}
}

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}
