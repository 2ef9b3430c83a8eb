package erecruiter

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"handoff/internal/connector"
	"handoff/internal/connectors/erecruiter/internal/erapi"
	"handoff/internal/secret"
)

// accessLife is how long a token is used when its answer does not say (U);
// longestLife bounds what an answer may say.
const (
	accessLife  = 10 * time.Minute
	longestLife = 24 * time.Hour
)

// tokens turns what an Admin typed into access tokens, again and again. The
// refresh token of the answer is not used: whether it works once or often is
// unknown, and what was typed works as well.
type tokens struct{ m *Mapping }

var _ connector.OAuth = tokens{}

// AuthorizeURL is empty: nobody logs in here with a browser.
func (tokens) AuthorizeURL(connector.Settings, string, string) string { return "" }

// Exchange has no code to exchange.
func (tokens) Exchange(context.Context, connector.Settings, connector.Transport, string, string) (connector.Credential, error) {
	return connector.Credential{}, &connector.Error{Kind: connector.Misconfigured, Op: erapi.OpToken, Code: "NO_LOGIN"}
}

// Refresh asks for a token. With a key the client is the platform's own, and
// its refusal is the operator's matter; with a service account all of it is the
// company's.
func (o tokens) Refresh(ctx context.Context, s connector.Settings, tr connector.Transport, c connector.Credential) (connector.Credential, error) {
	client, clientSecret := s.ClientID, s.ClientSecret
	form := url.Values{"grant_type": {o.m.Auth.Grant}}
	if o.m.Auth.Mode == erapi.Password {
		client, clientSecret = c.Fields[fieldClientID].Reveal(), c.Fields[fieldClientSecret]
		form.Set("grant_type", "password") // C
		form.Set("username", c.Fields[fieldUsername].Reveal())
		form.Set("password", c.Fields[fieldPassword].Reveal())
	} else {
		form.Set(o.m.Auth.KeyField, c.Fields[fieldAccessKey].Reveal())
	}
	at := s.TokenURL
	if at == "" {
		at = o.m.Auth.TokenURL
	}
	got, err := erapi.Client{HTTP: tr, Map: o.m}.RequestToken(ctx, strings.TrimRight(at, "/"), client, clientSecret, form)
	if err != nil {
		return connector.Credential{}, o.judge(err)
	}
	c.AccessToken, c.RefreshToken, c.Life = secret.New(got.Access), secret.String{}, got.Life
	if c.Life <= 0 || c.Life > longestLife {
		c.Life = accessLife
	}
	return c, nil
}

// judge says what a refusal of the token endpoint means: the words of RFC 6749
// are believed (A), and all else is transient, because only a refused key may
// break a connection. Nothing is used up by a lost answer.
func (o tokens) judge(err error) error {
	var s *erapi.StatusError
	if !errors.As(err, &s) {
		return judge(reading, erapi.OpToken, err)
	}
	e := &connector.Error{Kind: connector.Unavailable, Op: s.Op, Status: s.Status, Code: connector.SafeCode(strings.ToUpper(s.OAuth)), RetryAfter: s.RetryAfter}
	switch {
	case s.Status == 429:
		e.Kind = connector.RateLimited
	case s.Status == http.StatusNotFound, s.Status == http.StatusMethodNotAllowed, s.Status == http.StatusGone:
		e.Code = codeTokenGone
	case s.Status >= 500:
		// Unavailable, whatever its body says.
	case s.OAuth == "invalid_grant":
		e.Kind = connector.Unauthorized
	case s.OAuth == "invalid_client" && o.m.Auth.Mode == erapi.Password:
		e.Kind = connector.Unauthorized
	case s.OAuth == "invalid_client", s.OAuth == "unauthorized_client", s.OAuth == "unsupported_grant_type":
		e.Kind = connector.Misconfigured
	}
	return e
}
