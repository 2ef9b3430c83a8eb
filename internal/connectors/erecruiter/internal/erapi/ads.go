package erapi

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"handoff/internal/connector"
)

// OpFeed names the reading of the public career feed.
const OpFeed = "ad_feed"

// Ads lists the rows of ads for a portal that changed at since or later; all of
// them when since is zero. At most MaxAds rows in connector.MaxAdBytes.
func (c Client) Ads(ctx context.Context, portal string, since time.Time) ([]Ad, error) {
	query := url.Values{}
	if p := c.Map.Ads.PortalParam; p != "" && portal != "" {
		query.Set(p, portal)
	}
	if p := c.Map.Ads.SinceParam; p != "" && !since.IsZero() {
		query.Set(p, since.UTC().Format(time.RFC3339))
	}
	l := &adListing{c: c, query: query, seen: map[string]bool{}}
	err := l.read(ctx)
	return l.ads, whole(err, &l.ads)
}

// Feed reads the public career feed at its whole address, which nobody is to
// see: it carries a hash. No credential goes along. Its host is the caller's to
// judge.
func (c Client) Feed(ctx context.Context, at string) ([]Ad, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, at, nil)
	if err != nil {
		return nil, &connector.Error{Kind: connector.Misconfigured, Op: OpFeed, Err: errAddress}
	}
	req.Header.Set("Accept", "application/json, application/xml;q=0.9, text/xml;q=0.9")
	req.Header.Set("User-Agent", "Handoff")
	resp, err := c.HTTP.Do(connector.Op{Name: OpFeed, Template: "/feed"}, req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	if resp.StatusCode < 200 || resp.StatusCode > 299 {
		return nil, c.readError(OpFeed, resp)
	}
	b, err := readMost(resp.Body, connector.MaxAdBytes)
	var ads []Ad
	if err == nil {
		ads, err = c.Map.ParseFeed(b)
	}
	if err != nil {
		e := unreadable(OpFeed, resp.StatusCode, err)
		if known, ok := e.(*connector.Error); ok && known.Err == err { // what came is no feed
			known.Kind, known.Code = connector.Unavailable, "FEED_BROKEN"
		}
		return nil, e
	}
	return ads, nil
}
