package erecruiter_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"handoff/internal/connector"
	"handoff/internal/connector/atstest"
	"handoff/internal/connectors/erecruiter"
	"handoff/internal/recruit"
	"handoff/internal/simulator/simkit"

	sim "handoff/internal/simulator/erecruiter"
)

func adSpec(r *remote) sim.AdSpec {
	return sim.AdSpec{RecruitmentID: r.sim.Recruitment("Office Manager").ID, Title: "Senior Go Developer", Reference: "GO/2026/11", Portals: []string{"Handoff"},
		Categories: []string{"IT - Rozwój oprogramowania"}, Duties: "<p>Budujesz usługi w Go.</p>", Requirements: "<ul><li>Go</li></ul>", Offer: "<p>B2B</p>",
		AboutCompany: "<p>Robimy roboty.</p>", SalaryFrom: 18000, SalaryTo: 24000, RecruiterEmail: "anna.nowak@example.com",
		Places: []sim.Place{{Region: "mazowieckie", Towns: "Warszawa"}, {Region: "małopolskie", Towns: "Kraków, Tarnów"}}}
}

func (r *remote) publish(change func(*sim.AdSpec)) string {
	r.t.Helper()
	spec := adSpec(r)
	if change != nil {
		change(&spec)
	}
	a, err := r.sim.PublishAd(spec)
	r.ok(err)
	return text(a.ID)
}

// ads are the rows of a listing by the ad's key.
func ads(t *testing.T, c *connector.Conn, since time.Time) map[string][]recruit.RemoteAd {
	t.Helper()
	rows, err := c.Ads.ListAds(t.Context(), since)
	if err != nil {
		t.Fatal(err)
	}
	return byKey(rows)
}

func byKey(rows []recruit.RemoteAd) map[string][]recruit.RemoteAd {
	out := map[string][]recruit.RemoteAd{}
	for _, a := range rows {
		out[a.Key] = append(out[a.Key], a)
	}
	return out
}

func TestAnAdIsReadAsItWasWritten(t *testing.T) {
	for name, s := range settings(t) {
		for _, dates := range []sim.Setting{sim.Wire, sim.Local, sim.RFC3339, sim.PolishDate, sim.Milliseconds} {
			t.Run(fmt.Sprint(name, " ", dates), func(t *testing.T) {
				r, c := run(t, s, sim.Switches{Dates: dates})
				spec := adSpec(r)
				now, until := r.Now(), r.Now().AddDate(0, 0, 10)
				id := r.publish(func(a *sim.AdSpec) { a.Expires = &until })
				published := r.Now() // the simulator's clock goes on: the change is between the two
				rows := ads(t, c, time.Time{})[id]
				if len(rows) != 2 || rows[0].Row == rows[1].Row || rows[0].Row == "" {
					t.Fatalf("%+v", rows)
				}
				slices.SortFunc(rows, func(a, b recruit.RemoteAd) int { return len(a.Cities) - len(b.Cities) })
				a := rows[0]
				if !slices.Equal(a.Cities, []string{"Warszawa"}) || a.Region != "mazowieckie" || a.Country != "PL" || !slices.Equal(rows[1].Cities, []string{"Kraków", "Tarnów"}) {
					t.Errorf("places: %+v", rows)
				}
				if a.Title != spec.Title || a.Reference != spec.Reference || number(a.Job) != spec.RecruitmentID || a.Foreign || a.Portal != "Handoff" || a.Withdrawn ||
					a.RecruiterEmail != spec.RecruiterEmail || a.Clause == "" || a.Benefits == "" || a.URL == "" || !slices.Equal(a.Categories, spec.Categories) || len(a.Raw) == 0 {
					t.Errorf("%+v", a)
				}
				want := []recruit.AdSection{{Kind: recruit.AdDuties, HTML: spec.Duties}, {Kind: recruit.AdRequirements, HTML: spec.Requirements},
					{Kind: recruit.AdOffer, HTML: spec.Offer}, {Kind: recruit.AdCompany, HTML: spec.AboutCompany}}
				if !slices.Equal(a.Sections, want) {
					t.Errorf("sections: %+v", a.Sections)
				}
				if !slices.Equal(a.Salaries, []recruit.Salary{{Contract: "b2b", From: 18000, To: 24000, Currency: "PLN", Basis: "net", Period: "month"}}) {
					t.Errorf("salaries: %+v", a.Salaries)
				}
				if a.ChangedAt.After(published) || now.Sub(a.ChangedAt) > 24*time.Hour {
					t.Errorf("changed at %v, it was between %v and %v", a.ChangedAt, now, published)
				}
				if d := a.ExpiresAt.Sub(until); d < -time.Second || d > 24*time.Hour {
					t.Errorf("expires at %v, it is %v", a.ExpiresAt, until)
				}
			})
		}
	}
}

func TestAnAdIsReadUnderEveryReadingOfTheWire(t *testing.T) {
	for name, s := range settings(t) {
		for _, sw := range []sim.Switches{{}, {Envelope: "bare"}, {Envelope: "other_key"}, {Envelope: "wrapped"}, {FieldCase: "pascal"}, {Counts: "wrong"}, {Counts: sim.Absent},
			{FeedOrder: "stable"}, {IgnoredOffset: "all"}, {IgnoredOffset: "none"}, {ModifiedSince: sim.Ignored}, {AnswerContentType: "text/plain"}} {
			t.Run(fmt.Sprintf("%s %+v", name, sw), func(t *testing.T) {
				r, c := run(t, s, sw)
				ids := map[string]bool{}
				for range 5 {
					ids[r.publish(nil)] = true
				}
				for i := range 3 {
					got := ads(t, c, time.Time{})
					for id := range ids {
						if len(got[id]) != 2 || got[id][0].Title == "" {
							t.Fatalf("listing %d lacks of ad %s: %+v", i, id, got[id])
						}
					}
				}
			})
		}
	}
}

// A salary that our own words cannot say is left out, and the raw row keeps it.
func TestASalaryOfAnotherBasisIsLeftOut(t *testing.T) {
	for name, s := range settings(t) {
		r, c := run(t, s, sim.Switches{})
		dealt := r.publish(func(a *sim.AdSpec) { a.Contract = "UoP" })
		strange := r.publish(func(a *sim.AdSpec) { a.Contract = "umowa o dzieło" })
		got := ads(t, c, time.Time{})
		if x := got[dealt][0].Salaries; len(x) != 1 || x[0].Contract != "employment" || x[0].Basis != "gross" {
			t.Errorf("%s: %+v", name, x)
		}
		if a := got[strange][0]; len(a.Salaries) != 0 || !strings.Contains(string(a.Raw), "umowa o dzieło") {
			t.Errorf("%s: %+v, %s", name, a.Salaries, a.Raw)
		}
	}
}

func TestNothingOfAnAdIsGuessed(t *testing.T) {
	parse := erecruiter.Type().ParseAds
	for row, want := range map[string]recruit.RemoteAd{
		`"compensationPackage":{"salaryRanges":[{"from":1,"to":2,"currency":"PLN","period":"month","contractType":"B2B","isGross":true}]}`:  {},
		`"compensationPackage":{"salaryRanges":[{"from":1,"to":2,"currency":"PLN","period":"month","contractType":"UoP","isGross":false}]}`: {},
		`"compensationPackage":{"salaryRanges":[{"from":1,"to":2,"currency":"EUR","period":"hour","contractType":"UZ","isGross":true}]}`: {Salaries: []recruit.Salary{
			{Contract: "mandate", From: 1, To: 2, Currency: "EUR", Basis: "gross", Period: "hour"}}},
		`"url":"javascript:alert(1)"`:               {},
		`"url":"/Offer.aspx"`:                       {},
		`"url":"https://offers.erecruiter.pl/a"`:    {URL: "https://offers.erecruiter.pl/a"},
		`"recruiterEmail":"Anna"`:                   {},
		`"recruiterEmail":"a@example.com, b@x"`:     {},
		`"recruiterEmail":"a@example.com"`:          {RecruiterEmail: "a@example.com"},
		`"country":"Polska"`:                        {Country: "PL"},
		`"country":"Westeros"`:                      {},
		`"location":" Warszawa ,,Kraków, Warszawa"`: {Cities: []string{"Warszawa", "Kraków"}},
		`"location":""`:                             {},
		`"title":" A\u0000\u202e  B "`:              {Title: "A B"},
		`"publishDate":"soon"`:                      {},
	} {
		got, err := parse([]byte(`{"jobs":[{"jobOfferId":1,` + row + `}]}`))
		if err != nil {
			t.Fatal(row, err)
		}
		want.Key, want.Raw = "1", got[0].Raw
		if fmt.Sprintf("%+v", got[0]) != fmt.Sprintf("%+v", want) {
			t.Errorf("%s is read as %+v", row, got[0])
		}
	}
}

// An ad may come half an hour after it was saved, under the time of its saving.
func TestWhatComesLateIsNotMissedBetweenTwoListings(t *testing.T) {
	for name, s := range settings(t) {
		t.Run(name, func(t *testing.T) {
			r, c := run(t, s, sim.Switches{})
			r.sim.SetFeedDelay(30 * time.Minute)
			id := r.publish(nil)
			r.Pass(25 * time.Minute)
			last := r.Now()
			if got := ads(t, c, last.Add(-10*time.Minute)); len(got[id]) != 0 {
				t.Fatal("the ad came early")
			}
			r.Pass(10 * time.Minute)
			if got := ads(t, c, last); len(got[id]) != 2 {
				t.Error("the ad was missed")
			}
			r.Pass(2 * time.Hour)
			if got := ads(t, c, r.Now()); len(got[id]) != 0 {
				t.Error("an ad that did not change is listed: since is not sent")
			}
			changed := adSpec(r)
			changed.Title = "Principal Go Developer"
			since := r.Now()
			r.ok(r.sim.ChangeAd(number(id), changed))
			r.Pass(30 * time.Minute)
			if got := ads(t, c, since)[id]; len(got) != 2 || got[0].Title != changed.Title {
				t.Errorf("a change is read as %+v", got)
			}
		})
	}
}

func TestAWithdrawnAdIsGoneOrSaysSo(t *testing.T) {
	for name, s := range settings(t) {
		for _, listed := range []bool{false, true} {
			r, c := run(t, s, sim.Switches{WithdrawnAds: map[bool]sim.Setting{true: sim.Listed, false: "missing"}[listed]})
			id := r.publish(nil)
			r.ok(r.sim.WithdrawAd(number(id)))
			got := ads(t, c, time.Time{})[id]
			if listed && (len(got) != 2 || !got[0].Withdrawn) || !listed && len(got) != 0 {
				t.Errorf("%s, listed %v: %+v", name, listed, got)
			}
		}
	}
}

func TestTheAdsThatMayComeOneDay(t *testing.T) {
	for name, s := range settings(t) {
		t.Run(name, func(t *testing.T) {
			r, c := run(t, s, sim.Switches{})
			broken := func(what string) []recruit.RemoteAd {
				id, err := r.sim.Break(what, sim.Target{})
				r.ok(err)
				return ads(t, c, time.Time{})[text(id)]
			}
			for what, holds := range map[string]func([]recruit.RemoteAd) bool{
				"ad_without_recruitment": func(a []recruit.RemoteAd) bool { return a[0].Job == "" && a[0].Reference != "" },
				"ad_without_title":       func(a []recruit.RemoteAd) bool { return a[0].Title == "" },
				"ad_for_foreign_portal":  func(a []recruit.RemoteAd) bool { return a[0].Foreign && a[0].Portal == "jobs.example.com" },
				"ad_doubled_per_region":  func(a []recruit.RemoteAd) bool { return len(a) == 3 },
				"ad_with_hostile_html": func(a []recruit.RemoteAd) bool {
					return strings.Contains(a[0].Sections[0].HTML, "<script>") // the host's to sanitise
				},
				"ad_expired": func(a []recruit.RemoteAd) bool { return a[0].ExpiresAt.Before(r.Now()) && !a[0].ExpiresAt.IsZero() },
			} {
				if got := broken(what); len(got) == 0 || !holds(got) {
					t.Errorf("%s: %+v", what, got)
				}
			}
		})
	}
}

// More ads than a page, in an order that moves between the pages.
func TestAListingOfAdsIsWholeOrAnError(t *testing.T) {
	for name, s := range settings(t) {
		for _, c := range []struct {
			what  string
			sw    sim.Switches
			n     int // ads of two rows
			whole bool
		}{
			{"moving", sim.Switches{}, 70, true},
			{"moving, without counts", sim.Switches{Counts: sim.Absent}, 70, true},
			{"standing still", sim.Switches{FeedOrder: "stable"}, 120, true},
			{"one page to the brim", sim.Switches{FeedOrder: "stable"}, 50, true},
			{"paging ignored", sim.Switches{IgnoredOffset: "all"}, 70, true},
			{"paging ignored, just a page, uncounted", sim.Switches{IgnoredOffset: "all", Counts: sim.Absent, FeedOrder: "stable"}, -1, false},
			{"a second page that fails", sim.Switches{LaterPages: "error_500"}, 70, false},
		} {
			t.Run(name+"/"+c.what, func(t *testing.T) {
				r, conn := run(t, s, c.sw)
				want := c.n * 2
				for range c.n {
					r.publish(nil)
				}
				if c.n < 0 { // with those of the populated company just the page's length
					for rowsOf(r) < map[string]int{"builtin": 100, "partner": 50}[name] {
						r.publish(func(a *sim.AdSpec) { a.Places = a.Places[:1] })
					}
				}
				rows, err := conn.Ads.ListAds(t.Context(), time.Time{})
				if c.whole {
					ours := 0
					for _, a := range rows {
						if a.RecruiterEmail != "" {
							ours++
						}
					}
					if err != nil || ours != want {
						t.Errorf("%d rows, %v, want %d", ours, err, want)
					}
				} else if connector.KindOf(err) != connector.Unavailable || rows != nil {
					t.Errorf("%d rows and %v, want none and unavailable", len(rows), err)
				}
			})
		}
	}
}

func rowsOf(r *remote) int {
	n := 0
	for _, a := range r.sim.Ledger().Ads {
		if slices.Contains(a.Portals, "Handoff") {
			n += len(a.Places)
		}
	}
	return n
}

func TestOneAdMoreThanIsReadIsAnError(t *testing.T) {
	s := settings(t)["builtin"]
	for n, ok := range map[int]bool{10_000: true, 10_001: false} {
		row := `{"jobOfferId":1,"jobOfferRegionId":%d},`
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, row, i)
		}
		listAnswer(t, s, `{"jobs":[`+strings.TrimSuffix(b.String(), ",")+`]}`, ok)
	}
	for n, ok := range map[int]bool{connector.MaxAdBytes: true, connector.MaxAdBytes + 1: false} {
		const head, tail = `{"jobs":[{"jobOfferId":1,"title":"`, `"}]}`
		listAnswer(t, s, head+strings.Repeat("a", n-len(head)-len(tail))+tail, ok)
	}
}

// listAnswer serves one body as the whole unpaged listing and as the feed.
func listAnswer(t *testing.T, s setting, body string, ok bool) {
	t.Helper()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, body) }))
	t.Cleanup(srv.Close)
	r := start(t, s.dialect, atstest.Options{})
	s.mapping = over(t, "v1.1", `{"paging.lists": [], "ads.feed_host": ""}`)
	for _, feed := range []string{"", srv.URL + "/offers.json"} {
		c := opened(t, s, r, key{r.Login(t, connector.AuthAccessKey)}, func(set *connector.Settings) { set.APIURL, set.AdFeed = srv.URL, feed })
		rows, err := c.Ads.ListAds(t.Context(), time.Time{})
		if ok != (err == nil) || ok != (len(rows) > 0) || err != nil && connector.KindOf(err) != connector.Unavailable {
			t.Errorf("%d bytes (feed: %v): %d rows, %v", len(body), feed != "", len(rows), err)
		}
	}
}

func TestTheCareerFeedIsRead(t *testing.T) {
	for name, s := range settings(t) {
		for _, c := range []struct {
			file string
			sw   sim.Switches
		}{{"offers.json", sim.Switches{}}, {"offers.xml", sim.Switches{}}, {"offers.xml", sim.Switches{XMLNames: "year_2017"}}} {
			t.Run(fmt.Sprint(name, " ", c.file, " ", c.sw.XMLNames), func(t *testing.T) {
				r, conn := ofFeed(t, s, c.sw, c.file, "")
				id := r.publish(func(a *sim.AdSpec) { a.Portals = nil })
				got := ads(t, conn, r.Now())[id]
				if len(got) != 2 {
					t.Fatalf("%+v", got)
				}
				for _, a := range got {
					if a.Title != "Senior Go Developer" || a.Foreign || a.Portal != "" || a.Job != "" || a.Reference != "GO/2026/11" || len(a.Sections) != 4 || a.Sections[2].HTML != "<p>B2B</p>" ||
						a.Country != "PL" || a.Region == "" || len(a.Salaries) != 1 || len(a.Categories) != 1 || a.ExpiresAt.IsZero() || a.Row == "" {
						t.Errorf("%+v", a)
					}
				}
			})
		}
	}
}

// ofFeed is a connector that reads the feed with the mapping's lines changed.
func ofFeed(t *testing.T, s setting, sw sim.Switches, file, lines string) (*remote, *connector.Conn) {
	t.Helper()
	r := start(t, s.dialect, atstest.Options{Variation: atstest.Variation{Value: sw}})
	if lines == "" {
		lines = `{"ads.feed_host": ""}`
	}
	s.mapping = over(t, s.dialect.Name, lines)
	co := r.sim.Company()
	return r, opened(t, s, r, key{r.Login(t, connector.AuthAccessKey)}, func(set *connector.Settings) {
		set.AdFeed = fmt.Sprintf("%s/skk/company/%d/%s?hash=%s", r.srv.URL, co.ID, file, co.Hash)
	})
}

func TestTheFeedsAddressIsCheckedAndNeverShown(t *testing.T) {
	s := settings(t)["builtin"]
	const hash = "s3cr3thash"
	for what, c := range map[string]struct {
		at, host string
		want     string
	}{
		"another host":             {"https://offers.example.com/skk/company/1/offers.json?hash=" + hash, "offers.erecruiter.pl", "misconfigured FEED_ADDRESS"},
		"a host that begins alike": {"https://offers.erecruiter.pl.example.com/?hash=" + hash, "offers.erecruiter.pl", "misconfigured FEED_ADDRESS"},
		"with a name":              {"https://" + hash + "@offers.erecruiter.pl/", "offers.erecruiter.pl", "misconfigured FEED_ADDRESS"},
		"another port":             {"https://offers.erecruiter.pl:8443/?hash=" + hash, "offers.erecruiter.pl", "misconfigured FEED_ADDRESS"},
		"no address":               {"://" + hash, "", "misconfigured FEED_ADDRESS"},
		"a path":                   {"/offers.json?hash=" + hash, "", "misconfigured FEED_ADDRESS"},
		"another scheme":           {"ftp://127.0.0.1/?hash=" + hash, "", "unavailable "},
		"nobody there":             {"http://127.0.0.1:1/?hash=" + hash, "127.0.0.1:1", "unavailable "},
	} {
		r := start(t, s.dialect, atstest.Options{})
		s.mapping = over(t, "v1.1", fmt.Sprintf(`{"ads.feed_host": %q}`, c.host))
		conn := opened(t, s, r, key{r.Login(t, connector.AuthAccessKey)}, func(set *connector.Settings) { set.AdFeed = c.at })
		rows, err := conn.Ads.ListAds(t.Context(), time.Time{})
		if codeOf(err) != c.want || rows != nil || strings.Contains(fmt.Sprintf("%+v %v", err, errors.Unwrap(err)), hash) {
			t.Errorf("%s: %v, want %s", what, err, c.want)
		}
	}
}

func TestWhatTheFeedAnswersIsJudged(t *testing.T) {
	s := settings(t)["builtin"]
	s.mapping = over(t, "v1.1", `{"ads.feed_host": ""}`)
	for answer, want := range map[string]string{
		"401 ":                         "forbidden ", // it has no credential to refuse
		"403 ":                         "forbidden ",
		"403 <html>":                   "unavailable ANSWER_PAGE",
		"404 ":                         "gone ",
		"302 ":                         "unavailable ",
		"429 ":                         "rate_limited ",
		"500 ":                         "unavailable ",
		"200 ":                         "unavailable FEED_BROKEN",
		"200 <!doctype html><html>":    "unavailable FEED_BROKEN",
		"200 {}":                       "unavailable FEED_BROKEN",
		`200 {"jobs":[{"title":"x"}]}`: "unavailable FEED_BROKEN",
		`200 {"jobs":[]}`:              "",
	} {
		var asked *http.Request
		srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			asked = r.Clone(r.Context())
			var status int
			head, body, _ := strings.Cut(answer, " ")
			_, _ = fmt.Sscan(head, &status)
			w.Header().Set("Location", "http://127.0.0.1:1/")
			w.WriteHeader(status)
			_, _ = io.WriteString(w, body)
		}))
		r := start(t, s.dialect, atstest.Options{})
		conn := opened(t, s, r, key{r.Login(t, connector.AuthAccessKey)}, func(set *connector.Settings) { set.AdFeed = srv.URL + "/offers.json?hash=h" })
		rows, err := conn.Ads.ListAds(t.Context(), time.Time{})
		if codeOf(err) != want || (err == nil) != (rows != nil) {
			t.Errorf("%s: %d rows, %v, want %s", answer, len(rows), err, want)
		}
		if h := asked.Header; h.Get("Authorization") != "" || h.Get("X-Access-Key") != "" || asked.URL.Query().Get("hash") != "h" {
			t.Errorf("the feed was asked with %v", h)
		}
		srv.Close()
	}
}

func TestAPushOfTheSimulatorIsReadLikeAListing(t *testing.T) {
	for name, s := range settings(t) {
		t.Run(name, func(t *testing.T) {
			got := make(chan []byte, 1)
			srv := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
				b, _ := io.ReadAll(r.Body)
				got <- b
			}))
			defer srv.Close()
			r, c := run(t, s, sim.Switches{FeedOrder: "stable"})
			r.ok(r.sim.SetAdPush(srv.URL, "token"))
			id := r.publish(nil)
			pushed, err := erecruiter.TypeWith(s.mapping).ParseAds(<-got)
			if err != nil {
				t.Fatal(err)
			}
			listed := ads(t, c, time.Time{})
			for i, a := range byKey(pushed)[id] {
				b := listed[id][i]
				if a.Key != b.Key || a.Row != b.Row || a.Title != b.Title || a.Portal != b.Portal || !a.ChangedAt.Equal(b.ChangedAt) || !slices.Equal(a.Sections, b.Sections) {
					t.Errorf("pushed %+v\nlisted %+v", a, b)
				}
			}
			if len(byKey(pushed)[id]) != 2 {
				t.Errorf("%d rows", len(pushed))
			}
		})
	}
	portal := erecruiter.TypeWith(over(t, "v1.1", `{"ads.portal": "inhire.io"}`))
	rows, err := portal.ParseAds([]byte(`{"jobs":[{"jobOfferId":1,"portal":"INHIRE.io"},{"jobOfferId":2,"portal":"other"},{"jobOfferId":3}]}`))
	if err != nil || rows[0].Foreign || !rows[1].Foreign || rows[2].Foreign {
		t.Errorf("%+v, %v", rows, err)
	}
}

func TestTheAdsOfThePlatformsOwnNameAreAskedFor(t *testing.T) {
	s := settings(t)["builtin"]
	for line, want := range map[string]string{`{}`: "Handoff", `{"ads.portal": "inhire.io"}`: "inhire.io", `{"query.portal": ""}`: ""} {
		s.mapping = over(t, "v1.1", line)
		r, c := run(t, s, sim.Switches{UndeclaredFields: "recorded"})
		_ = ads(t, c, time.Time{})
		calls := r.Calls()
		u, err := url.Parse(calls[0].Target)
		if err != nil || u.Query().Get("portal") != want || u.Query().Has("modifiedSince") {
			t.Errorf("%s asks %s", line, calls[0].Target)
		}
		since := r.Now()
		_ = ads(t, c, since)
		u, err = url.Parse(r.Calls()[len(r.Calls())-1].Target)
		if err != nil || u.Query().Get("modifiedSince") != since.Add(-40*time.Minute).UTC().Format(time.RFC3339) {
			t.Errorf("%s asks %s", line, r.Calls()[len(r.Calls())-1].Target)
		}
	}
	s.mapping = over(t, "v1.1", `{"paths.ads": ""}`)
	_, c := run(t, s, sim.Switches{})
	if _, err := c.Ads.ListAds(t.Context(), time.Time{}); codeOf(err) != "misconfigured NO_CALL_FOR_ADS" {
		t.Errorf("without a call for ads: %v", err)
	}
}

func TestARefusedListingOfAdsIsJudgedAsAnyOther(t *testing.T) {
	for name, s := range settings(t) {
		r, c := run(t, s, sim.Switches{})
		r.ok(r.sim.DenyOperation(r.credential(), "listMultipostedAds", true))
		if _, err := c.Ads.ListAds(t.Context(), time.Time{}); connector.KindOf(err) != connector.Forbidden {
			t.Errorf("%s: without the right: %v", name, err)
		}
		r.ok(r.sim.DenyOperation(r.credential(), "listMultipostedAds", false))
		for _, f := range []simkit.Kind{simkit.StatusBefore, simkit.HTML, simkit.Empty200, simkit.Truncated, simkit.DropBefore} {
			r.sim.FailNext(simkit.Fault{Match: simkit.Match{Op: "listMultipostedAds"}, Kind: f})
			if rows, err := c.Ads.ListAds(t.Context(), time.Time{}); connector.KindOf(err) != connector.Unavailable || rows != nil {
				t.Errorf("%s, %s: %d rows, %v", name, f, len(rows), err)
			}
		}
		r.Withdraw()
		if _, err := c.Ads.ListAds(t.Context(), time.Time{}); connector.KindOf(err) != connector.Unauthorized {
			t.Errorf("%s: with a revoked key: %v", name, err)
		}
	}
}
