package atstest

import (
	"testing"

	"handoff/internal/connector"
	"handoff/internal/recruit"
)

// chapterConsents: where the ATS has texts of its own for each job, they are
// read word for word, decisions arrive as they were made, and without what is
// required nobody goes in.
func chapterConsents(t testing.TB, target Target) {
	h := newHost(t, target, Options{}, "")
	c := h.conn()
	if (c.Consents != nil) != target.Type.ConsentPerJob {
		t.Fatalf("ConsentPerJob is %v, and the connector reads consents: %v", target.Type.ConsentPerJob, c.Consents != nil)
	}
	if !target.Type.ConsentPerJob {
		return
	}
	job := h.remote.Job(JobOpen)
	shown := h.shown[job]
	seen, clauses, required, optional := map[string]bool{}, 0, 0, 0
	for _, x := range shown {
		if x.ID == "" || seen[x.ID] || x.Text == "" || x.SHA256 != sha256Of(x.Text) {
			t.Errorf("a text is read as %+v", x)
		}
		seen[x.ID] = true
		switch {
		case x.Kind == recruit.RemoteClause:
			clauses++
		case x.Kind == recruit.RemoteAsk && x.Required:
			required++
		case x.Kind == recruit.RemoteAsk:
			optional++
		}
	}
	if clauses == 0 || required == 0 || optional == 0 {
		t.Fatalf("%d clauses, %d required and %d optional consents were read; the job has each", clauses, required, optional)
	}
	for i, rest := range []recruit.Decision{recruit.Given, recruit.Refused, recruit.NoStatement} {
		w := h.application(job, i)
		w.s.Consents = decided(shown, rest)
		if k := h.push(w); k != connector.Unknown {
			t.Errorf("with the rest %s: %v", rest, k)
			continue
		}
		h.once(w, "with decisions")
		h.stands(w, shown, rest)
	}
	for i, d := range []recruit.Decision{recruit.Refused, recruit.NoStatement} { // the last line of defence; the engine withholds these
		w := h.application(job, 10+i)
		for j, x := range shown {
			if x.Required {
				w.s.Consents[j].Decision = d
			}
		}
		if k := h.push(w); k != connector.Rejected || len(h.held(w)) != 0 {
			t.Errorf("a required consent %s: %v, and the ATS holds %d", d, k, len(h.held(w)))
		}
	}
	h.bare()
	for _, f := range []Fault{{Kind: StatusBefore, Status: 500}, {Kind: Empty}, {Kind: Truncated}, {Kind: HTML}, {Kind: DropBefore}} {
		h.remote.Heal()
		h.remote.Fault(f)
		if list, err := c.Consents.RemoteConsents(t.Context(), job); h.saw(err) != connector.Unavailable || list != nil {
			t.Errorf("%s: %d texts and %v, want none and unavailable", f.Kind, len(list), err)
		}
	}
	leaks(t, h)
}

// stands asserts what the ATS holds of the decisions: yes, no, or nothing.
func (h *host) stands(w *work, shown []recruit.RemoteConsent, rest recruit.Decision) {
	h.t.Helper()
	got := h.held(w)[0].Consents
	for _, x := range shown {
		want := rest
		switch {
		case x.Kind == recruit.RemoteClause:
			continue // whether having read one is told is the ATS's matter
		case x.Required:
			want = recruit.Given
		case rest == recruit.NoStatement:
			want = ""
		}
		if got[x.ID] != want {
			h.t.Errorf("a consent (required: %v) stands as %q, want %q", x.Required, got[x.ID], want)
		}
	}
}

// bare asserts that a job without a consent takes nobody, and says so first.
func (h *host) bare() {
	h.t.Helper()
	job := h.remote.Job(JobBare)
	w := h.application(job, 20)
	if k := h.push(w); k != connector.Forbidden || len(h.held(w)) != 0 {
		h.t.Errorf("a job without a consent: %v, and the ATS holds %d", k, len(h.held(w)))
	}
	if flight := h.conn().Flight; flight != nil {
		j, checks, err := flight.Preflight(h.t.Context(), job)
		got := states(connector.Report{Checks: checks})[connector.CheckConsentAssigned]
		if h.saw(err) != connector.Unknown || got.State != recruit.CheckFailed || j.ConsentAssigned == nil || *j.ConsentAssigned {
			h.t.Errorf("a job without a consent is %+v, %+v, %v", j, got, err)
		}
	}
}
