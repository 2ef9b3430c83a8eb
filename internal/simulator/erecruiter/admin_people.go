package erecruiter

import (
	"fmt"
	"slices"
)

func (s *Simulator) withApplication(id int64, f func(*application) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.st.application(id)
	if a == nil {
		return fmt.Errorf("no application %d", id)
	}
	return f(a)
}

// OpenCandidate opens a candidate's card, which moves Nowy to Analiza CV by itself (C).
func (s *Simulator) OpenCandidate(applicationID int64) error {
	return s.withApplication(applicationID, func(a *application) error {
		if co := a.recruitment.company; a.stage == s.st.system(co, stageNew) {
			s.moveTo(a, s.st.system(co, stageReview), "system", "")
		}
		return nil
	})
}

// HideStage has neither list nor history show where an application stands.
func (s *Simulator) HideStage(applicationID int64) error {
	return s.withApplication(applicationID, func(a *application) error { a.untold = true; return nil })
}

// MoveCandidate moves a candidate to a stage of the recruitment. A rejection asks for a reason
// (C), which "" leaves to the recruiter's habit.
func (s *Simulator) MoveCandidate(applicationID, stageID int64, reason string) error {
	return s.withApplication(applicationID, func(a *application) error {
		to := s.st.stage(stageID)
		if to == nil || to.deleted || !slices.Contains(a.recruitment.stages, to) {
			return fmt.Errorf("stage %d is not on the recruitment", stageID)
		}
		if to != a.stage {
			s.moveTo(a, to, "admin", reason)
		}
		return nil
	})
}

// Stranger is a candidate that came without the platform.
type Stranger struct {
	FirstName     string `json:"first_name"`
	LastName      string `json:"last_name"`
	Email         string `json:"email"`
	RecruitmentID int64  `json:"recruitment_id"`
}

// AddCandidate adds a stranger to a recruitment.
func (s *Simulator) AddCandidate(p Stranger) (LedgerApplication, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.st.recruitment(p.RecruitmentID)
	if r == nil {
		return LedgerApplication{}, fmt.Errorf("add candidate: no recruitment %d", p.RecruitmentID)
	}
	var k *candidate
	if p.Email != "" {
		k = find(s.st.candidates, func(k *candidate) bool { return k.company == r.company && k.removed == nil && k.email == p.Email })
	}
	if k == nil {
		k = s.newCandidate(&candidate{company: r.company, first: p.FirstName, last: p.LastName, email: p.Email})
	}
	return s.store(r, k, "admin").ledger(), nil
}

// RemoveApplication takes a candidate out of a recruitment; the ledger keeps it as removed.
func (s *Simulator) RemoveApplication(applicationID int64) error {
	return s.withApplication(applicationID, func(a *application) error {
		now := s.clock.Now()
		a.removed = &now
		return nil
	})
}

// DeleteCandidate deletes a person with all applications, as on a request under GDPR (C: only by
// hand); the ledger keeps them as removed.
func (s *Simulator) DeleteCandidate(candidateID int64) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	k := find(s.st.candidates, func(k *candidate) bool { return k.id == candidateID && k.removed == nil })
	if k == nil {
		return fmt.Errorf("no candidate %d", candidateID)
	}
	now := s.clock.Now()
	k.removed = &now
	return nil
}

// PublishAd saves a new ad. It fails for the partner's platform while its button is missing.
func (s *Simulator) PublishAd(spec AdSpec) (LedgerAd, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a, err := s.saveAd(nil, spec)
	if err != nil {
		return LedgerAd{}, err
	}
	return a.ledger(), nil
}

func (s *Simulator) withAd(id int64, f func(*ad) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := find(s.st.ads, func(a *ad) bool { return a.id == id })
	if a == nil {
		return fmt.Errorf("no ad %d", id)
	}
	return f(a)
}

// ChangeAd saves another content of an ad; its id stays, and so do the ids of its places.
func (s *Simulator) ChangeAd(id int64, spec AdSpec) error {
	return s.withAd(id, func(a *ad) error {
		spec.CompanyID = a.company.id
		_, err := s.saveAd(a, spec)
		return err
	})
}

// WithdrawAd ends the publication of an ad.
func (s *Simulator) WithdrawAd(id int64) error {
	return s.withAd(id, func(a *ad) error {
		v := a.now()
		v.withdrawn, v.at = true, s.clock.Now()
		a.versions = append(a.versions, v)
		s.pusher.adChanged(s.lag.feed)
		return nil
	})
}

// SetMultiposting lets the vendor's support switch the partner's button on or off for a company;
// 0 is the first.
func (s *Simulator) SetMultiposting(companyID int64, on bool) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	co, err := s.companyOf(companyID)
	if err != nil {
		return err
	}
	co.multiposted = on
	return nil
}

// File returns the bytes of a stored CV; nil when there is none.
func (s *Simulator) File(id int64) []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, a := range s.st.applications {
		for _, f := range a.files {
			if f.id == id {
				return slices.Clone(f.bytes)
			}
		}
	}
	return nil
}
