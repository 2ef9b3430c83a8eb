package erapi

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"handoff/internal/connector"
)

// history reads entries like "Nowy 2026-11-20", in the order in which they come.
func history(t *testing.T, entries ...string) []Step {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Warsaw")
	if err != nil {
		t.Fatal(err)
	}
	var out []Step
	for _, e := range entries {
		stage, at, _ := strings.Cut(e, " ")
		out = append(out, Step{Stage: stage, At: node{at}.when(zone), said: at})
	}
	return out
}

func stagesOf(steps []Step) string {
	var out []string
	for _, s := range steps {
		out = append(out, s.Stage)
	}
	return strings.Join(out, " ")
}

func TestTheNewestStepIsFoundInWhateverOrder(t *testing.T) {
	for _, c := range []struct {
		what, shown, now, past string
		undated                bool
		entries                []string
	}{
		{"oldest first", "", "c", "a b", false, []string{"a 2026-11-20T10:00:00", "b 2026-11-20T11:00:00", "c 2026-11-21T09:00:00"}},
		{"newest first", "", "c", "a b", false, []string{"c 2026-11-21T09:00:00", "b 2026-11-20T11:00:00", "a 2026-11-20T10:00:00"}},
		{"in no order", "", "c", "a b", false, []string{"b 2026-11-20T11:00:00", "c 2026-11-21T09:00:00", "a 2026-11-20T10:00:00"}},
		{"ties: the last", "", "c", "a b", false, []string{"a 20.11.2026", "b 20.11.2026", "c 20.11.2026"}},
		{"ties, newest first", "", "c", "a b", false, []string{"c 21.11.2026", "b 21.11.2026", "a 20.11.2026"}},
		{"ties: what the list shows", "a", "a", "b c", false, []string{"a 20.11.2026", "b 20.11.2026", "c 20.11.2026"}},
		{"what the list shows is older", "a", "c", "a b", false, []string{"a 19.11.2026", "b 20.11.2026", "c 20.11.2026"}},
		{"there and back", "a", "a", "a b", false, []string{"a 2026-11-20T10:00:00", "b 2026-11-20T11:00:00", "a 2026-11-20T12:00:00"}},
		{"in the hour that comes twice", "b", "b", "a c", false, []string{"a 2026-10-25T01:00:00", "c 2026-10-25T02:40:00", "b 2026-10-25T02:10:00"}},
		{"no dates: the last", "", "c", "a b", true, []string{"a", "b", "c"}},
		{"one without a date", "", "b", "", true, []string{"a 2026-11-20T10:00:00", "b"}},
		{"one alone", "x", "a", "", false, []string{"a 2026-11-20T10:00:00"}},
	} {
		steps := history(t, c.entries...)
		before := fmt.Sprint(steps)
		now, past, dated := Latest(steps, c.shown)
		if now.Stage != c.now || dated == c.undated || dated && stagesOf(past) != c.past {
			t.Errorf("%s: on %s after %q, dated %v; want %s after %q", c.what, now.Stage, stagesOf(past), dated, c.now, c.past)
		}
		if fmt.Sprint(steps) != before {
			t.Errorf("%s: the steps were changed", c.what)
		}
	}
}

func TestAMomentIsExactToTheMinuteAtMost(t *testing.T) {
	for at, want := range map[string]bool{"2026-11-20T10:00:00": true, "2026-11-20T10:00": true, "2026-11-20T10:00:00+01:00": true, "/Date(1795168800000)/": true,
		"2026-11-20": false, "20.11.2026": false, "2026-10-25T02:30:00": false, "": false} {
		if got := history(t, "a "+at)[0].At.Exact(); got.IsZero() == want {
			t.Errorf("%q: %v", at, got)
		}
	}
}

// Whatever comes as a history is read as steps that name a stage, or is an
// error that may be repeated; the newest is one of them, and the others are past.
func FuzzHistory(f *testing.F) {
	m := &Mapping{Zone: time.UTC, Lists: map[string][]Pointer{OpHistory: {{"list"}}},
		Fields: map[string][]Pointer{"history.stage": {{"stageId"}, {"stage", "id"}}, "history.name": {{"stageName"}}, "history.at": {{"at"}}, "count": {{"n"}}}}
	for _, s := range []string{`{"list":[{"stageId":1,"at":"2026-11-20T10:00:00"},{"stageId":"2","stageName":"x","at":"/Date(1795168800000)/"}]}`,
		`[{"stage":{"id":1.0},"at":"20.11.2026"},{"stageId":2,"at":"2026-11-20"}]`, `{"list":null,"n":0}`, `{}`, `null`, `[{}]`, `[{"stageId":{}}]`, `[7]`} {
		f.Add([]byte(s), "1")
	}
	f.Fuzz(func(t *testing.T, b []byte, shown string) {
		var n node
		if json.Unmarshal(b, &n) != nil {
			return
		}
		steps, err := m.steps(n)
		var e *connector.Error
		if err != nil && (!errors.As(err, &e) || e.Kind != connector.Unavailable || steps != nil) {
			t.Fatalf("%v beside %v", steps, err)
		}
		if len(steps) == 0 {
			return
		}
		now, past, dated := Latest(steps, shown)
		same := func(s Step) bool { return s.alike(now) }
		if now.Stage == "" || !slices.ContainsFunc(steps, same) || dated && len(past) != len(steps)-1 {
			t.Errorf("%+v of %d, %d past", now, len(steps), len(past))
		}
		for _, s := range past {
			if s.At.From.After(now.At.To) {
				t.Errorf("%+v is past and came after %+v", s, now)
			}
		}
	})
}
