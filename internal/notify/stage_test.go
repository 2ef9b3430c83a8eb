package notify_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"handoff/internal/notify"
	"handoff/internal/recruit"
	"handoff/test/mailserver"
)

func (r *rig) move(app recruit.ApplicationID, to recruit.Stage) {
	r.t.Helper()
	r.clock.Advance(time.Millisecond)
	_, err := r.apply.ChangeStage(r.t.Context(), r.boss, app, to)
	r.must(err)
}

// reads is what the candidate's own page says.
func (r *rig) reads(m mailserver.Mail) recruit.Stage {
	r.t.Helper()
	body := text(r.t, m)
	link := body[strings.Index(body, "/my/")+4:][:52]
	o, err := r.notify.OwnPage(r.t.Context(), link)
	r.must(err)
	return o.Stage
}

func TestAManualMoveIsMailedAfterItsGraceByTheCompanysRuleAndInItsWords(t *testing.T) {
	r := newRig(t, mailserver.Start(t, mailserver.Options{}))
	app := r.applied("zofia@example.com")
	r.run()
	r.move(app, recruit.StageEvaluating)
	r.is("confirmation sent") // nobody chose who tells
	r.must(r.notify.SaveRules(t.Context(), r.boss, notify.Rules{Manual: notify.TellPlatform}))
	r.must(r.notify.SaveStageText(t.Context(), r.boss, recruit.StageInvited, "Cześć {FIRST_NAME}, {COMPANY} zaprasza na: {PROCESS}.", "Hello {FIRST_NAME}."))
	r.move(app, recruit.StageInvited)
	r.run()
	r.is("confirmation sent; stage waiting")
	r.clock.Advance(15*time.Minute - time.Second)
	r.run()
	if n := len(r.arrived()); n != 1 || r.reads(r.arrived()[0]) != recruit.StageWaiting {
		t.Errorf("within the grace period: %d mails, the page says %s", n, r.reads(r.arrived()[0]))
	}
	r.clock.Advance(time.Second)
	r.run()
	got := r.arrived()
	if len(got) != 2 {
		t.Fatalf("%d mails after it", len(got))
	}
	if body := text(t, got[1]); !strings.Contains(body, "Cześć Zofia, Acme Robotics zaprasza na: Inżynier Łączności.") || r.reads(got[1]) != recruit.StageInvited {
		t.Errorf("it says %q, the page %s", body, r.reads(got[1]))
	}
	// What was said stays what the outbox shows.
	r.must(r.notify.SaveStageText(t.Context(), r.boss, recruit.StageInvited, "Nowe słowa.", "New words."))
	d, err := r.notify.Open(t.Context(), operator, r.outbox()[1].ID, "company_asked")
	if err != nil || !strings.Contains(d.Blocks[1].Text, "Cześć Zofia") {
		t.Errorf("the outbox shows %+v (%v)", d.Blocks, err)
	}
	r.run()
	r.clock.Advance(48 * time.Hour)
	r.run()
	if n := len(r.arrived()); n != 2 {
		t.Errorf("%d mails in the end", n)
	}
}

func TestSeveralMovesCollapseIntoTheLast(t *testing.T) {
	r := newRig(t, mailserver.Start(t, mailserver.Options{}))
	r.must(r.notify.SaveRules(t.Context(), r.boss, notify.Rules{Manual: notify.TellPlatform}))
	there, back := r.applied("there@example.com"), r.applied("back@example.com")
	r.run()
	for _, s := range []recruit.Stage{recruit.StageInvited, recruit.StageNegative, recruit.StageOffer} {
		r.move(there, s)
		r.clock.Advance(10 * time.Minute)
		r.run()
	}
	r.move(back, recruit.StageNegative)
	r.clock.Advance(10 * time.Minute)
	r.move(back, recruit.StageWaiting)
	r.clock.Advance(time.Hour)
	r.run()
	var stages []string
	for _, m := range r.outbox() {
		if m.Kind == notify.KindStage {
			stages = append(stages, string(m.Stage)+" "+string(m.State))
		}
	}
	if got := strings.Join(stages, "; "); got != "invited cancelled; negative cancelled; offer_submitted sent; negative cancelled" {
		t.Errorf("the outbox holds %s", got)
	}
	if got := r.arrived(); len(got) != 3 || got[2].To != "there@example.com" || !strings.Contains(text(t, got[2]), "Oferta") {
		t.Errorf("%d mails arrived", len(got))
	}
}

func TestAStageMailWaitsForWorkingHoursAndAConfirmationDoesNot(t *testing.T) {
	r := newRig(t, mailserver.Start(t, mailserver.Options{}))
	r.must(r.notify.SaveRules(t.Context(), r.boss, notify.Rules{Manual: notify.TellPlatform}))
	r.clock.Advance(2*24*time.Hour + 9*time.Hour + 40*time.Minute) // Friday, 19:40 in Warsaw
	early, late := r.applied("early@example.com"), r.applied("late@example.com")
	r.run()
	r.move(early, recruit.StageInvited)
	r.clock.Advance(6 * time.Minute)
	r.move(late, recruit.StageInvited) // its grace is over at 20:01
	r.clock.Advance(10 * time.Minute)
	r.run() // 19:56
	r.clock.Advance(24 * time.Hour)
	r.run() // Saturday
	if got := r.arrived(); len(got) != 3 || got[2].To != "early@example.com" {
		t.Errorf("%d mails by Saturday", len(got))
	}
	if next := r.wakes(); !next.Equal(time.Date(2026, 11, 23, 7, 0, 0, 0, time.UTC)) {
		t.Errorf("the lane wakes at %s", next)
	}
	r.clock.Advance(r.wakes().Sub(r.clock.Now()))
	r.run()
	if got := r.arrived(); len(got) != 4 || got[3].To != "late@example.com" {
		t.Errorf("%d mails on Monday", len(got))
	}
}

// A run that comes late, as after an outage of the mail server, keeps the
// hours as well.
func TestAStageMailThatCouldNotLeaveDoesNotLeaveAtNight(t *testing.T) {
	r := newRig(t, mailserver.Start(t, mailserver.Options{}))
	r.must(r.notify.SaveRules(t.Context(), r.boss, notify.Rules{Manual: notify.TellPlatform}))
	app := r.applied("zofia@example.com")
	r.run()
	r.move(app, recruit.StageInvited)
	r.clock.Advance(14 * time.Hour) // nobody ran; it is midnight
	r.run()
	r.is("confirmation sent; stage waiting")
	r.clock.Advance(r.wakes().Sub(r.clock.Now()))
	if h := r.clock.Now().Add(time.Hour).Hour(); h != 8 { // Warsaw in winter
		t.Errorf("it leaves at %d", h)
	}
	r.run()
	r.is("confirmation sent; stage sent")
}

func TestNobodyIsToldAStageAfterWithdrawingOrWhenDiscarded(t *testing.T) {
	r := newRig(t, mailserver.Start(t, mailserver.Options{}))
	r.must(r.notify.SaveRules(t.Context(), r.boss, notify.Rules{Manual: notify.TellPlatform}))
	app := r.applied("zofia@example.com")
	r.run()
	r.move(app, recruit.StageInvited)
	if _, err := r.apply.Withdraw(t.Context(), r.boss, app); err != nil {
		t.Fatal(err)
	}
	r.move(app, recruit.StageNegative)
	r.clock.Advance(time.Hour)
	r.run()
	r.is("confirmation sent; stage cancelled mail_withdrawn")
}

func TestAStagesWordsAreChecked(t *testing.T) {
	r := newRig(t, nil)
	long := strings.Repeat("ż", 5000)
	for _, c := range []struct{ pl, en, want string }{
		{"", "x", "texts.pl required"}, {"x", " \n ", "texts.en required"}, {long + "ż", "x", "texts.pl too_long"}, {"x", "{STAGE_IN_ATS}", "texts.en placeholder_unknown"},
		{"a\u202eb", "x", "texts.pl not_allowed"}, {long, "Dear {FIRST_NAME}", ""},
	} {
		err := r.notify.SaveStageText(t.Context(), r.boss, recruit.StageOffer, c.pl, c.en)
		var invalid *recruit.Invalid
		if c.want == "" && err != nil || c.want != "" && (!errors.As(err, &invalid) || invalid.Error() != "invalid: "+c.want) {
			t.Errorf("%.20q, %.20q: %v, want %s", c.pl, c.en, err, c.want)
		}
	}
	user := recruit.Caller{Company: r.boss.Company, User: "usr_2", Role: recruit.RoleManager}
	if err := r.notify.SaveStageText(t.Context(), user, recruit.StageOffer, "x", "x"); !errors.Is(err, recruit.ErrForbidden) {
		t.Errorf("a Manager: %v", err)
	}
	if err := r.notify.SaveRules(t.Context(), user, notify.Rules{Manual: notify.TellNobody}); !errors.Is(err, recruit.ErrForbidden) {
		t.Errorf("a Manager: %v", err)
	}
}
