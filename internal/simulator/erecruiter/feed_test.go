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
	srv := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		got <- b
	}))
	defer srv.Close()
	w := start(t)
	w.sim.SetAdPush(srv.URL)
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
}
