package all_test

import (
	"context"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"handoff/internal/atshttp"
	"handoff/internal/connector"
	"handoff/internal/connectors/all"
	"handoff/internal/secret"
)

func TestEveryConnectorHasANameOfItsOwn(t *testing.T) {
	seen := map[string]bool{}
	for _, typ := range all.Types() {
		if seen[typ.Name] {
			t.Errorf("two connectors are called %q", typ.Name)
		}
		seen[typ.Name] = true
		got, ok := all.Type(typ.Name)
		if !ok || got.Name != typ.Name || got == typ {
			t.Errorf("%q is not found, or is shared", typ.Name)
		}
	}
	if _, ok := all.Type("none"); ok {
		t.Error("a connector that is not there is found")
	}
}

// The host makes a Network for the process, a Limiter for each connection, and
// a Client with its gate for each run.
func ExampleType() {
	typ, _ := all.Type("smartrecruiters")
	network := atshttp.NewNetwork(atshttp.NetworkOptions{})
	defer network.Close()
	limiter := atshttp.NewLimiter(typ.Limits)

	client := atshttp.New(atshttp.Options{Network: network, Limiter: limiter,
		Gate: func(context.Context) error { return nil }}) // is the lease still ours, does consent still stand?
	hosts := typ.Hosts["production"]
	conn, err := connector.Open(typ, connector.Settings{
		APIURL: hosts.APIURL, AuthorizeURL: hosts.AuthorizeURL, TokenURL: hosts.TokenURL,
		PlatformName: "Handoff", PlatformTag: "handoff", Auth: connector.AuthAPIKey,
	}, connector.Env{HTTP: client, Tokens: key{}, Log: slog.Default(), Now: time.Now})
	fmt.Println(conn.Type.Title, conn.Push != nil, conn.Find != nil, err)
	// Output: SmartRecruiters true true <nil>
}

type key struct{}

func (key) Current(context.Context) (connector.Credential, error) {
	return connector.Credential{Fields: map[string]secret.String{"api_key": secret.New("from the sealed row")}}, nil
}

func (key) Renew(context.Context, secret.String) (connector.Credential, error) {
	return connector.Credential{}, connector.ErrNoRenewal
}
