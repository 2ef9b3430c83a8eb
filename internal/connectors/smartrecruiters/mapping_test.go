package smartrecruiters

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"handoff/internal/connector"
	"handoff/internal/connectors/smartrecruiters/internal/srapi"
	"handoff/internal/recruit"
)

func TestACandidateIsMappedWithoutLossInAnyScript(t *testing.T) {
	set := connector.Settings{PlatformTag: "handoff", Source: &recruit.Source{ID: "JOB%2FBOARD//a%2Fb"}}
	got := candidate(connector.Submission{Tag: "ho-1", Candidate: recruit.Candidate{
		FirstName: " Zo\u0308e\u202e\tĄnna ", LastName: "", Email: " zoe@example.com ", Phone: "+48600700800", LinkedInURL: "https://www.linkedin.com/in/zoe"}}, set)
	want := srapi.CandidateInput{FirstName: "Zöe Ąnna", LastName: "-", Email: "zoe@example.com", PhoneNumber: "+48600700800",
		Web: &srapi.Web{LinkedIn: "https://www.linkedin.com/in/zoe"}, Tags: []string{"handoff", "ho-1"}, Source: &srapi.Source{Type: "JOB/BOARD", ID: "a/b"}}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	b, err := json.Marshal(got)
	if err != nil || !strings.Contains(string(b), `"linkedin"`) || strings.Contains(string(b), "sourceSubTypeId") {
		t.Errorf("%s, %v", b, err)
	}
	if bare := candidate(connector.Submission{}, connector.Settings{}); bare.Source != nil || bare.Web != nil || bare.Tags != nil {
		t.Errorf("what is not there is sent: %+v", bare)
	}
}

func TestASourceIDKeepsItsBorders(t *testing.T) {
	for _, s := range []srapi.Source{{Type: "A", SubType: "B", ID: "c"}, {Type: "A/B", ID: "c/d?e"}, {Type: "ż %2F", SubType: "..", ID: "%"}} {
		if got, ok := parseSource(sourceID(s.Type, s.SubType, s.ID)); !ok || got != s {
			t.Errorf("%+v became %+v, %v", s, got, ok)
		}
	}
	for _, id := range []string{"", "a/b", "a/b/c/d", "/b/c", "a/b/", "a/%zz/c"} {
		if _, ok := parseSource(id); ok {
			t.Errorf("%q is taken for a source", id)
		}
	}
}

func TestFileNames(t *testing.T) {
	for in, want := range map[string]string{
		"CV.pdf": "CV.pdf", "cv.PDF": "cv.pdf", "../../etc/passwd.pdf": "passwd.pdf", `C:\a\b.docx`: "b.docx", "": "CV.pdf", ".pdf": "CV.pdf",
		"no extension": "no extension.pdf", "a.exe.pdf": "a.exe.pdf", "zdjęcie.jpeg": "zdjęcie.jpeg", "a\x00\n\"b.pdf": "a _b.pdf", " . .pdf": "CV.pdf",
	} {
		f := &connector.CVFile{Name: in, ContentType: "application/pdf"}
		if got := fileName(f, ""); got != want {
			t.Errorf("%q became %q, want %q", in, got, want)
		}
		if got := fileName(f, "ho-1"); !strings.Contains(got, "-ho-1.") {
			t.Errorf("%q with a tag became %q", in, got)
		}
	}
	for _, in := range []string{strings.Repeat("ą", 500) + ".pdf", strings.Repeat("x.", 300)} {
		for _, tag := range []recruit.Tag{"", recruit.NewTag()} {
			if got := fileName(&connector.CVFile{Name: in, ContentType: "application/pdf"}, tag); utf8.RuneCountInString(got) > longestName || !strings.HasSuffix(got, ".pdf") {
				t.Errorf("%d characters: %q", utf8.RuneCountInString(got), got)
			}
		}
	}
}

func TestFilesThatTheVendorDoesNotTakeAreRefused(t *testing.T) {
	for _, c := range []struct {
		name, contentType string
		size              int64
		code              string
	}{
		{"cv.pdf", "application/pdf", 10 << 20, ""}, {"cv.rtf", "text/plain", 1, ""}, {"photo", "image/png", 1, ""}, {"cv.doc", "application/x-ole-storage", 1, ""},
		{"cv.odt", "application/vnd.oasis.opendocument.text", 1, "FILE_TYPE"}, {"cv.txt", "text/plain; charset=utf-8", 1, "FILE_TYPE"}, {"cv", "", 1, "FILE_TYPE"},
		{"cv.pdf", "application/pdf", 10<<20 + 1, "FILE_SIZE"},
	} {
		err := acceptable(&connector.CVFile{Name: c.name, ContentType: c.contentType, Size: c.size})
		if c.code == "" && err != nil || c.code != "" && (!hasCode(err, c.code) || connector.KindOf(err) != connector.Rejected) {
			t.Errorf("%s %s %d: %v, want %q", c.name, c.contentType, c.size, err, c.code)
		}
	}
}

func FuzzFileName(f *testing.F) {
	f.Add("cv.pdf", "ho-1")
	f.Fuzz(func(t *testing.T, name, tag string) {
		got := fileName(&connector.CVFile{Name: name, ContentType: "application/pdf"}, "")
		if got == "" || strings.ContainsAny(got, "/\\\"\r\n\x00") || !utf8.ValidString(got) || utf8.RuneCountInString(got) > longestName {
			t.Errorf("%q became %q", name, got)
		}
	})
}
