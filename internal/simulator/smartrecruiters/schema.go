package smartrecruiters

import (
	"fmt"
	"net/mail"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// A check says what is wrong with a decoded JSON value at a path; nil for nothing. The standard
// decoder will not do here: it takes linkedIn for linkedin, and the vendor's two APIs differ in
// exactly that.
type check func(path string, v any) []problem

type field struct {
	name     string
	required bool
	check    check
}

func need(name string, c check) field { return field{name, true, c} }
func may(name string, c check) field  { return field{name, false, c} }

const (
	codeUnknownField = "UNRECOGNIZED_FIELD" // I: no code is documented
	codeMissing      = "MISSING_FIELD"      // I
	codeInvalid      = "INVALID_VALUE"      // I
)

func object(fields ...field) check {
	return func(path string, v any) []problem {
		m, ok := v.(map[string]any)
		if !ok {
			return wrong(path, "an object")
		}
		var out []problem
		for _, f := range fields {
			value, there := m[f.name]
			switch {
			case there:
				out = append(out, f.check(join(path, f.name), value)...)
			case f.required:
				out = append(out, problem{codeMissing, join(path, f.name) + " is required"})
			}
		}
		names := make([]string, 0, len(m))
		for name := range m {
			if !slices.ContainsFunc(fields, func(f field) bool { return f.name == name }) {
				names = append(names, name)
			}
		}
		slices.Sort(names)
		for _, name := range names {
			out = append(out, problem{codeUnknownField, fmt.Sprintf("Unrecognized field %q", join(path, name))})
		}
		return out
	}
}

func list(item check, least, most int) check {
	return func(path string, v any) []problem {
		l, ok := v.([]any)
		if !ok {
			return wrong(path, "an array")
		}
		if len(l) < least || most > 0 && len(l) > most {
			return wrong(path, fmt.Sprintf("an array of %d to %d items", least, most))
		}
		var out []problem
		for i, e := range l {
			out = append(out, item(fmt.Sprintf("%s[%d]", path, i), e)...)
		}
		return out
	}
}

func text(least, most int) check {
	return func(path string, v any) []problem {
		s, ok := v.(string)
		if n := utf8.RuneCountInString(s); !ok || n < least || most > 0 && n > most {
			return wrong(path, fmt.Sprintf("a string of %d to %d characters (0: any)", least, most))
		}
		return nil
	}
}

func oneOf(values ...string) check {
	return func(path string, v any) []problem {
		if s, ok := v.(string); !ok || !slices.Contains(values, s) {
			return wrong(path, "one of "+strings.Join(values, ", "))
		}
		return nil
	}
}

func number(path string, v any) []problem {
	if _, ok := v.(float64); !ok {
		return wrong(path, "a number")
	}
	return nil
}

func boolean(path string, v any) []problem {
	if _, ok := v.(bool); !ok {
		return wrong(path, "true or false")
	}
	return nil
}

func email(path string, v any) []problem {
	s, _ := v.(string)
	a, err := mail.ParseAddress(s)
	if err != nil || a.Address != s || !strings.Contains(s[strings.LastIndex(s, "@"):], ".") {
		return wrong(path, "an e-mail address")
	}
	return nil
}

var whenForm = regexp.MustCompile(`^\d{4}(-\d{2}(-\d{2})?)?$`)

// when is a date of education or experience: YYYY, YYYY-MM or YYYY-MM-DD (S).
func when(path string, v any) []problem {
	s, _ := v.(string)
	if !whenForm.MatchString(s) {
		return wrong(path, "YYYY, YYYY-MM or YYYY-MM-DD")
	}
	return nil
}

func dateTime(path string, v any) []problem {
	s, _ := v.(string)
	if _, err := time.Parse(time.RFC3339Nano, s); err != nil {
		return wrong(path, "a date-time like 2026-10-05T18:42:11.512Z")
	}
	return nil
}

func wrong(path, want string) []problem {
	return []problem{{codeInvalid, path + " must be " + want}}
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

// Shapes of request bodies (S).
var (
	locationShape = object(may("country", text(1, 0)), may("countryCode", text(2, 2)), may("regionCode", text(0, 0)),
		may("region", text(0, 0)), may("city", text(1, 0)), may("lat", number), may("lng", number))
	// webShape has linkedin in lower case; the Application API spells it linkedIn (S).
	webShape = object(may("skype", text(0, 0)), may("linkedin", text(0, 0)), may("facebook", text(0, 0)),
		may("twitter", text(0, 0)), may("website", text(0, 0)))
	educationShape = object(may("institution", text(0, 0)), may("degree", text(0, 0)), may("major", text(0, 0)),
		may("current", boolean), may("location", text(0, 0)), may("startDate", when), may("endDate", when), may("description", text(0, 0)))
	experienceShape = object(may("title", text(1, 0)), may("company", text(1, 0)), may("current", boolean),
		may("location", text(0, 0)), may("startDate", when), may("endDate", when), may("description", text(0, 0)))
	sourceShape  = object(need("sourceTypeId", text(1, 0)), need("sourceId", text(1, 0)), may("sourceSubTypeId", text(0, 0)))
	personFields = []field{may("phoneNumber", text(0, 0)), may("location", locationShape), may("web", webShape)}

	// candidateShape has no consent, attachment, status or answers (S).
	candidateShape = object(append([]field{need("firstName", text(1, 0)), need("lastName", text(1, 0)), need("email", email),
		may("tags", list(text(1, 0), 0, 100)), may("education", list(educationShape, 0, 0)), may("experience", list(experienceShape, 0, 0)),
		may("sourceDetails", sourceShape), may("internal", boolean)}, personFields...)...)
	patchShape     = object(append([]field{may("firstName", text(1, 0)), may("lastName", text(1, 0)), may("email", email)}, personFields...)...)
	statusShape    = object(need("status", oneOf(statuses...)), may("subStatus", text(0, 0)), may("startsOn", dateTime), may("reason", text(0, 0)))
	jobStatusShape = object(need("status", oneOf(jobStatuses...)))
	tagsShape      = object(need("tags", list(text(1, 0), 0, 100)))
	consentShape   = object(need("content", list(object(need("id", text(1, 0))), 1, 1000)))
)

// statuses is CandidateStatusEnum; the Application API says OFFER and HIRE instead (S).
var statuses = []string{"LEAD", "NEW", "IN_REVIEW", "INTERVIEW", "OFFERED", "HIRED", "REJECTED", "WITHDRAWN", "TRANSFERRED"}

var jobStatuses = []string{"CREATED", "SOURCING", "FILLED", "INTERVIEW", "OFFER", "CANCELLED", "ON_HOLD"}
