package app

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"handoff/internal/connector"
	"handoff/internal/connectors/all"
	"handoff/internal/secret"
)

// Options are the settings of one installation. The zero value is a house in
// ./data on 127.0.0.1:8080 that is reached as http://localhost:8080.
type Options struct {
	Listen         string         // host:port; port 0 takes a free one
	TrustedProxies []netip.Prefix // whose forwarded client address is believed
	// PublicURL is where browsers and ATSs reach the house: scheme and host,
	// used in links and callbacks. On a loopback address it defaults to
	// http://localhost:PORT; the Host header is never used instead.
	PublicURL string

	Data    string        // the data folder
	KeyFile string        // of the sealing keyset; key.json in Data when empty
	Key     secret.String // the keyset itself, instead of a file

	SmartRecruiters ATS
	ERecruiter      ATS

	// SMTPURL is the mail server, smtp://user:password@host:587 or smtps://…,
	// and MailFrom the address that mails come from, with or without a name;
	// both or neither. Without them mails are kept for the operator's outbox.
	SMTPURL  secret.String
	MailFrom string

	AllowPrivateEgress bool // loopback and private addresses as ATS hosts
	// ReturnURLs are where an authorization started by API may send the
	// browser on to, each compared exactly.
	ReturnURLs   []string
	SupportEmail string
	PlatformName string // Handoff when empty

	LogFormat string // text, json
	LogLevel  string // debug, info, warn, error

	// OTLPEndpoint is the base URL of an OpenTelemetry collector that takes
	// traces by OTLP over HTTP; none are made when it is empty. OTLPHeaders go
	// with them: name=value, separated by commas, values percent-encoded.
	OTLPEndpoint string
	OTLPHeaders  secret.String

	Version string // of the build
	Demo    bool   // marks the folder, so that serve refuses it, and shows the guided tour
	// SmartRecruitersSite and ERecruiterSite are what the tour links to: the
	// simulators' own pages.
	SmartRecruitersSite, ERecruiterSite string
	Output                              io.Writer // logs; nowhere when nil
	Now                                 func() time.Time
}

// ATS is the operator's part of one connector's settings. Empty addresses are
// the vendor's own.
type ATS struct {
	ClientID     string
	ClientSecret secret.String
	APIURL       string
	AuthorizeURL string
	TokenURL     string
	// Settle overrides how long after an unanswered request its absence in a
	// listing is believed; the connector's own when 0.
	Settle time.Duration
	// Mapping is the content of the operator's mapping file, for a connector
	// that has one; the built-in mapping when empty.
	Mapping []byte
}

// atses are the operator's parts by connector name, with the ATS's own name.
func (o *Options) atses() []namedATS {
	return []namedATS{{"smartrecruiters", "SmartRecruiters", &o.SmartRecruiters}, {"erecruiter", "eRecruiter", &o.ERecruiter}}
}

type namedATS struct {
	name, title string
	*ATS
}

// resolve fills the defaults that need nothing from outside and names the
// first setting that cannot be.
func (o Options) resolve() (Options, error) {
	o.Listen = or(o.Listen, "127.0.0.1:8080")
	o.Data = or(o.Data, "data")
	o.PlatformName = or(o.PlatformName, "Handoff")
	o.LogFormat = or(o.LogFormat, "text")
	o.LogLevel = or(o.LogLevel, "info")
	o.Version = or(o.Version, "dev")
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Output == nil {
		o.Output = io.Discard
	}
	host, _, err := net.SplitHostPort(o.Listen)
	if err != nil {
		return o, fmt.Errorf("listen %q: want host:port", o.Listen)
	}
	if o.PublicURL == "" && !loopback(host) {
		return o, fmt.Errorf("listen %q is not a loopback address: say with the public URL (--public-url, HANDOFF_PUBLIC_URL) where people reach it", o.Listen)
	}
	if o.PublicURL, err = baseURL(o.PublicURL); err != nil {
		return o, fmt.Errorf("public URL: %w", err)
	}
	for _, a := range o.atses() {
		for name, u := range map[string]*string{"API": &a.APIURL, "authorize": &a.AuthorizeURL, "token": &a.TokenURL} {
			if _, err := url.Parse(*u); err != nil {
				return o, fmt.Errorf("%s %s URL: not a URL", a.title, name)
			}
			*u = strings.TrimRight(*u, "/")
		}
		if (a.ClientID == "") != a.ClientSecret.Empty() {
			return o, fmt.Errorf("%s client id and secret: one is set without the other", a.title)
		}
	}
	if _, err := o.types(); err != nil {
		return o, err
	}
	if _, _, err := o.mail(); err != nil {
		return o, err
	}
	if o.OTLPEndpoint, err = otlpEndpoint(o.OTLPEndpoint); err != nil {
		return o, fmt.Errorf("OTLP endpoint: %w", err)
	}
	if _, err := otlpHeaders(o.OTLPHeaders); err != nil {
		return o, err
	}
	if _, err := o.logger(); err != nil {
		return o, err
	}
	return o, nil
}

// types are the connectors, by the operator's mapping files where there are any.
func (o Options) types() ([]*connector.Type, error) {
	files := map[string][]byte{}
	for _, a := range o.atses() {
		files[a.name] = a.Mapping
	}
	return all.Mapped(files)
}

// baseURL accepts scheme and host alone, with or without a slash at the end.
func baseURL(s string) (string, error) {
	if s == "" {
		return "", nil
	}
	u, err := url.Parse(strings.TrimRight(s, "/"))
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || u.Path != "" || u.RawQuery != "" || u.User != nil {
		return "", errors.New("want http:// or https:// and a host, and nothing after it")
	}
	return u.String(), nil
}

func (o Options) logger() (*slog.Logger, error) {
	var level slog.Level
	if err := level.UnmarshalText([]byte(o.LogLevel)); err != nil {
		return nil, fmt.Errorf("log level %q: want debug, info, warn or error", o.LogLevel)
	}
	h := &slog.HandlerOptions{Level: level}
	switch o.LogFormat {
	case "text":
		return slog.New(slog.NewTextHandler(o.Output, h)), nil
	case "json":
		return slog.New(slog.NewJSONHandler(o.Output, h)), nil
	}
	return nil, fmt.Errorf("log format %q: want text or json", o.LogFormat)
}

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

func loopback(host string) bool {
	if host == "localhost" {
		return true
	}
	a, err := netip.ParseAddr(host)
	return err == nil && a.Unmap().IsLoopback()
}
