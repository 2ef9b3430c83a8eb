package door

import (
	"net"
	"net/http"
	"net/netip"
	"strings"
)

// Proxies are whose forwarded client address is believed.
type Proxies []netip.Prefix

// Client returns the address of a request's client: the peer's, or, when the
// peer is a trusted proxy, the last address in X-Forwarded-For that is not
// one. Anything unreadable stops the walk.
func (p Proxies) Client(r *http.Request) netip.Addr {
	addr := peer(r)
	if !p.trust(addr) {
		return addr
	}
	parts := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(parts) - 1; i >= 0; i-- {
		a, err := netip.ParseAddr(strings.TrimSpace(parts[i]))
		if err != nil {
			return addr
		}
		addr = a.Unmap()
		if !p.trust(addr) {
			return addr
		}
	}
	return addr
}

// Block returns the client's address block, the unit of limits: /24 of IPv4
// and /48 of IPv6, because a single person can hold every address in one.
func (p Proxies) Block(r *http.Request) string {
	a := p.Client(r)
	if !a.IsValid() {
		return "unknown" // one block for all of whom nothing is known
	}
	bits := 48
	if a.Is4() {
		bits = 24
	}
	return netip.PrefixFrom(a, bits).Masked().String()
}

func (p Proxies) trust(a netip.Addr) bool {
	for _, x := range p {
		if x.Contains(a) {
			return true
		}
	}
	return false
}

func peer(r *http.Request) netip.Addr {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	a, _ := netip.ParseAddr(host)
	return a.Unmap()
}
