package api

import (
	"time"

	"handoff/internal/apply"
	"handoff/internal/recruit"
)

// Application on the wire.
type Application struct {
	ID             recruit.ApplicationID `json:"id"`
	ProcessID      recruit.ProcessID     `json:"process_id"`
	ProcessName    string                `json:"process_name"`
	Candidate      Candidate             `json:"candidate"`
	CV             Null[CV]              `json:"cv"`
	Answers        []AnswerGiven         `json:"answers" nullable:"false"`
	ExternalID     *string               `json:"external_id"`
	Locale         string                `json:"locale"`
	Stage          recruit.Stage         `json:"stage" enum:"waiting_for_decision,evaluating,invited,offer_submitted,hired,negative"`
	StageChangedAt time.Time             `json:"stage_changed_at"`
	StageChangedBy recruit.Actor         `json:"stage_changed_by" enum:"candidate,user,sync"`
	RemoteStage    Null[RemoteStage]     `json:"remote_stage"`
	Consent        Consent               `json:"consent"`
	Delivery       Delivery              `json:"delivery"`
	Test           bool                  `json:"test"`
	Suspicious     bool                  `json:"suspicious" doc:"Held back from the ATS until a person looked."`
	WithdrawnAt    *time.Time            `json:"withdrawn_at"`
	ErasedAt       *time.Time            `json:"erased_at"`
	CreatedAt      time.Time             `json:"created_at"`
}

// Candidate on the wire.
type Candidate struct {
	FirstName   string  `json:"first_name"`
	LastName    string  `json:"last_name"`
	Email       string  `json:"email"`
	Phone       *string `json:"phone"`
	LinkedInURL *string `json:"linkedin_url"`
}

// CV on the wire.
type CV struct {
	FileName string `json:"file_name"`
	Size     int64  `json:"size"`
	SHA256   string `json:"sha256"`
}

// AnswerGiven is an applicant's answer to a question, as it was asked.
type AnswerGiven struct {
	QuestionID string `json:"question_id"`
	Label      string `json:"label"`
	Value      string `json:"value"`
}

// RemoteStage is where the candidate stands in the ATS.
type RemoteStage struct {
	ID      recruit.StageKey `json:"id"`
	Name    string           `json:"name" doc:"The ATS's own word; never for a candidate's eyes."`
	Since   *time.Time       `json:"since"`
	KnownAt *time.Time       `json:"known_at" doc:"When that was last read."`
	Gone    bool             `json:"gone" doc:"It is not in the ATS any more."`
	Mapped  bool             `json:"mapped" doc:"Whether the mapping says what it means here."`
}

// Consent is the newest decision on the transfer to the ATS.
type Consent struct {
	ATSTransfer     recruit.Decision `json:"ats_transfer" enum:"given,refused,no_statement,not_asked,withdrawn"`
	TemplateVersion *int             `json:"template_version"`
	At              *time.Time       `json:"at"`
	Asserted        bool             `json:"asserted_by_platform" doc:"Only the platform says what was shown: there was no form_token."`
}

// Delivery on the wire.
type Delivery struct {
	State               recruit.DeliveryState `json:"state" enum:"withheld,held,waiting,attempting,unanswered,delivered,linked,needs_attention,cancelled,none"`
	Attempts            int                   `json:"attempts"`
	NextAttemptAt       *time.Time            `json:"next_attempt_at"`
	Error               Null[Reason]          `json:"error"`
	RemoteCandidateID   *string               `json:"remote_candidate_id"`
	RemoteApplicationID *string               `json:"remote_application_id"`
	RemoteURL           *string               `json:"remote_url"`
}

// Reason says why something is as it is, and who has to act.
type Reason struct {
	Code       string `json:"code"`
	Message    string `json:"message"`
	WhoseTurn  string `json:"whose_turn" enum:"nobody,admin,recruiter,operator,ats,candidate"`
	VendorCode string `json:"vendor_code,omitempty" doc:"The ATS's own."`
}

func reasonOf(code, vendor string, turn recruit.Turn) Null[Reason] {
	if code == "" {
		return Null[Reason]{}
	}
	whose := string(turn)
	if turn == recruit.TurnNobody {
		whose = "nobody"
	}
	return some(Reason{Code: code, Message: sentence(code), WhoseTurn: whose, VendorCode: vendor})
}

func deliveryOf(d recruit.Delivery) Delivery {
	if d.State == "" {
		d.State = recruit.DeliveryNone
	}
	return Delivery{State: d.State, Attempts: d.Attempts, NextAttemptAt: when(d.NextAt), Error: reasonOf(d.Reason, d.VendorCode, d.Turn),
		RemoteCandidateID: word(d.RemoteCandidate), RemoteApplicationID: word(d.RemoteApp), RemoteURL: word(d.RemoteURL)}
}

func consentOf(r *recruit.ConsentRecord) Consent {
	if r == nil {
		return Consent{ATSTransfer: recruit.NotAsked}
	}
	v := r.Version
	return Consent{ATSTransfer: r.Decision, TemplateVersion: &v, At: when(r.At), Asserted: r.Asserted}
}

func applicationOf(v apply.View) Application {
	c := v.Candidate
	out := Application{ID: v.ID, ProcessID: v.Process, ProcessName: v.ProcessName,
		Candidate: Candidate{c.FirstName, c.LastName, c.Email, word(c.Phone), word(c.LinkedInURL)},
		Answers:   each(v.Answers, func(x recruit.Answer) AnswerGiven { return AnswerGiven(x) }), ExternalID: word(v.ExternalID), Locale: v.Locale,
		Stage: v.Stage, StageChangedAt: at(v.StageChangedAt), StageChangedBy: v.StageChangedBy, Consent: consentOf(v.Transfer),
		Delivery: deliveryOf(v.Delivery), Test: v.Test, Suspicious: v.Suspicious, WithdrawnAt: when(v.WithdrawnAt), ErasedAt: when(v.ErasedAt),
		CreatedAt: at(v.CreatedAt)}
	if r := v.Remote; r != nil {
		out.RemoteStage = some(RemoteStage{r.Key, r.Name, when(r.Since), when(r.KnownAt), r.Gone, !r.Unmapped})
	}
	if v.CV != nil {
		out.CV = some(CV{v.CV.FileName, v.CV.Size, v.CV.SHA256})
	}
	return out
}
