package atshttp

import (
	"net/netip"
	"syscall"
)

// Guard returns a Control function for a net.Dialer that refuses addresses
// which no ATS has. It is asked with the resolved address of each attempt, so
// a name that resolves to something else the second time gains nothing.
// allowPrivate lifts it for loopback and private addresses only: link-local,
// where clouds keep their credentials, stays shut.
func Guard(allowPrivate bool) func(network, address string, _ syscall.RawConn) error {
	return func(_, address string, _ syscall.RawConn) error {
		ap, err := netip.ParseAddrPort(address)
		if err != nil || !reachable(ap.Addr(), allowPrivate) {
			return ErrAddress
		}
		return nil
	}
}

func reachable(a netip.Addr, allowPrivate bool) bool {
	if a.Zone() != "" {
		return false
	}
	a = a.Unmap() // ::ffff:127.0.0.1 is 127.0.0.1
	if allowPrivate && (a.IsLoopback() || a.IsPrivate() || in(a, sharedSpace)) {
		return true
	}
	if a.Is6() && !in(a, globalUnicast) {
		return false
	}
	return !in(a, refused)
}

func in(a netip.Addr, list func() []netip.Prefix) bool {
	for _, p := range list() {
		if p.Contains(a) {
			return true
		}
	}
	return false
}

func sharedSpace() []netip.Prefix   { return prefixes("100.64.0.0/10") }
func globalUnicast() []netip.Prefix { return prefixes("2000::/3") }

// refused is IANA's special-purpose registries (IPv4 and IPv6), with the
// ranges of IPv6 that carry an IPv4 address inside.
func refused() []netip.Prefix {
	return prefixes(
		"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
		"192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24",
		"192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
		"224.0.0.0/4", "240.0.0.0/4",
		"2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20",
	)
}

func prefixes(list ...string) []netip.Prefix {
	out := make([]netip.Prefix, len(list))
	for i, s := range list {
		out[i] = netip.MustParsePrefix(s)
	}
	return out
}
