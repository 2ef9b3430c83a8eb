package multipost

import (
	"bytes"
	"encoding/json"
	"slices"
	"time"

	"handoff/internal/recruit"
)

// Act is what becomes of an ad's process.
type Act int

const (
	Leave  Act = iota
	Create     // a draft, from Ad.Base
	Update     // the untouched draft, from Ad.Base
	Close      // the untouched draft, reversibly
	Reopen     // as a draft what was closed reversibly; from Ad.Base when nobody touched it
)

// Decision is what one listing makes of one ad.
type Decision struct {
	Ad  Ad // as it is to be kept
	Act Act
	// Same says that nothing is to be kept but that it was seen.
	Same bool
}

// Decide says what a listing makes of an ad: in are its rows in it, none when
// the listing lacks the ad; complete says that the listing was one of
// everything, without error and not empty. It is the one function that decides.
func Decide(k Known, in []recruit.RemoteAd, complete bool, now time.Time) Decision {
	a := k.Ad
	switch {
	case len(in) > 0:
		a.Rows, a.Missed, a.SeenAt = mergeRows(k.Rows, in, complete), 0, now
	case complete:
		a.Missed = min(k.Missed+1, 2) // invariant 3
	}
	a.State, a.Content, a.Problems = read(a.Key, a.Rows, now)
	if a.State == Listed && a.Missed >= 2 {
		a.State = Absent
	}
	if k.ID == "" || a.Content.Hash() != k.Content.Hash() {
		a.ChangedAt = now
	}
	act := decide(&a, k.Draft)
	same := k.ID != "" && act == Leave && a.State == k.State && a.Missed == k.Missed && slices.Equal(a.Problems, k.Problems) && a.ChangedAt.Equal(k.ChangedAt) &&
		sameRows(a.Rows, k.Rows)
	return Decision{Ad: a, Act: act, Same: same}
}

// decide sets of a what the act makes true.
func decide(a *Ad, d Draft) Act {
	next := a.Content.details(a.Base)
	untouched := d.Exists && d.Revision == a.DraftRevision
	switch {
	case a.Process == "":
		if a.State != Listed || a.Content.Title == "" {
			return Leave
		}
		a.Base, a.DraftRevision = next, 1
		return Create
	case !d.Exists: // invariant 6
		return Leave
	case a.State != Listed:
		if d.State == recruit.ProcessDraft && untouched {
			a.Closed = true
			return Close
		}
		return Leave
	case d.State == recruit.ProcessClosed && a.Closed && !d.Published: // invariant 1
		a.Closed = false
		if untouched && a.Content.Title != "" {
			a.Base, a.DraftRevision = next, d.Revision+1
		}
		return Reopen
	case d.State == recruit.ProcessDraft && untouched && a.Content.Title != "" && changed(a.Base, next): // invariant 2
		a.Base, a.DraftRevision = next, d.Revision+1
		return Update
	}
	return Leave
}

func changed(base, next recruit.Details) bool {
	return slices.ContainsFunc(fields(), func(f string) bool { return !same(f, base, next) })
}

// sameRows compares rows as they are kept.
func sameRows(a, b []Row) bool {
	x, err := json.Marshal(a)
	y, err2 := json.Marshal(b)
	return err == nil && err2 == nil && bytes.Equal(x, y)
}
