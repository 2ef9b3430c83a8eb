package atstest

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"handoff/internal/connector"
	"handoff/internal/recruit"
)

// Advertiser is what a Remote has besides where its ATS multiposts ads
// (Type.Multiposts).
type Advertiser interface {
	// PublishAd puts an ad where the connector lists it, and returns its key;
	// ChangeAd saves another content of it, and WithdrawAd ends it.
	PublishAd(Ad) string
	ChangeAd(key string, a Ad)
	WithdrawAd(key string)
}

// Ad is an ad as a person of the company writes it.
type Ad struct {
	Job     recruit.RemoteJobID
	Title   string
	Regions []Region // a row of the listing each
	// Elsewhere publishes it for another platform than ours.
	Elsewhere bool
}

// Region is a part of a country with cities in it.
type Region struct {
	Name   string
	Cities []string
}

func (a Ad) cities() []string {
	var out []string
	for _, r := range a.Regions {
		out = append(out, r.Cities...)
	}
	slices.Sort(out)
	return out
}

// chapterAds: where the ATS multiposts, every row of every ad is listed, in
// whatever order and on however many pages they come, or there is an error.
func chapterAds(t testing.TB, target Target) {
	h := newHost(t, target, Options{}, "")
	if has := h.conn().Ads != nil; has != target.Type.Multiposts {
		t.Fatalf("Multiposts is %v, and the connector lists ads: %v", target.Type.Multiposts, has)
	}
	if !target.Type.Multiposts {
		return
	}
	board, ok := h.remote.(Advertiser)
	if !ok {
		t.Fatal("the connector lists ads, and its Remote is no Advertiser")
	}
	job := h.remote.Job(JobOther)
	written := map[string]Ad{}
	for i := range 60 { // a listing of several pages
		a := Ad{Job: job, Title: fmt.Sprintf("Tester %d", i), Regions: []Region{{"mazowieckie", []string{"Warszawa"}}, {"małopolskie", []string{"Kraków", "Tarnów"}}}}
		if i%10 == 0 {
			a.Regions = a.Regions[:1]
		}
		written[board.PublishAd(a)] = a
	}
	untitled := board.PublishAd(Ad{Job: job, Regions: []Region{{"mazowieckie", []string{"Warszawa"}}}})
	foreign := board.PublishAd(Ad{Job: job, Title: "Elsewhere", Regions: []Region{{"mazowieckie", []string{"Warszawa"}}}, Elsewhere: true})
	for range 3 { // the order moves
		listed := h.ads(time.Time{})
		h.alike(listed, written)
		if rows := listed[untitled]; len(rows) != 1 || rows[0].Title != "" {
			t.Errorf("an ad without a title is listed as %d rows", len(rows))
		}
		for _, r := range listed[foreign] {
			if !r.Foreign {
				t.Error("an ad for another platform is taken for ours")
			}
		}
		if enough(t) {
			return
		}
	}
	h.changes(board, written)
	h.brokenOff()
	h.pushedAds()
	leaks(t, h)
	h.remote.Withdraw()
	if _, err := h.conn().Ads.ListAds(t.Context(), time.Time{}); connector.KindOf(err) != connector.Unauthorized && connector.KindOf(err) != connector.Revoked {
		t.Errorf("ads with a withdrawn credential: %v", err)
	}
}

// ads lists them by their key.
func (h *host) ads(since time.Time) map[string][]recruit.RemoteAd {
	h.t.Helper()
	rows, err := h.conn().Ads.ListAds(h.t.Context(), since)
	if h.saw(err) != connector.Unknown {
		h.t.Errorf("ads: %v", err)
	}
	out := map[string][]recruit.RemoteAd{}
	for _, r := range rows {
		out[r.Key] = append(out[r.Key], r)
	}
	return out
}

// adsWith publishes an ad and lists all.
func (h *host) adsWith(board Advertiser, a Ad) (map[string][]recruit.RemoteAd, map[string]Ad) {
	h.t.Helper()
	key := board.PublishAd(a)
	return h.ads(time.Time{}), map[string]Ad{key: a}
}

// alike compares what is listed with what was written.
func (h *host) alike(listed map[string][]recruit.RemoteAd, written map[string]Ad) {
	h.t.Helper()
	for key, a := range written {
		var cities []string
		rows := map[string]bool{}
		for _, r := range listed[key] {
			rows[r.Row] = true
			cities = append(cities, r.Cities...)
			if r.Title != a.Title || r.Job != a.Job || r.Foreign || r.Withdrawn || r.ChangedAt.IsZero() || !json.Valid(r.Raw) {
				h.t.Errorf("an ad is listed as %+v", r)
				return
			}
		}
		slices.Sort(cities)
		if len(listed[key]) != len(a.Regions) || len(rows) != len(a.Regions) || !slices.Equal(cities, a.cities()) {
			h.t.Errorf("an ad of %d regions is listed as %d rows, %d different, in %v", len(a.Regions), len(listed[key]), len(rows), cities)
			return
		}
	}
}

// changes: what changed since a time is among what changed since then, and what
// was withdrawn is gone, or says so in every row.
func (h *host) changes(board Advertiser, written map[string]Ad) {
	h.t.Helper()
	h.remote.Pass(3 * time.Hour)
	since := h.remote.Now()
	h.remote.Pass(time.Minute)
	var changed, withdrawn string
	for key, a := range written {
		switch {
		case changed == "":
			changed, a.Title = key, "Tester, changed"
			written[key] = a
			board.ChangeAd(key, a)
		case withdrawn == "":
			withdrawn = key
		}
	}
	board.WithdrawAd(withdrawn)
	delete(written, withdrawn)
	h.remote.Pass(time.Minute)
	h.alike(h.ads(since), map[string]Ad{changed: written[changed]})
	all := h.ads(time.Time{})
	h.alike(all, written)
	for _, r := range all[withdrawn] {
		if !r.Withdrawn {
			h.t.Error("an ad that was withdrawn is listed as one that was not")
		}
	}
}

// brokenOff: a page that fails makes an error of the whole, never a part.
func (h *host) brokenOff() {
	h.t.Helper()
	for _, f := range []Fault{{Kind: StatusBefore, Status: 502, Nth: 2}, {Kind: DropBefore, Nth: 2}, {Kind: Truncated, Nth: 2}, {Kind: Empty, Nth: 2}, {Kind: HTML, Nth: 1}} {
		h.remote.Heal()
		h.remote.Fault(f)
		rows, err := h.conn().Ads.ListAds(h.t.Context(), time.Time{})
		if k := h.saw(err); k != connector.Unavailable || rows != nil {
			h.t.Errorf("%s on page %d: %d ads and %v, want nothing and unavailable", f.Kind, f.Nth, len(rows), err)
		}
	}
	h.remote.Heal()
}

// pushedAds: what is pushed and is no listing, or too long, is refused in a
// sentence that holds nothing of it.
func (h *host) pushedAds() {
	h.t.Helper()
	if h.typ.ParseAds == nil {
		return
	}
	for _, body := range []string{"", "kanarkowa", `{"kanarkowa": [`, `["kanarkowa"]`, "<kanarkowa/>", `"` + strings.Repeat("kanarkowa", connector.MaxAdBytes/9+1) + `"`} {
		rows, err := h.typ.ParseAds([]byte(body))
		if err == nil || rows != nil || strings.Contains(err.Error(), "kanarkowa") {
			h.t.Errorf("a push that is no listing (%d bytes): %d ads, %.80v", len(body), len(rows), err)
		}
	}
}
