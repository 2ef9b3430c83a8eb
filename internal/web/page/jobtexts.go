package page

import (
	"strconv"

	"github.com/a-h/templ"
)

// remoteName is the name of the field of the ATS's text at a place in the form.
func remoteName(i int) string { return "consent.remote." + strconv.Itoa(i) }

// remoteLang is the language of a text of the ATS's own; nothing when the ATS
// does not say, or says no language tag.
func remoteLang(locale string) templ.Attributes {
	for _, r := range locale {
		if (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && r != '-' {
			return nil
		}
	}
	if locale == "" {
		return nil
	}
	return templ.Attributes{"lang": locale}
}
