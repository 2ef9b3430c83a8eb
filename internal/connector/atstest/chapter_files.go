package atstest

import (
	"strings"
	"testing"

	"handoff/internal/connector"
)

// chapterFiles: what the ATS does not take is refused before anything is sent,
// and a file is known by its bytes, not by its name.
func chapterFiles(t testing.TB, target Target) {
	h := newHost(t, target, Options{}, "")
	job := h.remote.Job(JobOpen)
	tooLarge := cv("large.pdf", []byte("x"))
	tooLarge.Size = h.typ.File.MaxBytes + 1
	for i, f := range []*connector.CVFile{{Name: "program.exe", ContentType: "application/x-msdownload", Size: 1, Open: cv("", []byte("x")).Open}, tooLarge} {
		w := h.application(job, i)
		w.s.CV = f
		before := len(h.remote.Calls())
		if k := h.push(w); k != connector.Rejected || len(h.remote.Calls()) != before {
			t.Errorf("file %d: %v after %d calls, want rejected after none", i, k, len(h.remote.Calls())-before)
		}
	}
	for i, name := range []string{"../../etc/passwd.pdf", `C:\Users\anna\cv.pdf`, "a\x00b\r\n.pdf", `q"u;o=te.pdf`, strings.Repeat("ą", 300) + ".pdf", ".pdf", "CV", "‮fdp.pdf"} {
		w := h.application(job, 10+i)
		w.s.CV.Name = name
		if k := h.push(w); k != connector.Unknown {
			t.Errorf("file name %d: %v", i, k)
			continue
		}
		h.once(w, "a strange file name")
		got := h.held(w)[0].Files[0].Name
		if len([]rune(got)) > 120 || strings.ContainsAny(got, "/\\\"\x00\r\n‮") || !strings.HasSuffix(strings.ToLower(got), ".pdf") {
			t.Errorf("file name %d became %q", i, got)
		}
	}
	// Somebody else's file stands under our name.
	w := h.application(job, 30)
	w.s.CV.Name = "cv.pdf"
	h.pushUntil(w, func(connector.Receipt) error { return errStop })
	h.remote.PutFile(job, w.receipt.Candidate, "cv.pdf", []byte("%PDF-1.7 another"))
	if e := h.deliver(w); e != delivered {
		t.Errorf("with another file of the same name: %s", e)
	}
	files := h.held(w)[0].Files
	ours, theirs := 0, 0
	for _, f := range files {
		if f.SHA256 == w.s.CV.SHA256 {
			ours++
		} else {
			theirs++
		}
	}
	if ours != 1 || theirs != 1 {
		t.Errorf("beside another file of the same name stand %d of ours; theirs: %d", ours, theirs)
	}
}
