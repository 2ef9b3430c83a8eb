package app

import (
	"handoff/internal/apply"
	"handoff/internal/atshttp"
	"handoff/internal/company"
	"handoff/internal/delivery"
	"handoff/internal/hook"
	"handoff/internal/integration"
	"handoff/internal/multipost"
	"handoff/internal/process"
	"handoff/internal/stagesync"
)

// compose gives each engine what it needs: the store, the clock, and data of
// the connectors. No engine is given another.
func (h *House) compose() error {
	types, err := h.options.types()
	if err != nil {
		return err
	}
	db, now := h.Store, h.options.Now
	h.Company = company.New(db, now)
	h.Process = process.New(db, now)
	h.network = atshttp.NewNetwork(atshttp.NetworkOptions{AllowPrivate: h.options.AllowPrivateEgress})
	h.metrics = newMetrics(h.options.Version)
	h.Integration = integration.New(integration.Options{Store: db, Types: types, Apps: h.apps(), Lend: h.lend,
		PlatformName: h.options.PlatformName, CallbackURL: func() string { return h.url + "/oauth/callback" },
		ReturnURLs: h.options.ReturnURLs, Now: now, Log: h.log})
	h.Delivery = h.delivery(db, h.Integration)
	h.Multipost = &multipost.Engine{Store: db, Open: h.Integration, Types: types, PlatformName: h.options.PlatformName, Processes: accepted{h.Process},
		Missing: process.Missing, Now: now, Log: h.log}
	h.Stages = &stagesync.Engine{Store: db, Open: h.Integration, Type: h.Integration.Type, Now: now, Log: h.log,
		HookURL: func(end string) string { return h.url + hook.Prefix + end }}
	h.Apply = apply.New(db, now, h.sealer, h.files, h.title)
	h.Apply.PerJob = h.perJob
	return h.composeMail()
}

func (h *House) delivery(s delivery.Store, o delivery.Opener) *delivery.Engine {
	return &delivery.Engine{Store: s, Open: o, Now: h.options.Now, Log: h.log}
}

// files tells what an ATS accepts as a CV.
func (h *House) files(ats string) (maxBytes int64, extensions []string, ok bool) {
	t, ok := h.Integration.Type(ats)
	if !ok {
		return 0, nil, false
	}
	return t.File.MaxBytes, t.File.Extensions, true
}

// perJob tells whether an ATS attaches texts of its own to each job.
func (h *House) perJob(ats string) bool {
	t, ok := h.Integration.Type(ats)
	return ok && t.ConsentPerJob
}

// title is an ATS's name as people write it.
func (h *House) title(ats string) string {
	if t, ok := h.Integration.Type(ats); ok {
		return t.Title
	}
	return ats
}
