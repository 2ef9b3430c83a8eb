package erecruiter_test

import (
	"fmt"
	"testing"
	"time"

	"handoff/internal/connector"
	"handoff/internal/connector/atstest"
	"handoff/internal/connectors/erecruiter"
	"handoff/internal/recruit"
	"handoff/internal/simulator/simkit"

	sim "handoff/internal/simulator/erecruiter"
)

// breakage says where one thing that goes wrong is found, and as what.
type breakage struct {
	// check is state and code of a check of Check; flight, of Preflight.
	check, flight string
	// refused is kind and code of Preflight's error.
	refused string
	// other finds what is found elsewhere.
	other func(t *testing.T, r *remote, c *connector.Conn, made string) bool
}

func breakages() map[string]breakage {
	ad := func(holds func([]recruit.RemoteAd) bool) breakage {
		return breakage{other: func(t *testing.T, r *remote, c *connector.Conn, made string) bool {
			rows := ads(t, c, time.Time{})[made]
			return len(rows) > 0 && holds(rows)
		}}
	}
	return map[string]breakage{
		"key_revoked": {check: "credential failed refused"},
		"key_of_another_company": {other: func(t *testing.T, r *remote, c *connector.Conn, made string) bool {
			rep, _ := check(t, c)
			return rep.Account.ID == made && rep.Account.ID != r.Settings().Account // the host compares
		}},
		"key_without_right":    {check: "rights failed rights_missing"},
		"scope_narrowed":       {refused: "forbidden JOB_NOT_SHARED"},
		"recruitment_closed":   {flight: "job_open failed job_closed"},
		"recruitment_archived": {flight: "job_open failed job_archived"},
		"recruitment_unshared": {refused: "forbidden JOB_NOT_SHARED"},
		"consent_unassigned":   {flight: "consent_assigned failed no_consent_assigned"},
		"consent_changed": {other: func(t *testing.T, r *remote, c *connector.Conn, _ string) bool {
			list, err := c.Consents.RemoteConsents(t.Context(), r.Job(atstest.JobOpen))
			return err == nil && list[1].Version == 2 // and another hash: the host compares
		}},
		"consent_required": {other: func(t *testing.T, r *remote, c *connector.Conn, _ string) bool {
			list, err := c.Consents.RemoteConsents(t.Context(), r.Job(atstest.JobOpen))
			return err == nil && list[1].Required && list[2].Required
		}},
		"cv_demanded":         {flight: "job_open warning form_cv"},
		"question_mandatory":  {flight: "job_open warning form_questions"},
		"origin_deactivated":  {check: "source failed source_inactive"},
		"origin_removed":      {check: "source failed source_gone"},
		"origin_doubled":      {check: "source warning source_doubled"},
		"several_companies":   {check: "rights failed choose_account"},
		"token_endpoint_gone": {check: "rights failed token_gone"},
		"html_answers":        {check: "rights failed answer_page"},
		"empty_answers":       {check: "rights failed answer_empty"},
		"second_page_fails":   {check: "rights failed list_cut_off"},
		"offset_ignored":      {check: "rights warning paging_ignored"},
		"envelope_changed":    {check: "rights warning answer_moved"},
		"clock_skew":          {check: "credential warning clock_skew"},
		"rate_lowered":        {check: "rights warning rate_limited"},
		"stages_empty":        {check: "rights warning no_stages"},

		"ad_without_recruitment": ad(func(a []recruit.RemoteAd) bool { return a[0].Job == "" }),
		"ad_without_title":       ad(func(a []recruit.RemoteAd) bool { return a[0].Title == "" }),
		"ad_for_foreign_portal":  ad(func(a []recruit.RemoteAd) bool { return a[0].Foreign }),
		"ad_doubled_per_region":  ad(func(a []recruit.RemoteAd) bool { return len(a) == 3 }),
		"ad_with_hostile_html":   ad(func(a []recruit.RemoteAd) bool { return len(a[0].Sections) > 0 }),
		"ad_expired":             ad(func(a []recruit.RemoteAd) bool { return a[0].ExpiresAt.Year() > 1 }),
	}
}

// Each thing that may break is found before a candidate meets it, and as
// something of its own; and before it is broken there is nothing to be found.
func TestWhatWouldBreakTomorrowIsFoundToday(t *testing.T) {
	known := breakages()
	codes := map[string]string{}
	for what, b := range known {
		if code := b.check + b.flight; code != "" {
			if other := codes[code]; other != "" {
				t.Errorf("%s and %s are found alike", what, other)
			}
			codes[code] = what
		}
	}
	for _, b := range sim.Breakages() {
		want, ok := known[b.Name]
		if !ok {
			t.Errorf("%s: nobody looks for it", b.Name)
		}
		delete(known, b.Name)
		for name, s := range settings(t) {
			t.Run(name+"/"+b.Name, func(t *testing.T) {
				t.Parallel() // the vendor's limit is of the real clock
				found(t, s, b.Name, want)
			})
		}
	}
	for what := range known {
		t.Errorf("%s is no breakage", what)
	}
}

func found(t *testing.T, s setting, what string, want breakage) {
	if what == "token_endpoint_gone" {
		s = inMode(t, s, sim.Exchange)
	}
	r := start(t, s.dialect, atstest.Options{})
	l := &lender{typ: erecruiter.TypeWith(s.mapping), set: r.Settings(), tr: transport(t), cred: r.Login(t, connector.AuthAccessKey)}
	if what == "scope_narrowed" {
		r.ok(r.sim.SetKeyScope(r.credential(), sim.ScopeAll))
	}
	var c *connector.Conn
	if s.mapping.Auth.Exchanged() {
		c = opened(t, s, r, l)
	} else {
		c = opened(t, s, r, key{r.again(t)})
	}
	job := r.Job(atstest.JobOpen)
	target := sim.Target{Key: r.credential(), Recruitment: number(job), Origin: r.source.ID}
	if what == "several_companies" {
		c = opened(t, s, r, key{r.again(t)}, func(s *connector.Settings) { s.Account = "" })
	}
	if what == "scope_narrowed" {
		job = r.Job(atstest.JobDenied)
	}
	rep, _ := check(t, c)
	_, checks, err := c.Flight.Preflight(t.Context(), job)
	for _, x := range append(rep.Checks, checks...) {
		if err != nil || x.State != recruit.CheckPassed {
			t.Fatalf("before: %+v, %v", x, err)
		}
	}
	r.Pass(2 * time.Hour) // tokens end
	id, err := r.sim.Break(what, target)
	r.ok(err)
	if want.other != nil {
		if !want.other(t, r, c, text(id)) {
			t.Error("it is not found")
		}
		return
	}
	if want.check != "" {
		rep, _ := check(t, c)
		holds(t, rep.Checks, want.check)
		return
	}
	_, checks, err = c.Flight.Preflight(t.Context(), job)
	if codeOf(err) != want.refused {
		t.Errorf("preflight: %v, want %s", err, want.refused)
	}
	if want.flight != "" {
		holds(t, checks, want.flight)
	}
}

func holds(t *testing.T, checks []recruit.TestCheck, want string) {
	t.Helper()
	said := ""
	for _, x := range checks {
		said += fmt.Sprintln(x.Name, x.State, x.Code)
		if fmt.Sprint(x.Name, " ", x.State, " ", x.Code) == want {
			return
		}
	}
	t.Errorf("%s is not among\n%s", want, said)
}

// What is an outage stays one: nothing is broken that will not be whole later.
func TestAnOutageIsNoFailedCheck(t *testing.T) {
	for name, s := range settings(t) {
		r, c := run(t, s, sim.Switches{})
		for _, f := range []simkit.Fault{{Kind: simkit.StatusBefore, Status: 500}, {Kind: simkit.StatusBefore, Status: 503}, {Kind: simkit.HTML, Status: 502}, {Kind: simkit.DropBefore}, {Kind: simkit.Truncated}} {
			for _, op := range []string{"listCompanies", "listRecruitments", "listAccountStages", "listOrigins"} {
				r.sim.ClearFaults()
				f.Match = simkit.Match{Op: op, Nth: 1}
				r.ok(r.sim.Faults(f))
				if rep, err := c.Core.Check(t.Context()); connector.KindOf(err) != connector.Unavailable {
					t.Errorf("%s: %s of %s: %+v, %v", name, f.Kind, op, rep.Checks, err)
				}
			}
		}
		r.sim.ClearFaults()
		if rep, _ := check(t, c); !rep.Passed() {
			t.Errorf("%s: afterwards: %+v", name, rep.Checks)
		}
	}
}

// One odd answer is an accident; only what stays so is said.
func TestOneOddAnswerIsAskedForAgain(t *testing.T) {
	for name, s := range settings(t) {
		r, c := run(t, s, sim.Switches{})
		for _, f := range []simkit.Fault{{Kind: simkit.HTML, Status: 403}, {Kind: simkit.Empty200}} {
			for _, op := range []string{"listCompanies", "listRecruitments", "listAccountStages", "listOrigins"} {
				f.Match = simkit.Match{Op: op}
				r.sim.FailNext(f)
				if rep, _ := check(t, c); !rep.Passed() || rep.Checks[1].Code != "" {
					t.Errorf("%s: one %s of %s: %+v", name, f.Kind, op, rep.Checks)
				}
			}
		}
	}
}

// A clock is told to be wrong beyond two minutes, either way.
func TestTheClocksMayDifferByTwoMinutes(t *testing.T) {
	s := settings(t)["builtin"]
	r, c := run(t, s, sim.Switches{})
	for skew, wrong := range map[time.Duration]string{0: "", 119 * time.Second: "", -119 * time.Second: "", 3 * time.Minute: "3", -3 * time.Minute: "3", 5 * time.Hour: "300"} {
		r.sim.SetSkew(skew)
		_, got := check(t, c)
		x := got[connector.CheckCredential]
		if (x.Code == connector.CodeClockSkew) != (wrong != "") || x.State == recruit.CheckFailed || x.Args["minutes"] != wrong {
			t.Errorf("%v apart: %+v", skew, x)
		}
	}
}

// Where the vendor asks for a longer wait than a check takes, it ends saying so.
func TestACheckDoesNotWaitForLong(t *testing.T) {
	s := settings(t)["builtin"]
	r, c := run(t, s, sim.Switches{})
	r.ok(r.sim.Faults(simkit.Fault{Match: simkit.Match{Op: "listOrigins"}, Kind: simkit.StatusBefore, Status: 429, Headers: map[string]string{"Retry-After": "60"}}))
	began := time.Now()
	_, err := c.Core.Check(t.Context())
	if connector.KindOf(err) != connector.RateLimited || time.Since(began) > 10*time.Second {
		t.Errorf("after %v: %v", time.Since(began), err)
	}
}

// A right that only stages need is missed with a warning.
func TestARightThatOnlyStagesNeedIsAWarning(t *testing.T) {
	for name, s := range settings(t) {
		r, c := run(t, s, sim.Switches{})
		r.ok(r.sim.DenyOperation(r.credential(), "listAccountStages", true))
		rep, got := check(t, c)
		if x := got[connector.CheckRights]; !rep.Passed() || x.State != recruit.CheckWarning || x.Code != connector.CodeRightsMissing || x.Args["rights"] != "account_stages" {
			t.Errorf("%s: %+v", name, x)
		}
		r.ok(r.sim.DenyOperation(r.credential(), "listOrigins", true))
		rep, got = check(t, c)
		if x := got[connector.CheckRights]; rep.Passed() || x.State != recruit.CheckFailed || x.Args["rights"] != "account_stages, origins" {
			t.Errorf("%s: %+v", name, x)
		}
	}
}
