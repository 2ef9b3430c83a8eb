package store

import (
	"context"
	"encoding/json"
	"time"

	"handoff/internal/company"
	"handoff/internal/recruit"
)

// audit writes who did what to what, in the transaction that does it. Data are
// pairs of identifiers and words of closed lists, never a person's data.
func (t *tx) audit(ctx context.Context, c recruit.CompanyID, when time.Time, actor, action, object string, data ...string) error {
	b, err := json.Marshal(pairs(data))
	if err != nil {
		return err
	}
	_, err = t.Exec(ctx, `INSERT INTO audit (id, company_id, at, actor, action, object, data) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		recruit.NewID("aud_", when), c, ms(when), actor, action, object, string(b))
	return err
}

func pairs(p []string) map[string]string {
	m := map[string]string{}
	for i := 0; i+1 < len(p); i += 2 {
		m[p[i]] = p[i+1]
	}
	return m
}

// AuditRecords implements company.Store.
func (db *DB) AuditRecords(ctx context.Context, c recruit.CompanyID, before string, limit int) ([]company.AuditRecord, error) {
	r, err := db.read().Query(ctx, `SELECT id, at, actor, action, object, data FROM audit
		WHERE company_id = $1 AND ($2 = '' OR id < $2) ORDER BY id DESC LIMIT $3`, c, before, limit)
	return collect(r, err, func(r row) (a company.AuditRecord, err error) {
		var when int64
		var data string
		if err := r.Scan(&a.ID, &when, &a.Actor, &a.Action, &a.Object, &data); err != nil {
			return a, err
		}
		a.At = at(when)
		return a, json.Unmarshal([]byte(data), &a.Data)
	})
}
