package erecruiter

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"handoff/internal/simulator/simkit"
)

// multiposted is the feed of ads for which a portal was chosen, one row per ad and region (A that
// it can be polled; rows C from the career feed).
func (c *call) multiposted() *simkit.Answer {
	portal := or(c.Query.Get(c.w.name("query", "portal")), c.s.options.Partner)
	var since time.Time
	if text := c.Query.Get(c.w.name("query", "modifiedSince")); text != "" {
		var err error
		if since, err = time.Parse(time.RFC3339, text); err != nil {
			return c.fail(http.StatusBadRequest, "QueryInvalid", "modifiedSince is not a date-time", "")
		}
	}
	if c.sw.ModifiedSince == Ignored {
		since = time.Time{}
	}
	return c.list("ad", c.s.portalRows(c, portal, since))
}

// portalRows are the rows of the multiposting feed. Holds s.mu.
func (s *Simulator) portalRows(c *call, portal string, since time.Time) []obj {
	rows := []obj{}
	now := s.clock.Now()
	for _, a := range s.st.ads {
		v, ok := a.asOf(now.Add(-s.lag.feed))
		switch {
		case !ok || a.company != c.company || v.at.Before(since):
		case !slices.Contains(v.Portals, portal) && (c.sw.OtherPortals != Listed || len(v.Portals) == 0):
		case v.withdrawn && c.sw.WithdrawnAds != Listed, v.Expires.Before(now) && c.sw.ExpiredAds == Hidden:
		default:
			on := portal
			if !slices.Contains(v.Portals, portal) {
				on = v.Portals[0]
			}
			for _, row := range c.adRows(a, v) {
				row["portal"], row["status"] = on, "Published"
				if v.withdrawn {
					row["status"] = "Withdrawn"
				}
				if v.RecruiterEmail != "" {
					row["recruiterEmail"] = v.RecruiterEmail
				}
				c.inside(row)
				if v.RecruitmentID != 0 {
					row["recruitmentId"] = v.RecruitmentID
				}
				rows = append(rows, row)
			}
		}
	}
	return c.shuffled(rows)
}

// inside says the parts of a row in the words of the dialect.
func (c *call) inside(row obj) {
	said := func(kind string, list []obj) []obj {
		out := []obj{}
		for _, v := range list {
			out = append(out, c.say(kind, v))
		}
		return out
	}
	row["categories"] = said("category", row["categories"].([]obj))
	pay := row["compensationPackage"].(obj)
	pay["salaryRanges"] = said("salary", pay["salaryRanges"].([]obj))
	row["compensationPackage"] = c.say("pay", pay)
}

// shuffled: the order of items moves between calls (C).
func (c *call) shuffled(rows []obj) []obj {
	if c.sw.FeedOrder == "stable" {
		return rows
	}
	out := make([]obj, len(rows))
	for i, j := range c.s.rand.Perm(len(rows)) {
		out[i] = rows[j]
	}
	return out
}

// adRows are an ad's rows with the field names of the public career feed (C); inner fields of
// compensationPackage and the form of dates are assumed.
func (c *call) adRows(a *ad, v adVersion) []obj {
	var rows []obj
	for i, p := range v.Places {
		id := v.places[i]
		categories := []obj{}
		for _, name := range v.Categories {
			categories = append(categories, obj{"id": slices.Index(AdCategories(), name) + 14, "name": name})
		}
		pay := obj{"salaryRanges": []obj{}, "benefits": "<p>Opieka medyczna</p>"}
		if v.SalaryTo > 0 {
			pay["salaryRanges"] = []obj{{"from": v.SalaryFrom, "to": v.SalaryTo, "currency": "PLN", "period": "month", "contractType": v.Contract, "isGross": v.Contract != "B2B"}}
		}
		link := c.base + "/FormTemplates/RecruitmentForm.aspx?webid=" + a.link
		rows = append(rows, obj{"jobOfferId": a.id, "jobOfferRegionId": id, "uniqueId": strconv.FormatInt(a.id, 10) + "-" + strconv.FormatInt(id, 10),
			"title": v.Title, "referencenumber": v.Reference, "publishDate": c.date(a.published), "expiryDate": c.date(*v.Expires),
			"lastModificationDate": c.date(v.at), "company": a.company.name, "partnership": nil, "location": p.Towns, "country": obj{"isoCode": "PL"},
			"region": obj{"name": p.Region}, "geolocations": []obj{}, "departments": []any{"IT"}, "branches": []any{}, "additionalFields": []any{},
			"positionDescription": v.Duties, "requirements": v.Requirements, "opportunities": v.Offer, "notes": "", "companyDescription": v.AboutCompany,
			"experience": "", "clause": "Administratorem danych jest " + a.company.name + ".", "compensationPackage": pay, "categories": categories,
			"applicationLink": link, "url": c.base + "/Offer.aspx?oid=" + strconv.FormatInt(a.id, 10), "urlWithLayout": link})
	}
	return rows
}

// career checks the hash that the vendor issued for the public feed and returns its rows: every
// published ad, whatever portals were chosen, without paging and count (C).
func (c *call) career() ([]obj, *simkit.Answer) {
	id, _ := strconv.ParseInt(c.Params["companyId"], 10, 64)
	co := c.s.st.company(id)
	if co == nil || c.Query.Get("hash") != co.hash {
		return nil, &simkit.Answer{Status: http.StatusNotFound, Header: http.Header{}, Code: "NotFound"} // I
	}
	rows := []obj{}
	for _, a := range c.s.st.ads {
		v, ok := a.asOf(c.now().Add(-c.s.lag.feed))
		if ok && a.company == co && !v.withdrawn && (!v.Expires.Before(c.now()) || c.sw.ExpiredAds != Hidden) {
			rows = append(rows, c.adRows(a, v)...)
		}
	}
	return c.shuffled(rows), nil
}

// careerJSON is {"jobs": [...]} in every dialect: this feed is public and was measured (C).
func (c *call) careerJSON() *simkit.Answer {
	rows, bad := c.career()
	if bad != nil {
		return bad
	}
	return c.raw(http.StatusOK, obj{"jobs": rows})
}

// careerXML is its twin; with the switch xml_names in the words of 2017, misspelt opportunites and
// flat country and region included (C).
func (c *call) careerXML() *simkit.Answer {
	rows, bad := c.career()
	if bad != nil {
		return bad
	}
	var b strings.Builder
	b.WriteString(`<?xml version="1.0" encoding="utf-8"?>` + "\n<jobs>")
	for _, row := range rows {
		if c.sw.XMLNames == "year_2017" {
			row["opportunites"], row["country"] = row["opportunities"], "Polska"
			row["countryRegionName"] = row["region"].(obj)["name"]
			delete(row, "opportunities")
			delete(row, "region")
		}
		element(&b, "job", row)
	}
	b.WriteString("</jobs>\n")
	return &simkit.Answer{Status: http.StatusOK, Header: http.Header{"Content-Type": {"text/xml; charset=utf-8"}}, Body: []byte(b.String())}
}
