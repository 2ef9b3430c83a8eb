// Package markup makes texts with HTML that somebody else wrote fit to stand
// in our pages.
package markup

import (
	"html"
	"regexp"
	"strings"

	"github.com/microcosm-cc/bluemonday"
)

var (
	// markup is what makes a browser see more than text.
	markup = regexp.MustCompile(`<[a-zA-Z/!?]`)
	// policy is safe for concurrent use once it is built.
	policy = newPolicy()
)

// newPolicy is what a text may hold: structure and links. No identifiers,
// which could take a form's label over, and no images, which would be fetched
// from elsewhere.
func newPolicy() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowElements("p", "br", "hr", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "dl", "dt", "dd", "strong", "b", "em", "i", "u", "s",
		"sub", "sup", "blockquote", "pre", "code", "table", "thead", "tbody", "tr", "th", "td", "div", "span")
	p.AllowStandardURLs()
	p.AllowAttrs("href").OnElements("a")
	p.RequireNoFollowOnLinks(true)
	p.RequireNoReferrerOnLinks(true)
	return p
}

// Sanitize returns plain text as it is, and of anything with markup what the
// policy lets stand, so that it does no harm in a page even as it is.
func Sanitize(s string) string {
	if !markup.MatchString(s) {
		return s
	}
	s = strings.TrimSpace(policy.Sanitize(s))
	if plain := html.UnescapeString(s); !markup.MatchString(s) && !markup.MatchString(plain) {
		return plain // nothing of the markup was left: it is plain text now
	}
	return s
}

// HTML returns a text as HTML that is safe in a page: sanitised where it has
// markup, and otherwise as paragraphs.
func HTML(s string) string {
	if markup.MatchString(s) {
		return policy.Sanitize(s)
	}
	return paragraphs(s)
}

// paragraphs writes plain text as HTML.
func paragraphs(s string) string {
	var b strings.Builder
	for _, p := range strings.Split(s, "\n\n") {
		if p = strings.TrimSpace(p); p != "" {
			b.WriteString("<p>" + strings.ReplaceAll(html.EscapeString(p), "\n", "<br>") + "</p>")
		}
	}
	return b.String()
}
