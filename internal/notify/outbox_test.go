package notify_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"handoff/internal/notify"
	"handoff/internal/recruit"
)

func TestWithoutAMailServerTheOutboxShowsEachMailForThirtyDays(t *testing.T) {
	r := newRig(t, nil)
	app := r.applied("zofia@example.com")
	r.run()
	r.is("confirmation kept mail_no_server")
	id := r.outbox()[0].ID
	if _, err := r.notify.Outbox(t.Context(), r.boss, notify.Filter{}); !errors.Is(err, recruit.ErrForbidden) {
		t.Errorf("a company's Admin reads the outbox: %v", err)
	}
	for _, reason := range []string{"", "curiosity"} {
		var invalid *recruit.Invalid
		if _, err := r.notify.Open(t.Context(), operator, id, reason); !errors.As(err, &invalid) {
			t.Errorf("opened for %q: %v", reason, err)
		}
	}
	r.clock.Advance(time.Millisecond)
	d, err := r.notify.Open(t.Context(), operator, id, "candidate_asked")
	r.must(err)
	all := ""
	for _, b := range d.Blocks {
		all += b.Text + "\n" + b.URL + "\n"
	}
	if !strings.Contains(all, "zofia@example.com") || !strings.Contains(all, "https://jobs.example.com/my/••••••••") || d.Subject != "Twoje zgłoszenie: Inżynier Łączności" {
		t.Errorf("it shows %q\n%s", d.Subject, all)
	}
	audit, err := r.db.AuditRecords(t.Context(), r.boss.Company, "", 1)
	if err != nil || len(audit) != 1 || audit[0].Action != "mail.opened" || audit[0].Data["reason"] != "candidate_asked" || audit[0].Object != string(app) || audit[0].Actor != "usr_operator" {
		t.Errorf("the company reads %+v (%v)", audit, err)
	}
	r.clock.Advance(30*24*time.Hour - time.Second)
	if _, err := r.notify.Open(t.Context(), operator, id, "candidate_asked"); err != nil {
		t.Errorf("within 30 days: %v", err)
	}
	r.clock.Advance(time.Second)
	gone := func() {
		t.Helper()
		var refused *recruit.Problem
		if _, err := r.notify.Open(t.Context(), operator, id, "candidate_asked"); !errors.As(err, &refused) || refused.Code != "mail_gone" {
			t.Errorf("opened: %v", err)
		}
	}
	gone()
	r.clock.Advance(-time.Hour)
	r.must(r.apply.Erase(t.Context(), r.boss, app))
	gone()
	if _, err := r.notify.Open(t.Context(), operator, "mail_none", "candidate_asked"); !errors.Is(err, recruit.ErrNotFound) {
		t.Errorf("a mail that is not there: %v", err)
	}
}
