package erapi

import (
	"net/url"
	"slices"
	"strings"
)

// check holds the lines against each other and returns what is wrong, as
// *MappingError.
func (m *Mapping) check() []error {
	var wrong []error
	need := func(ok bool, key, why string) {
		if !ok {
			wrong = append(wrong, &MappingError{Key: key, Why: why})
		}
	}
	need(absolute(m.API), "api.base", "is an http(s) address without a slash at its end, a query or a name")
	need(absolute(m.Web), "web.base", "is an http(s) address without a slash at its end, a query or a name")
	need(m.Card == "" || strings.HasPrefix(m.Card, "/"), "web.card", "is empty, or a path under web.base")
	need(m.Auth.Mode != HeaderKey || token(m.Auth.Header), "auth.header", "is the name of a header")
	need(!strings.ContainsAny(m.Auth.Prefix, "\r\n"), "auth.prefix", "is one line")
	need(!m.Auth.Exchanged() || absolute(m.Auth.TokenURL), "auth.token_url", "is an http(s) address without a slash at its end, a query or a name")
	need(m.Auth.Mode != Exchange || m.Auth.Grant != "" && m.Auth.KeyField != "", "auth.exchange_grant", "is needed, and auth.exchange_field")
	p := m.Paging
	need(len(p.Lists) == 0 || p.Limit != "" && p.Offset != "" && p.Limit != p.Offset, "paging.limit", "is needed, and another paging.offset")
	need(p.Size >= 2 && p.Size <= 1000, "paging.size", "is between 2 and 1000")
	need(p.First == 0 || p.First == 1, "paging.first_page", "is 0 or 1")
	need(p.Most >= 2 && p.Most <= 10_000, "paging.most_pages", "is between 2 and 10000")
	for _, l := range p.Lists {
		need(slices.Contains(names()["paths."], l), "paging.lists", "holds names of paths")
	}
	l := m.Limits
	need(l.PerSecond >= 0.1 && l.PerSecond <= 50, "rate.per_second", "is between 0.1 and 50")
	need(l.Concurrency >= 1 && l.Concurrency <= 50, "rate.concurrency", "is between 1 and 50")
	need(l.LongestRequest > 0, "rate.longest_request", "is more than nothing")
	need(m.Files.MaxBytes >= 1024 && m.Files.MaxBytes <= 10<<20, "cv.max_bytes", "is between 1024 and 10485760")
	need(len(m.Files.Extensions) > 0, "cv.extensions", "is a list of at least one")
	for _, e := range m.Files.Extensions {
		need(e != "" && e == strings.ToLower(e) && !strings.Contains(e, "."), "cv.extensions", "are lower case, without the dot")
	}
	a := m.Ads
	for i, name := range []string{a.SinceParam, m.Company, p.Limit, p.Offset} {
		need(a.PortalParam == "" || a.PortalParam != name, "query.portal", "is no other parameter's name")
		need(i == 0 || a.SinceParam == "" || a.SinceParam != name, "query.modified_since", "is no other parameter's name")
	}
	need(a.FeedHost == "" || absolute("https://"+a.FeedHost) && !strings.Contains(a.FeedHost, "/"), "ads.feed_host", "is empty, or a host")
	need(a.FeedRow != "", "ads.feed_row", "is the name of an element")
	wrong = append(wrong, m.checkPaths()...)
	wrong = append(wrong, m.checkCreate()...)
	for _, f := range []string{"company.id", "recruitment.id", "recruitment.name", "application.id", "application.candidate", "application.email",
		"origin.id", "origin.name", "created.application", "created.candidate", "ad.key", "ad.title"} {
		need(len(m.Fields[f]) > 0, "fields."+f, "needs at least one place")
	}
	if m.Has(OpStages) || m.Has(OpJobStages) {
		for _, f := range []string{"stage.id", "stage.name"} {
			need(len(m.Fields[f]) > 0, "fields."+f, "needs at least one place")
		}
		need(m.Has(OpHistory) || len(m.Fields["application.stage_id"]) > 0, "paths.stages_history", "is needed, or fields.application.stage_id")
		need(!m.Has(OpHistory) || len(m.Fields["history.stage"]) > 0, "fields.history.stage", "needs at least one place")
	}
	need(len(m.Words["recruitment.open"]) > 0 || len(m.Fields["recruitment.status"]) == 0, "words.recruitment.open", "needs a word, or no recruitment looks open")
	for _, list := range m.Consents.Static {
		for _, c := range list {
			need(c.ID != "" && c.Text != "" && (c.Kind == "consent" || c.Kind == "clause"), "consents.static", "needs an id, a text and a kind, consent or clause")
		}
	}
	if m.Consents.Source != ConsentsStatic {
		for _, f := range []string{"consent.id", "consent.text"} {
			need(len(m.Fields[f]) > 0, "fields."+f, "needs at least one place")
		}
	}
	return wrong
}

func (m *Mapping) checkPaths() []error {
	var wrong []error
	for _, r := range []struct {
		op, method string
		must       bool
		places     []string
	}{
		{OpCompanies, "GET", true, nil}, {OpRecruitments, "GET", true, nil}, {OpClosed, "GET", false, nil},
		{OpRecruitment, "GET", false, []string{"recruitmentId"}}, {OpApplications, "GET", true, []string{"recruitmentId"}},
		{OpOrigins, "GET", true, nil}, {OpConsents, "GET", m.Consents.Source == ConsentsOfRecruitment, []string{"recruitmentId"}},
		{OpAllConsents, "GET", m.Consents.Source == ConsentsOfAccount, nil}, {OpCreate, "POST", true, []string{"recruitmentId"}},
		{OpNotes, "GET", false, []string{"applicationId"}}, {OpNote, "POST", m.Create.Note == NoteApart, []string{"applicationId"}},
		{OpAds, "GET", false, nil}, {OpStages, "GET", false, nil}, {OpJobStages, "GET", false, []string{"recruitmentId"}},
		{OpHistory, "GET", false, []string{"applicationId"}},
	} {
		p, key := m.Paths[r.op], "paths."+r.op
		switch {
		case p.Template == "" && r.must:
			wrong = append(wrong, &MappingError{Key: key, Why: "is needed"})
			continue
		case p.Template == "":
			continue
		case p.Method != r.method:
			wrong = append(wrong, &MappingError{Key: key, Why: "is a " + r.method})
		}
		for _, place := range []string{"recruitmentId", "applicationId", "candidateId"} {
			if strings.Contains(p.Template, "{"+place+"}") != slices.Contains(r.places, place) {
				wrong = append(wrong, &MappingError{Key: key, Why: "must name {" + place + "}, or must not"})
			}
		}
		if r.op == OpCompanies && strings.Contains(p.Template, "{companyId}") {
			wrong = append(wrong, &MappingError{Key: key, Why: "is asked before a company is known"})
		}
	}
	return wrong
}

func (m *Mapping) checkCreate() []error {
	var wrong []error
	c := m.Create
	need := func(ok bool, key, why string) {
		if !ok {
			wrong = append(wrong, &MappingError{Key: key, Why: why})
		}
	}
	for _, f := range []string{"first_name", "last_name", "email"} {
		need(len(m.Send[f]) > 0, "send."+f, "needs a place")
	}
	if c.Encoding == JSONBase64 {
		for _, f := range []string{"cv", "cv.name", "cv.content"} {
			need(len(m.Send[f]) > 0, "send."+f, "needs a place in a JSON body")
		}
	} else {
		need(part(c.JSONPart) && part(c.FilePart) && c.JSONPart != c.FilePart, "create.json_part", "and create.file_part name the parts of a multipart body")
	}
	need(len(m.Send["consents"]) > 0, "send.consents", "needs a place")
	if c.ConsentStyle == ConsentList {
		need(len(m.Send["consent.id"]) > 0 && len(m.Send["consent.accepted"]) > 0, "send.consent.id", "needs a place in a list, and send.consent.accepted")
	}
	if c.Note == NoteInBody {
		need(len(m.Send["note"]) > 0, "send.note", "needs a place in the body")
	} else {
		need(len(m.Send["note.text"]) > 0, "send.note.text", "needs a place")
	}
	need(len(c.Created) > 0, "create.made_now", "needs a status")
	for _, s := range append(slices.Clone(c.Created), c.Existing...) {
		need(s >= 200 && s <= 299, "create.made_now", "and create.there_before hold statuses from 200 to 299")
	}
	for _, s := range c.Created {
		need(!slices.Contains(c.Existing, s), "create.there_before", "shares a status with create.made_now")
	}
	need(c.Idempotency == "" || token(c.Idempotency), "create.idempotency_header", "is empty, or the name of a header")
	return append(wrong, m.checkOverlap()...)
}

// checkOverlap refuses places of which one lies inside another, because one
// value would take the other's place.
func (m *Mapping) checkOverlap() []error {
	var wrong []error
	for _, group := range [][]string{{"external_id", "origin", "first_name", "last_name", "email", "phone", "consents", "note", "cv"},
		{"consent.id", "consent.accepted", "consent.version"}, {"cv.name", "cv.type", "cv.content"}} {
		for i, a := range group {
			for _, b := range group[i+1:] {
				n := min(len(m.Send[a]), len(m.Send[b]))
				if n > 0 && slices.Equal(m.Send[a][:n], m.Send[b][:n]) {
					wrong = append(wrong, &MappingError{Key: "send." + b, Why: "stands in the place of send." + a})
				}
			}
		}
	}
	return wrong
}

func absolute(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && u.User == nil && u.RawQuery == "" && u.Fragment == "" && !strings.HasSuffix(s, "/")
}

// token is what a header's name is made of; part what a part's is.
func token(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool {
		return r != '-' && r != '_' && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')
	})
}

func part(s string) bool { return token(strings.ReplaceAll(s, ".", "")) }
