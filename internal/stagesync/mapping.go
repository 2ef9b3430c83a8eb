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

// Check tells whether a mapping may be saved for the stages that the ATS has
// now: all of them assigned (rule R17), locked ones as they are locked, nothing
// else in it. The error is Invalid: entries.KEY with required, locked or
// unknown, and not_allowed for a stage that there is none of.
func Check(stages []recruit.RemoteStage, m Mapping) error {
	v := &recruit.Invalid{}
	known := map[recruit.StageKey]bool{}
	for _, s := range stages {
		known[s.Key] = true
		path := "entries." + string(s.Key)
		to, assigned := m[s.Key]
		switch {
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

// Stale tells what has come and gone in the ATS since a mapping was saved for
// stages that it then knew: those without an entry, and entries without a
// stage. Either makes it stale, and stops nobody who stands elsewhere (product
// decision 3).
func Stale(stages []recruit.RemoteStage, m Mapping) (added []recruit.RemoteStage, removed []recruit.StageKey) {
	known := map[recruit.StageKey]bool{}
	for _, s := range stages {
		known[s.Key] = true
		if _, ok := m[s.Key]; !ok {
			added = append(added, s)
		}
	}
	for key := range m {
		if !known[key] {
			removed = append(removed, key)
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
