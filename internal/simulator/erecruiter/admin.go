package erecruiter

import (
	"fmt"
	"slices"
	"strings"

	"time"
)

// The methods of the admin files do what an administrator does on the pages; the control port has
// the same, one call each. They fail only when what they name does not exist or cannot be.

// RecruitmentSpec describes a recruitment to create. Only Name is needed.
type RecruitmentSpec struct {
	CompanyID int64   `json:"company_id"` // the first company when 0
	Name      string  `json:"name"`
	Reference string  `json:"reference"`
	City      string  `json:"city"`     // Warszawa when empty
	Language  string  `json:"language"` // pl when empty
	Status    Status  `json:"status"`   // Active when empty
	Shared    bool    `json:"shared"`   // with the partner
	GroupID   int64   `json:"group_id"`
	Consents  []int64 `json:"consents"` // assigned to the form, required as their definition says
	DemandsCV bool    `json:"demands_cv"`
}

// Company returns the first company.
func (s *Simulator) Company() LedgerCompany { return s.Ledger().Companies[0] }

// Recruitment returns the one recruitment with a name; it panics when there is not exactly one,
// since that is a mistake in a test.
func (s *Simulator) Recruitment(name string) LedgerRecruitment {
	var found []LedgerRecruitment
	for _, r := range s.Ledger().Recruitments {
		if r.Name == name {
			found = append(found, r)
		}
	}
	if len(found) != 1 {
		panic(fmt.Sprintf("erecruiter simulator: %d recruitments are called %q", len(found), name))
	}
	return found[0]
}

// AddCompany adds a company; no key opens it yet.
func (s *Simulator) AddCompany(name string) (LedgerCompany, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if strings.TrimSpace(name) == "" {
		return LedgerCompany{}, fmt.Errorf("add company: a name is needed")
	}
	return s.addCompany(name, s.rand).ledger(), nil
}

// companyOf finds a company; 0 is the first. Holds s.mu.
func (s *Simulator) companyOf(id int64) (*company, error) {
	if id == 0 {
		return s.st.companies[0], nil
	}
	if co := s.st.company(id); co != nil {
		return co, nil
	}
	return nil, fmt.Errorf("no company %d", id)
}

// CreateRecruitment creates a recruitment with all stages ticked (C).
func (s *Simulator) CreateRecruitment(spec RecruitmentSpec) (LedgerRecruitment, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	co, err := s.companyOf(spec.CompanyID)
	if err != nil {
		return LedgerRecruitment{}, fmt.Errorf("create recruitment: %w", err)
	}
	if strings.TrimSpace(spec.Name) == "" {
		return LedgerRecruitment{}, fmt.Errorf("create recruitment: a name is needed")
	}
	if spec.Status != "" && !slices.Contains(Statuses(), spec.Status) {
		return LedgerRecruitment{}, fmt.Errorf("create recruitment: no status %q", spec.Status)
	}
	for _, id := range spec.Consents {
		if c := s.st.consent(id); c == nil || c.company != co {
			return LedgerRecruitment{}, fmt.Errorf("create recruitment: no consent %d", id)
		}
	}
	r := s.addRecruitment(co, spec, s.clock.Now())
	s.log.Info("recruitment created", "recruitment", r.id)
	return r.ledger(), nil
}

func (s *Simulator) withRecruitment(id int64, f func(*recruitment) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.st.recruitment(id)
	if r == nil {
		return fmt.Errorf("no recruitment %d", id)
	}
	return f(r)
}

// SetRecruitmentStatus activates, closes or archives a recruitment.
func (s *Simulator) SetRecruitmentStatus(id int64, status Status) error {
	return s.withRecruitment(id, func(r *recruitment) error {
		if !slices.Contains(Statuses(), status) {
			return fmt.Errorf("no status %q", status)
		}
		r.status, r.closed = status, nil
		if status == Closed || status == Archived {
			now := s.clock.Now()
			r.closed = &now
		}
		return nil
	})
}

// RenameRecruitment changes its name.
func (s *Simulator) RenameRecruitment(id int64, name string) error {
	return s.withRecruitment(id, func(r *recruitment) error {
		if strings.TrimSpace(name) == "" {
			return fmt.Errorf("a name is needed")
		}
		r.name = name
		return nil
	})
}

// ShareRecruitment ticks the partner in the recruitment's Integrations section, or unticks it. It
// matters for keys of ScopeSelected (C).
func (s *Simulator) ShareRecruitment(id int64, shared bool) error {
	return s.withRecruitment(id, func(r *recruitment) error { r.shared = shared; return nil })
}

// DemandCV makes the form of a recruitment demand a CV, or not.
func (s *Simulator) DemandCV(id int64, demanded bool) error {
	return s.withRecruitment(id, func(r *recruitment) error { r.demandsCV = demanded; return nil })
}

// AddQuestion adds a custom question to the form and returns its id.
func (s *Simulator) AddQuestion(recruitmentID int64, label string, required bool) (id int64, err error) {
	err = s.withRecruitment(recruitmentID, func(r *recruitment) error {
		if strings.TrimSpace(label) == "" {
			return fmt.Errorf("add question: a text is needed")
		}
		id = s.st.next("question", 41)
		r.questions = append(r.questions, question{id, label, required})
		return nil
	})
	return id, err
}

// SetQuestionRequired makes a custom question mandatory, or not.
func (s *Simulator) SetQuestionRequired(recruitmentID, questionID int64, required bool) error {
	return s.withRecruitment(recruitmentID, func(r *recruitment) error {
		i := slices.IndexFunc(r.questions, func(q question) bool { return q.id == questionID })
		if i < 0 {
			return fmt.Errorf("no question %d", questionID)
		}
		r.questions[i].required = required
		return nil
	})
}

// SetSkew puts the vendor's clock wrong: the Date header and every date in answers.
func (s *Simulator) SetSkew(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.skew = d
}
