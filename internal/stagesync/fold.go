package stagesync

import (
	"slices"
	"time"

	"handoff/internal/recruit"
)

// Observed is one thing that the ATS said about an application's stage.
type Observed struct {
	Seq int64 // order of arrival; ties of time are broken by it
	Key recruit.StageKey
	// ChangedAt is when the ATS says that the application came there; zero
	// where it does not say. Its clock is its own: a time after LearnedAt
	// counts as LearnedAt.
	ChangedAt time.Time
	LearnedAt time.Time
	// SeenUntil is when it was last read that the application stands there; zero
	// for an entry of the ATS's history, which says where it once stood.
	SeenUntil time.Time
}

// at is when the application came there, as far as can be known.
func (o Observed) at() time.Time {
	if o.ChangedAt.IsZero() || o.ChangedAt.After(o.LearnedAt) {
		return o.LearnedAt
	}
	return o.ChangedAt
}

// Moved is a move by a person on the platform.
type Moved struct {
	Seq int64
	At  time.Time
	To  recruit.Stage
}

// History is all that is known of where one application stood.
type History struct {
	EnteredAt time.Time // on the entry stage
	Observed  []Observed
	Moved     []Moved
}

// KnownAfter tells whether a person moved the application, or the ATS was
// heard of it, after a moment.
func (h History) KnownAfter(t time.Time) bool {
	return slices.ContainsFunc(h.Moved, func(m Moved) bool { return m.At.After(t) }) ||
		slices.ContainsFunc(h.Observed, func(o Observed) bool { return o.LearnedAt.After(t) || o.SeenUntil.After(t) })
}

// Target is what a mapping says of a stage in the ATS. The zero value leaves
// the application where it is.
type Target struct{ Stage recruit.Stage }

// Mapping is one version of what each stage in the ATS means here. A stage
// that it lacks is unmapped: candidates on it stay where they are.
type Mapping map[recruit.StageKey]Target

// Standing is where an application stands by its history and a mapping.
type Standing struct {
	Stage     recruit.Stage
	ChangedAt time.Time
	By        recruit.Actor
	// Remote is the stage in the ATS, since RemoteAt; empty when nothing was
	// observed. KnownAt is when that was last read.
	Remote            recruit.StageKey
	RemoteAt, KnownAt time.Time
	// Unmapped says that the mapping does not know Remote.
	Unmapped bool
}

// Fold tells where an application stands, whatever the order in which its
// history became known: events are taken by their time, ties by arrival. The
// same stage in the ATS as before is no change, so that a person's move stands
// until the ATS changes again (product decision 2).
func Fold(h History, m Mapping) Standing {
	s := Standing{Stage: recruit.StageWaiting, ChangedAt: h.EnteredAt, By: recruit.ActorCandidate}
	for _, e := range h.events() {
		if e.moved != nil {
			if s.Stage != e.moved.To {
				s.Stage, s.ChangedAt, s.By = e.moved.To, e.at, recruit.ActorUser
			}
			continue
		}
		if s.KnownAt.Before(e.known) {
			s.KnownAt = e.known
		}
		if e.key == s.Remote {
			continue
		}
		// A first reading that tells no time, of where everybody enters, is of the
		// delivery: whoever was moved here before it was read stays moved.
		to, mapped := m[e.key]
		entered := s.Remote == "" && e.undated && to.Stage == recruit.StageWaiting
		s.Remote, s.RemoteAt, s.Unmapped = e.key, e.at, !mapped
		if to.Stage != "" && to.Stage != s.Stage && !entered {
			s.Stage, s.ChangedAt, s.By = to.Stage, e.at, recruit.ActorSync
		}
	}
	return s
}

// event is something at a moment: a move, or the application seen on a stage.
type event struct {
	at, known time.Time
	seq       int64
	key       recruit.StageKey
	undated   bool // the ATS did not say when
	moved     *Moved
}

func (h History) events() []event {
	out := make([]event, 0, 2*len(h.Observed)+len(h.Moved))
	for _, o := range h.Observed {
		out = append(out, event{at: o.at(), known: o.LearnedAt, seq: o.Seq, key: o.Key, undated: o.ChangedAt.IsZero()})
		if o.SeenUntil.After(o.at()) {
			out = append(out, event{at: o.SeenUntil, known: o.SeenUntil, seq: o.Seq, key: o.Key})
		}
	}
	for i, m := range h.Moved {
		out = append(out, event{at: m.At, seq: m.Seq, moved: &h.Moved[i]})
	}
	slices.SortStableFunc(out, func(a, b event) int {
		if c := a.at.Compare(b.at); c != 0 {
			return c
		}
		return int(a.seq - b.seq)
	})
	return out
}

// Observe adds an observation to a log, which it may change and returns. One
// that says what is known, only later, makes no new entry: a poll every few
// minutes must not fill the disk. extended is the index of the entry that was
// prolonged, or -1 when o was added.
func Observe(log []Observed, o Observed) (next []Observed, extended int) {
	newest := -1
	for i, old := range log {
		if !o.ChangedAt.IsZero() && old.Key == o.Key && old.ChangedAt.Equal(o.ChangedAt) {
			return prolong(log, i, o)
		}
		if newest < 0 || !old.last().Before(log[newest].last()) {
			newest = i
		}
	}
	// A reading without the ATS's time prolongs what was seen just before it,
	// and nothing that something else may have come after.
	if o.ChangedAt.IsZero() && newest >= 0 && log[newest].Key == o.Key && !o.SeenUntil.IsZero() && !o.LearnedAt.Before(log[newest].last()) {
		return prolong(log, newest, o)
	}
	return append(log, o), -1
}

func prolong(log []Observed, i int, o Observed) ([]Observed, int) {
	if o.SeenUntil.After(log[i].SeenUntil) {
		log[i].SeenUntil = o.SeenUntil
	}
	return log, i
}

// last is the latest moment that an entry speaks of.
func (o Observed) last() time.Time {
	if o.SeenUntil.After(o.at()) {
		return o.SeenUntil
	}
	return o.at()
}

// Seen prolongs the newest entry of a stage to a moment at which it was read
// that the application stands there: readings that change nothing are kept
// once for all who were in them.
func Seen(log []Observed, key recruit.StageKey, until time.Time) {
	newest := -1
	for i, o := range log {
		if newest < 0 || !o.last().Before(log[newest].last()) {
			newest = i
		}
	}
	if newest >= 0 && log[newest].Key == key && until.After(log[newest].last()) {
		log[newest].SeenUntil = until
	}
}
