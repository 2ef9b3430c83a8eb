package main

import (
	"context"
	"fmt"
	"strings"

	"handoff/internal/app"
)

type serveCmd struct {
	folderFlags
	serverFlags
}

func (serveCmd) Help() string {
	return `No configuration is needed to start: the data folder is ./data, the address 127.0.0.1:8080. On the first run a one-time code
is printed; the page /setup makes the operator with it.

Examples:
  handoff serve
  HANDOFF_LISTEN=0.0.0.0:8080 HANDOFF_PUBLIC_URL=https://jobs.example.com handoff serve
  handoff serve --config /etc/handoff.json`
}

func (c serveCmd) Run(ctx context.Context, s streams) error {
	o := c.folderFlags.options(s.err)
	if err := c.serverFlags.addTo(&o); err != nil {
		return err
	}
	return app.Run(ctx, o, func(a *app.App) {
		fmt.Fprint(s.out, resolved(o, a.URL()))
		if code := a.SetupCode(); code != "" {
			fmt.Fprintf(s.out, "\nFirst run. Open %s/setup and enter this code, which works once:\n\n    %s\n\n", a.URL(), code)
		}
	})
}

// resolved tells the settings as they came out, secrets masked.
func resolved(o app.Options, url string) string {
	var b strings.Builder
	line := func(name, value string) {
		if value == "" {
			value = "-"
		}
		fmt.Fprintf(&b, "  %-34s %s\n", name, value)
	}
	masked := func(empty bool) string {
		if empty {
			return ""
		}
		return "(set)"
	}
	fmt.Fprintf(&b, "Handoff %s at %s\n", version, url)
	line("listen", o.Listen)
	line("public-url", url)
	line("data", o.Data)
	line("key-file", o.KeyFile)
	line("key", masked(o.Key.Empty()))
	proxies := make([]string, len(o.TrustedProxies))
	for i, p := range o.TrustedProxies {
		proxies[i] = p.String()
	}
	line("trusted-proxies", strings.Join(proxies, " "))
	line("allow-private-egress", fmt.Sprint(o.AllowPrivateEgress))
	line("return-urls", strings.Join(o.ReturnURLs, " "))
	line("support-email", o.SupportEmail)
	line("platform-name", o.PlatformName)
	sr := o.SmartRecruiters
	line("smartrecruiters-client-id", sr.ClientID)
	line("smartrecruiters-client-secret", masked(sr.ClientSecret.Empty()))
	line("smartrecruiters-api-url", sr.APIURL)
	line("smartrecruiters-authorize-url", sr.AuthorizeURL)
	line("smartrecruiters-token-url", sr.TokenURL)
	line("otlp-endpoint", o.OTLPEndpoint)
	line("otlp-headers", masked(o.OTLPHeaders.Empty()))
	line("log", o.LogFormat+" "+o.LogLevel)
	return b.String()
}
