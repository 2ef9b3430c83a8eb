package storetest

import (
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"handoff/internal/apply"
)

func repeating(t *testing.T, open Open) {
	t.Run("the same person in the same process is one application, never overwritten", func(t *testing.T) {
		h := newHouse(t, open)
		p := h.opened(h.acme.admin, "One")
		s := submission(p.ID, "Anna@B.invalid")
		first, err := h.apply.Submit(h.ctx, s)
		h.must(err)
		s = submission(p.ID, " anna@b.INVALID")
		s.Candidate.FirstName = "Eve"
		s.CV = &apply.Upload{FileName: "cv.txt", Body: strings.NewReader("other")}
		h.clock.Advance(time.Hour)
		second, err := h.apply.Submit(h.ctx, s)
		h.must(err)
		if first.Repeated || !second.Repeated || first.Application != second.Application {
			t.Errorf("answered %+v and %+v", first, second)
		}
		v := h.application(h.acme, first.Application)
		if v.Candidate.FirstName != "Anna" || v.CV != nil {
			t.Error("the second submission changed the application")
		}
		if got := h.kinds(h.acme, v.ID); !slices.Equal(got, []string{"received", "delivery.none", "resubmitted"}) {
			t.Errorf("its history is %v", got)
		}
	})
	t.Run("in another process it is another application", func(t *testing.T) {
		h := newHouse(t, open)
		one := h.submitted(submission(h.opened(h.acme.admin, "One").ID, "a@b.invalid"))
		two := h.submitted(submission(h.opened(h.acme.admin, "Two").ID, "a@b.invalid"))
		if one == two {
			t.Error("two processes share an application")
		}
	})
	t.Run("many at once are one application and the rest resubmissions", func(t *testing.T) {
		h := newHouse(t, open)
		p, _ := h.bound(h.acme)
		receipts := make([]apply.Receipt, 16)
		var wg sync.WaitGroup
		for i := range receipts {
			wg.Go(func() {
				s := agreed(p.ID, "a@b.invalid")
				s.CV = &apply.Upload{FileName: "cv.txt", Body: strings.NewReader("I write Go.")}
				var err error
				if receipts[i], err = h.apply.Submit(h.ctx, s); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		fresh := 0
		for _, r := range receipts {
			if !r.Repeated {
				fresh++
			}
			if r.Application != receipts[0].Application {
				t.Errorf("two applications: %s and %s", r.Application, receipts[0].Application)
			}
		}
		page, err := h.apply.List(h.ctx, h.acme.admin, apply.Filter{})
		h.must(err)
		if fresh != 1 || len(page.Items) != 1 || len(h.kinds(h.acme, receipts[0].Application)) != 17 {
			t.Errorf("%d fresh, %d listed, history %v", fresh, len(page.Items), h.kinds(h.acme, receipts[0].Application))
		}
	})
}
