package smartrecruiters

import (
	"mime"
	"net/http"
	"slices"
	"strings"
)

// place is one choice of the move form: a status, or a sub-status of it.
type place struct {
	Value, Label string
}

// row is a candidate on a job, as the page of the job shows it.
type row struct {
	Candidate   LedgerCandidate
	Application LedgerApplication
	Gone        bool
	Here        string
}

func (s *Simulator) jobPages(mux *http.ServeMux) {
	jobs := func(w http.ResponseWriter, problem string) {
		l := s.Ledger()
		counts := map[string]int{}
		for _, k := range l.Candidates {
			for _, a := range k.Applications {
				if k.RemovedAt == nil && a.RemovedAt == nil {
					counts[a.JobID]++
				}
			}
		}
		slices.Reverse(l.Jobs)
		var processes []string
		s.mu.Lock()
		for _, p := range s.st.processes {
			processes = append(processes, p.name)
		}
		s.mu.Unlock()
		s.show(w, "jobs", problem, map[string]any{"Jobs": l.Jobs, "Counts": counts, "Statuses": jobStatuses, "Processes": processes})
	}
	mux.HandleFunc("GET /app/jobs", func(w http.ResponseWriter, r *http.Request) { jobs(w, "") })
	mux.HandleFunc("POST /app/jobs", func(w http.ResponseWriter, r *http.Request) {
		_, err := s.CreateJob(JobSpec{Title: strings.TrimSpace(r.PostFormValue("title")), City: strings.TrimSpace(r.PostFormValue("city")),
			Status: r.PostFormValue("status"), Process: r.PostFormValue("process")})
		s.done(w, r, err, "/app/jobs", func(p string) { jobs(w, p) })
	})
	mux.HandleFunc("POST /app/jobs/{id}/status", func(w http.ResponseWriter, r *http.Request) {
		err := s.SetJobStatus(r.PathValue("id"), r.PostFormValue("status"))
		s.done(w, r, err, "/app/jobs", func(p string) { jobs(w, p) })
	})
	mux.HandleFunc("GET /app/jobs/{id}", func(w http.ResponseWriter, r *http.Request) { s.showJob(w, r.PathValue("id"), "") })
	mux.HandleFunc("POST /app/jobs/{id}/candidates/{candidate}/move", func(w http.ResponseWriter, r *http.Request) {
		id := r.PathValue("id")
		status, sub, _ := strings.Cut(r.PostFormValue("place"), "|")
		err := s.MoveCandidate(r.PathValue("candidate"), id, Move{Status: status, SubStatus: sub})
		s.done(w, r, err, "/app/jobs/"+id, func(p string) { s.showJob(w, id, p) })
	})
	mux.HandleFunc("POST /app/jobs/{id}/candidates/{candidate}/delete", func(w http.ResponseWriter, r *http.Request) {
		id := r.PathValue("id")
		s.done(w, r, s.DeleteCandidate(r.PathValue("candidate")), "/app/jobs/"+id, func(p string) { s.showJob(w, id, p) })
	})
	// The address of a person's card is not documented (I); clients derive it
	// from the login host.
	mux.HandleFunc("GET /app/people/profile/{id}", func(w http.ResponseWriter, r *http.Request) {
		for _, k := range s.Ledger().Candidates {
			if k.ID == r.PathValue("id") {
				s.show(w, "candidate", "", k)
				return
			}
		}
		s.missing(w)
	})
	mux.HandleFunc("GET /app/files/{id}", s.serveFile)
}

func (s *Simulator) showJob(w http.ResponseWriter, id, problem string) {
	s.mu.Lock()
	j := s.st.jobsByID[id]
	if j == nil {
		s.mu.Unlock()
		s.missing(w)
		return
	}
	var places []place
	for _, st := range statuses {
		places = append(places, place{st, label(st, "")})
		for _, sub := range j.process.subStatuses[st] {
			places = append(places, place{st + "|" + sub, label(st, sub)})
		}
	}
	var rows []row
	for _, a := range slices.Backward(j.apps) {
		here := a.status
		if a.sub != "" {
			here += "|" + a.sub
		}
		rows = append(rows, row{a.candidate.ledger(), a.ledger(), a.removed != nil || a.candidate.deleted != nil, here})
	}
	lj := j.ledger()
	s.mu.Unlock()
	s.show(w, "job", problem, map[string]any{"Job": lj, "Rows": rows, "Places": places})
}

func label(status, sub string) string {
	words := strings.ToLower(strings.ReplaceAll(status, "_", " "))
	out := strings.ToUpper(words[:1]) + words[1:]
	if sub != "" {
		out += " · " + sub
	}
	return out
}

// serveFile shows a stored file, removed ones too: this is the administrator's view.
func (s *Simulator) serveFile(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	f := s.st.attachments[r.PathValue("id")]
	s.mu.Unlock()
	if f == nil {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Content-Security-Policy", "sandbox")
	w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": f.name}))
	_, _ = w.Write(f.bytes)
}
