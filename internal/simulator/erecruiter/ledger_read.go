package erecruiter

import (
	"cmp"
	"maps"
	"slices"
)

// Ledger returns a copy of all that the ATS holds.
func (s *Simulator) Ledger() Ledger {
	s.mu.Lock()
	defer s.mu.Unlock()
	st := s.st
	return Ledger{Companies: views(st.companies, (*company).ledger), Recruitments: views(st.recruitments, (*recruitment).ledger),
		Candidates: views(st.candidates, (*candidate).ledger), Applications: views(st.applications, (*application).ledger),
		Origins: views(st.origins, (*origin).ledger), Stages: views(st.stages, (*stage).ledger), Consents: views(st.consents, (*consent).ledger),
		Ads: views(st.ads, (*ad).ledger), Keys: views(st.keys, (*key).ledger)}
}

func views[T, V any](list []T, view func(T) V) []V {
	out := make([]V, 0, len(list))
	for _, v := range list {
		out = append(out, view(v))
	}
	return out
}

func (co *company) ledger() LedgerCompany {
	l := LedgerCompany{ID: co.id, Name: co.name, Hash: co.hash, Multiposting: co.multiposted, Groups: []LedgerGroup{}}
	for _, g := range co.groups {
		l.Groups = append(l.Groups, LedgerGroup{g.id, g.name})
	}
	return l
}

func (r *recruitment) ledger() LedgerRecruitment {
	l := LedgerRecruitment{ID: r.id, CompanyID: r.company.id, Name: r.name, Reference: r.ref, City: r.city, Status: r.status, Shared: r.shared,
		DemandsCV: r.demandsCV, GroupID: r.group.number(), Stages: []int64{}, Consents: []LedgerAssignment{}, Questions: []LedgerQuestion{}}
	for _, n := range r.stages {
		l.Stages = append(l.Stages, n.id)
	}
	for _, a := range r.consents {
		l.Consents = append(l.Consents, LedgerAssignment{a.consent.id, a.consent.clause, a.required})
	}
	for _, q := range r.questions {
		l.Questions = append(l.Questions, LedgerQuestion{q.id, q.label, q.required})
	}
	return l
}

// number is the id of a group company, 0 for the whole firm.
func (p *partnership) number() int64 {
	if p == nil {
		return 0
	}
	return p.id
}

func (k *candidate) ledger() LedgerCandidate {
	l := LedgerCandidate{ID: k.id, CompanyID: k.company.id, FirstName: k.first, LastName: k.last, Email: k.email, Phone: k.phone, City: k.city,
		Region: k.region, Country: k.country, CreatedBy: k.createdBy, CreatedAt: k.created, RemovedAt: k.removed, Decisions: []LedgerDecision{}}
	for at, d := range k.decisions {
		l.Decisions = append(l.Decisions, LedgerDecision{at.consent, at.group, d.given, d.version, d.stated, d.at})
	}
	slices.SortFunc(l.Decisions, func(a, b LedgerDecision) int {
		return cmp.Or(cmp.Compare(a.ConsentID, b.ConsentID), cmp.Compare(a.GroupID, b.GroupID))
	})
	return l
}

func (a *application) ledger() LedgerApplication {
	l := LedgerApplication{ID: a.id, CandidateID: a.candidate.id, RecruitmentID: a.recruitment.id, Recruitment: a.recruitment.name,
		Email: a.candidate.email, ExternalID: a.externalID, StageID: a.stage.id, Stage: a.stage.name, Answers: maps.Clone(a.answers),
		CreatedBy: a.createdBy, CreatedAt: a.created, RemovedAt: a.removed, History: []LedgerMove{}, Consents: []LedgerDecision{},
		Files: []LedgerFile{}, Notes: []string{}}
	if l.RemovedAt == nil {
		l.RemovedAt = a.candidate.removed
	}
	if a.origin != nil {
		l.OriginID = a.origin.id
	}
	for _, m := range a.history {
		l.History = append(l.History, LedgerMove{m.at, m.stage.id, m.stage.name, m.by, m.reason})
	}
	for _, st := range a.statements {
		l.Consents = append(l.Consents, LedgerDecision{st.consent.id, st.consent.group.number(), st.given, st.version, st.stated, st.at})
	}
	for _, f := range a.files {
		l.Files = append(l.Files, LedgerFile{f.id, f.name, f.contentType, len(f.bytes), f.sha256})
	}
	for _, n := range a.notes {
		l.Notes = append(l.Notes, n.text)
	}
	return l
}

func (o *origin) ledger() LedgerOrigin {
	return LedgerOrigin{o.id, o.company.id, o.name, o.active, o.deleted}
}

func (n *stage) ledger() LedgerStage {
	return LedgerStage{n.id, n.company.id, n.name, n.category, n.system, n.deleted}
}

func (c *consent) ledger() LedgerConsent {
	return LedgerConsent{c.id, c.company.id, c.clause, c.purpose, c.language, c.text(), c.version(), c.group.number(), c.required}
}

func (a *ad) ledger() LedgerAd {
	v := a.now()
	return LedgerAd{ID: a.id, AdSpec: v.AdSpec, PlaceIDs: slices.Clone(v.places), Withdrawn: v.withdrawn, ChangedAt: v.at}
}

func (k *key) ledger() LedgerKey {
	l := LedgerKey{ID: k.id, Scope: k.scope, Companies: companyIDs(k.companies), Denied: append([]string{}, k.denied...), CreatedAt: k.created, RevokedAt: k.revoked}
	if !k.lastUsed.IsZero() {
		at := k.lastUsed
		l.LastUsed = &at
	}
	return l
}
