package erecruiter

import (
	"fmt"
	"slices"
	"time"
)

type badAd struct {
	name, does string
	change     func(*Simulator, *AdSpec)
}

// badAds are the ads that a feed may bring one day.
func badAds() []badAd {
	return []badAd{
		{"ad_without_recruitment", "an ad that names no recruitment", func(_ *Simulator, a *AdSpec) { a.RecruitmentID = 0 }},
		{"ad_without_title", "an ad without a title", func(_ *Simulator, a *AdSpec) { a.Title = "" }},
		{"ad_for_foreign_portal", "an ad for another portal in the feed", func(_ *Simulator, a *AdSpec) { a.Portals = []string{"jobs.example.com"} }},
		{"ad_doubled_per_region", "an ad with a row for each of three regions", func(_ *Simulator, a *AdSpec) {
			a.Places = []Place{{"mazowieckie", "Warszawa"}, {"małopolskie", "Kraków, Tarnów"}, {"śląskie", "Katowice"}}
		}},
		{"ad_with_hostile_html", "an ad whose texts hold scripts, frames and handlers", func(_ *Simulator, a *AdSpec) {
			a.Title = `Engineer <img src=x onerror=alert(1)>`
			a.Duties = `<p onclick="alert(1)">Budujesz<script>alert('x')</script></p><iframe src="https://example.invalid/"></iframe><a href="javascript:alert(1)">tu</a>`
			a.Requirements = `<ul><li>Go</li><svg onload=alert(1)></ul><style>body{display:none}</style>`
			a.Offer = `<form action="https://example.invalid/"><input name="password"></form><p>B2B</p>`
		}},
		{"ad_expired", "an ad whose expiry is in the past", func(s *Simulator, a *AdSpec) {
			at := s.clock.Now().Add(-48 * time.Hour)
			a.Expires = &at
		}},
	}
}

// sampleAd is an ad of a recruitment that is right in every way.
func (s *Simulator) sampleAd(recruitmentID int64) AdSpec {
	spec := AdSpec{RecruitmentID: recruitmentID, Title: "Senior Go Developer", Reference: "AR/2026/2", Categories: []string{"IT - Rozwój oprogramowania"},
		Portals: []string{s.options.Partner}, Duties: "<p>Budujesz usługi w Go.</p>", Requirements: "<ul><li>Go</li></ul>",
		Offer: "<p>B2B lub UoP</p>", AboutCompany: "<p>Robimy roboty.</p>", SalaryFrom: 18000, SalaryTo: 24000}
	for _, r := range s.Ledger().Recruitments {
		if r.ID == recruitmentID {
			spec.Title, spec.Reference, spec.CompanyID = r.Name, r.Reference, r.CompanyID
		}
	}
	return spec
}

func (s *Simulator) unassignAll(recruitmentID int64) error {
	return s.withRecruitment(recruitmentID, func(r *recruitment) error {
		r.consents = slices.DeleteFunc(r.consents, func(a assignment) bool { return !a.consent.clause })
		return nil
	})
}

func (s *Simulator) requireAll(recruitmentID int64) error {
	return s.withRecruitment(recruitmentID, func(r *recruitment) error {
		if !r.consentAssigned() {
			return fmt.Errorf("no consent is assigned")
		}
		for i := range r.consents {
			r.consents[i].required = !r.consents[i].consent.clause
		}
		return nil
	})
}
