package page

import (
	"slices"
	"strconv"

	"handoff/internal/connector"
	"handoff/internal/integration"
	"handoff/internal/recruit"
	"handoff/internal/stagesync"
)

// LeaveChoice is the choice that keeps the stage.
const LeaveChoice = "leave"

// StageBox is the module's part of a connection's page.
type StageBox struct {
	stagesync.Module
	Type *connector.Type
	Base string // the connection's page
}

// Path is the module's own page.
func (m StageBox) Path() string { return m.Base + "/stages" }

// Process is the page of a process's own mapping.
func (m StageBox) Process(id recruit.ProcessID) string {
	return m.Path() + "/processes/" + string(id)
}

// StagesPage is the module of one connection, or the mapping of one process.
type StagesPage struct {
	StageBox
	Connection integration.View
	Errors     Errors // of the settings
	Map        StageMap
	Runs       []stagesync.Run
	Processes  ProcessMaps
	Of         *stagesync.MappedProcess // whose mapping it is; nil for the connection's
	Back       *[]MoveCount             // who would move if it had the connection's again; nil when nobody asked
}

// ProcessMaps are the processes of a connection, with whose mapping counts.
type ProcessMaps struct {
	Items []stagesync.MappedProcess
	Query string
	Next  string // address of the rest
}

// mapping is where the form of the mapping goes, and which part of the page is
// shown afterwards: whoever fills in a group in the middle stays at it.
func (m StagesPage) mapping(part string) string {
	if part != "" {
		part = "#" + part
	}
	if m.Of != nil {
		return m.Process(m.Of.ID) + "/mapping" + part
	}
	return m.Path() + "/mapping" + part
}

// StageMap is the form that assigns the stages.
type StageMap struct {
	Groups  []StageGroup
	Removed []stagesync.Stage
	Names   []string // that several stages bear
	Chosen  bool     // something was typed and is not saved
	Refused []Refused
	Wrong   map[recruit.StageKey]string // what is refused of a row
	Mark    string                      // of whether there are stages, for a page that waits for them
	Missing int                         // of the stages shown: no choice yet
	// Unassigned names the first of them, with where they are.
	Unassigned []Refused
	Preview    []MoveCount
	Mail       bool   // whoever moves by it is to be mailed
	Shown      bool   // the preview is
	Filled     string // the status whose parts were just filled in at once
}

// StageGroup are the stages of one status, or all where there are no statuses.
type StageGroup struct {
	Status, Name string
	ID           string // of its element
	Rows         []StageRow
	Open         bool
}

// StageRow is one stage with what is chosen for it.
type StageRow struct {
	stagesync.Stage
	ID     string // of its element
	Choice string // a stage, LeaveChoice, or empty
	Error  string
	Focus  bool
}

// MoveCount is one line of a preview.
type MoveCount struct {
	From, To recruit.Stage
	Count    int
}

// total is how many would move.
func total(moves []MoveCount) (n int) {
	for _, x := range moves {
		n += x.Count
	}
	return n
}

// Parts tells whether the ATS's statuses have parts.
func (m StageMap) Parts() bool {
	return slices.ContainsFunc(m.Groups, func(g StageGroup) bool { return g.Status != "" })
}

// Many tells whether groups are folded so that the page can be read.
func (m StageMap) Many() bool {
	n := 0
	for _, g := range m.Groups {
		n += len(g.Rows)
	}
	return n > 30
}

func (g StageGroup) unassigned() (n int) {
	for _, r := range g.Rows {
		if r.Choice == "" {
			n++
		}
	}
	return n
}

// ChoiceOf writes a target as the form has it.
func ChoiceOf(t stagesync.Target) string {
	if t.Stage == "" {
		return LeaveChoice
	}
	return string(t.Stage)
}

// choiceWords says a choice.
func choiceWords(s *Shell, choice string) string {
	if choice == LeaveChoice {
		return s.T("sync.leave")
	}
	return s.T("stage." + choice)
}

// stageChoices are the options for a stage; the suggested one is marked.
func stageChoices(s *Shell, suggested *stagesync.Target) []Option {
	out := []Option{{Text: s.T("list.choose")}}
	add := func(value string) {
		text := choiceWords(s, value)
		if suggested != nil && ChoiceOf(*suggested) == value {
			text += " · " + s.T("sync.suggested")
		}
		out = append(out, Option{Value: value, Text: text})
	}
	for _, st := range recruit.Stages() {
		add(string(st))
	}
	add(LeaveChoice)
	return out
}

// SyncRunPage is one run.
type SyncRunPage struct {
	stagesync.Run
	Type  *connector.Type
	Base  string // the module's page
	Items []SyncItem
	Next  string
	Mark  string
}

func (m SyncRunPage) path() string { return m.Base + "/runs/" + string(m.ID) }

// SyncItem is one application of a run, with whom it is of.
type SyncItem struct {
	stagesync.Item
	Name, Process string
}

// promise says how often stages are read.
func promise(s *Shell, m stagesync.Module) string {
	if m.Mode == stagesync.OnceADay {
		return s.T("sync.promise_daily", "At", m.At, "Zone", m.TimeZone)
	}
	if n := int(m.Every.Seconds()); n < 60 {
		return s.N("sync.promise_seconds", n)
	}
	return s.N("sync.promise_minutes", int(m.Every.Minutes()+0.5))
}

func mappingTone(m stagesync.MappingState) Tone {
	if m == stagesync.MappingComplete {
		return Good
	}
	return Warn
}

// mappingSays says how the mapping stands, with how many are missing.
func mappingSays(s *Shell, m stagesync.Module, ats string) string {
	switch {
	case m.Missing > 0 && m.Mapping == stagesync.MappingMissing:
		return s.N("sync.mapping_missing_n", m.Missing, "Name", ats)
	case m.Missing > 0 && m.Mapping == stagesync.MappingStale:
		return s.N("sync.mapping_stale_n", m.Missing, "Name", ats)
	}
	return s.T("sync.mapping."+string(m.Mapping), "Name", ats)
}

func resultTone(r stagesync.Result) Tone {
	switch r {
	case stagesync.ResultMoved:
		return Good
	case stagesync.ResultFailed:
		return Bad
	case stagesync.ResultUnchanged:
		return Quiet
	}
	return Warn
}

func runTone(state string) Tone {
	switch state {
	case "running":
		return Info
	case "failed":
		return Bad
	}
	return Good
}

// itemReason says why a run did with an application what it did.
func itemReason(s *Shell, x SyncItem, ats string) string {
	switch {
	case x.Reason == "":
		return ""
	case s.Has("kind." + x.Reason):
		return s.Code("kind", x.Reason, map[string]string{"ats": ats})
	}
	return s.Code("reason", x.Reason, map[string]string{"ats": ats})
}

// timelineKind tells a move that followed the ATS from one that a person made.
func timelineKind(e recruit.TimelineEvent) string {
	if e.Kind == "stage_changed" && e.Data["remote"] != "" {
		return "stage_followed"
	}
	return e.Kind
}

func number(n int) string { return strconv.Itoa(n) }
