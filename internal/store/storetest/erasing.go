package storetest

import (
	"strings"
	"testing"
	"time"

	"handoff/internal/apply"
	"handoff/internal/recruit"
)

func erasing(t *testing.T, open Open) {
	t.Run("key, CV, resubmissions and the way to find them are gone; the proof stays", func(t *testing.T) {
		h := newHouse(t, open)
		p, _ := h.bound(h.acme)
		s := agreed(p.ID, "a@b.invalid")
		file := func() *apply.Upload {
			return &apply.Upload{FileName: "cv.txt", Body: strings.NewReader("I write Go.")}
		}
		s.CV = file()
		id := h.submitted(s)
		s.CV = file()
		h.submitted(s)
		h.must(h.apply.Erase(h.ctx, h.acme.admin, id))
		h.must(h.apply.Erase(h.ctx, h.acme.admin, id))
		v := h.application(h.acme, id)
		if v.Candidate != (recruit.Candidate{}) || v.CV != nil || v.ErasedAt.IsZero() || v.Delivery.State != recruit.DeliveryCancelled {
			t.Errorf("left: %+v", v.Application)
		}
		_, _, err := h.apply.OpenCV(h.ctx, h.acme.admin, id)
		h.is(err, recruit.ErrNotFound)
		page, err := h.apply.List(h.ctx, h.acme.admin, apply.Filter{Query: "a@b.invalid"})
		h.must(err)
		if len(page.Items) != 0 {
			t.Error("it is still found by e-mail")
		}
		records, err := h.apply.Consents(h.ctx, h.acme.admin, id)
		h.must(err)
		if len(records) != 2 || records[0].Text == "" {
			t.Errorf("the proof is %+v", records)
		}
		_, err = h.apply.ChangeStage(h.ctx, h.acme.admin, id, recruit.StageHired)
		h.refused(err, "application_erased")
	})
	t.Run("the audit says what the ATS may hold", func(t *testing.T) {
		h := newHouse(t, open)
		p, conn := h.bound(h.acme)
		id := h.submitted(agreed(p.ID, "a@b.invalid"))
		h.attempting(conn, id)
		h.clock.Advance(time.Second)
		h.must(h.apply.Erase(h.ctx, h.acme.admin, id))
		page, err := h.company.Audit(h.ctx, h.acme.admin, recruit.List{Limit: 1})
		h.must(err)
		if r := page.Items[0]; r.Action != "application.erased" || r.Data["at_ats"] != "unknown" || r.Data["connection"] != string(conn) {
			t.Errorf("the audit is %+v", r)
		}
	})
	t.Run("an erased run settles nothing", func(t *testing.T) {
		h := newHouse(t, open)
		p, conn := h.bound(h.acme)
		id := h.submitted(agreed(p.ID, "a@b.invalid"))
		h.attempting(conn, id)
		h.must(h.apply.Erase(h.ctx, h.acme.admin, id))
		if d := h.application(h.acme, id).Delivery; d.State != recruit.DeliveryCancelled || d.Reason != "erased" {
			t.Errorf("it is %s %s", d.State, d.Reason)
		}
	})
	t.Run("the same person may apply again", func(t *testing.T) {
		h := newHouse(t, open)
		p := h.opened(h.acme.admin, "One")
		id := h.submitted(submission(p.ID, "a@b.invalid"))
		h.must(h.apply.Erase(h.ctx, h.acme.admin, id))
		r, err := h.apply.Submit(h.ctx, submission(p.ID, "a@b.invalid"))
		h.must(err)
		if r.Repeated || r.Application == id {
			t.Errorf("answered %+v", r)
		}
	})
	t.Run("only an Admin erases", func(t *testing.T) {
		h := newHouse(t, open)
		m := h.user(h.acme, "m@acme.invalid", recruit.RoleManager, "")
		id := h.submitted(submission(h.opened(m, "One").ID, "a@b.invalid"))
		h.is(h.apply.Erase(h.ctx, m, id), recruit.ErrForbidden)
	})
}
