package erapi

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
	"time"
)

// Ad is one row of a listing of job ads, as far as the mapping names its parts.
// What is not there is empty; texts are the vendor's HTML as it came.
type Ad struct {
	Key, Row         string // of the ad, alike in all its rows; of this row
	Portal           string
	Withdrawn        bool
	Recruitment      string
	Reference, Title string

	Duties, Requirements, Experience, Offer, Notes, Company string

	Clause, Benefits   string
	Location           string // towns, separated by commas (C)
	Region, Country    string // Country is ISO 3166, or empty
	Salaries           []Salary
	Categories         []string
	RecruiterEmail     string
	URL                string
	Published, Changed time.Time
	Expires            time.Time // the end of its day where a day is told
	Raw                json.RawMessage
}

// Salary is a range of which every part was understood.
type Salary struct {
	From, To         int
	Currency         string // ISO 4217
	Contract, Period string // as the mapping's words are named: b2b, month …
	Gross            bool
}

// ad reads a row; ok is false for one without an id.
func (m *Mapping) ad(n node) (a Ad, ok bool) {
	text := func(field string) string {
		v, _ := n.first(m.Fields["ad."+field])
		return clean(v.text())
	}
	when := func(field string) Moment {
		v, _ := n.first(m.Fields["ad."+field])
		return v.when(m.Zone)
	}
	a = Ad{Key: text("key"), Row: text("row"), Portal: text("portal"), Withdrawn: m.means("ad.withdrawn", text("status")), Recruitment: text("recruitment"),
		Reference: text("reference"), Title: text("title"), Duties: text("duties"), Requirements: text("requirements"), Experience: text("experience"),
		Offer: text("offer"), Notes: text("notes"), Company: text("company"), Clause: text("clause"), Benefits: text("benefits"), Location: text("location"),
		Region: text("region"), Country: m.country(text("country")), RecruiterEmail: text("recruiter_email"), URL: text("url"),
		Published: when("published").From, Changed: when("changed").From, Expires: when("expires").end()}
	salaries, _ := n.first(m.Fields["ad.salaries"])
	for _, v := range salaries.items() {
		if s, understood := m.salary(v); understood {
			a.Salaries = append(a.Salaries, s)
		}
	}
	categories, _ := n.first(m.Fields["ad.categories"])
	for _, v := range categories.items() {
		name, there := v.first(m.Fields["category.name"])
		if !there {
			name = v
		}
		if c := clean(name.text()); c != "" {
			a.Categories = append(a.Categories, c)
		}
	}
	var raw bytes.Buffer
	enc := json.NewEncoder(&raw)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(n.v); err != nil {
		return Ad{}, false // what was JSON, or made of texts alone, can be written
	}
	a.Raw = bytes.TrimSpace(raw.Bytes())
	return a, a.Key != ""
}

// salary reads a range. Nothing is guessed: one part that is missing, or in
// words that the mapping does not have, and there is no range.
func (m *Mapping) salary(n node) (Salary, bool) {
	part := func(field string) string {
		v, _ := n.first(m.Fields["salary."+field])
		return v.text()
	}
	s := Salary{Currency: part("currency"), Contract: m.meaning("contract.", part("contract")), Period: m.meaning("period.", part("period"))}
	from, err1 := strconv.Atoi(part("from"))
	to, err2 := strconv.Atoi(part("to"))
	gross, _ := n.first(m.Fields["salary.gross"])
	known := false
	s.From, s.To = from, to
	s.Gross, known = gross.truth()
	return s, err1 == nil && err2 == nil && from > 0 && from <= to && capitals(s.Currency, 3) && s.Contract != "" && s.Period != "" && known
}

// meaning is the one of a group's meanings that has word among its words.
func (m *Mapping) meaning(group, word string) string {
	for _, name := range names()["words."] {
		if rest, ok := strings.CutPrefix(name, group); ok && m.means(name, word) {
			return rest
		}
	}
	return ""
}

func (m *Mapping) country(word string) string {
	switch {
	case capitals(word, 2):
		return word
	case m.means("country.pl", word):
		return "PL"
	}
	return ""
}

func capitals(s string, n int) bool {
	return len(s) == n && !strings.ContainsFunc(s, func(r rune) bool { return r < 'A' || r > 'Z' })
}

// clean takes out what no text has a use for, and what some databases refuse.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' && r != '\r' || r == 0x7f {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, ""))
}

// end is when something ends that was told as a moment: a date alone is a whole
// day.
func (m Moment) end() time.Time {
	if m.To.Sub(m.From) > 3*time.Hour { // a day may have 23, and an hour that comes twice is one
		return m.To
	}
	return m.From
}

// items are the members of a list in any form: the list, or an object whose one
// member is the list, or the only entry of it, as XML writes lists; or an object
// that is itself the only entry.
func (n node) items() []node {
	if list, ok := n.list(); ok {
		return list
	}
	o, ok := n.v.(map[string]any)
	if !ok || len(o) == 0 {
		return nil
	}
	if len(o) > 1 {
		return []node{n}
	}
	for _, v := range o {
		if list, ok := (node{v}).list(); ok {
			return list
		}
		return []node{{v}}
	}
	return nil
}
