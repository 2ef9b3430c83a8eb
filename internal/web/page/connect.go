package page

import (
	"slices"
	"strings"

	"github.com/a-h/templ"

	"handoff/internal/connector"
	"handoff/internal/integration"
	"handoff/internal/recruit"
)

// named is a connector's text with the platform's name in it.
func named(s *Shell, x connector.Text) string {
	return strings.ReplaceAll(x.In(s.Lang), "{PLATFORM}", s.Platform)
}

// describedKey ties a field of a credential to its help and its error.
func describedKey(s *Shell, way connector.AuthMethod, f connector.Field, e Errors) templ.Attributes {
	a, id := templ.Attributes{}, string(way.Auth)+"."+f.Name
	var by []string
	if f.Help.In(s.Lang) != "" {
		by = append(by, id+"-help")
	}
	if e.At("credentials."+f.Name) != "" {
		by = append(by, id+"-error")
		a["aria-invalid"] = "true"
	}
	if len(by) > 0 {
		a["aria-describedby"] = strings.Join(by, " ")
	}
	return a
}

// Checked is what the connection was found to be since its last test: by night,
// as a rule. Nil while a test is newer, or runs.
func (m ConnectionPage) Checked() *TestReport {
	if m.ReportAt.IsZero() || m.LastTest != nil && (m.LastTest.State == "running" || !m.LastTest.FinishedAt.Before(m.ReportAt)) {
		return nil
	}
	run := recruit.TestRun{State: "passed", Checks: m.View.Report, FinishedAt: m.ReportAt}
	for _, c := range m.View.Report {
		switch c.State {
		case recruit.CheckFailed:
			run.State = "failed"
		case recruit.CheckWarning:
			run.Warned = true
		}
	}
	return &TestReport{Run: run, ATS: m.Type.Title}
}

// outdated tells whether a report is from before the connection broke: that it
// passed then would contradict what the page says now.
func (m ConnectionPage) outdated(r TestReport) bool {
	return m.State == recruit.ConnBroken && r.Run.State == "passed"
}

// Working tells whether the ATS can be asked.
func (m ConnectionPage) Working() bool {
	return m.State == recruit.ConnConnected || m.State == recruit.ConnFailing
}

// way is how the connection is made.
func (m ConnectionPage) way() connector.AuthMethod {
	w, _ := m.Type.Method(connector.Auth(m.Auth))
	return w
}

// typed tells whether the source's id was typed.
func typed(x *recruit.Source) bool { return x != nil && x.Group == connector.SourceTyped }

// suggested counts the sources with the platform's name.
func suggested(list []recruit.Source) (n int) {
	for _, x := range list {
		if x.Suggested {
			n++
		}
	}
	return n
}

// listed tells whether the chosen source is among those that can be chosen.
func listed(list []recruit.Source, x *recruit.Source) bool {
	return x != nil && slices.ContainsFunc(list, func(s recruit.Source) bool { return s.ID == x.ID })
}

// Trouble is what an Admin has to do about a connection, on the page of what
// needs attention.
type Trouble struct {
	integration.View
	Checks []recruit.TestCheck
}

// Troubles are the connections that are broken, or that a check found wanting.
// What only waits for a first job to be shared is not trouble.
func Troubles(all []integration.View) []Trouble {
	var out []Trouble
	for _, c := range all {
		switch c.State {
		case recruit.ConnDisconnected, recruit.ConnAwaitingAuthorization, recruit.ConnAwaitingConfirmation, recruit.ConnUntested:
			continue
		}
		t := Trouble{View: c}
		for _, x := range c.Report {
			wrong := x.State == recruit.CheckFailed || x.State == recruit.CheckWarning
			if wrong && x.Code != connector.CodeNothingShared && c.State != recruit.ConnBroken {
				t.Checks = append(t.Checks, x)
			}
		}
		if c.State == recruit.ConnBroken || len(t.Checks) > 0 {
			out = append(out, t)
		}
	}
	return out
}
