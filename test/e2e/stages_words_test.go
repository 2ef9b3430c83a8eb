package e2e

// stageWords are what a reader of the parts on synchronisation looks for, in
// both languages.
type stageWords struct {
	lang, password, signIn, settings, integrations, save                                                                string
	apiKey, accessKey, scope, testConnection, connected, modules, title, turnOn, chooseWho, platform, daily, continuous string
	at, reading, assignEvery, suggested, suggestedMark, leave, notAssigned                                              string
	preview, wouldMove, saved, complete, syncNow, running, done, reload                                                 string
	remote, known, unmapped, wouldDo, stale, newStage, assign, goneHelp, polled, ended                                  string
	dryRun, takeThem, tells, dailyRun, locked, sureHook                                                                 string
	waiting, evaluating, invited, offer, hired, negative                                                                string
	reads                                                                                                               [4]string // what the candidate reads: received, assessed, offer, hired
	first, last, linkedIn, read, agree, send, thanks                                                                    string
}

var stageSpoken = map[string]stageWords{
	"en": {lang: "en", password: "Password", signIn: "Sign in", settings: "Settings", integrations: "Integrations", save: "Save",
		apiKey: "API key", accessKey: "Access key", scope: "All recruitment processes", testConnection: "TEST THE CONNECTION", connected: "Connected", modules: "Additional modules",
		title: "Synchronization of candidate stages", turnOn: "TURN ON THE SYNCHRONIZATION", chooseWho: "Choose who tells candidates",
		platform: "This platform", daily: "Once a day", continuous: "Continuously", at: "Time of the daily run",
		reading: "The stages are being read", assignEvery: "Assign every stage", suggested: "Suggested by its category", suggestedMark: "suggested",
		leave: "Leave at the current stage", notAssigned: "not assigned yet", preview: "PREVIEW", wouldMove: "would move", saved: "Saved", complete: "Complete: every stage is assigned",
		syncNow: "Sync now", running: "Running", done: "Done", reload: "Reload to see how it goes on",
		remote: "Stage in", known: "Last read", unmapped: "On an unassigned stage", wouldDo: "Would move",
		stale: "Mapping out of date", newStage: "1 stage is new", assign: "Assign the stages", goneHelp: "Not in eRecruiter any more", polled: "where something is likely to change", ended: "Recruitment finished",
		dryRun: "DRY RUN", takeThem: "TAKE THEM IN", tells: "tell of changes by itself", dailyRun: "Daily run", locked: "locked", sureHook: "changes arrive within seconds",
		waiting: "Waiting for your decision", evaluating: "Evaluating candidate", invited: "Invited for the interview", offer: "Offer submitted",
		hired: "Hired", negative: "Negative", reads: [4]string{"Application received", "Being assessed", "Offer", "Hired"},
		first: "First name", last: "Last name", linkedIn: "LinkedIn link", read: "I have read", agree: "I agree", send: "Send the application", thanks: "Thank you"},
	"pl": {lang: "pl", password: "Hasło", signIn: "Zaloguj się", settings: "Ustawienia", integrations: "Integracje", save: "Zapisz",
		apiKey: "Klucz API", accessKey: "Klucz dostępu", scope: "Wszystkie rekrutacje", testConnection: "TESTUJ POŁĄCZENIE", connected: "Połączone", modules: "Moduły dodatkowe",
		title: "Synchronizacja stanów kandydatów", turnOn: "WŁĄCZ SYNCHRONIZACJĘ", chooseWho: "Wybierz, kto powiadamia kandydatów",
		platform: "Ta platforma", daily: "Raz dziennie", continuous: "Na bieżąco", at: "Godzina codziennego przebiegu",
		reading: "Odczytujemy etapy", assignEvery: "Przypisz każdy etap", suggested: "Propozycja według kategorii", suggestedMark: "propozycja",
		leave: "Zostaw na obecnym etapie", notAssigned: "jeszcze nieprzypisany", preview: "PODGLĄD", wouldMove: "Etap zmieni", saved: "Zapisano", complete: "Kompletne: każdy etap jest przypisany",
		syncNow: "Synchronizuj teraz", running: "W toku", done: "Zakończony", reload: "Odśwież, aby zobaczyć postęp",
		remote: "Etap w", known: "Odczytano", unmapped: "Na nieprzypisanym etapie", wouldDo: "Zmieniłby się etap",
		stale: "Mapowanie nieaktualne", newStage: "1 etap jest", assign: "Przypisz etapy", goneHelp: "Kandydata nie ma już w eRecruiter", polled: "tam, gdzie coś może się zmienić", ended: "Rekrutacja zakończona",
		dryRun: "PRÓBA", takeThem: "WŁĄCZ JE", tells: "sam powiadamia o zmianach", dailyRun: "Codzienny przebieg", locked: "zablokowany", sureHook: "zmiany docierają w kilka sekund",
		waiting: "Oczekuje na Twoją decyzję", evaluating: "Ocena kandydata", invited: "Zaproszenie na rozmowę", offer: "Złożenie oferty",
		hired: "Zatrudnienie", negative: "Decyzja negatywna", reads: [4]string{"Zgłoszenie przyjęte", "W trakcie oceny", "Oferta", "Zatrudnienie"},
		first: "Imię", last: "Nazwisko", linkedIn: "Link do LinkedIn", read: "Zapoznałem(-am) się", agree: "Zgadzam się", send: "Wyślij zgłoszenie", thanks: "Dziękujemy"},
}
