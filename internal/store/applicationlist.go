package store

import (
	"strings"

	"handoff/internal/apply"
	"handoff/internal/recruit"
)

// conditions grows a WHERE clause.
type conditions struct {
	where []string
	args  []any
}

// add adds a condition with a ? for each argument.
func (c *conditions) add(condition string, args ...any) {
	for _, a := range args {
		c.args = append(c.args, a)
		condition = strings.Replace(condition, "?", "$"+decimal(len(c.args)), 1)
	}
	c.where = append(c.where, condition)
}

// listing returns the query for the identifiers of one page of a list.
//
// A company may have a million applications, and neither database knows by
// itself how rare what is asked for is. So only what is asked for stands in
// the query, and CROSS JOIN says which table is read first: the one whose
// index holds just the rows wanted, newest last.
func listing(r recruit.Reach, f apply.Filter, emailHash string, limit int) (string, []any) {
	c := &conditions{}
	from := `applications a`
	switch {
	case f.Delivery != "":
		from = `deliveries d CROSS JOIN applications a`
		c.add(`d.company_id = ? AND d.state = ? AND a.id = d.application_id`, r.Company, f.Delivery)
		if f.Process != "" {
			c.add(`d.process_id = ?`, f.Process)
		}
		if f.Connection != "" {
			c.add(`d.connection_id = ?`, f.Connection)
		}
		if r.Owner != "" {
			c.add(`d.process_id IN (SELECT id FROM processes p WHERE `+owned(r)+`)`, ownedBy(r)...)
		}
	case f.Process != "" || r.Owner != "":
		from = `processes p CROSS JOIN applications a`
		c.add(owned(r)+` AND a.process_id = p.id`, ownedBy(r)...)
		if f.Process != "" {
			c.add(`p.id = ?`, f.Process)
		}
	default:
		c.add(`a.company_id = ?`, r.Company)
	}
	if f.Stage != "" {
		c.add(`a.stage = ?`, f.Stage)
	}
	switch {
	case strings.HasPrefix(f.Query, "app_"):
		c.add(`a.id = ?`, f.Query)
	case f.Query != "":
		c.add(`a.id IN (SELECT id FROM applications WHERE company_id = ? AND email_hash = ?)`, r.Company, emailHash)
	}
	if since := ms(f.UpdatedSince); since > 0 {
		c.add(`a.id IN (SELECT id FROM applications WHERE company_id = ? AND updated_at >= ?
			UNION SELECT application_id FROM deliveries WHERE company_id = ? AND updated_at >= ?)`, r.Company, since, r.Company, since)
	}
	newest := `a.id`
	if f.Delivery != "" {
		newest = `d.application_id`
	}
	if f.Cursor != "" {
		c.add(newest+` < ?`, f.Cursor)
	}
	c.args = append(c.args, limit)
	return `SELECT a.id FROM ` + from + ` WHERE ` + strings.Join(c.where, ` AND `) + ` ORDER BY ` + newest + ` DESC LIMIT $` + decimal(len(c.args)), c.args
}

// owned is the condition on processes p for what a caller reaches.
func owned(r recruit.Reach) string {
	switch {
	case r.Owner == "":
		return `p.company_id = ?`
	case r.Supervised:
		return `p.company_id = ? AND (p.owner_id = ? OR p.owner_id IN (SELECT id FROM users WHERE company_id = ? AND supervisor_id = ?))`
	}
	return `p.company_id = ? AND p.owner_id = ?`
}

func ownedBy(r recruit.Reach) []any {
	switch {
	case r.Owner == "":
		return []any{r.Company}
	case r.Supervised:
		return []any{r.Company, r.Owner, r.Company, r.Owner}
	}
	return []any{r.Company, r.Owner}
}
