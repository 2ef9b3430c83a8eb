package atstest

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"handoff/internal/connector"
	"handoff/internal/recruit"
)

// Canaries: what must be seen at the ATS and nowhere else.
const (
	canaryFirst = "Zdzisława"
	canaryLast  = "Żółć-Kanarkowa"
	canaryPhone = "+48600700800"
	canaryFile  = "Życiorys Kanarkowa.pdf"
	canaryMail  = "kanarkowa"
	canaryCV    = "%PDF-1.7 curriculum of kanarkowa "
)

var errStop = errors.New("the host stops here")

// work is one application on its way.
type work struct {
	s        connector.Submission
	receipt  connector.Receipt
	from, to time.Time // of attempts in flight
	kinds    []connector.Kind
}

// application makes a submission of its own candidate; n tells them apart.
func (h *host) application(job recruit.RemoteJobID, n int) *work {
	data := []byte(fmt.Sprintf("%s%d", canaryCV, n))
	return &work{s: connector.Submission{
		Application: recruit.NewApplicationID(h.remote.Now()), Job: job, Tag: recruit.NewTag(), Locale: "pl",
		Candidate: recruit.Candidate{FirstName: canaryFirst, LastName: canaryLast, Phone: canaryPhone,
			Email: fmt.Sprintf("%s.%d@example.com", canaryMail, n), LinkedInURL: "https://www.linkedin.com/in/kanarkowa"},
		CV: cv(canaryFile, data), Consents: decided(h.shown[job], recruit.NoStatement),
	}}
}

// decided is what a candidate decides who reads the clauses, gives what is
// required, and decides on the rest as told.
func decided(shown []recruit.RemoteConsent, rest recruit.Decision) []recruit.RemoteDecision {
	var out []recruit.RemoteDecision
	for _, c := range shown {
		d := recruit.RemoteDecision{ID: c.ID, Version: c.Version, SHA256: c.SHA256, Decision: rest}
		if c.Required || c.Kind == recruit.RemoteClause {
			d.Decision = recruit.Given
		}
		out = append(out, d)
	}
	return out
}

func sha256Of(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

func cv(name string, data []byte) *connector.CVFile {
	sum := sha256.Sum256(data)
	return &connector.CVFile{Name: name, ContentType: "application/pdf", Size: int64(len(data)), SHA256: hex.EncodeToString(sum[:]),
		Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(data)), nil }}
}

// push makes one attempt, recording receipts as the engine does.
func (h *host) push(w *work) connector.Kind {
	h.t.Helper()
	return h.pushUntil(w, func(connector.Receipt) error { return nil })
}

func (h *host) pushUntil(w *work, record connector.Record) connector.Kind {
	h.t.Helper()
	if w.from.IsZero() {
		w.from = h.remote.Now()
	}
	err := h.conn().Push.Push(h.t.Context(), w.s, w.receipt, func(r connector.Receipt) error {
		if w.receipt.Candidate != "" && r.Candidate != w.receipt.Candidate {
			h.t.Errorf("a receipt that named a candidate was replaced")
		}
		w.receipt = r
		return record(r)
	})
	w.to = h.remote.Now()
	kind := h.saw(err)
	w.kinds = append(w.kinds, kind)
	return kind
}

// find looks one work up. It repeats what may be repeated.
func (h *host) find(w *work) (connector.Found, connector.Kind) {
	h.t.Helper()
	for range 40 {
		found, err := h.conn().Find.Find(h.t.Context(), w.s.Job, []connector.Wanted{w.wanted()})
		kind := h.saw(err)
		switch kind {
		case connector.Unknown:
			if len(found) > 1 {
				h.t.Errorf("Find answered for %d, one was asked for", len(found))
			}
			return found[w.s.Application], kind
		case connector.Unavailable, connector.RateLimited, connector.Unanswered:
			h.rested()
		default:
			return connector.Found{}, kind
		}
	}
	return connector.Found{}, connector.Unavailable
}

func (w *work) wanted() connector.Wanted {
	return connector.Wanted{Application: w.s.Application, Tag: w.s.Tag, Email: w.s.Candidate.Email, From: w.from, To: w.to}
}

// end is how a delivery came out.
type end string

const (
	delivered end = "delivered"
	linked    end = "linked"
	attention end = "needs attention"
)

// deliver is the engine's loop: what is refused is repeated, what is unanswered
// or a duplicate is looked up after the ATS has settled.
func (h *host) deliver(w *work) end {
	h.t.Helper()
	for range 40 {
		switch kind := h.push(w); kind {
		case connector.Unknown:
			if !w.receipt.Complete {
				h.t.Errorf("Push returned without an error and without a complete receipt")
			}
			return delivered
		case connector.Unavailable, connector.RateLimited:
			h.rested()
		case connector.Unanswered, connector.Duplicate:
			h.remote.Pass(h.typ.Limits.Settle() + time.Second)
			found, asked := h.find(w)
			switch {
			case asked != connector.Unknown:
				return attention
			case found.Match == connector.Ours:
				if w.receipt.Candidate == "" {
					w.receipt.Candidate, w.receipt.Application, w.receipt.URL = found.Candidate, found.Application, found.URL
				}
			case found.Match == connector.Existing:
				return linked
			case found.Match == connector.Ambiguous, kind == connector.Duplicate:
				return attention
			}
		default:
			return attention
		}
	}
	return attention
}

// held returns what the ATS holds of a work on its job: by tag or by e-mail.
func (h *host) held(w *work) []Held {
	var out []Held
	for _, x := range h.remote.Held(w.s.Job) {
		mine := strings.EqualFold(x.Email, w.s.Candidate.Email)
		for _, t := range x.Tags {
			mine = mine || t == string(w.s.Tag)
		}
		if mine {
			out = append(out, x)
		}
	}
	return out
}

// once asserts the promise of the whole: one application, complete, with the
// right CV once.
func (h *host) once(w *work, what string) {
	h.t.Helper()
	got := h.held(w)
	if len(got) != 1 {
		h.t.Errorf("%s: the ATS holds %d applications, want 1 (attempts ended %v)", what, len(got), w.kinds)
		return
	}
	n := 0
	for _, f := range got[0].Files {
		if w.s.CV != nil && f.SHA256 == w.s.CV.SHA256 {
			n++
		}
	}
	want := 1
	if w.s.CV == nil {
		want = 0
	}
	if n != want || len(got[0].Files) != want {
		h.t.Errorf("%s: the ATS holds the CV %d times among %d files, want %d (attempts ended %v)", what, n, len(got[0].Files), want, w.kinds)
	}
	if w.receipt.Candidate != got[0].Candidate {
		h.t.Errorf("%s: the receipt names another candidate than the one that is there", what)
	}
}
