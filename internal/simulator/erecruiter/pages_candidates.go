package erecruiter

import (
	"fmt"
	"mime"
	"net/http"
	"slices"
	"strconv"
)

// row is a candidate in a recruitment, as its page shows it.
type row struct {
	Application LedgerApplication
	Candidate   LedgerCandidate
	Origin      string
}

func (s *Simulator) candidatePages(mux *http.ServeMux) {
	mux.HandleFunc("GET /app/recruitments/{id}", func(w http.ResponseWriter, r *http.Request) { s.people(w, r, number(r, "id"), "") })
	// Opening the card moves Nowy to Analiza CV (C): the one page here that changes something by
	// being looked at, because the real one does.
	mux.HandleFunc("GET /app/applications/{id}", func(w http.ResponseWriter, r *http.Request) {
		_ = s.OpenCandidate(number(r, "id")) // a removed one is shown all the same
		s.card(w, r, "")
	})
	mux.HandleFunc("POST /app/applications/{id}/move", func(w http.ResponseWriter, r *http.Request) {
		stage, _ := strconv.ParseInt(r.PostFormValue("stage"), 10, 64)
		err := s.MoveCandidate(number(r, "id"), stage, r.PostFormValue("reason"))
		to := "/app/applications/" + r.PathValue("id")
		if r.PostFormValue("back") == "list" {
			for _, a := range s.Ledger().Applications {
				if a.ID == number(r, "id") {
					to = fmt.Sprintf("/app/recruitments/%d", a.RecruitmentID)
				}
			}
		}
		s.finish(w, r, err, to, func(p string) { s.card(w, r, p) })
	})
	mux.HandleFunc("POST /app/applications/{id}/delete", func(w http.ResponseWriter, r *http.Request) {
		l := s.Ledger()
		i := slices.IndexFunc(l.Applications, func(a LedgerApplication) bool { return a.ID == number(r, "id") })
		if i < 0 {
			s.missing(w, r)
			return
		}
		to := fmt.Sprintf("/app/recruitments/%d", l.Applications[i].RecruitmentID)
		s.finish(w, r, s.RemoveApplication(number(r, "id")), to, func(p string) { s.people(w, r, l.Applications[i].RecruitmentID, p) })
	})
	mux.HandleFunc("GET /app/files/{id}", s.serveFile)
}

func (s *Simulator) people(w http.ResponseWriter, r *http.Request, id int64, problem string) {
	l := s.Ledger()
	i := slices.IndexFunc(l.Recruitments, func(x LedgerRecruitment) bool { return x.ID == id })
	if i < 0 {
		s.missing(w, r)
		return
	}
	var rows []row
	for _, a := range slices.Backward(l.Applications) {
		if a.RecruitmentID == id {
			rows = append(rows, l.row(a))
		}
	}
	s.show(w, r, "recruitment", problem, map[string]any{"Recruitment": l.Recruitments[i], "Rows": rows, "Stages": l.ticked(l.Recruitments[i])})
}

func (l Ledger) row(a LedgerApplication) row {
	k, _ := l.Candidate(a.CandidateID)
	x := row{Application: a, Candidate: k}
	for _, o := range l.Origins {
		if o.ID == a.OriginID {
			x.Origin = o.Name
		}
	}
	return x
}

func (l Ledger) ticked(r LedgerRecruitment) []LedgerStage {
	return slices.DeleteFunc(slices.Clone(l.Stages), func(n LedgerStage) bool { return n.Deleted || !slices.Contains(r.Stages, n.ID) })
}

// said is a consent of the application's recruitment with one of three states.
type said struct {
	Text, State string
	Version     int
}

func (s *Simulator) card(w http.ResponseWriter, r *http.Request, problem string) {
	l := s.Ledger()
	i := slices.IndexFunc(l.Applications, func(a LedgerApplication) bool { return a.ID == number(r, "id") })
	if i < 0 {
		s.missing(w, r)
		return
	}
	a := l.Applications[i]
	var rec LedgerRecruitment
	for _, x := range l.Recruitments {
		if x.ID == a.RecruitmentID {
			rec = x
		}
	}
	var states []said
	for _, c := range l.Consents {
		state := ""
		if slices.ContainsFunc(rec.Consents, func(as LedgerAssignment) bool { return as.ConsentID == c.ID && !as.Clause }) {
			state = "No statement"
		}
		x := said{c.Text, state, c.Version}
		for _, d := range a.Consents {
			if d.ConsentID == c.ID {
				x.State, x.Version = map[bool]string{true: "Yes", false: "No"}[d.Given], d.Version
			}
		}
		if x.State != "" {
			states = append(states, x)
		}
	}
	s.show(w, r, "card", problem, map[string]any{"Row": l.row(a), "Recruitment": rec, "Stages": l.ticked(rec), "Said": states})
}

// serveFile shows a stored CV, of removed applications too: this is the administrator's view.
func (s *Simulator) serveFile(w http.ResponseWriter, r *http.Request) {
	for _, a := range s.Ledger().Applications {
		for _, f := range a.Files {
			if f.ID == number(r, "id") {
				w.Header().Set("Content-Type", "application/octet-stream")
				w.Header().Set("X-Content-Type-Options", "nosniff")
				w.Header().Set("Content-Security-Policy", "sandbox")
				w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": f.FileName}))
				_, _ = w.Write(s.File(f.ID))
				return
			}
		}
	}
	http.NotFound(w, r)
}
