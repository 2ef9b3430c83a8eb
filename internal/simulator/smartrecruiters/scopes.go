package smartrecruiters

import "slices"

// scopeWords says each scope in words, English and Polish, for the permission page. The list of
// scopes is the vendor's (S).
var scopeWords = map[string][2]string{
	"candidates_read":          {"See candidates and their applications", "Odczyt kandydatów i ich aplikacji"},
	"candidates_create":        {"Add candidates and attach files", "Dodawanie kandydatów i załączników"},
	"candidates_manage":        {"Change and delete candidates, their status, source and tags", "Zmiana i usuwanie kandydatów, ich statusu, źródła i tagów"},
	"candidate_status_read":    {"See the history of candidates' statuses", "Odczyt historii statusów kandydatów"},
	"candidates_status_read":   {"See the history of candidates' statuses", "Odczyt historii statusów kandydatów"},
	"candidates_offers_read":   {"See offers made to candidates", "Odczyt ofert złożonych kandydatom"},
	"configuration_read":       {"See company settings: sources, reasons, hiring processes", "Odczyt ustawień firmy: źródła, powody, procesy rekrutacyjne"},
	"configuration_manage":     {"Change company settings", "Zmiana ustawień firmy"},
	"company_read":             {"See the company's name and address", "Odczyt nazwy i adresu firmy"},
	"jobs_read":                {"See jobs", "Odczyt rekrutacji"},
	"jobs_manage":              {"Create and change jobs", "Tworzenie i zmiana rekrutacji"},
	"jobs_publications_manage": {"Publish jobs", "Publikowanie rekrutacji"},
	"job_applications_read":    {"See job applications", "Odczyt aplikacji"},
	"users_read":               {"See users", "Odczyt użytkowników"},
	"user_me_read":             {"See your own name and e-mail", "Odczyt Twojego imienia, nazwiska i e-maila"},
	"users_manage":             {"Manage users", "Zarządzanie użytkownikami"},
	"messages_read":            {"See messages", "Odczyt wiadomości"},
	"messages_write":           {"Post messages", "Pisanie wiadomości"},
	"messages_manage":          {"Delete messages", "Usuwanie wiadomości"},
	"webhooks_read":            {"See webhook subscriptions", "Odczyt subskrypcji webhooków"},
	"webhooks_write":           {"Create webhook subscriptions", "Tworzenie subskrypcji webhooków"},
	"webhooks_delete":          {"Delete webhook subscriptions", "Usuwanie subskrypcji webhooków"},
	"webhooks_manage":          {"Be notified of changes (webhooks)", "Powiadomienia o zmianach (webhooki)"},
	"interviews_read":          {"See interviews", "Odczyt rozmów"},
	"interviews_write":         {"Plan interviews", "Planowanie rozmów"},
	"interview_types_read":     {"See types of interviews", "Odczyt rodzajów rozmów"},
	"interview_types_write":    {"Change types of interviews", "Zmiana rodzajów rozmów"},
	"approvals_read":           {"See approvals", "Odczyt akceptacji"},
	"approvals_create":         {"Ask for approvals", "Tworzenie akceptacji"},
	"approvals_decide":         {"Decide on approvals", "Rozstrzyganie akceptacji"},
	"assessment_orders_read":   {"See assessment orders", "Odczyt zleceń oceny"},
	"audit_events_read":        {"See the audit log", "Odczyt dziennika audytu"},
	"reporting_read":           {"See reports", "Odczyt raportów"},
	"reporting_write":          {"Run reports", "Uruchamianie raportów"},
	"reviews_read":             {"See reviews", "Odczyt opinii"},
	"reviews_write":            {"Write reviews", "Pisanie opinii"},
}

// unknownScope returns the first scope that does not exist, or "".
func unknownScope(scopes []string) string {
	i := slices.IndexFunc(scopes, func(s string) bool { _, ok := scopeWords[s]; return !ok })
	if i < 0 {
		return ""
	}
	return scopes[i]
}
