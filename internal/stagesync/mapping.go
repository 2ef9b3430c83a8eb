package stagesync

import (
	"maps"
	"slices"

	"handoff/internal/recruit"
)

// Suggest returns what a stage of the company's own probably means, by its
// category (product decision 9); ok is false where the ATS gives none to go
// by. It is shown as a suggestion and never saved by itself.
func Suggest(c recruit.StageCategory) (to Target, ok bool) {
	switch c {
	case recruit.CategoryStandard:
		return Target{recruit.StageEvaluating}, true
	case recruit.CategoryMeeting:
		return Target{recruit.StageInvited}, true
	case recruit.CategoryOffer:
		return Target{recruit.StageOffer}, true
	case recruit.CategoryRejection:
		return Target{recruit.StageNegative}, true
	case recruit.CategoryHiring:
		return Target{recruit.StageHired}, true
	case recruit.CategoryMessage:
		return Target{}, true // a message is no stage of a recruitment
	}
	return Target{}, false
}

// Check tells whether a mapping may be saved: all stages that the ATS has now
// assigned (rule R17), locked ones as they are locked, and beside them nothing
// but stages that it once had. The error is Invalid: entries.KEY with required,
// locked or unknown, and not_allowed for a stage that there is none of.
func Check(stages []Stage, m Mapping) error {
	v := &recruit.Invalid{}
	known := map[recruit.StageKey]bool{}
	for _, s := range stages {
		known[s.Key] = true
		path := "entries." + string(s.Key)
		to, assigned := m[s.Key]
		switch {
		case !assigned && !s.RemovedAt.IsZero():
		case !assigned:
			v.Add(path, "required", "stage", s.Name)
		case to.Stage != "" && !to.Stage.Valid():
			v.Add(path, "not_allowed")
		case s.Locked && to.Stage != s.Preset:
			v.Add(path, "locked", "stage", s.Name)
		}
	}
	for key := range m {
		if !known[key] {
			v.Add("entries."+string(key), "unknown")
		}
	}
	return v.OrNil()
}

// Keys returns the stages that it assigns, in order.
func (m Mapping) Keys() []recruit.StageKey { return slices.Sorted(maps.Keys(m)) }

// Stale tells what has come and gone in the ATS since somebody saved a mapping
// for the stages that there were: those without an entry, and entries whose
// stage was removed after that. Either makes it stale, and stops nobody who
// stands elsewhere (product decision 3).
func Stale(stages []Stage, saved Saved) (added []recruit.RemoteStage, removed []recruit.StageKey) {
	for _, s := range stages {
		_, has := saved.Entries[s.Key]
		switch {
		case s.RemovedAt.IsZero() && !has:
			added = append(added, s.RemoteStage)
		case has && s.RemovedAt.After(saved.ChosenAt):
			removed = append(removed, s.Key)
		}
	}
	return added, removed
}

// Presets is the mapping that stands before anybody chose: what the vendor's
// own stages mean.
func Presets(stages []recruit.RemoteStage) Mapping {
	m := Mapping{}
	for _, s := range stages {
		if s.Preset != "" || s.LeavePreset {
			m[s.Key] = Target{s.Preset}
		}
	}
	return m
}

// Change is what another mapping would do to one application.
type Change struct{ From, To recruit.Stage }

// Preview tells what applications would move if m replaced the mapping under
// which they stand: how many, by where from and where to. It changes nothing.
func Preview(histories []History, now, m Mapping) map[Change]int {
	out := map[Change]int{}
	for _, h := range histories {
		if from, to := Fold(h, now).Stage, Fold(h, m).Stage; from != to {
			out[Change{from, to}]++
		}
	}
	return out
}
