package web

import (
	"strings"
	"time"

	"handoff/internal/process"
)

// posting is a process as schema.org's JobPosting, by which search engines
// show jobs. Pay stands in it only when the page shows it.
func (w *Web) posting(p process.View) map[string]any {
	d := p.Details
	m := map[string]any{
		"@context":           "https://schema.org/",
		"@type":              "JobPosting",
		"title":              d.Name,
		"description":        process.DescriptionHTML(d.Description),
		"datePosted":         p.PublishedAt.UTC().Format(time.DateOnly),
		"hiringOrganization": map[string]any{"@type": "Organization", "name": p.CompanyName},
		"identifier":         map[string]any{"@type": "PropertyValue", "name": w.o.PlatformName, "value": string(p.ID)},
		"url":                w.public("/jobs/" + p.Slug),
		"directApply":        true,
	}
	var places []any
	for _, c := range d.Cities {
		places = append(places, map[string]any{"@type": "Place", "address": map[string]any{"@type": "PostalAddress", "addressLocality": c, "addressCountry": "PL"}})
	}
	if len(places) > 0 {
		m["jobLocation"] = places
	}
	if d.WorkMode == "remote" {
		m["jobLocationType"] = "TELECOMMUTE"
		m["applicantLocationRequirements"] = map[string]any{"@type": "Country", "name": "PL"}
	}
	if types := employment(d.Contracts); len(types) > 0 {
		m["employmentType"] = types
	}
	if len(d.Technologies) > 0 {
		m["skills"] = strings.Join(d.Technologies, ", ")
	}
	if d.MinExperience > 0 {
		m["experienceRequirements"] = map[string]any{"@type": "OccupationalExperienceRequirements", "monthsOfExperience": d.MinExperience * 12}
	}
	if d.SalaryVisibility == "public" {
		var pay []any
		for _, s := range d.Salaries {
			pay = append(pay, map[string]any{"@type": "MonetaryAmount", "currency": s.Currency,
				"value": map[string]any{"@type": "QuantitativeValue", "minValue": s.From, "maxValue": s.To, "unitText": strings.ToUpper(s.Period)}})
		}
		if len(pay) > 0 {
			m["baseSalary"] = pay
		}
	}
	return m
}

func employment(contracts []string) []string {
	var out []string
	for _, c := range contracts {
		kind := "FULL_TIME"
		switch c {
		case "b2b":
			kind = "CONTRACTOR"
		case "mandate":
			kind = "TEMPORARY"
		}
		if !contains(out, kind) {
			out = append(out, kind)
		}
	}
	return out
}

// summary is what a search engine may show below the title.
func summary(p process.View) string {
	parts := []string{p.CompanyName}
	if len(p.Details.Cities) > 0 {
		parts = append(parts, strings.Join(p.Details.Cities, ", "))
	}
	if len(p.Details.Technologies) > 0 {
		parts = append(parts, strings.Join(p.Details.Technologies, ", "))
	}
	return strings.Join(parts, " · ")
}
