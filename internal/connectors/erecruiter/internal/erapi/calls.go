package erapi

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"handoff/internal/connector"
)

// Companies lists what the credential opens; it is asked without a company (C).
func (c Client) Companies(ctx context.Context) ([]Company, error) {
	var out []Company
	err := c.list(ctx, OpCompanies, OpCompanies, "company.id", nil, func(n node) {
		out = append(out, Company{ID: c.text(n, "company.id"), Name: c.text(n, "company.name")})
	})
	return out, whole(err, &out)
}

// Recruitments lists open ones and closed ones. The call for closed ones is
// inferred: where it is refused as one that is not there, there are none.
func (c Client) Recruitments(ctx context.Context) ([]Recruitment, error) {
	var out []Recruitment
	seen := map[string]bool{}
	for _, op := range []string{OpRecruitments, OpClosed} {
		if !c.Map.Has(op) {
			continue
		}
		err := c.list(ctx, op, OpRecruitments, "recruitment.id", nil, func(n node) {
			r := c.recruitment(n, op == OpRecruitments)
			if !seen[r.ID] {
				seen[r.ID] = true
				out = append(out, r)
			}
		})
		if err != nil && (op != OpClosed || !noCall(err)) {
			return nil, err
		}
	}
	return out, nil
}

// noCall tells whether a call is refused as one that does not exist.
func noCall(err error) bool {
	var s *StatusError
	return errors.As(err, &s) && !s.Page && (s.Status == http.StatusNotFound || s.Status == http.StatusMethodNotAllowed)
}

// ProbeRecruitments reads two pages of one row, to see whether the right is
// there, whether anything is, and whether a second page comes and is another.
func (c Client) ProbeRecruitments(ctx context.Context) (any bool, err error) {
	first, err := c.probe(ctx, 0)
	if err != nil || len(first) == 0 || !slices.Contains(c.Map.Paging.Lists, OpRecruitments) {
		return len(first) > 0, err
	}
	second, err := c.probe(ctx, 1)
	if err != nil {
		return true, later(err, OpRecruitments)
	}
	if len(second) > 0 && c.text(first[0], "recruitment.id") == c.text(second[0], "recruitment.id") {
		c.Look.repeated()
	}
	return true, nil
}

// probe reads a page of one row.
func (c Client) probe(ctx context.Context, page int) ([]node, error) {
	p := c.Map.Paging
	query := url.Values{}
	if slices.Contains(p.Lists, OpRecruitments) {
		from := page // rows and pages of one row count alike
		if p.Style == ByPage {
			from += p.First
		}
		query.Set(p.Limit, "1")
		query.Set(p.Offset, strconv.Itoa(from))
	}
	return c.rows(ctx, OpRecruitments, query)
}

// rows makes one call for a list.
func (c Client) rows(ctx context.Context, op string, query url.Values) ([]node, error) {
	n, _, err := c.exchange(ctx, request{op: op, query: query})
	if err != nil {
		return nil, err
	}
	rows, ok := n.rows(c.Map.Lists[op], c.Map.Fields["count"])
	if !ok {
		return nil, &connector.Error{Kind: connector.Unavailable, Op: op, Code: ListingBroken}
	}
	c.Look.listed(n, c.Map.Lists[op])
	return rows, nil
}

// AnyStages tells whether the company has stages at all.
func (c Client) AnyStages(ctx context.Context) (bool, error) {
	rows, err := c.rows(ctx, OpStages, nil)
	return len(rows) > 0, err
}

// Recruitment reads one. The call for it is inferred: where it is not there, or
// knows no such recruitment, the lists are searched, and one that they lack is
// answered like a 404.
func (c Client) Recruitment(ctx context.Context, id string) (Recruitment, error) {
	if !c.Map.Has(OpRecruitment) {
		return c.searched(ctx, id)
	}
	n, status, err := c.exchange(ctx, request{op: OpRecruitment, places: map[string]string{"recruitmentId": id}})
	if noCall(err) {
		return c.searched(ctx, id)
	}
	if err != nil {
		return Recruitment{}, err
	}
	r := c.recruitment(n, true)
	if r.ID != id {
		return Recruitment{}, unreadable(OpRecruitment, status, errMissing)
	}
	return r, nil
}

func (c Client) searched(ctx context.Context, id string) (Recruitment, error) {
	all, err := c.Recruitments(ctx)
	if err != nil {
		return Recruitment{}, err
	}
	for _, r := range all {
		if r.ID == id {
			return r, nil
		}
	}
	return Recruitment{}, &StatusError{Op: OpRecruitment, Status: http.StatusNotFound}
}

func (c Client) recruitment(n node, open bool) Recruitment {
	r := Recruitment{ID: c.text(n, "recruitment.id"), Name: c.text(n, "recruitment.name"), Reference: c.text(n, "recruitment.reference"),
		Status: c.text(n, "recruitment.status"), Location: c.text(n, "recruitment.location"), Open: open}
	if r.Status != "" {
		r.Open, r.Archived = c.Map.means("recruitment.open", r.Status), c.Map.means("recruitment.archived", r.Status)
	}
	v, _ := n.first(c.Map.Fields["recruitment.cv_required"])
	r.CVRequired, _ = v.truth()
	v, _ = n.first(c.Map.Fields["recruitment.questions"])
	questions, _ := v.list()
	for _, q := range questions {
		v, _ := q.first(c.Map.Fields["question.required"])
		if yes, _ := v.truth(); yes {
			r.Questions++
		}
	}
	return r
}

// Origins lists the places of publication. One that does not say is active.
func (c Client) Origins(ctx context.Context) ([]Origin, error) {
	var out []Origin
	err := c.list(ctx, OpOrigins, OpOrigins, "origin.id", nil, func(n node) {
		o := Origin{ID: c.text(n, "origin.id"), Name: c.text(n, "origin.name"), Active: true}
		v, _ := n.first(c.Map.Fields["origin.active"])
		if yes, known := v.truth(); known {
			o.Active = yes
		}
		out = append(out, o)
	})
	return out, whole(err, &out)
}

// Consents lists the texts of a recruitment's form. A text without a kind is a
// consent: asking once too often harms nobody.
func (c Client) Consents(ctx context.Context, recruitment string) ([]Consent, error) {
	var out []Consent
	if c.Map.Consents.Source == ConsentsStatic {
		for _, s := range c.Map.Consents.Static[c.Company] {
			out = append(out, Consent{ID: s.ID, Version: s.Version, Clause: s.Kind == "clause", Text: s.Text, Required: s.Required, Language: s.Language})
		}
		return out, nil
	}
	op, places := OpConsents, map[string]string{"recruitmentId": recruitment}
	if c.Map.Consents.Source == ConsentsOfAccount {
		op, places = OpAllConsents, nil
	}
	empty := false
	err := c.list(ctx, op, OpConsents, "consent.id", places, func(n node) {
		x := Consent{ID: c.text(n, "consent.id"), Language: strings.ToLower(c.text(n, "consent.language")), Clause: c.Map.means("consent.clause", c.text(n, "consent.kind"))}
		v, _ := n.first(c.Map.Fields["consent.text"])
		x.Text = v.verbatim()
		v, _ = n.first(c.Map.Fields["consent.version"])
		x.Version = v.whole()
		v, _ = n.first(c.Map.Fields["consent.required"])
		x.Required, _ = v.truth()
		empty = empty || strings.TrimSpace(x.Text) == ""
		out = append(out, x)
	})
	if err == nil && empty { // a text that cannot be shown must not be decided on
		err = &connector.Error{Kind: connector.Unavailable, Op: op, Code: "CONSENT_WITHOUT_TEXT"}
	}
	return out, whole(err, &out)
}

// Applications hands every application of a recruitment to row. Rows of which
// none has a place for an e-mail mean that the mapping is wrong: taking that
// for "nobody is there" would send everybody twice.
func (c Client) Applications(ctx context.Context, recruitment string, row func(Applied)) error {
	rows, addresses := 0, 0
	err := c.list(ctx, OpApplications, OpApplications, "application.id", map[string]string{"recruitmentId": recruitment}, func(n node) {
		rows++
		email, there := n.first(c.Map.Fields["application.email"])
		if there {
			addresses++
		}
		created, _ := n.first(c.Map.Fields["application.created"])
		row(Applied{ID: c.text(n, "application.id"), Candidate: c.text(n, "application.candidate"), Email: email.text(),
			Origin: c.text(n, "application.origin"), Stage: clean(c.text(n, "application.stage")), StageID: c.text(n, "application.stage_id"), Created: created.when(c.Map.Zone)})
	})
	if err == nil && rows > 0 && addresses == 0 {
		return &connector.Error{Kind: connector.Unavailable, Op: OpApplications, Code: "ROWS_WITHOUT_EMAIL"}
	}
	return err
}

func (c Client) text(n node, field string) string {
	v, _ := n.first(c.Map.Fields[field])
	return v.text()
}

// whole drops a part.
func whole[T any](err error, list *[]T) error {
	if err != nil {
		*list = nil
	}
	return err
}
