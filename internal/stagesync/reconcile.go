package stagesync

import (
	"context"
	"time"

	"handoff/internal/recruit"
)

// Reconciliation holds what was applied here against what stands in the ATS.
// Erased applications are nobody's any more, and test candidates are none.
type Reconciliation struct {
	Applied int
	// Deliveries are all of them, by how far they came.
	Deliveries map[recruit.DeliveryState]int
	Presence   map[Presence]int // of those that came there
	// Unmapped stand on a stage that nobody assigned.
	Unmapped   int
	ComparedAt time.Time         // when both sides were last compared; zero for never
	Unread     int               // whose jobs could not be read then
	Compared   recruit.SyncRunID // that comparison
	Running    recruit.SyncRunID // the comparison under way
}

// Presence says where somebody who was delivered was last seen.
type Presence string

const (
	Present Presence = "present"
	// Missing was not in the last reading, which alone is not believed (product
	// decision 7).
	Missing Presence = "missing"
	Gone    Presence = "gone" // for two complete readings
	Left    Presence = "left" // gone, and a person said that it is meant
	Unseen  Presence = "unseen"
)

// Presences are all of them, in the order of pages.
func Presences() []Presence { return []Presence{Present, Missing, Gone, Left, Unseen} }

// Came is how many were delivered, or were there already.
func (r Reconciliation) Came() int {
	return r.Deliveries[recruit.DeliveryDelivered] + r.Deliveries[recruit.DeliveryLinked]
}

// Absent is an application that is not in the ATS any more.
type Absent struct {
	Application recruit.ApplicationID
	Name        string // of the stage on which it was last seen: the ATS's own word
	Since       time.Time
}

// Reconcile tells an Admin how both sides of a connection compare, and a part
// of those who are gone.
func (e *Engine) Reconcile(ctx context.Context, c recruit.Caller, id recruit.ConnectionID, l recruit.List) (Reconciliation, recruit.Page[Absent], error) {
	if _, _, _, err := e.admin(ctx, c, id); err != nil {
		return Reconciliation{}, recruit.Page[Absent]{}, err
	}
	r, err := e.Store.Reconciliation(ctx, c.Company, id)
	if err != nil {
		return r, recruit.Page[Absent]{}, err
	}
	gone, err := e.Store.AbsentApplications(ctx, c.Company, id, l)
	return r, gone, err
}

// Compare begins a run that looks for everybody who ever came to the ATS, also
// those whose stages are not followed and while the module is off. It moves and
// mails nobody. Problem stages_unknown for an ATS whose applications cannot be
// listed, connection_not_ready for one that does not answer,
// and sync_running beside a run that moves people.
func (e *Engine) Compare(ctx context.Context, c recruit.Caller, id recruit.ConnectionID) (Run, error) {
	_, ats, _, err := e.admin(ctx, c, id)
	if err != nil {
		return Run{}, err
	}
	if t, ok := e.Type(ats); !ok || !t.TellsStages {
		return Run{}, recruit.Refuse("stages_unknown", "ats", ats)
	}
	return e.start(ctx, c, id, TriggerReconciliation, true)
}
