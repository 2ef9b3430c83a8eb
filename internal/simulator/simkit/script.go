package simkit

import (
	"net/http"
	"sync"
)

// Rule is a fault of the script with what it has done so far.
type Rule struct {
	Fault
	Seen   int `json:"seen"`   // calls that matched method, path, op and credential
	Struck int `json:"struck"` // calls that it spoilt
}

// Script decides which call goes wrong. Rules are asked in order and the first that strikes wins;
// then, when misbehaviour is on, chance is asked. Safe for concurrent use.
type Script struct {
	mu        sync.Mutex
	rand      *Rand
	rules     []*Rule
	intensity float64
	chance    *Rand
}

// NewScript returns an empty script: nothing goes wrong. Probabilities are drawn from r.
func NewScript(r *Rand) *Script { return &Script{rand: r} }

// Add appends rules. The caller has validated them.
func (s *Script) Add(faults ...Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range faults {
		s.rules = append(s.rules, &Rule{Fault: f})
	}
}

// Clear removes all rules and ends misbehaviour.
func (s *Script) Clear() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.rules, s.intensity, s.chance = nil, 0, nil
}

// Rules returns the rules and their counts.
func (s *Script) Rules() []Rule {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]Rule, len(s.rules))
	for i, r := range s.rules {
		out[i] = *r
	}
	return out
}

// Misbehave spoils a share of calls (intensity, 0 to 1) by a mixture drawn from seed; 0 ends it.
// Operations marked Calm are spared.
func (s *Script) Misbehave(seed uint64, intensity float64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.intensity, s.chance = min(max(intensity, 0), 1), NewRand(seed)
}

// Pick returns the fault for a call, or nil, and counts it.
func (s *Script) Pick(op Operation, credential string) *Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range s.rules {
		if !r.meets(op, credential) {
			continue
		}
		r.Seen++
		if r.Seen <= r.After || r.Nth != 0 && r.Seen != r.Nth || r.Count != 0 && r.Struck >= r.Count {
			continue
		}
		if r.Probability != 0 && s.rand.Float64() >= r.Probability {
			continue
		}
		r.Struck++
		f := r.Fault
		return &f
	}
	if s.chance == nil || op.Calm || s.chance.Float64() >= s.intensity {
		return nil
	}
	f := mischief(s.chance)
	return &f
}

func (r *Rule) meets(op Operation, credential string) bool {
	return (r.Method == "" || r.Method == op.Method) &&
		(r.Path == "" || r.Path == op.Path) &&
		(r.Op == "" || r.Op == op.ID) &&
		(r.Credential == "" || r.Credential == credential)
}

// mischief draws one fault of the kinds that a patient client survives without a person's help.
// Denied is left out: it says "you have no right", which a client may believe for good.
func mischief(r *Rand) Fault {
	gateway := []int{http.StatusInternalServerError, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout}
	switch n := r.IntN(100); {
	case n < 18:
		return Fault{Kind: StatusBefore, Status: gateway[r.IntN(len(gateway))]}
	case n < 33:
		return Fault{Kind: StatusAfter, Status: gateway[r.IntN(len(gateway))]}
	case n < 43:
		return Fault{Kind: StatusBefore, Status: http.StatusTooManyRequests}
	case n < 53:
		return Fault{Kind: DropBefore}
	case n < 66:
		return Fault{Kind: DropAfter}
	case n < 74:
		return Fault{Kind: Truncated}
	case n < 80:
		return Fault{Kind: HTML}
	case n < 84:
		return Fault{Kind: Empty200}
	case n < 89:
		return Fault{Kind: Expired}
	case n < 94:
		return Fault{Kind: DelayBefore, Delay: Duration(1+r.IntN(200)) * 1e6}
	case n < 98:
		return Fault{Kind: DelayAfter, Delay: Duration(1+r.IntN(200)) * 1e6}
	default:
		return Fault{Kind: Trickle, Delay: 5e6}
	}
}
