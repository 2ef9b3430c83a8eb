package smartrecruiters_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"handoff/internal/connector"
	"handoff/internal/connector/atstest"
	"handoff/internal/connectors/smartrecruiters"
	"handoff/internal/recruit"
	"handoff/internal/secret"
	sim "handoff/internal/simulator/smartrecruiters"
)

// key is a credential that is what it is.
type key struct{ c connector.Credential }

func (k key) Current(context.Context) (connector.Credential, error) { return k.c, nil }

func (key) Renew(context.Context, secret.String) (connector.Credential, error) {
	return connector.Credential{}, connector.ErrNoRenewal
}

func opened(t *testing.T, r *remote) *connector.Conn {
	t.Helper()
	set := r.Settings()
	set.Auth = connector.AuthAPIKey
	c, err := connector.Open(smartrecruiters.Type(), set, connector.Env{HTTP: transport(t), Now: r.Now,
		Tokens: key{r.Login(t, connector.AuthAPIKey)}})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func submission(job recruit.RemoteJobID, n int) connector.Submission {
	data := fmt.Appendf(nil, "%%PDF-1.7 %d", n)
	sum := sha256.Sum256(data)
	return connector.Submission{Application: recruit.ApplicationID(fmt.Sprintf("app_%d", n)), Job: job, Tag: recruit.NewTag(),
		Candidate: recruit.Candidate{FirstName: "Ada", LastName: "Nowak", Email: fmt.Sprintf("ada.%d@example.com", n)},
		CV: &connector.CVFile{Name: "cv.pdf", ContentType: "application/pdf", Size: int64(len(data)), SHA256: hex.EncodeToString(sum[:]),
			Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(data)), nil }}}
}

func find(t *testing.T, c *connector.Conn, s connector.Submission, from, to time.Time) connector.Found {
	t.Helper()
	got, err := c.Find.Find(t.Context(), s.Job, []connector.Wanted{{Application: s.Application, Tag: s.Tag, Email: s.Candidate.Email, From: from, To: to}})
	if err != nil {
		t.Fatal(err)
	}
	return got[s.Application]
}

var errHost = errors.New("stop")

func TestAnApplicationThatTheVendorAddedToAKnownPersonIsOursByItsOwnDate(t *testing.T) {
	for _, c := range []struct {
		name string
		sw   sim.Switches
		want connector.Match
	}{
		{"tags added", sim.Switches{DuplicateEmail: sim.SameCandidate, MergeTags: sim.Added}, connector.Ours},
		{"tags dropped", sim.Switches{DuplicateEmail: sim.SameCandidate, MergeTags: sim.Dropped}, connector.Ours},
		{"tags dropped and no application id", sim.Switches{DuplicateEmail: sim.SameCandidate, MergeTags: sim.Dropped, ApplicationID: sim.Absent}, connector.Existing},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := start(t, atstest.Options{Variation: atstest.Variation{Value: c.sw}})
			conn := opened(t, r)
			s := submission(r.Job(atstest.JobOpen), 1)
			theirs := r.AddCandidate(atstest.Other{Job: r.Job(atstest.JobOther), Email: s.Candidate.Email})
			r.Pass(24 * time.Hour)
			from := r.Now()
			err := conn.Push.Push(t.Context(), s, connector.Receipt{}, func(connector.Receipt) error { return errHost })
			if err != errHost {
				t.Fatal(err)
			}
			to := r.Now()
			if f := find(t, conn, s, from, to); f.Match != c.want || f.Candidate != theirs {
				t.Errorf("found %+v, want match %d of the known person", f, c.want)
			}
			r.Pass(24 * time.Hour)
			later := submission(s.Job, 1)
			later.Tag = recruit.NewTag()
			if f := find(t, conn, later, r.Now(), r.Now()); f.Match != connector.Existing {
				t.Errorf("another application of that person, a day later: %+v, want existing", f)
			}
		})
	}
}

func TestOfSeveralWithOurTagTheOneWithTheFileIsOurs(t *testing.T) {
	r := start(t, atstest.Options{})
	conn := opened(t, r)
	s := submission(r.Job(atstest.JobOpen), 1)
	for range 2 {
		if err := conn.Push.Push(t.Context(), s, connector.Receipt{}, func(connector.Receipt) error { return errHost }); err != errHost {
			t.Fatal(err)
		}
	}
	var done connector.Receipt
	if err := conn.Push.Push(t.Context(), s, connector.Receipt{}, func(x connector.Receipt) error { done = x; return nil }); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if f := find(t, conn, s, r.Now(), r.Now()); f.Match != connector.Ours || f.Candidate != done.Candidate {
			t.Errorf("found %+v, want the complete one", f)
		}
	}
}

func TestACandidateWithAnotherApplicationIsNotRemoved(t *testing.T) {
	r := start(t, atstest.Options{Variation: atstest.Variation{Value: sim.Switches{DuplicateEmail: sim.SameCandidate}}})
	conn := opened(t, r)
	s := submission(r.Job(atstest.JobOpen), 1)
	var done connector.Receipt
	if err := conn.Push.Push(t.Context(), s, connector.Receipt{}, func(x connector.Receipt) error { done = x; return nil }); err != nil {
		t.Fatal(err)
	}
	r.AddCandidate(atstest.Other{Job: r.Job(atstest.JobOther), Email: s.Candidate.Email, OurSource: true}) // the same person, by the switch
	err := conn.Remove.Remove(t.Context(), done.Candidate, s.Job, s.Tag)
	var e *connector.Error
	if !errors.As(err, &e) || e.Code != "NOT_OURS" || len(r.Held(s.Job)) == 0 {
		t.Errorf("a person with two applications: %v", err)
	}
}

func TestRowsThatMoveBetweenPagesAreNotMissed(t *testing.T) {
	r := start(t, atstest.Options{Variation: atstest.Variation{Value: sim.Switches{CandidateOrder: sim.UpdatedFirst}}})
	conn := opened(t, r)
	s := submission(r.Job(atstest.JobOpen), 1)
	var done connector.Receipt
	if err := conn.Push.Push(t.Context(), s, connector.Receipt{}, func(x connector.Receipt) error { done = x; return nil }); err != nil {
		t.Fatal(err)
	}
	for i := range 150 { // ours is now the oldest, on the second page
		r.AddCandidate(atstest.Other{Job: s.Job, Email: fmt.Sprintf("s%d@example.org", i)})
	}
	r.between(1, func() { // between the pages a recruiter touches ours, and it moves to the first
		if err := r.sim.MoveCandidate(string(done.Candidate), string(s.Job), sim.Move{Status: "IN_REVIEW"}); err != nil {
			t.Error(err)
		}
	})
	if err := r.sim.SetSwitches(sim.Switches{CandidateOrder: sim.UpdatedFirst, StatusMovesUpdatedOn: sim.Yes}); err != nil {
		t.Fatal(err)
	}
	if f := find(t, conn, s, r.Now(), r.Now()); f.Match != connector.Ours {
		t.Errorf("a row that moved while the pages were read: %+v", f)
	}
}

func TestWhoseLoginItIs(t *testing.T) {
	r := start(t, atstest.Options{})
	set := r.Settings()
	cred := r.Login(t, connector.AuthOAuth)
	c, err := connector.Open(smartrecruiters.Type(), set, connector.Env{HTTP: transport(t), Now: r.Now, Tokens: key{cred}})
	if err != nil {
		t.Fatal(err)
	}
	rep, err := c.Core.Check(t.Context())
	if err != nil || rep.Account != (recruit.Account{ID: "AcmeRobotics", Name: "Acme Robotics", User: "integration@acme.example.com"}) {
		t.Errorf("%+v, %v", rep.Account, err)
	}
}

func TestMissingRightsAreNamed(t *testing.T) {
	r := start(t, atstest.Options{})
	pair, err := r.sim.IssueClientCredentials([]string{"jobs_read", "company_read"}, "")
	if err != nil {
		t.Fatal(err)
	}
	set := r.Settings()
	set.Auth = connector.AuthClientCredentials
	cred, err := smartrecruiters.Type().OAuth.Refresh(t.Context(), set, transport(t), connector.Credential{Fields: map[string]secret.String{
		"client_id": secret.New(pair.ClientID), "client_secret": secret.New(pair.ClientSecret)}})
	if err != nil {
		t.Fatal(err)
	}
	c, err := connector.Open(smartrecruiters.Type(), set, connector.Env{HTTP: transport(t), Now: r.Now, Tokens: key{cred}})
	if err != nil {
		t.Fatal(err)
	}
	rep, err := c.Core.Check(t.Context())
	if err != nil || rep.Passed() {
		t.Fatalf("%+v, %v", rep, err)
	}
	for _, k := range rep.Checks {
		if k.Name == connector.CheckRights && (k.State != recruit.CheckFailed || k.Args["rights"] != "candidates_read, configuration_read") {
			t.Errorf("rights: %+v", k)
		}
		if k.Name == connector.CheckCredential && k.State != recruit.CheckPassed {
			t.Errorf("the credential is blamed: %+v", k)
		}
	}
	if _, err := c.Find.Find(t.Context(), r.Job(atstest.JobOpen), nil); connector.KindOf(err) != connector.Forbidden {
		t.Errorf("a right that is missing: %v", err)
	}
}

func TestTheCardIsAtTheLoginPagesHost(t *testing.T) {
	r := start(t, atstest.Options{})
	s := submission(r.Job(atstest.JobOpen), 1)
	var got connector.Receipt
	if err := opened(t, r).Push.Push(t.Context(), s, connector.Receipt{}, func(x connector.Receipt) error { got = x; return nil }); err != nil {
		t.Fatal(err)
	}
	if want := r.srv.URL + "/app/people/profile/" + string(got.Candidate) + "?jobId=" + string(s.Job); got.URL != want {
		t.Errorf("%s, want %s", got.URL, want)
	}
	if strings.Contains(got.URL, "@") {
		t.Error("an address stands in the URL")
	}
}
