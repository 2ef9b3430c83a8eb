package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"handoff/internal/app"
	"handoff/internal/apply"
	"handoff/internal/process"
	"handoff/internal/recruit"
	"handoff/internal/simulator/erecruiter"
)

// keyed is a house that is connected to a simulated eRecruiter, with an open
// process that sends to a recruitment which asks for no consent of its own.
func keyed(t *testing.T) (h *house, b *browser, sim *erecruiter.Simulator, k erecruiter.IssuedKey, conn string, p recruit.ProcessID) {
	t.Helper()
	sim, ats := simulatedKeyed(t)
	if _, err := sim.AddOrigin("Handoff"); err != nil {
		t.Fatal(err)
	}
	h = furnished(t, app.Options{ERecruiter: ats})
	b = h.signedIn("admin@acme.example.com")
	k = sim.IssueKey(erecruiter.ScopeAll)
	conn = strings.TrimSuffix(b.post("/settings/integrations/erecruiter/connect", url.Values{"auth": {"access_key"}, "access_scope": {"all"},
		"credentials.access_key": {k.Key}}).want(http.StatusSeeOther).to(), "#test")
	b.post(conn+"/test", nil).want(http.StatusSeeOther)
	b.until(conn, func(p page) bool { return strings.Contains(p.text(), "candidates can go in") })
	b.post(conn+"/import", nil).want(http.StatusSeeOther)
	b.until(conn, func(p page) bool { return strings.Contains(p.text(), "Chosen: Handoff") })
	ctx := t.Context()
	v, err := h.Process.Create(ctx, h.boss, recruit.Details{Name: "Office Manager", Description: "Keep the office.", Cities: []string{"Warszawa"}, WorkMode: "onsite",
		Contracts: []string{"employment"}, Role: "embedded_engineer", Technologies: []string{"Mail", "Paper", "Tea"}, SalaryVisibility: "public",
		Salaries: []recruit.Salary{{Contract: "employment", From: 9000, To: 11000, Currency: "PLN", Period: "month"}}})
	if err != nil {
		t.Fatal(err)
	}
	job := strconv.FormatInt(sim.Recruitment("Office Manager").ID, 10)
	b.until(processPathOf(v.ID)+"/edit", func(p page) bool { return strings.Contains(p.body, `name="remote_job" value="`+job+`"`) })
	if v, _, err = h.Process.Bind(ctx, h.boss, v.ID, process.BindingChoice{Connection: recruit.ConnectionID(conn[strings.LastIndex(conn, "/")+1:]),
		RemoteJob: recruit.RemoteJobID(job)}); err != nil {
		t.Fatal(err)
	}
	if v, err = h.Process.Publish(ctx, h.boss, v.ID); err != nil {
		t.Fatal(err)
	}
	// Until the recruitment's own texts were read nobody can be asked.
	b.until("/jobs/"+v.Slug, func(page) bool {
		f, err := h.Apply.Form(ctx, v.ID, "", "pl")
		return err == nil && f.ATSTransfer != nil
	})
	return h, b, sim, k, conn, v.ID
}

func processPathOf(id recruit.ProcessID) string { return "/processes/" + string(id) }

// applies submits the nth candidate, who agrees to the transfer.
func (h *house) applies(p recruit.ProcessID, n int) recruit.ApplicationID {
	h.t.Helper()
	f, err := h.Apply.Form(h.t.Context(), p, "", "pl")
	if err != nil {
		h.t.Fatal(err)
	}
	s := apply.Submission{Process: p, Locale: "pl", FormToken: f.Token, Channel: "api", Key: strconv.Itoa(n),
		Candidate:   recruit.Candidate{FirstName: "Zofia", LastName: "Nr " + strconv.Itoa(n), Email: fmt.Sprintf("zofia.%d@example.com", n)},
		CV:          &apply.Upload{FileName: "cv.pdf", Body: strings.NewReader(pdf)},
		Clause:      &apply.Choice{Version: f.Clause.Version, Decision: recruit.Given},
		ATSTransfer: &apply.Choice{Version: f.ATSTransfer.Version, Decision: recruit.Given}}
	for _, x := range f.Remote {
		if x.Kind == recruit.RemoteAsk {
			s.Remote = append(s.Remote, apply.RemoteChoice{ID: x.ID, Version: x.Version, Decision: recruit.NoStatement})
		}
	}
	r, err := h.Apply.Submit(h.t.Context(), s)
	if err != nil {
		h.t.Fatal(err)
	}
	return r.Application
}

// reaches waits until a delivery stands so.
func (h *house) reaches(b *browser, id recruit.ApplicationID, want recruit.DeliveryState) {
	h.t.Helper()
	b.until("/applications/"+string(id), func(page) bool {
		v, err := h.Apply.Get(h.t.Context(), h.boss, id)
		return err == nil && v.Delivery.State == want
	})
}

// Nothing is lost and nothing doubled by a key that is revoked: the next
// delivery finds it, all that come wait, and a good key lets them go.
func TestWhatARevokedKeyHoldsIsSentOnceByTheNextOne(t *testing.T) {
	h, b, sim, k, conn, p := keyed(t)
	h.reaches(b, h.applies(p, 1), recruit.DeliveryDelivered)
	if err := sim.RevokeKey(k.ID); err != nil {
		t.Fatal(err)
	}
	second, third := h.applies(p, 2), h.applies(p, 3)
	h.reaches(b, second, recruit.DeliveryHeld)
	h.reaches(b, third, recruit.DeliveryHeld)
	b.get(conn).has("does not let us in", "Partners, Activate")
	good := sim.IssueKey(erecruiter.ScopeAll)
	b.post(conn+"/credential", url.Values{"access_scope": {"all"}, "credentials.access_key": {good.Key}}).want(http.StatusSeeOther)
	h.reaches(b, second, recruit.DeliveryHeld) // saved is not tested
	b.post(conn+"/test", nil).want(http.StatusSeeOther)
	h.reaches(b, second, recruit.DeliveryDelivered)
	h.reaches(b, third, recruit.DeliveryDelivered)
	h.reaches(b, h.applies(p, 4), recruit.DeliveryDelivered)
	held := map[string]int{}
	for _, a := range sim.Ledger().Applications {
		held[a.Email]++
	}
	for n := 1; n <= 4; n++ {
		if e := fmt.Sprintf("zofia.%d@example.com", n); held[e] != 1 {
			t.Errorf("eRecruiter holds %d applications of candidate %d, want 1", held[e], n)
		}
	}
}

func TestAKeyThatIsReplacedInTimeHoldsNobody(t *testing.T) {
	h, b, sim, k, conn, p := keyed(t)
	good := sim.IssueKey(erecruiter.ScopeAll)
	b.post(conn+"/credential", url.Values{"access_scope": {"all"}, "credentials.access_key": {good.Key}}).want(http.StatusSeeOther)
	h.reaches(b, h.applies(p, 1), recruit.DeliveryDelivered) // with the old one, while the new one waits
	b.post(conn+"/test", nil).want(http.StatusSeeOther)
	b.until(conn, func(p page) bool { return strings.Contains(p.text(), "The new key is in use now") })
	if err := sim.RevokeKey(k.ID); err != nil {
		t.Fatal(err)
	}
	h.reaches(b, h.applies(p, 2), recruit.DeliveryDelivered)
	if v, err := h.Process.Get(t.Context(), h.boss, p); err != nil || v.Binding == nil || v.Binding.State != recruit.BindingOK {
		t.Errorf("the binding is %+v, %v", v.Binding, err)
	}
	b.get(conn).has("candidates can go in", "Chosen: Handoff")
}
