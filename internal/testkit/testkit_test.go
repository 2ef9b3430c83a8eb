package testkit_test

import (
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"handoff/internal/testkit"
)

func TestALogIsReadWhileItIsWritten(t *testing.T) {
	var b testkit.Buffer
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for range 100 {
				fmt.Fprint(&b, "line\n")
				_ = b.Tail(5)
			}
		})
	}
	all.Wait()
	if n := len(b.String()); n != 4*100*len("line\n") {
		t.Errorf("%d bytes", n)
	}
}

func TestATailIsNoLongerThanAsked(t *testing.T) {
	var b testkit.Buffer
	fmt.Fprint(&b, "abcde")
	for n, want := range map[int]string{0: "", 4: "bcde", 5: "abcde", 6: "abcde"} {
		if got := b.Tail(n); got != want {
			t.Errorf("Tail(%d) = %q, want %q", n, got, want)
		}
	}
}

func TestWaitingEndsWithTheAnswerOrAtItsEnd(t *testing.T) {
	for _, x := range []struct {
		after, took time.Duration
		want        bool
	}{
		{0, 0, true},
		{1, 2 * time.Second, true}, // it is asked at every tick only
		{9 * time.Second, 10 * time.Second, true},
		{11 * time.Second, 11 * time.Second, false},
	} {
		synctest.Test(t, func(t *testing.T) {
			began := time.Now()
			got := testkit.Within(11*time.Second, 2*time.Second, func() bool { return time.Since(began) >= x.after })
			if took := time.Since(began); got != x.want || took != x.took {
				t.Errorf("what comes after %s: %v after %s, want %v after %s", x.after, got, took, x.want, x.took)
			}
		})
	}
}
