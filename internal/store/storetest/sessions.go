package storetest

import (
	"testing"
	"time"
)

func sessions(t *testing.T, open Open) {
	t.Run("are kept until they expire, end, or are swept", func(t *testing.T) {
		h := newHouse(t, open)
		s := h.db.Sessions()
		h.must(s.CommitCtx(h.ctx, "hash-1", []byte("one"), h.clock.Now().Add(time.Hour)))
		h.must(s.CommitCtx(h.ctx, "hash-1", []byte("two"), h.clock.Now().Add(time.Hour)))
		h.must(s.CommitCtx(h.ctx, "hash-2", []byte{}, h.clock.Now().Add(2*time.Hour)))
		b, ok, err := s.FindCtx(h.ctx, "hash-1")
		h.must(err)
		if !ok || string(b) != "two" {
			t.Errorf("found %q, %t", b, ok)
		}
		if _, ok, err := s.Find("hash-3"); ok || err != nil {
			t.Errorf("found one that is not there: %v", err)
		}
		h.clock.Advance(time.Hour)
		if _, ok, _ := s.FindCtx(h.ctx, "hash-1"); ok {
			t.Error("found one that expired")
		}
		n, err := s.Sweep(h.ctx)
		h.must(err)
		if n != 1 {
			t.Errorf("%d were swept", n)
		}
		h.must(s.DeleteCtx(h.ctx, "hash-2"))
		h.must(s.DeleteCtx(h.ctx, "hash-2"))
		if _, ok, _ := s.FindCtx(h.ctx, "hash-2"); ok {
			t.Error("found one that was ended")
		}
	})
}

func idempotencyKeys(t *testing.T, open Open) {
	t.Run("one claim is the first; the others learn of it", func(t *testing.T) {
		h := newHouse(t, open)
		claimed, _, err := h.db.ClaimKey(h.ctx, "tok_1 POST /x", "k", "b")
		h.must(err)
		again, before, err := h.db.ClaimKey(h.ctx, "tok_1 POST /x", "k", "b")
		h.must(err)
		if !claimed || again || before.Status != 0 || before.Body != "b" {
			t.Errorf("%t, then %t %+v", claimed, again, before)
		}
		if other, _, err := h.db.ClaimKey(h.ctx, "tok_2 POST /x", "k", "b"); err != nil || !other {
			t.Errorf("another scope shares the key: %v", err)
		}
		h.must(h.db.FinishKey(h.ctx, "tok_1 POST /x", "k", 201, "/processes/1"))
		again, before, err = h.db.ClaimKey(h.ctx, "tok_1 POST /x", "k", "c")
		h.must(err)
		if again || before.Body != "b" || before.Status != 201 || before.Location != "/processes/1" {
			t.Errorf("replayed %t %+v", again, before)
		}
	})
	t.Run("a dropped, a stuck and an old claim are free again", func(t *testing.T) {
		h := newHouse(t, open)
		claim := func(body string) bool {
			ok, _, err := h.db.ClaimKey(h.ctx, "s", "k", body)
			h.must(err)
			return ok
		}
		claim("b")
		h.must(h.db.DropKey(h.ctx, "s", "k"))
		if !claim("b") {
			t.Error("a dropped key is taken")
		}
		h.clock.Advance(10*time.Minute - time.Millisecond)
		if claim("b") {
			t.Error("a claim of ten minutes is given away too soon")
		}
		h.clock.Advance(time.Millisecond)
		if claim("c") || !claim("b") {
			t.Error("a stuck claim goes to the same body only")
		}
		h.must(h.db.FinishKey(h.ctx, "s", "k", 201, ""))
		h.clock.Advance(24 * time.Hour)
		n, err := h.db.SweepKeys(h.ctx)
		h.must(err)
		if n != 1 || !claim("d") {
			t.Errorf("%d were swept", n)
		}
	})
}
