package erapi

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"

	"handoff/internal/atshttp"
	"handoff/internal/connector"
	"handoff/internal/secret"
)

// OpToken names the token call.
const OpToken = "token"

// RequestToken asks the token endpoint (C: a form, with the client in HTTP
// Basic). at is its whole address.
func (c Client) RequestToken(ctx context.Context, at, clientID string, clientSecret secret.String, form url.Values) (Token, error) {
	body := form.Encode()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, at, strings.NewReader(body))
	if err != nil {
		return Token{}, &connector.Error{Kind: connector.Unavailable, Op: OpToken, Err: errAddress}
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Accept", "application/json")
	req.Header.Set("User-Agent", "Handoff")
	if clientID != "" {
		req.SetBasicAuth(clientID, clientSecret.Reveal())
	}
	resp, err := c.HTTP.Do(connector.Op{Name: OpToken, Template: "/oAuth/Token"}, req)
	if err != nil {
		return Token{}, err
	}
	defer resp.Body.Close()
	if resp.StatusCode < 200 || resp.StatusCode > 299 {
		return Token{}, c.readError(OpToken, resp)
	}
	var n node
	if err := atshttp.DecodeJSON(resp.Body, &n); err != nil {
		return Token{}, unreadable(OpToken, resp.StatusCode, err)
	}
	access, _ := n.at(Pointer{"access_token"})
	life, _ := n.at(Pointer{"expires_in"}) // a number, or one in quotes
	if access.text() == "" {
		return Token{}, unreadable(OpToken, resp.StatusCode, errMissing)
	}
	return Token{Access: access.text(), Life: time.Duration(max(life.whole(), 0)) * time.Second}, nil
}
