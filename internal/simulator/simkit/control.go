package simkit

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"time"
)

// ControlHeader must be "1" on every control call that changes something: a web page cannot send
// it to another origin without being allowed to, and nobody is.
const ControlHeader = "X-Sim-Control"

// Guard lets only the people of this machine reach next: the peer must be a loopback address and
// the Host header must name the machine itself (localhost, 127.0.0.1 or [::1], any port), which
// stops a foreign page that rebinds its DNS name; writes need ControlHeader. With exposed the
// first two are not asked.
func Guard(next http.Handler, exposed bool) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case !exposed && !loopback(r.RemoteAddr):
			Refuse(w, http.StatusForbidden, "the control port answers on loopback only")
		case !exposed && !ownHost(r.Host):
			Refuse(w, http.StatusForbidden, "the control port answers to localhost, 127.0.0.1 and [::1] only")
		case r.Method != http.MethodGet && r.Method != http.MethodHead && r.Header.Get(ControlHeader) != "1":
			Refuse(w, http.StatusForbidden, "a change needs the header "+ControlHeader+": 1")
		default:
			next.ServeHTTP(w, r)
		}
	})
}

func loopback(remote string) bool {
	ap, err := netip.ParseAddrPort(remote)
	return err == nil && ap.Addr().Unmap().IsLoopback()
}

func ownHost(host string) bool {
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	switch host {
	case "localhost", "127.0.0.1", "::1", "[::1]":
		return true
	}
	return false
}

// Refuse answers a control call with a sentence.
func Refuse(w http.ResponseWriter, status int, sentence string) {
	Reply(w, status, map[string]string{"error": sentence})
}

// Reply answers a control call with JSON.
func Reply(w http.ResponseWriter, status int, v any) {
	b, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		status, b = http.StatusInternalServerError, []byte(`{"error":"the answer cannot be written as JSON"}`)
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write(append(b, '\n'))
}

// Decode reads the JSON body of a control call into v and refuses unknown fields. An empty body
// leaves v as it is.
func Decode(r *http.Request, v any) error {
	b, err := io.ReadAll(http.MaxBytesReader(nil, r.Body, 16<<20))
	if err != nil {
		return fmt.Errorf("control body: %w", err)
	}
	if len(bytes.TrimSpace(b)) == 0 {
		return nil
	}
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return fmt.Errorf("control body: %w", err)
	}
	return nil
}

// FaultOrder is the body of POST /_sim/faults; a bare array of faults is taken as well.
type FaultOrder struct {
	Faults    []Fault    `json:"faults,omitempty"`
	Replace   bool       `json:"replace,omitempty"` // forget the rules before
	Misbehave *Misbehave `json:"misbehave,omitempty"`
}

// Misbehave switches the random mixture on (intensity above 0) or off.
type Misbehave struct {
	Seed      uint64  `json:"seed"`
	Intensity float64 `json:"intensity"`
}

// ClockOrder is the body of POST /_sim/clock. Set comes before Advance, Speed last.
type ClockOrder struct {
	Set     *time.Time `json:"set,omitempty"`
	Advance Duration   `json:"advance,omitempty"`
	Speed   *float64   `json:"speed,omitempty"`
}

// Control mounts the calls that every simulator has: faults, journal and clock.
func (x *Exchange) Control(mux *http.ServeMux) {
	mux.HandleFunc("GET /_sim/faults", func(w http.ResponseWriter, r *http.Request) {
		Reply(w, http.StatusOK, map[string]any{"faults": x.Script.Rules(), "kinds": Kinds()})
	})
	mux.HandleFunc("DELETE /_sim/faults", func(w http.ResponseWriter, r *http.Request) {
		x.Script.Clear()
		Reply(w, http.StatusOK, map[string]any{"faults": x.Script.Rules()})
	})
	mux.HandleFunc("POST /_sim/faults", x.orderFaults)
	mux.HandleFunc("GET /_sim/journal", x.showJournal)
	mux.HandleFunc("GET /_sim/clock", x.showClock)
	mux.HandleFunc("POST /_sim/clock", x.orderClock)
}

func (x *Exchange) orderFaults(w http.ResponseWriter, r *http.Request) {
	var raw json.RawMessage
	if err := Decode(r, &raw); err != nil {
		Refuse(w, http.StatusBadRequest, err.Error())
		return
	}
	var order FaultOrder
	if b := bytes.TrimSpace(raw); len(b) > 0 && b[0] == '[' {
		raw = append(append([]byte(`{"faults":`), b...), '}')
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	if err := d.Decode(&order); err != nil {
		Refuse(w, http.StatusBadRequest, "fault script: "+err.Error())
		return
	}
	for _, f := range order.Faults {
		if err := f.Validate(); err != nil {
			Refuse(w, http.StatusBadRequest, err.Error())
			return
		}
	}
	if order.Replace {
		x.Script.Clear()
	}
	x.Script.Add(order.Faults...)
	if m := order.Misbehave; m != nil {
		x.Script.Misbehave(m.Seed, m.Intensity)
	}
	Reply(w, http.StatusOK, map[string]any{"faults": x.Script.Rules()})
}

func (x *Exchange) showJournal(w http.ResponseWriter, r *http.Request) {
	var since uint64
	var limit int
	var err error
	if s := r.URL.Query().Get("since"); s != "" {
		since, err = strconv.ParseUint(s, 10, 64)
	}
	if s := r.URL.Query().Get("limit"); s != "" && err == nil {
		limit, err = strconv.Atoi(s)
	}
	if err != nil || limit < 0 {
		Refuse(w, http.StatusBadRequest, "since and limit are whole numbers, not negative")
		return
	}
	Reply(w, http.StatusOK, x.Journal.Since(since, limit))
}

func (x *Exchange) showClock(w http.ResponseWriter, _ *http.Request) {
	Reply(w, http.StatusOK, map[string]any{"now": x.Clock.Now(), "speed": x.Clock.Speed()})
}

func (x *Exchange) orderClock(w http.ResponseWriter, r *http.Request) {
	var order ClockOrder
	if err := Decode(r, &order); err != nil {
		Refuse(w, http.StatusBadRequest, err.Error())
		return
	}
	if order.Set != nil {
		x.Clock.Set(*order.Set)
	}
	if order.Advance != 0 {
		x.Clock.Advance(time.Duration(order.Advance))
	}
	if order.Speed != nil {
		x.Clock.SetSpeed(*order.Speed)
	}
	x.showClock(w, r)
}
