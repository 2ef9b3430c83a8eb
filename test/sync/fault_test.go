package sync

import (
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"

	"handoff/internal/app"
	"handoff/internal/secret"
	"handoff/internal/simulator/simkit"
	"handoff/test/mailserver"
)

var (
	faultSeeds = flag.Int("faults.seeds", 20, "how many seeds the fault run takes")
	faultSeed  = flag.Int64("faults.seed", -1, "the one seed that the fault run takes")
)

// classes are what has to go wrong, or happen, in a whole fault run.
func classes(ats string) []string {
	all := strings.Split("moved before the delivery settled,a later page failed,a list without anybody,token expired,429,5xx,dropped,mail put off,stage add,stage rename,"+
		"stage drop,told by platform,told by ats,told by nobody,mails,unmapped,moved by another mapping,hand,take,move,mail_backward", ",")
	if ats == "smartrecruiters" {
		return append(all, strings.Split("webhook delivered again,webhook lost,webhook doubled,webhook reordered,webhook late,webhook forged,subscription suspended,stage extend,"+
			"same name in both hiring processes,mail_many_rejections", ",")...)
	}
	return append(all, "open", "a list in no order")
}

// TestMain lets more houses live at once than there are processors, unless it
// was said how many: what a fault run waits for is the pace that an ATS allows.
func TestMain(m *testing.M) {
	flag.Parse()
	said := false
	flag.Visit(func(f *flag.Flag) { said = said || f.Name == "test.parallel" })
	if !said {
		if err := flag.Set("test.parallel", "12"); err != nil {
			panic(err)
		}
	}
	m.Run()
}

// The fault run: what recruiters and users do over some days ends in the same
// state, and in the same mail, where everything goes wrong that may and where
// nothing does; and in the one that the product's decisions say.
func TestFaultRun(t *testing.T) {
	seeds := []uint64{uint64(*faultSeed)}
	if *faultSeed < 0 {
		seeds = nil
		for seed := range uint64(*faultSeeds) {
			seeds = append(seeds, seed)
		}
	}
	builds := map[string]func(testing.TB, *script, uint64) *side{"smartrecruiters": newSmart, "erecruiter": newPolled}
	sums := map[string]*tally{}
	t.Run("run", func(t *testing.T) {
		for ats, build := range builds {
			sum := &tally{n: map[string]int{}}
			sums[ats] = sum
			for _, seed := range seeds {
				t.Run(fmt.Sprintf("%s/%d", ats, seed), func(t *testing.T) {
					t.Parallel()
					faultRun(t, ats, seed, build, sum)
				})
			}
		}
	})
	for ats, sum := range sums {
		t.Logf("%s: %s", ats, sum)
		for _, x := range classes(ats) {
			if sum.n[x] == 0 && sum.n["seeds"] >= 20 && !t.Failed() {
				t.Errorf("%s: %s: never", ats, x)
			}
		}
	}
}

// faultRun plays one seed to both houses.
func faultRun(t *testing.T, ats string, seed uint64, build func(testing.TB, *script, uint64) *side, sum *tally) {
	ends := map[string][]standing{}
	var mu sync.Mutex
	t.Run("houses", func(t *testing.T) {
		for _, house := range []string{"calm", "faults"} {
			t.Run(house, func(t *testing.T) {
				t.Parallel()
				t.Cleanup(func() {
					if t.Failed() {
						t.Logf("again: go test ./test/sync -run TestFaultRun/run/%s -faults.seed %d", ats, seed)
					}
				})
				s := build(t, write(ats, seed), seed)
				s.tally = &tally{n: map[string]int{}}
				if house == "faults" {
					s.rand, s.tally = rand.New(rand.NewPCG(seed, 5)), sum
				}
				end := s.run()
				mu.Lock()
				defer mu.Unlock()
				ends[house] = end
			})
		}
	})
	if fmt.Sprint(ends["calm"]) != fmt.Sprint(ends["faults"]) {
		t.Errorf("without faults %v\nwith faults %v", ends["calm"], ends["faults"])
	}
	sum.script(write(ats, seed))
}

// newSide starts a house that mails.
func newSide(t testing.TB, sc *script, w world, clock *simkit.Clock, o app.Options) *side {
	t.Helper()
	s := &side{script: sc, world: w, mail: mailserver.Start(t, mailserver.Options{}), folder: t.TempDir()}
	o.SMTPURL, o.MailFrom, o.Data = secret.New(s.mail.URL()), "Jobs <jobs@handoff.example.com>", s.folder
	s.base = found(t, clock, o)
	return s
}

// bind opens a process for each of the two jobs.
func (s *side) bind() {
	s.t.Helper()
	for i := range s.procs {
		s.procs[i] = s.open(fmt.Sprintf("Rola %d", i), s.job(i))
	}
}

// tally counts what happened in a whole run.
type tally struct {
	mu sync.Mutex
	n  map[string]int
}

func (y *tally) add(what string, n int) {
	y.mu.Lock()
	defer y.mu.Unlock()
	y.n[what] += n
}

// journal counts what an ATS did wrong; later is what stands in the address of
// a page that is not the first.
func (y *tally) journal(p simkit.JournalPage, later string) {
	for _, e := range p.Entries {
		switch {
		case e.Status == 429:
			y.add("429", 1)
		case e.Status == 401:
			y.add("token expired", 1)
		case e.Fault == "" && e.Status == 500 && strings.Contains(e.Target, later) && !strings.Contains(e.Target, later+"0"):
			y.add("a later page failed", 1)
		case e.Status >= 500:
			y.add("5xx", 1)
		case strings.HasPrefix(e.Fault, "drop"):
			y.add("dropped", 1)
		}
	}
}

// script counts what a script has in it.
func (y *tally) script(s *script) {
	y.add("seeds", 1)
	y.add("told by "+string(s.teller), 1)
	for _, w := range s.waves {
		y.add("moved by another mapping", w.stood)
		on := map[int][2]bool{}
		for n, x := range w.want {
			if x.Held != "" {
				y.add(x.Held, 1)
			}
			if x.Unmapped {
				y.add("unmapped", 1)
			}
			if at := s.spots[x.Remote]; at.name != "" && at.status != "" {
				jobs := on[at.n]
				jobs[s.people[n].job] = true
				if on[at.n] = jobs; jobs == [2]bool{true, true} {
					y.add("same name in both hiring processes", 1)
				}
			}
		}
		for _, a := range w.acts {
			if slices.Contains([]string{"hand", "take", "open", "move"}, a.what) {
				y.add(a.what, 1)
			}
		}
	}
	for _, x := range s.standings() {
		y.add("mails", len(x.Mails))
	}
}

func (y *tally) String() string {
	y.mu.Lock()
	defer y.mu.Unlock()
	var out []string
	for _, k := range slices.Sorted(maps.Keys(y.n)) {
		out = append(out, fmt.Sprintf("%s: %d", k, y.n[k]))
	}
	return strings.Join(out, ", ")
}
