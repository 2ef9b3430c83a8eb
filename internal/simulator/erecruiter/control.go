package erecruiter

import (
	"net/http"

	"handoff/internal/simulator/simkit"
)

func (s *Simulator) control() http.Handler {
	mux := http.NewServeMux()
	s.exchange.Control(mux)
	mux.HandleFunc("GET /_sim/ledger", func(w http.ResponseWriter, _ *http.Request) { simkit.Reply(w, http.StatusOK, s.Ledger()) })
	return simkit.Guard(mux, s.options.ExposeControl)
}
