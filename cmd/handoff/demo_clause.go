package main

import (
	"context"
	"strings"

	"handoff/internal/company"
	"handoff/internal/recruit"
)

// fillClause does what an Admin has to do once: it replaces what stands in
// brackets in the clause that a company starts with.
func fillClause(ctx context.Context, e *company.Engine, c recruit.Caller, mail string) error {
	t, err := e.Clause(ctx, c)
	if err != nil {
		return err
	}
	pl := strings.NewReplacer(
		"[adres siedziby]", "ul. Przykładowa 1, 00-001 Warszawa",
		"[adres e-mail do kontaktu w sprawie danych]", mail,
		"[Inspektor ochrony danych: imię i nazwisko, adres e-mail. Usuń ten punkt, jeżeli nie wyznaczono inspektora.]", "Inspektora ochrony danych nie wyznaczono.",
		" [wymień kategorie lub nazwy]", " (hosting, poczta elektroniczna)",
		"[Dane nie są przekazywane poza Europejski Obszar Gospodarczy. / Dane są przekazywane do: państwo, podstawa, sposób uzyskania kopii zabezpieczeń.]",
		"Dane nie są przekazywane poza Europejski Obszar Gospodarczy.",
		"[liczba]", "6").Replace(t.PL)
	en := strings.NewReplacer(
		"[registered address]", "ul. Przykładowa 1, 00-001 Warszawa",
		"[e-mail address for data matters]", mail,
		"[Data protection officer: name, e-mail address. Remove this point if none was appointed.]", "No data protection officer was appointed.",
		" [name the categories or the recipients]", " (hosting, e-mail)",
		"[The data are not transferred outside the European Economic Area. / The data are transferred to: country, basis, how to obtain a copy of the safeguards.]",
		"The data are not transferred outside the European Economic Area.",
		"[number]", "6").Replace(t.EN)
	_, err = e.SaveClause(ctx, c, pl, en)
	return err
}
