package api_test

import (
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"handoff/internal/app"
	"handoff/internal/simulator/erecruiter"
)

// multiposting is a house with a connection to a simulated eRecruiter.
func multiposting(t *testing.T) (*house, *erecruiter.Simulator, string) {
	t.Helper()
	sim := erecruiter.New(erecruiter.Options{Seed: 7, Partner: "Handoff", Limits: erecruiter.Limits{PerSecond: -1}})
	s := httptest.NewServer(sim.Handler())
	t.Cleanup(func() { sim.Close(); s.Close() })
	_, port, _ := net.SplitHostPort(s.Listener.Addr().String())
	sim.SetPublicURL("http://localhost:" + port)
	sim.SetFeedDelay(0)
	if err := sim.SetMultiposting(sim.Company().ID, true); err != nil {
		t.Fatal(err)
	}
	h := startOf(t, app.Options{PlatformName: "Handoff", ERecruiter: app.ATS{APIURL: "http://localhost:" + port + "/v1.1"}})
	made := h.admin.ask("POST", "/connections", map[string]any{"ats": "erecruiter", "auth": "access_key", "access_scope": "all",
		"credentials": map[string]any{"access_key": sim.IssueKey(erecruiter.ScopeAll).Key}}).want(201)
	conn := made.text("id")
	test := h.admin.ask("POST", "/connections/"+conn+"/test", nil).want(202)
	g := h.admin.until(strings.TrimPrefix(test.header.Get("Location"), "/api/v1"), func(g got) bool { return g.text("state") != "running" })
	if g.text("state") != "passed" {
		t.Fatalf("the connection's test: %s", g.body)
	}
	return h, sim, conn
}

func adSpec(title string) erecruiter.AdSpec {
	return erecruiter.AdSpec{Title: title, Reference: "GO/1", Portals: []string{"Handoff"}, Categories: []string{"IT - Rozwój oprogramowania"},
		Duties: "<p>Budujesz usługi w Go.</p>", Offer: "<p>B2B</p>", SalaryFrom: 18000, SalaryTo: 24000,
		Places: []erecruiter.Place{{Region: "mazowieckie", Towns: "Warszawa"}, {Region: "małopolskie", Towns: "Kraków, Tarnów"}}}
}

func TestAnAdOfTheATSIsReadAndItsDraftStandsInTheAPI(t *testing.T) {
	h, sim, conn := multiposting(t)
	ad, err := sim.PublishAd(adSpec("Senior Go Developer"))
	if err != nil {
		t.Fatal(err)
	}
	asked := h.user.ask("POST", "/connections/"+conn+"/ads/refresh", nil).want(202)
	where := strings.TrimPrefix(asked.header.Get("Location"), "/api/v1")
	h.admin.until(where, func(g got) bool { return g.get("refreshing") == false && g.get("ads") == 1.0 })
	g := h.admin.ask("GET", "/ads?connection_id="+conn, nil).want(200)
	if g.text("items.0.title") != "Senior Go Developer" || g.text("items.0.state") != "listed" || g.text("items.0.draft.state") != "draft" {
		t.Fatalf("the ads are %s", g.body)
	}
	p := h.admin.ask("GET", "/processes/"+g.text("items.0.draft.process_id"), nil).want(200)
	if p.text("origin") != "multiposted" || p.text("name") != "Senior Go Developer" || len(p.get("cities").([]any)) != 3 || p.get("salaries.0.to") != 24000.0 ||
		!strings.Contains(p.text("description"), "Budujesz usługi w Go.") {
		t.Errorf("the draft is %s", p.body)
	}
	if g := h.other.ask("GET", "/ads", nil).want(200); len(g.get("items").([]any)) != 0 {
		t.Errorf("another company reads %s", g.body)
	}
	h.other.ask("GET", "/connections/"+conn+"/ads", nil).want(404)
	h.other.ask("POST", "/connections/"+conn+"/ads/refresh", nil).want(404)
	one := "/ads/" + g.text("items.0.id")
	h.other.ask("GET", one, nil).want(404)
	sw := sim.Switches()
	sw.WithdrawnAds = erecruiter.Listed
	if err := errors.Join(sim.SetSwitches(sw), sim.WithdrawAd(ad.ID)); err != nil {
		t.Fatal(err)
	}
	h.admin.ask("POST", "/connections/"+conn+"/ads/refresh", nil).want(202)
	h.admin.until(one, func(g got) bool { return g.text("state") == "withdrawn" && g.text("draft.state") == "closed" })
}

func TestTheATSPushesItsAdsWithAToken(t *testing.T) {
	h, sim, conn := multiposting(t)
	if err := sim.SetAdPush(h.URL()+"/api/v1/ads?connection_id="+conn, h.admin.token); err != nil {
		t.Fatal(err)
	}
	ad, err := sim.PublishAd(adSpec("Pushed"))
	if err != nil {
		t.Fatal(err)
	}
	one := func(title string) func(got) bool {
		return func(g got) bool {
			items := g.get("items").([]any)
			return len(items) == 1 && items[0].(map[string]any)["title"] == title
		}
	}
	h.admin.until("/ads", one("Pushed"))
	spec := adSpec("Pushed again")
	if err := sim.ChangeAd(ad.ID, spec); err != nil {
		t.Fatal(err)
	}
	h.admin.until("/ads", one("Pushed again"))
	if g := h.admin.ask("GET", "/processes", nil).want(200); len(g.get("items").([]any)) != 1 || g.text("items.0.name") != "Pushed again" {
		t.Errorf("the processes are %s", g.body)
	}
	h.admin.until("/connections/"+conn+"/ads", func(g got) bool { return g.get("pushed_at") != nil })
}

func TestAPushIsTheAdminsBoundedAndUnderstood(t *testing.T) {
	h, _, conn := multiposting(t)
	path := "/ads?connection_id=" + conn
	body := `{"jobs":[{"jobOfferId":1,"jobOfferRegionId":2,"title":"Go Developer","location":"Łódź","lastModificationDate":"2026-11-20T08:00:00"}]}`
	if g := h.admin.ask("POST", path, body).want(200); g.get("created") != 1.0 || g.get("ads") != 1.0 {
		t.Errorf("pushed: %s", g.body)
	}
	if g := h.admin.ask("POST", path, body).want(200); g.get("created") != 0.0 || g.get("unchanged") != 1.0 {
		t.Errorf("pushed again: %s", g.body)
	}
	h.user.ask("POST", path, body).want(403, "forbidden")
	h.other.ask("POST", path, body).want(404, "not_found")
	h.admin.ask("POST", "/ads", body).want(422)
	h.admin.ask("POST", path, `{"jobs":`).want(http.StatusConflict, "ads_unreadable")
	h.admin.ask("POST", path, `{"jobs":[],"x":"`+strings.Repeat("x", 8<<20)+`"}`).want(413, "body_too_large")
	sr := h.admin.ask("POST", "/connections", map[string]any{"ats": "smartrecruiters", "auth": "api_key", "credentials": map[string]any{"api_key": "k"}}).want(201).text("id")
	h.admin.ask("POST", "/ads?connection_id="+sr, body).want(409, "ads_not_pushed")
	h.admin.ask("GET", "/connections/"+sr+"/ads", nil).want(404)
}
