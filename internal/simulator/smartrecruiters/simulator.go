package smartrecruiters

import (
	"html/template"
	"log/slog"
	"net/http"
	"strings"
	"sync"

	"handoff/internal/simulator/simkit"
)

// Options configure a Simulator. The zero value is a well-behaved, empty company.
type Options struct {
	// PublicURL is where browsers and clients reach the simulator, for links in answers. Empty: the
	// Host header of each request is used.
	PublicURL string
	// Seed decides every id, token and chance.
	Seed uint64
	// Clock is real time when nil.
	Clock *simkit.Clock
	// Switches choose the reading of what the vendor leaves open.
	Switches Switches
	// Limits are the vendor's when zero.
	Limits Limits
	// Logger is told of credentials and jobs made, revocations and suspensions; nil is silent. It
	// never gets bodies, names, addresses or secrets.
	Logger *slog.Logger
	// Password opens every user's account on the login page. Empty: any password does.
	Password string
	// AppName is the registered app as the permission page names it; Handoff when empty.
	AppName string
	// ClientID and ClientSecret are of the registered OAuth app; made from the seed when empty (see
	// Simulator.App).
	ClientID, ClientSecret string
	// RedirectURIs of the app, at most three, https:// or http://localhost (D).
	RedirectURIs []string
	// Company names the client company; Acme Robotics when empty.
	Company Company
	// Populate fills the company with jobs, sources, hiring processes and a few candidates.
	Populate bool
	// ExposeControl opens /_sim/ to other machines.
	ExposeControl bool
	// PlainCallbacks takes http:// callback URLs of webhooks besides https:// (S: https only), for a
	// client on the same machine.
	PlainCallbacks bool
	// Callbacks sends webhooks; a client with the vendor's time limits when nil.
	Callbacks *http.Client
}

// Company is the client company.
type Company struct {
	Name       string `json:"name"`
	Identifier string `json:"identifier"`
}

// Limits bound the calls of one credential. 0 takes the vendor's value, a negative one lifts the
// limit (for measurements).
type Limits struct {
	PerSecond      int `json:"per_second"`      // 10 calls of one endpoint in any second (D)
	InFlight       int `json:"in_flight"`       // 8 (D)
	CandidateLists int `json:"candidate_lists"` // 1 GET /candidates at a time (D)
	Attachments    int `json:"attachments"`     // 20 files of one application (I: the number is not documented)
	FileBytes      int `json:"file_bytes"`      // 10 MiB (I: documented for the Application API only)
}

func (l Limits) resolve() Limits {
	for _, f := range []struct {
		p      *int
		vendor int
	}{{&l.PerSecond, 10}, {&l.InFlight, 8}, {&l.CandidateLists, 1}, {&l.Attachments, 20}, {&l.FileBytes, 10 << 20}} {
		switch {
		case *f.p == 0:
			*f.p = f.vendor
		case *f.p < 0:
			*f.p = 0
		}
	}
	return l
}

// behaviour has the switches and faults of a Simulator.
type behaviour = simkit.Behaviour[Switches]

// Simulator is one simulated ATS account. All methods are safe for concurrent use.
type Simulator struct {
	*behaviour
	options    Options
	clock      *simkit.Clock
	rand       *simkit.Rand
	journal    *simkit.Journal
	exchange   *simkit.Exchange
	router     *simkit.Router
	operations map[string]*operation
	log        *slog.Logger
	handler    http.Handler
	templates  *template.Template
	hooks      *sender

	mu        sync.Mutex
	st        *state
	limits    Limits
	lag       lag
	app       app
	publicURL string
	lastBase  string // where the last call came in, for links in webhooks
}

// app is the OAuth client that the vendor issued to the platform: one for all customers (D).
type app struct {
	clientID, secret string
	redirectURIs     []string
	scopes           []string // used when the authorize request names none (D)
}

// New returns a simulator. It panics when Options hold a switch value or redirect URI that cannot
// be: those are mistakes of the program that embeds it.
func New(o Options) *Simulator {
	if o.Clock == nil {
		o.Clock = simkit.NewClock()
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.AppName == "" {
		o.AppName = "Handoff"
	}
	if o.Company.Name == "" {
		o.Company = Company{Name: "Acme Robotics", Identifier: "AcmeRobotics"}
	}
	if o.Company.Identifier == "" {
		o.Company.Identifier = strings.ReplaceAll(o.Company.Name, " ", "")
	}
	s := &Simulator{options: o, clock: o.Clock, log: o.Logger, publicURL: strings.TrimSuffix(o.PublicURL, "/")}
	s.rand = simkit.NewRand(o.Seed)
	s.journal = simkit.NewJournal(200_000)
	s.exchange = &simkit.Exchange{Clock: s.clock, Journal: s.journal, Script: simkit.NewScript(simkit.NewRand(o.Seed + 1)),
		Limiter: simkit.NewLimiter(s.clock, s.journal), MaxBody: 12 << 20}
	s.behaviour = simkit.NewBehaviour(s.exchange, SwitchList(), o.Switches)
	s.operations = map[string]*operation{}
	var routes []simkit.Operation
	for _, op := range operations() {
		s.operations[op.ID] = op
		routes = append(routes, op.Operation)
	}
	s.router = simkit.NewRouter(routes)
	s.hooks = newSender(s, o.Callbacks)

	s.app = app{clientID: o.ClientID, secret: o.ClientSecret, scopes: DefaultScopes()}
	if s.app.clientID == "" {
		s.app.clientID = "platform-" + s.rand.Hex(4)
	}
	if s.app.secret == "" {
		s.app.secret = s.rand.Hex(16)
	}
	s.templates = templates()
	s.handler = simkit.Site(s.control(), s.pages(), s.api)
	s.Reset()
	for _, uri := range o.RedirectURIs {
		if err := s.AllowRedirectURI(uri); err != nil {
			panic(err)
		}
	}
	return s
}

// Handler serves everything from one listener: API, OAuth, admin pages and the control port.
func (s *Simulator) Handler() http.Handler { return s.handler }

// Close ends all waiting: delayed calls, held connections, webhook retries. The simulator answers
// on, but nothing is delayed or sent any more.
func (s *Simulator) Close() {
	s.exchange.Close()
	s.hooks.close()
}

// Clock returns the simulator's clock.
func (s *Simulator) Clock() *simkit.Clock { return s.clock }

// SetPublicURL sets the base of links in answers, for a server whose port is known only after it
// was started.
func (s *Simulator) SetPublicURL(u string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.publicURL = strings.TrimSuffix(u, "/")
}

func (s *Simulator) base(r *http.Request) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.publicURL != "" {
		return s.publicURL
	}
	s.lastBase = "http://" + r.Host
	return s.lastBase
}
