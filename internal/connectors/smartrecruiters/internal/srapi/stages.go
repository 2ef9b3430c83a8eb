package srapi

import (
	"context"
	"net/http"
	"net/url"

	"handoff/internal/atshttp"
	"handoff/internal/connector"
	"handoff/internal/secret"
)

// HiringProcesses lists them all; the call has no pages (S). A success without
// the list is no empty list.
func (c Client) HiringProcesses(ctx context.Context) ([]HiringProcess, error) {
	var out struct {
		TotalFound *atshttp.Int    `json:"totalFound"`
		Content    []HiringProcess `json:"content"`
	}
	if _, err := c.get(ctx, opProcesses, nil, &out); err != nil {
		return nil, err
	}
	if out.Content == nil || out.TotalFound != nil && int(*out.TotalFound) > len(out.Content) {
		return nil, &connector.Error{Kind: connector.Unavailable, Op: opProcesses.Name, Code: "LISTING_INCOMPLETE"}
	}
	return out.Content, nil
}

// Subscribe makes an inactive subscription.
func (c Client) Subscribe(ctx context.Context, url, header string, token secret.String, events []string) (Subscription, error) {
	in := map[string]any{"callbackUrl": url, "events": events,
		"callbackAuthentication": map[string]string{"type": "header", "headerName": header, "headerValue": token.Reveal()}}
	var out Subscription
	if err := c.post(ctx, opHooks, in, &out); err != nil {
		return out, err
	}
	if out.ID == "" {
		return out, missing(opHooks.Name, http.StatusCreated)
	}
	return out, nil
}

// Subscription reads one.
func (c Client) Subscription(ctx context.Context, id string) (Subscription, error) {
	var out Subscription
	_, err := c.get(ctx, opHook, nil, &out, id)
	return out, err
}

// Subscriptions lists all: a user has twenty at most (S).
func (c Client) Subscriptions(ctx context.Context) ([]Subscription, error) {
	var out []Subscription
	_, err := c.get(ctx, opHooks, url.Values{"limit": {"100"}}, &out)
	return out, err
}

// MakeSecretKey makes a key; those before it go on for a day (S).
func (c Client) MakeSecretKey(ctx context.Context, id string) (secret.String, error) {
	var out struct {
		SecretKey string `json:"secretKey"`
	}
	if _, err := c.exchange(ctx, request{op: opHookKey, method: http.MethodPost, values: []string{id}}, &out); err != nil {
		return secret.String{}, err
	}
	if out.SecretKey == "" {
		return secret.String{}, missing(opHookKey.Name, http.StatusCreated)
	}
	return secret.New(out.SecretKey), nil
}

// Activate switches a subscription on; the handshake comes within the call (S).
func (c Client) Activate(ctx context.Context, id string) error {
	_, err := c.exchange(ctx, request{op: opHookOn, method: http.MethodPut, values: []string{id}}, nil)
	return err
}

// Unsubscribe deletes a subscription.
func (c Client) Unsubscribe(ctx context.Context, id string) error {
	_, err := c.exchange(ctx, request{op: opHook, method: http.MethodDelete, values: []string{id}}, nil)
	return err
}
