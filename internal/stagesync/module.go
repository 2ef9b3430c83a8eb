package stagesync

import (
	"time"

	"handoff/internal/recruit"
)

// Teller says who tells candidates of a stage that the ATS changed: the ATSs
// mail candidates themselves, so that somebody has to choose (product decision
// 4).
type Teller string

const (
	TellPlatform Teller = "platform"
	TellATS      Teller = "ats"
	TellNobody   Teller = "nobody"
)

// Modes of a schedule.
const (
	Continuous = "continuous" // every few minutes, as the ATS's limits allow
	OnceADay   = "daily"      // as in the seed pages
)

// What becomes of a sub-status that nobody assigned yet.
const (
	HoldNew   = "hold"   // candidates on it stay where they are (product decision 3)
	FollowNew = "follow" // it counts as its status
)

// Settings are an Admin's choices for the module of one connection.
type Settings struct {
	WhoTells       Teller // required, without a default
	NewSubStatuses string // hold, follow
	Mode           string // continuous, daily
	At             string // hh:mm of a daily run
	TimeZone       string // IANA name
}

// Defaults are what a connection begins with; who tells is left open.
func Defaults() Settings {
	return Settings{NewSubStatuses: HoldNew, Mode: Continuous, At: "17:00", TimeZone: "Europe/Warsaw"}
}

// daily reads the schedule; ok is false for one that cannot be read.
func (s Settings) daily() (d Daily, ok bool) {
	at, err := time.Parse("15:04", s.At)
	if err != nil {
		return d, false
	}
	zone, err := time.LoadLocation(s.TimeZone)
	if err != nil || s.TimeZone == "" || s.TimeZone == "Local" {
		return d, false
	}
	return Daily{at.Hour(), at.Minute(), zone}, true
}

// Check names what of the settings cannot be.
func (s Settings) Check() error {
	v := &recruit.Invalid{}
	switch s.WhoTells {
	case TellPlatform, TellATS, TellNobody:
	case "":
		v.Add("who_tells", "required")
	default:
		v.Add("who_tells", "not_allowed")
	}
	if s.NewSubStatuses != HoldNew && s.NewSubStatuses != FollowNew {
		v.Add("new_substatuses", "not_allowed")
	}
	if s.Mode != Continuous && s.Mode != OnceADay {
		v.Add("schedule.mode", "not_allowed")
	}
	if _, ok := s.daily(); !ok {
		v.Add("schedule.at", "malformed")
	}
	return v.OrNil()
}

// midnight is when the day of t began, by the clock of the schedule.
func (s Settings) midnight(t time.Time) time.Time {
	if d, ok := s.daily(); ok {
		t = t.In(d.Zone)
	}
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, t.Location())
}

// NextDaily is when a daily run is due after t; zero in continuous mode.
func (s Settings) NextDaily(t time.Time) time.Time {
	d, ok := s.daily()
	if s.Mode != OnceADay || !ok {
		return time.Time{}
	}
	return d.Next(t)
}

// Module is the synchronisation of one connection as it stands.
type Module struct {
	Connection recruit.ConnectionID
	Company    recruit.CompanyID
	Settings
	Enabled bool
	// ActivatedAt is when it was last switched on: applications made before are
	// not followed (rule R19), but for those that BackfilledAt took in.
	ActivatedAt, BackfilledAt time.Time
	NextRunAt, LastRunAt      time.Time
	StagesReadAt              time.Time
	StagesError               string // kind of the last failure to read them
	// Hooks says that the ATS can tell by itself; Hook how that stands: empty,
	// making, active, ending; HookError the kind of its last failure.
	Hooks     bool
	Hook      HookState
	HookError string
	Mapping   MappingState
	Version   int // of the mapping; 0 for none
	Missing   int // stages without an assignment
	// OwnMissing is how many processes have a mapping of their own that does not
	// assign every stage.
	OwnMissing int
	// Tracked is how many applications are followed; Late how many of the jobs
	// were last read longer ago than promised.
	Tracked, Jobs, Late int
	Every               time.Duration // the promise: how often a busy job is read
	Today               Freshness     // how it was kept since midnight, in continuous mode
}

// Freshness says how soon changes in the ATS were known here.
type Freshness struct {
	Within          time.Duration
	Changes, Timely int // all, and those that were known within that time
}

// Percent is how many of a hundred changes came in time, rounded down: a
// hundred are all.
func (f Freshness) Percent() int { return 100 * f.Timely / max(f.Changes, 1) }

// within is what is promised of a change, in whole minutes: the job's next
// reading, and what the reading takes.
func within(every time.Duration) time.Duration {
	return (every + time.Minute - 1).Truncate(time.Minute)
}

// MappingState says whether all stages are assigned.
type MappingState string

const (
	MappingMissing    MappingState = "missing"    // nothing was saved yet
	MappingIncomplete MappingState = "incomplete" // the stages were not read yet
	MappingComplete   MappingState = "complete"
	MappingStale      MappingState = "stale" // stages came or went since
)

// Since is when the first application that is followed was made.
func (m Module) Since() time.Time {
	if !m.BackfilledAt.IsZero() {
		return time.Time{}
	}
	return m.ActivatedAt
}
