package erecruiter

import (
	"handoff/internal/connector"
	"handoff/internal/connectors/erecruiter/internal/erapi"
)

// auths is the one way to connect that the mapping names. An Admin types the
// same key whether it is sent as it is or exchanged.
func auths(m *Mapping) []connector.AuthMethod {
	if m.Auth.Mode == erapi.Password {
		return []connector.AuthMethod{account()}
	}
	return []connector.AuthMethod{{Auth: connector.AuthAccessKey, Exchanged: m.Auth.Mode == erapi.Exchange,
		Title: connector.Text{EN: "Access key", PL: "Klucz dostępu"},
		Help: connector.Text{
			EN: "In eRecruiter: Settings, Integration with eRecruiter, Partners, Activate. Choose all or selected recruitment processes, generate the access key, copy it and save it in our Settings, Integrations, eRecruiter. With selected ones, share each recruitment with us in its editor.",
			PL: "W eRecruiterze: Ustawienia, Integracja z eRecruiter, Partnerzy, Aktywuj. Wybierz wszystkie lub wybrane rekrutacje, wygeneruj token dostępu, skopiuj go i zapisz u nas w: Ustawienia, Integracje, eRecruiter. Przy wybranych udostępnij nam każdą rekrutację w jej edycji.",
		},
		Steps: keySteps(),
		Fields: []connector.Field{{Name: fieldAccessKey, Secret: true,
			Label: connector.Text{EN: "Access key", PL: "Klucz dostępu (token)"},
			Help:  connector.Text{EN: "As eRecruiter shows it; blanks around it do not matter.", PL: "Tak jak pokazuje go eRecruiter; spacje na końcach nie mają znaczenia."}}},
	}}
}

// keySteps are the instructions' own (S3, S25), in the vendor's words.
func keySteps() []connector.Text {
	return []connector.Text{
		{EN: "In the administrator's account in eRecruiter, go to Settings in the menu on the left-hand side and select: Integration with eRecruiter.",
			PL: "Na koncie administratora w eRecruiterze wejdź w Ustawienia w menu po lewej stronie i wybierz: Integracja z eRecruiter."},
		{EN: "Select the Partners tab and click Activate next to {PLATFORM}.", PL: "Wybierz zakładkę Partnerzy i kliknij Aktywuj przy {PLATFORM}."},
		{EN: "Select what kind of access you want to grant: all recruitment processes, or selected recruitment processes.",
			PL: "Wybierz zakres dostępu: wszystkie rekrutacje albo wybrane rekrutacje."},
		{EN: "Copy the key and paste it here.", PL: "Skopiuj klucz (token dostępu) i wklej go tutaj."},
	}
}

// newSource is how a place of publication is made (S3, S25). Its fields stand in
// a picture that nobody has (U); that the name is what an import goes by is ours.
func newSource() *connector.NewSource {
	return &connector.NewSource{
		Steps: []connector.Text{
			{EN: "In eRecruiter, go to Settings and select “Location of job posts” in the menu on the left-hand side.",
				PL: "W eRecruiterze wejdź w Ustawienia i wybierz „Miejsca publikacji ogłoszeń” w menu po lewej stronie."},
			{EN: "Click “Add a job post location”.", PL: "Kliknij „Dodaj miejsce publikacji”."},
			{EN: "Add the location with the name below, and save.", PL: "Dodaj miejsce o nazwie podanej poniżej i zapisz."},
		},
		Values: []connector.Value{{Label: connector.Text{EN: "Name", PL: "Nazwa"}, Value: "{PLATFORM}"}},
		Note: connector.Text{
			EN: "The name must be exactly this: the import goes by it. Whatever else the form in eRecruiter asks for is up to you.",
			PL: "Nazwa musi być dokładnie taka: po niej rozpoznajemy miejsce przy imporcie. Pozostałe pola formularza w eRecruiterze wypełnij według uznania.",
		},
	}
}

// account is the way of 2018 (C): a service account. Its client is the
// company's own.
func account() connector.AuthMethod {
	return connector.AuthMethod{Auth: connector.AuthClientCredentials, Exchanged: true,
		Title: connector.Text{EN: "Service account", PL: "Konto techniczne"},
		Help: connector.Text{
			EN: "A user made for integrations, with the client ID and secret of Settings, Integration.",
			PL: "Użytkownik utworzony do integracji oraz identyfikator i sekret klienta z: Ustawienia, Integracja.",
		},
		Fields: []connector.Field{
			{Name: fieldClientID, Label: connector.Text{EN: "Client ID", PL: "Client ID"},
				Help: connector.Text{EN: "Settings, Integration.", PL: "Ustawienia, Integracja."}},
			{Name: fieldClientSecret, Secret: true, Label: connector.Text{EN: "Client secret", PL: "Client secret"},
				Help: connector.Text{EN: "Settings, Integration.", PL: "Ustawienia, Integracja."}},
			{Name: fieldUsername, Label: connector.Text{EN: "User name", PL: "Nazwa użytkownika"},
				Help: connector.Text{EN: "Of the user made for integrations.", PL: "Użytkownika utworzonego do integracji."}},
			{Name: fieldPassword, Secret: true, Label: connector.Text{EN: "Password", PL: "Hasło"},
				Help: connector.Text{EN: "Of the user made for integrations.", PL: "Użytkownika utworzonego do integracji."}},
		}}
}

// consentTemplate fills a new connection's template. It asks about the transfer
// only: the recruitment's own texts stand below it (product decision 14).
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
