package erecruiter

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"handoff/internal/simulator/simkit"
)

func (w *world) rows() []map[string]any { return w.get("/JobOffers/Multiposting").is(200, "").items() }

func (w *world) publish(change func(*AdSpec)) int64 {
	w.t.Helper()
	spec := w.sim.sampleAd(w.job)
	if change != nil {
		change(&spec)
	}
	a, err := w.sim.PublishAd(spec)
	w.ok(err)
	return a.ID
}

func TestAnAdComesOncePerRegionAndLate(t *testing.T) {
	w := start(t)
	w.sim.SetFeedDelay(30 * time.Minute)
	id := w.publish(func(a *AdSpec) { a.Places = []Place{{"mazowieckie", "Warszawa"}, {"śląskie", "Katowice, Gliwice"}} })
	if n := len(w.rows()); n != 0 {
		t.Fatalf("%d rows at once", n)
	}
	w.clock.Advance(30 * time.Minute)
	rows := w.rows()
	if len(rows) != 2 || rows[0]["jobOfferId"] != float64(id) || rows[0]["jobOfferRegionId"] == rows[1]["jobOfferRegionId"] ||
		rows[0]["status"] != "Published" || rows[0]["recruitmentId"] != float64(w.job) || len(rows[0]["categories"].([]any)) != 1 {
		t.Fatalf("%v", rows)
	}
	since := w.clock.Now().Add(time.Second).Format("2006-01-02T15:04:05Z")
	if n := len(w.get("/JobOffers/Multiposting?modifiedSince=%s", since).items()); n != 0 {
		t.Errorf("%d rows since", n)
	}
	w.ok(w.sim.WithdrawAd(id))
	w.clock.Advance(30 * time.Minute)
	if n := len(w.rows()); n != 0 {
		t.Errorf("%d rows after the withdrawal", n)
	}
	w.set("withdrawn_ads", Listed)
	if rows := w.rows(); len(rows) != 2 || rows[0]["status"] != "Withdrawn" {
		t.Errorf("%v", rows)
	}
}

func TestAChangedAdKeepsItsIDs(t *testing.T) {
	w := start(t)
	id := w.publish(nil)
	before := w.rows()[0]
	w.clock.Advance(time.Hour)
	spec := w.sim.sampleAd(w.job)
	spec.Title = "Principal Go Developer"
	w.ok(w.sim.ChangeAd(id, spec))
	after := w.rows()[0]
	if after["uniqueId"] != before["uniqueId"] || after["title"] == before["title"] || after["lastModificationDate"] == before["lastModificationDate"] {
		t.Errorf("%v\n%v", before, after)
	}
}

func TestOnlyTheChosenPlatformSeesAnAd(t *testing.T) {
	w := start(t)
	w.publish(func(a *AdSpec) { a.Portals = []string{"jobs.example.com"} })
	w.publish(func(a *AdSpec) { a.Portals = nil })
	if n := len(w.rows()); n != 0 {
		t.Errorf("%d rows", n)
	}
	if n := len(w.get("/JobOffers/Multiposting?portal=jobs.example.com").items()); n != 1 {
		t.Errorf("%d rows of the other", n)
	}
	w.set("other_portals", Listed)
	if n := len(w.rows()); n != 1 {
		t.Errorf("%d rows with foreign ones", n)
	}
}

func TestTheCareerFeedIsPublicWithItsHash(t *testing.T) {
	w := start(t)
	co := w.sim.Company()
	path := fmt.Sprintf("/skk/company/%d/offers.json?hash=%s", co.ID, co.Hash)
	var feed struct{ Jobs []map[string]any }
	w.ok(json.Unmarshal(w.call("GET", path, nil, "Authorization", "").is(200, "").Body, &feed))
	if len(feed.Jobs) != 2 || feed.Jobs[0]["title"] != "Data Engineer" || feed.Jobs[0]["portal"] != nil {
		t.Errorf("%v", feed)
	}
	w.call("GET", fmt.Sprintf("/skk/company/%d/offers.json?hash=x", co.ID), nil).is(404, "")
	w.call("GET", path+"&take=1", nil).is(400, "UnknownField")

	text := func() string {
		b := w.call("GET", strings.Replace(path, ".json", ".xml", 1), nil).is(200, "").Body
		d := xml.NewDecoder(strings.NewReader(string(b)))
		for {
			if _, err := d.Token(); err == io.EOF {
				return string(b)
			} else if err != nil {
				t.Fatalf("%v: %s", err, b)
			}
		}
	}
	if x := text(); !strings.Contains(x, "<opportunities>&lt;p&gt;") || !strings.Contains(x, "<isoCode>PL") {
		t.Error(x)
	}
	w.set("xml_names", "year_2017")
	if x := text(); !strings.Contains(x, "<opportunites>") || !strings.Contains(x, "<countryRegionName>m") || strings.Contains(x, "isoCode") {
		t.Error(x)
	}
}

func TestTheOrderOfTheFeedMoves(t *testing.T) {
	w := start(t)
	for range 5 {
		w.publish(nil)
	}
	orders := map[string]bool{}
	for range 10 {
		orders[fmt.Sprint(ids64(w.rows()))] = true
	}
	if len(orders) < 2 {
		t.Error("it stood still")
	}
	w.set("feed_order", "stable")
	if fmt.Sprint(ids64(w.rows())) != fmt.Sprint(ids64(w.rows())) {
		t.Error("it moved")
	}
}

func ids64(rows []map[string]any) (out []any) {
	for _, r := range rows {
		out = append(out, r["jobOfferId"])
	}
	return out
}

func TestAdsArePushedWhenAnAddressIsSet(t *testing.T) {
	got := make(chan []byte, 4)
	const token = "ho_push_4711"
	srv := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		if r.Header.Get("Authorization") != "Bearer "+token {
			t.Errorf("pushed with %q", r.Header.Get("Authorization"))
		}
		got <- b
	}))
	defer srv.Close()
	w := start(t)
	w.ok(w.sim.SetAdPush(srv.URL, token))
	w.sim.SetFeedDelay(10 * time.Minute)
	w.publish(nil)
	select {
	case <-got:
		t.Fatal("pushed too early")
	default:
	}
	w.clock.Advance(10 * time.Minute)
	var feed struct{ Jobs []map[string]any }
	w.ok(json.Unmarshal(<-got, &feed))
	if len(feed.Jobs) != 1 || feed.Jobs[0]["portal"] != "inhire.io" {
		t.Errorf("%v", feed)
	}
	w.publish(nil)
	w.sim.Close() // a push that is waiting is given up
	if b, _ := json.Marshal(w.sim.Journal(0)); strings.Contains(string(b), token) {
		t.Error("the token stands in the journal")
	}
}

// A platform that refuses is counted, and what cannot be an address or a token is refused here.
func TestAPushThatIsRefusedIsCounted(t *testing.T) {
	done := make(chan struct{}, 4)
	srv := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") == "" {
			rw.WriteHeader(http.StatusUnauthorized)
		}
		done <- struct{}{}
	}))
	defer srv.Close()
	w := start(t)
	w.call("POST", "/_sim/ad-push", map[string]any{"url": srv.URL}, simkit.ControlHeader, "1").is(204, "")
	w.publish(nil)
	<-done
	w.call("POST", "/_sim/ad-push", map[string]any{"url": srv.URL, "bearer": "t"}, simkit.ControlHeader, "1").is(204, "")
	w.publish(nil)
	<-done
	w.sim.pusher.work.Wait()
	tally := w.sim.Journal(0).Tallies
	if tally["ad_push_failed"][""] != 1 || tally["ad_pushed"][""] != 1 {
		t.Errorf("%v", tally)
	}
	for _, bad := range []map[string]any{{"url": "ftp://example.com"}, {"url": "https://u:p@example.com"}, {"url": "/ads"}, {"url": srv.URL, "bearer": "a b"}, {"url": srv.URL, "bearer": "a\r\nX: y"}} {
		w.call("POST", "/_sim/ad-push", bad, simkit.ControlHeader, "1").is(422, "")
	}
}

func TestAnAdNamesItsRecruiterToThePlatformAlone(t *testing.T) {
	w := start(t)
	const email = "anna.nowak@example.com"
	w.publish(func(a *AdSpec) { a.RecruiterEmail = email })
	if rows := w.rows(); rows[0]["recruiterEmail"] != email {
		t.Errorf("%v", rows)
	}
	co := w.sim.Company()
	if b := w.call("GET", fmt.Sprintf("/skk/company/%d/offers.json?hash=%s", co.ID, co.Hash), nil).is(200, "").Body; strings.Contains(string(b), email) {
		t.Error("the public feed names the recruiter")
	}
	for _, bad := range []string{"anna", "Anna <anna.nowak@example.com>", "a@example.com, b@example.com"} {
		spec := w.sim.sampleAd(w.job)
		spec.RecruiterEmail = bad
		if _, err := w.sim.PublishAd(spec); err == nil {
			t.Errorf("%q was taken for an address", bad)
		}
	}
	for lang, label := range map[string]string{"en": "Recruiter", "pl": "E-mail rekrutera"} {
		if p := w.page("/app/ads/new", "Cookie", "lang="+lang); !strings.Contains(p, label) {
			t.Errorf("%s: no field for the recruiter", lang)
		}
	}
	w.form("/app/ads", "title", "Tester", "duties", "d", "requirements", "r", "places", "mazowieckie: Warszawa", "expires", "2026-12-20", "recruiter_email", email).is(303, "")
	if ads := w.sim.Ledger().Ads; ads[len(ads)-1].RecruiterEmail != email {
		t.Errorf("%+v", ads[len(ads)-1])
	}
}
