package process

import (
	"fmt"
	"html"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/microcosm-cc/bluemonday"

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
	// markup is what makes a browser see more than text.
	markup = regexp.MustCompile(`<[a-zA-Z/!?]`)
	// policy is safe for concurrent use once it is built.
	policy = descriptionPolicy()
)

// descriptionPolicy is what a description may hold: text with structure and
// links. No identifiers, which could take a form's label over, and no images,
// which would be fetched from elsewhere.
func descriptionPolicy() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowElements("p", "br", "hr", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "dl", "dt", "dd", "strong", "b", "em", "i", "u", "s",
		"sub", "sup", "blockquote", "pre", "code", "table", "thead", "tbody", "tr", "th", "td", "div", "span")
	p.AllowStandardURLs()
	p.AllowAttrs("href").OnElements("a")
	p.RequireNoFollowOnLinks(true)
	p.RequireNoReferrerOnLinks(true)
	return p
}

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
	if !markup.MatchString(s) {
		return s
	}
	s = strings.TrimSpace(policy.Sanitize(s))
	if plain := html.UnescapeString(s); !markup.MatchString(s) && !markup.MatchString(plain) {
		return plain // nothing of the markup was left: it is plain text now
	}
	return s
}

// DescriptionHTML returns a stored description as HTML that is safe in a page:
// sanitised once more where it has markup, and otherwise as paragraphs.
func DescriptionHTML(s string) string {
	if markup.MatchString(s) {
		return policy.Sanitize(s)
	}
	var b strings.Builder
	for _, p := range strings.Split(s, "\n\n") {
		if p = strings.TrimSpace(p); p != "" {
			b.WriteString("<p>" + strings.ReplaceAll(html.EscapeString(p), "\n", "<br>") + "</p>")
		}
	}
	return b.String()
}
