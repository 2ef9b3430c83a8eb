package integration

import (
	"context"
	"net/url"
	"strings"

	"handoff/internal/recruit"
)

// maxFeed is the longest address of a feed.
const maxFeed = 500

// SaveAdFeed has ads read from the company's public feed; an empty address has
// them read from the API again. Invalid for what is no https address; whether
// the host is the ATS's is the connector's to say. The address is not logged:
// it carries a key of the company's.
func (e *Engine) SaveAdFeed(ctx context.Context, c recruit.Caller, id recruit.ConnectionID, address string) error {
	v, err := e.admin(ctx, c, id)
	if err != nil {
		return err
	}
	if v.Type == nil || !v.Type.AdFeeds {
		return recruit.Refuse("ad_feed_not_read")
	}
	address = strings.TrimSpace(address)
	var bad recruit.Invalid
	u, err := url.Parse(address)
	switch {
	case address == "":
	case len(address) > maxFeed:
		bad.Add("ad_feed", "too_long", "max", "500")
	case err != nil || u.Scheme != "https" || u.Host == "" || u.User != nil || u.Fragment != "":
		bad.Add("ad_feed", "malformed")
	}
	if err := bad.OrNil(); err != nil {
		return err
	}
	return e.o.Store.SaveAdFeed(ctx, c.Company, id, address, c.Name(), e.o.Now())
}
