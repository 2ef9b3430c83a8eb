package erecruiter

import (
	"html/template"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"

	"handoff/internal/simulator/simkit"
)

// Options configure a Simulator. The zero value is a well-behaved, empty company.
type Options struct {
	// PublicURL is where browsers reach the simulator, for links in ads. Empty: the Host header of
	// each request is used.
	PublicURL string
	// Seed decides every key, token and chance.
	Seed uint64
	// Clock is real time when nil.
	Clock *simkit.Clock
	// Dialect is how it speaks; DefaultDialect when its name is empty.
	Dialect Dialect
	// Switches choose the reading of what the vendor leaves open.
	Switches Switches
	// Limits are the assumed ones when zero.
	Limits Limits
	// Logger is told of keys and recruitments made, revoked and closed; nil is silent. It never
	// gets bodies, names, addresses or secrets.
	Logger *slog.Logger
	// Partner is the platform as the Partners tab, the Integrations section and the list of
	// multiposting platforms name it; inhire.io when empty, as in the instructions.
	Partner string
	// ClientID and ClientSecret are the partner's, for exchange and password; made from the seed
	// when empty (see Simulator.Client).
	ClientID, ClientSecret string
	// Company names the client company; Acme Robotics when empty.
	Company string
	// Populate fills the company with recruitments, consents, sources, stages, an ad and a few
	// candidates.
	Populate bool
	// ExposeControl opens /_sim/ to other machines.
	ExposeControl bool
	// Push sends ads in push mode; a client with a time limit when nil.
	Push *http.Client
}

// Limits bound the calls for one company. 0 takes the assumed value, a negative one lifts the
// limit (for measurements).
type Limits struct {
	PerSecond int `json:"per_second"` // 2 on average (A: none is published, a public client throttled itself)
	Burst     int `json:"burst"`      // 6 at once (A)
	FileBytes int `json:"file_bytes"` // 5 MiB of one file (A)
	PageItems int `json:"page_items"` // longest page of a list; 0 is the dialect's (U)
}

func (l Limits) resolve() Limits {
	for _, f := range []struct {
		p       *int
		assumed int
	}{{&l.PerSecond, 2}, {&l.Burst, 6}, {&l.FileBytes, 5 << 20}} {
		switch {
		case *f.p == 0:
			*f.p = f.assumed
		case *f.p < 0:
			*f.p = 0
		}
	}
	return l
}

// lag is how late lists are.
type lag struct{ creates, stages, feed time.Duration }

// behaviour has the switches and faults of a Simulator.
type behaviour = simkit.Behaviour[Switches]

// Simulator is one simulated account. All methods are safe for concurrent use.
type Simulator struct {
	*behaviour
	options   Options
	clock     *simkit.Clock
	rand      *simkit.Rand
	journal   *simkit.Journal
	exchange  *simkit.Exchange
	log       *slog.Logger
	handler   http.Handler
	templates *template.Template
	words     map[string]string // English to Polish
	warsaw    *time.Location
	pusher    *pusher

	mu        sync.Mutex
	st        *state
	wire      *wire
	limits    Limits
	lag       lag
	skew      time.Duration
	tokenLife time.Duration
	tokenGone bool // the token endpoint is not there any more
	clientID  string
	secret    string
	publicURL string
}

// New returns a simulator. It panics when Options hold a switch value or dialect that cannot be:
// those are mistakes of the program that embeds it.
func New(o Options) *Simulator {
	if o.Clock == nil {
		o.Clock = simkit.NewClock()
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Dialect.Name == "" {
		o.Dialect = DefaultDialect()
	}
	if err := o.Dialect.Validate(); err != nil {
		panic(err)
	}
	o.Partner, o.Company = or(o.Partner, "inhire.io"), or(o.Company, "Acme Robotics")
	s := &Simulator{options: o, clock: o.Clock, log: o.Logger, publicURL: strings.TrimSuffix(o.PublicURL, "/"), warsaw: warsaw()}
	s.rand = simkit.NewRand(o.Seed)
	s.journal = simkit.NewJournal(200_000)
	s.exchange = &simkit.Exchange{Clock: s.clock, Journal: s.journal, Script: simkit.NewScript(simkit.NewRand(o.Seed + 1)),
		Limiter: simkit.NewLimiter(s.clock, s.journal), MaxBody: 24 << 20}
	s.behaviour = simkit.NewBehaviour(s.exchange, SwitchList(), o.Switches)
	s.wire = newWire(o.Dialect)
	s.clientID, s.secret = or(o.ClientID, "partner-"+s.rand.Hex(4)), or(o.ClientSecret, s.rand.Hex(16))
	s.templates, s.words = templates(), dictionary()
	s.pusher = newPusher(s, o.Push)
	s.handler = simkit.Site(s.control(), s.pages(), s.api)
	s.Reset()
	return s
}

// warsaw is the vendor's zone; without a zone database on the machine, winter time all year.
func warsaw() *time.Location {
	if l, err := time.LoadLocation("Europe/Warsaw"); err == nil {
		return l
	}
	return time.FixedZone("CET", 3600)
}

// Handler serves everything from one listener: API, token endpoint, feeds, admin pages and the
// control port.
func (s *Simulator) Handler() http.Handler { return s.handler }

// Close ends all waiting: delayed calls, held connections, ads to be pushed. The simulator answers
// on, but nothing is delayed or sent any more.
func (s *Simulator) Close() {
	s.exchange.Close()
	s.pusher.close()
}

// Clock returns the simulator's clock.
func (s *Simulator) Clock() *simkit.Clock { return s.clock }

// Client returns the id and secret that the vendor issued to the partner, for the token endpoint.
func (s *Simulator) Client() (id, secret string) { return s.clientID, s.secret }

// Partner returns the platform's name in the ATS.
func (s *Simulator) Partner() string { return s.options.Partner }

// SetPublicURL sets the base of links, for a server whose port is known only after it was started.
func (s *Simulator) SetPublicURL(u string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.publicURL = strings.TrimSuffix(u, "/")
}

func or(v, otherwise string) string {
	if v == "" {
		return otherwise
	}
	return v
}
