package erecruiter

import "handoff/internal/simulator/simkit"

// Setting is one reading of something that the vendor leaves open. "" means the default.
type Setting = simkit.Setting

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
type Switch = simkit.Switch

// With returns a copy of s with one switch set by its JSON name.
func (s Switches) With(name string, value Setting) (Switches, error) {
	return simkit.Choose(s, SwitchList(), map[string]Setting{name: value})
}

// Get returns the reading of a switch by its JSON name; "" when there is no such switch.
func (s Switches) Get(name string) Setting { return simkit.Chosen(s, SwitchList(), name) }
