package web

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"

	"handoff/internal/recruit"
	"handoff/internal/web/page"
)

// report is a run as it is shown. Its mark changes with what is shown, so
// that a page that asks every second is answered only when there is news, and
// a screen reader says each thing once.
func report(run recruit.TestRun, ats string) page.TestReport {
	return page.TestReport{Run: run, ATS: ats, Mark: mark(run.State, run.Checks, run.RemoteURL)}
}

func mark(shown ...any) string {
	b, _ := json.Marshal(shown) // plain data
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:6])
}

// testRun is a report that asks for itself.
func (v *visit) testRun() error {
	run, err := v.web.o.Integration.TestRun(v.r.Context(), v.caller(), recruit.TestRunID(v.r.PathValue("id")))
	if err != nil {
		return err
	}
	c, err := v.web.o.Integration.Connection(v.r.Context(), v.caller(), run.Connection)
	if err != nil {
		return err
	}
	m := report(run, c.Type.Title)
	if m.Mark == v.r.URL.Query().Get("seen") {
		return v.nothingNew()
	}
	if run.RemoteJob == "" && run.State != "running" {
		// What a test of the connection found changes the whole of its page.
		v.w.Header().Set("HX-Refresh", "true")
	}
	return v.show(http.StatusOK, page.ReportBody(v.piece(), m))
}

// nothingNew leaves a piece of a page as it is.
func (v *visit) nothingNew() error {
	v.w.WriteHeader(http.StatusNoContent)
	return nil
}

// piece is a shell for a part of a page: what was just done is left for the
// next whole page.
func (v *visit) piece() *page.Shell {
	return &page.Shell{Speaker: v.say, Platform: v.web.o.PlatformName, Support: v.web.o.SupportEmail, Now: v.web.o.Now(),
		User: v.user, Company: v.company, File: v.web.files.URL}
}
