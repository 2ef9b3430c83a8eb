package storetest

import (
	"slices"
	"strings"
	"testing"
	"time"

	"handoff/internal/apply"
	"handoff/internal/recruit"
)

func reading(t *testing.T, open Open) {
	t.Run("a list is newest first, in pages, and narrowed by each filter", func(t *testing.T) {
		h := newHouse(t, open)
		p, _ := h.bound(h.acme)
		q := h.opened(h.acme.admin, "Two")
		one := h.submitted(agreed(p.ID, "one@b.invalid"))
		h.clock.Advance(time.Hour)
		two := h.submitted(submission(p.ID, "two@b.invalid"))
		h.clock.Advance(time.Hour)
		three := h.submitted(submission(q.ID, "Three@b.invalid"))
		h.clock.Advance(time.Hour)
		_, err := h.apply.ChangeStage(h.ctx, h.acme.admin, one, recruit.StageInvited)
		h.must(err)
		for _, c := range []struct {
			name string
			f    apply.Filter
			want []recruit.ApplicationID
		}{
			{"all", apply.Filter{}, []recruit.ApplicationID{three, two, one}},
			{"process", apply.Filter{Process: q.ID}, []recruit.ApplicationID{three}},
			{"stage", apply.Filter{Stage: recruit.StageInvited}, []recruit.ApplicationID{one}},
			{"delivery", apply.Filter{Delivery: recruit.DeliveryWithheld}, []recruit.ApplicationID{two}},
			{"e-mail in another case", apply.Filter{Query: " THREE@b.invalid"}, []recruit.ApplicationID{three}},
			{"part of an e-mail", apply.Filter{Query: "three"}, nil},
			{"id", apply.Filter{Query: string(two)}, []recruit.ApplicationID{two}},
			{"updated since", apply.Filter{UpdatedSince: h.clock.Now().Add(-time.Hour)}, []recruit.ApplicationID{three, one}},
		} {
			page, err := h.apply.List(h.ctx, h.acme.admin, c.f)
			h.must(err)
			var got []recruit.ApplicationID
			for _, v := range page.Items {
				got = append(got, v.ID)
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("%s: %v, want %v", c.name, got, c.want)
			}
		}
		page, err := h.apply.List(h.ctx, h.acme.admin, apply.Filter{List: recruit.List{Limit: 2}})
		h.must(err)
		rest, err := h.apply.List(h.ctx, h.acme.admin, apply.Filter{List: recruit.List{Limit: 2, Cursor: page.Next}})
		h.must(err)
		if len(page.Items) != 2 || len(rest.Items) != 1 || rest.Items[0].ID != one || rest.Next != "" {
			t.Errorf("pages of %d and %d", len(page.Items), len(rest.Items))
		}
	})
	t.Run("a Manager reads what goes to supervised users' processes, a User what goes to own ones", func(t *testing.T) {
		h := newHouse(t, open)
		manager := h.user(h.acme, "m@acme.invalid", recruit.RoleManager, "")
		user := h.user(h.acme, "u@acme.invalid", recruit.RoleUser, manager.User)
		stranger := h.user(h.acme, "s@acme.invalid", recruit.RoleManager, "")
		p := h.opened(user, "user's")
		id := h.submitted(submission(p.ID, "a@b.invalid"))
		for _, c := range []struct {
			who  recruit.Caller
			sees bool
		}{{h.acme.admin, true}, {manager, true}, {user, true}, {stranger, false}} {
			_, err := h.apply.Get(h.ctx, c.who, id)
			if c.sees {
				h.must(err)
			} else {
				h.is(err, recruit.ErrNotFound)
			}
			for _, f := range []apply.Filter{{}, {Delivery: recruit.DeliveryNone}, {Process: p.ID}, {Process: p.ID, Delivery: recruit.DeliveryNone},
				{Stage: recruit.StageWaiting}, {Query: "a@b.invalid"}, {Query: string(id)}, {UpdatedSince: h.clock.Now()}} {
				page, err := h.apply.List(h.ctx, c.who, f)
				h.must(err)
				if (len(page.Items) == 1) != c.sees {
					t.Errorf("%s lists %d by %+v", c.who.User, len(page.Items), f)
				}
			}
		}
	})
	t.Run("what happens to the delivery alone updates it too", func(t *testing.T) {
		h := newHouse(t, open)
		p, conn := h.bound(h.acme)
		id := h.submitted(agreed(p.ID, "a@b.invalid"))
		h.clock.Advance(time.Hour)
		since := apply.Filter{UpdatedSince: h.clock.Now()}
		for _, want := range []int{0, 1} {
			page, err := h.apply.List(h.ctx, h.acme.admin, since)
			h.must(err)
			if len(page.Items) != want {
				t.Errorf("%d were updated, want %d", len(page.Items), want)
			}
			if want == 0 {
				h.attempting(conn, id)
			}
		}
	})
	t.Run("opening a CV is in the audit", func(t *testing.T) {
		h := newHouse(t, open)
		s := submission(h.opened(h.acme.admin, "One").ID, "a@b.invalid")
		s.CV = &apply.Upload{FileName: "cv.txt", Body: strings.NewReader("x")}
		id := h.submitted(s)
		h.clock.Advance(time.Second)
		_, _, err := h.apply.OpenCV(h.ctx, h.acme.admin, id)
		h.must(err)
		page, err := h.company.Audit(h.ctx, h.acme.admin, recruit.List{Limit: 1})
		h.must(err)
		if r := page.Items[0]; r.Action != "application.cv_opened" || r.Object != string(id) {
			t.Errorf("the newest record is %+v", r)
		}
	})
}
