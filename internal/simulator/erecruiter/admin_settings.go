package erecruiter

import (
	"fmt"
	"slices"
	"strings"
)

// ConsentSpec describes a clause or consent to define in Settings, Clauses and consents.
type ConsentSpec struct {
	CompanyID int64  `json:"company_id"` // the first company when 0
	Clause    bool   `json:"clause"`     // text only
	Purpose   string `json:"purpose"`    // currentRecruitment when empty
	Language  string `json:"language"`   // pl when empty
	Text      string `json:"text"`
	Required  bool   `json:"required"` // what a new assignment takes over
	GroupID   int64  `json:"group_id"`
}

// AddConsent defines a clause or consent; AssignConsent puts it into a recruitment's form.
func (s *Simulator) AddConsent(spec ConsentSpec) (LedgerConsent, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	co, err := s.companyOf(spec.CompanyID)
	if err != nil {
		return LedgerConsent{}, fmt.Errorf("add consent: %w", err)
	}
	if strings.TrimSpace(spec.Text) == "" {
		return LedgerConsent{}, fmt.Errorf("add consent: a text is needed")
	}
	return s.addConsent(co, spec).ledger(), nil
}

// ChangeConsent gives a consent a new text, which is a new version.
func (s *Simulator) ChangeConsent(id int64, text string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.st.consent(id)
	switch {
	case c == nil:
		return fmt.Errorf("no consent %d", id)
	case strings.TrimSpace(text) == "":
		return fmt.Errorf("change consent: a text is needed")
	case text != c.text():
		c.texts = append(c.texts, text)
	}
	return nil
}

// AssignConsent puts a consent into a recruitment's form, required or not; an assigned one only
// changes that.
func (s *Simulator) AssignConsent(recruitmentID, consentID int64, required bool) error {
	return s.withRecruitment(recruitmentID, func(r *recruitment) error {
		c := s.st.consent(consentID)
		if c == nil || c.company != r.company {
			return fmt.Errorf("no consent %d", consentID)
		}
		required = required && !c.clause
		if a := r.assignment(consentID); a != nil {
			a.required = required
			return nil
		}
		r.consents = append(r.consents, assignment{c, required})
		return nil
	})
}

// UnassignConsent takes a consent out of a recruitment's form.
func (s *Simulator) UnassignConsent(recruitmentID, consentID int64) error {
	return s.withRecruitment(recruitmentID, func(r *recruitment) error {
		before := len(r.consents)
		r.consents = slices.DeleteFunc(r.consents, func(a assignment) bool { return a.consent.id == consentID })
		if len(r.consents) == before {
			return fmt.Errorf("consent %d is not assigned", consentID)
		}
		return nil
	})
}

// AddOrigin adds a place of publication (Location of job posts) to the first company; two may have
// one name.
func (s *Simulator) AddOrigin(name string) (LedgerOrigin, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if strings.TrimSpace(name) == "" {
		return LedgerOrigin{}, fmt.Errorf("add place of publication: a name is needed")
	}
	return s.addOrigin(s.st.companies[0], name).ledger(), nil
}

func (s *Simulator) withOrigin(id int64, f func(*origin)) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	o := s.st.origin(id)
	if o == nil {
		return fmt.Errorf("no place of publication %d", id)
	}
	f(o)
	return nil
}

// SetOriginActive switches a place of publication on or off.
func (s *Simulator) SetOriginActive(id int64, active bool) error {
	return s.withOrigin(id, func(o *origin) { o.active = active })
}

// DeleteOrigin deletes a place of publication; the ledger keeps it.
func (s *Simulator) DeleteOrigin(id int64) error {
	return s.withOrigin(id, func(o *origin) { o.deleted = true })
}

// AddStage defines a stage for the first company; it is attached to all active recruitments (C).
func (s *Simulator) AddStage(name string, category Category) (LedgerStage, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if strings.TrimSpace(name) == "" || !slices.Contains(Categories(), category) {
		return LedgerStage{}, fmt.Errorf("add stage: a name and one of the categories %q are needed", Categories())
	}
	co := s.st.companies[0]
	n := s.addStage(co, name, category)
	for _, r := range s.st.recruitments {
		if r.company == co && r.status == Active {
			r.stages = append(r.stages, n)
		}
	}
	return n.ledger(), nil
}

func (s *Simulator) withStage(id int64, f func(*stage) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := s.st.stage(id)
	if n == nil || n.deleted {
		return fmt.Errorf("no stage %d", id)
	}
	return f(n)
}

// RenameStage renames a stage of the company's own.
func (s *Simulator) RenameStage(id int64, name string) error {
	return s.withStage(id, func(n *stage) error {
		if n.system || strings.TrimSpace(name) == "" {
			return fmt.Errorf("stage %d keeps its name", id)
		}
		n.name = name
		return nil
	})
}

// DeleteStage deletes a stage of the company's own; candidates on it keep it (C).
func (s *Simulator) DeleteStage(id int64) error {
	return s.withStage(id, func(n *stage) error {
		if n.system {
			return fmt.Errorf("stage %d is fixed", id)
		}
		n.deleted = true
		return nil
	})
}

// EmptyStages deletes the whole dictionary of the first company, fixed stages too, which no
// administrator can: a broken answer until it is called with false.
func (s *Simulator) EmptyStages(empty bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, n := range s.st.stages {
		n.deleted = empty
	}
}

// TickStage ticks a stage on a recruitment or unticks it; candidates on it keep it (C). The three
// that are fixed in every recruitment stay ticked (C).
func (s *Simulator) TickStage(recruitmentID, stageID int64, ticked bool) error {
	return s.withRecruitment(recruitmentID, func(r *recruitment) error {
		n := s.st.stage(stageID)
		if n == nil || n.company != r.company || n.deleted {
			return fmt.Errorf("no stage %d", stageID)
		}
		if n.system && slices.Contains([]string{stageNew, stageReview, stageHired}, n.name) && !ticked {
			return fmt.Errorf("stage %d is fixed in every recruitment", stageID)
		}
		r.stages = slices.DeleteFunc(r.stages, func(x *stage) bool { return x == n })
		if ticked {
			r.stages = append(r.stages, n)
		}
		return nil
	})
}

// Stage returns the one stage of the first company with a name; it panics when there is not
// exactly one.
func (s *Simulator) Stage(name string) LedgerStage {
	var found []LedgerStage
	for _, n := range s.Ledger().Stages {
		if n.Name == name && !n.Deleted && n.CompanyID == s.Company().ID {
			found = append(found, n)
		}
	}
	if len(found) != 1 {
		panic(fmt.Sprintf("erecruiter simulator: %d stages are called %q", len(found), name))
	}
	return found[0]
}
