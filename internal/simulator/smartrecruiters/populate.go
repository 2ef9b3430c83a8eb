package smartrecruiters

import (
	"fmt"
	"time"

	"handoff/internal/simulator/simkit"
)

// Reset brings the company back to its beginning: jobs, sources and candidates as populated, no
// grants, keys, pairs or webhooks; faults, lag and journal are cleared, switches go back to the
// options. The registered app and its redirect URIs stay. Tokens of before stay unknown: the
// source of chance goes on, only the ids of what is populated repeat.
func (s *Simulator) Reset() {
	s.mu.Lock()
	defer s.mu.Unlock()
	simkit.Restart(s.behaviour)
	s.limits = s.options.Limits.resolve()
	s.lag = lag{}
	s.hooks.forget()
	s.st = &state{jobsByID: map[string]*job{}, byID: map[string]*candidate{}, byEmail: map[string][]*candidate{},
		appsByID: map[string]*application{}, attachments: map[string]*attachment{}, tokens: map[string]*token{},
		codes: map[string]*code{}, logins: map[string]*login{}}
	s.found()
	if s.options.Populate {
		s.populate()
	}
}

// found lays what every company has: users, departments, a hiring process, reasons and sources.
func (s *Simulator) found() {
	st := s.st
	st.users = []*user{
		{id: "5f0a1b2c3d4e5f6071829301", email: "integration@acme.example.com", first: "Integration", last: "User", role: RoleAdministrator},
		{id: "5f0a1b2c3d4e5f6071829302", email: "ewa.recruiter@acme.example.com", first: "Ewa", last: "Rekruter", role: RoleRecruiter},
		{id: "5f0a1b2c3d4e5f6071829303", email: "viewer@acme.example.com", first: "Wiktor", last: "Widz", role: RoleViewer},
	}
	st.departments = []department{{"2101", "Engineering", "Builds it"}, {"2102", "Data & AI", "Makes it think"}, {"2103", "People", ""}}
	st.processes = []*process{
		{id: "7b1f0000-0000-4000-8000-000000000001", name: "Default hiring process", active: true, subStatuses: map[string][]string{
			"IN_REVIEW": {"CV review", "Phone screen"}, "INTERVIEW": {"Technical interview", "Onsite", "Culture fit"}, "OFFERED": {"Offer sent", "Offer negotiated"}}},
		{id: "7b1f0000-0000-4000-8000-000000000002", name: "Engineering with task", active: true, subStatuses: map[string][]string{
			"IN_REVIEW": {"CV review", "Home task"}, "INTERVIEW": {"System design"}, "OFFERED": {}},
			required: map[string]string{"IN_REVIEW": "Home task"}},
		{id: "7b1f0000-0000-4000-8000-000000000003", name: "Interns 2024", active: false, subStatuses: map[string][]string{
			"IN_REVIEW": {"Test"}, "INTERVIEW": {}, "OFFERED": {}}},
	}
	st.rejections = []reason{{"rr-skills", "Skills do not match"}, {"rr-other", "Another candidate was chosen"}, {"rr-salary", "Salary expectations"}}
	st.withdrawals = []reason{{"wr-offer", "Accepted another offer"}, {"wr-noreply", "No reply"}}
	st.types = []*sourceType{
		{"ORGANIC", "Organic", []string{"SMARTRECRUITERS", "CAREER_SITE"}},
		{"JOBBOARD", "Job boards", []string{"FREE", "PAID"}},
		{"SOCIAL", "Social networks", []string{"SOCIAL"}},
		{"AGENCY", "Agencies", []string{"AGENCY"}},
		{"REFERRAL", "Referrals", []string{"EMPLOYEE"}},
		{"API", "API", []string{"API"}},
		{"CUSTOM", "Custom sources", []string{"CUSTOM"}},
	}
	n := 0
	add := func(typeID, sub, id, label string) {
		n++
		uuid := fmt.Sprintf("50000000-0000-4000-8000-%012d", n)
		if id == "" {
			id = uuid
		}
		st.sources = append(st.sources, &source{id: id, uuid: uuid, typeID: typeID, subType: sub, label: label})
	}
	add("ORGANIC", "SMARTRECRUITERS", "smartrecruiters", "SmartRecruiters")
	add("ORGANIC", "CAREER_SITE", "career-site", "Career site")
	add("JOBBOARD", "FREE", "jobs-example", "jobs.example.com") // the same id under two subtypes
	add("JOBBOARD", "PAID", "jobs-example", "jobs.example.com (paid)")
	add("JOBBOARD", "PAID", "board-example", "board.example.com")
	add("SOCIAL", "SOCIAL", "linkedin", "LinkedIn")
	add("AGENCY", "AGENCY", "", "Example Talent Agency")
	add("REFERRAL", "EMPLOYEE", "employee", "Employee referral")
	st.sources = append(st.sources, &source{id: "api", uuid: apiSourceUUID, typeID: "API", subType: "API", label: "API"})
}

// populate adds the custom sources, jobs and strangers of the sample company.
func (s *Simulator) populate() {
	r := simkit.NewRand(s.options.Seed ^ 0xac3e)
	st := s.st
	for _, label := range []string{"Handoff", "Career fair 2026"} {
		id := r.UUID()
		st.sources = append(st.sources, &source{id: id, uuid: id, typeID: "CUSTOM", subType: "CUSTOM", label: label})
	}
	for i, j := range []JobSpec{
		{Title: "Machine Learning Engineer", City: "Warszawa", Status: "SOURCING", Department: "Data & AI"},
		{Title: "Backend Engineer (Go)", City: "Kraków", Status: "SOURCING"},
		{Title: "Frontend Developer", City: "Wrocław", Status: "INTERVIEW"},
		{Title: "Data Engineer", City: "Warszawa", Status: "CREATED", Department: "Data & AI", Posting: "NOT_PUBLISHED"},
		{Title: "DevOps Engineer", City: "Gdańsk", Status: "SOURCING", Process: "Engineering with task"},
		{Title: "Robotics Technician", City: "Poznań", Status: "OFFER"},
		{Title: "QA Engineer", City: "Łódź", Status: "FILLED"},
		{Title: "Office Manager", City: "Warszawa", Status: "CANCELLED", Department: "People"},
		{Title: "iOS Developer", City: "Warszawa", Status: "ON_HOLD"},
		{Title: "Software Engineer (template)", City: "Warszawa", Status: "CREATED", Template: true, Posting: "NOT_PUBLISHED"},
	} {
		age := time.Duration(10-i) * 5 * 24 * time.Hour
		s.addJob(j, r, s.clock.Now().Add(-age))
	}
	for i, p := range []struct{ first, last, status, sub string }{
		{"Obca", "Pierwsza", "IN_REVIEW", "Phone screen"}, {"Obcy", "Drugi", "NEW", ""},
		{"Obcy", "Trzeci", "INTERVIEW", "Technical interview"}, {"Obca", "Czwarta", "REJECTED", ""},
	} {
		k := s.addCandidate(r.UUID(), "")
		k.first, k.last, k.email = p.first, p.last, fmt.Sprintf("stranger%d@example.com", i+1)
		s.index(k)
		a := s.addApplication(k, st.jobs[i%2], st.sources[i%3], "NEW", "admin")
		if p.status != "NEW" {
			a.status, a.sub = p.status, p.sub
			a.history = append(a.history, move{s.clock.Now(), p.status, p.sub, "admin"})
		}
	}
}

// JobSpec describes a job to create. Only Title is needed.
type JobSpec struct {
	Title       string `json:"title"`
	City        string `json:"city"`        // Warszawa when empty
	Status      string `json:"status"`      // SOURCING when empty
	Department  string `json:"department"`  // label; Engineering when empty
	Posting     string `json:"posting"`     // PUBLIC when empty
	Process     string `json:"process"`     // name of a hiring process; the default one when empty
	Language    string `json:"language"`    // en when empty, or pl
	Description string `json:"description"` // of the job ad
	Template    bool   `json:"template"`
}

func (s *Simulator) addJob(spec JobSpec, r *simkit.Rand, at time.Time) *job {
	st := s.st
	n := len(st.jobs) + 1
	j := &job{seq: n, id: r.UUID(), title: spec.Title, ref: fmt.Sprintf("REF%04d", n), created: at, updated: at, activity: at,
		country: "Poland", countryCode: "pl", city: or(spec.City, "Warszawa"), status: or(spec.Status, "SOURCING"),
		posting: or(spec.Posting, "PUBLIC"), language: or(spec.Language, "en"), template: spec.Template, creator: st.users[1],
		postingID: fmt.Sprintf("7439997%08d", n), postingUUID: r.UUID(), jobAdID: r.UUID(),
		description:    or(spec.Description, "You will build and run what our customers rely on."),
		qualifications: "Experience, curiosity and care.", department: st.departments[0], process: st.processes[0]}
	for _, d := range st.departments {
		if d.label == spec.Department {
			j.department = d
		}
	}
	for _, p := range st.processes {
		if p.name == spec.Process {
			j.process = p
		}
	}
	j.history = []jobMove{{at, j.status}}
	st.jobs = append(st.jobs, j)
	st.jobsByID[j.id] = j
	return j
}

func or(v, otherwise string) string {
	if v == "" {
		return otherwise
	}
	return v
}
