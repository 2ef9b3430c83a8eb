package door_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"

	"handoff/internal/door"
	"handoff/internal/recruit"
)

func TestAForwardedAddressIsBelievedFromTrustedProxiesOnly(t *testing.T) {
	proxies := door.Proxies{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("fd00::/8")}
	for _, tc := range []struct {
		name, peer string
		forwarded  []string
		want       string
	}{
		{"a stranger says what it likes", "203.0.113.9:1", []string{"198.51.100.1"}, "203.0.113.0/24"},
		{"a proxy is believed", "10.1.2.3:1", []string{"198.51.100.1"}, "198.51.100.0/24"},
		{"the last that is no proxy counts, not the first", "10.1.2.3:1", []string{"192.0.2.66, 198.51.100.1, 10.9.9.9"}, "198.51.100.0/24"},
		{"several headers are one list", "10.1.2.3:1", []string{"192.0.2.66", "198.51.100.1"}, "198.51.100.0/24"},
		{"rubbish stops the walk", "10.1.2.3:1", []string{"198.51.100.1, not-an-address"}, "10.1.2.0/24"},
		{"nothing forwarded", "10.1.2.3:1", nil, "10.1.2.0/24"},
		{"IPv6 by its /48", "[2001:db8:1:2::3]:1", nil, "2001:db8:1::/48"},
		{"IPv4 in IPv6 is IPv4", "[::ffff:203.0.113.9]:1", nil, "203.0.113.0/24"},
		{"a peer without a form", "pipe", nil, "unknown"},
	} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.RemoteAddr = tc.peer
		r.Header["X-Forwarded-For"] = tc.forwarded
		if got := proxies.Block(r); got != tc.want {
			t.Errorf("%s: %s, want %s", tc.name, got, tc.want)
		}
	}
}

func TestEachOutcomeHasItsStatusAndWhatIsUnknownSaysNothing(t *testing.T) {
	invalid := &recruit.Invalid{}
	invalid.Add("candidate.email", "malformed")
	for _, tc := range []struct {
		err    error
		status int
		code   string
	}{
		{nil, 200, ""},
		{fmt.Errorf("save: %w", recruit.ErrNotFound), 404, "not_found"},
		{fmt.Errorf("save: %w", recruit.ErrForbidden), 403, "forbidden"},
		{fmt.Errorf("save: %w", recruit.ErrConflict), 409, "changed_meanwhile"},
		{fmt.Errorf("save: %w", error(invalid)), 422, "invalid"},
		{recruit.Refuse("consent_outdated"), 422, "consent_outdated"},
		{recruit.Refuse("sign_in_limited"), 429, "sign_in_limited"},
		{recruit.Refuse("something_new"), 409, "something_new"},
		{&http.MaxBytesError{Limit: 1}, 413, "body_too_large"},
		{errors.New("database: anna@example.com"), 500, "internal"},
	} {
		if status, code := door.Status(tc.err); status != tc.status || code != tc.code {
			t.Errorf("%v: %d %s, want %d %s", tc.err, status, code, tc.status, tc.code)
		}
	}
}
