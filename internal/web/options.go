// Package web is the front door for people: the company's pages, the
// operator's pages, the public job pages with their application form. Pages
// are rendered on the server and work without script; script only makes live
// what a reload would show.
//
// It decides nothing: what may be seen and done is the engines' to say, and
// every outcome becomes a status in package door. It holds two promises of its
// own. Nothing personal is ever part of an address that it serves or asks for
// (delivery invariant 7): a search by e-mail is posted. And what a person typed
// is not lost to a refusal.
package web

import (
	"log/slog"
	"net/url"
	"time"

	"github.com/alexedwards/scs/v2"

	"handoff/internal/apply"
	"handoff/internal/company"
	"handoff/internal/delivery"
	"handoff/internal/door"
	"handoff/internal/integration"
	"handoff/internal/multipost"
	"handoff/internal/notify"
	"handoff/internal/process"
	"handoff/internal/stagesync"
)

// Options are what the pages are made of.
type Options struct {
	Company     *company.Engine
	Process     *process.Engine
	Apply       *apply.Engine
	Integration *integration.Engine
	Multipost   *multipost.Engine
	Delivery    *delivery.Engine
	Notify      *notify.Engine
	Stages      *stagesync.Engine

	// Sessions keeps who is signed in. Tokens reach it only hashed.
	Sessions scs.Store

	// PublicURL is where people reach the pages. Links, cookies and the origin
	// of forms follow it, never the Host header.
	PublicURL    *url.URL
	PlatformName string
	SupportEmail string // empty: pages name nobody
	Proxies      door.Proxies
	Log          *slog.Logger
	Now          func() time.Time

	// FormActionOrigins are the origins (https://host) of the ATSs' login
	// pages: pressing CONNECT is a form that is answered by a redirect there,
	// and browsers hold a redirect to the page's form-action policy.
	FormActionOrigins []string

	// SetupCode returns the one-time code of the first run; ok is false when
	// there is none, and then there is no first-run page. SetupDone is called
	// once the operator exists.
	SetupCode func() (code string, ok bool)
	SetupDone func()

	// Demo shows the guided tour on every page of a company.
	Demo bool
	Tour Tour
}

// Tour is what the guided tour of the demo links to.
type Tour struct {
	// SmartRecruitersURL and ERecruiterURL are the simulators' own pages, where
	// the sample company sees what arrived.
	SmartRecruitersURL, ERecruiterURL string
}
