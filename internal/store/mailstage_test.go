package store_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/alexedwards/argon2id"

	"handoff/internal/apply"
	"handoff/internal/company"
	"handoff/internal/connector"
	"handoff/internal/notify"
	"handoff/internal/process"
	"handoff/internal/recruit"
	"handoff/internal/secret"
	"handoff/internal/stagesync"
	"handoff/internal/store"
)

// followed is a company whose connection's synchronisation moves candidates.
type followed struct {
	t    *testing.T
	db   *store.DB
	now  time.Time
	boss recruit.Caller
	conn recruit.ConnectionID
	apps []recruit.ApplicationID
}

func follow(t *testing.T, ats string, who stagesync.Teller, rules notify.Rules, people int) *followed {
	t.Helper()
	f := &followed{t: t, now: time.Date(2026, 11, 18, 9, 0, 0, 0, time.UTC)}
	f.db = open(t, t.TempDir(), func() time.Time { return f.now })
	firms := company.New(f.db, func() time.Time { return f.now })
	firms.Hash = &argon2id.Params{Memory: 64, Iterations: 1, Parallelism: 1, SaltLength: 16, KeyLength: 32}
	_, u, err := firms.FirstCompany(t.Context(), "Acme", "", "", company.NewUser{Email: "a@acme.invalid", Name: "Ada", Password: secret.New("long enough password")})
	must(t, err)
	f.boss = recruit.Caller{Company: u.Company, User: u.ID, Role: recruit.RoleAdmin}
	c := recruit.Connection{ID: recruit.NewConnectionID(f.now), Company: u.Company, ATS: ats, Auth: "access_key", Environment: "production", State: recruit.ConnUntested, CreatedAt: f.now}
	f.conn = c.ID
	must(t, f.db.InsertConnection(t.Context(), c, &connector.Credential{}, recruit.Text{ID: "text_1", Version: 1, PL: "x", EN: "x"}, string(u.ID)))
	if who != "" {
		s := stagesync.Defaults()
		s.WhoTells = who
		must(t, f.db.SaveSync(t.Context(), stagesync.Module{Connection: c.ID, Company: u.Company, Settings: s, Enabled: true, ActivatedAt: f.now}, string(u.ID), f.now))
	}
	if ats == "erecruiter" { // which moves whoever is looked at by itself
		fence, _, err := f.db.AcquireLane(t.Context(), "conn:"+string(f.conn), "test", f.now, f.now.Add(time.Millisecond))
		must(t, err)
		must(t, f.db.SaveStages(t.Context(), f.conn, fence, []recruit.RemoteStage{{Key: "IN_REVIEW", Automatic: true},
			{Key: recruit.StageKey(recruit.StageEvaluating), Automatic: true}}, "", f.now.Add(time.Hour), f.now))
	}
	rules.Manual = notify.TellNobody
	must(t, f.db.SaveMailRules(t.Context(), u.Company, rules, string(u.ID), f.now))
	jobs := process.New(f.db, func() time.Time { return f.now })
	p, err := jobs.Create(t.Context(), f.boss, recruit.Details{Name: "Go", Description: "x", WorkMode: "remote", Contracts: []string{"b2b"}, Role: "other",
		Technologies: []string{"a", "b", "c"}, SalaryVisibility: "undisclosed"})
	must(t, err)
	_, err = jobs.Publish(t.Context(), f.boss, p.ID)
	must(t, err)
	key, err := secret.GenerateKey()
	must(t, err)
	sealer, err := secret.NewSealer(key)
	must(t, err)
	door := apply.New(f.db, func() time.Time { return f.now }, sealer, nil, nil)
	for i := range people {
		f.now = f.now.Add(time.Millisecond)
		r, err := door.Submit(t.Context(), apply.Submission{Process: p.ID, Channel: "api", Clause: &apply.Choice{Decision: recruit.Given, Version: 1},
			Candidate: recruit.Candidate{FirstName: "Jan", LastName: "Nowak", Email: fmt.Sprintf("jan%d@example.com", i), LinkedInURL: "https://linkedin.com/in/jan"}})
		must(t, err)
		f.apps = append(f.apps, r.Application)
	}
	f.run()
	return f
}

// moved is a change that synchronisation brings for the nth of them.
func (f *followed) moved(n int, to recruit.Stage) {
	f.t.Helper()
	f.now = f.now.Add(time.Millisecond)
	store.Synchronised(f.t, f.db, f.boss.Company, f.apps[n], f.conn, to, false, f.now)
}

// run keeps what is due, as a house without a mail server does.
func (f *followed) run() {
	f.t.Helper()
	fence, ok, err := f.db.AcquireLane(f.t.Context(), notify.LaneKey, "test", f.now, f.now.Add(time.Minute))
	must(f.t, err)
	if !ok {
		return
	}
	for n := 100; n == 100; {
		n, err = f.db.KeepMails(f.t.Context(), fence, f.now, 100)
		must(f.t, err)
	}
	must(f.t, f.db.ReleaseLane(f.t.Context(), notify.LaneKey, fence, f.now))
}

// mails counts the stage mails by stage, state and reason.
func (f *followed) mails() map[string]int {
	f.t.Helper()
	list, err := f.db.Outbox(f.t.Context(), "", "", 1000)
	must(f.t, err)
	out := map[string]int{}
	for _, m := range list {
		if m.Kind == notify.KindStage {
			out[strings.TrimSpace(fmt.Sprintf("%s %s %s", m.Stage, m.State, m.Reason))]++
		}
	}
	return out
}

func (f *followed) want(want map[string]int) {
	f.t.Helper()
	if got := f.mails(); fmt.Sprint(got) != fmt.Sprint(want) {
		f.t.Errorf("mails are %v, want %v", got, want)
	}
}

func TestASynchronisedChangeIsToldAsTheConnectionAndTheRulesSay(t *testing.T) {
	const kept = " kept mail_no_server"
	everything := notify.Rules{Negative: true, Hired: true, Automatic: true}
	for _, c := range []struct {
		name, ats string
		who       stagesync.Teller
		rules     notify.Rules
		moves     []recruit.Stage
		want      map[string]int
	}{
		{"the platform tells", "smartrecruiters", stagesync.TellPlatform, notify.Rules{}, []recruit.Stage{recruit.StageInvited}, map[string]int{"invited" + kept: 1}},
		{"the ATS tells", "smartrecruiters", stagesync.TellATS, everything, []recruit.Stage{recruit.StageInvited}, map[string]int{}},
		{"nobody tells", "smartrecruiters", stagesync.TellNobody, everything, []recruit.Stage{recruit.StageInvited}, map[string]int{}},
		{"nobody chose", "smartrecruiters", "", everything, []recruit.Stage{recruit.StageInvited}, map[string]int{}},
		{"rejections are off", "smartrecruiters", stagesync.TellPlatform, notify.Rules{}, []recruit.Stage{recruit.StageNegative}, map[string]int{}},
		{"rejections are on", "smartrecruiters", stagesync.TellPlatform, everything, []recruit.Stage{recruit.StageNegative}, map[string]int{"negative" + kept: 1}},
		{"eRecruiter's own move is off", "erecruiter", stagesync.TellPlatform, notify.Rules{}, []recruit.Stage{recruit.StageEvaluating}, map[string]int{}},
		{"a person's same move elsewhere", "smartrecruiters", stagesync.TellPlatform, notify.Rules{}, []recruit.Stage{recruit.StageEvaluating}, map[string]int{"evaluating" + kept: 1}},
		{"a mistaken rejection, corrected", "smartrecruiters", stagesync.TellPlatform, everything, []recruit.Stage{recruit.StageNegative, recruit.StageWaiting},
			map[string]int{"negative cancelled mail_superseded": 1}},
		{"several, collapsed", "smartrecruiters", stagesync.TellPlatform, everything, []recruit.Stage{recruit.StageEvaluating, recruit.StageInvited, recruit.StageOffer},
			map[string]int{"evaluating cancelled mail_superseded": 1, "invited cancelled mail_superseded": 1, "offer_submitted" + kept: 1}},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := follow(t, c.ats, c.who, c.rules, 1)
			for _, s := range c.moves {
				f.moved(0, s)
			}
			f.now = f.now.Add(notify.Grace)
			f.run()
			f.want(c.want)
		})
	}
}

func TestABackfillAndAnotherMappingMailNobody(t *testing.T) {
	f := follow(t, "smartrecruiters", stagesync.TellPlatform, notify.Rules{Negative: true}, 1)
	store.Synchronised(t, f.db, f.boss.Company, f.apps[0], f.conn, recruit.StageInvited, true, f.now)
	f.now = f.now.Add(time.Hour)
	f.run()
	f.want(map[string]int{})
}

func TestABackwardMoveWaitsForAPersonAndTheCandidatesPageWithIt(t *testing.T) {
	f := follow(t, "smartrecruiters", stagesync.TellPlatform, notify.Rules{}, 2)
	link := secret.New(recruit.RandomToken(32))
	list, err := f.db.Outbox(t.Context(), "", "", 10)
	must(t, err)
	for _, m := range list {
		if m.Application == f.apps[0] {
			must(t, f.db.OpenMail(t.Context(), notify.Opening{Mail: m.ID, By: "op", Reason: "x", At: f.now, Link: link}))
		}
	}
	reads := func(want recruit.Stage) {
		t.Helper()
		o, err := f.db.OwnPage(t.Context(), link, f.now)
		must(t, err)
		if o.Stage != want {
			t.Errorf("the candidate reads %s, want %s", o.Stage, want)
		}
	}
	for i := range 2 {
		f.moved(i, recruit.StageOffer)
	}
	reads(recruit.StageWaiting)
	f.now = f.now.Add(notify.Grace)
	reads(recruit.StageOffer)
	f.run()
	for i := range 2 {
		f.moved(i, recruit.StageInvited)
	}
	f.now = f.now.Add(24 * time.Hour)
	f.run()
	f.want(map[string]int{"offer_submitted kept mail_no_server": 2, "invited held mail_backward": 2})
	reads(recruit.StageOffer)
	reach := recruit.Reach{Company: f.boss.Company}
	groups, err := f.db.HeldMails(t.Context(), reach)
	if err != nil || len(groups) != 1 || groups[0].Count != 2 || groups[0].Reason != notify.ReasonBackward || len(groups[0].Examples) != 2 {
		t.Fatalf("held: %+v (%v)", groups, err)
	}
	key := notify.HeldKey{Process: groups[0].Process, Stage: recruit.StageInvited, Reason: notify.ReasonBackward}
	for _, stranger := range []recruit.Reach{{Company: "com_other"}, {Company: f.boss.Company, Owner: "usr_other"}} {
		if n, err := f.db.DecideHeld(t.Context(), stranger, key, true, "usr_other", f.now); n != 0 || err != nil {
			t.Errorf("a stranger decided about %d (%v)", n, err)
		}
	}
	if n, err := f.db.DecideHeld(t.Context(), reach, key, true, string(f.boss.User), f.now); n != 2 || err != nil {
		t.Errorf("%d decided (%v)", n, err)
	}
	reads(recruit.StageInvited)
	f.run()
	f.want(map[string]int{"offer_submitted kept mail_no_server": 2, "invited kept mail_no_server": 2})
	if n, err := f.db.DecideHeld(t.Context(), reach, key, true, string(f.boss.User), f.now); n != 0 || err != nil {
		t.Errorf("%d decided once more (%v)", n, err)
	}
}

func TestMoreThanTwentyRejectionsOnAJobWithinAnHourMailNobody(t *testing.T) {
	f := follow(t, "smartrecruiters", stagesync.TellPlatform, notify.Rules{Negative: true}, 43)
	for i := range 20 {
		f.moved(i, recruit.StageNegative)
	}
	f.want(map[string]int{"negative waiting": 20})
	f.moved(20, recruit.StageNegative)
	f.moved(21, recruit.StageNegative)
	f.now = f.now.Add(notify.Grace)
	f.run()
	f.want(map[string]int{"negative held mail_many_rejections": 22})
	groups, err := f.db.HeldMails(t.Context(), recruit.Reach{Company: f.boss.Company})
	must(t, err)
	key := notify.HeldKey{Process: groups[0].Process, Stage: recruit.StageNegative, Reason: notify.ReasonManyRejections}
	if n, err := f.db.DecideHeld(t.Context(), recruit.Reach{Company: f.boss.Company}, key, false, string(f.boss.User), f.now); n != 22 || err != nil {
		t.Errorf("%d dropped (%v)", n, err)
	}
	f.run()
	f.want(map[string]int{"negative cancelled mail_dropped": 22})
	// An hour later the count begins anew.
	f.now = f.now.Add(time.Hour)
	for i := 22; i < 42; i++ {
		f.moved(i, recruit.StageNegative)
	}
	f.now = f.now.Add(notify.Grace)
	f.run()
	f.want(map[string]int{"negative cancelled mail_dropped": 22, "negative kept mail_no_server": 20})
	// Those that are out already count, and cannot be held.
	f.moved(42, recruit.StageNegative)
	f.want(map[string]int{"negative cancelled mail_dropped": 22, "negative kept mail_no_server": 20, "negative held mail_many_rejections": 1})
}

// What a person released is not held again by the next rejection, which counts
// it and is asked about alone.
func TestWhatAPersonReleasedIsNotHeldAgain(t *testing.T) {
	f := follow(t, "smartrecruiters", stagesync.TellPlatform, notify.Rules{Negative: true}, 22)
	f.now = time.Date(2026, 11, 18, 20, 0, 0, 0, time.UTC) // 21:00 in Warsaw: nothing leaves before 8:00
	for i := range 21 {
		f.moved(i, recruit.StageNegative)
	}
	f.want(map[string]int{"negative held mail_many_rejections": 21})
	reach := recruit.Reach{Company: f.boss.Company}
	release := func(want int) {
		t.Helper()
		groups, err := f.db.HeldMails(t.Context(), reach)
		must(t, err)
		if len(groups) != 1 || groups[0].Count != want {
			t.Fatalf("held: %+v", groups)
		}
		key := notify.HeldKey{Process: groups[0].Process, Stage: recruit.StageNegative, Reason: notify.ReasonManyRejections}
		if n, err := f.db.DecideHeld(t.Context(), reach, key, true, string(f.boss.User), f.now); n != want || err != nil {
			t.Errorf("%d released, want %d (%v)", n, want, err)
		}
	}
	f.now = f.now.Add(10 * time.Minute)
	release(21)
	f.now = f.now.Add(10 * time.Minute)
	f.moved(21, recruit.StageNegative)
	f.want(map[string]int{"negative waiting": 21, "negative held mail_many_rejections": 1})
	f.now = time.Date(2026, 11, 19, 7, 0, 0, 0, time.UTC)
	f.run()
	f.want(map[string]int{"negative kept mail_no_server": 21, "negative held mail_many_rejections": 1})
	release(1)
	f.run()
	f.want(map[string]int{"negative kept mail_no_server": 22})
}

func TestWhatAReadingOfTheATSChangesIsToldAndABackfillIsNot(t *testing.T) {
	m := stagesync.Mapping{"NEW": {Stage: recruit.StageWaiting}, "IN_REVIEW": {Stage: recruit.StageEvaluating}, "INTERVIEW": {Stage: recruit.StageInvited}}
	f := follow(t, "erecruiter", stagesync.TellPlatform, notify.Rules{}, 3)
	read := func(n int, key recruit.StageKey, backfill bool) {
		f.now = f.now.Add(time.Millisecond)
		store.Observed(t, f.db, f.boss.Company, f.apps[n], f.conn, key, m, backfill, f.now)
	}
	for range 2 { // the second reading finds nothing new
		read(0, "INTERVIEW", false)
		read(1, "INTERVIEW", true)
		read(2, "IN_REVIEW", false) // as eRecruiter does by itself
	}
	read(2, "UNKNOWN", false)
	f.now = f.now.Add(notify.Grace)
	f.run()
	f.want(map[string]int{"invited kept mail_no_server": 1})
	read(0, "INTERVIEW", false)
	f.now = f.now.Add(notify.Grace)
	f.run()
	f.want(map[string]int{"invited kept mail_no_server": 1})
}

func TestACandidateWhoWithdrewInTheATSIsToldOfNoRejection(t *testing.T) {
	m := stagesync.Mapping{"WITHDRAWN": {Stage: recruit.StageNegative}, "REJECTED": {Stage: recruit.StageNegative}}
	f := follow(t, "smartrecruiters", stagesync.TellPlatform, notify.Rules{Negative: true}, 2)
	fence, _, err := f.db.AcquireLane(t.Context(), "conn:"+string(f.conn), "test", f.now, f.now.Add(time.Hour))
	must(t, err)
	must(t, f.db.SaveStages(t.Context(), f.conn, fence, []recruit.RemoteStage{{Key: "WITHDRAWN", Withdrawal: true}, {Key: "REJECTED"}}, "", f.now.Add(time.Hour), f.now))
	for i, key := range []recruit.StageKey{"WITHDRAWN", "REJECTED"} {
		f.now = f.now.Add(time.Millisecond)
		store.Observed(t, f.db, f.boss.Company, f.apps[i], f.conn, key, m, false, f.now)
	}
	f.now = f.now.Add(notify.Grace)
	f.run()
	f.want(map[string]int{"negative kept mail_no_server": 1})
}

// mapped is what stands applications by what is read, and by mappings.
type mapped struct {
	*followed
	fence int64
}

func withMapping(t *testing.T, people int) *mapped {
	t.Helper()
	f := &mapped{followed: follow(t, "smartrecruiters", stagesync.TellPlatform, notify.Rules{}, people)}
	var err error
	f.fence, _, err = f.db.AcquireLane(t.Context(), "conn:"+string(f.conn), "test", f.now, f.now.Add(time.Hour))
	must(t, err)
	return f
}

// save maps the stage K.
func (f *mapped) save(to recruit.Stage, mails bool) error {
	f.t.Helper()
	return f.saveOf("", stagesync.Mapping{"K": {Stage: to}, "L": {Stage: recruit.StageEvaluating}}, mails)
}

// saveOf saves a process's own mapping, or none: it is the connection's again.
func (f *mapped) saveOf(p recruit.ProcessID, m stagesync.Mapping, mails bool) error {
	f.t.Helper()
	f.now = f.now.Add(time.Second)
	return f.db.SaveMapping(f.t.Context(), f.boss.Company, f.conn, p, m,
		stagesync.Run{ID: recruit.NewSyncRunID(f.now), Company: f.boss.Company, Connection: f.conn, Trigger: stagesync.TriggerMapping, Mails: mails,
			State: "running", StartedBy: "test", StartedAt: f.now})
}

// read is a reading of the nth of them, on a stage since a moment.
func (f *mapped) read(n int, key recruit.StageKey, since time.Time) {
	f.t.Helper()
	f.now = f.now.Add(time.Second)
	who := connector.Tracked{Application: f.apps[n], Candidate: recruit.RemoteCandidateID(fmt.Sprint("c", n))}
	must(f.t, f.db.SaveHeard(f.t.Context(), f.fence, stagesync.Heard{Poll: stagesync.Poll{Connection: f.conn, Company: f.boss.Company, Job: "j", Tracked: []connector.Tracked{who}}},
		stagesync.Reading{At: f.now, Changed: []stagesync.Read{{Tracked: who, StageRead: connector.StageRead{Key: key, Name: string(key), ChangedAt: since}}}}))
}

func (f *mapped) refold(n int) {
	f.t.Helper()
	_, err := f.db.Refold(f.t.Context(), f.conn, f.fence, f.now, n)
	must(f.t, err)
}

func (f *mapped) stands(n int, want recruit.Stage) {
	f.t.Helper()
	v, err := f.db.Application(f.t.Context(), recruit.Reach{Company: f.boss.Company}, f.apps[n])
	if err != nil || v.Stage != want {
		f.t.Errorf("%d on %s, want %s (%v)", n, v.Stage, want, err)
	}
}

// Until a new mapping's own run has stood somebody by it, another reading of
// the same stage does not: it would mail whom the mapping is not to mail.
func TestAReadingBesideANewMappingMovesNobodyByIt(t *testing.T) {
	f := withMapping(t, 1)
	must(t, f.save("", false))
	f.read(0, "K", time.Time{})
	f.stands(0, recruit.StageWaiting)
	must(t, f.save(recruit.StageInvited, false))
	f.read(0, "K", time.Time{})
	f.stands(0, recruit.StageWaiting)
	f.refold(10)
	f.stands(0, recruit.StageInvited)
	f.run()
	f.want(map[string]int{})
}

// A step back that was undone in the ATS is a change, though its history holds
// nothing that was not known.
func TestAStepThatWasUndoneIsAChange(t *testing.T) {
	f := withMapping(t, 1)
	must(t, f.save(recruit.StageInvited, false))
	f.refold(10)
	first, second := f.now.Add(time.Minute), f.now.Add(2*time.Minute)
	f.now = f.now.Add(time.Hour)
	f.read(0, "K", first)
	f.read(0, "L", second)
	f.stands(0, recruit.StageEvaluating)
	f.read(0, "K", first)
	f.stands(0, recruit.StageInvited)
}

// A run that stands people by a mapping goes on to the end of their list,
// whoever was read for the first time meanwhile.
func TestAMappingsRunEndsAtTheEndOfTheList(t *testing.T) {
	f := withMapping(t, 4)
	must(t, f.save("", false))
	f.read(2, "K", time.Time{})
	f.read(3, "K", time.Time{})
	must(t, f.save(recruit.StageInvited, false))
	f.read(0, "K", time.Time{}) // before them in the list
	f.read(1, "K", time.Time{})
	f.refold(2)
	f.refold(2)
	f.refold(2)
	for n := range 4 {
		f.stands(n, recruit.StageInvited)
	}
}

// One mapping is not taken over by another that mails otherwise.
func TestAMappingThatIsBeingAppliedMailsAsItWasToldTo(t *testing.T) {
	f := withMapping(t, 2)
	must(t, f.save("", false))
	f.read(0, "K", time.Time{})
	f.read(1, "K", time.Time{})
	f.refold(10)
	must(t, f.save(recruit.StageInvited, false))
	f.refold(1)
	var refused *recruit.Problem
	if err := f.save(recruit.StageOffer, true); !errors.As(err, &refused) || refused.Code != "mapping_being_applied" {
		t.Errorf("%v", err)
	}
	f.refold(10)
	f.stands(1, recruit.StageInvited)
	f.run()
	f.want(map[string]int{})
	must(t, f.save(recruit.StageOffer, true))
	f.refold(10)
	f.stands(1, recruit.StageOffer)
	if m := f.mails(); len(m) != 1 || m["offer_submitted waiting"] != 2 {
		t.Errorf("mails are %v", m)
	}
}

// bind binds the process of the applications to the connection.
func (f *mapped) bind() recruit.ProcessID {
	f.t.Helper()
	v, err := f.db.Application(f.t.Context(), recruit.Reach{Company: f.boss.Company}, f.apps[0])
	must(f.t, err)
	store.Exec(f.t, f.db, `INSERT INTO bindings (process_id, company_id, connection_id, remote_job_id, remote_job_title, state, created_by, created_at)
		VALUES ($1, $2, $3, 'j', 'Go', 'ok', 'test', 0)`, v.Process, f.boss.Company, f.conn)
	return v.Process
}

func refused(err error, code string) bool {
	var p *recruit.Problem
	return errors.As(err, &p) && p.Code == code
}

// Who has the connection's mapping again is mailed as whoever gave it back
// said, whatever else is being applied.
func TestAMappingThatIsGivenBackMailsAsItWasToldTo(t *testing.T) {
	own := stagesync.Mapping{"K": {Stage: recruit.StageOffer}, "L": {Stage: recruit.StageEvaluating}}
	f := withMapping(t, 2)
	p := f.bind()
	must(t, f.saveOf(p, own, false))
	f.read(0, "K", time.Time{})
	f.read(1, "K", time.Time{})
	f.refold(10)
	f.stands(0, recruit.StageOffer)

	must(t, f.save(recruit.StageInvited, true)) // it is nobody's of that process
	if err := f.saveOf(p, nil, false); !refused(err, "mapping_being_applied") {
		t.Errorf("given back beside one that mails: %v", err)
	}
	f.refold(10)
	f.stands(0, recruit.StageOffer)
	must(t, f.saveOf(p, nil, false))
	if err := f.save(recruit.StageHired, true); !refused(err, "mapping_being_applied") {
		t.Errorf("the connection's beside one that is given back: %v", err)
	}
	f.refold(1)
	f.stands(0, recruit.StageInvited)
	f.stands(1, recruit.StageOffer)
	f.refold(10)
	f.stands(1, recruit.StageInvited)
	f.run()
	f.want(map[string]int{"offer_submitted cancelled mail_superseded": 2}) // of having been read there; nothing of this

	must(t, f.saveOf(p, nil, true)) // it has the connection's already
	if runs, err := f.db.SyncRuns(t.Context(), f.boss.Company, f.conn, 10); err != nil || len(runs) != 3 {
		t.Errorf("%d runs (%v), want one for each change", len(runs), err)
	}
	must(t, f.saveOf(p, own, false))
	f.refold(10)
	must(t, f.saveOf(p, nil, true))
	f.refold(10)
	f.run()
	if m := f.mails(); m["invited waiting"] != 2 {
		t.Errorf("mails are %v", m)
	}
	must(t, f.save(recruit.StageHired, false)) // which is that process's again
	f.refold(10)
	f.stands(0, recruit.StageHired)
	if n := store.Rows(t, f.db, "stage_mappings"); n != 6 {
		t.Errorf("%d versions are kept, want 6", n)
	}
}

// A new sub-status that follows its status gives nobody a mapping of their own
// back.
func TestAProcessThatGaveItsMappingBackFollowsTheConnections(t *testing.T) {
	f := withMapping(t, 1)
	p := f.bind()
	store.Exec(t, f.db, `UPDATE stage_syncs SET new_substatuses = 'follow' WHERE connection_id = $1`, f.conn)
	must(t, f.save(recruit.StageInvited, false))
	must(t, f.saveOf(p, stagesync.Mapping{"K": {Stage: recruit.StageOffer}}, false))
	must(t, f.saveOf(p, nil, false))
	f.now = f.now.Add(time.Second)
	must(t, f.db.SaveStages(t.Context(), f.conn, f.fence, []recruit.RemoteStage{{Key: "K"}, {Key: "L"}, {Key: "K/new", Status: "K"}}, "", f.now.Add(time.Hour), f.now))
	saved, err := f.db.StageMapping(t.Context(), f.boss.Company, f.conn, p)
	must(t, err)
	if saved.Own || saved.Version != 2 || saved.Entries["K/new"].Stage != recruit.StageInvited {
		t.Errorf("in force is %+v", saved)
	}
}

func TestAMappingOfItsOwnIsRefusedToAProcessThatIsNotBoundThere(t *testing.T) {
	own := stagesync.Mapping{"K": {Stage: recruit.StageOffer}}
	f := withMapping(t, 1)
	v, err := f.db.Application(t.Context(), recruit.Reach{Company: f.boss.Company}, f.apps[0])
	must(t, err)
	for _, p := range []recruit.ProcessID{v.Process, "proc_0000000000"} {
		for what, m := range map[string]stagesync.Mapping{"saved": own, "given back": nil} {
			if err := f.saveOf(p, m, false); !refused(err, "process_not_bound") {
				t.Errorf("%s for %s: %v", what, p, err)
			}
		}
	}
	p := f.bind()
	store.Exec(t, f.db, `UPDATE processes SET company_id = 'comp_other' WHERE id = $1`, p)
	if err := f.saveOf(p, own, false); !refused(err, "process_not_bound") {
		t.Errorf("for another company's: %v", err)
	}
	store.Exec(t, f.db, `UPDATE processes SET company_id = $2 WHERE id = $1`, p, f.boss.Company)
	store.Exec(t, f.db, `UPDATE bindings SET connection_id = 'conn_other' WHERE process_id = $1`, p)
	if err := f.saveOf(p, own, false); !refused(err, "process_not_bound") {
		t.Errorf("for one that is bound elsewhere: %v", err)
	}
	store.Exec(t, f.db, `UPDATE bindings SET connection_id = $2 WHERE process_id = $1`, p, f.conn)
	must(t, f.saveOf(p, own, false))
	// Bound elsewhere since, it still has people here.
	store.Exec(t, f.db, `UPDATE bindings SET connection_id = 'conn_other' WHERE process_id = $1`, p)
	for range 2 {
		must(t, f.saveOf(p, nil, false))
	}
}
