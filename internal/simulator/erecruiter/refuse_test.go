package erecruiter

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
)

// TestACreateIsRefusedAndNothingIsStored holds promise 1, case by case.
func TestACreateIsRefusedAndNothingIsStored(t *testing.T) {
	file := func(name string, content []byte) []any {
		return []any{map[string]any{"fileName": name, "content": base64.StdEncoding.EncodeToString(content)}}
	}
	for _, c := range []struct {
		name   string
		change func(*world, map[string]any)
		status int
		code   string
	}{
		{"no first name", func(_ *world, b map[string]any) { delete(b, "firstName") }, 400, "FieldRequired"},
		{"a blank last name", func(_ *world, b map[string]any) { b["lastName"] = " " }, 400, "FieldRequired"},
		{"no e-mail", func(_ *world, b map[string]any) { delete(b, "email") }, 400, "FieldRequired"},
		{"an e-mail that is none", func(_ *world, b map[string]any) { b["email"] = "gracja" }, 400, "EmailInvalid"},
		{"an e-mail with a name", func(_ *world, b map[string]any) { b["email"] = "G <g@example.com>" }, 400, "EmailInvalid"},
		{"a number for a name", func(_ *world, b map[string]any) { b["firstName"] = 7 }, 400, "FieldInvalid"},
		{"a country of three letters", func(_ *world, b map[string]any) { b["country"] = "POL" }, 400, "CountryInvalid"},
		{"a long external id", func(_ *world, b map[string]any) { b["externalId"] = strings.Repeat("x", 65) }, 400, "ExternalIdTooLong"},
		{"an unknown field", func(_ *world, b map[string]any) { b["linkedin"] = "x" }, 400, "UnknownField"},
		{"an unknown field of a file", func(_ *world, b map[string]any) { b["cvFiles"].([]any)[0].(map[string]any)["size"] = 1 }, 400, "UnknownField"},
		{"an unknown field of a consent", func(_ *world, b map[string]any) { b["consents"].([]any)[0].(map[string]any)["text"] = "x" }, 400, "UnknownField"},
		{"an unknown source", func(_ *world, b map[string]any) { b["originId"] = 999 }, 400, "OriginUnknown"},
		{"a source as text", func(w *world, b map[string]any) { b["originId"] = fmt.Sprint(w.origin) }, 400, "FieldInvalid"},
		{"a deactivated source", func(w *world, _ map[string]any) { w.ok(w.sim.SetOriginActive(w.origin, false)) }, 400, "OriginUnknown"},
		{"a removed source", func(w *world, _ map[string]any) { w.ok(w.sim.DeleteOrigin(w.origin)) }, 400, "OriginUnknown"},
		{"no consents at all", func(_ *world, b map[string]any) { delete(b, "consents") }, 400, "FieldRequired"},
		{"a required consent not stated", func(_ *world, b map[string]any) { b["consents"] = []any{} }, 400, "ConsentRequired"},
		{"a required consent refused", func(w *world, b map[string]any) { b["consents"] = []any{w.says(w.must, false)} }, 400, "ConsentRequired"},
		{"a consent of another form", func(w *world, b map[string]any) { b["consents"] = []any{w.says(w.must, true), w.says(3197, true)} }, 400, "ConsentUnknown"},
		{"a consent that never was", func(w *world, b map[string]any) { b["consents"] = []any{w.says(w.must, true), w.says(1, true)} }, 400, "ConsentUnknown"},
		{"a consent stated twice", func(w *world, b map[string]any) { b["consents"] = []any{w.says(w.must, true), w.says(w.must, true)} }, 400, "ConsentRepeated"},
		{"a version of the future", func(w *world, b map[string]any) { b["consents"].([]any)[0].(map[string]any)["contentVersion"] = 2 }, 409, "ConsentChanged"},
		{"a decision that is text", func(w *world, b map[string]any) { b["consents"].([]any)[0].(map[string]any)["accepted"] = "yes" }, 400, "FieldInvalid"},
		{"a time that is none", func(w *world, b map[string]any) { b["consents"].([]any)[0].(map[string]any)["statedAt"] = "today" }, 400, "FieldInvalid"},
		{"no consent assigned any more", func(w *world, _ map[string]any) { w.ok(w.sim.unassignAll(w.job)) }, 409, "ConsentNotAssigned"},
		{"a consent made required", func(w *world, _ map[string]any) { w.ok(w.sim.AssignConsent(w.job, w.may, true)) }, 400, "ConsentRequired"},
		{"a picture for a CV", func(_ *world, b map[string]any) { b["cvFiles"] = file("cv.png", pdf) }, 400, "FileType"},
		{"a file without a name", func(_ *world, b map[string]any) { b["cvFiles"] = file("", pdf) }, 400, "FileName"},
		{"a path for a name", func(_ *world, b map[string]any) { b["cvFiles"] = file("../cv.pdf", pdf) }, 400, "FileName"},
		{"an empty file", func(_ *world, b map[string]any) { b["cvFiles"] = file("cv.pdf", nil) }, 400, "FileContent"},
		{"a file that is no base64", func(_ *world, b map[string]any) {
			b["cvFiles"] = []any{map[string]any{"fileName": "cv.pdf", "content": "%%%"}}
		}, 400, "FileContent"},
		{"a file above 5 MB", func(_ *world, b map[string]any) { b["cvFiles"] = file("cv.pdf", make([]byte, 5<<20+1)) }, 413, "FileTooLarge"},
		{"no CV where one is demanded", func(w *world, b map[string]any) { w.ok(w.sim.DemandCV(w.job, true)); delete(b, "cvFiles") }, 400, "CvRequired"},
		{"a mandatory question left open", func(w *world, _ map[string]any) { _, err := w.sim.AddQuestion(w.job, "Prawo jazdy?", true); w.ok(err) }, 400, "CustomQuestionRequired"},
		{"an answer to no question", func(_ *world, b map[string]any) { b["custom_99"] = "x" }, 400, "UnknownField"},
		{"a closed recruitment", func(w *world, _ map[string]any) { w.ok(w.sim.SetRecruitmentStatus(w.job, Closed)) }, 409, "RecruitmentNotActive"},
		{"an archived recruitment", func(w *world, _ map[string]any) { w.ok(w.sim.SetRecruitmentStatus(w.job, Archived)) }, 409, "RecruitmentNotActive"},
		{"a draft", func(w *world, _ map[string]any) { w.ok(w.sim.SetRecruitmentStatus(w.job, Draft)) }, 409, "RecruitmentNotActive"},
		{"an unshared recruitment", func(w *world, _ map[string]any) { w.ok(w.sim.ShareRecruitment(w.job, false)) }, 403, "RecruitmentNotShared"},
		{"a key without the right", func(w *world, _ map[string]any) { w.ok(w.sim.DenyOperation(w.key.ID, "createApplication", true)) }, 403, "PermissionDenied"},
		{"a revoked key", func(w *world, _ map[string]any) { w.ok(w.sim.RevokeKey(w.key.ID)) }, 401, "Unauthorized"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := start(t)
			before := len(w.sim.Ledger().Applications)
			people := len(w.sim.Ledger().Candidates)
			b := w.grace()
			c.change(w, b)
			w.push(w.job, b).is(c.status, c.code)
			if l := w.sim.Ledger(); len(l.Applications) != before || len(l.Candidates) != people {
				t.Error("something was stored")
			}
		})
	}
}

func TestARequestIsRefusedBeforeItsWork(t *testing.T) {
	w := start(t)
	w.call("GET", "/v1.1/Recruitments", nil).is(400, "CompanyRequired")
	w.call("GET", "/v1.1/Recruitments?companyId=x", nil).is(400, "CompanyInvalid")
	w.call("GET", "/v1.1/Recruitments?companyId=1", nil).is(403, "CompanyForbidden")
	w.call("GET", "/v1.1/Account/Companies?companyId=1", nil).is(400, "UnknownField")
	w.get("/Recruitments?page=2").is(400, "UnknownField")
	w.get("/Recruitments?limit=0").is(400, "QueryInvalid")
	w.get("/Recruitments?offset=-1").is(400, "QueryInvalid")
	w.get("/Recruitments?limit=5&limit=6").is(400, "QueryInvalid")
	w.get("/Recruitments?limit=%%zz").is(400, "QueryInvalid")
	w.get("/Recruitments/1").is(404, "RecruitmentNotFound")
	w.get("/Recruitments/abc").is(404, "RecruitmentNotFound")
	w.get("/CandidateApplications/1").is(404, "ApplicationNotFound")
	w.get("/Nope").is(404, "NotFound")
	w.call("PUT", w.api("/Recruitments/%d", w.job), nil).is(405, "MethodNotAllowed")
	w.call("GET", w.api("/Recruitments"), nil, "Authorization", "").is(401, "Unauthorized")
	w.call("GET", w.api("/Recruitments"), nil, "Authorization", "Bearer wrong").is(401, "Unauthorized")
	w.call("GET", w.api("/Recruitments"), nil, "Authorization", "Basic x").is(401, "Unauthorized")
	w.call("GET", w.api("/Recruitments"), "{}").is(400, "UnexpectedBody")
	w.push(w.job, "[]").is(400, "MalformedJson")
	w.push(w.job, "{}{}").is(400, "MalformedJson")
	w.push(w.job, w.grace(), "Content-Type", "text/plain").is(415, "UnsupportedMediaType")
	w.push(w.job, w.grace(), "Content-Type", "multipart/form-data").is(400, "MalformedMultipart")
	w.push(w.job, strings.Repeat(" ", 24<<20+1)).is(413, "RequestTooLarge")
	w.get("/JobOffers/Multiposting?modifiedSince=yesterday").is(400, "QueryInvalid")
	id := w.create(w.grace())
	w.call("POST", w.api("/CandidateApplications/%d/Notes", id), map[string]any{"content": " "}).is(400, "FieldRequired")
	w.call("POST", w.api("/CandidateApplications/%d/Notes", id), map[string]any{"content": "x", "kind": 1}).is(400, "UnknownField")
	w.call("POST", w.api("/CandidateApplications/%d/Notes", id), map[string]any{"content": "x"}).is(201, "")
	if n := len(w.get("/CandidateApplications/%d/Notes", id).is(200, "").items()); n != 2 {
		t.Errorf("%d notes", n)
	}
}

func TestLenientModeRecordsWhatItSwallows(t *testing.T) {
	w := start(t, with("undeclared_fields", "recorded"))
	b := w.grace()
	b["linkedin"] = "x"
	w.create(b)
	if n := w.sim.Journal(0).Tally("undeclared", "createApplication field linkedin"); n != 1 {
		t.Error(n)
	}
}

func TestPathsAreComparedWithoutCase(t *testing.T) {
	w := start(t)
	for _, p := range []string{"/ACCOUNT/stages", "/account/Stages"} {
		w.get("%s", p).is(200, "")
	}
	w.call("GET", "/V1.1/account/companies", nil).is(200, "")
	if e := w.last(); e.Path != "/v1.1/Account/Companies" {
		t.Error(e.Path)
	}
}
