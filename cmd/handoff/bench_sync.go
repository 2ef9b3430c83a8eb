package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"handoff/internal/app"
	"handoff/internal/connector"
	"handoff/internal/integration"
	"handoff/internal/recruit"
	"handoff/internal/secret"
	"handoff/internal/simulator/erecruiter"
	"handoff/internal/stagesync"
	"handoff/internal/store"
)

// synced is a house whose stages are synchronised. A process of its own serves
// it; what that stored is read beside it, as a page would show it.
type synced struct {
	*app.House
	*serving
	b       *benchmark
	address string
	env     []string
	first   recruit.ApplicationID // the one that was really sent
	apps    []recruit.ApplicationID
}

// newSynced has a house with its module on, one application in the ATS, and
// nobody serving it. hooked waits for the webhook as well.
func newSynced(ctx context.Context, open func(listen string) (*benchmark, []string, error), hooked bool) (s *synced, err error) {
	s = &synced{}
	defer func() {
		if err != nil {
			s.close()
		}
	}()
	if s.address, err = freeAddress(); err != nil {
		return nil, err
	}
	if s.b, s.env, err = open(s.address); err != nil {
		return nil, err
	}
	s.env = append(s.env, "HANDOFF_ALLOW_PRIVATE_EGRESS=true")
	if err := s.turnOn(ctx, hooked); err != nil {
		return nil, fmt.Errorf("switch the module on: %w", err)
	}
	if s.first, err = s.b.submit(ctx, 0, nil, true); err != nil {
		return nil, err
	}
	if err := await(ctx, 30*time.Second, func() (bool, error) {
		v, err := s.b.Apply.Get(ctx, s.b.admin, s.first)
		return err == nil && v.Delivery.State == recruit.DeliveryDelivered, err
	}); err != nil {
		return nil, fmt.Errorf("deliver: %w", err)
	}
	err, s.b.App = s.b.App.Close(), nil
	if err != nil {
		return nil, err
	}
	s.House, err = app.Open(ctx, s.b.options)
	return s, err
}

// syncedSmartRecruiters is one whose ATS holds itself to the vendor's limits.
func syncedSmartRecruiters(ctx context.Context) (*synced, error) {
	return newSynced(ctx, func(listen string) (*benchmark, []string, error) {
		b := &benchmark{}
		connection, job, err := b.smartRecruiters(listen)
		b, err = b.open(ctx, connection, job, err)
		if err != nil {
			return nil, nil, err
		}
		o := b.options.SmartRecruiters
		return b, []string{"HANDOFF_SMARTRECRUITERS_API_URL=" + o.APIURL, "HANDOFF_SMARTRECRUITERS_AUTHORIZE_URL=" + o.AuthorizeURL,
			"HANDOFF_SMARTRECRUITERS_TOKEN_URL=" + o.TokenURL}, nil
	}, true)
}

// quick is a pace for eRecruiter at which a run of a day's requests is over in
// a minute: how many there are does not depend on it.
const quick = `{"rate.per_second": 50, "rate.concurrency": 8}`

// syncedERecruiter is one whose ATS, and whose mapping, permit 50 requests a
// second.
func syncedERecruiter(ctx context.Context) (*synced, *erecruiter.Simulator, error) {
	sim := erecruiter.New(erecruiter.Options{Seed: 1, Populate: true, Partner: "Handoff", Limits: erecruiter.Limits{PerSecond: -1}})
	server, err := serveSimulator("127.0.0.1:0", false, "", func() simulator { return sim })
	if err != nil {
		return nil, nil, err
	}
	s, err := newSynced(ctx, func(listen string) (*benchmark, []string, error) {
		d := sim.Dialect()
		b := &benchmark{other: server, options: app.Options{Listen: listen, ERecruiter: app.ATS{APIURL: server.url + d.Base, AuthorizeURL: server.url,
			TokenURL: server.url + d.Auth.TokenPath, Mapping: []byte(quick)}}}
		b, err := b.open(ctx, integration.NewConnection{ATS: "erecruiter", Auth: connector.AuthAccessKey, AccessScope: "all",
			Fields: integration.Fields{"access_key": secret.New(sim.IssueKey(erecruiter.ScopeAll).Key)}},
			recruit.RemoteJobID(fmt.Sprint(sim.Recruitment("Senior Go Developer").ID)), nil)
		if err != nil {
			return nil, nil, err
		}
		o, mapping := b.options.ERecruiter, filepath.Join(b.dir, "mapping.json")
		return b, []string{"HANDOFF_ERECRUITER_API_URL=" + o.APIURL, "HANDOFF_ERECRUITER_AUTHORIZE_URL=" + o.AuthorizeURL,
			"HANDOFF_ERECRUITER_TOKEN_URL=" + o.TokenURL, "HANDOFF_ERECRUITER_MAPPING=" + mapping}, os.WriteFile(mapping, []byte(quick), 0o600)
	}, false)
	return s, sim, err
}

// turnOn switches the module on and assigns each stage by its preset or its
// suggestion.
func (s *synced) turnOn(ctx context.Context, hooked bool) error {
	e, settings := s.b.Stages, stagesync.Defaults()
	settings.WhoTells = stagesync.TellNobody
	if _, err := e.Save(ctx, s.b.admin, s.b.conn, true, settings); err != nil {
		return err
	}
	if err := await(ctx, 30*time.Second, func() (bool, error) {
		m, err := e.Module(ctx, s.b.admin, s.b.conn)
		return err == nil && !m.StagesReadAt.IsZero() && (!hooked || m.Hook == stagesync.HookActive), err
	}); err != nil {
		return err
	}
	all, _, err := e.Stages(ctx, s.b.admin, s.b.conn, "")
	if err != nil {
		return err
	}
	m := stagesync.Mapping{}
	for _, x := range all {
		switch {
		case x.Assigned:
			m[x.Key] = x.To
		case x.Suggested != nil:
			m[x.Key] = *x.Suggested
		default:
			m[x.Key] = stagesync.Target{}
		}
	}
	_, err = e.SaveMapping(ctx, s.b.admin, s.b.conn, "", m, false)
	return err
}

// follow has applications followed that are in the ATS.
func (s *synced) follow(ctx context.Context, copies []store.Copy) error {
	reach, err := s.b.admin.Reach(nil)
	if err != nil {
		return err
	}
	s.apps, err = s.Store.Multiply(ctx, reach, s.first, copies, time.Now())
	return err
}

// serve hands the folder to a process that serves it.
func (s *synced) serve(ctx context.Context) (err error) {
	if s.House != nil {
		if err := s.House.Close(); err != nil {
			return err
		}
		s.House = nil
	}
	if s.serving, err = startServing(ctx, s.b.dir, s.address, s.env...); err != nil {
		return err
	}
	s.House, err = app.Open(ctx, s.b.options)
	return err
}

func (s *synced) close() {
	if s.House != nil {
		_ = s.House.Close()
	}
	if s.serving != nil {
		s.serving.stop()
	}
	if s.b != nil {
		s.b.close()
	}
}

// stage is where an application stands on the platform.
func (s *synced) stage(ctx context.Context, n int) (recruit.Stage, error) {
	v, err := s.Apply.Get(ctx, s.b.admin, s.apps[n])
	return v.Stage, err
}

// spread deals n out over k jobs, between half and one and a half times as
// much as on average.
func spread(n, k int) []int {
	out, even, left := make([]int, k), n/k, n
	for i := range out {
		out[i] = even/2 + i*37%(even+1)
		left -= out[i]
	}
	for i := 0; left != 0; i = (i + 1) % k {
		step := 1
		if left < 0 {
			step = -1
		}
		out[i] += step
		left -= step
	}
	return out
}

// percentile of what was measured; sorts it.
func percentile(all []time.Duration, p int) time.Duration {
	if len(all) == 0 {
		return 0
	}
	slices.Sort(all)
	return all[min(len(all)*p/100, len(all)-1)]
}
