package erecruiter

import (
	"errors"
	"fmt"
	"net/mail"
	"slices"
	"strings"
	"time"
)

// AdSpec is the content of a job ad, as the Job ads tab asks for it. Texts may hold HTML.
type AdSpec struct {
	CompanyID     int64    `json:"company_id"`     // the first company when 0
	RecruitmentID int64    `json:"recruitment_id"` // 0: the ad names no recruitment
	Title         string   `json:"title"`
	Reference     string   `json:"reference"`
	Places        []Place  `json:"places"`     // Warszawa in mazowieckie when empty; one row of a feed each
	Categories    []string `json:"categories"` // see AdCategories
	Portals       []string `json:"portals"`    // platforms of multiposting; none when empty
	Duties        string   `json:"duties"`
	Requirements  string   `json:"requirements"`
	Offer         string   `json:"offer"`
	AboutCompany  string   `json:"about_company"`
	SalaryFrom    int      `json:"salary_from"` // PLN a month, with SalaryTo; 0 is undisclosed
	SalaryTo      int      `json:"salary_to"`
	Contract      string   `json:"contract"` // B2B when empty
	// RecruiterEmail is whom the ad names as its recruiter; nobody when empty. It is in the
	// multiposting feed alone: the career feed is public.
	RecruiterEmail string     `json:"recruiter_email"`
	Expires        *time.Time `json:"expires"` // 30 days from now when nil
}

// Place is a region (voivodeship) with towns.
type Place struct {
	Region string `json:"region"` // Polish, lower case (C)
	Towns  string `json:"towns"`  // separated by commas (C)
}

// AdCategories are what the Multiposting tab offers; the real dictionary is unknown (U).
func AdCategories() []string {
	return []string{"IT - Administracja", "IT - Rozwój oprogramowania", "IT - Data Science", "Inżynieria", "Produkcja", "Praca biurowa", "Zarządzanie"}
}

type ad struct {
	id        int64
	company   *company
	link      string // the source-specific id of the application form (C)
	published time.Time
	versions  []adVersion
}

// adVersion is an ad as it was saved at a moment; feeds show it after their lag.
type adVersion struct {
	AdSpec
	places    []int64 // ids of the rows, by place
	at        time.Time
	withdrawn bool
}

func (a *ad) now() adVersion { return a.versions[len(a.versions)-1] }

// asOf returns the newest version saved at t or before.
func (a *ad) asOf(t time.Time) (adVersion, bool) {
	for _, v := range slices.Backward(a.versions) {
		if !v.at.After(t) {
			return v, true
		}
	}
	return adVersion{}, false
}

// saveAd makes a new ad (a is nil) or a new version of one. Holds s.mu.
func (s *Simulator) saveAd(a *ad, spec AdSpec) (*ad, error) {
	co := s.st.companies[0]
	if spec.CompanyID != 0 {
		co = s.st.company(spec.CompanyID)
	}
	if co == nil {
		return nil, fmt.Errorf("save ad: no company %d", spec.CompanyID)
	}
	if slices.Contains(spec.Portals, s.options.Partner) && !co.multiposted {
		return nil, fmt.Errorf("save ad: there is no %s button; the vendor's support has to switch it on", s.options.Partner)
	}
	if r := s.st.recruitment(spec.RecruitmentID); spec.RecruitmentID != 0 && (r == nil || r.company != co) {
		return nil, fmt.Errorf("save ad: no recruitment %d", spec.RecruitmentID)
	}
	for _, c := range spec.Categories {
		if !slices.Contains(AdCategories(), c) {
			return nil, fmt.Errorf("save ad: no category %q", c)
		}
	}
	if a, err := mail.ParseAddress(spec.RecruiterEmail); spec.RecruiterEmail != "" && (err != nil || a.Address != spec.RecruiterEmail) {
		return nil, errors.New("save ad: the recruiter's e-mail is no address")
	}
	now := s.clock.Now()
	if spec.Expires == nil {
		at := now.AddDate(0, 0, 30)
		spec.Expires = &at
	}
	if len(spec.Places) == 0 {
		spec.Places = []Place{{"mazowieckie", "Warszawa"}}
	}
	spec.CompanyID, spec.Contract = co.id, or(spec.Contract, "B2B")
	spec.Portals, spec.Categories = slices.Clone(spec.Portals), slices.Clone(spec.Categories)
	v := adVersion{AdSpec: spec, at: now}
	if a == nil {
		a = &ad{id: s.st.next("ad", 3479394), company: co, published: now, link: strings.Repeat("0", 24) + s.rand.Hex(4)}
		s.st.ads = append(s.st.ads, a)
	} else {
		v.places = slices.Clone(a.now().places)
	}
	for len(v.places) < len(spec.Places) {
		v.places = append(v.places, s.st.next("place", 309263))
	}
	a.versions = append(a.versions, v)
	s.pusher.adChanged(s.lag.feed)
	return a, nil
}
