package e2e

import (
	"bytes"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/mail"
	"regexp"
	"slices"
	"testing"
	"time"

	"handoff/internal/app"
	"handoff/internal/apply"
	"handoff/internal/company"
	"handoff/internal/process"
	"handoff/internal/recruit"
	"handoff/internal/secret"
	"handoff/internal/simulator/erecruiter"
	"handoff/internal/simulator/simkit"
	"handoff/internal/simulator/smartrecruiters"
	"handoff/internal/testkit"
	"handoff/test/mailserver"
)

// moved is a house in this process whose clock a test moves, beside a simulated
// ATS that lives by the same clock and a mail server. Its time is the past:
// sessions end by the machine's clock.
type moved struct {
	t     testing.TB
	house *app.App
	clock *simkit.Clock
	sr    *smartrecruiters.Simulator // one of the two
	er    *erecruiter.Simulator
	url   string // of the ATS
	mail  *mailserver.Server
	log   *testkit.Buffer
	admin recruit.Caller
}

const (
	adminMail   = "admin@acme.example.com"
	adminSecret = "correct horse battery"
)

// local is a moment of Warsaw's wall clock.
func local(t testing.TB, s string) time.Time {
	t.Helper()
	warsaw, err := time.LoadLocation("Europe/Warsaw")
	if err != nil {
		t.Fatal(err)
	}
	at, err := time.ParseInLocation("2006-01-02 15:04", s, warsaw)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// newMoved starts one at a moment, with a company and its Admin.
func newMoved(t testing.TB, at time.Time, lang, ats string) *moved {
	t.Helper()
	m := &moved{t: t, clock: simkit.NewClock(), log: &testkit.Buffer{}, mail: mailserver.Start(t, mailserver.Options{})}
	m.clock.Set(at)
	srv := httptest.NewUnstartedServer(nil)
	m.url = "http://" + srv.Listener.Addr().String()
	o := app.Options{Listen: "127.0.0.1:0", Data: t.TempDir(), AllowPrivateEgress: true, Now: m.clock.Now, LogLevel: "debug", Output: m.log,
		SMTPURL: secret.New(m.mail.URL()), MailFrom: "jobs@handoff.example.com"}
	var sim interface {
		Handler() http.Handler
		Close()
	}
	if ats == "eRecruiter" {
		m.er = erecruiter.New(erecruiter.Options{Seed: 1, Clock: m.clock, PublicURL: m.url, Populate: true, Partner: "Handoff", Limits: erecruiter.Limits{PerSecond: -1}})
		d := m.er.Dialect()
		sim, o.ERecruiter = m.er, app.ATS{APIURL: m.url + d.Base, AuthorizeURL: m.url, TokenURL: m.url + d.Auth.TokenPath, Settle: 2 * time.Second,
			Mapping: []byte(`{"web.card": "/app/applications/{applicationId}", "rate.per_second": 50, "rate.concurrency": 8}`)}
	} else {
		m.sr = smartrecruiters.New(smartrecruiters.Options{Seed: 1, Clock: m.clock, PublicURL: m.url, Populate: true, PlainCallbacks: true})
		sim, o.SmartRecruiters = m.sr, app.ATS{APIURL: m.url, AuthorizeURL: m.url, TokenURL: m.url, Settle: 2 * time.Second}
	}
	srv.Config.Handler = sim.Handler()
	srv.Start()
	t.Cleanup(func() {
		sim.Close()
		srv.CloseClientConnections()
		srv.Close()
	})
	var err error
	if m.house, err = app.Start(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := m.house.Close(); err != nil {
			t.Error(err)
		}
	})
	co, admin, err := m.house.Company.FirstCompany(t.Context(), "Acme Robotics", "Europe/Warsaw", lang,
		company.NewUser{Email: adminMail, Name: "Ada Admin", Role: recruit.RoleAdmin, Password: secret.New(adminSecret), Locale: lang})
	m.ok(err)
	m.admin = recruit.Caller{Company: co.ID, User: admin.ID, Role: recruit.RoleAdmin}
	return m
}

func (m *moved) ok(err error) {
	m.t.Helper()
	if err != nil {
		m.t.Fatalf("%v\n%s", err, m.log.Tail(5000))
	}
}

func (m *moved) until(what string, ok func() bool) {
	m.t.Helper()
	if !eventually(20*time.Second, ok) {
		m.t.Fatalf("%s: not within 20 s\n%s", what, m.log.Tail(5000))
	}
}

// connection is the company's one.
func (m *moved) connection() recruit.ConnectionID {
	m.t.Helper()
	all, err := m.house.Integration.Connections(m.t.Context(), m.admin)
	m.ok(err)
	if len(all) != 1 {
		m.t.Fatalf("%d connections", len(all))
	}
	return all[0].ID
}

// opened is an open process that sends to a job; the pages on which that is
// done have tests of their own.
func (m *moved) opened(name string, job recruit.RemoteJobID) process.View {
	m.t.Helper()
	ctx, e, conn := m.t.Context(), m.house.Process, m.connection()
	m.until("the jobs are read", func() bool {
		c, err := m.house.Integration.Connection(ctx, m.admin, conn)
		return err == nil && !c.JobsReadAt.IsZero()
	})
	p, err := e.Create(ctx, m.admin, recruit.Details{Name: name, Description: "Models that ship.", Cities: []string{"Warszawa"},
		WorkMode: "hybrid", Contracts: []string{"b2b"}, Role: "machine_learning_engineer", Technologies: []string{"Python", "Go", "SQL"},
		Salaries: []recruit.Salary{{Contract: "b2b", From: 20000, To: 28000, Currency: "PLN", Basis: "net", Period: "month"}}, SalaryVisibility: "public"})
	m.ok(err)
	_, _, err = e.Bind(ctx, m.admin, p.ID, process.BindingChoice{Connection: conn, RemoteJob: job})
	m.ok(err)
	p, err = e.Publish(ctx, m.admin, p.ID)
	m.ok(err)
	m.until("the job's texts can be shown", func() bool {
		f, err := m.house.Apply.Form(ctx, p.ID, "", "pl")
		return err == nil && !f.Unread
	})
	return p
}

// arrives sends a candidate who agrees to whatever is asked, without a
// browser, and waits for the ATS to have them.
func (m *moved) arrives(p recruit.ProcessID, lang, first, last, email string) recruit.ApplicationID {
	m.t.Helper()
	ctx := m.t.Context()
	var f apply.Form
	m.until("the job's texts can be shown", func() (ok bool) {
		var err error
		f, err = m.house.Apply.Form(ctx, p, "", lang)
		return err == nil && !f.Unread && f.ATSTransfer != nil
	})
	var remote []apply.RemoteChoice
	for _, c := range f.Remote {
		remote = append(remote, apply.RemoteChoice{ID: c.ID, Version: c.Version, Decision: recruit.Given})
	}
	receipt, err := m.house.Apply.Submit(ctx, apply.Submission{Process: p, Locale: lang, Channel: "api", FormToken: f.Token, Remote: remote,
		Candidate: recruit.Candidate{FirstName: first, LastName: last, Email: email, LinkedInURL: "https://www.linkedin.com/in/example"},
		Clause:    &apply.Choice{Decision: recruit.Given, Version: f.Clause.Version}, ATSTransfer: &apply.Choice{Decision: recruit.Given, Version: f.ATSTransfer.Version}})
	m.ok(err)
	m.delivered(receipt.Application)
	return receipt.Application
}

func (m *moved) delivered(id recruit.ApplicationID) {
	m.t.Helper()
	m.until("delivered", func() bool {
		v, err := m.house.Apply.Get(m.t.Context(), m.admin, id)
		return err == nil && v.Delivery.State == recruit.DeliveryDelivered
	})
}

// mailed are the mails that somebody got: subject and text.
func (m *moved) mailed(to string) (out []string) {
	m.t.Helper()
	for _, x := range m.mail.Mails() {
		if x.To != to || !x.Taken {
			continue
		}
		got, err := mail.ReadMessage(bytes.NewReader(x.Raw))
		m.ok(err)
		text, err := new(mime.WordDecoder).DecodeHeader(got.Header.Get("Subject"))
		m.ok(err)
		_, args, err := mime.ParseMediaType(got.Header.Get("Content-Type"))
		m.ok(err)
		parts := multipart.NewReader(got.Body, args["boundary"])
		for {
			p, err := parts.NextPart() // quoted-printable is undone
			if err == io.EOF {
				break
			}
			m.ok(err)
			b, err := io.ReadAll(p)
			m.ok(err)
			text += "\n" + string(b)
		}
		out = append(out, text)
	}
	return out
}

// ownPage is the address of the candidate's own page, from their newest mail.
func (m *moved) ownPage(to string) string {
	m.t.Helper()
	all := m.mailed(to)
	slices.Reverse(all)
	for _, text := range all {
		if u := regexp.MustCompile(`http://localhost:[0-9]+/my/\S+`).FindString(text); u != "" {
			return u
		}
	}
	m.t.Fatalf("no mail to %s has a link", to)
	return ""
}
