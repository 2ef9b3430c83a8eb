package main

import (
	"io"
	"net/netip"
	"os"
	"time"

	"github.com/alecthomas/kong"

	"handoff/internal/app"
	"handoff/internal/secret"
)

// folderFlags are where the data and its key are.
type folderFlags struct {
	Data    string          `default:"data" placeholder:"FOLDER" help:"Data folder: database, CVs, key file."`
	KeyFile string          `placeholder:"FILE" help:"Key file, made when there is none; key.json in the data folder by default."`
	Key     string          `placeholder:"JSON" help:"The key file's content, instead of a file. Give it in the environment."`
	Config  kong.ConfigFlag `placeholder:"FILE" help:"JSON file with settings, named as flags with _ for -, e.g. {\"listen\": \"127.0.0.1:9000\"}."`
	Log     logFlags        `embed:"" prefix:"log-"`
}

type logFlags struct {
	Format string `default:"text" enum:"text,json" help:"Form of log lines: text or json."`
	Level  string `default:"info" enum:"debug,info,warn,error" help:"Least level that is logged."`
}

// serverFlags are the settings of serve.
type serverFlags struct {
	Listen             string   `default:"127.0.0.1:8080" placeholder:"HOST:PORT" help:"Address to listen at; ${default} by default."`
	TrustedProxies     []string `placeholder:"CIDR" help:"Networks of proxies whose forwarded client address is believed."`
	PublicURL          string   `name:"public-url" placeholder:"URL" help:"Where people reach it; http://localhost:PORT on a loopback address. Needed on any other."`
	SMTPURL            string   `name:"smtp-url" placeholder:"URL" help:"Mail server: smtp://USER:PASSWORD@HOST:587 (encrypted by STARTTLS, unless ?tls=off or on this machine) or smtps://. Give it in the environment. Without it mail is kept for the operator's outbox."`
	MailFrom           string   `placeholder:"EMAIL" help:"Address that mail comes from; needed with the mail server."`
	AllowPrivateEgress bool     `help:"Allow loopback and private addresses as ATS hosts."`
	ReturnURLs         []string `name:"return-urls" placeholder:"URL" help:"Where an authorization started by API may send the browser on to, exactly."`
	SupportEmail       string   `placeholder:"EMAIL" help:"Whom pages tell people to ask."`
	PlatformName       string   `default:"Handoff" help:"Shown to candidates and used for the source in the ATS."`
	OTLPEndpoint       string   `name:"otlp-endpoint" env:"OTEL_EXPORTER_OTLP_ENDPOINT" placeholder:"URL" help:"OpenTelemetry collector that takes traces by OTLP over HTTP, e.g. http://localhost:4318. Without it there are none."`
	OTLPHeaders        string   `name:"otlp-headers" env:"OTEL_EXPORTER_OTLP_HEADERS" placeholder:"NAME=VALUE,..." help:"Headers for the collector, as for its authentication. Give them in the environment."`
	SmartRecruiters    atsFlags `embed:"" prefix:"smartrecruiters-" group:"SmartRecruiters"`
	ERecruiter         atsFlags `embed:"" prefix:"erecruiter-" group:"eRecruiter"`
	ERecruiterMapping  string   `name:"erecruiter-mapping" placeholder:"FILE" help:"JSON file with the lines of eRecruiter's mapping that differ from the built-in one." group:"eRecruiter"`

	// Known, and refused rather than passed over: who sets one believes that
	// the data goes there.
	DatabaseURL string `name:"database-url" hidden:""`
	BlobURL     string `name:"blob-url" hidden:""`
}

type atsFlags struct {
	ClientID     string        `placeholder:"ID" help:"Client id of the platform's own app at this ATS."`
	ClientSecret string        `placeholder:"SECRET" help:"Its secret. Give it in the environment."`
	APIURL       string        `name:"api-url" placeholder:"URL" help:"API base, when not the vendor's."`
	AuthorizeURL string        `name:"authorize-url" placeholder:"URL" help:"Base of the pages that people open at this ATS (the login; in eRecruiter a candidate's card), when not the vendor's."`
	TokenURL     string        `name:"token-url" placeholder:"URL" help:"Token service base, when not the vendor's."`
	Settle       time.Duration `placeholder:"DURATION" help:"How long after an unanswered request its absence in a listing is believed."`
}

func (f folderFlags) options(log io.Writer) app.Options {
	o := app.Options{Data: f.Data, KeyFile: f.KeyFile, LogFormat: f.Log.Format, LogLevel: f.Log.Level, Version: version, Output: log}
	if f.Key != "" {
		o.Key = secret.New(f.Key)
	}
	return o
}

// addTo sets the server's settings in o.
func (f serverFlags) addTo(o *app.Options) error {
	for _, s := range f.TrustedProxies {
		p, err := netip.ParsePrefix(s)
		if err != nil {
			return &usageError{"trusted proxies: " + s + " is not a network, e.g. 10.0.0.0/8"}
		}
		o.TrustedProxies = append(o.TrustedProxies, p)
	}
	for name, set := range map[string]string{"database-url": f.DatabaseURL, "blob-url": f.BlobURL} {
		if set != "" {
			return &usageError{name + " is set, but this version keeps everything in the data folder"}
		}
	}
	o.Listen, o.PublicURL, o.ReturnURLs = f.Listen, f.PublicURL, f.ReturnURLs
	o.AllowPrivateEgress, o.SupportEmail, o.PlatformName = f.AllowPrivateEgress, f.SupportEmail, f.PlatformName
	if f.SMTPURL != "" {
		o.SMTPURL = secret.New(f.SMTPURL)
	}
	o.MailFrom, o.OTLPEndpoint = f.MailFrom, f.OTLPEndpoint
	if f.OTLPHeaders != "" {
		o.OTLPHeaders = secret.New(f.OTLPHeaders)
	}
	o.SmartRecruiters, o.ERecruiter = f.SmartRecruiters.ats(), f.ERecruiter.ats()
	if f.ERecruiterMapping != "" {
		b, err := os.ReadFile(f.ERecruiterMapping)
		if err != nil {
			return &usageError{"eRecruiter mapping: " + err.Error()}
		}
		o.ERecruiter.Mapping = b
	}
	return nil
}

func (f atsFlags) ats() app.ATS {
	a := app.ATS{ClientID: f.ClientID, APIURL: f.APIURL, AuthorizeURL: f.AuthorizeURL, TokenURL: f.TokenURL, Settle: f.Settle}
	if f.ClientSecret != "" {
		a.ClientSecret = secret.New(f.ClientSecret)
	}
	return a
}
