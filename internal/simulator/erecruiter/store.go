package erecruiter

// person finds the candidate by e-mail within the company, or makes one. What is there is not
// overwritten.
func (c *call) person(r *recruitment, in *createInput) *candidate {
	if c.sw.SamePerson != NewCandidate {
		if k := find(c.s.st.candidates, func(k *candidate) bool {
			return k.removed == nil && k.company == r.company && sameEmail(k.email, in.email, c.sw.EmailMatch)
		}); k != nil {
			return k
		}
	}
	return c.s.newCandidate(&candidate{company: r.company, first: in.first, last: in.last, email: in.email, phone: in.phone,
		city: in.city, region: in.region, country: in.country, createdBy: c.key.id})
}

func (s *Simulator) newCandidate(k *candidate) *candidate {
	k.id, k.created, k.decisions = s.st.next("candidate", 7000001), s.clock.Now(), map[decisionKey]decision{}
	s.st.candidates = append(s.st.candidates, k)
	return k
}

// store puts a candidate into a recruitment, at Nowy with a first row of history (C).
func (s *Simulator) store(r *recruitment, k *candidate, by string) *application {
	a := &application{id: s.st.next("application", 9000001), candidate: k, recruitment: r, created: s.clock.Now(), createdBy: by}
	s.moveTo(a, s.st.system(r.company, stageNew), by, "")
	k.apps, r.apps = append(k.apps, a), append(r.apps, a)
	s.st.applications = append(s.st.applications, a)
	return a
}

func (s *Simulator) moveTo(a *application, to *stage, by, reason string) {
	a.stage = to
	a.history = append(a.history, move{s.clock.Now(), to, by, reason})
}

// state records the decisions, at the application as they came and at the candidate by group
// company, where a newer one overwrites the older (C).
func (a *application) state(said []statement) {
	a.statements = said
	for _, st := range said {
		k := decisionKey{consent: st.consent.id}
		if st.consent.group != nil {
			k.group = st.consent.group.id
		}
		a.candidate.decisions[k] = st.decision
	}
}
