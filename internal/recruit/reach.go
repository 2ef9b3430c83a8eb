package recruit

import "errors"

// Reach is how far a caller sees in a company: with Owner empty, everything;
// otherwise what belongs to the processes that Owner owns and, with
// Supervised, to those of the people whom Owner supervises.
type Reach struct {
	Company    CompanyID
	Owner      UserID
	Supervised bool
}

// Reach says how far the caller sees: an Admin the company, a Manager own and
// supervised users' processes, a User own ones. An API token below an Admin's
// sees what belongs to the company's first Admin, whom firstAdmin names: that
// is where the processes go which tokens create. The operator sees none: a
// company's candidates are the company's.
func (c Caller) Reach(firstAdmin func() (UserID, error)) (Reach, error) {
	switch {
	case c.Company == "" || c.Role.Rank() == 0:
		return Reach{}, ErrForbidden
	case c.IsAdmin():
		return Reach{Company: c.Company}, nil
	case c.User != "":
		return Reach{Company: c.Company, Owner: c.User, Supervised: c.Role == RoleManager}, nil
	}
	owner, err := firstAdmin()
	if errors.Is(err, ErrNotFound) {
		return Reach{}, ErrForbidden
	}
	return Reach{Company: c.Company, Owner: owner}, err
}
