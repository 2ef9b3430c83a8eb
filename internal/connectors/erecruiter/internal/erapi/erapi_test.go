package erapi

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"io"
	"mime"
	"mime/multipart"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"handoff/internal/connector"
)

func parsed(t testing.TB, s string) node {
	t.Helper()
	var n node
	if err := json.Unmarshal([]byte(s), &n); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestIDsAreTheSameInEveryForm(t *testing.T) {
	for in, want := range map[string]string{`77`: "77", `"77"`: "77", `77.0`: "77", `7.7e1`: "77", `" 77 "`: "77", `9007199254740993`: "9007199254740993",
		`null`: "", `{}`: "", `[]`: "", `true`: "true", `77.5`: "77.5"} {
		if got := parsed(t, in).text(); got != want {
			t.Errorf("%s is %q, want %q", in, got, want)
		}
	}
}

func TestNamesAreFoundInAnyCaseAndTheExactOneFirst(t *testing.T) {
	n := parsed(t, `{"StageID": 1, "stageId": 2, "Stage": {"ID": 3}, "none": null}`)
	for p, want := range map[string]string{"/stageId": "2", "/STAGEID2": "", "/stage/id": "3", "/none": "", "/stageId/x": ""} {
		var at Pointer
		if err := at.UnmarshalText([]byte(p)); err != nil {
			t.Fatal(err)
		}
		v, _ := n.at(at)
		if v.text() != want {
			t.Errorf("%s is %q, want %q", p, v.text(), want)
		}
	}
	if v, there := n.first([]Pointer{{"none"}, {"missing"}}); !there || v.v != nil {
		t.Error("null is there, and is nothing")
	}
	for in, want := range map[string]bool{`true`: true, `"True"`: true, `1`: true, `"tak"`: true, `false`: false, `0`: false, `"nie"`: false} {
		if yes, known := parsed(t, in).truth(); yes != want || !known {
			t.Errorf("%s is %v", in, yes)
		}
	}
}

func TestDatesOfEveryForm(t *testing.T) {
	warsaw, err := time.LoadLocation("Europe/Warsaw")
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC) // ten in Warsaw
	for in, width := range map[string]time.Duration{`"2026-11-20T10:00:00"`: time.Second, `"2026-11-20T09:00:00Z"`: time.Second, `"2026-11-20T10:00:00+01:00"`: time.Second,
		`"2026-11-20T10:00:00.000"`: time.Second, `"2026-11-20 10:00:00"`: time.Second, `"20.11.2026 10:00"`: time.Minute, `"/Date(1795165200000)/"`: time.Millisecond,
		`"/Date(1795165200000+0100)/"`: time.Millisecond} {
		if m := parsed(t, in).when(warsaw); !m.From.Equal(at) || m.To.Sub(m.From) != width {
			t.Errorf("%s is %v to %v", in, m.From.UTC(), m.To.UTC())
		}
	}
	for _, in := range []string{`"2026-11-20"`, `"20.11.2026"`} {
		if m := parsed(t, in).when(warsaw); !m.Within(at, at) || m.Within(at.Add(24*time.Hour), at.Add(25*time.Hour)) || m.To.Sub(m.From) != 24*time.Hour {
			t.Errorf("%s is %v", in, m)
		}
	}
	for _, in := range []string{`""`, `null`, `"yesterday"`, `"/Date(x)/"`, `"/Date(-1)/"`, `5`, `"31.02.2026"`} {
		if m := parsed(t, in).when(warsaw); !m.IsZero() || m.Within(time.Time{}, at) {
			t.Errorf("%s is %v", in, m)
		}
	}
	// 25 October 2026, half past two, comes twice.
	first := time.Date(2026, 10, 25, 0, 30, 0, 0, time.UTC)
	if m := parsed(t, `"2026-10-25T02:30:00"`).when(warsaw); !m.Within(first, first) || !m.Within(first.Add(time.Hour), first.Add(time.Hour)) {
		t.Errorf("the hour that comes twice is %v to %v", m.From.UTC(), m.To.UTC())
	}
}

func mapping(t testing.TB, change func(*Mapping)) *Mapping {
	t.Helper()
	at := func(s string) Pointer {
		var p Pointer
		if err := p.UnmarshalText([]byte(s)); err != nil {
			t.Fatal(err)
		}
		return p
	}
	m := &Mapping{Create: Create{Encoding: JSONBase64, ConsentStyle: ConsentList, IDs: IDNumber, Note: NoteInBody, JSONPart: "application", FilePart: "cvFiles"}, Send: map[string]Pointer{
		"first_name": at("/who/first"), "last_name": at("/who/last"), "email": at("/email"), "phone": at("/phone"), "origin": at("/originId"), "consents": at("/consents"),
		"consent.id": at("/consentId"), "consent.accepted": at("/accepted"), "consent.version": at("/contentVersion"), "note": at("/note"), "cv": at("/cvFiles"),
		"cv.name": at("/fileName"), "cv.type": at("/contentType"), "cv.content": at("/content")}}
	change(m)
	return m
}

func TestABodyIsWhatTheMappingSaysAndAsLongAsItSays(t *testing.T) {
	cv := strings.Repeat("%PDF ą ", 3000)
	a := func(n int) Application {
		return Application{FirstName: "Żółć", LastName: `O"Neill`, Email: "a@example.com", Origin: "77", Note: "x",
			Statements: []Statement{{ID: "3194", Version: 3, Accepted: true}, {ID: "x9"}},
			CV:         &Upload{Name: "Życiorys.pdf", ContentType: "application/pdf", Size: int64(n), Body: iotest.OneByteReader(strings.NewReader(cv[:n]))}}
	}
	for _, n := range []int{1, 2, 3, 4, chunk - 1, chunk, chunk + 1, len(cv)} {
		b, err := mapping(t, func(*Mapping) {}).body(a(n))
		if err != nil {
			t.Fatal(err)
		}
		raw, err := io.ReadAll(b.reader)
		if err != nil || int64(len(raw)) != b.length {
			t.Fatalf("%d bytes were announced as %d: %v", len(raw), b.length, err)
		}
		var got struct {
			Who      struct{ First, Last string }
			OriginID int64
			Consents []map[string]any
			CVFiles  []struct{ FileName, ContentType, Content string }
		}
		if err := json.Unmarshal(raw, &got); err != nil {
			t.Fatal(err)
		}
		content, err := base64.StdEncoding.DecodeString(got.CVFiles[0].Content)
		if err != nil || string(content) != cv[:n] || got.Who.First != "Żółć" || got.Who.Last != `O"Neill` || got.OriginID != 77 ||
			got.Consents[0]["consentId"] != 3194.0 || got.Consents[0]["contentVersion"] != 3.0 || got.Consents[1]["consentId"] != "x9" || got.Consents[1]["accepted"] != false {
			t.Errorf("%d bytes: %+v, %v", n, got, err)
		}
	}
	if b, err := mapping(t, func(*Mapping) {}).body(Application{FirstName: "a"}); err != nil || !strings.Contains(read(t, b), `"cvFiles":[]`) {
		t.Error("without a CV the list is not empty")
	}
}

func TestAMultipartBodyIsWhatTheMappingSaysAndAsLongAsItSays(t *testing.T) {
	m := mapping(t, func(m *Mapping) {
		m.Create.Encoding, m.Create.ConsentStyle, m.Create.IDs = Multipart, ConsentIDMap, IDText
	})
	for _, cv := range []string{"", "%PDF-1.7"} {
		a := Application{Origin: "77", Statements: []Statement{{ID: "5", Accepted: true}}}
		if cv != "" {
			a.CV = &Upload{Name: "ż.pdf", ContentType: "application/pdf", Size: int64(len(cv)), Body: strings.NewReader(cv)}
		}
		b, err := m.body(a)
		if err != nil {
			t.Fatal(err)
		}
		raw := read(t, b)
		_, params, err := mime.ParseMediaType(b.contentType)
		if err != nil {
			t.Fatal(err)
		}
		r := multipart.NewReader(strings.NewReader(raw), params["boundary"])
		first, err := r.NextPart()
		if err != nil || first.FormName() != "application" {
			t.Fatal(err)
		}
		fields, _ := io.ReadAll(first)
		if string(fields) != `{"consents":{"5":true},"originId":"77"}` {
			t.Errorf("%s", fields)
		}
		second, err := r.NextPart()
		if cv == "" && err != io.EOF || cv != "" && (err != nil || second.FormName() != "cvFiles" || second.FileName() != "ż.pdf") {
			t.Errorf("the part of the CV: %v", err)
		}
	}
}

func read(t testing.TB, b body) string {
	t.Helper()
	raw, err := io.ReadAll(b.reader)
	if err != nil || int64(len(raw)) != b.length {
		t.Fatalf("%d bytes were announced as %d: %v", len(raw), b.length, err)
	}
	return string(raw)
}

func TestAnIdNeverAddsAPieceToAPath(t *testing.T) {
	for in, want := range map[string]string{"5": "/a/5/b", "../x": "/a/..%2Fx/b", "..": "/a/%2E%2E/b", ".": "/a/%2E/b", "a?b#c": "/a/a%3Fb%23c/b", "{companyId}": "/a/%7BcompanyId%7D/b"} {
		if got := fill("/a/{x}/b", map[string]string{"x": in, "companyId": "9"}); got != want {
			t.Errorf("%q gives %s, want %s", in, got, want)
		}
	}
}

func FuzzReadErrorBody(f *testing.F) {
	m := &Mapping{Fields: map[string][]Pointer{"error.list": {nil, {"problems"}}, "error.code": {{"errorCode"}, {"code"}}}, Codes: map[string][]string{CodeSource: {"OriginUnknown"}}}
	for _, s := range []string{`[{"errorCode":"OriginUnknown"}]`, `{"problems":[{"code":"A"}]}`, `{"error":"invalid_grant"}`, `<html>`, "\xef\xbb\xbf[]", `[[[]]]`, `{"a":{"b":{"c":[1]}}}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		e := &StatusError{Op: "x", Status: 400}
		m.readErrorBody(b, e)
		for _, c := range e.Codes {
			if c == "" || connector.SafeCode(c) != c {
				t.Errorf("%q is no code", c)
			}
		}
		if len(e.Codes) > 16 || strings.ContainsAny(e.OAuth, " @") || len(e.OAuth) > 32 {
			t.Errorf("%d codes, %q", len(e.Codes), e.OAuth)
		}
	})
}

func FuzzRows(f *testing.F) {
	for _, s := range []string{`[]`, `{"rows":[{"id":1}]}`, `{"data":{"rows":null,"count":0}}`, `{"a":[],"b":[]}`, `7`, `{"createDate":"/Date(1)/"}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		var n node
		if json.Unmarshal(bytes.TrimSpace(b), &n) != nil {
			return
		}
		rows, ok := n.rows([]Pointer{{"rows"}, nil}, []Pointer{{"count"}})
		if !ok && rows != nil {
			t.Error("rows of what is no list")
		}
		for _, r := range append(rows, n) {
			_, _ = r.text(), r.when(time.UTC)
			_, _ = r.truth()
		}
	})
}
