package web

import (
	"net/url"
	"strconv"
	"strings"

	"handoff/internal/process"
	"handoff/internal/recruit"
	"handoff/internal/web/page"
)

func itoa(n int) string { return strconv.Itoa(n) }

// readDetails puts the first step's form into the draft. What is not a number
// stays as it was typed, and is refused.
func (d *draft) readDetails(in url.Values) *recruit.Invalid {
	bad := &recruit.Invalid{}
	x := &d.Details
	x.Name, x.Role, x.WorkMode = in.Get("name"), in.Get("role"), in.Get("work_mode")
	x.Description = strings.ReplaceAll(in.Get("description"), "\r\n", "\n")
	x.SalaryVisibility = in.Get("salary_visibility")
	x.Technologies, x.Cities = split(in.Get("technologies"), ",\n"), split(in.Get("cities"), ",\n")
	x.Languages, x.Benefits = split(in.Get("languages"), "\n"), split(in.Get("benefits"), "\n")
	x.Contracts = in["contracts"]
	if n, err := strconv.Atoi(in.Get("min_experience")); err == nil {
		x.MinExperience = n
	}
	d.Salaries, x.Salaries = nil, nil
	for _, c := range process.Contracts() {
		s := page.SalaryInput{Contract: c.Slug, From: in.Get("salary." + c.Slug + ".from"), To: in.Get("salary." + c.Slug + ".to"),
			Currency: in.Get("salary." + c.Slug + ".currency"), Period: in.Get("salary." + c.Slug + ".period")}
		d.Salaries = append(d.Salaries, s)
		if !contains(x.Contracts, c.Slug) || s.From == "" && s.To == "" {
			continue
		}
		from, err1 := amount(s.From)
		to, err2 := amount(s.To)
		if s.To == "" {
			to, err2 = from, err1
		}
		if err1 != nil || err2 != nil {
			bad.Add("salaries", "malformed")
			continue
		}
		x.Salaries = append(x.Salaries, recruit.Salary{Contract: c.Slug, From: from, To: to, Currency: s.Currency, Period: s.Period, Basis: recruit.SalaryBasis(c.Slug)})
	}
	d.readIntegration(in)
	d.Changed = true
	return bad
}

func (d *draft) readIntegration(in url.Values) {
	if !in.Has("connection") {
		return // no connection to choose from: the switch was not shown
	}
	d.Bound = in.Get("bind") == "on"
	if c := recruit.ConnectionID(in.Get("connection")); c != d.Connection {
		d.Connection, d.RemoteJob = c, ""
	}
	// A job is of the connection whose list was shown, which need not be the
	// one that is chosen now.
	if j := in.Get("remote_job"); j != "" && (!in.Has("listed") || in.Get("listed") == in.Get("connection")) {
		d.RemoteJob = recruit.RemoteJobID(j)
	}
	d.Query = in.Get("job_q")
}

// readCustomization puts the second step's form into the draft.
func (d *draft) readCustomization(in url.Values) {
	z := &d.Customization
	z.CVRequired = in.Get("cv_required") == "yes"
	z.Intro, z.ThankYou = in.Get("intro"), in.Get("thank_you")
	if c := in.Get("accent_colour"); c != "" {
		z.AccentColour = c
	}
	z.FutureMonths, _ = strconv.Atoi(in.Get("future_months"))
	z.Questions = nil
	ids, labels, kinds, required := in["question_id"], in["question_label"], in["question_kind"], in["question_required"]
	for i := range labels {
		if i >= len(ids) || i >= len(kinds) || i >= len(required) || in.Get("remove") == itoa(i) {
			continue
		}
		z.Questions = append(z.Questions, recruit.Question{ID: ids[i], Label: labels[i], Kind: kinds[i], Required: required[i] == "yes"})
	}
	if in.Get("go") == "add" {
		z.Questions = append(z.Questions, recruit.Question{Kind: "text"})
	}
	d.Changed = true
}

// withoutBlank drops questions that were added and never asked.
func (d *draft) withoutBlank() {
	var asked []recruit.Question
	for _, q := range d.Customization.Questions {
		if strings.TrimSpace(q.Label) != "" {
			asked = append(asked, q)
		}
	}
	d.Customization.Questions = asked
}

// amount reads a sum as people write it: 18 000, 18000, 18.000.
func amount(s string) (int, error) {
	s = strings.NewReplacer(" ", "", "\u00a0", "", "\u202f", "", ",", "", ".", "").Replace(s)
	return strconv.Atoi(s)
}

func split(s, at string) []string {
	var out []string
	for _, x := range strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(at, r) }) {
		if x = strings.TrimSpace(x); x != "" {
			out = append(out, x)
		}
	}
	return out
}

func contains(words []string, w string) bool {
	for _, x := range words {
		if x == w {
			return true
		}
	}
	return false
}
