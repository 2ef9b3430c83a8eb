package say

import (
	"strconv"
	"strings"

	"github.com/nicksnyder/go-i18n/v2/i18n"
)

// Speaker says everything in one language.
type Speaker struct {
	Lang  string
	known map[string]bool
	texts *i18n.Localizer
}

// T says the sentence of a key. Pairs are its arguments, name and value. A key
// that is in no catalogue is said as it is: the tests hold that none is.
func (s *Speaker) T(key string, pairs ...string) string {
	return s.localize(key, arguments(pairs), nil)
}

// N says the sentence of a key about n things, in the plural form that n asks
// for; n is the argument N.
func (s *Speaker) N(key string, n int, pairs ...string) string {
	args := arguments(pairs)
	args["N"] = s.Number(n)
	return s.localize(key, args, n)
}

// Code says what a code of a family means (problem, field, reason, …). A code
// that the catalogue does not have yet is said by the family's general
// sentence, FAMILY.other, with the code as its argument Code: a page is never
// without a sentence, and a person can still quote the code.
func (s *Speaker) Code(family, code string, args map[string]string) string {
	key := family + "." + code
	data := make(map[string]string, len(args)+1)
	for k, v := range args {
		data[title(k)] = v
	}
	data["Code"] = code
	if code == "" || !s.known[key] {
		key = family + ".other"
	}
	return s.localize(key, data, nil)
}

// Has tells whether the catalogue has a key.
func (s *Speaker) Has(key string) bool { return s.known[key] }

// Number writes a whole number with its thousands apart.
func (s *Speaker) Number(n int) string {
	digits := strconv.Itoa(n)
	sign := ""
	if n < 0 {
		sign, digits = "-", digits[1:]
	}
	apart := ","
	if s.Lang == Polish {
		apart = "\u00a0"
	}
	var b strings.Builder
	b.WriteString(sign)
	for i, d := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteString(apart)
		}
		b.WriteRune(d)
	}
	return b.String()
}

func (s *Speaker) localize(key string, args map[string]string, count any) string {
	text, err := s.texts.Localize(&i18n.LocalizeConfig{MessageID: key, TemplateData: args, PluralCount: count})
	if err != nil && text == "" {
		return key
	}
	return text
}

func arguments(pairs []string) map[string]string {
	args := make(map[string]string, len(pairs)/2+1)
	for i := 0; i+1 < len(pairs); i += 2 {
		args[pairs[i]] = pairs[i+1]
	}
	return args
}

// title makes an argument's wire name, retry_after, the catalogue's, RetryAfter.
func title(name string) string {
	var b strings.Builder
	up := true
	for _, r := range name {
		switch {
		case r == '_' || r == '-':
			up = true
		case up && r >= 'a' && r <= 'z':
			b.WriteRune(r - 'a' + 'A')
			up = false
		default:
			b.WriteRune(r)
			up = false
		}
	}
	return b.String()
}
