package app_test

import (
	"net"
	"strings"
	"testing"
	"time"

	"handoff/internal/app"
	"handoff/internal/apply"
	"handoff/internal/process"
	"handoff/internal/recruit"
	"handoff/internal/secret"
	"handoff/internal/testkit"
	"handoff/test/mailserver"
)

func mailed(t *testing.T, s *mailserver.Server, wait int) []mailserver.Mail {
	t.Helper()
	end := time.Now().Add(30 * time.Second)
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for range tick.C {
		if got := s.Mails(); len(got) >= wait || time.Now().After(end) {
			return got
		}
	}
	return nil
}

func TestAHouseWithAMailServerConfirmsAnApplication(t *testing.T) {
	s := mailserver.Start(t, mailserver.Options{User: "jobs", Password: "s3cret/#"})
	log := &testkit.Buffer{}
	o := options(t)
	o.Output, o.MailFrom = log, "Jobs <jobs@handoff.example.com>"
	o.SMTPURL = secret.New("smtp://jobs:s3cret%2F%23@" + s.Address())
	for _, f := range app.Check(t.Context(), o) {
		if f.Name == "mail" && (f.Advice != "" || !strings.Contains(f.Detail, s.Address()) || strings.Contains(f.Detail, "s3cret")) {
			t.Errorf("check says %+v", f)
		}
	}
	a := start(t, o)
	boss := found(t, a.House)
	p, err := a.Process.Create(t.Context(), boss, recruit.Details{Name: "Go", Description: "x", WorkMode: "remote", Contracts: []string{"b2b"}, Role: "other",
		Technologies: []string{"a", "b", "c"}, SalaryVisibility: "undisclosed"})
	if err == nil {
		var v process.View
		v, err = a.Process.Publish(t.Context(), boss, p.ID)
		p = v
	}
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.Apply.Submit(t.Context(), apply.Submission{Process: p.ID, Channel: "api", Locale: "en", Clause: &apply.Choice{Decision: recruit.Given, Version: 1},
		Candidate: recruit.Candidate{FirstName: "Anna", LastName: "Nowak", Email: "anna@example.com", LinkedInURL: "https://www.linkedin.com/in/anna"}}); err != nil {
		t.Fatal(err)
	}
	if got := mailed(t, s, 1); len(got) != 1 || got[0].To != "anna@example.com" || got[0].From != "jobs@handoff.example.com" {
		t.Errorf("the server has %v", got)
	}
	end := time.Now().Add(30 * time.Second)
	for _, body := get(t, a.URL()+"/metrics"); !strings.Contains(body, `handoff_mails_settled_total{state="sent"} 1`); _, body = get(t, a.URL()+"/metrics") {
		if time.Now().After(end) {
			t.Fatal("the mail is not counted")
		}
	}
	if err := a.Close(); err != nil {
		t.Error(err)
	}
	if strings.Contains(log.String(), "anna") || strings.Contains(log.String(), "s3cret") {
		t.Error("the log holds the candidate or the password")
	}
}

func TestCheckNamesWhatIsWrongWithTheMailServer(t *testing.T) {
	advice := func(url string) string {
		t.Helper()
		o := options(t)
		o.SMTPURL, o.MailFrom = secret.New(url), "jobs@handoff.example.com"
		for _, f := range app.Check(t.Context(), o) {
			if f.Name == "mail" {
				return f.Advice
			}
		}
		t.Fatal("mail is not checked")
		return ""
	}
	s := mailserver.Start(t, mailserver.Options{User: "jobs", Password: "right"})
	if a := advice("smtp://jobs:wrong@" + s.Address()); !strings.Contains(a, "user and password") {
		t.Errorf("a wrong password: %q", a)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	_ = l.Close()
	if a := advice("smtp://" + address); !strings.Contains(a, "cannot reach") {
		t.Errorf("nobody listens: %q", a)
	}
	for _, f := range app.Check(t.Context(), options(t)) {
		if f.Name == "mail" && (f.Advice != "" || !strings.Contains(f.Detail, "outbox")) {
			t.Errorf("without one: %+v", f)
		}
	}
}
