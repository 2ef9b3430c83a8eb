package notify

import (
	"strconv"
	"strings"

	"handoff/internal/recruit"
)

func itoa(n int) string { return strconv.Itoa(n) }

// The placeholders of a stage's text.
const (
	placeName    = "{FIRST_NAME}"
	placeProcess = "{PROCESS}"
	placeCompany = "{COMPANY}"
)

// Placeholders lists what a stage's text may hold beside words.
func Placeholders() []string { return []string{placeName, placeProcess, placeCompany} }

// FillStageText puts the application's words into a stage's text.
func FillStageText(text, firstName, process, company string) string {
	return strings.NewReplacer(placeName, firstName, placeProcess, process, placeCompany, company).Replace(text)
}

// CandidateReads is a stage in the candidate's words (product.md, Words).
func CandidateReads(s recruit.Stage, lang string) string {
	pair := map[recruit.Stage][2]string{
		recruit.StageWaiting:    {"Zgłoszenie przyjęte", "Application received"},
		recruit.StageEvaluating: {"W trakcie oceny", "Being assessed"},
		recruit.StageInvited:    {"Zaproszenie na rozmowę", "Invited for an interview"},
		recruit.StageOffer:      {"Oferta", "Offer"},
		recruit.StageHired:      {"Zatrudnienie", "Hired"},
		recruit.StageNegative:   {"Rekrutacja zakończona", "Recruitment finished"},
	}[s]
	if lang == "pl" {
		return pair[0]
	}
	return pair[1]
}

// DefaultStageText is what a stage's mail says until the Admin writes
// something else.
func DefaultStageText(s recruit.Stage, lang string) string {
	status := CandidateReads(s, lang)
	if lang == "pl" {
		more := map[recruit.Stage]string{
			recruit.StageWaiting:    "Twoje zgłoszenie czeka na decyzję firmy {COMPANY}.",
			recruit.StageEvaluating: "{COMPANY} ocenia teraz Twoje zgłoszenie.",
			recruit.StageInvited:    "{COMPANY} zaprasza Cię na rozmowę i skontaktuje się z Tobą, aby ustalić szczegóły.",
			recruit.StageOffer:      "{COMPANY} przygotowuje dla Ciebie ofertę i skontaktuje się z Tobą.",
			recruit.StageHired:      "Gratulacje! {COMPANY} skontaktuje się z Tobą w sprawie dalszych kroków.",
			recruit.StageNegative:   "Rekrutacja z Twoim udziałem dobiegła końca. Dziękujemy za czas i zainteresowanie.",
		}[s]
		return "Zgłoszenie na stanowisko „{PROCESS}” ma nowy status: " + status + ".\n\n" + more
	}
	more := map[recruit.Stage]string{
		recruit.StageWaiting:    "Your application waits for a decision of {COMPANY}.",
		recruit.StageEvaluating: "{COMPANY} is assessing your application.",
		recruit.StageInvited:    "{COMPANY} invites you for an interview and will contact you about the details.",
		recruit.StageOffer:      "{COMPANY} is preparing an offer for you and will contact you.",
		recruit.StageHired:      "Congratulations! {COMPANY} will contact you about the next steps.",
		recruit.StageNegative:   "The recruitment has come to an end for you. Thank you for your time and interest.",
	}[s]
	return "Your application for “{PROCESS}” has a new status: " + status + ".\n\n" + more
}
