package smartrecruiters

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"handoff/internal/simulator/simkit"
)

// createOnJob answers POST /jobs/{jobId}/candidates: create and assign in one call. There is no
// call that assigns an existing candidate to a job (S).
func (c *call) createOnJob() *simkit.Answer {
	j, bad := c.findJob(c.Params["jobId"])
	if bad != nil {
		return bad
	}
	if j.template {
		return c.fail(http.StatusNotFound, "JOB_NOT_FOUND", "Job not found") // I
	}
	if !openStatus(j.status) && c.sw.ClosedJobCreate == Refused {
		return c.fail(http.StatusBadRequest, "JOB_NOT_ACTIVE", "The job does not take candidates") // I
	}
	return c.create(j)
}

// createInPool answers POST /candidates: no job, so GET /candidates never lists the result (S).
func (c *call) createInPool() *simkit.Answer { return c.create(nil) }

func (c *call) create(j *job) *simkit.Answer {
	s, body := c.s, c.body.(obj)
	src, bad := c.sourceOf(body, j != nil)
	if bad != nil {
		return bad
	}
	tags := strs(body["tags"])
	if p := c.badTags(tags); p != nil {
		return c.invalid(p)
	}
	known := s.sameEmail(body["email"].(string), c.sw.EmailMatch)
	reading, person := c.sw.DuplicateEmail, firstOf(known)
	if j != nil {
		for _, k := range known {
			if k.app(j.id) != nil {
				reading, person = c.sw.SameJobTwice, k
				break
			}
		}
	}
	if person == nil {
		reading = NewCandidate
	}
	switch reading {
	case Error400:
		return c.fail(http.StatusBadRequest, "CANDIDATE_ALREADY_EXISTS", "A candidate with this e-mail already exists") // I
	case Error409:
		return c.fail(http.StatusConflict, "CANDIDATE_ALREADY_EXISTS", "A candidate with this e-mail already exists") // I
	case NewCandidate:
		person = s.addCandidate(s.rand.UUID(), c.cred.id)
		person.set(body)
		person.tags = tags
		s.index(person)
		s.emit("candidate.created", obj{"id": person.id}, "/candidates/"+person.id)
	default:
		s.merge(person, body, tags)
	}
	if j != nil && person.app(j.id) == nil {
		s.addApplication(person, j, src, statuses[boolInt(c.sw.InitialStatus == StatusNew)], c.cred.id)
	}
	return c.json(http.StatusCreated, c.details(person))
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

func firstOf(list []*candidate) *candidate {
	if len(list) == 0 {
		return nil
	}
	return list[0]
}

func (s *Simulator) sameEmail(email string, match Setting) []*candidate {
	var out []*candidate
	for _, k := range s.st.byEmail[strings.ToLower(email)] {
		if k.deleted == nil && (match == AnyCase || k.email == email) {
			out = append(out, k)
		}
	}
	return out
}

func (s *Simulator) addCandidate(id, by string) *candidate {
	now := s.clock.Now()
	k := &candidate{seq: len(s.st.candidates) + 1, id: id, created: now, updated: now, createdBy: by, consent: "REQUIRED"}
	s.st.candidates = append(s.st.candidates, k)
	s.st.byID[k.id] = k
	return k
}

// index enters the candidate under its e-mail of now.
func (s *Simulator) index(k *candidate) {
	key := strings.ToLower(k.email)
	s.st.byEmail[key] = append(s.st.byEmail[key], k)
}

func (s *Simulator) unindex(k *candidate) {
	key := strings.ToLower(k.email)
	s.st.byEmail[key] = slices.DeleteFunc(s.st.byEmail[key], func(x *candidate) bool { return x == k })
}

// set takes over the fields that a checked body holds.
func (k *candidate) set(body obj) {
	for name, p := range map[string]*string{"firstName": &k.first, "lastName": &k.last, "email": &k.email, "phoneNumber": &k.phone} {
		if v, ok := body[name].(string); ok {
			*p = v
		}
	}
	if v, ok := body["location"].(obj); ok {
		k.location = v
	}
	if v, ok := body["web"].(obj); ok {
		k.web = v
	}
	if v, ok := body["education"].([]any); ok {
		k.education = v
	}
	if v, ok := body["experience"].([]any); ok {
		k.experience = v
	}
	if v, ok := body["internal"].(bool); ok {
		k.internal = v
	}
}

func (s *Simulator) merge(k *candidate, body obj, tags []string) {
	switch s.Switches().MergeTags {
	case Added:
		k.tags = union(k.tags, tags)
	case Replaced:
		k.tags = tags
	}
	if s.Switches().MergeData == Replaced {
		s.unindex(k)
		k.set(body)
		s.index(k)
	}
	k.updated = s.clock.Now()
	s.emit("candidate.updated", obj{"id": k.id}, "/candidates/"+k.id)
}

func (s *Simulator) addApplication(k *candidate, j *job, src *source, status, by string) *application {
	now := s.clock.Now()
	a := &application{id: s.rand.UUID(), candidate: k, job: j, status: status, source: src, created: now}
	a.history = []move{{now, status, "", by}}
	k.apps = append(k.apps, a)
	j.apps = append(j.apps, a)
	j.activity, k.updated = now, now
	s.st.appsByID[a.id] = a
	s.emit("application.created", a.event(), a.path())
	return a
}

func (a *application) path() string {
	return "/candidates/" + a.candidate.id + "/jobs/" + a.job.id
}

func (a *application) event() obj {
	return obj{"job_id": a.job.id, "candidate_id": a.candidate.id, "application_id": a.id}
}

func (c *call) badTags(tags []string) []problem {
	most, _ := strconv.Atoi(string(c.sw.TagLength))
	for _, t := range tags {
		if utf8.RuneCountInString(t) > most {
			return []problem{{codeInvalid, "tags: a tag has at most " + string(c.sw.TagLength) + " characters"}}
		}
	}
	return nil
}

func strs(v any) []string {
	out := []string{}
	l, _ := v.([]any)
	for _, e := range l {
		out = append(out, e.(string))
	}
	return out
}

func union(a, b []string) []string {
	out := slices.Clone(a)
	for _, t := range b {
		if !slices.Contains(out, t) {
			out = append(out, t)
		}
	}
	return out
}
