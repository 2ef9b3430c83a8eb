package process

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"handoff/internal/recruit"
)

// clean returns what Save stores of an edit (white space trimmed, doubles
// dropped, the description sanitised, bases filled in), or Invalid for what
// it refuses. A draft may leave out anything.
func clean(d recruit.Details, z recruit.Customization) (recruit.Details, recruit.Customization, error) {
	v := &recruit.Invalid{}
	d.Name = line(v, "name", d.Name, 200)
	d.Description = description(v, d.Description)
	d.Cities = lines(v, "cities", d.Cities, 20, 100)
	d.Technologies = lines(v, "technologies", d.Technologies, 50, 60)
	d.Languages = lines(v, "languages", d.Languages, 20, 60)
	d.Benefits = lines(v, "benefits", d.Benefits, 50, 200)
	d.Contracts = lines(v, "contracts", d.Contracts, 10, 40)
	for i, c := range d.Contracts {
		oneOf(v, fmt.Sprintf("contracts.%d", i), c, Contracts())
	}
	optional(v, "work_mode", d.WorkMode, WorkModes())
	optional(v, "role", d.Role, Roles())
	optional(v, "salary_visibility", d.SalaryVisibility, Visibilities())
	if d.MinExperience < 0 || d.MinExperience > 10 {
		v.Add("min_experience", "out_of_range", "min", "0", "max", "10")
	}
	d.Salaries = salaries(v, d)
	z = customization(v, z)
	return d, z, v.OrNil()
}

// Missing lists what is missing before a process can be published, as field
// paths, in the order of the form.
func Missing(d recruit.Details) []string {
	var m []string
	add := func(path string, missing bool) {
		if missing {
			m = append(m, path)
		}
	}
	add("name", d.Name == "")
	add("cities", len(d.Cities) == 0 && d.WorkMode != "remote")
	add("work_mode", d.WorkMode == "")
	add("contracts", len(d.Contracts) == 0)
	add("role", d.Role == "")
	add("technologies", len(d.Technologies) < 3)
	add("salary_visibility", d.SalaryVisibility == "")
	paid := func(contract string) bool {
		return slices.ContainsFunc(d.Salaries, func(s recruit.Salary) bool { return s.Contract == contract })
	}
	unpaid := slices.ContainsFunc(d.Contracts, func(c string) bool { return !paid(c) })
	add("salaries", d.SalaryVisibility != "undisclosed" && (unpaid || len(d.Contracts) == 0))
	add("description", d.Description == "")
	return m
}

var currency = regexp.MustCompile(`^[A-Z]{3}$`)

// salaryMost is the highest amount, in whole units of the currency.
const salaryMost = 100_000_000

func salaries(v *recruit.Invalid, d recruit.Details) []recruit.Salary {
	out := make([]recruit.Salary, 0, len(d.Salaries))
	var seen []string
	for i, s := range d.Salaries {
		path := fmt.Sprintf("salaries.%d.", i)
		s.Currency = strings.ToUpper(strings.TrimSpace(s.Currency))
		switch {
		case !slices.Contains(d.Contracts, s.Contract):
			v.Add(path+"contract", "not_allowed") // pay for a contract that is not offered
		case slices.Contains(seen, s.Contract):
			v.Add(path+"contract", "repeated")
		}
		seen = append(seen, s.Contract)
		switch {
		case s.From < 1 || s.From > salaryMost:
			v.Add(path+"from", "out_of_range", "min", "1", "max", fmt.Sprint(salaryMost))
		case s.To < s.From || s.To > salaryMost:
			v.Add(path+"to", "out_of_range", "min", fmt.Sprint(s.From), "max", fmt.Sprint(salaryMost))
		}
		if !currency.MatchString(s.Currency) {
			v.Add(path+"currency", "malformed")
		}
		oneOf(v, path+"period", s.Period, Periods())
		basis := recruit.SalaryBasis(s.Contract)
		if s.Basis != "" && s.Basis != basis {
			v.Add(path+"basis", "not_allowed", "basis", basis)
		}
		s.Basis = basis
		out = append(out, s)
	}
	return out
}

func known(s string, terms []Term) bool {
	return slices.ContainsFunc(terms, func(t Term) bool { return t.Slug == s })
}

func oneOf(v *recruit.Invalid, path, s string, terms []Term) {
	if !known(s, terms) {
		v.Add(path, "not_allowed")
	}
}

func optional(v *recruit.Invalid, path, s string, terms []Term) {
	if s != "" {
		oneOf(v, path, s, terms)
	}
}

// line checks one line of plain text of at most most characters.
func line(v *recruit.Invalid, path, s string, most int) string {
	s = strings.TrimSpace(s)
	if !utf8.ValidString(s) || strings.ContainsFunc(s, hidden) {
		v.Add(path, "not_allowed")
	} else if utf8.RuneCountInString(s) > most {
		v.Add(path, "too_long", "max", fmt.Sprint(most))
	}
	return s
}

// hidden are control characters and those that turn the direction of what
// follows them.
func hidden(r rune) bool {
	return unicode.IsControl(r) || r >= 0x2028 && r <= 0x202e || r >= 0x2066 && r <= 0x2069
}

// lines checks a list of at most n lines, and drops empty ones and repetitions
// whatever their case.
func lines(v *recruit.Invalid, path string, list []string, n, most int) []string {
	out := make([]string, 0, len(list))
	for i, s := range list {
		s = line(v, fmt.Sprintf("%s.%d", path, i), s, most)
		if s != "" && !slices.ContainsFunc(out, func(o string) bool { return strings.EqualFold(o, s) }) {
			out = append(out, s)
		}
		if len(out) > n {
			v.Add(path, "too_many", "max", fmt.Sprint(n))
			return out[:n]
		}
	}
	return out
}
