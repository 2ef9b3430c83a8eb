package stagesync

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"handoff/internal/recruit"
)

var noon = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

func at(minutes int) time.Time { return noon.Add(time.Duration(minutes) * time.Minute) }

var simple = Mapping{"new": {recruit.StageWaiting}, "review": {recruit.StageEvaluating}, "meet": {recruit.StageInvited}, "no": {recruit.StageNegative}, "message": {}}

func TestAPersonsMoveStandsUntilTheATSChangesAgain(t *testing.T) {
	h := History{EnteredAt: at(0), Observed: []Observed{{Seq: 1, Key: "review", ChangedAt: at(1), LearnedAt: at(2), SeenUntil: at(2)}},
		Moved: []Moved{{Seq: 2, At: at(3), To: recruit.StageOffer}}}
	h.Observed, _ = Observe(h.Observed, Observed{Seq: 3, Key: "review", LearnedAt: at(9), SeenUntil: at(9)})
	if s := Fold(h, simple); s.Stage != recruit.StageOffer || s.By != recruit.ActorUser || !s.KnownAt.Equal(at(9)) || s.Remote != "review" {
		t.Errorf("an unchanged stage was applied again: %+v", s)
	}
	h.Observed, _ = Observe(h.Observed, Observed{Seq: 4, Key: "meet", ChangedAt: at(10), LearnedAt: at(11), SeenUntil: at(11)})
	if s := Fold(h, simple); s.Stage != recruit.StageInvited || s.By != recruit.ActorSync || !s.ChangedAt.Equal(at(10)) {
		t.Errorf("the ATS's change was not followed: %+v", s)
	}
}

func TestAPersonsMoveStandsWhereTheEntryIsReadAfterIt(t *testing.T) {
	h := History{EnteredAt: at(0), Moved: []Moved{{Seq: 0, At: at(1), To: recruit.StageOffer}},
		Observed: []Observed{{Seq: 1, Key: "new", LearnedAt: at(2), SeenUntil: at(5)}}}
	if s := Fold(h, simple); s.Stage != recruit.StageOffer || s.By != recruit.ActorUser || s.Remote != "new" {
		t.Errorf("the entry was taken for a change: %+v", s)
	}
	h.Observed = append(h.Observed, Observed{Seq: 2, Key: "meet", LearnedAt: at(6), SeenUntil: at(6)}, Observed{Seq: 3, Key: "new", LearnedAt: at(7), SeenUntil: at(7)})
	if s := Fold(h, simple); s.Stage != recruit.StageWaiting {
		t.Errorf("to come back there is a change: %+v", s)
	}
}

func TestALeftAndAnUnknownStageKeepTheStage(t *testing.T) {
	h := History{EnteredAt: at(0), Observed: []Observed{{Seq: 1, Key: "meet", LearnedAt: at(1), SeenUntil: at(1)}, {Seq: 2, Key: "message", LearnedAt: at(2), SeenUntil: at(2)}}}
	if s := Fold(h, simple); s.Stage != recruit.StageInvited || s.Unmapped || s.Remote != "message" {
		t.Errorf("%+v", s)
	}
	h.Observed = append(h.Observed, Observed{Seq: 3, Key: "renamed", LearnedAt: at(3), SeenUntil: at(3)})
	if s := Fold(h, simple); s.Stage != recruit.StageInvited || !s.Unmapped || s.Remote != "renamed" {
		t.Errorf("%+v", s)
	}
}

func TestATimeAfterItWasLearnedIsNotBelieved(t *testing.T) {
	h := History{EnteredAt: at(0), Observed: []Observed{
		{Seq: 1, Key: "no", ChangedAt: at(600), LearnedAt: at(1), SeenUntil: at(1)}, // the ATS's clock is ahead
		{Seq: 2, Key: "meet", ChangedAt: at(5), LearnedAt: at(5), SeenUntil: at(5)}}}
	if s := Fold(h, simple); s.Stage != recruit.StageInvited {
		t.Errorf("%+v", s)
	}
}

// changes draws what happened to an application, and what was read of it when:
// where it stood, with or without the ATS's time, and whole histories.
func changes(t *rapid.T) ([]Observed, []Moved) {
	keys := []recruit.StageKey{"new", "review", "meet", "no", "message", "unknown"}
	var seen, past []Observed
	var moved []Moved
	for m := range rapid.IntRange(0, 16).Draw(t, "n") {
		switch kind := rapid.SampledFrom([]string{"change", "move", "read", "read with time", "history"}).Draw(t, "kind"); {
		case kind == "change":
			past = append(past, Observed{Key: rapid.SampledFrom(keys).Draw(t, "key"), ChangedAt: at(m), LearnedAt: at(m)})
		case kind == "move":
			moved = append(moved, Moved{At: at(m), To: rapid.SampledFrom(recruit.Stages()).Draw(t, "to")})
		case len(past) == 0:
		case kind == "history":
			for _, o := range past {
				o.LearnedAt = at(m)
				seen = append(seen, o)
			}
		default:
			o := past[len(past)-1]
			o.LearnedAt, o.SeenUntil = at(m), at(m)
			if kind == "read" {
				o.ChangedAt = time.Time{}
			}
			seen = append(seen, o)
		}
	}
	return seen, moved
}

// What became known in any order stands as if it had been followed as it
// happened: nothing depends on who was told first.
func TestFoldingAnyHistoryEqualsHavingFollowedIt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		seen, moved := changes(t)
		fold := func(seen []Observed, moved []Moved) Standing {
			h := History{EnteredAt: at(-1), Observed: slices.Clone(seen), Moved: slices.Clone(moved)}
			for i := range h.Observed {
				h.Observed[i].Seq = int64(i)
			}
			for i := range h.Moved {
				h.Moved[i].Seq = int64(len(seen) + i)
			}
			return Fold(h, simple)
		}
		followed := slices.Clone(seen)
		slices.SortStableFunc(followed, func(a, b Observed) int { return a.at().Compare(b.at()) })
		want := fold(followed, moved)
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "order"), 1))
		r.Shuffle(len(seen), func(i, j int) { seen[i], seen[j] = seen[j], seen[i] })
		r.Shuffle(len(moved), func(i, j int) { moved[i], moved[j] = moved[j], moved[i] })
		if got := fold(seen, moved); got != want {
			t.Fatalf("in another order: %+v\nas it happened: %+v", got, want)
		}
	})
}

// A log that is kept short says what the full one says.
func TestAShortLogSaysWhatTheFullOneSays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		seen, moved := changes(t)
		if rapid.Bool().Draw(t, "out of order") {
			r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "order"), 2))
			r.Shuffle(len(seen), func(i, j int) { seen[i], seen[j] = seen[j], seen[i] })
		}
		var short []Observed
		for i := range seen {
			seen[i].Seq = int64(i)
			short, _ = Observe(short, seen[i])
		}
		for i := range moved {
			moved[i].Seq = int64(1000 + i)
		}
		full := Fold(History{EnteredAt: at(-1), Observed: seen, Moved: moved}, simple)
		if got := Fold(History{EnteredAt: at(-1), Observed: short, Moved: moved}, simple); got.Stage != full.Stage || got.Remote != full.Remote ||
			got.By != full.By || got.Unmapped != full.Unmapped {
			t.Fatalf("short %+v\nfull %+v", got, full)
		}
	})
}
