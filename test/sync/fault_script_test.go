package sync

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"handoff/internal/notify"
	"handoff/internal/recruit"
	"handoff/internal/stagesync"
)

// A script is what people do at an ATS and on the platform over some days, made
// from a seed, with what has to come of it. What has to come of it is worked
// out here from the product's decisions 1 to 10, by no code of the product, so
// that a defect of every house is seen too.
//
// It goes in waves: within one the clock stays inside the grace period, and
// between two it passes it and the hours of mail, so that each wave ends in one
// state. Where an ATS tells no history, what is moved twice between two
// readings shows its last stage alone; a wave is written so that this makes no
// difference to its end (see moves).
type script struct {
	ats      string
	rand     *rand.Rand
	start    time.Time
	teller   stagesync.Teller
	rules    notify.Rules
	follow   bool // new sub-statuses follow their status
	override bool // the second process has a mapping of its own
	spots    []*spot
	people   []*person
	removed  bool // a stage was taken away since the mapping was saved
	named    int  // how many stages were given a name
	begun    int  // how many spots there are before the first wave
	waves    []*wave
}

// spot is a stage in the ATS.
type spot struct {
	n            int
	status, name string           // of SmartRecruiters; at eRecruiter the name alone
	born         string           // the name that it had first
	first        [2]bool          // and whose it was
	jobs         [2]bool          // whose hiring process has it
	to           [2]recruit.Stage // what the Admin assigns, by job; empty leaves
	withdrawal   bool             // the candidate's own act
	automatic    bool             // the ATS moves there by itself
	fixed        bool             // nobody takes it away
	assigned     bool             // the mapping in force has it
	gone         bool
}

func (s *spot) String() string {
	return strings.TrimSuffix(strings.TrimPrefix(s.status+"/"+s.name, "/"), "/")
}

// person is a candidate as the script follows them.
type person struct {
	n, job int
	at     *spot
	log    []step // all that could be observed, and moves by hand
	passed bool   // the required step of the second hiring process
	stage  recruit.Stage
	reads  recruit.Stage
	held   string // why a mail waits for a person
	gone   bool
	mails  []string
	path   []recruit.Stage // every stage that could be seen on the way
	last   *change         // of this wave
	fresh  bool            // came in this wave
}

type step struct {
	spot   *spot
	byHand recruit.Stage
}

type change struct {
	by   recruit.Actor // empty for another mapping
	from recruit.Stage
	spot *spot
}

// standing is where one person is expected to be, or is.
type standing struct {
	Stage    recruit.Stage
	Remote   int // the spot, -1 while nothing was read
	Unmapped bool
	Gone     bool
	Reads    recruit.Stage
	Held     string
	Mails    []string
}

// act is what somebody does.
type act struct {
	what  string // apply, move, open, hand, take, stranger, add, rename, drop, extend
	who   int
	spot  int // where to, or which
	stage recruit.Stage
	name  string // that a stage gets
	was   string // and had
	jobs  [2]bool
	pause bool // the clock moves a little before it
}

func (a act) about(s *script) string {
	switch a.what {
	case "apply":
		return fmt.Sprintf("person %d applies to job %d", a.who, s.people[a.who].job)
	case "move", "open":
		return fmt.Sprintf("person %d: %s to %s", a.who, a.what, s.spots[a.spot])
	case "hand":
		return fmt.Sprintf("person %d is moved on the platform to %s", a.who, a.stage)
	case "take":
		return fmt.Sprintf("person %d is taken out", a.who)
	case "stranger":
		return "a stranger comes to " + s.spots[a.spot].String()
	}
	return fmt.Sprintf("%s stage %s of %v (was %q)", a.what, s.spots[a.spot], a.jobs, a.was)
}

// wave is what happens within one grace period, and what comes of it.
type wave struct {
	at    time.Time
	stale bool // the mapping, once the stages were read
	save  bool // the Admin assigns what there is
	tell  bool // and says that those who move by it are mailed
	stood int  // how many people that moves
	acts  []act
	names map[int]string // the spots' names at its end
	want  []standing
	// decide are the held mails that a person then sends or drops.
	decide []decision
	after  []standing
}

type decision struct {
	job    int
	stage  recruit.Stage
	reason string
	send   bool
}

var warsaw = func() *time.Location {
	z, err := time.LoadLocation("Europe/Warsaw")
	if err != nil {
		panic(err)
	}
	return z
}()

// open is the first moment from t on at which a stage mail may leave (decision 4).
func open(t time.Time) time.Time {
	for t = t.In(warsaw); ; t = t.Add(time.Minute) {
		if d := t.Weekday(); d != time.Saturday && d != time.Sunday && t.Hour() >= 8 && t.Hour() < 20 {
			return t
		}
	}
}

// write makes a script of a seed.
func write(ats string, seed uint64) *script {
	r := rand.New(rand.NewPCG(seed, 4))
	s := &script{ats: ats, rand: r}
	days := []string{"2027-03-26", "2026-10-23", "2026-12-31", "2027-01-18", "2027-06-02", "2027-08-13"} // the clocks go forward, and back; a year ends
	day, err := time.ParseInLocation(time.DateOnly, days[r.IntN(len(days))], warsaw)
	if err != nil {
		panic(err)
	}
	s.start = day.Add(time.Duration(9*60+r.IntN(300)) * time.Minute)
	s.teller = []stagesync.Teller{stagesync.TellPlatform, stagesync.TellPlatform, stagesync.TellPlatform, stagesync.TellATS, stagesync.TellNobody}[r.IntN(5)]
	s.rules = notify.Rules{Manual: notify.TellNobody, Negative: s.chance(50), Hired: s.chance(50), Automatic: s.chance(50)}
	if s.chance(70) {
		s.rules.Manual = notify.TellPlatform
	}
	crowd := 0
	if ats == "smartrecruiters" {
		s.follow, s.override = s.chance(40), s.chance(50)
		s.smartSpots()
		if seed%8 == 2 { // more rejections in an hour than are believed, or just not
			crowd = 17 + r.IntN(5)
			s.teller, s.rules.Negative = stagesync.TellPlatform, true
		}
	} else {
		s.erecruiterSpots()
	}
	s.begun = len(s.spots)
	at := s.start.Add(time.Hour)
	for k := range 4 {
		s.wave(k, at, crowd)
		at = open(at.Add(40 * time.Minute)).Add(time.Duration(7*60+r.IntN(20*60)) * time.Minute)
	}
	return s
}

func (s *script) chance(percent int) bool { return s.rand.IntN(100) < percent }

func (s *script) spot(x spot) *spot {
	x.n, x.born, x.first = len(s.spots), x.name, x.jobs
	s.spots = append(s.spots, &x)
	return &x
}

func both(to recruit.Stage) [2]recruit.Stage { return [2]recruit.Stage{to, to} }

// smartSpots are the simulated company's statuses and the sub-statuses of its
// first two hiring processes.
func (s *script) smartSpots() {
	all := [2]bool{true, true}
	for _, x := range []spot{{status: "NEW", to: both(recruit.StageWaiting)}, {status: "IN_REVIEW", to: both(recruit.StageEvaluating)},
		{status: "INTERVIEW", to: both(recruit.StageInvited)}, {status: "OFFERED", to: both(recruit.StageOffer)}, {status: "HIRED", to: both(recruit.StageHired)},
		{status: "REJECTED", to: both(recruit.StageNegative)}, {status: "WITHDRAWN", to: both(recruit.StageNegative), withdrawal: true},
		{status: "TRANSFERRED"}} {
		x.jobs, x.fixed, x.assigned = all, true, true
		s.spot(x)
	}
	for _, x := range []spot{
		{status: "IN_REVIEW", name: "CV review", jobs: all, to: both(recruit.StageEvaluating)}, // in both processes
		{status: "IN_REVIEW", name: "Phone screen", jobs: [2]bool{true}, to: both(recruit.StageInvited)},
		{status: "INTERVIEW", name: "Technical interview", jobs: [2]bool{true}, to: both(recruit.StageInvited)},
		{status: "INTERVIEW", name: "Onsite", jobs: [2]bool{true}, to: both(recruit.StageEvaluating)},
		{status: "INTERVIEW", name: "Culture fit", jobs: [2]bool{true}},
		{status: "OFFERED", name: "Offer sent", jobs: [2]bool{true}, to: both(recruit.StageOffer)},
		{status: "OFFERED", name: "Offer negotiated", jobs: [2]bool{true}},
		{status: "IN_REVIEW", name: "Home task", jobs: [2]bool{false, true}, to: both(recruit.StageEvaluating), fixed: true},
		{status: "INTERVIEW", name: "System design", jobs: [2]bool{false, true}, to: both(recruit.StageInvited)},
	} {
		x.assigned = true
		if s.override && x.name == "CV review" {
			x.to[1] = recruit.StageInvited
		}
		s.spot(x)
	}
}

// erecruiterSpots are the simulated company's stages.
func (s *script) erecruiterSpots() {
	for _, x := range []spot{{name: "Nowy", to: both(recruit.StageWaiting), fixed: true}, {name: "Analiza CV", to: both(recruit.StageEvaluating), fixed: true, automatic: true},
		{name: "Złożenie oferty", to: both(recruit.StageOffer), fixed: true}, {name: "Zatrudniony", to: both(recruit.StageHired), fixed: true},
		{name: "Odrzucony", to: both(recruit.StageNegative), fixed: true}, {name: "Rozmowa telefoniczna", to: both(recruit.StageInvited)},
		{name: "Spotkanie z zespołem", to: both(recruit.StageInvited)}, {name: "Zadanie rekrutacyjne", to: both(recruit.StageEvaluating)},
		{name: "Wiadomość wysłana"}, {name: "weak English", to: both(recruit.StageNegative)}, {name: "Oferta ustna", to: both(recruit.StageOffer)},
		{name: "Zatrudniony - B2B", to: both(recruit.StageHired)}} {
		x.jobs, x.assigned = [2]bool{true, true}, true
		s.spot(x)
	}
}

// wave writes one. The last one leaves the ATS's stages as they are, so that
// all is read of them at the end.
func (s *script) wave(k int, at time.Time, crowd int) {
	w := &wave{at: at, stale: s.stale()}
	s.waves = append(s.waves, w)
	for _, p := range s.people {
		p.last, p.fresh = nil, false
	}
	if w.stale && (k == 3 || s.chance(70)) {
		w.save, w.tell = true, s.chance(30)
		s.assign(w)
	}
	if k == 0 {
		for i := range 6 {
			s.come(w, i%2)
		}
	} else {
		for i := 0; k == 1 && i < crowd; i++ {
			s.come(w, 0)
		}
		for range s.rand.IntN(3) {
			s.come(w, s.rand.IntN(2))
		}
	}
	s.strangers(w)
	if k < 3 {
		s.edits(w)
	}
	if k == 1 && crowd > 0 { // a crowd is rejected, and nothing else happens on that job
		for _, p := range s.people {
			if to := s.find("REJECTED"); p.job == 0 && !p.gone && p.at != to {
				s.move(w, p, to)
			}
		}
	} else {
		s.moves(w)
	}
	s.end(w)
}

func (s *script) find(name string) *spot {
	return s.spots[slices.IndexFunc(s.spots, func(x *spot) bool { return x.String() == name })]
}

func (s *script) entry() *spot { return s.spots[0] }

func (s *script) do(w *wave, a act) {
	a.pause = s.chance(15) || a.pause
	w.acts = append(w.acts, a)
}

func (s *script) come(w *wave, job int) {
	p := &person{n: len(s.people), job: job, at: s.entry(), stage: recruit.StageWaiting, reads: recruit.StageWaiting, mails: []string{"confirmation"},
		log: []step{{spot: s.entry()}}, fresh: true}
	s.people = append(s.people, p)
	s.do(w, act{what: "apply", who: p.n})
}

func (s *script) strangers(w *wave) {
	for range s.rand.IntN(4) {
		if at := s.spots[s.rand.IntN(5)]; at.jobs[0] { // one of the ATS's own
			s.do(w, act{what: "stranger", spot: at.n})
		}
	}
}

// edits adds, renames and takes away stages.
func (s *script) edits(w *wave) {
	there := len(s.spots) // a stage that comes and goes at once was never there
	loose := func() *spot {
		var list []*spot
		for _, x := range s.spots[:there] {
			if !x.fixed && !x.gone {
				list = append(list, x)
			}
		}
		return list[s.rand.IntN(len(list))]
	}
	fresh := func(x spot) *spot {
		s.named++
		x.name = fmt.Sprintf("Etap %d", s.named)
		if s.chance(30) { // a name that another stage has
			if y := loose(); x.status != y.status || s.ats == "erecruiter" {
				x.name = y.name
			}
		}
		if s.ats == "smartrecruiters" && slices.ContainsFunc(s.spots, func(y *spot) bool { return y.status == x.status && y.name == x.name }) {
			x.name = fmt.Sprintf("Etap %d", s.named)
		}
		to := []recruit.Stage{recruit.StageEvaluating, recruit.StageInvited, recruit.StageOffer, recruit.StageNegative, ""}
		x.to = both(to[s.rand.IntN(len(to))])
		if s.follow {
			x.to, x.assigned = s.find(x.status).to, true
		}
		return s.spot(x)
	}
	some := func() [2]bool { return [][2]bool{{true, false}, {false, true}, {true, true}}[s.rand.IntN(3)] }
	if s.chance(60) {
		x := spot{jobs: [2]bool{true, true}}
		if s.ats == "smartrecruiters" {
			x.status, x.jobs = []string{"IN_REVIEW", "INTERVIEW", "OFFERED"}[s.rand.IntN(3)], some()
		}
		s.edit(w, "add", fresh(x), "")
	}
	var renamed *spot // who takes it away at once leaves nobody a new name to read
	if s.chance(40) {
		x := loose()
		was := x.name
		if s.ats == "erecruiter" {
			s.named++
			x.name = fmt.Sprintf("Etap %d", s.named)
		} else { // a sub-status is its name: another one comes, and this one goes
			y := fresh(spot{status: x.status, jobs: x.jobs})
			s.drop(x)
			x = y
		}
		s.edit(w, "rename", x, was)
		renamed = x
	}
	if s.chance(40) {
		if x := loose(); x != renamed {
			s.drop(x)
			s.edit(w, "drop", x, "")
		}
	}
	if x := loose(); s.ats == "smartrecruiters" && s.chance(30) && x.jobs != [2]bool{true, true} { // the same name in the other process
		x.jobs = [2]bool{true, true}
		s.edit(w, "extend", x, "")
	}
}

func (s *script) edit(w *wave, what string, x *spot, was string) {
	s.do(w, act{what: what, spot: x.n, name: x.name, was: was, jobs: x.jobs})
}

func (s *script) drop(x *spot) {
	x.gone = true
	s.removed = s.removed || x.assigned
}

// stale tells whether the mapping is, once the stages were read again.
func (s *script) stale() bool {
	return s.removed || slices.ContainsFunc(s.spots, func(x *spot) bool { return !x.assigned && s.asked(x) })
}

// asked tells whether the Admin is asked what a stage means: it is there, or
// somebody stands on it whom nothing else would bring further.
func (s *script) asked(x *spot) bool {
	return !x.gone || slices.ContainsFunc(s.people, func(p *person) bool { return !p.gone && p.at == x })
}

// assign is the Admin's: every stage of which they are asked gets its meaning.
// Who stands on one that was assigned and is not there any more stays where they
// are (decision 3).
func (s *script) assign(w *wave) {
	s.removed = false
	for _, x := range s.spots {
		x.assigned = x.assigned || s.asked(x)
	}
	for _, p := range s.people {
		if to := s.fold(p); to != p.stage {
			by := recruit.Actor("")
			if w.tell {
				by = recruit.ActorSync
			}
			p.become(to, by, p.at)
			w.stood++
		}
	}
}

// fold is where a person stands by all that happened, under the mapping in
// force: decisions 2, 3 and 9.
func (s *script) fold(p *person) recruit.Stage {
	stage := recruit.StageWaiting
	for _, x := range p.log {
		switch {
		case x.byHand != "":
			stage = x.byHand
		case x.spot.assigned && x.spot.to[p.job] != "":
			stage = x.spot.to[p.job]
		}
	}
	return stage
}

// moves writes what becomes of each person, interleaved. One of: nothing; one
// to three moves at the ATS; a move by hand and perhaps one at the ATS after
// it; taken out.
//
// Of several moves the last one must decide whatever was seen of those before
// it: it goes to a stage that is assigned to another one of ours than where the
// person stood, and nothing among them is the candidate's own or the ATS's doing.
func (s *script) moves(w *wave) {
	type plan struct {
		p    *person
		hand bool
		left int
		many bool
		from recruit.Stage
		key  *spot
	}
	var plans []*plan
	for _, p := range s.people {
		if p.gone {
			continue
		}
		if s.ats == "erecruiter" && p.at == s.entry() && s.chance(25) { // somebody opens the card
			s.move(w, p, s.find("Analiza CV"))
			continue
		}
		x := &plan{p: p, from: p.stage, key: p.at}
		switch n := s.rand.IntN(100); {
		case n < 30:
			continue
		case n < 35 && !p.fresh && len(s.people) > 4:
			p.gone = true
			s.do(w, act{what: "take", who: p.n})
			continue
		case n < 50:
			x.hand, x.left = true, s.rand.IntN(2)
		default:
			x.left = 1 + s.rand.IntN(3)
			if p.held != "" {
				x.left = 1
			}
			x.many = x.left > 1
		}
		plans = append(plans, x)
	}
	for len(plans) > 0 {
		i := s.rand.IntN(len(plans))
		x := plans[i]
		switch {
		case x.hand:
			x.hand = false
			s.byHand(w, x.p)
		case x.left > 0:
			x.left--
			s.onwards(w, x.p, func(to *spot) bool {
				if x.many && (to.automatic || to.withdrawal) {
					return false
				}
				return !x.many || x.left > 0 || to != x.key && to.assigned && to.to[x.p.job] != "" && to.to[x.p.job] != x.from
			})
		}
		if !x.hand && x.left == 0 {
			plans = slices.Delete(plans, i, i+1)
		}
	}
}

func (s *script) byHand(w *wave, p *person) {
	all := slices.DeleteFunc(recruit.Stages(), func(x recruit.Stage) bool { return x == p.stage })
	to := all[s.rand.IntN(len(all))]
	s.do(w, act{what: "hand", who: p.n, stage: to})
	p.log = append(p.log, step{byHand: to})
	p.become(to, recruit.ActorUser, nil)
}

func (p *person) become(to recruit.Stage, by recruit.Actor, at *spot) {
	p.last = &change{by: by, from: p.stage, spot: at}
	p.stage = to
	p.path = append(p.path, to)
}

// onwards moves a person at the ATS to somewhere that may be.
func (s *script) onwards(w *wave, p *person, may func(*spot) bool) {
	var list []*spot
	for _, x := range s.spots {
		// The second hiring process has a step that is required before an interview.
		skips := s.ats == "smartrecruiters" && p.job == 1 && !p.passed && slices.Contains([]string{"INTERVIEW", "OFFERED", "HIRED"}, x.status)
		if x != p.at && !x.gone && x.jobs[p.job] && !skips && may(x) {
			list = append(list, x)
		}
	}
	if loose := slices.DeleteFunc(slices.Clone(list), func(x *spot) bool { return x.assigned }); len(loose) > 0 && s.chance(30) {
		list = loose // nobody said what it means
	}
	if len(list) > 0 {
		s.move(w, p, list[s.rand.IntN(len(list))])
	}
}

func (s *script) move(w *wave, p *person, to *spot) {
	a := act{what: "move", who: p.n, spot: to.n}
	if to.automatic && p.at == s.entry() {
		a.what = "open"
	}
	s.do(w, a)
	p.at, p.passed = to, p.passed || to.name == "Home task"
	p.log = append(p.log, step{spot: to})
	if stage := to.to[p.job]; to.assigned && stage != "" && stage != p.stage {
		p.become(stage, recruit.ActorSync, to)
	}
}

// end works out what a wave comes to: decision 4 for the last change of each.
func (s *script) end(w *wave) {
	negative := [2]int{}
	verdicts := map[*person]string{}
	for _, p := range s.people {
		if p.last == nil {
			continue
		}
		verdicts[p] = s.verdict(p)
		if p.stage == recruit.StageNegative && p.last.by == recruit.ActorSync && verdicts[p] != "silent" {
			negative[p.job]++
		}
	}
	for _, p := range s.people {
		v := verdicts[p]
		if v == "tell" && p.stage == recruit.StageNegative && p.last.by == recruit.ActorSync && negative[p.job] > 20 {
			v = notify.ReasonManyRejections
		}
		switch v {
		case "":
		case "tell":
			p.mails = append(p.mails, string(p.stage))
			p.reads, p.held = p.stage, ""
		case "silent":
			p.reads, p.held = p.stage, ""
		default:
			p.held = v
		}
	}
	w.names = map[int]string{}
	for _, x := range s.spots {
		w.names[x.n] = x.name
	}
	w.want = s.standings()
	s.decide(w)
	w.after = s.standings()
}

// verdict says what becomes of a person's last change: silent, tell, or why it
// waits for somebody's word.
func (s *script) verdict(p *person) string {
	c := p.last
	switch {
	case c.by == "", p.stage == p.reads: // another mapping; nothing new to the candidate
		return "silent"
	case c.by == recruit.ActorUser:
		if s.rules.Manual == notify.TellPlatform {
			return "tell"
		}
		return "silent"
	case s.teller != stagesync.TellPlatform, c.spot.withdrawal,
		p.stage == recruit.StageNegative && !s.rules.Negative,
		p.stage == recruit.StageHired && !s.rules.Hired,
		c.spot.automatic && c.from == recruit.StageWaiting && !s.rules.Automatic:
		return "silent"
	}
	order := []recruit.Stage{recruit.StageWaiting, recruit.StageEvaluating, recruit.StageInvited, recruit.StageOffer, recruit.StageHired, recruit.StageNegative}
	if slices.Index(order, p.stage) < slices.Index(order, p.reads) || p.reads == recruit.StageHired {
		return notify.ReasonBackward
	}
	return "tell"
}

// decide has a person say of some of the mails that are held that they leave,
// or do not.
func (s *script) decide(w *wave) {
	seen := map[decision]bool{}
	for _, p := range s.people {
		d := decision{job: p.job, stage: p.stage, reason: p.held}
		if p.held == "" || seen[d] {
			continue
		}
		seen[d] = true
		if s.chance(40) {
			continue
		}
		d.send = s.chance(60)
		w.decide = append(w.decide, d)
		for _, x := range s.people {
			if x.held != d.reason || x.job != d.job || x.stage != d.stage {
				continue
			}
			x.held, x.reads = "", x.stage
			if d.send {
				x.mails = append(x.mails, string(x.stage))
			}
		}
	}
}

func (s *script) standings() []standing {
	out := make([]standing, len(s.people))
	for i, p := range s.people {
		out[i] = standing{Stage: p.stage, Remote: p.at.n, Unmapped: !p.at.assigned, Gone: p.gone, Reads: p.reads, Held: p.held, Mails: slices.Clone(p.mails)}
	}
	return out
}
