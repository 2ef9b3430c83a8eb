package simkit

import (
	"testing"
)

var (
	listJobs = Operation{ID: "list", Method: "GET", Path: "/jobs"}
	create   = Operation{ID: "create", Method: "POST", Path: "/jobs/{id}"}
)

func picks(s *Script, op Operation, credential string, n int) (out []bool) {
	for range n {
		out = append(out, s.Pick(op, credential) != nil)
	}
	return out
}

func TestARuleMatchesByEachOfItsFields(t *testing.T) {
	for _, m := range []Match{{Method: "GET"}, {Path: "/jobs"}, {Op: "list"}, {Credential: "key-1"}} {
		s := NewScript(NewRand(1))
		s.Add(Fault{Match: m, Kind: DropBefore})
		if s.Pick(listJobs, "key-1") == nil {
			t.Errorf("%+v does not meet its call", m)
		}
		if s.Pick(create, "key-2") != nil {
			t.Errorf("%+v meets another call", m)
		}
	}
}

func TestNthAfterAndCountChoose(t *testing.T) {
	for name, c := range map[string]struct {
		match Match
		want  []bool
	}{
		"nth":             {Match{Nth: 2}, []bool{false, true, false, false}},
		"after":           {Match{After: 2}, []bool{false, false, true, true}},
		"count":           {Match{Count: 2}, []bool{true, true, false, false}},
		"after and count": {Match{After: 1, Count: 1}, []bool{false, true, false, false}},
	} {
		s := NewScript(NewRand(1))
		s.Add(Fault{Match: c.match, Kind: DropBefore})
		got := picks(s, listJobs, "", 4)
		for i := range got {
			if got[i] != c.want[i] {
				t.Errorf("%s: %v, want %v", name, got, c.want)
				break
			}
		}
	}
}

func TestTheFirstRuleThatStrikesWinsAndIsCounted(t *testing.T) {
	s := NewScript(NewRand(1))
	s.Add(Fault{Match: Match{Count: 1}, Kind: DropBefore}, Fault{Kind: HTML})
	if f := s.Pick(listJobs, ""); f.Kind != DropBefore {
		t.Error(f.Kind)
	}
	if f := s.Pick(listJobs, ""); f.Kind != HTML {
		t.Error(f.Kind)
	}
	if r := s.Rules(); r[0].Seen != 2 || r[0].Struck != 1 || r[1].Struck != 1 {
		t.Errorf("%+v", r)
	}
}

func TestProbabilityAndMisbehaviourFollowTheSeed(t *testing.T) {
	run := func(seed uint64) (out []bool, n int) {
		s := NewScript(NewRand(seed))
		s.Add(Fault{Match: Match{Probability: 0.3}, Kind: DropBefore})
		for _, p := range picks(s, listJobs, "", 1000) {
			out = append(out, p)
			if p {
				n++
			}
		}
		return
	}
	a, n := run(7)
	b, _ := run(7)
	for i := range a {
		if a[i] != b[i] {
			t.Fatal("the same seed behaved differently")
		}
	}
	if n < 230 || n > 370 {
		t.Errorf("%d of 1000 struck, want about 300", n)
	}
	s := NewScript(NewRand(1))
	s.Misbehave(3, 0.2)
	n = 0
	for range 1000 {
		if f := s.Pick(listJobs, ""); f != nil {
			n++
			if err := f.Validate(); err != nil || f.Kind == Denied {
				t.Fatalf("%+v %v", f, err)
			}
		}
	}
	if n < 130 || n > 270 {
		t.Errorf("%d of 1000 spoilt, want about 200", n)
	}
	s.Misbehave(3, 1)
	if s.Pick(Operation{Calm: true}, "") != nil {
		t.Error("a calm operation was spoilt")
	}
}

func TestAFaultThatCannotBeIsRefused(t *testing.T) {
	for _, bad := range []string{`[{"kind":"odd"}]`, `[{"kind":"html","status":99}]`, `[{"kind":"html","probability":2}]`, `[{"kind":"html","nth":-1}]`,
		`[{"kind":"delay_before"}]`, `[{"kind":"html","pth":"/x"}]`, `{"kind":"html"}`, `[{"kind":"html","delay":"soon"}]`} {
		if _, err := ParseFaults([]byte(bad)); err == nil {
			t.Errorf("%s was taken", bad)
		}
	}
	got, err := ParseFaults([]byte(`[{"kind":"drop_after","method":"POST","path":"/jobs/{id}","count":2,"delay":"2s"}]`))
	if err != nil || len(got) != 1 || got[0].Count != 2 || got[0].Delay != 2e9 {
		t.Errorf("%+v %v", got, err)
	}
}
