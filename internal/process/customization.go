package process

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"handoff/internal/markup"
	"handoff/internal/recruit"
)

const (
	descriptionMost = 50_000 // characters
	introMost       = 4_000
	questionsMost   = 20
	futureMost      = 60 // months
)

var (
	colour     = regexp.MustCompile(`^#[0-9a-fA-F]{6}$`)
	questionID = regexp.MustCompile(`^[a-z0-9_-]{1,40}$`)
)

func customization(v *recruit.Invalid, z recruit.Customization) recruit.Customization {
	z.Intro = paragraphs(v, "customization.intro", z.Intro, introMost)
	z.ThankYou = paragraphs(v, "customization.thank_you", z.ThankYou, introMost)
	z.AccentColour = strings.TrimSpace(z.AccentColour)
	if z.AccentColour != "" && !colour.MatchString(z.AccentColour) {
		v.Add("customization.accent_colour", "malformed")
	}
	if z.FutureMonths < 0 || z.FutureMonths > futureMost {
		v.Add("customization.future_months", "out_of_range", "min", "0", "max", fmt.Sprint(futureMost))
	}
	if len(z.Questions) > questionsMost {
		v.Add("customization.questions", "too_many", "max", fmt.Sprint(questionsMost))
		z.Questions = z.Questions[:questionsMost]
	}
	qs := make([]recruit.Question, 0, len(z.Questions))
	var seen []string
	for i, q := range z.Questions {
		path := fmt.Sprintf("customization.questions.%d.", i)
		if q.Label = line(v, path+"label", q.Label, 300); q.Label == "" {
			v.Add(path+"label", "required")
		}
		if q.Kind != "text" && q.Kind != "yes_no" {
			v.Add(path+"kind", "not_allowed")
		}
		if q.ID == "" {
			q.ID = "q_" + recruit.RandomToken(5)
		}
		if !questionID.MatchString(q.ID) {
			v.Add(path+"id", "malformed")
		} else if slices.Contains(seen, q.ID) {
			v.Add(path+"id", "repeated")
		}
		seen = append(seen, q.ID)
		qs = append(qs, q)
	}
	z.Questions = qs
	return z
}

// paragraphs checks plain text of several lines.
func paragraphs(v *recruit.Invalid, path, s string, most int) string {
	s = strings.TrimSpace(strings.ReplaceAll(s, "\r\n", "\n"))
	if !utf8.ValidString(s) || strings.ContainsFunc(s, func(r rune) bool { return r != '\n' && r != '\t' && hidden(r) }) {
		v.Add(path, "not_allowed")
	} else if utf8.RuneCountInString(s) > most {
		v.Add(path, "too_long", "max", fmt.Sprint(most))
	}
	return s
}

// description returns plain text as it is, and anything with markup sanitised,
// so that what is stored does no harm in a page even as it stands.
func description(v *recruit.Invalid, s string) string {
	s = paragraphs(v, "description", s, descriptionMost)
	return markup.Sanitize(s)
}

// DescriptionHTML returns a stored description as HTML that is safe in a page:
// sanitised once more where it has markup, and otherwise as paragraphs.
func DescriptionHTML(s string) string { return markup.HTML(s) }
