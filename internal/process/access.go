package process

import (
	"context"
	"errors"

	"handoff/internal/recruit"
)

// reach says how far the caller sees: an Admin the company, a Manager own and
// supervised users' processes, a User own ones. An API token that is not an
// Admin's sees what belongs to the company's first Admin, which is where the
// processes go that tokens create. The operator sees none: a company's
// processes are the company's.
func (e *Engine) reach(ctx context.Context, c recruit.Caller) (Reach, error) {
	r := Reach{Company: c.Company, Owner: c.User}
	switch {
	case c.Company == "" || c.Role.Rank() == 0:
		return Reach{}, recruit.ErrForbidden
	case c.IsAdmin():
		r.Owner = ""
		return r, nil
	case c.Role == recruit.RoleManager:
		r.Supervised = true
	}
	if r.Owner == "" {
		owner, err := e.Store.FirstAdmin(ctx, c.Company)
		if errors.Is(err, recruit.ErrNotFound) {
			return Reach{}, recruit.ErrForbidden
		}
		r.Owner, r.Supervised = owner, false
		return r, err
	}
	return r, nil
}
