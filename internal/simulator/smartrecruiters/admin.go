package smartrecruiters

import (
	"fmt"
	"slices"
)

// The methods of this file do what an administrator does on the pages; the control port has the
// same, one call each. They fail only when what they name does not exist or cannot be.

// Job returns the one job with a title; it panics when there is not exactly one, since that is a
// mistake in a test.
func (s *Simulator) Job(title string) LedgerJob {
	s.mu.Lock()
	defer s.mu.Unlock()
	var found []*job
	for _, j := range s.st.jobs {
		if j.title == title {
			found = append(found, j)
		}
	}
	if len(found) != 1 {
		panic(fmt.Sprintf("smartrecruiters simulator: %d jobs are called %q", len(found), title))
	}
	return found[0].ledger()
}

// CreateJob creates a job.
func (s *Simulator) CreateJob(spec JobSpec) (LedgerJob, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if spec.Title == "" {
		return LedgerJob{}, fmt.Errorf("create job: a title is needed")
	}
	if spec.Status != "" && !slices.Contains(jobStatuses, spec.Status) {
		return LedgerJob{}, fmt.Errorf("create job: unknown status %q", spec.Status)
	}
	if spec.Language != "" && languages[spec.Language][0] == "" {
		return LedgerJob{}, fmt.Errorf("create job: unknown language %q", spec.Language)
	}
	j := s.addJob(spec, s.rand, s.clock.Now())
	s.emit("job.created", obj{"id": j.id}, "/jobs/"+j.id)
	s.log.Info("job created", "job", j.id)
	return j.ledger(), nil
}

func (s *Simulator) withJob(id string, f func(*job) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	j := s.st.jobsByID[id]
	if j == nil {
		return fmt.Errorf("no job %q", id)
	}
	return f(j)
}

// SetJobStatus changes a job's status: CREATED, SOURCING, FILLED, INTERVIEW, OFFER, CANCELLED, ON_HOLD.
func (s *Simulator) SetJobStatus(id, status string) error {
	return s.withJob(id, func(j *job) error {
		if !slices.Contains(jobStatuses, status) {
			return fmt.Errorf("unknown job status %q", status)
		}
		s.setJobStatus(j, status)
		return nil
	})
}

// SetJobTitle renames a job.
func (s *Simulator) SetJobTitle(id, title string) error {
	return s.withJob(id, func(j *job) error {
		j.title, j.updated = title, s.clock.Now()
		s.emit("job.updated", obj{"id": j.id}, "/jobs/"+j.id)
		return nil
	})
}

// SetJobAccess takes the job away from all credentials (denied) or gives it back. A denied job is
// missing in lists and answers 401 PERMISSION_DENIED elsewhere (S).
func (s *Simulator) SetJobAccess(id string, denied bool) error {
	return s.withJob(id, func(j *job) error { j.denied = denied; return nil })
}

func (s *Simulator) withCandidate(id string, f func(*candidate) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	k := s.st.candidate(id)
	if k == nil {
		return fmt.Errorf("no candidate %q", id)
	}
	return f(k)
}

func (s *Simulator) withApplication(candidateID, jobID string, f func(*application) error) error {
	return s.withCandidate(candidateID, func(k *candidate) error {
		a := k.app(jobID)
		if a == nil {
			return fmt.Errorf("candidate %q is not on job %q", candidateID, jobID)
		}
		return f(a)
	})
}

// Move says where a candidate goes.
type Move struct {
	Status    string `json:"status"`
	SubStatus string `json:"sub_status,omitempty"`
	Reason    string `json:"reason,omitempty"` // id of a rejection or withdrawal reason
}

// MoveCandidate moves a candidate on a job, as a recruiter does.
func (s *Simulator) MoveCandidate(candidateID, jobID string, to Move) error {
	return s.withApplication(candidateID, jobID, func(a *application) error {
		if !slices.Contains(statuses, to.Status) {
			return fmt.Errorf("unknown status %q", to.Status)
		}
		if p := s.move(a, to.Status, to.SubStatus, to.Reason, "", "admin"); p != nil {
			return fmt.Errorf("%s: %s", p.code, p.message)
		}
		return nil
	})
}

// Stranger is a candidate that came without the platform.
type Stranger struct {
	FirstName string   `json:"first_name"`
	LastName  string   `json:"last_name"`
	Email     string   `json:"email"`
	Tags      []string `json:"tags"`
	JobID     string   `json:"job_id"` // empty: talent pool only
}

// AddCandidate adds a stranger.
func (s *Simulator) AddCandidate(p Stranger) (LedgerCandidate, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	j := s.st.jobsByID[p.JobID]
	if p.JobID != "" && j == nil {
		return LedgerCandidate{}, fmt.Errorf("no job %q", p.JobID)
	}
	k := s.addCandidate(s.rand.UUID(), "")
	k.first, k.last, k.email, k.tags = p.FirstName, p.LastName, p.Email, p.Tags
	s.index(k)
	s.emit("candidate.created", obj{"id": k.id}, "/candidates/"+k.id)
	if j != nil {
		s.addApplication(k, j, nil, "NEW", "admin")
	}
	return k.ledger(), nil
}

// AddApplication puts a candidate on one more job, as a recruiter does. Lists and details then show
// that application in full (switch primary_assignment).
func (s *Simulator) AddApplication(candidateID, jobID string) error {
	return s.withCandidate(candidateID, func(k *candidate) error {
		j := s.st.jobsByID[jobID]
		if j == nil || k.app(jobID) != nil {
			return fmt.Errorf("no job %q, or candidate %q is on it", jobID, candidateID)
		}
		s.addApplication(k, j, nil, "NEW", "admin")
		return nil
	})
}

// DeleteCandidate deletes a candidate with everything; the ledger keeps it as removed.
func (s *Simulator) DeleteCandidate(id string) error {
	return s.withCandidate(id, func(k *candidate) error { s.removeCandidate(k); return nil })
}

// RemoveApplication takes a candidate off a job.
func (s *Simulator) RemoveApplication(candidateID, jobID string) error {
	return s.withApplication(candidateID, jobID, func(a *application) error { s.removeApplication(a); return nil })
}

// HideStage has the list leave out the assignment, and the application answered
// with an error.
func (s *Simulator) HideStage(candidateID, jobID string) error {
	return s.withApplication(candidateID, jobID, func(a *application) error { a.untold = true; return nil })
}

// SetConsent sets a candidate's consent: REQUIRED, PENDING, ACQUIRED or DECLINED.
func (s *Simulator) SetConsent(candidateID, status string) error {
	return s.withCandidate(candidateID, func(k *candidate) error {
		if !slices.Contains([]string{"REQUIRED", "PENDING", "ACQUIRED", "DECLINED"}, status) {
			return fmt.Errorf("unknown consent status %q", status)
		}
		now := s.clock.Now()
		k.consent, k.consentAt = status, &now
		return nil
	})
}

// AddSource adds a custom source. Only an administrator can: there is no API call (S).
func (s *Simulator) AddSource(label string) (LedgerSource, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if label == "" {
		return LedgerSource{}, fmt.Errorf("add source: a label is needed")
	}
	id := s.rand.UUID()
	src := &source{id: id, uuid: id, typeID: "CUSTOM", subType: "CUSTOM", label: label}
	s.st.sources = append(s.st.sources, src)
	return src.ledger(), nil
}

// DeleteSource deletes a source; it can still be read by its uuid (S), but no longer be used.
func (s *Simulator) DeleteSource(uuid string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, src := range s.st.sources {
		if src.uuid == uuid {
			src.deleted = true
			return nil
		}
	}
	return fmt.Errorf("no source %q", uuid)
}

// SetSubStatuses replaces the sub-statuses of a hiring process for IN_REVIEW, INTERVIEW or OFFERED.
// Candidates that stand on a removed one stay there, as they do in the real one (I).
func (s *Simulator) SetSubStatuses(process, status string, names []string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !slices.Contains([]string{"IN_REVIEW", "INTERVIEW", "OFFERED"}, status) {
		return fmt.Errorf("status %q has no sub-statuses", status)
	}
	for _, p := range s.st.processes {
		if p.name == process || p.id == process {
			p.subStatuses[status] = slices.Clone(names)
			return nil
		}
	}
	return fmt.Errorf("no hiring process %q", process)
}

// AddProcess adds an active hiring process with its sub-statuses, by IN_REVIEW, INTERVIEW and OFFERED.
func (s *Simulator) AddProcess(name string, subStatuses map[string][]string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if name == "" || slices.ContainsFunc(s.st.processes, func(p *process) bool { return p.name == name }) {
		return fmt.Errorf("add hiring process: a name of its own is needed")
	}
	p := &process{id: s.rand.UUID(), name: name, active: true, subStatuses: map[string][]string{"IN_REVIEW": {}, "INTERVIEW": {}, "OFFERED": {}}}
	for status, names := range subStatuses {
		if _, ok := p.subStatuses[status]; !ok {
			return fmt.Errorf("status %q has no sub-statuses", status)
		}
		p.subStatuses[status] = slices.Clone(names)
	}
	s.st.processes = append(s.st.processes, p)
	return nil
}

// File returns the bytes of a stored file, removed ones included; nil when there is none.
func (s *Simulator) File(attachmentID string) []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	if f := s.st.attachments[attachmentID]; f != nil {
		return slices.Clone(f.bytes)
	}
	return nil
}
