package breakages

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"handoff/internal/apply"
	"handoff/internal/recruit"
	"handoff/internal/simulator/erecruiter"
	"handoff/internal/simulator/simkit"
	"handoff/internal/web/say"
)

// Whatever breaks, somebody is told what it is, whose turn it is and what to
// do, in their language; and who applied meanwhile arrives once, or waits for a
// person, and is never lost.
func TestWhateverBreaksSomebodyIsToldAndNobodyIsLost(t *testing.T) {
	slots := make(chan struct{}, 4)
	for _, x := range table() {
		t.Run(x.name, func(t *testing.T) {
			t.Parallel()
			slots <- struct{}{}
			defer func() { <-slots }()
			r := newRig(t, x.world)
			if x.found == byImport {
				r.furnish()
				r.imported(x)
				return
			}
			r.suffered(x)
		})
	}
}

// suffered breaks a thing under an application and follows both to their end.
func (r *rig) suffered(x row) {
	r.t.Helper()
	state := x.state
	if state == "" {
		state = recruit.DeliveryDelivered
	}
	var f apply.Form
	var id recruit.ApplicationID
	if !x.world.fresh {
		r.furnish()
		r.untold(x, soon)
		f = r.form() // as a candidate has it open
	}
	if x.early {
		r.ok(r.sim.Faults(simkit.Fault{Match: simkit.Match{Op: "createApplication"}, Kind: simkit.StatusBefore, Status: http.StatusTooManyRequests}))
		id = r.apply(f, x.bare)
		r.stands(id, recruit.DeliveryWaiting, "rate_limited")
	}
	var err error
	r.made, err = r.sim.Break(x.name, erecruiter.Target{Key: r.key.ID, Recruitment: r.job.ID, Consent: r.must, Origin: r.origin})
	r.ok(err)
	r.clock.Advance(x.after)
	if !x.world.fresh && !x.early {
		id = r.apply(f, x.bare)
		r.stands(id, state, x.reason)
	}
	if x.byNight() && !x.night {
		r.clock.Advance(aNight)
		r.wake()
		r.told(x, aNight)
		// Then again, pressed.
	}
	r.told(x, r.look(x))
	if x.early {
		r.sim.ClearFaults()
		r.look(x)
	}
	if x.reason != "" {
		if state == recruit.DeliveryWaiting {
			r.underWay(id)
		} else {
			r.stands(id, state, x.reason)
			r.reads("/applications/"+string(id), "reason", x.reason, nil)
		}
		if n := r.held(); n != 0 {
			r.t.Errorf("the ATS holds the candidate %d times although it is %s", n, state)
		}
	}
	x.mends(r)
	if x.world.fresh {
		r.furnish()
		id = r.apply(r.form(), false)
	}
	if state == recruit.DeliveryNeedsAttention {
		r.api("POST", "/applications/"+string(id)+"/delivery/retry")
		r.stands(id, recruit.DeliveryDelivered, "")
	}
	step := r.look(x)
	r.stands(id, recruit.DeliveryDelivered, "")
	if !x.stays {
		r.untold(x, step)
	}
	if n := r.held(); n != 1 {
		r.t.Errorf("after the repair the ATS holds the candidate %d times", n)
	}
}

// held is how many applications of the candidate the ATS holds.
func (r *rig) held() int { return len(r.sim.Ledger().Email(candidate)) }

// look does what finds a row, and says what time that takes.
func (r *rig) look(x row) (step time.Duration) {
	r.t.Helper()
	step = soon
	if x.night {
		step = aNight
	}
	r.clock.Advance(step)
	if x.found == byCheck {
		r.test()
	} else {
		r.wake()
	}
	return step
}

// place is where a row is told: what the API calls it, and the page.
func (r *rig) place(x row) (api, page string) {
	if x.found == byCheck {
		return "/connections/" + string(r.conn), r.connPage
	}
	return "/processes/" + string(r.proc) + "/binding/preflight", "/processes/" + string(r.proc)
}

// told holds that the row's code stands in the API, and its sentence on the
// page in both languages.
func (r *rig) told(x row, step time.Duration) {
	r.t.Helper()
	api, page := r.place(x)
	var check map[string]any
	r.pass("the API says "+x.code, step, func() bool {
		var ok bool
		check, ok = r.api("GET", api).check(x)
		return ok
	})
	want := "warning"
	if x.failed {
		want = "failed"
	}
	if check["state"] != want {
		r.t.Errorf("%s is told by a check that is %v, want %s", x.code, check["state"], want)
	}
	args := map[string]string{}
	if m, ok := check["args"].(map[string]any); ok {
		for k, v := range m {
			args[k] = fmt.Sprint(v)
		}
	}
	r.b = r.signIn() // that may have taken days
	r.reads(page, "check.code", x.code, args)
	delete(args, "at")
	delete(args, "status")
	if !slices.Equal(slices.Sorted(maps.Keys(args)), slices.Sorted(maps.Keys(x.args))) {
		r.t.Errorf("it has the arguments %v, the table %v", args, x.args)
	}
	if x.broken == "" {
		if len(r.api("GET", api).find("whose_turn", "admin")) > 0 {
			r.t.Error("something is said to be broken that is not")
		}
		return
	}
	reasons := r.api("GET", api).find("code", x.broken)
	if len(reasons) == 0 || !slices.ContainsFunc(reasons, func(m map[string]any) bool { return m["whose_turn"] == string(x.turn) }) {
		r.t.Errorf("the reason %s with the turn of %s is not among %v", x.broken, x.turn, reasons)
	}
	r.reads(page, "reason", x.broken, nil)
}

// check returns a row's check with its code from an answer that has it.
func (a answer) check(x row) (map[string]any, bool) {
	for _, c := range a.find("name", x.check) {
		if c["code"] == x.code {
			return c, true
		}
	}
	return nil, false
}

// untold holds that nothing is told of the row.
func (r *rig) untold(x row, step time.Duration) {
	r.t.Helper()
	api, page := r.place(x)
	r.pass("the API does not say "+x.code, step, func() bool {
		_, told := r.api("GET", api).check(x)
		return !told
	})
	r.b = r.signIn()
	for _, lang := range say.Languages() {
		begin, _, _ := strings.Cut(sentence(r.t, lang, x.family(), x.code, x.args), ":")
		if strings.Contains(r.b.reads(page, lang), begin) {
			r.t.Errorf("in %s the page says %q", lang, begin)
		}
	}
}

// reads holds that a page says a code in both languages.
func (r *rig) reads(page, family, code string, args map[string]string) {
	r.t.Helper()
	for _, lang := range say.Languages() {
		want := plain(sentence(r.t, lang, family, code, args))
		if got := r.b.reads(page, lang); !strings.Contains(got, want) {
			r.t.Errorf("in %s, %s does not say %q but\n%s", lang, page, want, got)
		}
	}
}

// imported holds what an import tells of an ad.
func (r *rig) imported(x row) {
	r.t.Helper()
	id, err := r.sim.Break(x.name, erecruiter.Target{Key: r.key.ID, Recruitment: r.job.ID})
	r.ok(err)
	r.clock.Advance(soon)
	r.wake()
	list := "/ads?connection_id=" + string(r.conn)
	if x.name == "ad_for_foreign_portal" {
		list += "&foreign=true"
	}
	var ads []map[string]any
	r.pass("the ad is here", soon, func() bool {
		ads = r.api("GET", list).find("key", strconv.FormatInt(id, 10))
		return len(ads) > 0
	})
	if len(ads) != 1 {
		r.t.Fatalf("it is here %d times", len(ads))
	}
	if !(answer{ads[0]}).holds("code", x.code) {
		r.t.Errorf("its problems are %v", ads[0]["problems"])
	}
	r.b = r.signIn()
	r.reads("/ads/"+fmt.Sprint(ads[0]["id"]), "ad.problem", x.code, nil)
	drafted := !slices.Contains([]string{"ad_without_title", "ad_for_foreign_portal", "ad_expired"}, x.name)
	draft, _ := ads[0]["draft"].(map[string]any)
	if (draft != nil) != drafted || draft != nil && draft["state"] != "draft" {
		r.t.Errorf("its draft is %v", draft)
	}
}

// sentence is the catalogue's.
func sentence(t testing.TB, lang, family, code string, args map[string]string) string {
	t.Helper()
	book, err := say.Open()
	if err != nil {
		t.Fatal(err)
	}
	s := book.In(lang)
	if !s.Has(family + "." + code) {
		t.Fatalf("%s.%s has no sentence", family, code)
	}
	all := map[string]string{"ats": "eRecruiter"}
	maps.Copy(all, args)
	return s.Code(family, code, all)
}

// Each is in the table, each by a code of its own, and each with a sentence of
// its own.
func TestEveryBreakageHasACodeOfItsOwn(t *testing.T) {
	codes, said, known := map[string]string{}, map[string]string{}, []string{}
	for _, x := range table() {
		known = append(known, x.name)
		if other := codes[x.code]; other != "" {
			t.Errorf("%s and %s are told as %s", x.name, other, x.code)
		}
		codes[x.code] = x.name
		for _, lang := range say.Languages() {
			s := sentence(t, lang, x.family(), x.code, x.args)
			if said[s] != "" {
				t.Errorf("%s and %s are told by the same words", x.name, said[s])
			}
			if strings.Contains(s, "<no value>") {
				t.Errorf("%s: %s", x.name, s)
			}
			said[s] = x.name
		}
	}
	for _, b := range erecruiter.Breakages() {
		if !slices.Contains(known, b.Name) {
			t.Errorf("nobody looks for %s", b.Name)
		}
	}
	if len(known) != len(erecruiter.Breakages()) || len(known) < 30 {
		t.Errorf("the table has %d rows, the simulator %d breakages", len(known), len(erecruiter.Breakages()))
	}
}
