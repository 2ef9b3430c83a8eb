package erapi

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"handoff/internal/connector"
)

func builtin(t testing.TB) *Mapping {
	t.Helper()
	b, err := os.ReadFile("../../mapping/builtin.json")
	if err != nil {
		t.Fatal(err)
	}
	m, err := Parse(nil, b)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// row is the composed example of the reference, section 9.
const row = `{"jobOfferId":3479394,"jobOfferRegionId":309263,"uniqueId":"3479394-309263","recruitmentId":501234,"portal":"inhire.io","status":"Published",
 "title":"Senior Go Developer","referencenumber":"GO/2026/11","publishDate":"2026-11-20T08:00:00","expiryDate":"2026-12-20T23:59:59","lastModificationDate":"2026-11-20T08:00:00",
 "company":"Example Software Sp. z o.o.","partnership":null,"location":"Warszawa, Kraków","country":{"isoCode":"PL"},"region":{"name":"mazowieckie"},
 "positionDescription":"<p>Budujesz usługi w Go.</p>","requirements":"<ul><li>Go</li></ul>","opportunities":"<p>B2B lub UoP</p>","notes":"","companyDescription":"<p>…</p>","clause":"Administratorem danych jest …",
 "departments":["IT"],"categories":[{"id":15,"name":"IT - Rozwój oprogramowania"}],"additionalFields":[],"applicationLink":"https://system.erecruiter.pl/FormTemplates/RecruitmentForm.aspx?webid=00000000000000000000000000000001",
 "compensationPackage":{"salaryRanges":[{"from":18000,"to":24000,"currency":"PLN","period":"month","contractType":"B2B","isGross":false}],"benefits":"<p>…</p>"}}`

func TestTheExampleOfTheReferenceIsRead(t *testing.T) {
	ads, err := builtin(t).ParseAds([]byte(`{"jobs":[` + row + `]}`))
	if err != nil || len(ads) != 1 {
		t.Fatal(len(ads), err)
	}
	a := ads[0]
	if a.Key != "3479394" || a.Row != "309263" || a.Recruitment != "501234" || a.Portal != "inhire.io" || a.Withdrawn || a.Title != "Senior Go Developer" ||
		a.Reference != "GO/2026/11" || a.Location != "Warszawa, Kraków" || a.Country != "PL" || a.Region != "mazowieckie" || a.Duties != "<p>Budujesz usługi w Go.</p>" ||
		a.Offer != "<p>B2B lub UoP</p>" || a.Clause == "" || a.Benefits == "" || len(a.Categories) != 1 || a.Categories[0] != "IT - Rozwój oprogramowania" {
		t.Errorf("%+v", a)
	}
	if len(a.Salaries) != 1 || a.Salaries[0] != (Salary{From: 18000, To: 24000, Currency: "PLN", Contract: "b2b", Period: "month"}) {
		t.Errorf("%+v", a.Salaries)
	}
	if want := time.Date(2026, 11, 20, 7, 0, 0, 0, time.UTC); !a.Changed.Equal(want) || !a.Published.Equal(want) || !a.Expires.Equal(time.Date(2026, 12, 20, 22, 59, 59, 0, time.UTC)) {
		t.Errorf("%v %v %v", a.Published, a.Changed, a.Expires)
	}
	var kept, came any
	if json.Unmarshal(a.Raw, &kept) != nil || json.Unmarshal([]byte(row), &came) != nil || fmt.Sprint(kept) != fmt.Sprint(came) || !strings.Contains(string(a.Raw), "<p>") {
		t.Errorf("the row is kept as %s", a.Raw)
	}
}

func TestOnlyAnExpiryOfAWholeDayEndsWithIt(t *testing.T) {
	m := builtin(t)
	for in, want := range map[string]string{`"2026-12-20T12:00:00"`: "2026-12-20T11:00:00Z", `"20.12.2026"`: "2026-12-20T23:00:00Z", `"2026-03-29"`: "2026-03-29T22:00:00Z",
		`"2026-10-25T02:30:00"`: "2026-10-25T00:30:00Z"} {
		if a, _ := m.ad(parsed(t, `{"jobOfferId":1,"expiryDate":`+in+`}`)); a.Expires.UTC().Format(time.RFC3339) != want {
			t.Errorf("%s ends %v", in, a.Expires.UTC())
		}
	}
	if a, ok := m.ad(parsed(t, `{"jobOfferId":1}`)); !ok || !a.Expires.IsZero() || !a.Changed.IsZero() {
		t.Errorf("%+v", a)
	}
}

func TestASalaryIsUnderstoodInFullOrNotAtAll(t *testing.T) {
	m := builtin(t)
	good := map[string]string{"from": "18000", "to": "24000", "currency": `"PLN"`, "period": `"month"`, "contractType": `"UoP"`, "isGross": "true"}
	read := func(change, to string) (Salary, bool) {
		var parts []string
		for k, v := range good {
			if k == change {
				v = to
			}
			if v != "" {
				parts = append(parts, fmt.Sprintf("%q:%s", k, v))
			}
		}
		return m.salary(parsed(t, "{"+strings.Join(parts, ",")+"}"))
	}
	if s, ok := read("", ""); !ok || s != (Salary{From: 18000, To: 24000, Currency: "PLN", Contract: "employment", Period: "month", Gross: true}) {
		t.Errorf("%+v", s)
	}
	for k, values := range map[string][]string{
		"from":         {"", "0", "-1", `"od 18000"`, "24001", "18000.5", "null"},
		"to":           {"", "17999", `"24 000"`},
		"currency":     {"", `"zł"`, `"pln"`, `"PLNN"`},
		"period":       {"", `"fortnight"`},
		"contractType": {"", `"umowa o dzieło"`, `"B2B lub UoP"`},
		"isGross":      {"", `"brutto"`},
	} {
		for _, v := range values {
			if s, ok := read(k, v); ok {
				t.Errorf("%s as %s is taken for %+v", k, v, s)
			}
		}
	}
	for k, v := range map[string]string{"from": `"18000"`, "to": "24000.0", "isGross": `"True"`, "period": `"MIESIĄC"`, "contractType": `"umowa zlecenie"`} {
		if _, ok := read(k, v); !ok {
			t.Errorf("%s as %s is not understood", k, v)
		}
	}
}

func TestAPushIsReadStrictly(t *testing.T) {
	m := builtin(t)
	for body, want := range map[string]error{
		`{"jobs":[]}`:                    nil,
		"\xef\xbb\xbf {\"Jobs\":[]} ":    nil,
		``:                               ErrAdsJSON,
		`{"jobs":[]`:                     ErrAdsJSON,
		`{"jobs":[]} x`:                  ErrAdsJSON,
		`<jobs></jobs>`:                  ErrAdsJSON,
		`[]`:                             ErrAdsNoList,
		`{}`:                             ErrAdsNoList,
		`null`:                           ErrAdsNoList,
		`{"jobs":null}`:                  ErrAdsNoList,
		`{"jobs":{}}`:                    ErrAdsNoList,
		`{"items":[]}`:                   ErrAdsNoList,
		`{"jobs":[{"title":"x"}]}`:       ErrAdWithout,
		`{"jobs":["x"]}`:                 ErrAdWithout,
		`{"jobs":[{"jobOfferId":1}]}`:    nil,
		manyAds(MaxAds):                  nil,
		manyAds(MaxAds + 1):              ErrAdsTooLong,
		padded(connector.MaxAdBytes):     nil,
		padded(connector.MaxAdBytes + 1): ErrAdsTooLong,
		`{"jobs":[{"jobOfferId":1,"title":null}]}`: nil,
	} {
		if _, err := m.ParseAds([]byte(body)); !errors.Is(err, want) {
			t.Errorf("%.60s: %v, want %v", body, err, want)
		}
	}
}

func manyAds(n int) string {
	return `{"jobs":[` + strings.TrimSuffix(strings.Repeat(`{"jobOfferId":1},`, n), ",") + `]}`
}

// padded is a listing of just so many bytes.
func padded(n int) string {
	const head, tail = `{"jobs":[{"jobOfferId":1,"title":"`, `"}]}`
	return head + strings.Repeat("a", n-len(head)-len(tail)) + tail
}

func TestTheFeedIsToldByItsContent(t *testing.T) {
	m := builtin(t)
	xml := func(rows string) string {
		return `<?xml version="1.0" encoding="utf-8"?>` + "\n<jobs>" + rows + "</jobs>\n"
	}
	const job = `<job><jobOfferId>1</jobOfferId><title>A &amp; B</title><positionDescription><![CDATA[<p>x</p>]]></positionDescription></job>`
	for body, want := range map[string]int{
		`{"jobs":[` + row + `]}`: 1,
		`{"jobs":[]}`:            0,
		xml(""):                  0,
		"<jobs/>":                0,
		xml(job):                 1,
		xml(job + job):           2,
		"\xef\xbb\xbf" + xml(job+"<!-- c --><other>1</other>"):                          1,
		strings.ToUpper(`<jobs>`) + strings.ReplaceAll(job, "job>", "Job>") + `</JOBS>`: 1,
		``:                                     -1,
		`jobs`:                                 -1,
		`[]`:                                   -1,
		`<html><body>x</body></html>`:          -1,
		`<!doctype html><html></html>`:         -1,
		`<jobs><error>no</error></jobs>`:       -1,
		`<jobs>no</jobs>`:                      -1,
		`<jobs>` + job:                         -1,
		xml(job) + `<jobs></jobs>`:             -1,
		xml(job) + `x`:                         -1,
		xml(`<job><title>no id</title></job>`): -1,
		`<!DOCTYPE jobs [<!ENTITY a "b">]><jobs>` + strings.ReplaceAll(job, "A ", "&a; ") + `</jobs>`: -1,
		`<jobs>` + strings.ReplaceAll(job, "A ", "&a; ") + `</jobs>`:                                  -1,
		`<?xml version="1.0" encoding="iso-8859-2"?><jobs>` + job + `</jobs>`:                         -1,
		"<jobs>" + strings.ReplaceAll(job, "A", "\xb1") + "</jobs>":                                   -1,
		deep(maxXMLDepth):     1,
		deep(maxXMLDepth + 1): -1,
	} {
		ads, err := m.ParseFeed([]byte(body))
		if want < 0 && (err == nil || ads != nil) || want >= 0 && (err != nil || len(ads) != want) {
			t.Errorf("%.200s: %d ads, %v, want %d", body, len(ads), err, want)
		}
		if len(ads) == 1 && strings.Contains(body, "&amp;") && (ads[0].Title != "A & B" || ads[0].Duties != "<p>x</p>" || !json.Valid(ads[0].Raw)) {
			t.Errorf("%+v", ads[0])
		}
	}
	if _, err := m.ParseFeed([]byte("<jobs>" + strings.Repeat("<a/>", maxXMLElements-1) + "</jobs>")); err == nil || errors.Is(err, ErrAdsXML) {
		t.Errorf("as many elements as may be: %v", err) // no row is among them
	}
	if _, err := m.ParseFeed([]byte("<jobs>" + strings.Repeat("<a/>", maxXMLElements) + "</jobs>")); !errors.Is(err, ErrAdsXML) {
		t.Errorf("one element too many: %v", err)
	}
}

// deep is a feed whose deepest element stands at that depth.
func deep(n int) string {
	return "<jobs><job><jobOfferId>1</jobOfferId>" + strings.Repeat("<d>", n-2) + strings.Repeat("</d>", n-2) + "</job></jobs>"
}

func TestTheNamesOf2017AreRead(t *testing.T) {
	ads, err := builtin(t).ParseFeed([]byte(`<jobs><job><jobOfferId>7</jobOfferId><jobOfferRegionId>8</jobOfferRegionId><opportunites>&lt;p&gt;B2B&lt;/p&gt;</opportunites>
		<country>Polska</country><countryRegionName>śląskie</countryRegionName><location>Katowice</location>
		<categories><category><id>15</id><name>IT</name></category><category><id>16</id><name>Data</name></category></categories>
		<compensationPackage><salaryRanges><salaryRange><from>10</from><to>20</to><currency>PLN</currency><period>month</period><contractType>B2B</contractType><isGross>false</isGross></salaryRange></salaryRanges></compensationPackage>
		</job></jobs>`))
	if err != nil || len(ads) != 1 {
		t.Fatal(len(ads), err)
	}
	if a := ads[0]; a.Offer != "<p>B2B</p>" || a.Country != "PL" || a.Region != "śląskie" || strings.Join(a.Categories, "+") != "IT+Data" || len(a.Salaries) != 1 {
		t.Errorf("%+v", a)
	}
}

func feeds() []string {
	return []string{`{"jobs":[` + row + `]}`, `{"jobs":[]}`, `{"result":{"items":[{"jobOfferId":"1"}]}}`, `<jobs><job><jobOfferId>1</jobOfferId><a><b>c</b><b/></a></job></jobs>`,
		`<!DOCTYPE a [<!ENTITY b "c">]><jobs>&b;</jobs>`, `<jobs><![CDATA[x]]></jobs>`, `<?xml version="1.0" encoding="utf-16"?><jobs/>`, "\xef\xbb\xbf{}", `{"jobs":[{"jobOfferId":1,"categories":{"a":["\u0000b"]}}]}`}
}

func FuzzParseAds(f *testing.F) {
	for _, s := range feeds() {
		f.Add([]byte(s))
	}
	m := builtin(f)
	f.Fuzz(func(t *testing.T, b []byte) {
		ads, err := m.ParseAds(b)
		sound(t, ads, err)
	})
}

func FuzzParseFeed(f *testing.F) {
	for _, s := range feeds() {
		f.Add([]byte(s))
	}
	m := builtin(f)
	f.Fuzz(func(t *testing.T, b []byte) {
		ads, err := m.ParseFeed(b)
		sound(t, ads, err)
	})
}

// sound is what holds of every listing, whatever came.
func sound(t *testing.T, ads []Ad, err error) {
	if err != nil && ads != nil {
		t.Error("ads beside an error")
	}
	known := []error{nil, ErrAdsTooLong, ErrAdsForm, ErrAdsJSON, ErrAdsXML, ErrAdsNoList, ErrAdWithout}
	ok := false
	for _, k := range known {
		ok = ok || err == k
	}
	if !ok {
		t.Errorf("%v may quote what came", err)
	}
	for _, a := range ads {
		if a.Key == "" || !json.Valid(a.Raw) || strings.ContainsRune(a.Title+a.Duties+strings.Join(a.Categories, ""), 0) || a.Country != "" && len(a.Country) != 2 {
			t.Errorf("%+v", a)
		}
	}
}
