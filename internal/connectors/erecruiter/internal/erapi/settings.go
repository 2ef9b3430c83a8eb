package erapi

import (
	"encoding/json"
	"slices"
)

// setting is one line that a mapping may have.
type setting struct {
	key string
	set func(*Mapping, json.RawMessage) error
}

// Operations, by the names under paths.
const (
	OpCompanies    = "companies"
	OpRecruitments = "recruitments"
	OpClosed       = "recruitments_closed"
	OpRecruitment  = "recruitment"
	OpApplications = "applications"
	OpOrigins      = "origins"
	OpConsents     = "consents"
	OpAllConsents  = "account_consents"
	OpCreate       = "create"
	OpNotes        = "notes"
	OpNote         = "note"
	OpAds          = "ads"
	OpStages       = "account_stages"
	OpJobStages    = "recruitment_stages"
	OpHistory      = "stages_history"
)

// names are the entries of each group, in the order of the built-in file.
func names() map[string][]string {
	return map[string][]string{
		"paths.": {OpCompanies, OpRecruitments, OpClosed, OpRecruitment, OpApplications, OpOrigins, OpConsents, OpAllConsents, OpCreate, OpNotes, OpNote, OpAds, OpStages, OpJobStages, OpHistory},
		"lists.": {OpCompanies, OpRecruitments, OpApplications, OpOrigins, OpConsents, OpNotes, OpAds, OpStages, OpJobStages, OpHistory},
		"fields.": {"company.id", "company.name", "recruitment.id", "recruitment.name", "recruitment.reference", "recruitment.status", "recruitment.location",
			"recruitment.cv_required", "recruitment.questions", "question.required", "application.id", "application.candidate", "application.email",
			"application.origin", "application.created", "application.stage", "application.stage_id",
			"stage.id", "stage.name", "stage.type", "stage.system", "history.stage", "history.name", "history.at", "origin.id", "origin.name", "origin.active", "consent.id", "consent.kind",
			"consent.text", "consent.required", "consent.version", "consent.language", "created.application", "created.candidate", "note.text",
			"ad.key", "ad.row", "ad.portal", "ad.status", "ad.recruitment", "ad.reference", "ad.title", "ad.duties", "ad.requirements", "ad.experience",
			"ad.offer", "ad.notes", "ad.company", "ad.clause", "ad.benefits", "ad.location", "ad.region", "ad.country", "ad.salaries", "salary.from",
			"salary.to", "salary.currency", "salary.period", "salary.contract", "salary.gross", "ad.categories", "category.name", "ad.recruiter_email",
			"ad.url", "ad.published", "ad.expires", "ad.changed", "error.list", "error.code", "count"},
		"words.": {"recruitment.open", "recruitment.archived", "consent.consent", "consent.clause", "ad.withdrawn", "country.pl", "contract.b2b", "contract.employment",
			"contract.mandate", "period.hour", "period.day", "period.month", "period.year",
			"stage_type.standard", "stage_type.message", "stage_type.interview", "stage_type.rejection", "stage_type.employment", "stage_type.job_proposal",
			"stage_name.new", "stage_name.review", "stage_name.offer", "stage_name.hired", "stage_name.rejected"},
		"codes.": {CodeJobClosed, CodeJobHidden, CodeNoConsent, CodeConsentRequired, CodeConsentUnknown, CodeConsentChanged, CodeSource, CodeCVRequired,
			CodeQuestions, CodeFileType, CodeFileSize, CodeDuplicate, CodeKeyRefused},
		"send.": {"external_id", "origin", "first_name", "last_name", "email", "phone", "consents", "consent.id", "consent.accepted", "consent.version",
			"note", "cv", "cv.name", "cv.type", "cv.content", "note.text"},
	}
}

// Meanings of error codes.
const (
	CodeJobClosed       = "job_closed"
	CodeJobHidden       = "job_not_shared"
	CodeNoConsent       = "consent_not_assigned"
	CodeConsentRequired = "consent_required"
	CodeConsentUnknown  = "consent_unknown"
	CodeConsentChanged  = "consent_changed"
	CodeSource          = "source_unknown"
	CodeCVRequired      = "cv_required"
	CodeQuestions       = "questions_required"
	CodeFileType        = "file_type"
	CodeFileSize        = "file_size"
	CodeDuplicate       = "duplicate"
	CodeKeyRefused      = "key_refused"
)

// settings lists every line that a mapping may have.
func settings() []setting {
	out := []setting{
		{"api.base", to(func(m *Mapping) *string { return &m.API })},
		{"web.base", to(func(m *Mapping) *string { return &m.Web })},
		{"web.card", to(func(m *Mapping) *string { return &m.Card })},
		{"auth.mode", one(func(m *Mapping) *string { return &m.Auth.Mode }, BearerKey, HeaderKey, Exchange, Password)},
		{"auth.header", to(func(m *Mapping) *string { return &m.Auth.Header })},
		{"auth.prefix", to(func(m *Mapping) *string { return &m.Auth.Prefix })},
		{"auth.token_url", to(func(m *Mapping) *string { return &m.Auth.TokenURL })},
		{"auth.exchange_grant", to(func(m *Mapping) *string { return &m.Auth.Grant })},
		{"auth.exchange_field", to(func(m *Mapping) *string { return &m.Auth.KeyField })},
		{"query.company", to(func(m *Mapping) *string { return &m.Company })},
		{"query.portal", to(func(m *Mapping) *string { return &m.Ads.PortalParam })},
		{"query.modified_since", to(func(m *Mapping) *string { return &m.Ads.SinceParam })},
		{"time.zone", func(m *Mapping, raw json.RawMessage) error {
			var z zone
			err := strict(raw, &z)
			m.Zone = z.Location
			return err
		}},
		{"paging.style", one(func(m *Mapping) *string { return &m.Paging.Style }, ByOffset, ByPage)},
		{"paging.limit", to(func(m *Mapping) *string { return &m.Paging.Limit })},
		{"paging.offset", to(func(m *Mapping) *string { return &m.Paging.Offset })},
		{"paging.size", to(func(m *Mapping) *int { return &m.Paging.Size })},
		{"paging.first_page", to(func(m *Mapping) *int { return &m.Paging.First })},
		{"paging.most_pages", to(func(m *Mapping) *int { return &m.Paging.Most })},
		{"paging.lists", to(func(m *Mapping) *[]string { return &m.Paging.Lists })},
		{"rate.per_second", to(func(m *Mapping) *float64 { return &m.Limits.PerSecond })},
		{"rate.concurrency", to(func(m *Mapping) *int { return &m.Limits.Concurrency })},
		{"rate.longest_request", to(func(m *Mapping) *Span { return &m.Limits.LongestRequest })},
		{"rate.listing_lag", to(func(m *Mapping) *Span { return &m.Limits.Listing })},
		{"cv.max_bytes", to(func(m *Mapping) *int64 { return &m.Files.MaxBytes })},
		{"cv.extensions", to(func(m *Mapping) *[]string { return &m.Files.Extensions })},
		{"create.encoding", one(func(m *Mapping) *string { return &m.Create.Encoding }, JSONBase64, Multipart)},
		{"create.json_part", to(func(m *Mapping) *string { return &m.Create.JSONPart })},
		{"create.file_part", to(func(m *Mapping) *string { return &m.Create.FilePart })},
		{"create.consent_style", one(func(m *Mapping) *string { return &m.Create.ConsentStyle }, ConsentList, ConsentIDMap)},
		{"create.ids", one(func(m *Mapping) *string { return &m.Create.IDs }, IDNumber, IDText)},
		{"create.note", one(func(m *Mapping) *string { return &m.Create.Note }, NoteInBody, NoteApart)},
		{"create.made_now", to(func(m *Mapping) *[]int { return &m.Create.Created })},
		{"create.there_before", to(func(m *Mapping) *[]int { return &m.Create.Existing })},
		{"create.idempotency_header", to(func(m *Mapping) *string { return &m.Create.Idempotency })},
		{"consents.source", one(func(m *Mapping) *string { return &m.Consents.Source }, ConsentsOfRecruitment, ConsentsOfAccount, ConsentsStatic)},
		{"consents.static", to(func(m *Mapping) *map[string][]StaticConsent { return &m.Consents.Static })},
		{"sources.names", to(func(m *Mapping) *[]string { return &m.Sources })},
		{"ads.portal", to(func(m *Mapping) *string { return &m.Ads.Portal })},
		{"ads.overlap", to(func(m *Mapping) *Span { return &m.Ads.Overlap })},
		{"ads.feed_host", to(func(m *Mapping) *string { return &m.Ads.FeedHost })},
		{"ads.feed_row", to(func(m *Mapping) *string { return &m.Ads.FeedRow })},
	}
	groups := names()
	for _, n := range groups["paths."] {
		out = append(out, setting{"paths." + n, entry(func(m *Mapping) map[string]Path { return m.Paths }, n)})
	}
	for _, n := range groups["lists."] {
		out = append(out, setting{"lists." + n, entry(func(m *Mapping) map[string][]Pointer { return m.Lists }, n)})
	}
	for _, n := range groups["fields."] {
		out = append(out, setting{"fields." + n, entry(func(m *Mapping) map[string][]Pointer { return m.Fields }, n)})
	}
	for _, n := range groups["words."] {
		out = append(out, setting{"words." + n, entry(func(m *Mapping) map[string][]string { return m.Words }, n)})
	}
	for _, n := range groups["codes."] {
		out = append(out, setting{"codes." + n, entry(func(m *Mapping) map[string][]string { return m.Codes }, n)})
	}
	for _, n := range groups["send."] {
		out = append(out, setting{"send." + n, entry(func(m *Mapping) map[string]Pointer { return m.Send }, n)})
	}
	return out
}

// to sets one member; entry one member of a map; one a member that has few
// values.
func to[T any](at func(*Mapping) *T) func(*Mapping, json.RawMessage) error {
	return func(m *Mapping, raw json.RawMessage) error {
		var v T
		err := strict(raw, &v)
		*at(m) = v
		return err
	}
}

func entry[T any](at func(*Mapping) map[string]T, name string) func(*Mapping, json.RawMessage) error {
	return func(m *Mapping, raw json.RawMessage) error {
		var v T
		err := strict(raw, &v)
		at(m)[name] = v
		return err
	}
}

func one(at func(*Mapping) *string, values ...string) func(*Mapping, json.RawMessage) error {
	return func(m *Mapping, raw json.RawMessage) error {
		if err := to(at)(m, raw); err != nil {
			return err
		}
		if !slices.Contains(values, *at(m)) {
			return choice(values)
		}
		return nil
	}
}
