package main

import (
	"net"
	"net/netip"
)

// loopbackOnly refuses an address that other machines reach, unless that was
// asked for in so many words.
func loopbackOnly(listen string, expose bool) error {
	host, _, err := net.SplitHostPort(listen)
	if err != nil {
		return &usageError{"listen: " + listen + " is not HOST:PORT"}
	}
	if a, err := netip.ParseAddr(host); expose || host == "localhost" || err == nil && a.Unmap().IsLoopback() {
		return nil
	}
	return &usageError{"listen: other machines reach " + listen + "; say --expose if they shall"}
}
