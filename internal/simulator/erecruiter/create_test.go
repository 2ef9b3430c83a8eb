package erecruiter

import (
	"encoding/base64"
	"slices"
	"testing"
)

func TestTheSameCandidateAgainGetsTheFirstIDs(t *testing.T) {
	w := start(t)
	first := w.push(w.job, w.grace()).is(201, "")
	again := w.grace()
	again["email"], again["externalId"], again["firstName"], again["note"] = "GRACJA.probna@example.com", "other", "Inna", "second"
	r := w.push(w.job, again).is(200, "")
	if r.num("applicationId") != first.num("applicationId") || r.num("candidateId") != first.num("candidateId") {
		t.Fatalf("%s after %s", r.Body, first.Body)
	}
	a := w.sim.Ledger().Email("gracja.probna@example.com")[0]
	if k, _ := w.sim.Ledger().Candidate(a.CandidateID); k.FirstName != "Gracja" || len(a.Notes) != 1 || len(a.Files) != 1 {
		t.Error("something was overwritten")
	}
	if n := w.sim.Journal(0).Tally("create_repeated", ""); n != 1 {
		t.Error(n)
	}
	other := w.person("another@example.com")
	other["externalId"] = w.grace()["externalId"]
	if got := w.push(w.job, other).is(200, "").num("applicationId"); got != a.ID {
		t.Error("the external id was not honoured")
	}
	w.ok(w.sim.RemoveApplication(a.ID))
	w.push(w.job, w.grace()).is(201, "")
}

func TestReadingsOfADuplicate(t *testing.T) {
	w := start(t)
	w.create(w.grace())
	b := w.grace()
	b["externalId"] = "another"
	w.set("duplicate", Error409)
	w.push(w.job, b).is(409, "AlreadyApplied")
	w.set("duplicate", Second)
	w.push(w.job, b).is(201, "")
	if w.held() != 2 {
		t.Error(w.held())
	}
	l := w.sim.Ledger().Email("gracja.probna@example.com")
	if l[0].CandidateID != l[1].CandidateID {
		t.Error("another person")
	}
	w.set("same_person", NewCandidate)
	b["externalId"] = "third"
	if got := w.push(w.job, b).is(201, "").num("candidateId"); got == l[0].CandidateID {
		t.Error("the same person")
	}
	w.set("idempotency_key", Honoured)
	w.set("external_id", Ignored)
	one := w.push(w.job, b, "Idempotency-Key", "k").is(201, "").num("applicationId")
	if two := w.push(w.job, b, "Idempotency-Key", "k").is(200, "").num("applicationId"); one != two {
		t.Error("the Idempotency-Key was not honoured")
	}
}

func TestAnotherRecruitmentIsTheSamePersonAndAnotherApplication(t *testing.T) {
	w := start(t)
	other := w.sim.Recruitment("Frontend Developer").ID
	a := w.push(w.job, w.grace()).is(201, "")
	b := w.push(other, w.grace()).is(201, "")
	if a.num("candidateId") != b.num("candidateId") || a.num("applicationId") == b.num("applicationId") {
		t.Errorf("%s %s", a.Body, b.Body)
	}
}

func TestTheThreeStatesOfAConsent(t *testing.T) {
	w := start(t)
	b := w.grace()
	b["consents"] = []any{w.says(w.must, true), w.says(w.clause, true)}
	id := w.create(b)
	a := w.sim.Ledger().Email("gracja.probna@example.com")[0]
	if len(a.Consents) != 2 || slices.ContainsFunc(a.Consents, func(d LedgerDecision) bool { return d.ConsentID == w.may }) {
		t.Fatalf("%+v", a.Consents)
	}
	// A newer answer overwrites the older one of the person, not the record of the application.
	other := w.grace()
	other["consents"] = []any{w.says(w.must, true), w.says(w.may, true)}
	cv := w.sim.Recruitment("Frontend Developer").ID
	w.push(cv, other).is(201, "")
	other["email"], other["externalId"] = "second@example.com", "s"
	k, _ := w.sim.Ledger().Candidate(a.CandidateID)
	if len(k.Decisions) != 3 {
		t.Errorf("%+v", k.Decisions)
	}
	w.set("clause_statement", Refused)
	b["email"], b["externalId"] = "third@example.com", "t"
	w.push(w.job, b).is(400, "ConsentUnknown")
	w.ok(w.sim.ChangeConsent(w.must, "Nowa treść zgody."))
	w.set("consent_version", Refused)
	old := w.says(w.must, true)
	old["contentVersion"] = 1
	b["consents"] = []any{old}
	w.push(w.job, b).is(409, "ConsentChanged")
	old["contentVersion"] = 2
	w.push(w.job, b).is(201, "")
	if _, bad := w.sim.Ledger().Candidate(id); bad {
		t.Error("an application's id names a person")
	}
}

func TestACandidateWithoutCVHasANote(t *testing.T) {
	w := start(t)
	b := w.grace()
	delete(b, "cvFiles")
	w.create(b)
	if a := w.sim.Ledger().Email("gracja.probna@example.com")[0]; len(a.Files) != 0 || a.Notes[0] != "LinkedIn: https://www.linkedin.com/in/example" {
		t.Errorf("%+v", a)
	}
}

func TestEveryTypeOfCVIsTaken(t *testing.T) {
	w := start(t, with("file_check", "content"))
	for name, content := range map[string]string{"a.pdf": "%PDF-1.4", "b.doc": "\xd0\xcf\x11\xe0", "c.docx": "PK\x03\x04", "d.odt": "PK\x03\x04", "e.rtf": `{\rtf1}`, "f.TXT": "żółć"} {
		b := w.person(name + "@example.com")
		b["cvFiles"] = []any{map[string]any{"fileName": name, "content": base64.StdEncoding.EncodeToString([]byte(content))}}
		w.create(b)
	}
	b := w.grace()
	b["cvFiles"] = []any{map[string]any{"fileName": "cv.pdf", "content": base64.StdEncoding.EncodeToString([]byte("MZ"))}}
	w.push(w.job, b).is(400, "FileType")
	b["cvFiles"] = []any{map[string]any{"fileName": "cv.pdf", "content": base64.StdEncoding.EncodeToString(append(pdf, make([]byte, 5<<20-len(pdf))...))}}
	w.create(b) // exactly 5 MB
}

func TestCustomQuestionsAreAnsweredOrBypassed(t *testing.T) {
	w := start(t)
	id, err := w.sim.AddQuestion(w.job, "Prawo jazdy?", true)
	w.ok(err)
	form := w.get("/Recruitments/%d", w.job).obj()["form"].(map[string]any)
	if q := form["questions"].([]any); len(q) != 1 || q[0].(map[string]any)["required"] != true {
		t.Errorf("%v", form)
	}
	b := w.grace()
	b["custom_41"] = "tak"
	w.create(b)
	if a := w.sim.Ledger().Email("gracja.probna@example.com")[0]; id != 41 || a.Answers["41"] != "tak" {
		t.Errorf("%d %v", id, a.Answers)
	}
	w.set("custom_questions", "bypassed")
	w.create(w.person("other@example.com"))
}
