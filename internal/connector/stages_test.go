package connector

import (
	"context"
	"fmt"
	"testing"

	"handoff/internal/recruit"
)

// Who cannot be read is left out; what speaks of the whole connection, and an
// answer for nobody, are errors; an ATS that is out of order is not asked for
// everybody.
func TestWhoCannotBeReadIsLeftOutAndTheWholeConnectionsErrorIsNot(t *testing.T) {
	ended, end := context.WithCancel(t.Context())
	end()
	for _, c := range []struct {
		what       string
		ctx        context.Context
		ask, fail  int // the first so many fail
		kind       Kind
		told, most int // of calls
		err        Kind
	}{
		{"nobody to ask", t.Context(), 0, 0, Unknown, 0, 0, Unknown},
		{"one of three", t.Context(), 3, 1, Unavailable, 2, 3, Unknown},
		{"one who is refused", t.Context(), 3, 1, Forbidden, 2, 3, Unknown},
		{"all of three", t.Context(), 3, 3, Unavailable, 0, 3, Unavailable},
		{"all of a hundred", t.Context(), 100, 100, Unavailable, 0, untoldInARow, Unavailable},
		{"the login", t.Context(), 1, 1, Unauthorized, 0, 1, Unauthorized},
		{"the limit", t.Context(), 1, 1, RateLimited, 0, 1, RateLimited},
		{"an end", ended, 3, 3, Unavailable, 0, 1, Unavailable},
	} {
		ask := make([]Tracked, c.ask)
		for i := range ask {
			ask[i].Application = recruit.ApplicationID(fmt.Sprint(i))
		}
		told, calls := map[recruit.ApplicationID]StageRead{}, 0
		err := ReadEach(c.ctx, told, ask, func(x Tracked) (StageRead, error) {
			calls++
			for i := range c.fail {
				if x.Application == ask[i].Application {
					return StageRead{}, &Error{Kind: c.kind}
				}
			}
			return StageRead{Key: "1"}, nil
		})
		if KindOf(err) != c.err || len(told) != c.told || calls > c.most {
			t.Errorf("%s: %v, %d told, %d calls", c.what, err, len(told), calls)
		}
	}
	// Those whom the listing told are an answer.
	told := map[recruit.ApplicationID]StageRead{"listed": {Key: "1"}}
	if err := ReadEach(t.Context(), told, make([]Tracked, 9), func(Tracked) (StageRead, error) { return StageRead{}, &Error{Kind: Unavailable} }); err != nil || len(told) != 1 {
		t.Errorf("%v, %v", told, err)
	}
}
