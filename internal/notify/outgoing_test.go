package notify_test

import (
	"bytes"
	"errors"
	"io"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"handoff/internal/apply"
	"handoff/internal/lane"
	"handoff/internal/notify"
	"handoff/internal/recruit"
	"handoff/test/mailserver"
)

// text is the plain part of a mail as it arrived.
func text(t *testing.T, m mailserver.Mail) string {
	t.Helper()
	parsed, err := mail.ReadMessage(bytes.NewReader(m.Raw))
	if err != nil {
		t.Fatal(err)
	}
	boundary := regexp.MustCompile(`boundary="?([0-9a-f]+)`).FindStringSubmatch(parsed.Header.Get("Content-Type"))
	if boundary == nil {
		t.Fatalf("it is %s", parsed.Header.Get("Content-Type"))
	}
	p, err := multipart.NewReader(parsed.Body, boundary[1]).NextRawPart()
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(quotedprintable.NewReader(p))
	if err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(string(b), "\r\n", "\n")
}

func TestAnApplicationIsConfirmedOnceToItsMailbox(t *testing.T) {
	r := newRig(t, mailserver.Start(t, mailserver.Options{}))
	app := r.applied("Zofia@Example.com")
	if !r.wakes().Equal(r.clock.Now()) {
		t.Error("the lane was not rung")
	}
	r.run()
	r.run()
	got := r.arrived()
	if len(got) != 1 || !strings.EqualFold(got[0].To, "zofia@example.com") {
		t.Fatalf("arrived: %+v", got)
	}
	body := text(t, got[0])
	for _, want := range []string{"Inżynier Łączności", "Acme Robotics", "18.11.2026, 10:00 (Europe/Warsaw)", "Zofia@Example.com", "Kanarinowa", "Życiorys.txt",
		"Nie przekazujemy go do żadnego innego systemu", "> Informacja o przetwarzaniu danych osobowych (art. 13 RODO)\n> \n> 1. Administratorem", "wersja 1", "Nikt nie czyta odpowiedzi"} {
		if !strings.Contains(body, want) {
			t.Errorf("the mail does not say %q:\n%s", want, body)
		}
	}
	if !regexp.MustCompile(`https://jobs\.example\.com/my/[0-9a-z]{52}\n`).MatchString(body) {
		t.Errorf("the mail has no link:\n%s", body)
	}
	r.is("confirmation sent")
	if e := r.events(app); e != "mail.sent confirmation" {
		t.Errorf("the timeline says %q", e)
	}
	if !r.wakes().IsZero() {
		t.Error("the lane wakes for nothing")
	}
}

// The database and the log know that somebody was mailed, and not who.
func TestOfAMailTheDiskAndTheLogHoldReferencesOnly(t *testing.T) {
	r := newRig(t, mailserver.Start(t, mailserver.Options{}))
	r.server.Behave(func(to string) mailserver.Behaviour {
		if strings.HasPrefix(to, "kanarek") {
			return mailserver.Behaviour{RcptCode: 550}
		}
		return mailserver.Behaviour{}
	})
	r.applied("kanarek@example.com")
	r.applied("kanarinowa@example.com")
	r.run()
	link := regexp.MustCompile(`/my/([0-9a-z]{52})`).FindStringSubmatch(text(t, r.arrived()[0]))[1]
	held := map[string][]byte{"the log": r.log.Bytes()}
	for _, name := range []string{"handoff.db", "handoff.db-wal"} {
		b, err := os.ReadFile(filepath.Join(r.dir, name))
		r.must(err)
		held[name] = b
	}
	for where, b := range held {
		if len(b) == 0 {
			t.Errorf("%s is empty", where)
		}
		for _, canary := range []string{"kanar", "zofia", "życiorys", link} {
			if bytes.Contains(bytes.ToLower(b), []byte(canary)) {
				t.Errorf("%s holds %s", where, canary)
			}
		}
	}
	if !strings.Contains(r.log.String(), "mail_no_mailbox") {
		t.Errorf("the log tells nothing:\n%s", r.log)
	}
}

func TestWhatTheServerPutsOffIsTriedForTwoDaysUnderTheSameMessageID(t *testing.T) {
	r := newRig(t, mailserver.Start(t, mailserver.Options{}))
	refuse := mailserver.Behaviour{EndCode: 451}
	r.server.Behave(func(string) mailserver.Behaviour { return refuse })
	r.applied("zofia@example.com")
	began := r.clock.Now()
	for r.clock.Now().Sub(began) < 50*time.Hour && !r.wakes().IsZero() {
		r.run()
		if next := r.wakes(); next.After(r.clock.Now()) {
			r.clock.Advance(next.Sub(r.clock.Now()))
		}
	}
	r.is("confirmation failed mail_gave_up")
	if d := r.clock.Now().Sub(began); d < 44*time.Hour || d > 48*time.Hour {
		t.Errorf("it was tried for %v", d)
	}
	all, ids := r.server.Mails(), map[string]bool{}
	for _, m := range all {
		parsed, err := mail.ReadMessage(bytes.NewReader(m.Raw))
		r.must(err)
		ids[parsed.Header.Get("Message-Id")] = true
	}
	if len(all) < 10 || len(all) > 25 || len(ids) != 1 {
		t.Errorf("%d attempts under %d Message-IDs", len(all), len(ids))
	}
	// A person may have it sent after all, and the two days begin anew.
	refuse = mailserver.Behaviour{}
	r.must(r.notify.Resend(t.Context(), operator, r.outbox()[0].ID))
	r.run()
	r.is("confirmation sent")
	if n := len(r.arrived()); n != 1 {
		t.Errorf("%d arrived", n)
	}
}

func TestWhatTheServerRefusesForGoodIsNotTriedAgainAndSaid(t *testing.T) {
	r := newRig(t, mailserver.Start(t, mailserver.Options{}))
	r.server.Behave(func(string) mailserver.Behaviour { return mailserver.Behaviour{RcptCode: 550} })
	app := r.applied("zofia@example.com")
	r.run()
	r.clock.Advance(time.Hour)
	r.run()
	r.is("confirmation failed mail_no_mailbox")
	if e := r.events(app); e != "mail.failed confirmation mail_no_mailbox" {
		t.Errorf("the timeline says %q", e)
	}
	if n := r.server.Connections(); n != 1 {
		t.Errorf("%d connections", n)
	}
}

func TestAMailWithoutAnAnswerIsNeverSentAgainByItself(t *testing.T) {
	r := newRig(t, mailserver.Start(t, mailserver.Options{}))
	drop := mailserver.Behaviour{DropBeforeAnswer: true}
	r.server.Behave(func(string) mailserver.Behaviour { return drop })
	app := r.applied("zofia@example.com")
	for range 3 {
		r.run()
		r.clock.Advance(24 * time.Hour)
	}
	r.is("confirmation unknown mail_unknown")
	if n := len(r.arrived()); n != 1 {
		t.Fatalf("%d arrived", n)
	}
	drop = mailserver.Behaviour{}
	id := r.outbox()[0].ID
	r.must(r.notify.Resend(t.Context(), operator, id))
	var refused *recruit.Problem
	if err := r.notify.Leave(t.Context(), operator, id); !errors.As(err, &refused) || refused.Code != "mail_settled" {
		t.Errorf("leaving what is waiting: %v", err)
	}
	r.run()
	r.is("confirmation sent")
	if n := len(r.arrived()); n != 2 {
		t.Errorf("%d arrived after RESEND, want 2", n)
	}
	if e := r.events(app); e != "mail.unknown confirmation mail_unknown; mail.resent confirmation; mail.sent confirmation" {
		t.Errorf("the timeline says %q", e)
	}
}

// A run that dies between handing over and settling: the claim is on disk,
// the server has the mail, and nobody was told.
func TestAMailUnderWayWhenTheProcessDiesIsUnknownAndAPersonDecides(t *testing.T) {
	r := newRig(t, mailserver.Start(t, mailserver.Options{}))
	r.applied("zofia@example.com")
	fence, _, err := r.db.AcquireLane(t.Context(), notify.LaneKey, "dies", r.clock.Now(), r.clock.Now().Add(time.Minute))
	r.must(err)
	claimed, err := r.db.ClaimMails(t.Context(), fence, r.clock.Now(), 4)
	if err != nil || len(claimed) != 1 {
		t.Fatalf("%d claimed, %v", len(claimed), err)
	}
	r.must(r.db.ForgetLeases(t.Context())) // the next process
	if err := r.db.SettleMail(t.Context(), claimed[0].ID, fence, notify.Outcome{State: notify.Sent}); !errors.Is(err, lane.ErrLost) {
		t.Errorf("a fence that has moved on settled: %v", err)
	}
	if _, err := r.db.ClaimMails(t.Context(), fence, r.clock.Now(), 4); err != nil && !errors.Is(err, lane.ErrLost) {
		t.Error(err)
	}
	r.run()
	r.run()
	r.is("confirmation unknown mail_unknown")
	if n := len(r.server.Mails()); n != 0 {
		t.Errorf("%d were sent", n)
	}
	r.must(r.notify.Leave(t.Context(), operator, claimed[0].ID))
	r.is("confirmation left")
	r.run()
	if n := len(r.server.Mails()); n != 0 {
		t.Errorf("%d were sent", n)
	}
}

func TestASuspiciousApplicationIsMailedOnceReleasedAndADiscardedOneNever(t *testing.T) {
	r := newRig(t, mailserver.Start(t, mailserver.Options{}))
	suspicious := func(email string) recruit.ApplicationID {
		f, err := r.apply.Form(t.Context(), r.job, "", "pl")
		r.must(err)
		r.clock.Advance(time.Minute)
		got, err := r.apply.Submit(t.Context(), apply.Submission{Process: r.job, Channel: "page", FormToken: f.Token, AddrBlock: email, Honeypot: "filled",
			Clause:    &apply.Choice{Decision: recruit.Given, Version: 1},
			Candidate: recruit.Candidate{FirstName: "Zofia", LastName: "K", Email: email, LinkedInURL: "https://www.linkedin.com/in/zofia"}})
		r.must(err)
		return got.Application
	}
	released, discarded := suspicious("released@example.com"), suspicious("discarded@example.com")
	r.run()
	r.is("confirmation held mail_suspicious; confirmation held mail_suspicious")
	if _, err := r.apply.Release(t.Context(), r.boss, released); err != nil {
		t.Fatal(err)
	}
	if _, err := r.apply.Discard(t.Context(), r.boss, discarded); err != nil {
		t.Fatal(err)
	}
	r.run()
	r.is("confirmation sent; confirmation cancelled mail_discarded")
	if got := r.arrived(); len(got) != 1 || got[0].To != "released@example.com" {
		t.Errorf("arrived: %v", got)
	}
}

func TestARepeatedSubmissionAsksTheMailboxOnceAnHourAtMost(t *testing.T) {
	r := newRig(t, mailserver.Start(t, mailserver.Options{}))
	r.applied("zofia@example.com")
	r.run()
	r.clock.Advance(time.Minute)
	r.applied("zofia@example.com")
	r.applied("zofia@example.com")
	r.run()
	r.is("confirmation sent; resubmission sent")
	if body := text(t, r.arrived()[1]); !strings.Contains(body, "ponownie wysłał") || !strings.Contains(body, "https://jobs.example.com/my/") || strings.Contains(body, "Kanarinowa") {
		t.Errorf("it says\n%s", body)
	}
	r.clock.Advance(time.Minute)
	r.applied("zofia@example.com")
	r.run()
	r.is("confirmation sent; resubmission sent; resubmission waiting")
	r.clock.Advance(58 * time.Minute)
	r.run()
	if n := len(r.arrived()); n != 2 {
		t.Errorf("%d arrived before the hour was over", n)
	}
	r.clock.Advance(2 * time.Minute)
	r.run()
	if n := len(r.arrived()); n != 3 {
		t.Errorf("%d arrived, want 3", n)
	}
}

func TestNobodyIsMailedForATestCandidateOrAfterErasure(t *testing.T) {
	r := newRig(t, mailserver.Start(t, mailserver.Options{}))
	r.applied("test+run1@Handoff.invalid")
	gone := r.applied("gone@example.com")
	r.must(r.apply.Erase(t.Context(), r.boss, gone))
	r.run()
	r.is("confirmation cancelled mail_test_candidate; confirmation cancelled mail_erased")
	if n := len(r.server.Mails()); n != 0 {
		t.Errorf("%d arrived", n)
	}
}

func TestManyMailsLeaveAFewAtATimeAndEachOnce(t *testing.T) {
	r := newRig(t, mailserver.Start(t, mailserver.Options{}))
	var mu sync.Mutex
	most, at := 0, 0
	reached, hold := make(chan struct{}), make(chan struct{})
	go func() {
		for range reached {
			mu.Lock()
			at++
			most = max(most, at)
			full := at == notify.Slots
			if full {
				at = 0
			}
			mu.Unlock()
			if full {
				for range notify.Slots {
					hold <- struct{}{}
				}
			}
		}
	}()
	r.server.Behave(func(string) mailserver.Behaviour { return mailserver.Behaviour{Reached: reached, Hold: hold} })
	for i := range 3 * notify.Slots {
		r.applied(string(rune('a'+i)) + "@example.com")
		r.clock.Advance(time.Hour) // not a burst
	}
	r.run()
	close(reached)
	to := map[string]int{}
	for _, m := range r.arrived() {
		to[m.To]++
	}
	if len(to) != 3*notify.Slots || len(r.arrived()) != 3*notify.Slots || most != notify.Slots {
		t.Errorf("%d mails to %d people, %d at once", len(r.arrived()), len(to), most)
	}
}
