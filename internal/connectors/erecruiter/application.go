package erecruiter

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"handoff/internal/connector"
	"handoff/internal/connectors/erecruiter/internal/erapi"
	"handoff/internal/recruit"
)

// nameless stands where a person has no such name: both are demanded by the
// public form (C), and people with one name exist.
const nameless = "-"

// application is a submission in the wire's terms, without its CV. It is pure:
// the same submission gives the same body. ExternalID is our random tag and
// says nothing about anybody (product decision 16).
func application(s connector.Submission, set connector.Settings) erapi.Application {
	a := erapi.Application{
		ExternalID: string(s.Tag),
		FirstName:  name(s.Candidate.FirstName),
		LastName:   name(s.Candidate.LastName),
		Email:      strings.TrimSpace(s.Candidate.Email),
		Phone:      line(s.Candidate.Phone),
		Note:       note(s),
		Statements: statements(s.Consents),
	}
	if set.Source != nil {
		a.Origin = set.Source.ID
	}
	return a
}

// note carries what has no field of its own: the LinkedIn link, above all
// where there is no CV (rule R22), and the platform's note.
func note(s connector.Submission) string {
	var parts []string
	if link := line(s.Candidate.LinkedInURL); link != "" {
		parts = append(parts, "LinkedIn: "+link)
	}
	if text := strings.TrimSpace(strings.ToValidUTF8(s.Note, "")); text != "" {
		parts = append(parts, text)
	}
	return strings.Join(parts, "\n")
}

func name(s string) string {
	if s = line(s); s != "" {
		return s
	}
	return nameless
}

// line is one line of text in any script: composed (NFC), so that the same
// name typed on two systems is the same, without control characters and
// without the marks that turn text around.
func line(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r), unicode.In(r, unicode.Bidi_Control), r == unicode.ReplacementChar, r == '\ufeff':
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, ""))
	return strings.Join(strings.Fields(norm.NFC.String(s)), " ")
}

// sameEmail compares two spellings of an address, on our side.
func sameEmail(a, b string) bool {
	return a != "" && recruit.FoldEmail(a) == recruit.FoldEmail(b)
}
