package integration

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"handoff/internal/connector"
	"handoff/internal/recruit"
	"handoff/internal/secret"
)

// Engine is the package's one entry. It is safe for concurrent use after New.
type Engine struct {
	o Options

	mu    sync.Mutex
	hosts map[recruit.ConnectionID]*host
}

// App is what the operator configured for one ATS.
type App struct {
	Settings connector.Settings
	// Settle overrides how long absence in a listing is not believed; 0 keeps
	// the connector's own.
	Settle time.Duration
}

// Lent is the transport of one connection: kept across runs, because the
// vendor's limits are.
type Lent interface {
	// Gated returns a transport that asks gate just before each first byte.
	Gated(gate func(context.Context) error) connector.Transport
}

// Options of New. All are required, but for ReturnURLs.
type Options struct {
	Store Store
	Types []*connector.Type // in the order of tiles
	Apps  map[string]App    // by Type.Name
	// Lend makes the transport of a connection.
	Lend         func(t *connector.Type) Lent
	PlatformName string
	// CallbackURL returns where an ATS sends the browser back:
	// PUBLIC_URL/oauth/callback. It is asked once the house is served.
	CallbackURL func() string
	// ReturnURLs are the exact addresses that an API-started authorization may
	// end on.
	ReturnURLs []string
	Now        func() time.Time
	Log        *slog.Logger
}

// New returns an engine.
func New(o Options) *Engine {
	return &Engine{o: o, hosts: map[recruit.ConnectionID]*host{}}
}

// Types returns the connectors of this installation, in the order of tiles.
func (e *Engine) Types() []*connector.Type { return e.o.Types }

// Type returns the connector named ats.
func (e *Engine) Type(ats string) (*connector.Type, bool) {
	for _, t := range e.o.Types {
		if t.Name == ats {
			return t, true
		}
	}
	return nil, false
}

// OAuthReady tells whether the operator configured the platform's own app
// for this ATS, without which only the other ways to connect work.
func (e *Engine) OAuthReady(ats string) bool {
	s := e.o.Apps[ats].Settings
	return s.ClientID != "" && !s.ClientSecret.Empty()
}

// PlatformTag is the tag that stands on every candidate of this platform.
func PlatformTag(platform string) string { return slug(platform) }

func slug(s string) string {
	var b []rune
	for _, r := range s {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			b = append(b, r)
		case r >= 'A' && r <= 'Z':
			b = append(b, r+('a'-'A'))
		case len(b) > 0 && b[len(b)-1] != '-':
			b = append(b, '-')
		}
	}
	if len(b) > 40 {
		b = b[:40]
	}
	if len(b) == 0 {
		return "handoff"
	}
	return string(b)
}

// Fields are what an Admin typed to connect, by Field.Name.
type Fields = map[string]secret.String
