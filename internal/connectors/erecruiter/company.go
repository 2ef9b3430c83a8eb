package erecruiter

import (
	"context"
	"strings"

	"handoff/internal/connector"
	"handoff/internal/connectors/erecruiter/internal/erapi"
	"handoff/internal/recruit"
)

// chosen is the company that calls are made for: the host's, or the only one
// that the key opens. With several and no choice nothing can be asked.
func (c *conn) chosen(ctx context.Context) (string, error) {
	c.mu.Lock()
	known := c.company
	c.mu.Unlock()
	if known != "" {
		return known, nil
	}
	all, err := c.companies(ctx)
	switch {
	case err != nil:
		return "", err
	case len(all) != 1:
		return "", &connector.Error{Kind: connector.Forbidden, Op: erapi.OpCompanies, Code: codeCompany}
	}
	c.mu.Lock()
	c.company = all[0].ID
	c.mu.Unlock()
	return all[0].ID, nil
}

// companies asks what the key opens; a no is asked for again.
func (c *conn) companies(ctx context.Context) (all []erapi.Company, err error) {
	for range patience {
		all, err = callFor(ctx, c, "", reading, erapi.OpCompanies, func(api erapi.Client) ([]erapi.Company, error) { return api.Companies(ctx) })
		if !suspect(err) {
			break
		}
	}
	return all, err
}

// account settles which company a report is about; a failed check when that
// cannot be told.
func (c *conn) account(all []erapi.Company) (chosen recruit.Account, several []recruit.Account, failed *recruit.TestCheck) {
	var names []string
	for _, x := range all {
		a := recruit.Account{ID: x.ID, Name: x.Name}
		if a.Name == "" {
			a.Name = a.ID
		}
		if x.ID == c.s.Account || len(all) == 1 {
			return a, nil, nil
		}
		several = append(several, a)
		names = append(names, a.Name+" ("+a.ID+")")
	}
	failed = &recruit.TestCheck{Name: connector.CheckRights, State: recruit.CheckFailed, Code: connector.CodeChooseAccount,
		Args: map[string]string{"accounts": strings.Join(names, ", ")}}
	if len(all) == 0 { // a key that opens nothing
		failed.Code, failed.Args = connector.CodeRightsMissing, map[string]string{"rights": erapi.OpCompanies}
	}
	return recruit.Account{}, several, failed
}
