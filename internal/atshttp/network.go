package atshttp

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"net/url"
	"time"
)

// NetworkOptions make a Network. The zero value is fit for the internet.
type NetworkOptions struct {
	// AllowPrivate lifts the guard for loopback and private addresses, and
	// lets http stand beside https: for the demo and for tests.
	AllowPrivate bool
	// ConnectTimeout bounds the dial and, separately, the TLS handshake; 10 s
	// when zero.
	ConnectTimeout time.Duration
	// RootCAs replaces the system's.
	RootCAs *x509.CertPool
}

// Network is the process's way out: sockets and the egress guard. It is safe
// for concurrent use and shared by all connections.
type Network struct {
	transport    *http.Transport
	allowPrivate bool
}

// Errors for an address that is never asked.
var (
	ErrAddress = errors.New("the address is not allowed")
	errScheme  = errors.New("only https addresses are allowed")
)

// NewNetwork makes a Network. It takes no proxy from the environment, and talks
// HTTP/1.1 only: what net/http replays on its own is known for it.
func NewNetwork(o NetworkOptions) *Network {
	if o.ConnectTimeout <= 0 {
		o.ConnectTimeout = 10 * time.Second
	}
	dialer := &net.Dialer{Timeout: o.ConnectTimeout, KeepAlive: 30 * time.Second, Control: Guard(o.AllowPrivate)}
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	return &Network{allowPrivate: o.AllowPrivate, transport: &http.Transport{
		DialContext:            dialer.DialContext,
		Protocols:              protocols,
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: o.RootCAs},
		TLSHandshakeTimeout:    o.ConnectTimeout,
		MaxIdleConnsPerHost:    32,
		IdleConnTimeout:        30 * time.Second, // shorter than a server's: a dropped kept connection costs a lookup
		MaxResponseHeaderBytes: 256 << 10,
	}}
}

// Close closes idle connections.
func (n *Network) Close() { n.transport.CloseIdleConnections() }

func (n *Network) allow(u *url.URL) error {
	switch {
	case u == nil || u.Host == "" || u.User != nil:
		return ErrAddress
	case u.Scheme == "https" || u.Scheme == "http" && n.allowPrivate:
		return nil
	}
	return errScheme
}
