package atshttp_test

import (
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"

	"handoff/internal/atshttp"
	"handoff/internal/connector"
)

func TestTheGuardRefusesWhatNoATSHas(t *testing.T) {
	for address, want := range map[string][2]bool{ // reachable normally, and with private egress
		"8.8.8.8": {true, true}, "2606:4700::1111": {true, true}, "::ffff:8.8.8.8": {true, true},
		"127.0.0.1": {false, true}, "::1": {false, true}, "::ffff:127.0.0.1": {false, true}, "10.1.2.3": {false, true},
		"172.16.0.1": {false, true}, "192.168.1.1": {false, true}, "100.64.0.1": {false, true}, "fd00::1": {false, true},
		"::ffff:10.0.0.1": {false, true}, "169.254.169.254": {false, false}, "::ffff:169.254.169.254": {false, false},
		"fe80::1": {false, false}, "0.0.0.0": {false, false}, "::": {false, false}, "224.0.0.1": {false, false},
		"ff02::1": {false, false}, "255.255.255.255": {false, false}, "240.0.0.1": {false, false}, "198.18.0.1": {false, false},
		"192.0.0.1": {false, false}, "64:ff9b::7f00:1": {false, false}, "2002:7f00:1::": {false, false}, "2001:db8::1": {false, false},
		"2001::1": {false, false}, "::7f00:1": {false, false}, "fec0::1": {false, false}, "100::1": {false, false}, "203.0.113.9": {false, false},
	} {
		for i, allow := range []bool{false, true} {
			err := atshttp.Guard(allow)("tcp", net.JoinHostPort(address, "443"), nil)
			if (err == nil) != want[i] {
				t.Errorf("%s with private egress %v: %v", address, allow, err)
			}
		}
	}
	if atshttp.Guard(true)("tcp", "no address", nil) == nil || atshttp.Guard(true)("tcp", "[fe80::1%eth0]:443", nil) == nil {
		t.Error("an address that cannot be read passes")
	}
}

func TestAPrivateAddressIsRefusedAfterItsNameWasResolved(t *testing.T) {
	reached := false
	srv := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached = true }))
	defer srv.Close()
	_, port, _ := net.SplitHostPort(srv.Listener.Addr().String())
	c := client(t, atshttp.Options{Network: atshttp.NewNetwork(atshttp.NetworkOptions{})})
	for _, host := range []string{"localhost", "127.0.0.1", "[::ffff:127.0.0.1]", "[::1]"} {
		_, err := c.Do(op, request(t, http.MethodGet, "https://"+host+":"+port, ""))
		kind(t, err, connector.Unavailable)
		if !errors.Is(err, atshttp.ErrAddress) {
			t.Errorf("%s: %v", host, err)
		}
	}
	_, err := c.Do(op, request(t, http.MethodGet, "http://example.com", ""))
	kind(t, err, connector.Unavailable)
	if reached {
		t.Error("the server was reached")
	}
}
