package markup

import (
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Foreign is a text of somebody else's, made ours.
type Foreign struct {
	HTML string // safe and well-formed; empty where nothing was to be read
	// Hostile says that something was removed that does more than look: script,
	// handlers, frames, forms, images, links that are no links. Colours and
	// fonts that went with it do not count.
	Hostile bool
	Cut     bool // the text was longer than allowed, and ends early
}

// Read makes a foreign text ours, at most most characters of it. Entities in
// a text without markup are what the writer's editor made of its letters.
func Read(s string, most int) Foreign {
	s = Letters(s)
	var f Foreign
	f.Hostile = hostile(s)
	for n := most; n > 0; {
		part := head(s, n)
		f.HTML = safe(part)
		f.Cut = f.Cut || len(part) < len(s)
		got := utf8.RuneCountInString(f.HTML)
		if got <= most {
			return f
		}
		// Escaping and closing made it longer: take less of it.
		n, f.Cut = min(n-1, utf8.RuneCountInString(part)*most/got), true
	}
	f.HTML = ""
	return f
}

// safe sanitises a text that is well-formed first, so that what is left open
// in it closes with it and not with the page around it.
func safe(s string) string {
	if !markup.MatchString(s) {
		return paragraphs(strings.TrimSpace(Letters(html.UnescapeString(s))))
	}
	nodes, err := html.ParseFragment(strings.NewReader(s), &html.Node{Type: html.ElementNode, Data: "div", DataAtom: atom.Div})
	if err != nil {
		return ""
	}
	var b strings.Builder
	for _, n := range nodes {
		if html.Render(&b, n) != nil {
			return ""
		}
	}
	out := strings.TrimSpace(policy.Sanitize(b.String()))
	if len(Lines(out)) == 0 {
		return "" // empty paragraphs are no text
	}
	if !markup.MatchString(out) {
		return paragraphs(Letters(html.UnescapeString(out)))
	}
	return out
}

// head is the first n characters of s, without a tag that is cut in two.
func head(s string, n int) string {
	for i := range s {
		if n == 0 {
			s = s[:i]
			if open := strings.LastIndexByte(s, '<'); open > strings.LastIndexByte(s, '>') {
				s = s[:open]
			}
			return s
		}
		n--
	}
	return s
}

// Letters drops what is no letter to a reader: broken encoding, control
// characters but line ends and tabs, and those that turn the direction of
// what follows them.
func Letters(s string) string {
	s = strings.ReplaceAll(strings.ToValidUTF8(s, ""), "\r\n", "\n")
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case r < 0x20 || r >= 0x7f && r <= 0x9f || r >= 0x2028 && r <= 0x202e || r >= 0x2066 && r <= 0x2069:
			return -1
		}
		return r
	}, s)
}

// acting are elements that do something, beside script itself.
var acting = []string{"script", "style", "iframe", "frame", "frameset", "object", "embed", "applet", "form", "input", "button", "textarea", "select",
	"link", "meta", "base", "img", "image", "svg", "math", "video", "audio", "source", "picture", "template", "noscript", "portal"}

func hostile(s string) bool {
	if !markup.MatchString(s) {
		return false
	}
	z := html.NewTokenizer(strings.NewReader(s))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return false
		case html.StartTagToken, html.SelfClosingTagToken:
			t := z.Token()
			if slices.Contains(acting, t.Data) {
				return true
			}
			for _, a := range t.Attr {
				if strings.HasPrefix(a.Key, "on") || acts(a.Key) && scripted(a.Val) {
					return true
				}
			}
		}
	}
}

func acts(attribute string) bool {
	return slices.Contains([]string{"href", "src", "action", "formaction", "data", "background", "xlink:href"}, attribute)
}

func scripted(address string) bool {
	address = strings.ToLower(strings.Map(func(r rune) rune {
		if r <= ' ' {
			return -1
		}
		return r
	}, address))
	return strings.HasPrefix(address, "javascript:") || strings.HasPrefix(address, "vbscript:") || strings.HasPrefix(address, "data:")
}

// Lines returns the text of some HTML without its markup, a line for each
// block or list item, none of them empty.
func Lines(s string) []string {
	if !markup.MatchString(s) {
		s = HTML(s)
	}
	var out []string
	var line strings.Builder
	end := func() {
		if t := strings.Join(strings.Fields(line.String()), " "); t != "" {
			out = append(out, t)
		}
		line.Reset()
	}
	z := html.NewTokenizer(strings.NewReader(s))
	for {
		switch z.Next() {
		case html.ErrorToken:
			end()
			return out
		case html.TextToken:
			line.Write(z.Text())
		case html.StartTagToken, html.EndTagToken, html.SelfClosingTagToken:
			name, _ := z.TagName()
			if !inline(string(name)) {
				end()
			}
		}
	}
}

func inline(name string) bool {
	return slices.Contains([]string{"a", "b", "strong", "i", "em", "u", "s", "sub", "sup", "code", "span", "font", "small"}, name)
}
