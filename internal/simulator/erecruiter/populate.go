package erecruiter

import (
	"fmt"
	"slices"
	"time"

	"handoff/internal/simulator/simkit"
)

// Names of the fixed stages (C), and their English ones.
const (
	stageNew      = "Nowy"
	stageReview   = "Analiza CV"
	stageOffer    = "Złożenie oferty"
	stageHired    = "Zatrudniony"
	stageRejected = "Odrzucony"
)

// Reset brings the company of the beginning back: no keys and tokens, an empty journal, no faults;
// switches, limits and dialect as in Options.
func (s *Simulator) Reset() {
	s.mu.Lock()
	defer s.mu.Unlock()
	simkit.Restart(s.behaviour)
	s.limits, s.lag, s.skew, s.tokenLife, s.tokenGone = s.options.Limits.resolve(), lag{}, 0, time.Hour, false
	s.wire = newWire(s.options.Dialect)
	s.st = &state{tokens: map[string]*token{}, refreshes: map[string]*token{}, serials: map[string]int64{}}
	co := s.addCompany(s.options.Company, simkit.NewRand(s.options.Seed^0xe1))
	if s.options.Populate {
		s.populate(co)
	}
}

// addCompany makes a company with the fixed stages (C) and sources that are there from the start.
func (s *Simulator) addCompany(name string, r *simkit.Rand) *company {
	st := s.st
	co := &company{id: st.next("company", 20001234), name: name, hash: r.Hex(16)}
	st.companies = append(st.companies, co)
	for _, d := range []struct {
		name, english string
		category      Category
	}{{stageNew, "New", Standard}, {stageReview, "CV review", Standard}, {stageOffer, "Offer submitted", JobProposal},
		{stageHired, "Hired", Employment}, {stageRejected, "Rejected", Rejection}} {
		s.addStage(co, d.name, d.category).english = d.english
		st.stages[len(st.stages)-1].system = true
	}
	s.addOrigin(co, "Strona kariery")
	s.addOrigin(co, "Pracuj.pl")
	return co
}

func (s *Simulator) addStage(co *company, name string, category Category) *stage {
	n := &stage{id: s.st.next("stage", 1), company: co, name: name, category: category, order: 1}
	for _, old := range s.st.stages {
		if old.company == co {
			n.order++
		}
	}
	s.st.stages = append(s.st.stages, n)
	return n
}

func (s *Simulator) addOrigin(co *company, name string) *origin {
	o := &origin{id: s.st.next("origin", 75), company: co, name: name, active: true}
	s.st.origins = append(s.st.origins, o)
	return o
}

func (s *Simulator) addConsent(co *company, spec ConsentSpec) *consent {
	c := &consent{id: s.st.next("consent", 3194), company: co, clause: spec.Clause, purpose: or(spec.Purpose, "currentRecruitment"),
		language: or(spec.Language, "pl"), required: spec.Required && !spec.Clause, texts: []string{spec.Text}}
	if spec.Clause && spec.Purpose == "" {
		c.purpose = "information"
	}
	for i := range co.groups {
		if co.groups[i].id == spec.GroupID {
			c.group = &co.groups[i]
		}
	}
	s.st.consents = append(s.st.consents, c)
	return c
}

func (s *Simulator) addRecruitment(co *company, spec RecruitmentSpec, at time.Time) *recruitment {
	id := s.st.next("recruitment", 501234)
	r := &recruitment{id: id, company: co, name: spec.Name, ref: or(spec.Reference, fmt.Sprintf("AR/2026/%d", id-501233)),
		city: or(spec.City, "Warszawa"), language: or(spec.Language, "pl"), status: Status(or(string(spec.Status), string(Active))),
		shared: spec.Shared, created: at, demandsCV: spec.DemandsCV}
	for i := range co.groups {
		if co.groups[i].id == spec.GroupID {
			r.group = &co.groups[i]
		}
	}
	if r.status == Closed || r.status == Archived {
		r.closed = &at
	}
	for _, st := range s.st.stages {
		if st.company == co && !st.deleted {
			r.stages = append(r.stages, st)
		}
	}
	for _, id := range spec.Consents {
		if c := s.st.consent(id); c != nil && r.assignment(id) == nil {
			r.consents = append(r.consents, assignment{c, c.required})
		}
	}
	s.st.recruitments = append(s.st.recruitments, r)
	return r
}

// populate fills the sample company. Machine Learning Engineer has no consent assigned, so that the
// note of the instructions can be lived through; its place of publication for the partner is made
// by hand too.
func (s *Simulator) populate(co *company) {
	co.groups = []partnership{{301, co.name + " Sp. z o.o."}, {302, co.name + " Services Sp. z o.o."}}
	co.multiposted = true
	for _, d := range []struct {
		name     string
		category Category
	}{{"Rozmowa telefoniczna", Interview}, {"Spotkanie z zespołem", Interview}, {"Zadanie rekrutacyjne", Standard}, {"Wiadomość wysłana", Message},
		{"weak English", Rejection}, {"Oferta ustna", JobProposal}, {"Zatrudniony - B2B", Employment}} {
		s.addStage(co, d.name, d.category)
	}
	s.addOrigin(co, "LinkedIn")
	s.addOrigin(co, "Polecenia pracownicze")
	clause := s.addConsent(co, ConsentSpec{Clause: true, Text: "Administratorem danych jest " + co.name + ". Dane przetwarzamy w celu przeprowadzenia rekrutacji."})
	now := s.addConsent(co, ConsentSpec{Required: true, Text: "Wyrażam zgodę na przetwarzanie moich danych w tej rekrutacji."})
	future := s.addConsent(co, ConsentSpec{Purpose: "futureRecruitments", Text: "Wyrażam zgodę na przetwarzanie moich danych w przyszłych rekrutacjach."})
	english := s.addConsent(co, ConsentSpec{Required: true, Language: "en", Text: "I consent to the processing of my data in this recruitment."})
	all := []int64{clause.id, now.id, future.id}
	for i, d := range []RecruitmentSpec{
		{Name: "Machine Learning Engineer", Shared: true},
		{Name: "Senior Go Developer", Shared: true, City: "Kraków", Consents: all},
		{Name: "Frontend Developer", Shared: true, City: "Wrocław", Consents: all, DemandsCV: true},
		{Name: "Data Engineer", Consents: all},
		{Name: "Robotics Technician", Shared: true, City: "Poznań", Consents: []int64{clause.id, english.id}, Language: "en", GroupID: 302},
		{Name: "Office Manager", Shared: true, Consents: []int64{clause.id, future.id}},
		{Name: "QA Engineer", Shared: true, City: "Łódź", Status: Draft, Consents: all},
		{Name: "iOS Developer", Shared: true, Status: Closed, Consents: all},
		{Name: "Welder", Shared: true, City: "Radom", Status: Archived, Consents: all},
	} {
		s.addRecruitment(co, d, s.clock.Now().Add(-time.Duration(9-i)*5*24*time.Hour))
	}
	s.strangers(co)
	_, err := s.saveAd(nil, AdSpec{RecruitmentID: s.st.recruitments[3].id, Title: "Data Engineer", Reference: "AR/2026/4",
		Places: []Place{{"mazowieckie", "Warszawa"}, {"małopolskie", "Kraków, Tarnów"}}, Duties: "<p>Budujesz potoki danych.</p>",
		Requirements: "<ul><li>SQL</li><li>Python</li></ul>", Offer: "<p>B2B lub umowa o pracę</p>", AboutCompany: "<p>Robimy roboty.</p>",
		SalaryFrom: 16000, SalaryTo: 22000})
	if err != nil {
		panic(err) // the sample ad is right
	}
}

// strangers came without the platform; they stand on various stages.
func (s *Simulator) strangers(co *company) {
	for i, d := range []struct{ first, last, stage string }{
		{"Obca", "Pierwsza", "Rozmowa telefoniczna"}, {"Obcy", "Drugi", stageNew}, {"Obcy", "Trzeci", "weak English"}, {"Obca", "Czwarta", stageReview},
	} {
		k := s.newCandidate(&candidate{company: co, first: d.first, last: d.last, email: fmt.Sprintf("stranger%d@example.com", i+1)})
		a := s.store(s.st.recruitments[i%2], k, "admin")
		a.origin = s.st.origins[i%2]
		to := s.st.stages[slices.IndexFunc(s.st.stages, func(x *stage) bool { return x.name == d.stage && x.company == co })]
		if to != a.stage {
			s.moveTo(a, to, "admin", "")
		}
	}
}
