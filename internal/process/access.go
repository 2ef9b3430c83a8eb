package process

import (
	"context"

	"handoff/internal/recruit"
)

func (e *Engine) reach(ctx context.Context, c recruit.Caller) (recruit.Reach, error) {
	return c.Reach(func() (recruit.UserID, error) { return e.Store.FirstAdmin(ctx, c.Company) })
}
