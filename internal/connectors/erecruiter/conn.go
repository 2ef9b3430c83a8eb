package erecruiter

import (
	"net/url"
	"strings"
	"sync"
	"time"

	"handoff/internal/connector"
	"handoff/internal/connectors/erecruiter/internal/erapi"
	"handoff/internal/recruit"
	"handoff/internal/secret"
)

// conn is the connector of one credential. All that it remembers is the one
// company of a key, so that the many calls of one run ask for it once.
type conn struct {
	m     *Mapping
	pages *erapi.Pages // of all connections
	s     connector.Settings
	env   connector.Env

	look *erapi.Look // of a check; nil otherwise

	mu      sync.Mutex
	company string
}

var (
	_ connector.Connector   = (*conn)(nil)
	_ connector.Jobs        = (*conn)(nil)
	_ connector.Preflighter = (*conn)(nil)
	_ connector.Sources     = (*conn)(nil)
	_ connector.Consents    = (*conn)(nil)
	_ connector.Ads         = (*conn)(nil)
	_ connector.Pusher      = (*conn)(nil)
	_ connector.Finder      = (*conn)(nil)
	_ connector.Reader      = (*conn)(nil)
	_ connector.Stages      = (*conn)(nil)
)

func open(m *Mapping, pages *erapi.Pages, s connector.Settings, env connector.Env) (*conn, error) {
	if u, err := url.Parse(s.APIURL); err != nil || u.Host == "" {
		return nil, &connector.Error{Kind: connector.Misconfigured, Op: "open", Code: "API_URL"}
	}
	s.APIURL = strings.TrimRight(s.APIURL, "/")
	if env.Now == nil {
		env.Now = time.Now
	}
	return &conn{m: m, pages: pages, s: s, env: env, company: s.Account}, nil
}

// api is the wire client with a credential, for one company.
func (c *conn) api(cred connector.Credential, company string) erapi.Client {
	return erapi.Client{HTTP: c.env.HTTP, Map: c.m, Base: c.s.APIURL, Company: company, Token: c.token(cred), Now: c.env.Now, Look: c.look}
}

// token is what a call carries: the key as typed, or what it was exchanged for.
func (c *conn) token(cred connector.Credential) secret.String {
	if c.m.Auth.Exchanged() {
		return cred.AccessToken
	}
	return cred.Fields[fieldAccessKey]
}

// card is where a person sees the candidate; empty when the mapping names no
// place.
func (c *conn) card(candidate recruit.RemoteCandidateID, application recruit.RemoteApplicationID, job recruit.RemoteJobID) string {
	if c.m.Card == "" {
		return ""
	}
	base := c.m.Web
	if u, err := url.Parse(c.s.AuthorizeURL); err == nil && u.Host != "" {
		base = strings.TrimRight(c.s.AuthorizeURL, "/")
	}
	return base + strings.NewReplacer("{candidateId}", url.QueryEscape(string(candidate)), "{applicationId}", url.QueryEscape(string(application)),
		"{recruitmentId}", url.QueryEscape(string(job))).Replace(c.m.Card)
}
