package page

import (
	"encoding/json"
	"strings"

	"handoff/internal/connector"
	"handoff/internal/multipost"
	"handoff/internal/process"
	"handoff/internal/recruit"
)

// AdList is the list of ads that ATSs multipost, and how they are read.
type AdList struct {
	Sources []AdSource
	Items   []multipost.View
	Title   func(ats string) string
	Next    string
	Foreign bool   // those for other platforms are listed instead
	Asked   string // when a reading was asked for, as the address says it
}

// AdSource is a connection that ads come from.
type AdSource struct {
	multipost.Reading
	Type *connector.Type
	// Shown is false for the list of another connection.
	Working bool
}

// Reading tells whether any is being read.
func (m AdList) reading() bool {
	for _, x := range m.Sources {
		if x.Due && x.Working {
			return true
		}
	}
	return false
}

func (m AdList) here() string {
	if m.Foreign {
		return "/ads?foreign=1&asked=" + m.Asked
	}
	return "/ads?asked=" + m.Asked
}

// AdPage is one ad.
type AdPage struct {
	multipost.View
	ATSTitle string
}

func (m AdPage) base() string { return "/ads/" + string(m.ID) }

// edit is the editor of its process, at a field.
func (m AdPage) edit(field string) string {
	return "/processes/" + string(m.Process) + "/edit#" + anchor(field)
}

// raw are the rows as the ATS sent them, to be read by a person.
func (m AdPage) raw() string {
	var b strings.Builder
	for _, r := range m.Rows {
		var v any
		if json.Unmarshal(r.Raw, &v) != nil || v == nil {
			continue
		}
		e := json.NewEncoder(&b)
		e.SetEscapeHTML(false)
		e.SetIndent("", "  ")
		_ = e.Encode(v)
	}
	return b.String()
}

func adTone(s multipost.State) Tone {
	switch s {
	case multipost.Listed:
		return Good
	case multipost.Foreign:
		return Quiet
	}
	return Warn
}

// problemTone: what cost something, and what is only worth knowing.
func problemTone(code string) Tone {
	switch code {
	case multipost.ProblemRegions, multipost.ProblemForeign:
		return Info
	case multipost.ProblemNoTitle:
		return Bad
	}
	return Warn
}

// adLetter is a text to send to the vendor's support, in a language.
func adLetter(s *Shell, x connector.Text, lang string) string {
	company := ""
	if s.Company != nil {
		company = s.Company.Name
	}
	return strings.NewReplacer("{PLATFORM}", s.Platform, "{COMPANY}", company).Replace(x.In(lang))
}

// said is one field of a difference as lines of plain text; nothing for a
// description, which is shown as it would stand.
func said(s *Shell, field string, d recruit.Details) []string {
	switch field {
	case multipost.FieldName:
		return []string{d.Name}
	case multipost.FieldCities:
		return []string{join(d.Cities)}
	case multipost.FieldBenefits:
		return d.Benefits
	case multipost.FieldPay:
		var out []string
		for _, c := range d.Contracts {
			line := s.Word(process.Contracts(), c)
			for _, x := range d.Salaries {
				if x.Contract == c {
					line += ": " + pay(s, x)
				}
			}
			out = append(out, line)
		}
		return out
	}
	return nil
}
