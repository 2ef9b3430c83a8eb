package erecruiter

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

func (s *Simulator) adPages(mux *http.ServeMux) {
	mux.HandleFunc("GET /app/ads", func(w http.ResponseWriter, r *http.Request) {
		ads := s.Ledger().Ads
		slices.Reverse(ads)
		s.show(w, r, "ads", "", ads)
	})
	mux.HandleFunc("GET /app/ads/new", func(w http.ResponseWriter, r *http.Request) {
		s.adForm(w, r, "", LedgerAd{AdSpec: AdSpec{Places: []Place{{"mazowieckie", "Warszawa"}}}})
	})
	mux.HandleFunc("GET /app/ads/{id}", func(w http.ResponseWriter, r *http.Request) {
		for _, a := range s.Ledger().Ads {
			if a.ID == number(r, "id") {
				s.adForm(w, r, "", a)
				return
			}
		}
		s.missing(w, r)
	})
	mux.HandleFunc("POST /app/ads", func(w http.ResponseWriter, r *http.Request) {
		spec, err := adFrom(r)
		if err == nil {
			_, err = s.PublishAd(spec)
		}
		s.finish(w, r, err, "/app/ads", func(p string) { s.adForm(w, r, p, LedgerAd{AdSpec: spec}) })
	})
	mux.HandleFunc("POST /app/ads/{id}", func(w http.ResponseWriter, r *http.Request) {
		spec, err := adFrom(r)
		if err == nil {
			err = s.ChangeAd(number(r, "id"), spec)
		}
		s.finish(w, r, err, "/app/ads", func(p string) { s.adForm(w, r, p, LedgerAd{ID: number(r, "id"), AdSpec: spec}) })
	})
	mux.HandleFunc("POST /app/ads/{id}/withdraw", func(w http.ResponseWriter, r *http.Request) {
		s.finish(w, r, s.WithdrawAd(number(r, "id")), "/app/ads", func(string) { s.missing(w, r) })
	})
}

func (s *Simulator) adForm(w http.ResponseWriter, r *http.Request, problem string, a LedgerAd) {
	l := s.Ledger()
	places := ""
	for _, p := range a.Places {
		places += p.Region + ": " + p.Towns + "\n"
	}
	expires := s.clock.Now().AddDate(0, 0, 30)
	if a.Expires != nil {
		expires = *a.Expires
	}
	portals := []string{"jobs.example.com", "board.example.com"}
	if l.Companies[0].Multiposting {
		portals = append([]string{s.options.Partner}, portals...)
	}
	s.show(w, r, "ad", problem, map[string]any{"Ad": a, "Places": places, "Expires": expires.In(s.warsaw).Format("2006-01-02"), "Recruitments": l.Recruitments,
		"Categories": AdCategories(), "Portals": portals, "Button": l.Companies[0].Multiposting})
}

// adFrom reads the form and demands the data that an ad needs.
func adFrom(r *http.Request) (AdSpec, error) {
	_ = r.ParseForm() // what cannot be parsed is an empty form
	text := func(name string) string { return strings.TrimSpace(r.PostForm.Get(name)) }
	whole := func(name string) int { n, _ := strconv.Atoi(text(name)); return max(n, 0) }
	recruitment, _ := strconv.ParseInt(text("recruitment"), 10, 64)
	a := AdSpec{RecruitmentID: recruitment, Title: text("title"), Reference: text("reference"), Categories: r.PostForm["category"], Portals: r.PostForm["portal"],
		Duties: text("duties"), Requirements: text("requirements"), Offer: text("offer"), AboutCompany: text("about"),
		SalaryFrom: whole("from"), SalaryTo: whole("to"), Contract: text("contract"), RecruiterEmail: text("recruiter_email")}
	for line := range strings.Lines(text("places")) {
		if region, towns, ok := strings.Cut(line, ":"); ok {
			a.Places = append(a.Places, Place{strings.TrimSpace(region), strings.TrimSpace(towns)})
		}
	}
	expires, err := time.Parse("2006-01-02", text("expires"))
	switch {
	case a.Title == "" || a.Duties == "" || a.Requirements == "" || len(a.Places) == 0:
		return a, errors.New("title, places, duties and requirements are needed")
	case err != nil:
		return a, errors.New("the last day is not a date")
	case len(a.Portals) > 0 && len(a.Categories) == 0:
		return a, errors.New("multiposting needs a category")
	}
	expires = expires.Add(22 * time.Hour)
	a.Expires = &expires
	return a, nil
}
