package multipost_test

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"handoff/internal/company"
	"handoff/internal/connector"
	"handoff/internal/multipost"
	"handoff/internal/recruit"
)

func TestAnAdBecomesADraftAndNothingInItIsGuessed(t *testing.T) {
	r := newRig(t)
	r.complete(sample())
	p := r.draft()
	d := p.Details
	if p.State != recruit.ProcessDraft || p.Origin != recruit.OriginMultiposted || p.Owner != r.boss.User || d.Name != "Senior Go Developer" ||
		!slices.Equal(d.Cities, []string{"Warszawa", "Kraków"}) || !slices.Equal(d.Benefits, []string{"Owoce", "Rower"}) || !slices.Equal(d.Contracts, []string{"b2b"}) ||
		len(d.Salaries) != 1 || d.Salaries[0].To != 24000 || d.Description != "<p>Budujesz usługi w Go.</p>\n<ul><li>Go</li></ul>" {
		t.Errorf("the draft is %+v", p.Process)
	}
	if strings.Contains(d.Description, "Administratorem") {
		t.Error("the clause stands in the description")
	}
	if want := []string{"work_mode", "role", "technologies", "salary_visibility"}; !slices.Equal(p.Missing, want) {
		t.Errorf("missing is %v, want %v", p.Missing, want)
	}
	v := r.ad()
	if v.Content.Clause != "<p>Administratorem danych jest Acme.</p>" || v.Proposed == nil || v.Proposed.ID != "501" || v.Binding != nil || v.Process != p.ID {
		t.Errorf("the ad is %+v", v)
	}
	if !strings.Contains(string(v.Rows[0].Raw), `"jobOfferId":77`) {
		t.Errorf("the row as it came is %s", v.Rows[0].Raw)
	}
	if _, err := r.process.Public(r.ctx, p.Slug); !errors.Is(err, recruit.ErrNotFound) {
		t.Errorf("the public sees the draft: %v", err)
	}
}

func TestADraftThatIsSavedUnchangedIsNoDifferenceToItsAd(t *testing.T) {
	r := newRig(t)
	r.complete(later(func(a *recruit.RemoteAd) {
		a.Sections[0].HTML = `<p style="x">„Quoted" it's <a href="https://example.com/?a=1&b=2">a link</a><br>next</p>`
		a.Sections[1].HTML = "plain & simple\n\nsecond"
	}))
	r.touch()
	r.complete(later(func(a *recruit.RemoteAd) {
		a.ChangedAt = a.ChangedAt.Add(time.Hour)
		a.Sections[0].HTML = `<p style="y">„Quoted" it's <a href="https://example.com/?a=1&b=2">a link</a><br>next</p>`
		a.Sections[1].HTML = "plain & simple\n\nsecond"
	}))
	if d := r.ad().Differences(); len(d) != 0 {
		t.Errorf("there are differences: %+v", d)
	}
}

func TestAChangedAdUpdatesTheUntouchedDraftAndOnlyThat(t *testing.T) {
	r := newRig(t)
	r.complete(sample())
	r.partly(later(func(a *recruit.RemoteAd) { a.Title, a.Cities = "Go Developer", []string{"Gdańsk"} }))
	if p := r.draft(); p.Details.Name != "Go Developer" || !slices.Equal(p.Details.Cities, []string{"Gdańsk"}) || p.Revision != 2 {
		t.Errorf("the draft is %+v", p.Process)
	}
	r.touch()
	third := func(a *recruit.RemoteAd) {
		a.ChangedAt = a.ChangedAt.Add(time.Hour)
		a.Title, a.Cities = "Lead Go Developer", []string{"Gdańsk", "Sopot"}
	}
	r.partly(later(third))
	if p := r.draft(); p.Details.Name != "Go Developer" || p.Revision != 3 {
		t.Fatalf("a touched draft was changed: %+v", p.Process)
	}
	v, shown := r.shown()
	d := v.Differences()
	if len(d) != 2 || d[0].Field != "name" || d[0].Now.Name != "Go Developer" || d[0].New.Name != "Lead Go Developer" || d[1].Field != "cities" {
		t.Fatalf("the difference is %+v", d)
	}
	if err := r.Accept(r.ctx, r.boss, v.ID, multipost.Shown{Ad: shown.Ad, Process: shown.Process - 1}, "name"); !errors.Is(err, recruit.ErrConflict) {
		t.Errorf("accepting against an older process: %v", err)
	}
	r.must(r.Accept(r.ctx, r.boss, v.ID, shown, "name"))
	if p := r.draft(); p.Details.Name != "Lead Go Developer" || !slices.Equal(p.Details.Cities, []string{"Gdańsk"}) || p.Details.Role != "backend_developer" {
		t.Errorf("accepted into %+v", p.Details)
	}
	v, shown = r.shown()
	if d := v.Differences(); len(d) != 1 || d[0].Field != "cities" {
		t.Fatalf("left is %+v", d)
	}
	r.must(r.Dismiss(r.ctx, r.boss, v.ID, shown))
	r.complete(later(third))
	if v := r.ad(); len(v.Differences()) != 0 || !slices.Equal(r.draft().Details.Cities, []string{"Gdańsk"}) {
		t.Errorf("a dismissed version is back: %+v", v.Differences())
	}
	r.partly(later(func(a *recruit.RemoteAd) {
		third(a)
		a.ChangedAt = a.ChangedAt.Add(time.Hour)
		a.Cities = []string{"Hel"}
	}))
	if d := r.ad().Differences(); len(d) != 1 || d[0].New.Cities[0] != "Hel" {
		t.Errorf("the next version differs by %+v", d)
	}
	v, shown = r.shown()
	r.must(r.Accept(r.ctx, r.boss, v.ID, shown))
	if !slices.Equal(r.draft().Details.Cities, []string{"Hel"}) {
		t.Errorf("all was accepted into %+v", r.draft().Details)
	}
}

func TestAnOpenProcessIsChangedByNoAd(t *testing.T) {
	r := newRig(t)
	r.complete(sample())
	p := r.touch()
	_, err := r.process.Publish(r.ctx, r.boss, p.ID)
	r.must(err)
	r.partly(later(func(a *recruit.RemoteAd) { a.Title = "Another" }))
	r.complete(later(func(a *recruit.RemoteAd) { a.ChangedAt = a.ChangedAt.Add(time.Hour); a.Withdrawn = true }))
	if p := r.draft(); p.State != recruit.ProcessOpen || p.Details.Name != "Senior Go Developer" {
		t.Errorf("the open process is %s, %q", p.State, p.Details.Name)
	}
	v := r.ad()
	if v.State != multipost.Withdrawn || !v.Over() {
		t.Errorf("the ad is %s, over: %v", v.State, v.Over())
	}
	r.must(r.CloseProcess(r.ctx, r.boss, v.ID))
	if p := r.draft(); p.State != recruit.ProcessClosed || r.ad().Over() {
		t.Errorf("closed by a person it is %s", p.State)
	}
	r.complete(later(func(a *recruit.RemoteAd) { a.ChangedAt = a.ChangedAt.Add(2 * time.Hour) }))
	if p := r.draft(); p.State != recruit.ProcessClosed {
		t.Errorf("what a person closed came back as %s", p.State)
	}
}

func TestAnUntouchedDraftClosesWithItsAdAndComesBackWithIt(t *testing.T) {
	for name, over := range map[string]func(r *rig){
		"withdrawn": func(r *rig) { r.partly(later(func(a *recruit.RemoteAd) { a.Withdrawn = true })) },
		"expired": func(r *rig) {
			r.partly(later(func(a *recruit.RemoteAd) { a.ExpiresAt = r.now.Add(15 * time.Minute) }))
			r.partly() // nobody says so but the clock
		},
		"expired, and nothing listed": func(r *rig) { r.now = sample().ExpiresAt; r.complete() },
		"absent twice": func(r *rig) {
			other := later(func(a *recruit.RemoteAd) { a.Key, a.Title = "1/78", "" })
			r.complete(other)
			if p := r.draft(); p.State != recruit.ProcessDraft {
				r.t.Errorf("absent once it is %s", p.State)
			}
			r.complete(other)
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t)
			r.complete(sample())
			before := r.draft()
			over(r)
			p := r.draft()
			if p.State != recruit.ProcessClosed || p.Revision != 1 {
				t.Fatalf("the draft is %s at %d", p.State, p.Revision)
			}
			if _, err := r.process.Public(r.ctx, p.Slug); !errors.Is(err, recruit.ErrNotFound) {
				t.Errorf("the public hears of a draft that was closed: %v", err)
			}
			r.partly(later(func(a *recruit.RemoteAd) {
				a.ChangedAt = a.ChangedAt.Add(time.Hour)
				a.Title, a.ExpiresAt = "Back again", time.Time{}
			}))
			if p := r.draft(); p.ID != before.ID || p.State != recruit.ProcessDraft || p.Details.Name != "Back again" {
				t.Errorf("back it is %s, %q", p.State, p.Details.Name)
			}
		})
	}
}

func TestATouchedDraftIsOnlyToldAboutAndClosedByAPerson(t *testing.T) {
	r := newRig(t)
	r.complete(sample())
	r.touch()
	r.partly(later(func(a *recruit.RemoteAd) { a.Withdrawn = true }))
	v := r.ad()
	if r.draft().State != recruit.ProcessDraft || !v.Over() {
		t.Fatalf("the draft is %s, told: %v", r.draft().State, v.Over())
	}
	r.must(r.CloseProcess(r.ctx, r.boss, v.ID))
	if r.draft().State != recruit.ProcessClosed {
		t.Error("it is not closed")
	}
	r.partly(later(func(a *recruit.RemoteAd) { a.ChangedAt = a.ChangedAt.Add(time.Hour) }))
	if r.draft().State != recruit.ProcessClosed {
		t.Error("what a person closed was opened")
	}
	r.must(r.ReopenDraft(r.ctx, r.boss, v.ID))
	if r.draft().State != recruit.ProcessDraft {
		t.Error("it is no draft again")
	}
}

func TestEmptyFailedAndPartialListingsDeleteNothing(t *testing.T) {
	r := newRig(t)
	r.complete(sample())
	for range 5 {
		r.complete()
		r.partly()
		r.partly(later(func(a *recruit.RemoteAd) { a.Key, a.Title = "1/78", "" }))
	}
	for range 5 {
		r.fail = &connector.Error{Kind: connector.Unavailable, Op: "ads", Status: 500}
		r.complete(later(func(a *recruit.RemoteAd) { a.Key, a.Title = "1/78", "" }))
		r.fail = nil
	}
	if p := r.draft(); p.State != recruit.ProcessDraft {
		t.Fatalf("the draft is %s", p.State)
	}
	other := later(func(a *recruit.RemoteAd) { a.Key, a.Title = "1/78", "" })
	r.complete(other)
	r.partly(sample()) // seen between: not two in a row
	r.complete(other)
	if p := r.draft(); p.State != recruit.ProcessDraft {
		t.Fatalf("absent once, seen, absent once: the draft is %s", p.State)
	}
}

func TestAFailureIsKeptByItsKindAndTriedAgainAfterAMinute(t *testing.T) {
	r := newRig(t)
	r.fail = &connector.Error{Kind: connector.RateLimited, Op: "ads", RetryAfter: 3 * time.Minute}
	r.complete()
	x, err := r.Reading(r.ctx, r.boss, r.conn)
	r.must(err)
	if x.Error != "rate_limited" || !x.ReadAt.IsZero() || x.Due {
		t.Errorf("the reading is %+v", x)
	}
	r.now = r.now.Add(2 * time.Minute)
	if r.read() {
		t.Error("asked again before the ATS allowed it")
	}
	r.fail = &connector.Error{Kind: connector.Unavailable, Op: "ads"}
	r.now = r.now.Add(time.Minute)
	if !r.read() {
		t.Error("it is not tried again")
	}
	r.now = r.now.Add(59 * time.Second)
	if r.read() {
		t.Error("tried again within a minute")
	}
	r.now, r.fail, r.rows = r.now.Add(time.Second), nil, []recruit.RemoteAd{sample()}
	if !r.read() {
		t.Error("it is not tried again")
	}
	if x, err = r.Reading(r.ctx, r.boss, r.conn); err != nil || x.Error != "" || !x.CompleteAt.Equal(r.now) || x.Ads != 1 {
		t.Errorf("the reading is %+v (%v)", x, err)
	}
	r.now = r.now.Add(10*time.Minute - time.Second)
	if r.read() {
		t.Error("read twice within ten minutes")
	}
	for range 40 {
		r.now = r.now.Add(10 * time.Minute)
		r.read()
	}
	complete := 0
	for _, since := range r.asked[len(r.asked)-40:] {
		if since.IsZero() {
			complete++
		}
	}
	if complete != 1 {
		t.Errorf("in under seven hours everything was read %d times, want once", complete)
	}
}

func TestAReadingThatIsAskedForDuringAnotherIsNotLost(t *testing.T) {
	r := newRig(t)
	r.meanwhile = func() {
		r.now = r.now.Add(time.Second)
		r.must(r.Refresh(r.ctx, r.boss, r.conn))
		r.now, r.meanwhile = r.now.Add(time.Second), nil
	}
	if !r.read() || !r.read() {
		t.Fatal("it is not read again")
	}
	if len(r.asked) != 2 || !r.asked[1].IsZero() {
		t.Errorf("asked for changes since %v", r.asked)
	}
	if r.read() {
		t.Error("it is read a third time")
	}
}

func TestNothingIsReadWhereNothingCanBe(t *testing.T) {
	r := newRig(t)
	r.must(r.db.Broken(r.ctx, r.conn, "credential_refused", recruit.TurnAdmin, r.now))
	if r.read() {
		t.Error("a broken connection was read")
	}
	refused(t, r.Refresh(r.ctx, r.boss, r.conn), "connection_not_ready")
	r.must(r.db.Checked(r.ctx, r.conn, recruit.Account{ID: "acct-" + string(r.boss.Company)}, r.now))
	r.fail = &connector.Error{Kind: connector.Unauthorized, Op: "ads"}
	if !r.read() {
		t.Fatal("a repaired connection is not read")
	}
	if c, err := r.db.AnyConnection(r.ctx, r.conn); err != nil || c.State != recruit.ConnBroken || c.Reason != "credential_refused" {
		t.Errorf("after a refused key the connection is %s %s (%v)", c.State, c.Reason, err)
	}
	sr := r.connected(r.firm("Other", "admin@other.example.com"), "smartrecruiters")
	r.conn = sr
	if r.read() {
		t.Error("an ATS that multiposts nothing was read")
	}
}

func TestARunThatLostItsLaneKeepsNothing(t *testing.T) {
	r := newRig(t)
	l := r.lease()
	r.rows = []recruit.RemoteAd{sample()}
	pieces, err := (&multipost.Polls{Engine: r.Engine, Connection: r.conn}).Take(r.ctx, l, 8)
	r.must(err)
	r.must(r.db.ForgetLeases(r.ctx)) // somebody else's by now, and this run does not know
	for _, do := range pieces {
		do(r.ctx)
	}
	r.none()
}

func TestAnAdThatCannotBeUsedIsKeptAndTold(t *testing.T) {
	r := newRig(t)
	for _, c := range []struct {
		problem string
		drafts  int
		change  func(*recruit.RemoteAd)
	}{
		{multipost.ProblemNoRecruitment, 1, func(a *recruit.RemoteAd) { a.Job, a.Reference = "", "" }},
		{multipost.ProblemNoRecruitment, 1, func(a *recruit.RemoteAd) { a.Job, a.Reference = "", "QA" }}, // two have it
		{multipost.ProblemUnknownRecruitment, 1, func(a *recruit.RemoteAd) { a.Job = "999" }},
		{multipost.ProblemNoTitle, 0, func(a *recruit.RemoteAd) { a.Title = " \u202e" }},
		{multipost.ProblemNoKey, 1, func(a *recruit.RemoteAd) { a.Key = "" }},
		{multipost.ProblemExpired, 0, func(a *recruit.RemoteAd) { a.ExpiresAt = time.Date(2026, 11, 19, 0, 0, 0, 0, time.UTC) }},
		{multipost.ProblemHostile, 1, func(a *recruit.RemoteAd) { a.Sections[0].HTML = `<p onclick="x()">Go</p><script>alert(1)</script>` }},
		{multipost.ProblemHostile, 1, func(a *recruit.RemoteAd) { a.Title = `Engineer <img src=x onerror=alert(1)>` }},
		{multipost.ProblemCut, 1, func(a *recruit.RemoteAd) { a.Sections[0].HTML = strings.Repeat("ó", multipost.MaxText+1) }},
	} {
		t.Run(c.problem, func(t *testing.T) {
			r := newRig(t)
			r.complete(later(c.change))
			v := r.ad()
			r.has(v, c.problem, true)
			if c.drafts == 0 {
				r.none()
			} else if strings.Contains(r.draft().Details.Description, "script") {
				t.Errorf("the draft says %q", r.draft().Details.Description)
			}
			if len(v.Rows) != 1 {
				t.Errorf("its rows are %v", v.Rows)
			}
		})
	}
	by := newRig(t)
	by.complete(later(func(a *recruit.RemoteAd) { a.Job = "" })) // one has its reference number
	if v := by.ad(); v.Proposed == nil || v.Proposed.ID != "501" {
		t.Errorf("proposed is %+v", v.Proposed)
	}
	by.has(by.ad(), multipost.ProblemNoRecruitment, true)
	r.complete(later(func(a *recruit.RemoteAd) { a.Foreign, a.Portal = true, "elsewhere" }))
	r.none()
	if len(r.ads()) != 0 {
		t.Error("an ad for another platform stands among ours")
	}
	x, err := r.Reading(r.ctx, r.boss, r.conn)
	if p, lerr := r.List(r.ctx, r.boss, multipost.Filter{Foreign: true}); lerr != nil || len(p.Items) != 1 || err != nil || x.Foreign != 1 {
		t.Errorf("foreign ones are %+v, counted %d (%v, %v)", p.Items, x.Foreign, lerr, err)
	}
}

func TestATitleThatComesLaterMakesTheDraftAndOneThatGoesKeepsIt(t *testing.T) {
	r := newRig(t)
	r.complete(later(func(a *recruit.RemoteAd) { a.Title = "" }))
	r.none()
	r.partly(later(func(a *recruit.RemoteAd) { a.ChangedAt = a.ChangedAt.Add(time.Hour) }))
	if r.draft().Details.Name != "Senior Go Developer" {
		t.Error("no draft came with the title")
	}
	r.partly(later(func(a *recruit.RemoteAd) { a.ChangedAt, a.Title = a.ChangedAt.Add(2*time.Hour), "" }))
	if r.draft().Details.Name != "Senior Go Developer" {
		t.Error("the draft lost its name")
	}
}

func TestRegionsAreOneDraftAndARegionIsLostOnlyTheSecondTime(t *testing.T) {
	r := newRig(t)
	south := later(func(a *recruit.RemoteAd) {
		a.Row, a.Region, a.Cities = "b", "małopolskie", []string{"kraków", "Tarnów"}
	})
	r.complete(south, sample())
	cities := func(want ...string) {
		t.Helper()
		got := slices.Sorted(slices.Values(r.draft().Details.Cities))
		if slices.Sort(want); !slices.Equal(got, want) {
			t.Errorf("the cities are %v, want %v", got, want)
		}
	}
	cities("Warszawa", "Kraków", "Tarnów")
	r.has(r.ad(), multipost.ProblemRegions, true)
	r.partly(later(func(a *recruit.RemoteAd) { a.Cities = []string{"Radom"} })) // one region of it changed
	cities("Radom", "kraków", "Tarnów")
	r.complete(south)
	cities("Radom", "kraków", "Tarnów")
	r.complete(south)
	cities("kraków", "Tarnów")
	r.has(r.ad(), multipost.ProblemRegions, false)
}

func TestTheRecruiterWhomTheAdNamesOwnsTheDraft(t *testing.T) {
	r := newRig(t)
	ola := r.user("ola@acme.example.com")
	r.complete(later(func(a *recruit.RemoteAd) { a.RecruiterEmail = " Ola@ACME.example.com" }))
	if r.draft().Owner != ola.User {
		t.Error("it is not hers")
	}
	if p, err := r.List(r.ctx, ola, multipost.Filter{}); err != nil || len(p.Items) != 1 {
		t.Errorf("she sees %d ads (%v)", len(p.Items), err)
	}
	if p, err := r.List(r.ctx, r.user("jan@acme.example.com"), multipost.Filter{}); err != nil || len(p.Items) != 0 {
		t.Errorf("another user sees %d ads (%v)", len(p.Items), err)
	}
	for name, email := range map[string]string{"of another company": "admin@other.example.com", "nobody's": "x@acme.example.com", "of somebody disabled": "old@acme.example.com"} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t)
			r.firm("Other", "admin@other.example.com")
			old := r.user("old@acme.example.com")
			gone := true
			_, err := r.company.ChangeUser(r.ctx, r.boss, old.User, company.UserChange{Disabled: &gone})
			r.must(err)
			r.complete(later(func(a *recruit.RemoteAd) { a.RecruiterEmail = email }))
			if r.draft().Owner != r.boss.User {
				t.Errorf("the draft belongs to %s", r.draft().Owner)
			}
		})
	}
}

func TestADeletedDraftComesBackOnlyWhenAskedFor(t *testing.T) {
	r := newRig(t)
	r.complete(sample())
	r.must(r.process.Delete(r.ctx, r.boss, r.draft().ID))
	r.partly(later(func(a *recruit.RemoteAd) { a.Title = "Changed" }))
	r.complete(later(func(a *recruit.RemoteAd) { a.Title = "Changed" }))
	r.none()
	v := r.ad()
	r.has(v, multipost.ProblemDraftDeleted, true)
	if err := r.DraftAgain(r.ctx, r.user("ola@acme.example.com"), v.ID); !errors.Is(err, recruit.ErrForbidden) {
		t.Errorf("a User made one: %v", err)
	}
	r.must(r.DraftAgain(r.ctx, r.boss, v.ID))
	r.must(r.DraftAgain(r.ctx, r.boss, v.ID))
	if r.draft().Details.Name != "Changed" {
		t.Errorf("the draft is %+v", r.draft().Details)
	}
}

func TestAPushDoesWhatAPollDoesAndTwiceIsOnce(t *testing.T) {
	r := newRig(t)
	body := func(rows ...recruit.RemoteAd) []byte {
		b, err := json.Marshal(rows)
		r.must(err)
		return b
	}
	n, err := r.Push(r.ctx, r.boss, r.conn, body(sample()))
	if err != nil || n.Created != 1 || n.Ads != 1 {
		t.Fatalf("pushed %+v (%v)", n, err)
	}
	if n, err = r.Push(r.ctx, r.boss, r.conn, body(sample())); err != nil || n.Created != 0 || n.Unchanged != 1 {
		t.Errorf("pushed again %+v (%v)", n, err)
	}
	for range 3 { // what a push lacks is not absent
		_, err = r.Push(r.ctx, r.boss, r.conn, body(later(func(a *recruit.RemoteAd) { a.Key, a.Title = "1/78", "" })))
		r.must(err)
	}
	old := sample()
	old.Title, old.ChangedAt = "Stale", old.ChangedAt.Add(-time.Hour)
	_, err = r.Push(r.ctx, r.boss, r.conn, body(old))
	r.must(err)
	if p := r.draft(); p.State != recruit.ProcessDraft || p.Details.Name != "Senior Go Developer" {
		t.Errorf("the draft is %s, %q", p.State, p.Details.Name)
	}
	if n, err = r.Push(r.ctx, r.boss, r.conn, body(later(func(a *recruit.RemoteAd) { a.Key, a.Portal = "1/79", "jobs.example.com" }),
		later(func(a *recruit.RemoteAd) { a.Key, a.Portal, a.Title = "1/80", "HANDOFF", "" }))); err != nil || n.Foreign != 1 || n.Created != 0 {
		t.Errorf("pushed for another platform: %+v (%v)", n, err)
	}
	_, err = r.Push(r.ctx, r.boss, r.conn, []byte("{"))
	refused(t, err, "ads_unreadable")
	if _, err = r.Push(r.ctx, r.user("ola@acme.example.com"), r.conn, body()); !errors.Is(err, recruit.ErrForbidden) {
		t.Errorf("a User pushed: %v", err)
	}
	stranger := r.firm("Other", "admin@other.example.com")
	if _, err = r.Push(r.ctx, stranger, r.conn, body(sample())); !errors.Is(err, recruit.ErrNotFound) {
		t.Errorf("another company pushed: %v", err)
	}
	if _, err = r.Get(r.ctx, stranger, r.ads()[0].ID); !errors.Is(err, recruit.ErrNotFound) {
		t.Errorf("another company reads the ad: %v", err)
	}
	r.must(r.db.Broken(r.ctx, r.conn, "credential_refused", recruit.TurnAdmin, r.now))
	_, err = r.Push(r.ctx, r.boss, r.conn, body())
	refused(t, err, "connection_not_ready")
}

func TestAListingIsBoundedAndWhatIsLeftOutIsNotAbsent(t *testing.T) {
	r := newRig(t)
	many := func(n int) (rows []recruit.RemoteAd) {
		for i := range n {
			a := sample()
			a.Key, a.Title = "k/"+string(rune('a'+i%26))+time.Duration(i).String(), ""
			rows = append(rows, a)
		}
		return rows
	}
	last := sample()
	last.Key = "z/1"
	refusedNow := func(want int) {
		t.Helper()
		x, err := r.Reading(r.ctx, r.boss, r.conn)
		r.must(err)
		if x.Refused != want || x.Ads != multipost.MaxAds {
			t.Errorf("%d kept, %d refused, want %d", x.Ads, x.Refused, want)
		}
	}
	r.complete(append(many(multipost.MaxAds-1), last)...)
	refusedNow(0)
	for range 2 {
		r.complete(append(many(multipost.MaxAds), last)...)
		r.must(nil)
	}
	x, err := r.Reading(r.ctx, r.boss, r.conn)
	if err != nil || x.Refused != 1 {
		t.Errorf("refused %d (%v), want 1", x.Refused, err)
	}
	if p := r.draft(); p.State != recruit.ProcessDraft {
		t.Errorf("what was left out is %s", p.State)
	}
}

func TestAListOfAdsLeavesOutWhatTheATSSent(t *testing.T) {
	r := newRig(t)
	r.complete(later(func(a *recruit.RemoteAd) { a.Raw = json.RawMessage(`"` + strings.Repeat("x", 7<<20) + `"`) }))
	if list := r.ads(); len(list) != 1 || len(list[0].Rows) != 0 || list[0].Content.Title == "" {
		t.Errorf("a list has rows of %d ads", len(list))
	}
	if v := r.ad(); len(v.Rows) != 1 || len(v.Rows[0].Raw) < 7<<20 {
		t.Errorf("the ad has %d rows", len(v.Rows))
	}
}

func TestWhatAPersonDoesMeanwhileIsNotOverwritten(t *testing.T) {
	r := newRig(t)
	r.complete(sample())
	known, err := r.db.KnownAds(r.ctx, r.conn, []string{r.ad().Key})
	r.must(err)
	k := known[0]
	next := later(func(a *recruit.RemoteAd) { a.Title = "Changed" })
	d := multipost.Decide(k, []recruit.RemoteAd{next}, false, r.now)
	if d.Act != multipost.Update {
		t.Fatalf("decided %v", d.Act)
	}
	r.touch()
	moved, err := r.db.SaveAds(r.ctx, r.conn, 0, []multipost.Change{{Decision: d, Before: k}}, r.now)
	if err != nil || len(moved) != 1 || r.draft().Details.Name != "Senior Go Developer" {
		t.Errorf("moved %v (%v), the draft is %q", moved, err, r.draft().Details.Name)
	}
	r.partly(next)
	if r.draft().Details.Name != "Senior Go Developer" || len(r.ad().Differences()) != 1 {
		t.Errorf("the draft is %q, the difference %+v", r.draft().Details.Name, r.ad().Differences())
	}
}
