package page

import (
	"handoff/internal/notify"
	"handoff/internal/recruit"
)

// OwnPage is a candidate's own page, at an address that only its mailbox has.
type OwnPage struct {
	notify.Own
	Base string // its address
	Done string // what was just done
}

func (m OwnPage) withdrawn() bool { return !m.Applied.WithdrawnAt.IsZero() }

// again is where a repeated submission is decided about.
func (m OwnPage) again(x notify.Resubmission) string { return m.Base + "/again/" + string(x.ID) }

func (m OwnPage) ats(s *Shell) string {
	if m.ATS == "" {
		return s.T("ats")
	}
	return m.ATS
}

// transfer is the last word on passing the application on.
func (m OwnPage) transfer() recruit.Decision {
	for _, c := range m.Consents {
		if c.Purpose == recruit.PurposeATSTransfer {
			return c.Decision
		}
	}
	return recruit.NotAsked
}

// whither tells where the application is, in the candidate's words: what was
// decided, and what has come of it.
func whither(s *Shell, m OwnPage) []string {
	name := s.T("own.ats_of", "Name", m.ats(s), "Company", m.CompanyName)
	there := m.Delivery == recruit.DeliveryDelivered || m.Delivery == recruit.DeliveryLinked
	switch {
	case m.withdrawn() && there:
		return []string{s.T("own.was_passed", "Name", name, "Company", m.CompanyName)}
	case m.withdrawn():
		return []string{s.T("own.not_passed_any_more", "Name", name)}
	}
	out := []string{notify.Whither(s, m.CompanyName, m.ATS, m.Consents)}
	switch {
	case there:
		out = append(out, s.T("own.passed", "Name", name))
	case m.transfer() == recruit.Given:
		out = append(out, s.T("own.not_passed_yet", "Name", name))
	}
	return out
}

// changed tells what a repeated submission would be: its lines, and whether
// each is new.
func changed(s *Shell, m OwnPage, x notify.Resubmission) []OwnLine {
	old := map[string]bool{}
	for _, l := range notify.Submitted(s, m.Applied) {
		old[l] = true
	}
	// A file of the same name may be another file.
	same := m.Applied.CV != nil && x.Applied.CV != nil && m.Applied.CV.SHA256 == x.Applied.CV.SHA256
	var out []OwnLine
	for _, l := range notify.Submitted(s, x.Applied) {
		isNew := !old[l]
		if x.Applied.CV != nil && l == s.T("apply.cv")+": "+x.Applied.CV.FileName {
			isNew = !same
		}
		out = append(out, OwnLine{Text: l, New: isNew})
	}
	return out
}

// OwnLine is a line of what was submitted.
type OwnLine struct {
	Text string
	New  bool
}
