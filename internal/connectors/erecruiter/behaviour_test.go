package erecruiter_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"handoff/internal/connector"
	"handoff/internal/connector/atstest"
	"handoff/internal/connectors/erecruiter"
	"handoff/internal/recruit"
	"handoff/internal/simulator/simkit"

	sim "handoff/internal/simulator/erecruiter"
)

func submission(job recruit.RemoteJobID, n int) connector.Submission {
	data := fmt.Appendf(nil, "%%PDF-1.7 %d", n)
	sum := sha256.Sum256(data)
	return connector.Submission{Application: recruit.ApplicationID(fmt.Sprintf("app_%d", n)), Job: job, Tag: recruit.NewTag(),
		Candidate: recruit.Candidate{FirstName: "Ada", LastName: "Nowak", Email: fmt.Sprintf("ada.%d@example.com", n)},
		CV: &connector.CVFile{Name: "cv.pdf", ContentType: "application/pdf", Size: int64(len(data)), SHA256: hex.EncodeToString(sum[:]),
			Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(data)), nil }}}
}

// run is an account with a connector that holds a key.
func run(t *testing.T, s setting, sw sim.Switches, change ...func(*connector.Settings)) (*remote, *connector.Conn) {
	t.Helper()
	r := start(t, s.dialect, atstest.Options{Variation: atstest.Variation{Value: sw}})
	return r, opened(t, s, r, key{r.Login(t, connector.AuthAccessKey)}, change...)
}

func check(t *testing.T, c *connector.Conn) (connector.Report, map[string]recruit.TestCheck) {
	t.Helper()
	r, err := c.Core.Check(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]recruit.TestCheck{}
	for _, x := range r.Checks {
		out[x.Name] = x
	}
	return r, out
}

func pushed(t *testing.T, c *connector.Conn, s connector.Submission) (connector.Receipt, error) {
	t.Helper()
	var last connector.Receipt
	err := c.Push.Push(t.Context(), s, connector.Receipt{}, func(r connector.Receipt) error { last = r; return nil })
	return last, err
}

func codeOf(err error) string {
	var e *connector.Error
	if errors.As(err, &e) {
		return e.Kind.String() + " " + e.Code
	}
	return ""
}

func TestAKeyOfSeveralCompaniesAsksWhich(t *testing.T) {
	for name, s := range settings(t) {
		t.Run(name, func(t *testing.T) {
			none := func(s *connector.Settings) { s.Account = "" }
			r, c := run(t, s, sim.Switches{CompanyID: sim.Text}, none)
			rep, _ := check(t, c)
			if !rep.Passed() || rep.Account != (recruit.Account{ID: text(r.sim.Company().ID), Name: "Acme Robotics"}) {
				t.Errorf("the only company is not taken: %+v", rep)
			}
			if jobs, err := c.Jobs.ListJobs(t.Context()); err != nil || len(jobs) == 0 {
				t.Errorf("without a choice that was needed: %d jobs, %v", len(jobs), err)
			}
			second, err := r.sim.AddCompany("Acme Services")
			r.ok(err)
			r.ok(r.sim.SetKeyCompanies(r.credential(), r.sim.Company().ID, second.ID))
			c = opened(t, s, r, key{r.again(t)}, none)
			rep, got := check(t, c)
			rights := got[connector.CheckRights]
			if rep.Passed() || len(rep.Accounts) != 2 || rep.Account.ID != "" || rights.Code != connector.CodeChooseAccount ||
				!strings.Contains(rights.Args["accounts"], "Acme Services ("+text(second.ID)+")") || got[connector.CheckCredential].State != recruit.CheckPassed {
				t.Errorf("with several companies: %+v", rep)
			}
			if _, err := c.Jobs.ListJobs(t.Context()); codeOf(err) != "forbidden COMPANY_NOT_CHOSEN" {
				t.Errorf("a call without a choice: %v", err)
			}
			c = opened(t, s, r, key{r.again(t)}, func(s *connector.Settings) { s.Account, s.Source = text(second.ID), nil })
			rep, got = check(t, c)
			if !rep.Passed() || rep.Account.Name != "Acme Services" || got[connector.CheckRights].Code != connector.CodeNothingShared {
				t.Errorf("the company that was chosen: %+v", rep)
			}
			c = opened(t, s, r, key{r.again(t)}, func(s *connector.Settings) { s.Account = "1" })
			if rep, got = check(t, c); rep.Passed() || got[connector.CheckRights].Code != connector.CodeChooseAccount {
				t.Errorf("a chosen company that is not there: %+v", rep)
			}
		})
	}
}

func TestRightsThatAreMissingAreNamed(t *testing.T) {
	for name, s := range settings(t) {
		t.Run(name, func(t *testing.T) {
			r, c := run(t, s, sim.Switches{})
			r.ok(r.sim.DenyOperation(r.credential(), "listRecruitments", true))
			r.ok(r.sim.DenyOperation(r.credential(), "listOrigins", true))
			rep, got := check(t, c)
			if rep.Passed() || got[connector.CheckRights].Args["rights"] != "recruitments, origins" || got[connector.CheckCredential].State != recruit.CheckPassed {
				t.Errorf("%+v", rep)
			}
			r.ok(r.sim.DenyOperation(r.credential(), "createApplication", true))
			if _, err := pushed(t, c, submission(r.Job(atstest.JobOther), 1)); !strings.HasPrefix(codeOf(err), "forbidden") {
				t.Errorf("without the right to insert: %v", err)
			}
		})
	}
}

// A key that was revoked may be answered 403 like one that lacks a right.
func TestARevokedKeyIsToldFromARightThatIsMissing(t *testing.T) {
	for name, s := range settings(t) {
		for _, sw := range []sim.Switches{{RevokedKey: "403"}, {RevokedKey: "403", ErrorBody: "empty"}, {ErrorBody: "html"}} {
			t.Run(fmt.Sprint(name, sw.RevokedKey, sw.ErrorBody), func(t *testing.T) {
				r, c := run(t, s, sw)
				r.Withdraw()
				if _, err := pushed(t, c, submission(r.Job(atstest.JobOther), 1)); !strings.HasPrefix(codeOf(err), "unauthorized") {
					t.Errorf("%v", err)
				}
				if _, got := check(t, c); got[connector.CheckCredential].Code != connector.CodeRefused {
					t.Errorf("%+v", got)
				}
			})
		}
	}
}

func TestATypedSourceIsAWarningAndNoFailure(t *testing.T) {
	s := settings(t)["builtin"]
	typed := func(set *connector.Settings) {
		set.Source = &recruit.Source{ID: "4711", Name: "4711", Group: connector.SourceTyped}
	}
	r, c := run(t, s, sim.Switches{}, typed)
	if rep, got := check(t, c); !rep.Passed() || got[connector.CheckSource].State != recruit.CheckWarning || got[connector.CheckSource].Code != connector.CodeSourceUnlisted {
		t.Errorf("%+v", rep)
	}
	r.ok(r.sim.DenyOperation(r.credential(), "listOrigins", true)) // the fallback is for this
	if rep, got := check(t, c); !rep.Passed() || got[connector.CheckSource].Code != connector.CodeSourceUnlisted {
		t.Errorf("%+v", rep)
	}
}

func TestPlacesOfPublicationAreSuggestedByName(t *testing.T) {
	s := settings(t)["builtin"]
	r, c := run(t, s, sim.Switches{}, func(set *connector.Settings) { set.PlatformName = "HANDOFF " })
	suggested := func(c *connector.Conn) (names []string) {
		list, err := c.Sources.ListSources(t.Context())
		r.ok(err)
		for _, x := range list {
			if x.Suggested {
				names = append(names, x.Name)
			}
		}
		return names
	}
	if got := suggested(c); !slices.Equal(got, []string{"Handoff"}) {
		t.Errorf("by the platform's name: %q", got)
	}
	for _, n := range []string{"inHire.io", "INHIRE"} {
		_, err := r.sim.AddOrigin(n)
		r.ok(err)
	}
	other := opened(t, s, r, key{r.again(t)}, func(set *connector.Settings) { set.PlatformName = "Elsewhere" })
	if got := suggested(other); !slices.Equal(got, []string{"inHire.io", "INHIRE"}) {
		t.Errorf("by the mapping's names, of which a person chooses: %q", got)
	}
	r.ok(r.sim.SetOriginActive(r.source.ID, false))
	list, err := c.Sources.ListSources(t.Context())
	r.ok(err)
	if slices.ContainsFunc(list, func(x recruit.Source) bool { return x.Name == "Handoff" }) {
		t.Error("a place that was switched off is offered")
	}
}

func TestAFormThatAsksForMoreIsAWarningBeforeAnybodyApplies(t *testing.T) {
	s := settings(t)["builtin"]
	r, c := run(t, s, sim.Switches{})
	open := func(id recruit.RemoteJobID) recruit.TestCheck {
		_, checks, err := c.Flight.Preflight(t.Context(), id)
		r.ok(err)
		return checks[0]
	}
	cv := recruit.RemoteJobID(text(r.sim.Recruitment("Frontend Developer").ID))
	if x := open(cv); x.State != recruit.CheckWarning || x.Code != connector.CodeFormCV {
		t.Errorf("a form that wants a CV: %+v", x)
	}
	without := submission(cv, 1)
	without.CV, without.Test = nil, true
	if _, err := pushed(t, c, without); codeOf(err) != "rejected CV_REQUIRED" {
		t.Errorf("nobody goes in without: %v", err)
	}
	job := r.Job(atstest.JobOther)
	_, err := r.sim.AddQuestion(number(job), "Prawo jazdy?", true)
	r.ok(err)
	if x := open(job); x.State != recruit.CheckWarning || x.Code != connector.CodeFormQuestions || x.Args["questions"] != "1" {
		t.Errorf("a form with a question: %+v", x)
	}
	if _, err := pushed(t, c, submission(job, 2)); codeOf(err) != "rejected QUESTIONS_REQUIRED" {
		t.Errorf("nobody goes in without an answer: %v", err)
	}
}

// TEST INTEGRATION works where consents are required: its candidate is nobody.
// What is optional stays unsaid even there.
func TestATestCandidateGivesWhatIsRequiredAndNothingElse(t *testing.T) {
	for name, s := range settings(t) {
		t.Run(name, func(t *testing.T) {
			r, c := run(t, s, sim.Switches{ClauseStatement: sim.Refused})
			job := r.Job(atstest.JobOpen)
			if _, err := pushed(t, c, submission(job, 1)); codeOf(err) != "rejected CONSENT_REQUIRED" {
				t.Errorf("a person without decisions: %v", err)
			}
			test := submission(job, 2)
			test.Test = true
			done, err := pushed(t, c, test)
			if err != nil || !done.Complete {
				t.Fatalf("a test: %+v, %v", done, err)
			}
			for _, h := range r.Held(job) {
				if h.Candidate == done.Candidate && len(h.Consents) != 1 {
					t.Errorf("decisions of a test: %v", h.Consents)
				}
			}
		})
	}
}

// Consents of which nothing can be read are typed into the mapping, by company.
func TestConsentsThatCannotBeReadAreTyped(t *testing.T) {
	s := settings(t)["builtin"]
	off := sim.Switches{ConsentsCall: sim.Off}
	r, c := run(t, s, off)
	job := r.Job(atstest.JobOpen)
	if list, err := c.Consents.RemoteConsents(t.Context(), job); connector.KindOf(err) != connector.Gone || list != nil {
		t.Errorf("%v, %v", list, err)
	}
	if _, _, err := c.Flight.Preflight(t.Context(), job); codeOf(err) != "misconfigured NO_CALL_FOR_CONSENTS" {
		t.Errorf("a recruitment that is there: %v", err)
	}
	must, may := r.sim.Recruitment("Senior Go Developer").Consents[1].ConsentID, r.sim.Recruitment("Senior Go Developer").Consents[2].ConsentID
	s.mapping = over(t, "v1.1", fmt.Sprintf(`{"consents.source": "static", "paths.consents": "", "consents.static": {"value": {"%d": [
		{"id": "7", "kind": "clause", "text": "Administratorem …", "language": "pl"},
		{"id": "%d", "kind": "consent", "text": "Wyrażam zgodę", "required": true, "version": 1},
		{"id": "%d", "kind": "consent", "text": "I na przyszłość"}]}}}`, r.sim.Company().ID, must, may))
	tg := s.target()
	tg.Variations = []atstest.Variation{{Name: "consents_call=off", Value: off}}
	atstest.Variations(t, tg)
	c = opened(t, s, r, key{r.again(t)})
	list, err := c.Consents.RemoteConsents(t.Context(), job)
	if err != nil || len(list) != 3 || list[0].Kind != recruit.RemoteClause || list[0].ID == "7" || !list[1].Required || list[2].Text != "I na przyszłość" {
		t.Errorf("%+v, %v", list, err)
	}
	if _, checks, err := c.Flight.Preflight(t.Context(), job); err != nil || checks[1].State != recruit.CheckPassed {
		t.Errorf("%+v, %v", checks, err)
	}
}

// A text that changed after it was shown is refused by an ATS that compares
// versions, and told apart from all other refusals.
func TestADecisionOnAnOlderTextIsNotPassedOffAsOneOnTheNew(t *testing.T) {
	s := settings(t)["builtin"]
	r, c := run(t, s, sim.Switches{ConsentVersion: sim.Refused})
	job := r.Job(atstest.JobOpen)
	list, err := c.Consents.RemoteConsents(t.Context(), job)
	r.ok(err)
	x := submission(job, 1)
	for _, k := range list {
		x.Consents = append(x.Consents, recruit.RemoteDecision{ID: k.ID, Version: k.Version, SHA256: k.SHA256, Decision: recruit.Given})
	}
	r.ok(r.sim.ChangeConsent(r.sim.Recruitment("Senior Go Developer").Consents[1].ConsentID, "Inny tekst"))
	if _, err := pushed(t, c, x); codeOf(err) != "rejected CONSENT_CHANGED" || len(r.sim.Ledger().Email(x.Candidate.Email)) != 0 {
		t.Errorf("%v", err)
	}
	again, err := c.Consents.RemoteConsents(t.Context(), job)
	if err != nil || again[1].SHA256 == list[1].SHA256 || again[1].Version != list[1].Version+1 {
		t.Errorf("the new text is told from the old by neither hash nor version: %+v, %v", again, err)
	}
}

func TestAListThatBreaksOffIsNeverTakenForWhole(t *testing.T) {
	for name, s := range settings(t) {
		t.Run(name, func(t *testing.T) {
			r, c := run(t, s, sim.Switches{LaterPages: "error_500"})
			r.AddJobs(120)
			x := submission(r.Job(atstest.JobOther), 1)
			for i := range 120 {
				r.AddCandidate(atstest.Other{Job: x.Job, Email: fmt.Sprintf("s%d@example.org", i)})
			}
			if list, err := c.Jobs.ListJobs(t.Context()); connector.KindOf(err) != connector.Unavailable || list != nil {
				t.Errorf("%d jobs, %v", len(list), err)
			}
			got, err := c.Find.Find(t.Context(), x.Job, []connector.Wanted{{Application: x.Application, Email: x.Candidate.Email}})
			if connector.KindOf(err) != connector.Unavailable || got != nil {
				t.Errorf("%v, %v", got, err)
			}
		})
	}
}

// Where every page has an order of its own, a list is read whole or not at all.
func TestAListWithoutAnOrderIsNeverTakenForWhole(t *testing.T) {
	for name, s := range settings(t) {
		t.Run(name, func(t *testing.T) {
			r, c := run(t, s, sim.Switches{ApplicationOrder: "shuffled"})
			x := submission(r.Job(atstest.JobOther), 1)
			done, err := pushed(t, c, x)
			r.ok(err)
			for i := range 120 {
				r.AddCandidate(atstest.Other{Job: x.Job, Email: fmt.Sprintf("s%d@example.org", i)})
			}
			for range 20 {
				got, err := c.Stages.ReadStages(t.Context(), x.Job, []connector.Tracked{{Application: x.Application, Candidate: done.Candidate, Remote: done.Application}})
				if err == nil && got.Stages[x.Application].Gone || err != nil && connector.KindOf(err) != connector.Unavailable {
					t.Errorf("%+v, %v", got, err)
				}
			}
		})
	}
}

// A row that is taken out while the pages are read moves the next one into the
// page before; ours must not fall between them.
func TestRowsThatMoveBetweenPagesAreNotMissed(t *testing.T) {
	s := settings(t)["builtin"]
	r, c := run(t, s, sim.Switches{ApplicationOrder: sim.OldestFirst})
	job := r.Job(atstest.JobOther)
	var first []int64
	for i := range 100 {
		r.AddCandidate(atstest.Other{Job: job, Email: fmt.Sprintf("s%d@example.org", i)})
	}
	for _, a := range r.sim.Ledger().Live(number(job)) {
		first = append(first, a.ID)
	}
	x := submission(job, 1)
	from := r.Now()
	_, err := pushed(t, c, x)
	r.ok(err)
	r.between(1, func() { r.ok(r.sim.RemoveApplication(first[0])); r.ok(r.sim.RemoveApplication(first[1])) })
	got, err := c.Find.Find(t.Context(), job, []connector.Wanted{{Application: x.Application, Email: x.Candidate.Email, From: from, To: r.Now()}})
	if err != nil || got[x.Application].Match != connector.Ours {
		t.Errorf("%+v, %v", got, err)
	}
}

// A note that is sent apart and lost is not written twice; where notes cannot
// be read it is written again, rather than lost.
func TestANoteThatWasLostIsLookedFor(t *testing.T) {
	for value, want := range map[sim.Setting]int{"on": 1, "error_500": 2} {
		t.Run(string(value), func(t *testing.T) {
			s := settings(t)["partner"]
			r, c := run(t, s, sim.Switches{NotesCall: value})
			x := submission(r.Job(atstest.JobOther), 1)
			x.CV, x.Candidate.LinkedInURL, x.Note = nil, "https://www.linkedin.com/in/ada", "From Handoff"
			r.ok(r.sim.Faults(simkit.Fault{Match: simkit.Match{Op: "addApplicationNote", Nth: 1}, Kind: simkit.DropAfter}))
			var done connector.Receipt
			record := func(got connector.Receipt) error { done = got; return nil }
			if err := c.Push.Push(t.Context(), x, done, record); connector.KindOf(err) != connector.Unanswered || done.Candidate == "" || done.Complete {
				t.Fatalf("%+v, %v", done, err)
			}
			if err := c.Push.Push(t.Context(), x, done, record); err != nil || !done.Complete {
				t.Fatalf("%+v, %v", done, err)
			}
			notes := r.sim.Ledger().Email(x.Candidate.Email)[0].Notes
			if len(notes) != want || notes[0] != "LinkedIn: https://www.linkedin.com/in/ada\nFrom Handoff" {
				t.Errorf("notes: %q, want %d", notes, want)
			}
		})
	}
}

// The API may give one company's recruitments a path of their own, and show no
// single one.
func TestAMappingMayPutTheCompanyIntoThePathAndLeaveCallsOut(t *testing.T) {
	m := mapped(t, `{"query.company": "", "paths.recruitments": "GET /{companyId}/Recruitments", "paths.recruitments_closed": "", "paths.recruitment": ""}`)
	if m.Has("recruitment") || m.Paths["recruitments"].Template != "/{companyId}/Recruitments" {
		t.Errorf("%+v", m.Paths)
	}
	for _, file := range []string{`{"paths.recruitment": ""}`, `{"paths.recruitment": "GET /No/{recruitmentId}"}`} {
		withoutOne(t, file)
	}
	s := settings(t)["builtin"] // nor is the call for closed ones more than inferred
	s.mapping = mapped(t, `{"paths.recruitments_closed": "GET /No/Closed"}`)
	r, c := run(t, s, sim.Switches{RecruitmentList: "active"})
	if list, err := c.Jobs.ListJobs(t.Context()); err != nil || len(list) == 0 || !list[0].Open {
		t.Errorf("%d jobs, %v", len(list), err)
	}
	r.ok(r.sim.DenyOperation(r.credential(), "listRecruitments", true))
	if _, err := c.Jobs.ListJobs(t.Context()); connector.KindOf(err) != connector.Forbidden {
		t.Errorf("%v", err)
	}
}

func withoutOne(t *testing.T, file string) {
	t.Helper()
	s := settings(t)["builtin"]
	s.mapping = mapped(t, file)
	r, c := run(t, s, sim.Switches{})
	for kind, want := range map[atstest.JobKind]connector.Kind{atstest.JobOpen: connector.Unknown, atstest.JobClosed: connector.Unknown, atstest.JobUnknown: connector.Gone, atstest.JobDenied: connector.Gone} {
		if _, _, err := c.Flight.Preflight(t.Context(), r.Job(kind)); connector.KindOf(err) != want {
			t.Errorf("job kind %d without a call for one: %v, want %v", kind, err, want)
		}
	}
}

func TestTheTypeIsTheMappings(t *testing.T) {
	m := mapped(t, `{"api.base": "https://other.example.com/v2", "rate.per_second": 10, "rate.longest_request": "30s", "rate.listing_lag": "1m", "cv.max_bytes": 1048576, "cv.extensions": ["pdf"], "auth.mode": "password"}`)
	typ := erecruiter.TypeWith(m)
	if typ.Hosts["production"].APIURL != "https://other.example.com/v2" || typ.Limits.PerSecond != 10 || !typ.Limits.Together || typ.Limits.Settle() != 90*time.Second ||
		typ.File.MaxBytes != 1<<20 || !slices.Equal(typ.File.Extensions, []string{"pdf"}) || typ.Auths[0].Auth != connector.AuthClientCredentials || typ.OAuth == nil {
		t.Errorf("%+v", typ)
	}
	if typ := erecruiter.Type(); typ.OAuth != nil || typ.Auths[0].Auth != connector.AuthAccessKey || typ.Auths[0].Exchanged || typ.Tags || typ.CanRemove || !typ.ConsentPerJob || !typ.SharedJobs {
		t.Errorf("%+v", typ)
	}
}

func TestTheCardIsWhereRecruitersWork(t *testing.T) {
	r, c := run(t, settings(t)["builtin"], sim.Switches{})
	x := submission(r.Job(atstest.JobOther), 1)
	done, err := pushed(t, c, x)
	if want := r.srv.URL + "/Candidates/" + string(done.Candidate) + "?recruitmentId=" + string(x.Job); err != nil || done.URL != want {
		t.Errorf("%s, want %s: %v", done.URL, want, err)
	}
	s := settings(t)["builtin"]
	s.mapping = mapped(t, `{"web.card": ""}`)
	c = opened(t, s, r, key{r.again(t)})
	if done, err := pushed(t, c, submission(x.Job, 2)); err != nil || done.URL != "" {
		t.Errorf("%q, %v", done.URL, err)
	}
}

// A clause is only read: with nothing but one, nobody was asked for anything.
func TestAClauseAloneIsNoConsent(t *testing.T) {
	for name, s := range settings(t) {
		t.Run(name, func(t *testing.T) {
			r, c := run(t, s, sim.Switches{})
			job := r.Job(atstest.JobOther)
			for _, x := range r.sim.Recruitment("Office Manager").Consents {
				if !x.Clause {
					r.ok(r.sim.UnassignConsent(number(job), x.ConsentID))
				}
			}
			list, err := c.Consents.RemoteConsents(t.Context(), job)
			if err != nil || len(list) != 1 || list[0].Kind != recruit.RemoteClause {
				t.Errorf("%+v, %v", list, err)
			}
			j, checks, err := c.Flight.Preflight(t.Context(), job)
			if err != nil || checks[1].State != recruit.CheckFailed || checks[1].Code != connector.CodeNoConsentAssigned || j.BlockedReason != connector.CodeNoConsentAssigned {
				t.Errorf("%+v, %+v, %v", j, checks, err)
			}
			if _, err := pushed(t, c, submission(job, 1)); codeOf(err) != "forbidden CONSENT_NOT_ASSIGNED" {
				t.Errorf("%v", err)
			}
		})
	}
}
