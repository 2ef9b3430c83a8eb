// Package page renders the pages. It is given what to show and decides
// nothing; every sentence comes from package say.
package page

import (
	"time"

	"handoff/internal/recruit"
	"handoff/internal/web/say"
)

// Shell is what surrounds a page.
type Shell struct {
	*say.Speaker
	Title     string
	Nav       string // which link of the navigation is the current one
	Platform  string
	Support   string // e-mail address, may be empty
	Now       time.Time
	User      *recruit.User
	Company   *recruit.Company
	Languages []Language
	Flash     *Flash
	Tour      *Tour
	File      func(name string) string // address of a static file
	Look      string                   // address of a process's own style sheet
	Posting   any                      // schema.org data of a public page
	Canonical string                   // address of a public page, for search engines
	Summary   string                   // description of a public page, for search engines
}

// Language is one choice of the language switch.
type Language struct {
	Code, URL string
	Current   bool
}

// Tone colours a notice or a badge. Colour is never the only sign: each has
// its words.
type Tone string

const (
	Good  Tone = "good"
	Warn  Tone = "warn"
	Bad   Tone = "bad"
	Info  Tone = "info"
	Quiet Tone = "quiet"
)

// Flash is what was just done, said on the page that follows.
type Flash struct {
	Tone Tone
	Text string
}

// Admin tells whether the signed-in user is an Admin of a company.
func (s *Shell) Admin() bool {
	return s.User != nil && s.User.Role == recruit.RoleAdmin && s.Company != nil
}

// Local puts a time into the zone of the company whose page this is.
func (s *Shell) Local(t time.Time) time.Time {
	name := "Europe/Warsaw"
	if s.Company != nil && s.Company.TimeZone != "" {
		name = s.Company.TimeZone
	}
	if zone, err := time.LoadLocation(name); err == nil {
		return t.In(zone)
	}
	return t.UTC()
}

// At writes a moment as the company reads it.
func (s *Shell) At(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return s.Moment(s.Local(t))
}

// Since says how long ago t was.
func (s *Shell) Since(t time.Time) string { return s.Ago(t, s.Now) }

// htmxConfig keeps script to what the content policy allows, and keeps copies
// of pages, which hold candidates' data, out of the browser's storage.
const htmxConfig = `{"includeIndicatorStyles":false,"allowEval":false,"allowScriptTags":false,"selfRequestsOnly":true,"historyEnabled":false,"historyCacheSize":0,"timeout":20000}`
