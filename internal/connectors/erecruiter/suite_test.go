package erecruiter_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"testing"

	"handoff/internal/connector/atstest"
	"handoff/internal/connector/atstest/planted"
	"handoff/internal/connectors/erecruiter"

	sim "handoff/internal/simulator/erecruiter"
)

// setting is a mapping with the dialect that it describes.
type setting struct {
	mapping *erecruiter.Mapping
	dialect sim.Dialect
}

// builtin is what is assumed of the real API; partner differs from it in all
// that a mapping names: a key in a header, pages, a multipart body, an id map
// for consents, a note apart, ids as text, other words for everything.
func settings(t testing.TB) map[string]setting {
	t.Helper()
	return map[string]setting{
		"builtin": {erecruiter.Builtin(), sim.DefaultDialect()},
		"partner": {mapped(t, string(partnerFile(t, "partner"))), sim.PartnerDialect()},
	}
}

func mapped(t testing.TB, file string) *erecruiter.Mapping {
	t.Helper()
	m, err := erecruiter.ParseMapping([]byte(file))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func (s setting) target() atstest.Target {
	tg := atstest.Target{Type: erecruiter.TypeWith(s.mapping),
		Start: func(t testing.TB, o atstest.Options) atstest.Remote { return start(t, s.dialect, o) },
		Differences: []atstest.Difference{
			{Chapter: "remove", Reason: "no call that removes a candidate or an application is known: a test's is removed by hand (reference 5)"},
		}}
	for _, sw := range sim.SwitchList() {
		for _, v := range sw.Values[1:] { // the first is the default, which every chapter runs under
			if reason := apart(sw.Name, v); reason != "" {
				continue
			}
			one, err := sim.Switches{}.With(sw.Name, v)
			if err != nil {
				panic(err)
			}
			tg.Variations = append(tg.Variations, atstest.Variation{Name: fmt.Sprintf("%s=%s", sw.Name, v), Value: one})
		}
	}
	tg.Mix = func(seed uint64) atstest.Variation {
		r := rand.New(rand.NewPCG(seed, 7))
		v, all := atstest.Variation{}, sim.Switches{}
		for _, sw := range sim.SwitchList() {
			value := sw.Values[r.IntN(len(sw.Values))]
			if r.Float64() < 0.3 && apart(sw.Name, value) == "" {
				all, _ = all.With(sw.Name, value)
				v.Name += fmt.Sprintf("%s=%s ", sw.Name, value)
			}
		}
		v.Value = all
		return v
	}
	return tg
}

// apart says which readings cannot be delivered under, and why; each has a test
// of its own that says what happens instead.
func apart(name string, value sim.Setting) string {
	switch fmt.Sprintf("%s=%s", name, value) {
	case "later_pages=error_500":
		return "nothing can be looked up then: TestAListThatBreaksOffIsNeverTakenForWhole"
	case "application_order=shuffled":
		return "what is on several pages cannot be read then: TestAListWithoutAnOrderIsNeverTakenForWhole"
	case "consents_call=off":
		return "the texts are then typed into the mapping: TestConsentsThatCannotBeReadAreTyped"
	}
	return ""
}

// The chapter about ads sees what may be wrong with a connector that lists them.
func TestTheSuiteSeesPlantedBugsInAds(t *testing.T) {
	for name, s := range settings(t) {
		t.Run(name, func(t *testing.T) { planted.ProveAds(t, s.target()) })
	}
}

// The chapter about stages sees what may be wrong with a connector that reads
// them.
func TestTheSuiteSeesPlantedBugsInStages(t *testing.T) {
	for name, s := range settings(t) {
		t.Run(name, func(t *testing.T) { planted.ProveStages(t, s.target()) })
	}
}

func TestSuite(t *testing.T) {
	for name, s := range settings(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel() // two accounts of two simulators
			atstest.Run(t, s.target())
		})
	}
}

// mappedOver is a setting's own mapping with some lines changed.
func mappedOver(t testing.TB, s setting, lines string) *erecruiter.Mapping {
	t.Helper()
	if s.dialect.Name != "partner" {
		return mapped(t, lines)
	}
	var over, under map[string]json.RawMessage
	for file, into := range map[string]*map[string]json.RawMessage{lines: &over, string(partnerFile(t, "partner")): &under} {
		if err := json.Unmarshal([]byte(file), into); err != nil {
			t.Fatal(err)
		}
	}
	for k, v := range over {
		under[k] = v
	}
	b, err := json.Marshal(under)
	if err != nil {
		t.Fatal(err)
	}
	return mapped(t, string(b))
}
