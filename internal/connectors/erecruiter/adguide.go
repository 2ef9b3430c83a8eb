package erecruiter

import "handoff/internal/connector"

// adGuide are the steps of the instructions, MULTIPOSTING (C), in their labels.
// That the platform's button may have to be switched on is theirs too.
func adGuide() *connector.AdGuide {
	return &connector.AdGuide{
		Steps: []connector.Text{
			{EN: "In eRecruiter, go to the “Job ads” tab and add or edit the ad. Fill in everything that eRecruiter requires.",
				PL: "W eRecruiterze przejdź do zakładki „Ogłoszenia” i dodaj lub edytuj ogłoszenie. Uzupełnij wszystkie dane wymagane przez eRecruiter."},
			{EN: "In the “Publication of advertisement” section, select the “Multiposting” tab.",
				PL: "W sekcji „Publikacja ogłoszenia” wybierz zakładkę „Multipublikacja”."},
			{EN: "Select the categories of the ad.", PL: "Wybierz kategorie ogłoszenia."},
			{EN: "Select “{PLATFORM}” in the list of platforms and save the changes.", PL: "Na liście platform zaznacz „{PLATFORM}” i zapisz zmiany."},
		},
		Absent: connector.Text{
			EN: "There is no “{PLATFORM}” button in the list of platforms, or no Multiposting tab? eRecruiter's support must switch it on for your company. Send them this text:",
			PL: "Na liście platform nie ma przycisku „{PLATFORM}” albo nie ma zakładki Multipublikacja? Musi je włączyć dla Twojej firmy dział wsparcia eRecruitera. Wyślij mu ten tekst:",
		},
		Letter: connector.Text{
			EN: "Hello,\n\nwe use eRecruiter as {COMPANY}. Please enable multiposting to the platform {PLATFORM} for our account: in Job ads, Publication of advertisement, " +
				"Multiposting, we need the {PLATFORM} button in the list of platforms. The integration with {PLATFORM} is active on our account " +
				"(Settings, Integration with eRecruiter, Partners).\n\nPlease let us know when it is there.\n\nThank you",
			PL: "Dzień dobry,\n\nkorzystamy z eRecruitera jako {COMPANY}. Prosimy o włączenie na naszym koncie multipublikacji ogłoszeń na platformie {PLATFORM}: w zakładce Ogłoszenia, " +
				"Publikacja ogłoszenia, Multipublikacja potrzebujemy przycisku {PLATFORM} na liście platform. Integracja z {PLATFORM} jest na naszym koncie aktywna " +
				"(Ustawienia, Integracja z eRecruiterem, Partnerzy).\n\nProsimy o informację, gdy przycisk będzie dostępny.\n\nDziękujemy",
		},
	}
}
