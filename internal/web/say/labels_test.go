package say

import "testing"

// The labels that readers of the instructions look for, as product.md lists
// them. Whoever changes one here changes what the help pages are about.
func TestTheLabelsOfTheInstructionsAreKept(t *testing.T) {
	b := book(t)
	for _, l := range []struct {
		key    string
		en, pl string
		args   []string
	}{
		{"nav.settings", "Settings", "Ustawienia", nil},
		{"settings.integrations", "Integrations", "Integracje", nil},
		{"connection.test", "TEST THE CONNECTION", "TESTUJ POŁĄCZENIE", nil},
		{"source.import_id", "Import source ID from eRecruiter", "Zaimportuj source ID z eRecruiter", []string{"Name", "eRecruiter"}},
		{"template.title", "Consent template", "Wzory zgód", nil},
		{"save", "Save", "Zapisz", nil},
		{"edit.save", "Save", "Zapisz", nil},
		{"nav.processes", "Processes", "Procesy rekrutacyjne", nil},
		{"process.edit", "Edit", "Edytuj", nil},
		{"integrate.switch", "Integrate with ATS (SmartRecruiters)", "Integruj z ATS (SmartRecruiters)", []string{"Name", "SmartRecruiters"}},
		{"integrate.test", "TEST INTEGRATION", "TESTUJ INTEGRACJĘ", nil},
		{"edit.next_customization", "Next: Process Customization", "Dalej: Personalizacja procesu", nil},
		{"edit.preview", "Process Preview", "Podgląd procesu", nil},
		{"process.preview", "Process Preview", "Podgląd procesu", nil},
		{"edit.step.preview", "Process Preview", "Podgląd procesu", nil},
		{"process.state.draft", "draft version", "wersja robocza", nil},
		{"connect.button", "CONNECT", "POŁĄCZ", nil},
		{"connect.button_note", "in the instructions: TURN ON THE SYNCHRONIZATION", "w instrukcji: WŁĄCZ SYNCHRONIZACJĘ", nil},
		{"application.open_in", "OPEN IN SMARTRECRUITERS", "OTWÓRZ W SMARTRECRUITERS", []string{"NAME", "SMARTRECRUITERS"}},
		{"account.switch", "SWITCH ACCOUNT", "ZMIEŃ KONTO", nil},
		{"settings.clause", "Information clause", "Klauzula informacyjna", nil},
		{"applications.delivery", "Sending to ATS", "Wysyłka do ATS", nil},
		{"applications.stage", "Stage", "Etap", nil},
		{"source.label", "Source", "Źródło", nil},
		{"stage.waiting_for_decision", "Waiting for your decision", "Oczekuje na Twoją decyzję", nil},
		{"stage.evaluating", "Evaluating candidate", "Ocena kandydata", nil},
		{"stage.invited", "Invited for the interview", "Zaproszenie na rozmowę", nil},
		{"stage.offer_submitted", "Offer submitted", "Złożenie oferty", nil},
		{"stage.hired", "Hired", "Zatrudnienie", nil},
		{"stage.negative", "Negative", "Decyzja negatywna", nil},
		{"delivery.waiting", "Queued", "W kolejce", nil},
		{"delivery.attempting", "Sending", "Wysyłanie", nil},
		{"delivery.unanswered", "Checking in the ATS", "Sprawdzamy w ATS", nil},
		{"delivery.delivered", "In the ATS", "W ATS", nil},
		{"delivery.linked", "Was in the ATS already", "Był już w ATS", nil},
		{"delivery.withheld", "Kept by the candidate's decision", "Zatrzymane decyzją kandydata", nil},
		{"delivery.held", "On hold", "Wstrzymane", nil},
		{"delivery.needs_attention", "Needs attention", "Wymaga uwagi", nil},
		{"delivery.cancelled", "Cancelled", "Anulowane", nil},
	} {
		if got := b.In(English).T(l.key, l.args...); got != l.en {
			t.Errorf("%s is %q in English, want %q", l.key, got, l.en)
		}
		if got := b.In(Polish).T(l.key, l.args...); got != l.pl {
			t.Errorf("%s is %q in Polish, want %q", l.key, got, l.pl)
		}
	}
}
