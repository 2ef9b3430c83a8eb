package erecruiter

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"handoff/internal/simulator/simkit"
)

// Target says what a breakage strikes. Zero values: the newest key that is good, the newest active
// recruitment to which a consent is assigned, its first consent, the newest active source.
type Target struct {
	Key         string          `json:"key"`
	Recruitment int64           `json:"recruitment"`
	Consent     int64           `json:"consent"`
	Origin      int64           `json:"origin"`
	Operation   string          `json:"operation"` // of key_without_right; listOrigins when empty
	Skew        simkit.Duration `json:"skew"`      // of clock_skew; three hours when 0
}

// Breakage is one thing that goes wrong between a platform and its client's ATS.
type Breakage struct {
	Name string `json:"name"`
	Does string `json:"does"`
	do   func(*Simulator, Target) (int64, error)
}

// Break makes one thing of Breakages go wrong, and returns the id of what it made, if anything.
func (s *Simulator) Break(name string, t Target) (int64, error) {
	for _, b := range Breakages() {
		if b.Name == name {
			id, err := b.do(s, s.aim(t))
			if err != nil {
				return 0, fmt.Errorf("break %s: %w", name, err)
			}
			return id, nil
		}
	}
	return 0, fmt.Errorf("no breakage is called %q", name)
}

// aim fills in what a target leaves open.
func (s *Simulator) aim(t Target) Target {
	t.Operation = or(t.Operation, "listOrigins")
	if t.Skew == 0 {
		t.Skew = simkit.Duration(3 * time.Hour)
	}
	l := s.Ledger()
	fixed := t.Key != ""
	for _, k := range l.Keys {
		if k.RevokedAt == nil && strings.HasPrefix(k.ID, "key-") && !fixed {
			t.Key = k.ID
		}
	}
	fixed = t.Recruitment != 0
	for _, r := range l.Recruitments {
		for _, a := range r.Consents {
			if r.Status == Active && !a.Clause && !fixed {
				t.Recruitment = r.ID
			}
		}
	}
	for _, r := range l.Recruitments {
		for _, a := range r.Consents {
			if r.ID == t.Recruitment && !a.Clause && t.Consent == 0 {
				t.Consent = a.ConsentID
			}
		}
	}
	fixed = t.Origin != 0
	for _, o := range l.Origins {
		if o.Active && !o.Deleted && !fixed {
			t.Origin = o.ID
		}
	}
	return t
}

func done(err error) (int64, error) { return 0, err }

func (s *Simulator) choose(name string, v Setting) (int64, error) {
	sw, err := s.Switches().With(name, v)
	if err != nil {
		return 0, err
	}
	return done(s.SetSwitches(sw))
}

// Breakages lists them. Each is one or two calls that the pages and the control port have too.
func Breakages() []Breakage {
	all := []Breakage{
		{"key_revoked", "the access key is revoked", func(s *Simulator, t Target) (int64, error) { return done(s.RevokeKey(t.Key)) }},
		{"key_of_another_company", "the key opens another company instead", func(s *Simulator, t Target) (int64, error) {
			co, err := s.AddCompany("Example Drones Sp. z o.o.")
			if err != nil {
				return 0, err
			}
			return co.ID, s.SetKeyCompanies(t.Key, co.ID)
		}},
		{"key_without_right", "the key loses the right to one call", func(s *Simulator, t Target) (int64, error) {
			return done(s.DenyOperation(t.Key, t.Operation, true))
		}},
		{"scope_narrowed", "the key's scope becomes selected recruitment processes", func(s *Simulator, t Target) (int64, error) {
			return done(s.SetKeyScope(t.Key, ScopeSelected))
		}},
		{"recruitment_closed", "the recruitment is closed", func(s *Simulator, t Target) (int64, error) {
			return done(s.SetRecruitmentStatus(t.Recruitment, Closed))
		}},
		{"recruitment_archived", "the recruitment is archived", func(s *Simulator, t Target) (int64, error) {
			return done(s.SetRecruitmentStatus(t.Recruitment, Archived))
		}},
		{"recruitment_unshared", "the recruitment is no longer shared with the partner", func(s *Simulator, t Target) (int64, error) {
			return done(s.ShareRecruitment(t.Recruitment, false))
		}},
		{"consent_unassigned", "every consent is taken out of the recruitment's form; clauses stay", func(s *Simulator, t Target) (int64, error) {
			return done(s.unassignAll(t.Recruitment))
		}},
		{"consent_changed", "the consent gets a new text", func(s *Simulator, t Target) (int64, error) {
			return done(s.ChangeConsent(t.Consent, "Wyrażam zgodę. Treść zmieniono "+s.clock.Now().Format(time.RFC3339Nano)+"."))
		}},
		{"consent_required", "every consent of the recruitment becomes required", func(s *Simulator, t Target) (int64, error) {
			return done(s.requireAll(t.Recruitment))
		}},
		{"cv_demanded", "the recruitment's form demands a CV", func(s *Simulator, t Target) (int64, error) { return done(s.DemandCV(t.Recruitment, true)) }},
		{"question_mandatory", "the recruitment's form gets a mandatory question", func(s *Simulator, t Target) (int64, error) {
			return s.AddQuestion(t.Recruitment, "Czy masz prawo jazdy kategorii B?", true)
		}},
		{"origin_deactivated", "the source is deactivated", func(s *Simulator, t Target) (int64, error) { return done(s.SetOriginActive(t.Origin, false)) }},
		{"origin_removed", "the source is deleted", func(s *Simulator, t Target) (int64, error) { return done(s.DeleteOrigin(t.Origin)) }},
		{"origin_doubled", "a second source has the partner's name", func(s *Simulator, t Target) (int64, error) {
			o, err := s.AddOrigin(s.options.Partner)
			return o.ID, err
		}},
		{"several_companies", "the key opens a second company too", func(s *Simulator, t Target) (int64, error) {
			co, err := s.AddCompany("Example Drones Sp. z o.o.")
			if err != nil {
				return 0, err
			}
			return co.ID, s.SetKeyCompanies(t.Key, s.Company().ID, co.ID)
		}},
		{"token_endpoint_gone", "the token endpoint answers 404", func(s *Simulator, t Target) (int64, error) { s.RemoveTokenEndpoint(true); return 0, nil }},
		{"html_answers", "every call is answered 403 with a page of the CDN", func(s *Simulator, t Target) (int64, error) {
			return done(s.Faults(simkit.Fault{Kind: simkit.HTML, Status: http.StatusForbidden}))
		}},
		{"empty_answers", "every call is answered 200 with nothing", func(s *Simulator, t Target) (int64, error) {
			return done(s.Faults(simkit.Fault{Kind: simkit.Empty200}))
		}},
		{"second_page_fails", "every page but the first is answered 500", func(s *Simulator, t Target) (int64, error) { return s.choose("later_pages", "error_500") }},
		{"offset_ignored", "every list ignores paging", func(s *Simulator, t Target) (int64, error) { return s.choose("ignored_offset", "all") }},
		{"envelope_changed", "every list has another envelope", func(s *Simulator, t Target) (int64, error) { return s.choose("envelope", "other_key") }},
		{"clock_skew", "the vendor's clock is wrong", func(s *Simulator, t Target) (int64, error) { s.SetSkew(time.Duration(t.Skew)); return 0, nil }},
		{"rate_lowered", "one call a second, one at once", func(s *Simulator, t Target) (int64, error) {
			s.SetLimits(Limits{PerSecond: 1, Burst: 1})
			return 0, nil
		}},
		{"stages_empty", "the stage dictionary is empty", func(s *Simulator, t Target) (int64, error) { s.EmptyStages(true); return 0, nil }},
	}
	for _, a := range badAds() {
		all = append(all, Breakage{a.name, a.does, func(s *Simulator, t Target) (int64, error) {
			spec := s.sampleAd(t.Recruitment)
			a.change(s, &spec)
			if a.name == "ad_for_foreign_portal" { // a feed that filters would hide it
				if _, err := s.choose("other_portals", Listed); err != nil {
					return 0, err
				}
			}
			ad, err := s.PublishAd(spec)
			return ad.ID, err
		}})
	}
	return all
}
