package app

import (
	"context"
	"fmt"
	"maps"
	"net/url"
	"slices"

	"handoff/internal/api"
	"handoff/internal/door"
	"handoff/internal/hook"
	"handoff/internal/store"
	"handoff/internal/web"
)

// doors makes what people and programs use, and lists their routes.
func (a *App) doors() error {
	o := a.options
	public, err := url.Parse(a.url)
	if err != nil {
		return fmt.Errorf("public URL: %w", err)
	}
	a.web, err = web.New(web.Options{Company: a.Company, Process: a.Process, Apply: a.Apply, Integration: a.Integration, Delivery: a.Delivery, Multipost: a.Multipost,
		Notify: a.Notify, Stages: a.Stages, Sessions: a.Store.Sessions(), PublicURL: public, PlatformName: o.PlatformName, SupportEmail: o.SupportEmail,
		Proxies: door.Proxies(o.TrustedProxies), Log: a.log, Now: o.Now, FormActionOrigins: a.loginOrigins(),
		SetupCode: a.setup.Code, SetupDone: a.setup.Done,
		Demo: o.Demo, Tour: web.Tour{SmartRecruitersURL: o.SmartRecruitersSite, ERecruiterURL: o.ERecruiterSite}})
	if err != nil {
		return err
	}
	rest, err := api.New(api.Options{Company: a.Company, Process: a.Process, Apply: a.Apply, Integration: a.Integration, Delivery: a.Delivery, Multipost: a.Multipost, Stages: a.Stages,
		Idempotency: keys{a.Store}, PublicURL: a.url, Proxies: door.Proxies(o.TrustedProxies), Log: a.log, Now: o.Now, Version: o.Version})
	if err != nil {
		return err
	}
	a.web.Register(a.router)
	rest.Register(a.router)
	hook.Register(a.router, a.Stages, a.log)
	return nil
}

// loginOrigins are where CONNECT sends a browser: the operator's address, or
// the vendor's of every environment.
func (a *App) loginOrigins() []string {
	var out []string
	add := func(address string) {
		u, err := url.Parse(address)
		if err != nil || u.Host == "" {
			return
		}
		if origin := u.Scheme + "://" + u.Host; !slices.Contains(out, origin) {
			out = append(out, origin)
		}
	}
	for _, t := range a.Integration.Types() {
		if own := a.apps()[t.Name].Settings.AuthorizeURL; own != "" {
			add(own)
			continue
		}
		for _, environment := range slices.Sorted(maps.Keys(t.Hosts)) {
			add(t.Hosts[environment].AuthorizeURL)
		}
	}
	return out
}

// keys is the store's memory of idempotency keys in the API's words.
type keys struct{ *store.DB }

// ClaimKey implements api.Idempotency.
func (k keys) ClaimKey(ctx context.Context, scope, key, body string) (bool, api.KeyClaim, error) {
	claimed, before, err := k.DB.ClaimKey(ctx, scope, key, body)
	return claimed, api.KeyClaim(before), err
}
