package erecruiter

import (
	"encoding/json"
	"fmt"
	"slices"
)

// Setting is one reading of something that the vendor leaves open. "" means the default.
type Setting string

// Switches holds the chosen reading of each uncertainty. SwitchList explains them and lists their
// values; the zero value is every default.
type Switches struct {
	UnsharedByID      Setting `json:"unshared_by_id"`
	RecruitmentList   Setting `json:"recruitment_list"`
	Duplicate         Setting `json:"duplicate"`
	ExternalID        Setting `json:"external_id"`
	IdempotencyKey    Setting `json:"idempotency_key"`
	SamePerson        Setting `json:"same_person"`
	EmailMatch        Setting `json:"email_match"`
	OriginOnInsert    Setting `json:"origin_on_insert"`
	InactiveOrigin    Setting `json:"inactive_origin"`
	ConsentVersion    Setting `json:"consent_version"`
	ClauseStatement   Setting `json:"clause_statement"`
	ConsentsCall      Setting `json:"consents_call"`
	CustomQuestions   Setting `json:"custom_questions"`
	FileCheck         Setting `json:"file_check"`
	CreatedAnswer     Setting `json:"created_answer"`
	StageInList       Setting `json:"stage_in_list"`
	StageType         Setting `json:"stage_type"`
	StageNames        Setting `json:"stage_names"`
	RemovedStages     Setting `json:"removed_stages"`
	HistoryOrder      Setting `json:"history_order"`
	ApplicationOrder  Setting `json:"application_order"`
	LaterPages        Setting `json:"later_pages"`
	IgnoredOffset     Setting `json:"ignored_offset"`
	Envelope          Setting `json:"envelope"`
	Counts            Setting `json:"counts"`
	CompanyID         Setting `json:"company_id"`
	FieldCase         Setting `json:"field_case"`
	Dates             Setting `json:"dates"`
	MissingCompany    Setting `json:"missing_company"`
	LimitTooHigh      Setting `json:"limit_too_high"`
	ErrorBody         Setting `json:"error_body"`
	RevokedKey        Setting `json:"revoked_key"`
	RateAnswer        Setting `json:"rate_answer"`
	ExpiresIn         Setting `json:"expires_in"`
	RefreshTokens     Setting `json:"refresh_tokens"`
	FeedOrder         Setting `json:"feed_order"`
	ExpiredAds        Setting `json:"expired_ads"`
	WithdrawnAds      Setting `json:"withdrawn_ads"`
	OtherPortals      Setting `json:"other_portals"`
	ModifiedSince     Setting `json:"modified_since"`
	XMLNames          Setting `json:"xml_names"`
	NotesCall         Setting `json:"notes_call"`
	UndeclaredFields  Setting `json:"undeclared_fields"`
	EchoBodies        Setting `json:"echo_bodies"`
	AnswerContentType Setting `json:"answer_content_type"`
}

// Switch describes one field of Switches.
type Switch struct {
	Name        string    `json:"name"`
	Values      []Setting `json:"values"` // the first is the default
	Uncertainty string    `json:"uncertainty"`
	Source      string    `json:"source"` // section of the fact sheet, and mark
}

// Default is the reading that holds when nothing is chosen.
func (s Switch) Default() Setting { return s.Values[0] }

// With returns a copy of s with one switch set by its JSON name.
func (s Switches) With(name string, value Setting) (Switches, error) {
	return s.merge(map[string]Setting{name: value})
}

// Get returns the reading of a switch by its JSON name; "" when there is no such switch.
func (s Switches) Get(name string) Setting { return s.withDefaults().fields()[name] }

// Validate names the first switch that has a value it cannot have.
func (s Switches) Validate() error {
	_, err := s.merge(nil)
	return err
}

func (s Switches) merge(changes map[string]Setting) (Switches, error) {
	fields := s.fields()
	for name, value := range changes {
		if _, ok := fields[name]; !ok {
			return s, fmt.Errorf("no switch is called %q", name)
		}
		fields[name] = value
	}
	for _, sw := range SwitchList() {
		if v := fields[sw.Name]; v != "" && !slices.Contains(sw.Values, v) {
			return s, fmt.Errorf("switch %s cannot be %q, only one of %q", sw.Name, v, sw.Values)
		}
	}
	return fromFields(fields), nil
}

func (s Switches) withDefaults() Switches {
	fields := s.fields()
	for _, sw := range SwitchList() {
		if fields[sw.Name] == "" {
			fields[sw.Name] = sw.Default()
		}
	}
	return fromFields(fields)
}

// fields and fromFields go through JSON, so that a field and its name are written down once.
func (s Switches) fields() map[string]Setting {
	b, err := json.Marshal(s)
	if err != nil {
		panic(err) // a struct of strings always marshals
	}
	m := map[string]Setting{}
	if err := json.Unmarshal(b, &m); err != nil {
		panic(err)
	}
	return m
}

func fromFields(m map[string]Setting) Switches {
	b, err := json.Marshal(m)
	if err != nil {
		panic(err)
	}
	var s Switches
	if err := json.Unmarshal(b, &s); err != nil {
		panic(err)
	}
	return s
}
