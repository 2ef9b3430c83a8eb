package srapi

import (
	"context"
	"net/http"
	"net/url"
	"strings"
)

// TokenPath is where the token endpoint is below its host (S, D).
const TokenPath = "/identity/oauth/token"

// RequestToken asks the token endpoint. The client's credentials are in the
// form, not in a Basic header (S, D).
func (c Client) RequestToken(ctx context.Context, form url.Values) (Token, error) {
	body := form.Encode()
	var out Token
	_, err := c.exchange(ctx, request{op: opToken, method: http.MethodPost,
		header: http.Header{"Content-Type": {"application/x-www-form-urlencoded"}},
		body:   strings.NewReader(body), length: int64(len(body))}, &out)
	if err == nil && out.AccessToken == "" {
		err = missing(opToken.Name, 200)
	}
	return out, err
}
