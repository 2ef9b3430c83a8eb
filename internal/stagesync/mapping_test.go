package stagesync

import (
	"errors"
	"slices"
	"testing"
	"time"

	"handoff/internal/recruit"
)

func TestAMappingIsSavedOnlyWhenAllStagesAreAssigned(t *testing.T) {
	present := []recruit.RemoteStage{{Key: "1", Name: "Nowy", Preset: recruit.StageWaiting, Locked: true},
		{Key: "7", Name: "Rozmowa", Category: recruit.CategoryMeeting}, {Key: "9", Name: "weak English", Category: recruit.CategoryRejection}}
	stages := []Stage{{RemoteStage: recruit.RemoteStage{Key: "66", Name: "Lunch"}, RemovedAt: at(5)}}
	for _, s := range present {
		stages = append(stages, Stage{RemoteStage: s})
	}
	for _, c := range []struct {
		name string
		m    Mapping
		want []string
	}{
		{"complete", Mapping{"1": {recruit.StageWaiting}, "7": {recruit.StageInvited}, "9": {}}, nil},
		{"two missing", Mapping{"1": {recruit.StageWaiting}}, []string{"entries.7 required Rozmowa", "entries.9 required weak English"}},
		{"a locked one changed", Mapping{"1": {recruit.StageHired}, "7": {}, "9": {}}, []string{"entries.1 locked Nowy"}},
		{"a locked one left", Mapping{"1": {}, "7": {}, "9": {}}, []string{"entries.1 locked Nowy"}},
		{"no such stage of ours", Mapping{"1": {recruit.StageWaiting}, "7": {"maybe"}, "9": {}}, []string{"entries.7 not_allowed "}},
		{"one that was removed", Mapping{"1": {recruit.StageWaiting}, "7": {}, "9": {}, "66": {recruit.StageInvited}}, nil},
		{"one too many", Mapping{"1": {recruit.StageWaiting}, "7": {}, "9": {}, "8": {}}, []string{"entries.8 unknown "}},
	} {
		var got []string
		var invalid *recruit.Invalid
		if errors.As(Check(stages, c.m), &invalid) {
			for _, f := range invalid.Fields {
				got = append(got, f.Path+" "+f.Code+" "+f.Args["stage"])
			}
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
	if m := Presets(present); len(m) != 1 || m["1"].Stage != recruit.StageWaiting {
		t.Errorf("presets %v", m)
	}
	saved := Saved{Entries: Mapping{"1": {}, "7": {}, "66": {}}, ChosenAt: at(4)}
	added, removed := Stale(stages, saved)
	if len(added) != 1 || added[0].Key != "9" || len(removed) != 1 || removed[0] != "66" {
		t.Errorf("added %v, removed %v", added, removed)
	}
	saved.ChosenAt = at(6) // saved again, with what people on it are to be
	if _, removed = Stale(stages, saved); len(removed) != 0 {
		t.Errorf("removed %v", removed)
	}
}

func TestAPreviewCountsWhoWouldMove(t *testing.T) {
	on := func(key recruit.StageKey) History {
		return History{EnteredAt: at(0), Observed: []Observed{{Seq: 1, Key: key, LearnedAt: at(1), SeenUntil: at(1)}}}
	}
	byHand := on("review")
	byHand.Moved = []Moved{{Seq: 2, At: at(2), To: recruit.StageHired}}
	got := Preview([]History{on("review"), on("review"), on("meet"), byHand}, simple, Mapping{"review": {recruit.StageNegative}, "meet": {recruit.StageInvited}})
	if len(got) != 1 || got[Change{recruit.StageEvaluating, recruit.StageNegative}] != 2 {
		t.Errorf("%v", got)
	}
}

func TestSeventeenInWarsawIsSeventeenInWarsaw(t *testing.T) {
	warsaw, err := time.LoadLocation("Europe/Warsaw")
	if err != nil {
		t.Fatal(err)
	}
	five := Daily{17, 0, warsaw}
	for _, c := range []struct {
		daily      Daily
		from, want string
	}{
		{five, "2026-11-20T16:59:59+01:00", "2026-11-20T17:00:00+01:00"},
		{five, "2026-11-20T17:00:00+01:00", "2026-11-21T17:00:00+01:00"},
		{five, "2027-03-27T17:00:00+01:00", "2027-03-28T17:00:00+02:00"},                 // clocks go forward: 23 hours later
		{five, "2027-10-30T17:00:00+02:00", "2027-10-31T17:00:00+01:00"},                 // and back: 25 hours
		{Daily{2, 30, warsaw}, "2027-03-27T12:00:00+01:00", "2027-03-28T03:00:00+02:00"}, // there is no half past two
		{Daily{2, 30, warsaw}, "2027-10-30T12:00:00+02:00", "2027-10-31T02:30:00+02:00"}, // there are two
		{Daily{2, 30, warsaw}, "2027-10-31T02:30:00+02:00", "2027-11-01T02:30:00+01:00"}, // and it runs in one
	} {
		from, err := time.Parse(time.RFC3339, c.from)
		if err != nil {
			t.Fatal(err)
		}
		if got := c.daily.Next(from).Format(time.RFC3339); got != c.want {
			t.Errorf("after %s: %s, want %s", c.from, got, c.want)
		}
	}
}
