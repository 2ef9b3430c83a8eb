package store

import (
	"context"
	"encoding/json"
	"time"

	"handoff/internal/delivery"
	"handoff/internal/integration"
	"handoff/internal/recruit"
)

// SelectSource implements integration.Store.
func (db *DB) SelectSource(ctx context.Context, company recruit.CompanyID, id recruit.ConnectionID, s *recruit.Source, actor string, now time.Time) error {
	text, name, err := sourceText(s)
	if err != nil {
		return err
	}
	return db.write(ctx, func(ctx context.Context, t *tx) error { return t.setSource(ctx, company, id, text, name, actor, now) })
}

// sourceText is how a chosen source is kept, and its id; both empty for none.
func sourceText(s *recruit.Source) (text, id string, err error) {
	if s == nil {
		return "", "", nil
	}
	b, err := json.Marshal(s)
	return string(b), s.ID, err
}

// setSource chooses a source and lets go on what was held because of the one
// before. What a check said of that one is looked at again.
func (t *tx) setSource(ctx context.Context, company recruit.CompanyID, id recruit.ConnectionID, text, name, actor string, now time.Time) error {
	n, err := t.Exec(ctx, `UPDATE connections SET source = $3 WHERE id = $1 AND company_id = $2`, id, company, text)
	if err != nil {
		return err
	}
	if n == 0 {
		return recruit.ErrNotFound
	}
	if err := t.release(ctx, id, "", now, delivery.ReasonSourceInvalid); err != nil {
		return err
	}
	if err := t.askTask(ctx, company, id, integration.TaskCheck, "", now); err != nil {
		return err
	}
	return t.audit(ctx, company, now, actor, "connection.source_selected", string(id), "source", name)
}

// SaveAdFeed implements integration.Store.
func (db *DB) SaveAdFeed(ctx context.Context, company recruit.CompanyID, id recruit.ConnectionID, address, actor string, now time.Time) error {
	return db.write(ctx, func(ctx context.Context, t *tx) error {
		n, err := t.Exec(ctx, `UPDATE connections SET ad_feed = $3 WHERE id = $1 AND company_id = $2`, id, company, address)
		if err != nil {
			return err
		}
		if n == 0 {
			return recruit.ErrNotFound
		}
		// From another place everything is read once.
		if _, err := t.Exec(ctx, `UPDATE ad_readings SET due_at = $3, complete_due_at = $3, since = 0 WHERE connection_id = $1 AND company_id = $2`,
			id, company, ms(now)); err != nil {
			return err
		}
		if err := t.ring(ctx, connLane(id), ms(now)); err != nil {
			return err
		}
		return t.audit(ctx, company, now, actor, "connection.ad_feed_saved", string(id))
	})
}
