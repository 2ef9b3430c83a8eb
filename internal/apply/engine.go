// Package apply is an application's arrival and life on the platform: the
// form as it must be shown, validation, CV, consent, duplicates, and the
// reading of applications by the company.
package apply

import (
	"sync"
	"time"

	"handoff/internal/meter"
	"handoff/internal/recruit"
	"handoff/internal/secret"
)

// Engine is the package's one entry. It is safe for concurrent use and must
// not be copied.
type Engine struct {
	Store  Store
	Now    func() time.Time
	Sealer *secret.Sealer // signs the form token
	// Files tells what the ATS named accepts as a CV; ok is false for none.
	Files func(ats string) (maxBytes int64, extensions []string, ok bool)
	// PerJob tells whether the ATS named attaches texts of its own to each job;
	// none does when it is nil.
	PerJob func(ats string) bool
	// Title returns the ATS's name as people write it; its wire name when nil.
	Title func(ats string) string

	once     sync.Once
	reading  chan struct{} // a place per CV being read
	attempts meter.Meter   // page submissions by address block, refused ones too
	blocks   meter.Meter   // accepted ones, by address block
	jobs     meter.Meter   // by process
	people   meter.Meter   // by e-mail
}

// New returns an engine. files and title may be nil: no ATS narrows what is
// accepted, and an ATS is called by its wire name.
func New(store Store, now func() time.Time, sealer *secret.Sealer,
	files func(ats string) (int64, []string, bool), title func(ats string) string) *Engine {
	return &Engine{Store: store, Now: now, Sealer: sealer, Files: files, Title: title}
}

// RemoteStanding is where an application stands in the ATS, in the ATS's own
// words: for the company's users, never for a candidate.
type RemoteStanding struct {
	Key            recruit.StageKey
	Name           string
	Since, KnownAt time.Time // KnownAt is when that was last read
	Unmapped       bool      // nobody said what it means here
	Gone           bool      // two complete readings lacked it
	Left           bool      // and a person said that it is meant
}

// View is an application with its delivery, as the company sees it.
type View struct {
	recruit.Application
	ProcessName string
	Delivery    recruit.Delivery
	ATS         string                 // the connector's name; empty when not bound
	Transfer    *recruit.ConsentRecord // newest of that purpose
	Remote      *RemoteStanding        // nil when nothing was read
}

// Filter narrows a list. Query matches the whole folded e-mail only: data is
// sealed, and only a keyed hash can be searched.
type Filter struct {
	Process      recruit.ProcessID
	Stage        recruit.Stage
	Delivery     recruit.DeliveryState
	Connection   recruit.ConnectionID // beside Delivery alone
	Query        string
	UpdatedSince time.Time
	recruit.List
}
