package smartrecruiters

import (
	"net/url"
	"strings"
	"time"

	"handoff/internal/connector"
	"handoff/internal/connectors/smartrecruiters/internal/srapi"
	"handoff/internal/recruit"
	"handoff/internal/secret"
)

// Names of the calls that are told apart here; the others carry the wire
// client's.
const (
	opCompany = "company"
	opCreate  = "create"
	opAttach  = "attach"
	opFind    = "find"
	opRemove  = "remove"
)

// conn is the connector of one credential. It holds no state of its own.
type conn struct {
	s   connector.Settings
	env connector.Env
}

var (
	_ connector.Connector   = (*conn)(nil)
	_ connector.Jobs        = (*conn)(nil)
	_ connector.Preflighter = (*conn)(nil)
	_ connector.Sources     = (*conn)(nil)
	_ connector.Pusher      = (*conn)(nil)
	_ connector.Finder      = (*conn)(nil)
	_ connector.Remover     = (*conn)(nil)
	_ connector.Reader      = (*conn)(nil)
	_ connector.Stages      = (*conn)(nil)
	_ connector.Webhooks    = (*conn)(nil)
)

func open(s connector.Settings, env connector.Env) (connector.Connector, error) {
	if u, err := url.Parse(s.APIURL); err != nil || u.Host == "" {
		return nil, &connector.Error{Kind: connector.Misconfigured, Op: "open", Code: "API_URL"}
	}
	s.APIURL = strings.TrimRight(s.APIURL, "/")
	if env.Now == nil {
		env.Now = time.Now
	}
	return &conn{s: s, env: env}, nil
}

// api is the wire client with a credential.
func (c *conn) api(cred connector.Credential) srapi.Client {
	return srapi.Client{HTTP: c.env.HTTP, Base: c.s.APIURL, Token: c.token(cred),
		Key: c.s.Auth == connector.AuthAPIKey, Now: c.env.Now}
}

// token is what opens the account: the access token, or the key as typed.
func (c *conn) token(cred connector.Credential) secret.String {
	if c.s.Auth == connector.AuthAPIKey && cred.AccessToken.Empty() {
		return cred.Fields[fieldAPIKey]
	}
	return cred.AccessToken
}

// webURL is where a person sees the candidate. The vendor documents no such
// address (I): the form is what its site shows, on the host of its login page.
func (c *conn) webURL(id recruit.RemoteCandidateID, job recruit.RemoteJobID) string {
	base := "https://www.smartrecruiters.com"
	if u, err := url.Parse(c.s.AuthorizeURL); err == nil && u.Host != "" {
		base = u.Scheme + "://" + u.Host
	}
	return base + "/app/people/profile/" + url.PathEscape(string(id)) + "?jobId=" + url.QueryEscape(string(job))
}
