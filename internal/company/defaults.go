package company

import "strings"

// DefaultClause returns the information clause that a company starts with, in
// the order of GDPR article 13. Square brackets are for the company to fill.
func DefaultClause(company string) (pl, en string) {
	r := strings.NewReplacer("{COMPANY}", company)
	return r.Replace(clausePL), r.Replace(clauseEN)
}

// DefaultFuture returns the consent for future recruitments that a company
// starts with. {MONTHS} is replaced when it is shown.
func DefaultFuture(company string) (pl, en string) {
	r := strings.NewReplacer("{COMPANY}", company)
	return r.Replace(futurePL), r.Replace(futureEN)
}

const futurePL = `Wyrażam zgodę na przetwarzanie przez {COMPANY} moich danych osobowych zawartych w zgłoszeniu również na potrzeby przyszłych rekrutacji, przez {MONTHS} mies. Zgoda jest dobrowolna i mogę ją wycofać w każdej chwili; nie wpływa to na zgodność z prawem wcześniejszego przetwarzania.`

const futureEN = `I agree that {COMPANY} processes the personal data of my application also for future recruitments, for {MONTHS} months. The consent is voluntary and I may withdraw it at any time; this does not affect the lawfulness of earlier processing.`

const clausePL = `Informacja o przetwarzaniu danych osobowych (art. 13 RODO)

1. Administratorem Twoich danych osobowych jest {COMPANY}, [adres siedziby], [adres e-mail do kontaktu w sprawie danych].
2. [Inspektor ochrony danych: imię i nazwisko, adres e-mail. Usuń ten punkt, jeżeli nie wyznaczono inspektora.]
3. Przetwarzamy Twoje dane, aby przeprowadzić rekrutację na stanowisko, na które aplikujesz. Podstawą jest:
   - obowiązek prawny i podjęcie działań przed zawarciem umowy: art. 6 ust. 1 lit. b i c RODO w związku z art. 22¹ § 1 Kodeksu pracy, a przy innych umowach art. 6 ust. 1 lit. b RODO;
   - Twoja zgoda, w zakresie danych, których podania nie wymagają przepisy: art. 6 ust. 1 lit. a RODO, a jeżeli podajesz dane szczególnych kategorii: art. 9 ust. 2 lit. a RODO;
   - prawnie uzasadniony interes, którym jest ustalenie, dochodzenie lub obrona przed roszczeniami: art. 6 ust. 1 lit. f RODO.
4. Odbiorcami danych są: operator tej platformy oraz dostawcy usług IT, którzy działają na nasze zlecenie [wymień kategorie lub nazwy]. Do systemu rekrutacyjnego (ATS), z którego korzystamy, przekazujemy dane tylko wtedy, gdy wyrazisz na to odrębną zgodę.
5. [Dane nie są przekazywane poza Europejski Obszar Gospodarczy. / Dane są przekazywane do: państwo, podstawa, sposób uzyskania kopii zabezpieczeń.]
6. Dane przechowujemy do zakończenia rekrutacji, nie dłużej niż [liczba] miesięcy od jej zakończenia, a jeżeli zgodzisz się na udział w przyszłych rekrutacjach, przez okres wskazany w tej zgodzie.
7. Masz prawo dostępu do danych i otrzymania ich kopii, sprostowania, usunięcia, ograniczenia przetwarzania, przeniesienia danych oraz sprzeciwu wobec przetwarzania opartego na prawnie uzasadnionym interesie.
8. Zgodę możesz wycofać w każdej chwili. Nie wpływa to na zgodność z prawem przetwarzania, którego dokonano przed jej wycofaniem.
9. Masz prawo wnieść skargę do Prezesa Urzędu Ochrony Danych Osobowych (ul. Moniuszki 1A, 00-014 Warszawa).
10. Podanie danych wskazanych w art. 22¹ § 1 Kodeksu pracy jest konieczne, aby wziąć udział w rekrutacji na umowę o pracę; podanie pozostałych danych jest dobrowolne.
11. Nie podejmujemy wobec Ciebie decyzji wyłącznie w sposób zautomatyzowany i nie profilujemy Cię w rozumieniu art. 22 RODO.`

const clauseEN = `Information on the processing of personal data (article 13 GDPR)

1. The controller of your personal data is {COMPANY}, [registered address], [e-mail address for data matters].
2. [Data protection officer: name, e-mail address. Remove this point if none was appointed.]
3. We process your data to carry out the recruitment you apply to. The legal bases are:
   - a legal obligation and steps before entering into a contract: article 6(1)(b) and (c) GDPR with article 22¹ § 1 of the Polish Labour Code, and for other contracts article 6(1)(b) GDPR;
   - your consent, for data that the law does not require you to give: article 6(1)(a) GDPR, and for special categories of data article 9(2)(a) GDPR;
   - our legitimate interest in establishing, exercising or defending legal claims: article 6(1)(f) GDPR.
4. The recipients of the data are the operator of this platform and providers of IT services who act on our behalf [name the categories or the recipients]. We pass data to the applicant tracking system (ATS) that we use only if you give a separate consent to it.
5. [The data are not transferred outside the European Economic Area. / The data are transferred to: country, basis, how to obtain a copy of the safeguards.]
6. We keep the data until the recruitment ends, and no longer than [number] months after its end; if you agree to future recruitments, for the time named in that consent.
7. You have the right of access to the data and to a copy of them, to rectification, erasure, restriction of processing and data portability, and the right to object to processing based on a legitimate interest.
8. You may withdraw a consent at any time. This does not affect the lawfulness of processing before its withdrawal.
9. You have the right to lodge a complaint with the President of the Personal Data Protection Office (ul. Moniuszki 1A, 00-014 Warsaw, Poland).
10. Giving the data named in article 22¹ § 1 of the Labour Code is necessary to take part in a recruitment for an employment contract; giving other data is voluntary.
11. We take no decision about you by automated means alone, and do not profile you within the meaning of article 22 GDPR.`
