package smartrecruiters

import (
	"strings"
	"testing"
)

func TestAFileIsRefused(t *testing.T) {
	w := start(t, func(o *Options) { o.Limits.Attachments = 2; o.Limits.FileBytes = 1000 })
	id := w.create(grace())
	up := func(parts ...part) reply { return w.upload(w.app(id)+"/attachments", parts...) }
	kind := part{name: "attachmentType", value: "RESUME"}
	up(kind).is(400, "MISSING_FIELD")
	up(part{name: "file", file: "cv.pdf", value: pdf}).is(400, "INVALID_VALUE")
	up(part{name: "attachmentType", value: "CV"}, part{name: "file", file: "cv.pdf", value: pdf}).is(400, "INVALID_VALUE")
	up(kind, part{name: "file", file: "cv.pdf", value: pdf}, part{name: "comment", value: "x"}).is(400, "UNRECOGNIZED_FIELD")
	w.attach(id, "cv.exe", pdf).is(400, "INVALID_FILE")
	w.attach(id, "cv", pdf).is(400, "INVALID_FILE")
	w.attach(id, "cv.pdf", "").is(400, "INVALID_FILE")
	w.attach(id, "cv.pdf", "PK\x03\x04 not a pdf").is(400, "INVALID_FILE")
	w.attach(id, "cv.pdf", pdf+strings.Repeat("x", 1000)).is(400, "INVALID_FILE")
	w.upload("/candidates/"+id+"/jobs/"+w.other+"/attachments", kind, part{name: "file", file: "cv.pdf", value: pdf}).is(404, "JOB_NOT_FOUND")
	w.upload("/candidates/nope/jobs/"+w.job+"/attachments", kind, part{name: "file", file: "cv.pdf", value: pdf}).is(404, "CANDIDATE_NOT_FOUND")

	w.attach(id, "cv.pdf", pdf).is(201, "")
	w.attach(id, "cv.pdf", pdf+"2").is(400, "FILE_ALREADY_EXIST")
	w.attach(id, "cv.docx", "PK\x03\x04").is(201, "")
	w.attach(id, "cv.png", "\x89PNG\r\n\x1a\n").is(422, "ATTACHMENT_LIMIT_EXCEEDED")
	if n := len(w.sim.Ledger().Live(w.job)[2].Attachments); n != 2 {
		t.Fatalf("%d files stored, want 2", n)
	}
}

func TestABodyAboveEveryLimitIsRefusedWithoutBeingKept(t *testing.T) {
	for value, status := range map[Setting]int{"invalid_file": 400, "413_html": 413} {
		w := start(t, with("file_too_large", value))
		id := w.create(grace())
		w.attach(id, "cv.pdf", pdf+strings.Repeat("x", 13<<20)).is(status, "")
	}
	w := start(t)
	w.call("POST", "/candidates", `{"firstName":"`+strings.Repeat("x", 13<<20)+`"}`).is(413, "REQUEST_TOO_LARGE")
}

func TestASecondFileOfTheSameNameIsStoredWhenSwitched(t *testing.T) {
	w := start(t, with("same_file_name", Accepted))
	id := w.create(grace())
	w.attach(id, "cv.pdf", pdf).is(201, "")
	w.attach(id, "cv.pdf", pdf).is(201, "")
	if n := len(w.get(w.app(id) + "/attachments").content()); n != 2 {
		t.Fatalf("%d files", n)
	}
}

func TestBytesComeBackAsTheyWereSent(t *testing.T) {
	w := start(t)
	id := w.create(grace())
	all := make([]byte, 256)
	for i := range all {
		all[i] = byte(i)
	}
	content := pdf + string(all) + "\r\n--boundary\r\n"
	r := w.attach(id, "życiorys.pdf", content).is(201, "")
	if r.str("name") != "życiorys.pdf" || r.str("contentType") != "application/pdf" || r.str("type") != "RESUME" {
		t.Fatalf("%s", r.Body)
	}
	got := w.get("/candidates/attachments/"+r.str("id")).is(200, "")
	if string(got.Body) != content || string(w.sim.File(r.str("id"))) != content {
		t.Fatal("the bytes differ")
	}
	w.call("DELETE", "/candidates/attachments/"+r.str("id"), nil).is(204, "")
	w.get("/candidates/attachments/"+r.str("id")).is(404, "FILE_NOT_FOUND")
	w.attach(id, "życiorys.pdf", content).is(201, "") // the name is free again
}

func TestMalwareIsTakenAndNotGivenBack(t *testing.T) {
	w := start(t)
	id := w.create(grace())
	file := w.attach(id, "cv.pdf", pdf+MalwareMarker).is(201, "").str("id")
	w.get("/candidates/attachments/"+file).is(403, "MALWARE_DETECTED")
}

func TestFilesOfACandidateAndOfAnApplicationAreKeptApart(t *testing.T) {
	w := start(t)
	id := w.call("POST", "/candidates", grace()).is(201, "").str("id")
	w.upload("/candidates/"+id+"/attachments", part{name: "attachmentType", value: "GENERIC_FILE"},
		part{name: "file", file: "note.rtf", value: "{\\rtf1}"}).is(201, "")
	if n := len(w.get("/candidates/" + id + "/attachments").content()); n != 1 {
		t.Fatalf("%d files", n)
	}
}

func TestTagsAreAddedReplacedAndRemoved(t *testing.T) {
	w := start(t, with("tag_length", "50"))
	id := w.create(grace())
	path := "/candidates/" + id + "/tags"
	tags := func(v ...string) map[string]any { return map[string]any{"tags": v} }
	w.call("POST", path, tags("b", "handoff")).is(201, "")
	w.call("POST", path, tags(strings.Repeat("x", 51))).is(400, "INVALID_VALUE")
	w.call("POST", path, map[string]any{"tag": "x"}).is(400, "UNRECOGNIZED_FIELD")
	if k := w.sim.Ledger().Email("gracja.probna@example.com")[0]; !sameSet(k.Tags, []string{"handoff", "b"}) {
		t.Fatalf("%v", k.Tags)
	}
	w.call("PUT", path, tags("only")).is(201, "")
	w.call("DELETE", path, nil).is(204, "")
	if got := w.get(path).obj()["tags"].([]any); len(got) != 0 {
		t.Fatalf("%v", got)
	}
}

func TestConsentIsAskedForAndSpelledInTwoWays(t *testing.T) {
	w := start(t)
	id := w.create(grace())
	ask := map[string]any{"content": []any{map[string]any{"id": id}, map[string]any{"id": "nope"}}}
	results := w.call("POST", "/candidates/consent-requests", ask).is(201, "").obj()["results"].([]any)
	if results[0].(map[string]any)["status"] != 202.0 || results[1].(map[string]any)["status"] != 403.0 {
		t.Fatalf("%v", results)
	}
	if got := w.get("/candidates/" + id + "/consent").str("status"); got != "PENDING" {
		t.Fatal(got)
	}
	if err := w.sim.SetConsent(id, "ACQUIRED"); err != nil {
		t.Fatal(err)
	}
	if r := w.get("/candidates/" + id + "/consent"); r.str("status") != "ACQUIRED" || r.str("date") == "" {
		t.Fatalf("%s", r.Body)
	}
	d := w.get("/candidates/" + id + "/consents").obj()["decisions"].([]any)[0].(map[string]any)
	if d["status"] != "acquired" || d["scope"] != "Single" {
		t.Fatalf("%v", d)
	}
	w.call("POST", "/candidates/consent-requests", map[string]any{"content": []any{}}).is(400, "INVALID_VALUE")
	off := start(t, with("consent_requests", Off))
	id = off.create(grace())
	r := off.call("POST", "/candidates/consent-requests", map[string]any{"content": []any{map[string]any{"id": id}}}).is(201, "")
	if got := r.obj()["results"].([]any)[0].(map[string]any); got["status"] != 403.0 || got["body"] != false {
		t.Fatalf("%v", got)
	}
}
