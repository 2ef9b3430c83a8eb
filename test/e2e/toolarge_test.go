package e2e

import (
	"os"
	"path/filepath"
	"testing"
)

func TestAFileThatIsTooLargeIsNotSentAndNothingTypedIsLost(t *testing.T) {
	d := startDemo(t)
	b := newTab(t, "toolarge")
	cv := filepath.Join(t.TempDir(), "cv.pdf")
	if err := os.WriteFile(cv, pdf(1, 13<<20), 0o600); err != nil { // more than a form may have
		t.Fatal(err)
	}
	b.open(d.url + "/jobs")
	b.press("Backend Engineer")
	b.fill("First name", "Żaneta")
	b.upload("input[type=file]", cv)
	b.press("Send the application")
	if typed := eval[string](b, `(document.getElementById("candidate.first_name") || {}).value || ""`); typed != "Żaneta" {
		t.Errorf("after Send the form holds %q\n%s", typed, b.text())
	}
	if said := eval[string](b, `(document.getElementById("cv") || {}).validationMessage || ""`); said != "The file is too large: at most 10 MB." {
		t.Errorf("said %q", said)
	}
	b.fill("Last name", "Gęślińska")
	small := filepath.Join(t.TempDir(), "cv.pdf")
	if err := os.WriteFile(small, pdf(2, 1000), 0o600); err != nil {
		t.Fatal(err)
	}
	b.upload("input[type=file]", small)
	b.press("Send the application")
	b.see("Please tick") // the form went out, and came back for what else is missing
}
