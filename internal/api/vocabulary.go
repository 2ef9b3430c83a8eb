package api

import (
	"context"
	"net/http"

	"handoff/internal/door"
	"handoff/internal/process"
	"handoff/internal/recruit"
)

// Term is one word of a closed list.
type Term struct {
	Slug string `json:"slug"`
	EN   string `json:"en"`
	PL   string `json:"pl"`
}

// Vocabulary is every closed list.
type Vocabulary struct {
	Roles              []Term `json:"roles" nullable:"false"`
	Contracts          []Term `json:"contracts" nullable:"false"`
	Periods            []Term `json:"periods" nullable:"false"`
	SalaryVisibilities []Term `json:"salary_visibilities" nullable:"false"`
	WorkModes          []Term `json:"work_modes" nullable:"false"`
	AttachmentTypes    []Term `json:"attachment_types" nullable:"false" doc:"What a CV may be, by extension; the ATS of a process may accept fewer, see its application-form."`
	Stages             []Term `json:"stages" nullable:"false"`
}

func terms(in []process.Term) []Term {
	return each(in, func(t process.Term) Term { return Term{t.Slug, t.EN, t.PL} })
}

// stageNames are product.md's, as the company's pages write them.
func stageNames() []Term {
	names := map[recruit.Stage][2]string{
		recruit.StageWaiting:    {"Waiting for your decision", "Oczekuje na Twoją decyzję"},
		recruit.StageEvaluating: {"Evaluating candidate", "Ocena kandydata"},
		recruit.StageInvited:    {"Invited for the interview", "Zaproszenie na rozmowę"},
		recruit.StageOffer:      {"Offer submitted", "Złożenie oferty"},
		recruit.StageHired:      {"Hired", "Zatrudnienie"},
		recruit.StageNegative:   {"Negative", "Decyzja negatywna"},
	}
	return each(recruit.Stages(), func(s recruit.Stage) Term { return Term{string(s), names[s][0], names[s][1]} })
}

func (a *API) vocabulary() {
	add(a, operation{id: "get-vocabulary", method: http.MethodGet, path: "/vocabulary", access: door.AnyToken, tag: "Processes",
		summary: "Read the closed lists: roles, contracts, periods, stages and the like."},
		func(context.Context, *struct{ Asked }) (*Answer[Vocabulary], error) {
			return &Answer[Vocabulary]{Vocabulary{Roles: terms(process.Roles()), Contracts: terms(process.Contracts()),
				Periods: terms(process.Periods()), SalaryVisibilities: terms(process.Visibilities()), WorkModes: terms(process.WorkModes()),
				AttachmentTypes: []Term{{"pdf", "PDF", "PDF"}, {"doc", "Word 97–2003", "Word 97–2003"}, {"docx", "Word", "Word"},
					{"odt", "OpenDocument text", "Tekst OpenDocument"}, {"rtf", "Rich text", "Tekst RTF"}, {"txt", "Plain text", "Zwykły tekst"},
					{"jpg", "JPEG picture", "Obraz JPEG"}, {"png", "PNG picture", "Obraz PNG"}},
				Stages: stageNames()}}, nil
		})
}
