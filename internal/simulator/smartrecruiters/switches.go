package smartrecruiters

import "handoff/internal/simulator/simkit"

// Setting is one reading of something that the vendor leaves open. "" means the default.
type Setting = simkit.Setting

// Switches holds the chosen reading of each uncertainty. SwitchList explains them and lists their
// values; the zero value is every default.
type Switches struct {
	InitialStatus         Setting `json:"initial_status"`
	DuplicateEmail        Setting `json:"duplicate_email"`
	SameJobTwice          Setting `json:"same_job_twice"`
	EmailMatch            Setting `json:"email_match"`
	MergeTags             Setting `json:"merge_tags"`
	MergeData             Setting `json:"merge_data"`
	PrimaryAssignment     Setting `json:"primary_assignment"`
	ClosedJobCreate       Setting `json:"closed_job_create"`
	UnknownJob            Setting `json:"unknown_job"`
	TemplatesInList       Setting `json:"templates_in_list"`
	JobPages              Setting `json:"job_pages"`
	LastPage              Setting `json:"last_page"`
	LaterPages            Setting `json:"later_pages"`
	CandidateOrder        Setting `json:"candidate_order"`
	HistoryOrder          Setting `json:"history_order"`
	StatusMovesUpdatedOn  Setting `json:"status_moves_updated_on"`
	ApplicationID         Setting `json:"application_id"`
	DeleteApplication     Setting `json:"delete_application"`
	HistoryScope          Setting `json:"history_scope"`
	ValidationErrors      Setting `json:"validation_errors"`
	UndeclaredFields      Setting `json:"undeclared_fields"`
	EchoBodies            Setting `json:"echo_bodies"`
	AnswerContentType     Setting `json:"answer_content_type"`
	PatchContentType      Setting `json:"patch_content_type"`
	TagLength             Setting `json:"tag_length"`
	SameFileName          Setting `json:"same_file_name"`
	FileTooLarge          Setting `json:"file_too_large"`
	ConsentRequests       Setting `json:"consent_requests"`
	TokenErrors           Setting `json:"token_errors"`
	ExpiredTokenBody      Setting `json:"expired_token_body"`
	ClientCredentialsLife Setting `json:"client_credentials_life"`
	ClientCredentialsUser Setting `json:"client_credentials_user"`
	RefreshGrace          Setting `json:"refresh_grace"`
	RefreshReplay         Setting `json:"refresh_replay"`
	OlderTokenHost        Setting `json:"older_token_host"`
	EventVersion          Setting `json:"event_version"`
	WebhookOrder          Setting `json:"webhook_order"`
	WebhookRepeats        Setting `json:"webhook_repeats"`
}

// Switch describes one field of Switches.
type Switch = simkit.Switch

// With returns a copy of s with one switch set by its JSON name.
func (s Switches) With(name string, value Setting) (Switches, error) {
	return simkit.Choose(s, SwitchList(), map[string]Setting{name: value})
}

// Get returns the reading of a switch by its JSON name; "" when there is no such switch.
func (s Switches) Get(name string) Setting { return simkit.Chosen(s, SwitchList(), name) }
