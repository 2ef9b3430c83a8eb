// Package say speaks to people: every sentence of every page in English and
// Polish, numbers and times included. Sentences are kept in the two embedded
// catalogues; nothing outside this package writes a sentence.
package say

import (
	"embed"
	"fmt"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
)

//go:embed active.en.json active.pl.json
var catalogues embed.FS

// The languages of the pages. English is spoken to everybody else.
const (
	English = "en"
	Polish  = "pl"
)

// Languages lists them in the order of the language switch.
func Languages() []string { return []string{English, Polish} }

// Book holds both catalogues. It is safe for concurrent use.
type Book struct {
	speakers map[string]*Speaker
	matcher  language.Matcher
}

// Open reads the embedded catalogues.
func Open() (*Book, error) {
	bundle := i18n.NewBundle(language.English)
	known := map[string]map[string]bool{}
	for _, lang := range Languages() {
		f, err := bundle.LoadMessageFileFS(catalogues, "active."+lang+".json")
		if err != nil {
			return nil, fmt.Errorf("catalogue %s: %w", lang, err)
		}
		known[lang] = make(map[string]bool, len(f.Messages))
		for _, m := range f.Messages {
			known[lang][m.ID] = true
		}
	}
	b := &Book{speakers: map[string]*Speaker{}, matcher: language.NewMatcher([]language.Tag{language.English, language.Polish})}
	for _, lang := range Languages() {
		b.speakers[lang] = &Speaker{Lang: lang, known: known[lang], texts: i18n.NewLocalizer(bundle, lang)}
	}
	return b, nil
}

// In returns the speaker of a language, English for any that is not spoken.
func (b *Book) In(lang string) *Speaker {
	if s, ok := b.speakers[lang]; ok {
		return s
	}
	return b.speakers[English]
}

// Match chooses a language by an Accept-Language header.
func (b *Book) Match(accept string) string {
	tags, _, err := language.ParseAcceptLanguage(accept)
	if err != nil || len(tags) == 0 {
		return English
	}
	_, i, _ := b.matcher.Match(tags...)
	return Languages()[i]
}
