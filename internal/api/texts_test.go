package api_test

import (
	"maps"
	"net"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"handoff/internal/app"
	"handoff/internal/simulator/erecruiter"
)

// withTexts is a house with an open process that is bound to a recruitment of
// a simulated eRecruiter: with a clause, a required consent and an optional one.
func withTexts(t *testing.T) (h *house, sim *erecruiter.Simulator, process string) {
	t.Helper()
	sim = erecruiter.New(erecruiter.Options{Seed: 7, Populate: true, Partner: "Handoff", Limits: erecruiter.Limits{PerSecond: -1}})
	s := httptest.NewServer(sim.Handler())
	t.Cleanup(func() { sim.Close(); s.Close() })
	_, port, _ := net.SplitHostPort(s.Listener.Addr().String())
	h = startOf(t, app.Options{PlatformName: "Handoff", ERecruiter: app.ATS{APIURL: "http://localhost:" + port + "/v1.1",
		Mapping: []byte(`{"rate.per_second": 50, "rate.concurrency": 8}`)}})
	conn := h.admin.ask("POST", "/connections", map[string]any{"ats": "erecruiter", "auth": "access_key", "access_scope": "all",
		"credentials": map[string]any{"access_key": sim.IssueKey(erecruiter.ScopeAll).Key}}).want(201).text("id")
	test := h.admin.ask("POST", "/connections/"+conn+"/test", nil).want(202)
	h.admin.until(strings.TrimPrefix(test.header.Get("Location"), "/api/v1"), func(g got) bool { return g.text("state") == "passed" })
	h.admin.until("/connections/"+conn+"/jobs", func(g got) bool { return g.get("read_at") != nil })
	process = h.admin.open()
	h.admin.ask("PUT", "/processes/"+process+"/binding", map[string]any{"connection_id": conn,
		"remote_job_id": strconv.FormatInt(sim.Recruitment("Senior Go Developer").ID, 10)}).want(200)
	h.admin.until("/processes/"+process+"/binding/preflight", func(g got) bool { return g.get("texts_read_at") != nil })
	return h, sim, process
}

func TestThePlatformShowsTheRecruitmentsOwnTextsAndSendsTheDecisions(t *testing.T) {
	h, sim, p := withTexts(t)
	flight := h.admin.ask("GET", "/processes/"+p+"/binding/preflight", nil).want(200)
	if flight.get("checked_at") == nil || flight.get("reason") != nil {
		t.Errorf("the preflight says %s", flight.body)
	}
	form := h.admin.ask("GET", "/processes/"+p+"/application-form?locale=pl", nil).want(200)
	texts := form.get("remote_consents").([]any)
	if len(texts) != 3 || form.get("ats_transfer") == nil {
		t.Fatalf("the form is %s", form.body)
	}
	held := map[string]string{}
	for _, c := range sim.Ledger().Consents {
		held[strconv.FormatInt(c.ID, 10)] = c.Text
	}
	kinds := []string{"clause", "consent", "consent"}
	decide := func(decisions ...string) []map[string]any {
		var out []map[string]any
		for i, x := range texts {
			x := x.(map[string]any)
			if x["kind"] != kinds[i] || x["required"] != (i == 1) || x["text"] != held[strings.TrimPrefix(x["id"].(string), "clause-")] {
				t.Errorf("text %d is %v", i, x)
			}
			if decisions[i] != "" {
				out = append(out, map[string]any{"id": x["id"], "version": x["version"], "decision": decisions[i]})
			}
		}
		return out
	}
	agree := map[string]any{"decision": "given", "version": form.get("ats_transfer.version")}
	body := func(transfer any, token bool, remote []map[string]any) map[string]any {
		b := withCV(h.candidate(p), "cv.pdf", pdf(3000))
		c := maps.Clone(b["consent"].(map[string]any))
		c["ats_transfer"], c["remote"] = transfer, remote
		if !token {
			delete(c, "form_token")
		}
		b["consent"] = c
		return b
	}
	post := func(b map[string]any) got { return h.admin.ask("POST", "/processes/"+p+"/applications", b) }
	for name, c := range map[string]struct {
		body map[string]any
		code string
	}{
		"an unknown text":           {body(agree, true, []map[string]any{{"id": "9", "version": 1, "decision": "given"}}), "consent_outdated"},
		"another version":           {body(agree, true, []map[string]any{{"id": texts[1].(map[string]any)["id"], "version": 7, "decision": "given"}}), "consent_outdated"},
		"one left out, no token":    {body(agree, false, decide("no_statement", "given", "")), "consent_outdated"},
		"a clause refused":          {body(agree, true, decide("refused", "given", "")), "invalid"},
		"one text twice":            {body(agree, true, append(decide("", "given", ""), decide("", "refused", "")...)), "invalid"},
		"a decision that is no one": {body(agree, true, decide("", "withdrawn", "")), "invalid"},
	} {
		g := post(c.body).want(422, c.code)
		if c.code == "consent_outdated" && len(g.get("form.remote_consents").([]any)) != 3 {
			t.Errorf("%s: the form to show now is %s", name, g.body)
		}
	}
	id := post(body(agree, false, decide("no_statement", "given", "refused"))).want(201).text("id")
	h.admin.until("/applications/"+id, func(g got) bool { return g.text("delivery.state") == "delivered" })
	var got []erecruiter.LedgerApplication
	for _, a := range sim.Ledger().Applications {
		if strings.EqualFold(a.Email, "zofia.w@example.com") {
			got = append(got, a)
		}
	}
	if len(got) != 1 || len(got[0].Consents) != 2 || !got[0].Consents[0].Given || got[0].Consents[1].Given {
		t.Errorf("the ATS holds %+v", got)
	}
}

func TestATextThatChangedWhileItWasReadComesBackWithTheForm(t *testing.T) {
	h, sim, p := withTexts(t)
	body := h.candidate(p)
	body["consent"].(map[string]any)["form_token"] = h.admin.ask("GET", "/processes/"+p+"/application-form?locale=pl", nil).want(200).text("form_token")
	r := sim.Recruitment("Senior Go Developer")
	if err := sim.ChangeConsent(r.Consents[2].ConsentID, "Inne słowa."); err != nil {
		t.Fatal(err)
	}
	h.admin.ask("POST", "/processes/"+p+"/close", nil).want(200)
	h.admin.ask("POST", "/processes/"+p+"/publish", nil).want(200) // has the texts read
	h.admin.until("/processes/"+p+"/application-form?locale=pl", func(g got) bool { return strings.Contains(string(g.body), "Inne słowa.") })
	g := h.admin.ask("POST", "/processes/"+p+"/applications", body).want(422, "consent_outdated")
	if !strings.Contains(string(g.body), "Inne słowa.") {
		t.Errorf("the form to show now is %s", g.body)
	}
}
