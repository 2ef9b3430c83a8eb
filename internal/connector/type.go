package connector

import (
	"context"
	"time"

	"handoff/internal/recruit"
	"handoff/internal/secret"
)

// SourceTyped is the Group of a source whose id a person typed: nobody has seen
// it in the ATS's list.
const SourceTyped = "typed"

// MaxAdBytes is the longest listing of ads that is read, pushed or fetched.
const MaxAdBytes = 8 << 20

// Text is a sentence in both languages.
type Text struct{ EN, PL string }

// In returns the text in a language: pl or anything else, which is English.
func (t Text) In(locale string) string {
	if locale == "pl" {
		return t.PL
	}
	return t.EN
}

// Auth names a way to authenticate at an ATS.
type Auth string

const (
	AuthOAuth             Auth = "oauth" // authorization code, in a browser
	AuthClientCredentials Auth = "client_credentials"
	AuthAPIKey            Auth = "api_key"
	AuthAccessKey         Auth = "access_key"
)

// Field is one thing that an Admin types to connect.
type Field struct {
	Name   string // client_id, client_secret, api_key, access_key
	Label  Text
	Help   Text
	Secret bool
}

// AuthMethod is one way to connect, with what it asks for.
type AuthMethod struct {
	Auth   Auth
	Title  Text
	Help   Text    // what the Admin should know before using it
	Steps  []Text  // where in the ATS to get it, one act each; none where Help says it all
	Fields []Field // none for oauth
	// Exchanged says that what the Admin typed is not sent with each call but
	// turned into an access token by OAuth.Refresh, again and again, as with
	// client credentials.
	Exchanged bool
}

// Renewable tells whether the host renews an access token for this method, so
// that a 401 may be no more than a token that ended.
func (m AuthMethod) Renewable() bool {
	return m.Exchanged || m.Auth == AuthOAuth || m.Auth == AuthClientCredentials
}

// NewSource says how an Admin makes our source in the ATS, before it is imported.
// In its texts {PLATFORM} stands for the platform's name.
type NewSource struct {
	Steps  []Text
	Values []Value
	Note   Text // what is not known of the values, and what decides
}

// Value is what to type into one field of the ATS's.
type Value struct {
	Label Text
	Value string
}

// AdGuide says how an ad is multiposted in the ATS. In its texts {PLATFORM}
// stands for the platform's name and {COMPANY} for the company's.
type AdGuide struct {
	Steps []Text
	// Absent says what to do where the platform is not among those to choose,
	// and Letter is what to write to the vendor's support then.
	Absent, Letter Text
}

// Limits are what the vendor allows one credential, and how long its answers
// can take. All are data, because the engine paces and waits by them.
type Limits struct {
	// PerSecond is the number of requests per second to one endpoint
	// (method and path template), or to all of them.
	PerSecond float64
	// Together says that the vendor counts all endpoints together: PerSecond
	// holds for the sum of all requests, a 429 pauses all, and PerOperation is
	// not heeded.
	Together bool
	// Concurrency is the number of requests in flight per credential.
	Concurrency int
	// PerOperation overrides both for single operations, by Op.Template with
	// the method before it, e.g. "GET /candidates".
	PerOperation map[string]OpLimit
	// LongestRequest is the longest that the ATS may still work on a request
	// after its client has gone.
	LongestRequest time.Duration
	// ListingLag is how long a listing may not show what was created.
	ListingLag time.Duration
}

// OpLimit is the limit of one operation; zero keeps the general one.
type OpLimit struct {
	PerSecond   float64
	Concurrency int
}

// Settle is how long after the start of an unanswered request its absence in
// a listing may be believed.
func (l Limits) Settle() time.Duration { return l.LongestRequest + l.ListingLag }

// FileLimit is what the ATS accepts as a CV.
type FileLimit struct {
	MaxBytes   int64
	Extensions []string // without the dot, lower case
}

// Type is a connector as data: form, validation, docs page and metric label
// are derived from it.
type Type struct {
	Name   string // wire name, e.g. smartrecruiters
	Title  string // as people write it, e.g. SmartRecruiters
	Auths  []AuthMethod
	Scopes []string // asked for with OAuth; each has a sentence in Scope
	Scope  map[string]Text
	Limits Limits
	File   FileLimit
	// Hosts are the vendor's addresses by environment, production and
	// sandbox: what Settings holds unless the operator says otherwise.
	Hosts map[string]Hosts
	// Tags tells whether the ATS keeps a tag on a candidate, so that ours can
	// be found again by it.
	Tags bool
	// CanRemove tells whether a test candidate can be removed by API.
	CanRemove bool
	// TypedSources tells that a source's id may be typed where it cannot be
	// imported; such a one carries SourceTyped as its group.
	TypedSources bool
	// NewSource is nil where the ATS has sources of its own making.
	NewSource *NewSource
	// SharedJobs and ConsentPerJob tell whether the ATS knows these.
	SharedJobs, ConsentPerJob bool
	// Multiposts tells whether the ATS multiposts ads to the platform, and
	// AdFeeds whether they may be read from a public feed instead, whose address
	// (Settings.AdFeed) an Admin types.
	Multiposts, AdFeeds bool
	// AdGuide is nil where nothing is multiposted.
	AdGuide *AdGuide
	// AdPortal is how the ATS's ads name this platform; empty where they name it
	// as everybody does.
	AdPortal string
	// ParseAds reads the rows of an ad listing that the ATS pushes, of at most
	// MaxAdBytes; nil where it pushes none. Its error is a sentence without
	// anything of the body.
	ParseAds func(body []byte) ([]recruit.RemoteAd, error)
	// TellsStages tells whether the stages of applications can be read.
	TellsStages bool
	// Hook reads what the ATS's webhooks send; nil where it sends none.
	Hook HookReader
	// ConsentTemplate is the text that a new connection's template is filled
	// with; COMPANY, ATS and PLATFORM in braces are replaced.
	ConsentTemplate Text
	// OAuth builds the three requests of the authorization-code flow; nil
	// when the ATS has none.
	OAuth OAuth
	// Open makes a connector for one credential. It sends nothing.
	Open func(Settings, Env) (Connector, error)
}

// Hosts are a vendor's addresses in one environment, with scheme, and without
// a slash at the end. AuthorizeURL and TokenURL may be a host alone.
type Hosts struct{ APIURL, AuthorizeURL, TokenURL string }

// Method returns the way to connect named auth.
func (t *Type) Method(auth Auth) (AuthMethod, bool) {
	for _, m := range t.Auths {
		if m.Auth == auth {
			return m, true
		}
	}
	return AuthMethod{}, false
}

// Settings are the operator's and the connection's choices for one connector.
type Settings struct {
	APIURL       string // base, without a slash at the end
	AuthorizeURL string
	TokenURL     string
	// ClientID and ClientSecret are the platform's own OAuth app.
	ClientID     string
	ClientSecret secret.String
	// PlatformName is used to suggest a source.
	PlatformName string
	// PlatformTag stands on every candidate that this platform created.
	PlatformTag string
	Auth        Auth
	Source      *recruit.Source
	// AdFeed is the address of the company's public feed of ads, when one is to
	// be read instead of the API.
	AdFeed string
	// Account is the id of the ATS account that Check found or a person chose;
	// empty before. A connector whose calls need it and that lacks it asks the
	// ATS, which costs a call.
	Account string
}

// OAuth is the authorization-code flow of an ATS. Its token calls return
// errors of kind Revoked (invalid_grant), Misconfigured (invalid_client),
// Unavailable, RateLimited or Unanswered; with client credentials, where the
// client is the company's own, Unauthorized takes the place of the first two.
type OAuth interface {
	// AuthorizeURL is where the browser is sent.
	AuthorizeURL(s Settings, redirectURI, state string) string
	// Exchange turns the code into a credential.
	Exchange(ctx context.Context, s Settings, tr Transport, code, redirectURI string) (Credential, error)
	// Refresh turns a credential into its successor, using up its refresh token.
	Refresh(ctx context.Context, s Settings, tr Transport, c Credential) (Credential, error)
}

// Credential is what opens an account. Which members are set depends on Auth.
type Credential struct {
	AccessToken  secret.String
	RefreshToken secret.String
	// Life is how long the ATS said that AccessToken lives, from its issue; zero
	// when it does not end. The host, whose clock it is, makes ExpiresAt of it.
	Life time.Duration
	// ExpiresAt is when AccessToken stops; zero when it does not.
	ExpiresAt time.Time
	// Fields are what the Admin typed, by Field.Name.
	Fields map[string]secret.String
}
