package process

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"handoff/internal/recruit"
)

// newSlug makes the last part of a public page's address: what can be read of
// the name in Latin letters, then 40 random bits that keep it apart.
func newSlug(name string) string {
	var b strings.Builder
	gap := false
	for _, r := range norm.NFKD.String(strings.ToLower(name)) {
		switch {
		case r == 'ł':
			r = 'l'
		case unicode.Is(unicode.Mn, r):
			continue
		}
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			if gap && b.Len() > 0 {
				b.WriteByte('-')
			}
			gap = false
			b.WriteRune(r)
		} else {
			gap = true
		}
		if b.Len() >= 60 {
			break
		}
	}
	if b.Len() == 0 {
		b.WriteString("job")
	}
	return b.String() + "-" + recruit.RandomToken(5)
}
