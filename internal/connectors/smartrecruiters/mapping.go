package smartrecruiters

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"handoff/internal/connector"
	"handoff/internal/connectors/smartrecruiters/internal/srapi"
)

// nameless stands where a person has no such name: the vendor wants at least
// one character in each (S), and people with one name exist.
const nameless = "-"

// candidate makes the body of a create. It is pure: the same submission gives
// the same body. Consent has no place in it (S), the CV follows as an
// attachment, and the LinkedIn link goes into the web profile (R22). Where no
// source is chosen the vendor writes "API" (S).
func candidate(s connector.Submission, set connector.Settings) srapi.CandidateInput {
	in := srapi.CandidateInput{
		FirstName:   name(s.Candidate.FirstName),
		LastName:    name(s.Candidate.LastName),
		Email:       strings.TrimSpace(s.Candidate.Email),
		PhoneNumber: line(s.Candidate.Phone),
	}
	if link := strings.TrimSpace(s.Candidate.LinkedInURL); link != "" {
		in.Web = &srapi.Web{LinkedIn: link}
	}
	for _, tag := range []string{set.PlatformTag, string(s.Tag)} { // product decision 16: these two and no other
		if tag != "" {
			in.Tags = append(in.Tags, tag)
		}
	}
	if set.Source != nil {
		if src, ok := parseSource(set.Source.ID); ok {
			in.Source = &src
		}
	}
	return in
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
