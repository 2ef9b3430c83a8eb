package page

import (
	"strings"
	"time"

	"handoff/internal/connector"
	"handoff/internal/integration"
	"handoff/internal/multipost"
	"handoff/internal/recruit"
)

// The steps of editing a process, in the order of the instructions.
const (
	StepDetails       = "details"
	StepCustomization = "customization"
	StepPreview       = "preview"
)

// Edit is one step of editing a process. What it shows is a draft: nothing is
// stored before Save.
type Edit struct {
	ID            recruit.ProcessID
	Name          string // as it is stored
	State         recruit.ProcessState
	Step          string
	Changed       bool // the draft differs from what is stored
	Details       recruit.Details
	Salaries      []SalaryInput
	Customization recruit.Customization
	Integration   EditIntegration
	Errors        Errors
	Refused       []Refused
	Missing       []string
	Ad            *multipost.View // that it was made of; nil for one made here
	AdATS         string
}

// SalaryInput is a salary as it was typed, which need not be a number.
type SalaryInput struct {
	Contract, From, To, Currency, Period string
}

// EditIntegration is the switch *Integrate with ATS (NAME)* and what it opens.
type EditIntegration struct {
	On          bool
	Available   []Choice // connections that can be chosen
	Connection  recruit.ConnectionID
	ATS         string
	Type        *connector.Type // of the connection; nil when none can be chosen
	Jobs        JobList
	Report      *TestReport
	Error       string
	AccountName string
}

// Choice is one connection.
type Choice struct {
	ID   recruit.ConnectionID
	Text string
}

// JobList is the list of jobs retrieved from the ATS.
type JobList struct {
	Process    recruit.ProcessID
	Connection recruit.ConnectionID
	ATS        string
	Query      string
	Items      []recruit.RemoteJob
	Chosen     recruit.RemoteJobID
	ReadAt     time.Time
	Reading    bool // a refresh was asked for and is not done
	Failed     integration.Failed
	Cut        int    // how many more there are
	Asked      string // when a refresh was asked for, as the address says it
	SharedJobs bool   // jobs have to be shared with us
	Scope      string // all, selected; empty where nobody said
}

func (e Edit) base() string { return "/processes/" + string(e.ID) + "/edit" }

// action is where a step's form goes.
func (e Edit) action() string {
	if e.Step == StepDetails {
		return e.base()
	}
	return e.base() + "/" + e.Step
}

func stepDone(current, step string) bool {
	order := map[string]int{StepDetails: 1, StepCustomization: 2, StepPreview: 3}
	return order[step] < order[current]
}

func lines(words []string) string { return strings.Join(words, "\n") }

// blocked tells whether a job cannot be chosen. One that lacks only a consent
// can: its test says what to do, and passes once that is done.
func blocked(j recruit.RemoteJob) bool {
	return !j.Open || j.BlockedReason != "" && j.BlockedReason != connector.CodeNoConsentAssigned || (j.Shared != nil && !*j.Shared)
}

// missingJob says what to do when a job is not in the list.
func missingJob(s *Shell, m JobList) string {
	switch m.Scope {
	case "all":
		return s.T("integrate.missing_all", "Name", m.ATS)
	case "selected":
		return s.T("integrate.missing_selected", "Name", m.ATS, "Platform", s.Platform)
	}
	return s.T("integrate.missing", "Name", m.ATS, "Platform", s.Platform)
}

// testHelp says what TEST INTEGRATION will do, and not do.
func testHelp(s *Shell, m EditIntegration) string {
	if m.Type != nil && !m.Type.CanRemove {
		return s.T("integrate.test_help_stays", "Name", m.ATS)
	}
	return s.T("integrate.test_help", "Name", m.ATS)
}

// jobReason says why a job cannot be chosen.
func jobReason(s *Shell, j recruit.RemoteJob, ats string) string {
	if j.Shared != nil && !j.Open && j.BlockedReason == connector.CodeJobClosed {
		return s.T("blocked.not_active", "Ats", ats, "Status", j.Status)
	}
	if j.BlockedReason != "" {
		return s.Code("blocked", j.BlockedReason, map[string]string{"ats": ats})
	}
	if !j.Open {
		return s.T("blocked.job_closed", "Ats", ats)
	}
	return s.T("blocked.not_shared", "Ats", ats)
}

// readFailed says why a reading of the ATS failed: by its code where that has a
// sentence, otherwise by its kind.
func readFailed(s *Shell, f integration.Failed, ats string) string {
	args := map[string]string{"ats": ats}
	if code := strings.ToLower(f.Code); s.Has("reading." + code) {
		return s.Code("reading", code, args)
	}
	return s.Code("kind", f.Kind, args)
}

func has(words []string, w string) bool {
	for _, x := range words {
		if x == w {
			return true
		}
	}
	return false
}

// salaryOf returns what was typed for a contract, or the usual unit and
// currency to begin with.
func salaryOf(in []SalaryInput, contract string) SalaryInput {
	for _, x := range in {
		if x.Contract == contract {
			return x
		}
	}
	return SalaryInput{Contract: contract, Currency: "PLN", Period: "month"}
}

// currencies are the usual ones, and the one that a process has.
func currencies(current string) []string {
	usual := []string{"PLN", "EUR", "USD", "GBP", "CHF", "CZK"}
	if current != "" && !has(usual, current) {
		usual = append(usual, current)
	}
	return usual
}

func choices(in []Choice) []Option {
	var out []Option
	for _, c := range in {
		out = append(out, Option{Value: string(c.ID), Text: c.Text})
	}
	return out
}

func experience(s *Shell) []Option {
	var out []Option
	for n := range 11 {
		out = append(out, Option{Value: itoa(n), Text: s.N("details.years", n)})
	}
	return out
}

// colourOr is a colour that the browser's field accepts.
func colourOr(c string) string {
	if c == "" {
		return "#0f766e"
	}
	return c
}

func futureMonths(s *Shell, current int) []Option {
	out := []Option{{Value: "0", Text: s.T("customize.future_none")}}
	listed := current == 0
	for _, n := range []int{6, 12, 18, 24, 36} {
		listed = listed || n == current
		out = append(out, Option{Value: itoa(n), Text: s.N("customize.months", n)})
	}
	if !listed {
		out = append(out, Option{Value: itoa(current), Text: s.N("customize.months", current)})
	}
	return out
}
