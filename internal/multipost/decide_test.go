package multipost

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"

	"handoff/internal/recruit"
)

var noon = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

func TestWhatAListingMakesOfAnAd(t *testing.T) {
	row := recruit.RemoteAd{Key: "k", Title: "Go", Cities: []string{"Łódź"}, ChangedAt: noon, Raw: json.RawMessage("1")}
	with := func(change func(*recruit.RemoteAd)) []recruit.RemoteAd {
		r := row
		r.ChangedAt = noon.Add(time.Hour)
		change(&r)
		return []recruit.RemoteAd{r}
	}
	same, changed := []recruit.RemoteAd{row}, with(func(r *recruit.RemoteAd) { r.Title = "Rust" })
	withdrawn := with(func(r *recruit.RemoteAd) { r.Withdrawn = true })
	draft := Draft{Exists: true, State: recruit.ProcessDraft, Revision: 1}
	touched := Draft{Exists: true, State: recruit.ProcessDraft, Revision: 2}
	open := Draft{Exists: true, State: recruit.ProcessOpen, Revision: 1, Published: true}
	closed := Draft{Exists: true, State: recruit.ProcessClosed, Revision: 1}
	closedTouched := Draft{Exists: true, State: recruit.ProcessClosed, Revision: 2}
	wasOpen := Draft{Exists: true, State: recruit.ProcessClosed, Revision: 1, Published: true}
	for _, c := range []struct {
		name     string
		draft    Draft
		by       bool // it was we who closed it
		missed   int
		in       []recruit.RemoteAd
		complete bool
		act      Act
		state    State
	}{
		{"the same again", draft, false, 0, same, true, Leave, Listed},
		{"changed, untouched", draft, false, 0, changed, false, Update, Listed},
		{"changed, touched", touched, false, 0, changed, false, Leave, Listed},
		{"changed, open", open, false, 0, changed, true, Leave, Listed},
		{"changed, deleted by a person", Draft{}, false, 0, changed, true, Leave, Listed},
		{"withdrawn, untouched", draft, false, 0, withdrawn, false, Close, Withdrawn},
		{"withdrawn, touched", touched, false, 0, withdrawn, false, Leave, Withdrawn},
		{"withdrawn, open", open, false, 0, withdrawn, false, Leave, Withdrawn},
		{"withdrawn, closed by us already", closed, true, 0, withdrawn, false, Leave, Withdrawn},
		{"absent once", draft, false, 0, nil, true, Leave, Listed},
		{"absent twice", draft, false, 1, nil, true, Close, Absent},
		{"absent twice, touched", touched, false, 1, nil, true, Leave, Absent},
		{"absent from a part", draft, false, 1, nil, false, Leave, Listed},
		{"seen in a part after one absence", draft, false, 1, same, false, Leave, Listed},
		{"back, closed by us", closed, true, 2, same, false, Reopen, Listed},
		{"back, closed by us and touched since", closedTouched, true, 2, same, false, Reopen, Listed},
		{"back, closed by a person", closed, false, 2, same, false, Leave, Listed},
		{"back, once open", wasOpen, true, 2, same, false, Leave, Listed},
	} {
		t.Run(c.name, func(t *testing.T) {
			k := Known{Ad: Decide(Known{Ad: Ad{Key: "k"}}, same, true, noon).Ad, Draft: c.draft}
			k.ID, k.Process, k.Missed, k.Closed, k.Revision = "ad_1", "proc_1", c.missed, c.by, 1
			before := k.Base
			d := Decide(k, c.in, c.complete, noon.Add(time.Minute))
			if d.Act != c.act || d.Ad.State != c.state {
				t.Errorf("act %d, %s; want %d, %s", d.Act, d.Ad.State, c.act, c.state)
			}
			written := d.Act == Update || d.Act == Reopen && c.draft.Revision == 1
			if !written && !reflect.DeepEqual(d.Ad.Base, before) {
				t.Error("what the draft was made of changed, and the draft did not")
			}
			if written && d.Ad.DraftRevision != c.draft.Revision+1 {
				t.Errorf("it is to be written as revision %d", d.Ad.DraftRevision)
			}
		})
	}
}

// Whatever is listed, in whatever order and however often: the same comes out
// of it, nothing but a withdrawal, an end or two absences closes a draft, and
// nothing a person touched is changed.
func TestNeitherOrderNorRepetitionNorChanceChangesWhatAListingDoes(t *testing.T) {
	for seed := range uint64(400) {
		r := rand.New(rand.NewPCG(seed, 7))
		k, reason := Known{Ad: Ad{Key: "k"}}, false
		for step := range 12 {
			now := noon.Add(time.Duration(step) * time.Hour)
			complete := r.IntN(2) == 0
			var in []recruit.RemoteAd
			for i := range r.IntN(4) {
				x := recruit.RemoteAd{Key: "k", Row: fmt.Sprint(r.IntN(3)), Title: []string{"Go", "Rust", ""}[r.IntN(3)], Cities: []string{fmt.Sprint("City", r.IntN(5))},
					Withdrawn: r.IntN(6) == 0, Foreign: r.IntN(8) == 0, Raw: json.RawMessage(fmt.Sprint(i))}
				if r.IntN(3) > 0 {
					x.ChangedAt = noon.Add(time.Duration(r.IntN(12)) * time.Hour)
				}
				if r.IntN(5) == 0 {
					x.ExpiresAt = noon.Add(time.Duration(r.IntN(20)) * time.Hour)
				}
				in = append(in, x)
			}
			if k.ID == "" && len(in) == 0 {
				continue // it is not known yet
			}
			d := Decide(k, in, complete, now)
			for range 3 {
				twice := append(slices.Clone(in), in...)
				r.Shuffle(len(twice), func(i, j int) { twice[i], twice[j] = twice[j], twice[i] })
				if other := Decide(k, twice, complete, now); other.Act != d.Act || !sameAds(other.Ad, d.Ad) {
					t.Fatalf("seed %d step %d: shuffled it is %+v, was %+v", seed, step, other, d)
				}
			}
			missed := complete && len(in) == 0
			reason = d.Ad.State != Listed
			switch d.Act {
			case Close:
				if !reason || d.Ad.State == Absent && (!missed || k.Missed < 1) {
					t.Fatalf("seed %d step %d: closed as %s after %d absences", seed, step, d.Ad.State, k.Missed)
				}
			case Update:
				if k.Draft.Revision != k.DraftRevision || k.Draft.State != recruit.ProcessDraft {
					t.Fatalf("seed %d step %d: a touched or open process was changed", seed, step)
				}
			}
			k = follow(k, d)
			if len(in) > 0 { // the same once more does nothing
				if again := Decide(k, in, false, now); again.Act != Leave || !again.Same {
					t.Fatalf("seed %d step %d: the same once more does %d", seed, step, again.Act)
				}
			}
			if k.Draft.Exists && r.IntN(10) == 0 {
				k.Draft.Revision++ // a person saves
			}
		}
	}
}

// follow is what the store does with a decision.
func follow(k Known, d Decision) Known {
	next := Known{Ad: d.Ad, Draft: k.Draft}
	next.ID = "ad_1"
	next.Ad.Revision++
	switch d.Act {
	case Create:
		next.Process, next.Draft = "proc_1", Draft{Exists: true, State: recruit.ProcessDraft, Revision: 1}
	case Update:
		next.Draft.Revision++
	case Close:
		next.Draft.State = recruit.ProcessClosed
	case Reopen:
		next.Draft.State = recruit.ProcessDraft
		if next.DraftRevision == k.Draft.Revision+1 {
			next.Draft.Revision++
		}
	}
	return next
}

func sameAds(a, b Ad) bool {
	x, _ := json.Marshal(a)
	y, _ := json.Marshal(b)
	return string(x) == string(y)
}

func TestPayIsTakenOverPerContractAndWhatAPersonAddedStays(t *testing.T) {
	b2b := recruit.Salary{Contract: "b2b", From: 1, To: 2, Currency: "PLN", Period: "month"}
	more := b2b
	more.To = 3
	own := recruit.Salary{Contract: "employment", From: 5, To: 6, Currency: "PLN", Period: "month"}
	base := recruit.Details{Contracts: []string{"b2b"}, Salaries: []recruit.Salary{b2b}}
	now := recruit.Details{Contracts: []string{"b2b", "employment"}, Salaries: []recruit.Salary{b2b, own}}
	next := recruit.Details{Contracts: []string{"b2b"}, Salaries: []recruit.Salary{more}}
	d := differences(now, base, next)
	if len(d) != 1 || d[0].Field != FieldPay || !reflect.DeepEqual(d[0].New.Salaries, []recruit.Salary{own, more}) || len(d[0].New.Contracts) != 2 {
		t.Errorf("the difference is %+v", d)
	}
	two := Content{Salaries: []recruit.Salary{b2b, more, own}}.details(recruit.Details{})
	if !reflect.DeepEqual(two.Salaries, []recruit.Salary{own}) || !slices.Equal(two.Contracts, []string{"b2b", "employment"}) {
		t.Errorf("of two ranges for one contract it made %+v", two)
	}
}

func TestTextsOfAnAdAreBounded(t *testing.T) {
	long := func(n int) string { return "<p>" + string(slices.Repeat([]byte("x"), n-7)) + "</p>" }
	for _, c := range []struct {
		name     string
		sections []int
		cut      bool
		length   int
	}{{"one at its bound", []int{MaxText}, false, MaxText}, {"one beyond", []int{MaxText + 1}, true, MaxText}, {"two at the bound together", []int{MaxText - 1001, 1000}, false, MaxText},
		{"two beyond it together", []int{MaxText - 1000, 1000}, true, MaxText - 1000}} {
		a := recruit.RemoteAd{Title: "x"}
		for _, n := range c.sections {
			a.Sections = append(a.Sections, recruit.AdSection{Kind: recruit.AdDuties, HTML: long(n)})
		}
		got, problems := content([]recruit.RemoteAd{a})
		d := got.details(recruit.Details{}).Description
		if slices.Contains(problems, ProblemCut) != c.cut || len(d) > c.length || len(d) < c.length-200 {
			t.Errorf("%s: %v, %d characters", c.name, problems, len(d))
		}
	}
}
