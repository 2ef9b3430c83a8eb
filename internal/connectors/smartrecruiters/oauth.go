package smartrecruiters

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"time"

	"handoff/internal/connector"
	"handoff/internal/connectors/smartrecruiters/internal/srapi"
	"handoff/internal/secret"
)

// accessLife is how long an access token lives when its answer does not say:
// 30 minutes (D). longestLife bounds what an answer may say.
const (
	accessLife  = 30 * time.Minute
	longestLife = 24 * time.Hour
)

type oauth struct{}

var _ connector.OAuth = oauth{}

// AuthorizeURL sends response_type too: the vendor's examples lack it, its own
// passport strategy sends it (V).
func (oauth) AuthorizeURL(s connector.Settings, redirectURI, state string) string {
	q := url.Values{"client_id": {s.ClientID}, "redirect_uri": {redirectURI}, "response_type": {"code"},
		"scope": {strings.Join(scopes(), " ")}, "state": {state}}
	return endpoint(s.AuthorizeURL, "/identity/oauth/allow") + "?" + q.Encode()
}

func (o oauth) Exchange(ctx context.Context, s connector.Settings, tr connector.Transport, code, redirectURI string) (connector.Credential, error) {
	t, err := o.request(ctx, s, tr, url.Values{"grant_type": {"authorization_code"}, "code": {code},
		"redirect_uri": {redirectURI}, "client_id": {s.ClientID}, "client_secret": {s.ClientSecret.Reveal()}})
	if err != nil {
		return connector.Credential{}, spent(err)
	}
	return credential(t, connector.Credential{}), nil
}

// Refresh uses up the refresh token (D: single use, 28 days). A credential of
// client credentials has none: its pair, which the company's administrator
// typed, asks for a token of its own. There a refused client is the company's
// matter, and the kind is Unauthorized instead of Misconfigured.
func (o oauth) Refresh(ctx context.Context, s connector.Settings, tr connector.Transport, c connector.Credential) (connector.Credential, error) {
	if s.Auth == connector.AuthClientCredentials {
		t, err := o.request(ctx, s, tr, url.Values{"grant_type": {"client_credentials"},
			"client_id": {c.Fields[fieldClientID].Reveal()}, "client_secret": {c.Fields[fieldClientSecret].Reveal()}})
		var e *connector.Error
		if errors.As(err, &e) && (e.Kind == connector.Misconfigured || e.Kind == connector.Revoked) {
			own := *e
			own.Kind = connector.Unauthorized
			return connector.Credential{}, &own
		}
		if err != nil {
			return connector.Credential{}, err
		}
		return credential(t, c), nil
	}
	if c.RefreshToken.Empty() {
		return connector.Credential{}, &connector.Error{Kind: connector.Revoked, Op: "token", Code: "NO_REFRESH_TOKEN"}
	}
	t, err := o.request(ctx, s, tr, url.Values{"grant_type": {"refresh_token"}, "refresh_token": {c.RefreshToken.Reveal()},
		"client_id": {s.ClientID}, "client_secret": {s.ClientSecret.Reveal()}})
	if err != nil {
		return connector.Credential{}, spent(err)
	}
	return credential(t, c), nil
}

func (oauth) request(ctx context.Context, s connector.Settings, tr connector.Transport, form url.Values) (srapi.Token, error) {
	base := strings.TrimSuffix(endpoint(s.TokenURL, srapi.TokenPath), srapi.TokenPath)
	t, err := srapi.Client{HTTP: tr, Base: base}.RequestToken(ctx, form)
	return t, judgeToken(err)
}

// credential is what a token answer makes of the one before: an answer without
// a refresh token leaves the old one.
func credential(t srapi.Token, old connector.Credential) connector.Credential {
	life := time.Duration(t.ExpiresIn) * time.Second
	if life <= 0 || life > longestLife {
		life = accessLife
	}
	old.AccessToken = secret.New(t.AccessToken)
	if t.RefreshToken != "" {
		old.RefreshToken = secret.New(t.RefreshToken)
	}
	old.Life = life
	return old
}

// judgeToken says what a refusal of the token endpoint means. The vendor has
// no table of them (reference 2.6, I): the words of RFC 6749 are believed, and
// all else is transient, because only invalid_grant may break a connection.
func judgeToken(err error) error {
	var s *srapi.StatusError
	if !errors.As(err, &s) {
		return judge(writing, "token", err)
	}
	e := &connector.Error{Kind: connector.Unavailable, Op: s.Op, Status: s.Status, Code: strings.ToUpper(s.OAuth), RetryAfter: s.RetryAfter}
	switch {
	case s.Status == 429:
		e.Kind = connector.RateLimited
	case s.Status >= 500:
		// Unavailable, whatever its body says.
	case s.OAuth == "invalid_grant", s.Has("INVALID_GRANT"): // the vendor's own shape may carry the word too (I)
		e.Kind, e.Code = connector.Revoked, "INVALID_GRANT"
	case s.OAuth == "invalid_client", s.Has("INVALID_CLIENT"):
		e.Kind, e.Code = connector.Misconfigured, "INVALID_CLIENT"
	}
	return e
}

// spent says of a 5xx that followed a single-use code or token that it may have
// been used up: the host then knows that a later invalid_grant was not the
// customer's doing.
func spent(err error) error {
	var e *connector.Error
	if errors.As(err, &e) && e.Kind == connector.Unavailable && e.Status >= 500 {
		open := *e
		open.Kind = connector.Unanswered
		return &open
	}
	return err
}

// endpoint takes a setting that is either a base or the whole address.
func endpoint(setting, path string) string {
	if u, err := url.Parse(setting); err == nil && strings.Trim(u.Path, "/") == "" {
		return strings.TrimRight(setting, "/") + path
	}
	return strings.TrimRight(setting, "/")
}
