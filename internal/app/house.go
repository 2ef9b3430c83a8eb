package app

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"

	"handoff/internal/apply"
	"handoff/internal/atshttp"
	"handoff/internal/company"
	"handoff/internal/delivery"
	"handoff/internal/integration"
	"handoff/internal/multipost"
	"handoff/internal/notify"
	"handoff/internal/process"
	"handoff/internal/secret"
	"handoff/internal/stagesync"
	"handoff/internal/store"
)

// House is the product without doors and lanes: the engines over one data
// folder. It is safe for concurrent use.
type House struct {
	Company     *company.Engine
	Process     *process.Engine
	Apply       *apply.Engine
	Integration *integration.Engine
	Delivery    *delivery.Engine
	Multipost   *multipost.Engine
	Stages      *stagesync.Engine
	Notify      *notify.Engine
	Store       *store.DB

	options Options
	log     *slog.Logger
	sealer  *secret.Sealer
	network *atshttp.Network
	metrics *metrics
	tracing *tracing // set before the first request and the first run of a lane
	url     string   // once it is served
	folder  *folder
}

// Open opens the data folder for a command that runs no lane; it also works
// beside a running house of the same version. Close it.
func Open(ctx context.Context, o Options) (*House, error) {
	o, err := o.resolve()
	if err != nil {
		return nil, err
	}
	return open(ctx, o, true)
}

// open takes resolved options.
func open(ctx context.Context, o Options, beside bool) (*House, error) {
	h := &House{options: o}
	var err error
	if h.log, err = o.logger(); err != nil {
		return nil, err
	}
	if h.folder, err = openFolder(o, beside); err != nil {
		return nil, err
	}
	if h.sealer, err = openKey(o); err != nil {
		h.folder.close()
		return nil, err
	}
	if h.Store, err = store.Open(ctx, store.Options{Dir: o.Data, Sealer: h.sealer, Now: o.Now}); err != nil {
		h.folder.close()
		return nil, err
	}
	if err := h.compose(); err != nil {
		return nil, errors.Join(err, h.Close())
	}
	return h, nil
}

func openKey(o Options) (*secret.Sealer, error) {
	switch {
	case !o.Key.Empty() && o.KeyFile != "":
		return nil, errors.New("the key and the key file are both set; choose one")
	case !o.Key.Empty():
		return secret.NewSealer([]byte(o.Key.Reveal()))
	}
	return secret.LoadOrCreate(or(o.KeyFile, filepath.Join(o.Data, "key.json")))
}

// Close gives the folder up. It is called once, after everything that uses
// the house has ended.
func (h *House) Close() error {
	err := h.Store.Close()
	h.folder.close()
	return err
}
