package erecruiter

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// formConsent is a consent as the editor shows it.
type formConsent struct {
	LedgerConsent
	Assigned, Required bool
}

// formStage is a stage as the editor shows it.
type formStage struct {
	LedgerStage
	Ticked, Fixed bool
}

func (s *Simulator) recruitmentPages(mux *http.ServeMux) {
	mux.HandleFunc("GET /app/recruitments", func(w http.ResponseWriter, r *http.Request) {
		l := s.Ledger()
		counts := map[int64]int{}
		for _, a := range l.Applications {
			if a.RemovedAt == nil {
				counts[a.RecruitmentID]++
			}
		}
		consented := map[int64]bool{}
		for _, x := range l.Recruitments {
			consented[x.ID] = slices.ContainsFunc(x.Consents, func(a LedgerAssignment) bool { return !a.Clause })
		}
		slices.Reverse(l.Recruitments)
		s.show(w, r, "recruitments", "", map[string]any{"Recruitments": l.Recruitments, "Counts": counts, "Consented": consented})
	})
	mux.HandleFunc("GET /app/recruitments/new", func(w http.ResponseWriter, r *http.Request) { s.newRecruitment(w, r, "") })
	mux.HandleFunc("POST /app/recruitments", func(w http.ResponseWriter, r *http.Request) {
		made, err := s.CreateRecruitment(RecruitmentSpec{Name: strings.TrimSpace(r.PostFormValue("name")), City: strings.TrimSpace(r.PostFormValue("city")),
			Reference: strings.TrimSpace(r.PostFormValue("reference")), Status: Status(r.PostFormValue("status")),
			Shared: r.PostFormValue("shared") != "", Consents: ids(r, "consent")})
		s.finish(w, r, err, fmt.Sprintf("/app/recruitments/%d/edit", made.ID), func(p string) { s.newRecruitment(w, r, p) })
	})
	mux.HandleFunc("GET /app/recruitments/{id}/edit", func(w http.ResponseWriter, r *http.Request) { s.editor(w, r, "") })
	part := func(name string, save func(*http.Request, int64) error) {
		mux.HandleFunc("POST /app/recruitments/{id}/"+name, func(w http.ResponseWriter, r *http.Request) {
			id := number(r, "id")
			s.finish(w, r, save(r, id), fmt.Sprintf("/app/recruitments/%d/edit", id), func(p string) { s.editor(w, r, p) })
		})
	}
	part("details", func(r *http.Request, id int64) error {
		if err := s.RenameRecruitment(id, strings.TrimSpace(r.PostFormValue("name"))); err != nil {
			return err
		}
		return s.SetRecruitmentStatus(id, Status(r.PostFormValue("status")))
	})
	part("integrations", func(r *http.Request, id int64) error { return s.ShareRecruitment(id, r.PostFormValue("shared") != "") })
	part("consents", s.saveConsents)
	part("stages", s.saveStages)
	part("form", func(r *http.Request, id int64) error { return s.DemandCV(id, r.PostFormValue("cv") != "") })
	part("questions", func(r *http.Request, id int64) error {
		_, err := s.AddQuestion(id, strings.TrimSpace(r.PostFormValue("label")), r.PostFormValue("required") != "")
		return err
	})
}

func (s *Simulator) newRecruitment(w http.ResponseWriter, r *http.Request, problem string) {
	s.show(w, r, "newrecruitment", problem, map[string]any{"Consents": s.Ledger().Consents, "Statuses": Statuses()})
}

func (s *Simulator) editor(w http.ResponseWriter, r *http.Request, problem string) {
	l := s.Ledger()
	i := slices.IndexFunc(l.Recruitments, func(x LedgerRecruitment) bool { return x.ID == number(r, "id") })
	if i < 0 {
		s.missing(w, r)
		return
	}
	rec := l.Recruitments[i]
	var consents []formConsent
	for _, c := range l.Consents {
		if c.CompanyID == rec.CompanyID {
			j := slices.IndexFunc(rec.Consents, func(a LedgerAssignment) bool { return a.ConsentID == c.ID })
			consents = append(consents, formConsent{c, j >= 0, j >= 0 && rec.Consents[j].Required})
		}
	}
	var stages []formStage
	for _, n := range l.Stages {
		if n.CompanyID == rec.CompanyID && !n.Deleted {
			fixed := n.System && slices.Contains([]string{stageNew, stageReview, stageHired}, n.Name)
			stages = append(stages, formStage{n, slices.Contains(rec.Stages, n.ID), fixed})
		}
	}
	s.show(w, r, "editor", problem, map[string]any{"Recruitment": rec, "Consents": consents, "Stages": stages, "Statuses": Statuses()})
}

// saveConsents assigns the ticked ones and takes the others out.
func (s *Simulator) saveConsents(r *http.Request, id int64) error {
	assigned, required := ids(r, "assigned"), ids(r, "required")
	rec := s.Ledger().Recruitments
	i := slices.IndexFunc(rec, func(x LedgerRecruitment) bool { return x.ID == id })
	if i < 0 {
		return fmt.Errorf("no recruitment %d", id)
	}
	for _, a := range rec[i].Consents {
		if !slices.Contains(assigned, a.ConsentID) {
			if err := s.UnassignConsent(id, a.ConsentID); err != nil {
				return err
			}
		}
	}
	for _, c := range assigned {
		if err := s.AssignConsent(id, c, slices.Contains(required, c)); err != nil {
			return err
		}
	}
	return nil
}

// saveStages ticks and unticks; the fixed ones are not in the form.
func (s *Simulator) saveStages(r *http.Request, id int64) error {
	ticked := ids(r, "ticked")
	for _, n := range s.Ledger().Stages {
		if n.Deleted || n.System && slices.Contains([]string{stageNew, stageReview, stageHired}, n.Name) || n.CompanyID != s.Company().ID {
			continue
		}
		if err := s.TickStage(id, n.ID, slices.Contains(ticked, n.ID)); err != nil {
			return err
		}
	}
	return nil
}
