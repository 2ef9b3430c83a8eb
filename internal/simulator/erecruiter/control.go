package erecruiter

import (
	"net/http"
	"time"

	"handoff/internal/simulator/simkit"
)

// control is the port under /_sim/: the ledger and journal for tests, and one call for each thing
// that an administrator can do by hand.
func (s *Simulator) control() http.Handler {
	p := simkit.NewPort("erecruiter", s.behaviour)
	p.Read("/_sim/ledger", func() any { return s.Ledger() })
	p.Read("/_sim/dialect", func() any { return s.Dialect() })
	p.Read("/_sim/breakages", func() any { return Breakages() })
	p.Read("/_sim/client", func() any {
		return map[string]string{"client_id": s.clientID, "client_secret": s.secret, "partner": s.options.Partner}
	})

	simkit.Order(p, "POST /_sim/reset", func(_ *http.Request, _ struct{}) (any, error) { s.Reset(); return nil, nil })
	simkit.Order(p, "POST /_sim/dialect", func(_ *http.Request, in Dialect) (any, error) {
		if in.Paths == nil && (in.Name == "v1.1" || in.Name == "partner") {
			mode := in.Auth.Mode
			if in = builtIn(in.Name); mode != "" {
				in = in.WithAuth(mode)
			}
		}
		return nil, s.SetDialect(in)
	})
	simkit.Order(p, "POST /_sim/breakages/{name}", func(r *http.Request, in Target) (any, error) {
		id, err := s.Break(r.PathValue("name"), in)
		return map[string]int64{"id": id}, err
	})
	simkit.Order(p, "POST /_sim/lag", func(_ *http.Request, in struct{ Lists, Stages, Feed simkit.Duration }) (any, error) {
		s.SetLag(time.Duration(in.Lists))
		s.SetStageLag(time.Duration(in.Stages))
		s.SetFeedDelay(time.Duration(in.Feed))
		return nil, nil
	})
	simkit.Order(p, "POST /_sim/limits", func(_ *http.Request, in Limits) (any, error) { s.SetLimits(in); return nil, nil })
	simkit.Order(p, "POST /_sim/skew", func(_ *http.Request, in struct{ By simkit.Duration }) (any, error) {
		s.SetSkew(time.Duration(in.By))
		return nil, nil
	})
	s.controlKeys(p)
	s.controlRecruitments(p)
	s.controlSettings(p)
	s.controlPeople(p)
	return p.Handler(s.options.ExposeControl)
}
