package erecruiter

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"handoff/internal/simulator/simkit"
)

// createApplication takes a candidate with everything in one call, or refuses and stores nothing
// (A: no public code inserts one; that partners can is C). In this order: the recruitment, its
// state, its consents (promise 6), the shape of the body, whether it was there before, the
// source, the decisions, the files, the questions.
func (c *call) createApplication() *simkit.Answer {
	r, bad := c.findRecruitment()
	if bad != nil {
		return bad
	}
	if r.status != Active {
		return c.fail(http.StatusConflict, "RecruitmentNotActive", "The recruitment does not collect applications", "Recruitment")
	}
	if !r.consentAssigned() {
		return c.fail(http.StatusConflict, "ConsentNotAssigned", "No consent is assigned to the recruitment", "Recruitment")
	}
	in, bad := c.readCreate()
	if bad != nil {
		return bad
	}
	idempotency := ""
	if c.sw.IdempotencyKey == Honoured {
		idempotency = c.Header.Get("Idempotency-Key")
	}
	if known := c.knownApplication(r, in, idempotency); known != nil {
		c.s.journal.Tally("create_repeated", strconv.FormatInt(r.id, 10))
		return c.created(http.StatusOK, known)
	}
	if c.sw.Duplicate == Error409 && c.byEmail(r, in.email) != nil {
		return c.fail(http.StatusConflict, "AlreadyApplied", "The candidate has applied to this recruitment", "Candidate")
	}
	src, bad := c.originOf(in)
	if bad != nil {
		return bad
	}
	said, bad := c.decisions(r, in)
	if bad != nil {
		return bad
	}
	files, bad := c.cvFiles(r, in)
	if bad != nil {
		return bad
	}
	if bad := c.checkAnswers(r, in); bad != nil {
		return bad
	}
	a := c.s.store(r, c.person(r, in), c.key.id)
	a.origin, a.externalID, a.idempotency, a.files, a.answers = src, in.externalID, idempotency, files, in.answers
	if in.note != "" {
		a.notes = append(a.notes, note{in.note, c.key.id, c.now()})
	}
	a.state(said)
	return c.created(http.StatusCreated, a)
}

func (c *call) created(status int, a *application) *simkit.Answer {
	v := obj{"applicationId": a.id, "candidateId": a.candidate.id, "stageId": a.stage.id}
	switch c.sw.CreatedAnswer {
	case "application_only":
		v = obj{"applicationId": a.id}
	case "empty":
		return &simkit.Answer{Status: status, Header: http.Header{}}
	}
	return c.one(status, "created", v)
}

// knownApplication finds what an earlier call made: by externalId, by Idempotency-Key, or by
// e-mail in the same recruitment. Nothing of it is overwritten.
func (c *call) knownApplication(r *recruitment, in *createInput, idempotency string) *application {
	for _, a := range r.apps {
		if a.gone() {
			continue
		}
		if in.externalID != "" && a.externalID == in.externalID && c.sw.ExternalID == Honoured ||
			idempotency != "" && a.idempotency == idempotency {
			return a
		}
	}
	if c.sw.Duplicate == "existing" {
		return c.byEmail(r, in.email)
	}
	return nil
}

func (c *call) byEmail(r *recruitment, email string) *application {
	return find(r.apps, func(a *application) bool { return !a.gone() && sameEmail(a.candidate.email, email, c.sw.EmailMatch) })
}

// originOf resolves the source; it may be left out unless a switch says otherwise (U).
func (c *call) originOf(in *createInput) (*origin, *simkit.Answer) {
	if in.originID == 0 {
		if c.sw.OriginOnInsert == "required" {
			return nil, c.fail(http.StatusBadRequest, "OriginRequired", "The source is missing", "Origin")
		}
		return nil, nil
	}
	o := c.s.st.origin(in.originID)
	if o == nil || o.company != c.company || !o.active && c.sw.InactiveOrigin == Refused {
		return nil, c.fail(http.StatusBadRequest, "OriginUnknown", "No such source", "Origin")
	}
	return o, nil
}

// decisions checks the statements against what is assigned to the recruitment. What is not stated
// stays "no statement"; false is "no" (C).
func (c *call) decisions(r *recruitment, in *createInput) ([]statement, *simkit.Answer) {
	var said []statement
	for _, d := range in.consents {
		a := r.assignment(d.id)
		id := strconv.FormatInt(d.id, 10)
		switch {
		case a == nil, a.consent.clause && c.sw.ClauseStatement == Refused:
			return nil, c.fail(http.StatusBadRequest, "ConsentUnknown", "Consent "+id+" is not assigned to the recruitment", "Consent")
		case slices.ContainsFunc(said, func(s statement) bool { return s.consent == a.consent }):
			return nil, c.fail(http.StatusBadRequest, "ConsentRepeated", "Consent "+id+" is stated twice", "Consent")
		case d.version > a.consent.version(), d.version > 0 && d.version < a.consent.version() && c.sw.ConsentVersion == Refused:
			return nil, c.fail(http.StatusConflict, "ConsentChanged", "Consent "+id+" has another version", "Consent")
		}
		version := d.version
		if version == 0 {
			version = a.consent.version()
		}
		said = append(said, statement{a.consent, decision{given: d.accepted, version: version, stated: d.statedAt, at: c.now()}})
	}
	for _, a := range r.consents {
		given := slices.ContainsFunc(said, func(s statement) bool { return s.consent == a.consent && s.given })
		if a.required && !a.consent.clause && !given {
			return nil, c.fail(http.StatusBadRequest, "ConsentRequired", "Consent "+strconv.FormatInt(a.consent.id, 10)+" is required.", "Consent")
		}
	}
	return said, nil
}

// checkAnswers refuses answers to questions that the form does not have, and a mandatory question
// left open (U: an insert may as well bypass them).
func (c *call) checkAnswers(r *recruitment, in *createInput) *simkit.Answer {
	for id := range in.answers {
		if !slices.ContainsFunc(r.questions, func(q question) bool { return strconv.FormatInt(q.id, 10) == id }) {
			if a := c.undeclared("field " + c.w.Create.Question + id); a != nil {
				return a
			}
		}
	}
	for _, q := range r.questions {
		id := strconv.FormatInt(q.id, 10)
		if q.required && strings.TrimSpace(in.answers[id]) == "" && c.sw.CustomQuestions == Refused {
			return c.fail(http.StatusBadRequest, "CustomQuestionRequired", "Field "+c.w.Create.Question+id+" is required.", "CustomField")
		}
	}
	return nil
}
