package app

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"

	"handoff/internal/door"
	"handoff/internal/web"
)

// drain is how long requests and deliveries under way may take to finish
// after the house was told to stop.
const drain = 25 * time.Second

// App is a running house.
type App struct {
	*House
	router   *door.Router
	web      *web.Web
	server   *http.Server
	setup    *setup
	stop     func(context.Context)
	untidy   context.CancelFunc
	tidied   sync.WaitGroup
	closing  chan struct{} // closed when the house begins to stop
	served   chan struct{} // closed when the server has ended
	serveErr error
	once     sync.Once
	closeErr error
}

// Start opens the house, runs its lanes and serves. It returns once requests
// are answered. The caller closes it.
func Start(ctx context.Context, o Options) (*App, error) {
	o, err := o.resolve()
	if err != nil {
		return nil, err
	}
	h, err := open(ctx, o, false)
	if err != nil {
		return nil, err
	}
	if h.tracing, err = newTracing(ctx, o, h.log); err != nil {
		return nil, errors.Join(err, h.Close())
	}
	a, err := start(ctx, h)
	if err != nil {
		h.tracing.close(ctx)
		return nil, errors.Join(err, h.Close())
	}
	return a, nil
}

func start(ctx context.Context, h *House) (*App, error) {
	listener, err := net.Listen("tcp", h.options.Listen)
	if err != nil {
		return nil, fmt.Errorf("listen: %w", err)
	}
	a := &App{House: h, closing: make(chan struct{}), served: make(chan struct{})}
	a.url = h.options.PublicURL
	if a.url == "" {
		_, port, _ := net.SplitHostPort(listener.Addr().String())
		a.url = "http://localhost:" + port
	}
	if err := a.furnish(ctx); err != nil {
		return nil, errors.Join(err, listener.Close())
	}
	if a.stop, err = a.startLanes(ctx); err != nil {
		return nil, errors.Join(err, listener.Close())
	}
	a.server = a.newServer()
	tidy, untidy := context.WithCancel(context.WithoutCancel(ctx))
	a.tidied.Go(func() { a.housekeep(tidy) })
	a.untidy = untidy
	go func() {
		defer close(a.served)
		if err := a.server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			a.serveErr = fmt.Errorf("serve: %w", err)
		}
	}()
	h.log.Info("app.started", "version", h.options.Version, "listen", listener.Addr().String(), "url", a.url)
	return a, nil
}

// furnish makes what the doors need and the doors themselves.
func (a *App) furnish(ctx context.Context) error {
	var err error
	if a.setup, err = openSetup(ctx, a.options.Data, a.Company); err != nil {
		return err
	}
	a.router = door.NewRouter()
	a.probes()
	return a.doors()
}

// URL returns where the house is reached, without a slash at the end.
func (a *App) URL() string { return a.url }

// Routes returns the authorisation table.
func (a *App) Routes() []door.Route { return a.router.Routes() }

// SetupCode returns the one-time code of the first-run page, empty when none
// is needed.
func (a *App) SetupCode() string {
	code, _ := a.setup.Code()
	return code
}

// Close stops taking requests, lets those under way and the lanes finish and
// the last traces leave (25 s at most), and gives the data folder up. Calling
// it again returns the same.
func (a *App) Close() error {
	a.once.Do(func() {
		ctx, cancel := context.WithTimeout(context.Background(), drain)
		defer cancel()
		close(a.closing)
		err := a.server.Shutdown(ctx)
		if err != nil {
			err = errors.Join(fmt.Errorf("drain: %w", err), a.server.Close())
		}
		a.stop(ctx)
		a.untidy()
		a.tidied.Wait()
		<-a.served
		a.tracing.close(ctx)
		a.closeErr = errors.Join(err, a.serveErr, a.House.Close())
		a.log.Info("app.stopped")
	})
	return a.closeErr
}

// Run starts the house and serves until ctx ends. started is told once it
// answers; it may be nil.
func Run(ctx context.Context, o Options, started func(*App)) error {
	a, err := Start(ctx, o)
	if err != nil {
		return err
	}
	if started != nil {
		started(a)
	}
	select {
	case <-ctx.Done():
	case <-a.served:
	}
	return a.Close()
}
