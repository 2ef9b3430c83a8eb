package multipost

import (
	"cmp"
	"reflect"
	"slices"
	"strings"
	"unicode/utf8"

	"handoff/internal/recruit"
)

// Fields of a process that an ad speaks of, as paths of Details, in the order
// of the form. Pay and contracts are one: pay is for a contract.
const (
	FieldName        = "name"
	FieldCities      = "cities"
	FieldDescription = "description"
	FieldBenefits    = "benefits"
	FieldPay         = "salaries"
)

func fields() []string {
	return []string{FieldName, FieldCities, FieldDescription, FieldBenefits, FieldPay}
}

// details puts what the ad says over d. What it does not speak of stays; role,
// technologies and the like are the recruiter's to say (invariant 5).
func (c Content) details(d recruit.Details) recruit.Details {
	d.Name, d.Cities, d.Benefits = c.Title, c.Cities, c.Benefits
	d.Description, d.Contracts, d.Salaries = "", nil, nil
	for _, s := range c.Sections {
		if all := strings.TrimPrefix(d.Description+"\n"+s.HTML, "\n"); utf8.RuneCountInString(all) <= MaxText {
			d.Description = all
		}
	}
	several := map[string]int{}
	for _, s := range c.Salaries {
		several[s.Contract]++
		if !slices.Contains(d.Contracts, s.Contract) {
			d.Contracts = append(d.Contracts, s.Contract)
		}
	}
	for _, s := range c.Salaries {
		if several[s.Contract] == 1 { // of two ranges for one contract neither is the right one
			d.Salaries = append(d.Salaries, s)
		}
	}
	return d
}

// whole tells whether the description holds every section.
func (c Content) whole() bool {
	n := 0
	for _, s := range c.Sections {
		n += utf8.RuneCountInString(s.HTML) + 1
	}
	return n <= MaxText+1
}

// Difference is one field that the ATS changed and the process does not have.
type Difference struct {
	Field    string
	Now, New recruit.Details // only what belongs to Field counts
}

// differences are the fields that the ad changed since base and that the
// process does not say yet.
func differences(now, base, next recruit.Details) []Difference {
	var out []Difference
	for _, f := range fields() {
		if f == FieldName && next.Name == "" {
			continue
		}
		if !same(f, next, base) && !same(f, next, now) {
			out = append(out, Difference{Field: f, Now: now, New: accept(f, now, base, next)})
		}
	}
	return out
}

// same compares one field as a reader does.
func same(field string, a, b recruit.Details) bool {
	switch field {
	case FieldName:
		return a.Name == b.Name
	case FieldCities:
		return sameLines(a.Cities, b.Cities)
	case FieldDescription:
		return strings.TrimSpace(a.Description) == strings.TrimSpace(b.Description)
	case FieldBenefits:
		return sameLines(a.Benefits, b.Benefits)
	}
	return sameLines(a.Contracts, b.Contracts) && reflect.DeepEqual(pay(a.Salaries), pay(b.Salaries))
}

// sameLines compares lists as sets: a city is none the less for its place.
func sameLines(a, b []string) bool {
	a, b = slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b))
	return slices.Equal(a, b)
}

func pay(in []recruit.Salary) []recruit.Salary {
	out := append([]recruit.Salary{}, in...)
	for i := range out {
		out[i].Basis = recruit.SalaryBasis(out[i].Contract)
	}
	slices.SortFunc(out, func(a, b recruit.Salary) int { return cmp.Compare(a.Contract, b.Contract) })
	return out
}

// accept returns now with one field as next has it. Contracts and pay that a
// person added to those of base stay.
func accept(field string, now, base, next recruit.Details) recruit.Details {
	switch field {
	case FieldName:
		now.Name = next.Name
	case FieldCities:
		now.Cities = next.Cities
	case FieldDescription:
		now.Description = next.Description
	case FieldBenefits:
		now.Benefits = next.Benefits
	case FieldPay:
		theirs := func(contract string) bool {
			return slices.Contains(base.Contracts, contract) || slices.Contains(next.Contracts, contract)
		}
		now.Contracts = append(slices.DeleteFunc(slices.Clone(now.Contracts), theirs), next.Contracts...)
		now.Salaries = append(slices.DeleteFunc(slices.Clone(now.Salaries), func(s recruit.Salary) bool { return theirs(s.Contract) }), next.Salaries...)
	}
	return now
}
