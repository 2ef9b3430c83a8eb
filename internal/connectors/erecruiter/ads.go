package erecruiter

import (
	"context"
	"net/url"
	"strings"
	"time"

	"handoff/internal/connector"
	"handoff/internal/connectors/erecruiter/internal/erapi"
	"handoff/internal/recruit"
)

// ListAds asks for the ads that name this platform, or reads the company's public
// career feed where one is set. Changes are looked for from a good while before
// since (ads.overlap): an ad may come half an hour after it was saved (R12), and
// clocks differ. The feed, and a server that ignores since, give all; nothing may
// be concluded from what is not there unless since is zero.
func (c *conn) ListAds(ctx context.Context, since time.Time) ([]recruit.RemoteAd, error) {
	if c.s.AdFeed != "" {
		return c.feed(ctx)
	}
	if !c.m.Has(erapi.OpAds) {
		return nil, &connector.Error{Kind: connector.Misconfigured, Op: erapi.OpAds, Code: codeNoAds}
	}
	portal := c.portal()
	if !since.IsZero() {
		since = since.Add(-time.Duration(c.m.Ads.Overlap))
	}
	ads, err := call(ctx, c, reading, erapi.OpAds, func(api erapi.Client) ([]erapi.Ad, error) { return api.Ads(ctx, portal, since) })
	if err != nil {
		return nil, err
	}
	return remoteAds(ads, portal), nil
}

// feed reads the public career feed. It knows no portal, so that all of its ads
// are ours; and no credential, so that no refusal is the credential's.
func (c *conn) feed(ctx context.Context) ([]recruit.RemoteAd, error) {
	u, err := url.Parse(c.s.AdFeed)
	if err != nil || u.Host == "" || u.User != nil || c.m.Ads.FeedHost != "" && !strings.EqualFold(u.Host, c.m.Ads.FeedHost) {
		return nil, &connector.Error{Kind: connector.Misconfigured, Op: erapi.OpFeed, Code: codeFeedAddress} // never err: it quotes the address
	}
	ads, err := erapi.Client{HTTP: c.env.HTTP, Map: c.m, Now: c.env.Now}.Feed(ctx, u.String())
	if err = judge(reading, erapi.OpFeed, err); err != nil {
		if e, ok := err.(*connector.Error); ok && e.Kind == connector.Unauthorized {
			e.Kind = connector.Forbidden
		}
		return nil, err
	}
	return remoteAds(ads, ""), nil
}

// portal is how the vendor's list of platforms names this one.
func (c *conn) portal() string {
	if c.m.Ads.Portal != "" {
		return c.m.Ads.Portal
	}
	return strings.TrimSpace(c.s.PlatformName)
}

// parseAds reads a push. Which platform this is, is known here only if the
// mapping says so; otherwise the host compares Portal.
func parseAds(m *Mapping) func([]byte) ([]recruit.RemoteAd, error) {
	return func(body []byte) ([]recruit.RemoteAd, error) {
		ads, err := m.ParseAds(body)
		if err != nil {
			return nil, err
		}
		return remoteAds(ads, m.Ads.Portal), nil
	}
}

func remoteAds(ads []erapi.Ad, portal string) []recruit.RemoteAd {
	out := make([]recruit.RemoteAd, len(ads))
	for i, a := range ads {
		out[i] = remoteAd(a, portal)
	}
	return out
}

// remoteAd is a row in our words. It is pure.
func remoteAd(a erapi.Ad, portal string) recruit.RemoteAd {
	out := recruit.RemoteAd{Key: a.Key, Row: a.Row, Portal: a.Portal, Withdrawn: a.Withdrawn, Job: recruit.RemoteJobID(a.Recruitment),
		Foreign:   portal != "" && a.Portal != "" && !strings.EqualFold(a.Portal, portal),
		Reference: line(a.Reference), Title: line(a.Title), Clause: a.Clause, Benefits: a.Benefits, Cities: towns(a.Location), Region: line(a.Region),
		Country: a.Country, Categories: a.Categories, PublishedAt: a.Published, ExpiresAt: a.Expires, ChangedAt: a.Changed, Raw: a.Raw}
	for _, s := range []recruit.AdSection{{Kind: recruit.AdDuties, HTML: a.Duties}, {Kind: recruit.AdRequirements, HTML: a.Requirements},
		{Kind: recruit.AdExperience, HTML: a.Experience}, {Kind: recruit.AdOffer, HTML: a.Offer}, {Kind: recruit.AdNotes, HTML: a.Notes},
		{Kind: recruit.AdCompany, HTML: a.Company}} {
		if s.HTML != "" {
			out.Sections = append(out.Sections, s)
		}
	}
	for _, s := range a.Salaries {
		basis := map[bool]string{true: "gross", false: "net"}[s.Gross]
		if basis == recruit.SalaryBasis(s.Contract) { // no other way of telling pay exists here, and none is computed
			out.Salaries = append(out.Salaries, recruit.Salary{Contract: s.Contract, From: s.From, To: s.To, Currency: s.Currency, Basis: basis, Period: s.Period})
		}
	}
	if strings.Count(a.RecruiterEmail, "@") == 1 && !strings.ContainsAny(a.RecruiterEmail, " \t\r\n<>") {
		out.RecruiterEmail = a.RecruiterEmail
	}
	if u, err := url.Parse(a.URL); err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" {
		out.URL = a.URL
	}
	return out
}

// towns are the parts of a list with commas (C), once each.
func towns(location string) []string {
	var out []string
	seen := map[string]bool{}
	for part := range strings.SplitSeq(location, ",") {
		if t := line(part); t != "" && !seen[t] {
			seen[t] = true
			out = append(out, t)
		}
	}
	return out
}
