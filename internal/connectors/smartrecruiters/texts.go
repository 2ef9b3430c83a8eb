package smartrecruiters

import "handoff/internal/connector"

// scopes is the least set for what this connector does (reference 2.7).
func scopes() []string {
	return []string{"jobs_read", "candidates_create", "candidates_read", "candidates_manage", "candidate_status_read",
		"configuration_read", "company_read", "job_applications_read", "webhooks_manage", "user_me_read"}
}

// scopeTexts says what each permission is for, as the page lists them before
// it sends the Admin to SmartRecruiters.
func scopeTexts() map[string]connector.Text {
	return map[string]connector.Text{
		"jobs_read": {EN: "See your jobs, so that a process can be bound to one and we notice when it closes.",
			PL: "Odczyt rekrutacji, aby można było powiązać z nimi proces i zauważyć ich zamknięcie."},
		"candidates_create": {EN: "Add candidates to a job and attach their CVs.",
			PL: "Dodawanie kandydatów do rekrutacji i załączanie ich CV."},
		"candidates_read": {EN: "Look up what has arrived, so that nobody is added twice. What we find about candidates we did not send is neither stored nor shown.",
			PL: "Sprawdzanie, co już dotarło, aby nikogo nie dodać dwa razy. Danych kandydatów, których nie przesłaliśmy, nie przechowujemy ani nie pokazujemy."},
		"candidates_manage": {EN: "Remove the test candidate that we added ourselves.",
			PL: "Usuwanie kandydata testowego, którego sami dodaliśmy."},
		"candidate_status_read": {EN: "See the stages of the candidates we sent, so that they need not be typed in twice.",
			PL: "Odczyt etapów kandydatów, których przesłaliśmy, aby nie trzeba było wpisywać ich ponownie."},
		"configuration_read": {EN: "See your list of sources and your hiring processes.",
			PL: "Odczyt listy źródeł i procesów rekrutacyjnych."},
		"company_read": {EN: "See your company's name, to show which account is connected.",
			PL: "Odczyt nazwy firmy, aby pokazać, które konto jest połączone."},
		"job_applications_read": {EN: "See when an application was created, to tell ours from one that was there before.",
			PL: "Odczyt daty utworzenia zgłoszenia, aby odróżnić nasze od wcześniejszego."},
		"webhooks_manage": {EN: "Be told of a change of stage at once.",
			PL: "Natychmiastowe powiadomienia o zmianie etapu."},
		"user_me_read": {EN: "See whose login is used, because it stands on everything we add.",
			PL: "Odczyt, czyje konto jest używane, ponieważ widnieje ono przy wszystkim, co dodajemy."},
	}
}

func auths() []connector.AuthMethod {
	return []connector.AuthMethod{
		{Auth: connector.AuthOAuth,
			Title: connector.Text{EN: "Log in to SmartRecruiters", PL: "Zaloguj się do SmartRecruiters"},
			Help: connector.Text{
				EN: "You log in at SmartRecruiters and accept the permissions. Use a user made for integrations: if the user is deleted, the connection ends. Without any use for 28 days it ends as well.",
				PL: "Logujesz się w SmartRecruiters i akceptujesz uprawnienia. Użyj konta utworzonego do integracji: usunięcie użytkownika kończy połączenie. Kończy je także 28 dni bez użycia."}},
		{Auth: connector.AuthClientCredentials,
			Title: connector.Text{EN: "Client ID and secret", PL: "Identyfikator i klucz klienta (Client ID)"},
			Help: connector.Text{
				EN: "In SmartRecruiters: Settings / Admin, Apps & Integrations, Credentials, New credential, OAuth client ID. Choose the permissions listed here and a System role that allows them: a permission alone is not enough.",
				PL: "W SmartRecruiters: Settings / Admin, Apps & Integrations, Credentials, New credential, OAuth client ID. Wybierz uprawnienia wymienione poniżej oraz rolę systemową (System role), która na nie pozwala: samo uprawnienie nie wystarczy."},
			Fields: []connector.Field{
				{Name: fieldClientID, Label: connector.Text{EN: "Client ID", PL: "Client ID"},
					Help: connector.Text{EN: "As shown in the credential.", PL: "Tak jak widnieje w poświadczeniu."}},
				{Name: fieldClientSecret, Label: connector.Text{EN: "Client secret", PL: "Client secret"}, Secret: true,
					Help: connector.Text{EN: "Shown once, when the credential is made.", PL: "Pokazywany raz, przy tworzeniu poświadczenia."}},
			}},
		{Auth: connector.AuthAPIKey,
			Title: connector.Text{EN: "API key (full access, for tests)", PL: "Klucz API (pełny dostęp, do testów)"},
			Help: connector.Text{
				EN: "Full access, for tests: a key opens everything in the account, cannot be narrowed and never expires. SmartRecruiters recommends it for tests only.",
				PL: "Pełny dostęp, do testów: klucz otwiera całe konto, nie da się go ograniczyć i nie wygasa. SmartRecruiters zaleca go wyłącznie do testów."},
			Fields: []connector.Field{
				{Name: fieldAPIKey, Label: connector.Text{EN: "API key", PL: "Klucz API"}, Secret: true,
					Help: connector.Text{EN: "In SmartRecruiters: Apps & Integrations, Credentials, API key.", PL: "W SmartRecruiters: Apps & Integrations, Credentials, API key."}},
			}},
	}
}

// consentTemplate fills a new connection's template. It asks for one thing
// only, names the recipient, says what is passed on, and how to take it back.
func consentTemplate() connector.Text {
	return connector.Text{
		EN: "I agree that {PLATFORM} passes my application, that is the data from this form together with my CV, to {COMPANY}, " +
			"which keeps it in its applicant tracking system, {ATS}, and processes it there in order to carry out this recruitment. " +
			"My consent is voluntary: without it my application stays on {PLATFORM}, where {COMPANY} can read it. " +
			"I can withdraw my consent at any time by writing to {COMPANY}; " +
			"withdrawing it does not affect the lawfulness of processing before the withdrawal.",
		PL: "Wyrażam zgodę na przekazanie przez {PLATFORM} mojego zgłoszenia, czyli danych z tego formularza wraz z CV, firmie {COMPANY}, " +
			"która przechowuje je w swoim systemie rekrutacyjnym {ATS} i przetwarza w nim w celu przeprowadzenia tej rekrutacji. " +
			"Zgoda jest dobrowolna: bez niej moje zgłoszenie pozostaje w {PLATFORM}, gdzie {COMPANY} może je przeczytać. " +
			"Zgodę mogę w każdej chwili wycofać, pisząc do {COMPANY}; " +
			"wycofanie zgody nie wpływa na zgodność z prawem przetwarzania, którego dokonano przed jej wycofaniem.",
	}
}
