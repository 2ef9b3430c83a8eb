package page

import (
	"strings"

	"handoff/internal/process"
	"handoff/internal/recruit"
)

// JobPage is the public page of a process. The preview shows the same, inert.
type JobPage struct {
	Slug        string
	Details     recruit.Details
	Custom      recruit.Customization
	CompanyName string
	Closed      bool
	Preview     bool
	RemoteTitle string // for the preview's bar only
	Form        JobForm
}

// JobForm is the application form: what must be shown, and what was typed.
type JobForm struct {
	ATSTitle        string
	Clause          ShownText
	Transfer        *ShownText
	Remote          []recruit.RemoteConsent // the ATS's own, word for word
	Unread          bool                    // there are such texts, and they cannot be shown
	RemoteLater     bool                    // for the preview only: they were not read yet
	Future          *ShownText
	FutureMonths    int
	Questions       []recruit.Question
	MaxBytes        int64
	Extensions      []string
	CVRequired      bool
	Token           string
	Values          map[string]string
	Errors          Errors
	Refused         []Refused
	Outdated        bool // the texts changed while the person was typing
	ChooseFileAgain bool
}

// ShownText is one text with its version.
type ShownText struct {
	Version int
	Text    string
}

// AcceptedFiles is the list for a file field: .pdf,.docx
func (f JobForm) AcceptedFiles() string {
	var out []string
	for _, e := range f.Extensions {
		out = append(out, "."+e)
	}
	return strings.Join(out, ",")
}

func (f JobForm) fileHelp(s *Shell) string {
	return s.T("apply.cv_help", "Types", strings.ToUpper(strings.Join(f.Extensions, ", ")), "Size", s.Size(f.MaxBytes))
}

// pay writes one salary: 18 000 to 24 000 PLN net + VAT a month.
func pay(s *Shell, x recruit.Salary) string {
	amount := s.Number(x.From)
	if x.To > x.From {
		amount += "\u2013" + s.Number(x.To)
	}
	return s.T("salary.line", "Amount", amount, "Currency", x.Currency, "Basis", s.T("basis."+x.Basis), "Period", s.Word(process.Periods(), x.Period))
}

// paragraphs splits plain text at its empty lines.
func paragraphs(text string) []string {
	var out []string
	for _, p := range strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n\n") {
		if p = strings.TrimSpace(p); p != "" {
			out = append(out, p)
		}
	}
	return out
}

// languageName writes a language that was given by its code, e.g. en, as a
// word; anything else stands as it was written.
func languageName(s *Shell, l string) string {
	if key := "tongue." + strings.ToLower(l); s.Has(key) {
		return s.T(key)
	}
	return l
}
