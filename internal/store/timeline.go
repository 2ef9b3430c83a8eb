package store

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"handoff/internal/recruit"
)

// event adds a line to an application's history, in the transaction that does
// what it tells. Data are identifiers and words of closed lists.
//
// The line's identifier carries the time and the line's place in the history,
// so that lines of one millisecond keep their order.
func (t *tx) event(ctx context.Context, c recruit.CompanyID, app recruit.ApplicationID, when time.Time, kind, actor string, data map[string]string) error {
	if data == nil {
		data = map[string]string{}
	}
	b, err := json.Marshal(data)
	if err != nil {
		return err
	}
	var n int
	if err := t.Row(ctx, `SELECT count(*) FROM timeline WHERE application_id = $1`, app).Scan(&n); err != nil {
		return err
	}
	id := fmt.Sprintf("ev_%012x%06x%s", ms(when), n, recruit.RandomToken(5))
	_, err = t.Exec(ctx, `INSERT INTO timeline (id, application_id, company_id, at, kind, actor, data) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		id, app, c, ms(when), kind, actor, string(b))
	return err
}

// eventEach adds a line to the history of each delivery that where selects;
// its placeholders begin at $1. It is one statement, however many there are,
// and comes before the change that it tells.
func (t *tx) eventEach(ctx context.Context, when time.Time, kind, reason, where string, args ...any) error {
	b, err := json.Marshal(map[string]string{"reason": reason})
	if err != nil {
		return err
	}
	n := len(args)
	// After the lines of the same millisecond that were counted.
	prefix := fmt.Sprintf("ev_%012xfffff0%s", ms(when), recruit.RandomToken(5))
	_, err = t.Exec(ctx, fmt.Sprintf(`INSERT INTO timeline (id, application_id, company_id, at, kind, actor, data)
		SELECT $%d || application_id, application_id, company_id, CAST($%d AS BIGINT), $%d, 'system', $%d FROM deliveries WHERE `, n+1, n+2, n+3, n+4)+where,
		append(slices.Clone(args), prefix, ms(when), kind, string(b))...)
	return err
}

// ApplicationTimeline implements apply.Store.
func (db *DB) ApplicationTimeline(ctx context.Context, c recruit.CompanyID, app recruit.ApplicationID) ([]recruit.TimelineEvent, error) {
	r, err := db.read().Query(ctx, `SELECT at, kind, actor, data FROM timeline WHERE application_id = $1 AND company_id = $2 ORDER BY id`, app, c)
	return collect(r, err, func(r row) (e recruit.TimelineEvent, err error) {
		var when int64
		var data string
		if err := r.Scan(&when, &e.Kind, &e.Actor, &data); err != nil {
			return e, err
		}
		e.At = at(when)
		return e, json.Unmarshal([]byte(data), &e.Data)
	})
}
