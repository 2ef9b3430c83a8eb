package apply

import (
	"net/mail"
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/nyaruka/phonenumbers"

	"handoff/internal/recruit"
)

// homeRegion is how a phone number without a country is read.
const homeRegion = "PL"

// checkCandidate returns the candidate's data as they are kept. Names stand as
// typed, in any script; markup in them stays text.
func checkCandidate(v *recruit.Invalid, c recruit.Candidate) recruit.Candidate {
	c.FirstName = checkName(v, "candidate.first_name", c.FirstName)
	c.LastName = checkName(v, "candidate.last_name", c.LastName)
	c.Email = checkEmail(v, "candidate.email", c.Email)
	c.Phone = checkPhone(v, "candidate.phone", c.Phone)
	c.LinkedInURL = checkLinkedIn(v, "candidate.linkedin_url", c.LinkedInURL)
	return c
}

func checkName(v *recruit.Invalid, path, s string) string {
	s = strings.TrimSpace(s)
	switch {
	case !strings.ContainsFunc(s, visible) && plain(s):
		v.Add(path, "required")
	case !plain(s):
		v.Add(path, "not_allowed")
	case utf8.RuneCountInString(s) > 200:
		v.Add(path, "too_long", "max", "200")
	}
	return s
}

// plain refuses what a person does not see: control characters, separators of
// lines, and those that turn the direction of everything after them.
func plain(s string) bool { return utf8.ValidString(s) && !strings.ContainsFunc(s, hidden) }

func hidden(r rune) bool {
	return unicode.IsControl(r) || r >= 0x2028 && r <= 0x202e || r >= 0x2066 && r <= 0x2069
}

// visible tells what leaves a trace on paper. The fillers count as letters,
// and the empty Braille cell as a symbol.
func visible(r rune) bool {
	return unicode.In(r, unicode.L, unicode.N, unicode.P, unicode.S) && !strings.ContainsRune("\u115f\u1160\u2800\u3164\uffa0", r)
}

// checkEmail takes a bare address: no display name, at most 254 bytes, and a
// domain with a dot in it.
func checkEmail(v *recruit.Invalid, path, s string) string {
	s = strings.TrimSpace(s)
	if s == "" {
		v.Add(path, "required")
		return s
	}
	if len(s) > 254 {
		v.Add(path, "too_long", "max", "254")
		return s
	}
	a, err := mail.ParseAddress(s)
	at := strings.LastIndexByte(s, '@')
	if err != nil || a.Name != "" || a.Address != s || !plain(s) || strings.ContainsAny(s, " \t") || !goodDomain(s[at+1:]) {
		v.Add(path, "malformed")
	}
	return s
}

func goodDomain(d string) bool {
	return strings.Contains(d, ".") && !strings.HasPrefix(d, ".") && !strings.HasSuffix(d, ".") && !strings.Contains(d, "..") && !strings.HasPrefix(d, "[")
}

// checkPhone returns E.164.
func checkPhone(v *recruit.Invalid, path, s string) string {
	s = strings.TrimSpace(s)
	if s == "" {
		return ""
	}
	if utf8.RuneCountInString(s) > 40 {
		v.Add(path, "too_long", "max", "40")
		return ""
	}
	n, err := phonenumbers.Parse(s, homeRegion)
	if err != nil || !phonenumbers.IsValidNumber(n) {
		v.Add(path, "malformed")
		return ""
	}
	return phonenumbers.Format(n, phonenumbers.E164)
}

// checkLinkedIn returns https://HOST/in/NAME or /pub/…, without query or
// fragment, which say where the link was copied. People paste it without the
// scheme.
func checkLinkedIn(v *recruit.Invalid, path, s string) string {
	s = strings.TrimSpace(s)
	if s == "" {
		return ""
	}
	if len(s) > 500 {
		v.Add(path, "too_long", "max", "500")
		return ""
	}
	if !strings.Contains(s, "://") {
		s = "https://" + s
	}
	u, err := url.Parse(s)
	if err != nil || !plain(s) || u.User != nil || u.Port() != "" || u.Opaque != "" {
		v.Add(path, "malformed")
		return ""
	}
	host := strings.ToLower(u.Host)
	kind, name, _ := strings.Cut(strings.TrimPrefix(u.Path, "/"), "/")
	if u.Scheme != "https" && u.Scheme != "http" || host != "linkedin.com" && !strings.HasSuffix(host, ".linkedin.com") ||
		kind != "in" && kind != "pub" || strings.Trim(name, "/") == "" || strings.Contains(u.Path, "..") {
		v.Add(path, "not_allowed")
		return ""
	}
	return (&url.URL{Scheme: "https", Host: host, Path: u.Path, RawPath: u.RawPath}).String()
}

// checkAnswers returns the answers in the order of the questions.
func checkAnswers(v *recruit.Invalid, questions []recruit.Question, given map[string]string) []recruit.Answer {
	var out []recruit.Answer
	seen := 0
	for _, q := range questions {
		s, ok := given[q.ID]
		if ok {
			seen++
		}
		path := "answers." + q.ID
		s = strings.TrimSpace(strings.ReplaceAll(s, "\r\n", "\n"))
		switch {
		case s == "" && q.Required:
			v.Add(path, "required")
		case s == "":
			continue
		case q.Kind == "yes_no" && s != "yes" && s != "no":
			v.Add(path, "not_allowed")
		case !plain(strings.NewReplacer("\n", "", "\t", "").Replace(s)):
			v.Add(path, "not_allowed")
		case utf8.RuneCountInString(s) > 4000:
			v.Add(path, "too_long", "max", "4000")
		}
		out = append(out, recruit.Answer{QuestionID: q.ID, Label: q.Label, Value: s})
	}
	if seen < len(given) {
		v.Add("answers", "not_allowed") // to a question that is not asked; its name is not repeated
	}
	return out
}

func checkExternalID(v *recruit.Invalid, s string) string {
	s = strings.TrimSpace(s)
	if !plain(s) {
		v.Add("external_id", "not_allowed")
	} else if utf8.RuneCountInString(s) > 200 {
		v.Add("external_id", "too_long", "max", "200")
	}
	return s
}
