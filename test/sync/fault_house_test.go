package sync

import (
	"bytes"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"mime/quotedprintable"
	"net/mail"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"handoff/internal/apply"
	"handoff/internal/notify"
	"handoff/internal/recruit"
	"handoff/internal/stagesync"
	"handoff/internal/testkit"
	"handoff/test/mailserver"
)

// world is an ATS with what its people do, and what may go wrong there.
type world interface {
	// job names one of the two jobs.
	job(n int) recruit.RemoteJobID
	// key is the product's name for a spot.
	key(x *spot) recruit.StageKey
	// here tells whether the ATS has somebody, and how often.
	here(email string) int
	move(email string, job int, to *spot, opened bool) error
	take(email string, job int) error
	stranger(n int, at *spot) error
	edit(a act, x *spot) error
	// wrong lets things go wrong from now on: step 0 before the acts of a wave,
	// the others each before a while passes. delivered says that nothing is on
	// its way there. right ends it.
	wrong(r *rand.Rand, step int, delivered bool, t *tally)
	right()
	// end looks at what only this ATS has, and counts what went wrong.
	end(s *side)
}

// side is one house that a script is played to, with an ATS of its own.
type side struct {
	*base
	*script
	world
	mail   *mailserver.Server
	rand   *rand.Rand // of what goes wrong; nil where nothing does
	tally  *tally
	folder string
	procs  [2]recruit.ProcessID
	ids    []recruit.ApplicationID // by person
	extra  int                     // strangers so far
	began  time.Time               // of the wave
}

const (
	while    = 35 * time.Second // longer than a busy job is left unread
	troubles = 3                // how many whiles of a wave things go wrong in
	whiles   = 20               // how many a wave may take: well inside the grace period
)

// run plays the script to its end, and returns where everybody is then.
func (s *side) run() []standing {
	s.settings()
	for k, w := range s.waves {
		s.wave(k, w)
	}
	s.finish(s.waves[len(s.waves)-1])
	return s.look()
}

// settings are the Admin's choices on the first day.
func (s *side) settings() {
	s.t.Helper()
	ctx := s.t.Context()
	s.ok(s.house.Notify.SaveRules(ctx, s.admin, s.rules))
	c := stagesync.Defaults()
	c.WhoTells = s.teller
	if s.follow {
		c.NewSubStatuses = stagesync.FollowNew
	}
	_, err := s.house.Stages.Save(ctx, s.admin, s.conn, true, c)
	s.ok(err)
	s.until("the stages are read", func() bool {
		m, err := s.house.Stages.Module(ctx, s.admin, s.conn)
		return err == nil && !m.StagesReadAt.IsZero() && (!m.Hooks || m.Hook == stagesync.HookActive)
	})
	s.assign(false)
}

// assign gives every stage that is there its meaning.
func (s *side) assign(tell bool) {
	s.t.Helper()
	ctx := s.t.Context()
	all, _, err := s.house.Stages.Stages(ctx, s.admin, s.conn, "")
	s.ok(err)
	known := map[recruit.StageKey]*spot{}
	for _, x := range s.spots {
		known[s.key(x)] = x
	}
	for job, p := range s.procs {
		m := stagesync.Mapping{}
		for _, x := range all {
			if !x.RemovedAt.IsZero() {
				continue
			}
			m[x.Key] = x.To // the vendor's own that no script goes to
			if y := known[x.Key]; y != nil {
				m[x.Key] = stagesync.Target{Stage: y.to[job]}
			}
		}
		switch {
		case job == 0:
			p = ""
		case !s.override:
			continue
		}
		_, err := s.house.Stages.SaveMapping(ctx, s.admin, s.conn, p, m, tell)
		s.ok(err)
	}
	s.rest()()
}

// wave plays one wave and holds what came of it against the script.
func (s *side) wave(k int, w *wave) {
	s.t.Helper()
	s.at(w.at)
	s.rest()()
	what := fmt.Sprintf("before wave %d", k)
	m, err := s.house.Stages.Module(s.t.Context(), s.admin, s.conn)
	s.ok(err)
	if stale := m.Mapping == stagesync.MappingStale; stale != w.stale {
		s.t.Errorf("%s: the mapping is %s, want stale: %v", what, m.Mapping, w.stale)
	}
	if w.save {
		s.assign(w.tell)
	}
	what = fmt.Sprintf("after wave %d", k)
	s.began = s.clock.Now()
	if s.rand != nil {
		s.wrong(s.rand, 0, false, s.tally)
		s.putOff()
	}
	for _, a := range w.acts {
		if a.pause {
			s.pass(time.Duration(1+len(a.what)) * time.Second)
		}
		s.act(a)
	}
	for step := 1; s.rand != nil && step <= troubles; step++ {
		free := s.rest()
		s.wrong(s.rand, step, s.delivered(), s.tally)
		s.clock.Advance(while)
		free()
	}
	if s.rand != nil {
		s.right()
		s.repair()
	}
	s.converge(what, w)
	s.mailed(what, w.want)
	for _, d := range w.decide {
		n, err := s.house.Notify.DecideHeld(s.t.Context(), s.admin, notify.HeldKey{Process: s.procs[d.job], Stage: d.stage, Reason: d.reason}, d.send)
		if err != nil || n == 0 {
			s.t.Fatalf("%s: %d mails to decide about (%+v): %v", what, n, d, err)
		}
	}
	if len(w.decide) > 0 {
		s.at(open(s.clock.Now()).Add(time.Minute))
		s.mailed(what+", when the held mails were decided about", w.after)
	}
}

// repair is the Admin's, where what went wrong looked as if the credential had.
func (s *side) repair() {
	s.t.Helper()
	v, err := s.house.Integration.Connection(s.t.Context(), s.admin, s.conn)
	s.ok(err)
	if v.State == recruit.ConnConnected || v.State == recruit.ConnFailing {
		return
	}
	s.tally.add("connection repaired", 1)
	_, err = s.house.Integration.Test(s.t.Context(), s.admin, s.conn)
	s.ok(err)
	s.connected()
}

// converge lets time pass until everybody stands where they should.
func (s *side) converge(what string, w *wave) {
	s.t.Helper()
	var wrong []string
	for range whiles {
		free := s.rest()
		wrong = s.compare(s.stand(), w.want, standing.atTheATS)
		for n, id := range s.ids {
			if d := s.view(id).Delivery; d.State != recruit.DeliveryDelivered {
				wrong = append(wrong, fmt.Sprintf("person %d (job %d): the delivery is %s (%s)", n, s.people[n].job, d.State, d.Reason))
			}
		}
		free()
		if len(wrong) == 0 {
			break
		}
		s.pass(while)
	}
	if took := s.clock.Now().Sub(s.began); took >= notify.Grace {
		s.t.Errorf("%s: it took %v, which is no wave any more", what, took)
	}
	s.fail(what, wrong, w)
}

// atTheATS is what of a standing does not wait for the grace period.
func (x standing) atTheATS() standing {
	x.Reads, x.Held, x.Mails = "", "", nil
	return x
}

func (x standing) whole() standing { return x }

// stand is where everybody stands, but for what candidates are told.
func (s *side) stand() []standing {
	s.t.Helper()
	out := make([]standing, len(s.ids))
	for n, id := range s.ids {
		v := s.view(id)
		out[n] = standing{Stage: v.Stage, Remote: -1}
		if v.Remote == nil {
			continue
		}
		out[n].Unmapped, out[n].Gone = v.Remote.Unmapped, v.Remote.Gone
		for _, x := range s.spots {
			if s.key(x) == v.Remote.Key {
				out[n].Remote = x.n
			}
		}
	}
	return out
}

// look is where everybody stands, what the mail server got for them, and what
// their own pages say.
func (s *side) look() []standing {
	s.t.Helper()
	free := s.rest()
	defer free()
	out := s.stand()
	links := map[string]string{}
	person := map[string]*standing{}
	for n := range out {
		person[email(n)] = &out[n]
	}
	for _, m := range s.mail.Mails() {
		if !m.Taken {
			continue
		}
		kind, link := s.read(m)
		x := person[m.To]
		if x == nil {
			s.t.Fatalf("%q is mailed to %s", kind, m.To)
		}
		links[m.To] = link
		if kind == "confirmation" { // one that was put off may come after what it precedes
			x.Mails = slices.Insert(x.Mails, 0, kind)
		} else {
			x.Mails = append(x.Mails, kind)
		}
	}
	for n := range out {
		own, err := s.house.Notify.OwnPage(s.t.Context(), links[email(n)])
		s.ok(err)
		out[n].Reads = own.Stage
	}
	for _, m := range s.outbox(notify.Held) {
		out[slices.Index(s.ids, m.Application)].Held = m.Reason
	}
	return out
}

// compare says who does not stand where they should, as far as that is asked.
func (s *side) compare(got, want []standing, asked func(standing) standing) (wrong []string) {
	for n := range got {
		a, b := asked(got[n]), asked(want[n])
		if a.Remote == -1 && b.Remote == s.entry().n {
			a.Remote = b.Remote // nobody moved them yet, and nobody read them
		}
		if x, y := s.say(a), s.say(b); x != y {
			wrong = append(wrong, fmt.Sprintf("person %d (job %d): %s, want %s", n, s.people[n].job, x, y))
		}
	}
	return wrong
}

func (s *side) say(x standing) string {
	at := "nowhere"
	if x.Remote >= 0 {
		at = s.spots[x.Remote].String()
	}
	return fmt.Sprintf("{%s by %s, unmapped %v, gone %v; reads %q, held %q, mails %q}", x.Stage, at, x.Unmapped, x.Gone, x.Reads, x.Held, x.Mails)
}

// fail ends the run with what differs, and all that happened to whom it
// concerns.
func (s *side) fail(what string, wrong []string, w *wave) {
	s.t.Helper()
	if len(wrong) == 0 {
		return
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s (who tells: %s, manual %q, negative %v, hired %v, automatic %v, new ones follow: %v, own mapping for job 1: %v):\n", what, s.teller,
		s.rules.Manual, s.rules.Negative, s.rules.Hired, s.rules.Automatic, s.follow, s.override)
	for _, x := range wrong {
		fmt.Fprintln(&b, "  "+x)
	}
	for n, id := range s.ids {
		if !slices.ContainsFunc(wrong, func(x string) bool { return strings.HasPrefix(x, fmt.Sprintf("person %d ", n)) }) {
			continue
		}
		fmt.Fprintf(&b, "  person %d had %s\n", n, s.history(id))
		for i, x := range s.waves {
			for _, a := range x.acts {
				if a.who == n && slices.Contains([]string{"apply", "move", "open", "hand", "take"}, a.what) {
					fmt.Fprintf(&b, "    wave %d: %s\n", i, a.about(s.script))
				}
			}
			if x == w {
				break
			}
		}
	}
	for i, x := range s.waves {
		for _, a := range x.acts {
			if slices.Contains([]string{"add", "rename", "drop", "extend"}, a.what) {
				fmt.Fprintf(&b, "  wave %d: %s\n", i, a.about(s.script))
			}
		}
		if x.save {
			fmt.Fprintf(&b, "  wave %d: all stages are assigned, mails %v\n", i, x.tell)
		}
		if x == w {
			break
		}
	}
	s.t.Fatalf("%s%s", b.String(), s.log.Tail(3000))
}

// act does one thing.
func (s *side) act(a act) {
	s.t.Helper()
	switch a.what {
	case "apply":
		s.come(a.who)
	case "move", "open":
		s.ok(s.world.move(email(a.who), s.people[a.who].job, s.spots[a.spot], a.what == "open"))
		if s.view(s.ids[a.who]).Delivery.State != recruit.DeliveryDelivered {
			s.tally.add("moved before the delivery settled", 1)
		}
	case "hand":
		_, err := s.house.Apply.ChangeStage(s.t.Context(), s.admin, s.ids[a.who], a.stage)
		s.ok(err)
	case "take":
		s.ok(s.take(email(a.who), s.people[a.who].job))
	case "stranger":
		s.extra++
		s.ok(s.stranger(s.extra, s.spots[a.spot]))
	default:
		s.ok(s.world.edit(a, s.spots[a.spot]))
		s.tally.add("stage "+a.what, 1)
	}
}

// come has a person apply, and waits for the ATS to have them, which is before
// the house knows that it has.
func (s *side) come(n int) {
	s.t.Helper()
	p := s.procs[s.people[n].job]
	var f apply.Form
	s.reach("the form can be shown", func() bool {
		var err error
		f, err = s.house.Apply.Form(s.t.Context(), p, "", "pl")
		s.ok(err)
		return !f.Unread
	})
	s.ids = append(s.ids, s.submit(p, f, n))
	s.reach("the ATS has them", func() bool { return s.here(email(n)) > 0 })
}

func (s *side) delivered() bool {
	return !slices.ContainsFunc(s.ids, func(id recruit.ApplicationID) bool { return s.view(id).Delivery.State != recruit.DeliveryDelivered })
}

// reach waits, and lets time pass where waiting is not enough. What cannot be
// while an ATS fails can be once it is well again.
func (s *side) reach(what string, ok func() bool) {
	s.t.Helper()
	for i := range whiles {
		if testkit.Within(50*time.Millisecond, time.Millisecond, ok) {
			return
		}
		if i == 3 && s.rand != nil {
			s.right()
		}
		s.pass(5 * time.Second)
	}
	s.t.Fatalf("%s: never\n%s", what, s.log.Tail(5000))
}

// rest waits until no lane has anything to do, holds them there, and returns
// what lets them go, after which each looks at the clock.
func (s *side) rest() (free func()) {
	s.t.Helper()
	ctx := s.t.Context()
	connLane, db := "conn:"+string(s.conn), s.house.Store
	hold := func(lane string) (fence int64, ok bool) {
		now := s.clock.Now()
		fence, ok, err := db.AcquireLane(ctx, lane, "a test", now, now.AddDate(1, 0, 0))
		s.ok(err)
		return fence, ok
	}
	quiet := testkit.Within(20*time.Second, 15*time.Millisecond, func() bool {
		now := s.clock.Now()
		due, _, err := db.DueLanes(ctx, now, 10)
		s.ok(err)
		if len(due) > 0 {
			return false
		}
		fence, ok := hold(connLane)
		if !ok || len(s.ids) == 0 { // nobody was mailed yet
			return ok
		}
		if _, ok = hold(notify.LaneKey); !ok {
			s.ok(db.ReleaseLane(ctx, connLane, fence, now))
		}
		return ok
	})
	if !quiet {
		s.t.Fatalf("something is always under way\n%s", s.log.Tail(5000))
	}
	return func() { s.ok(s.house.Store.ForgetLeases(ctx)) }
}

// pass lets time pass while nothing is under way.
func (s *side) pass(d time.Duration) {
	s.t.Helper()
	free := s.rest()
	s.clock.Advance(d)
	free()
}

// at is pass until a moment, which may not be over yet.
func (s *side) at(t time.Time) {
	s.t.Helper()
	if d := t.Sub(s.clock.Now()); d > 0 {
		s.pass(d)
	}
}

var (
	ownLink = regexp.MustCompile(`/my/([0-9a-hjkmnp-tv-z]{52})`)
	status  = regexp.MustCompile(`ma nowy status: ([^.]+)\.`)
)

// mailed lets the grace period pass and mail leave, and holds what the server
// got, and what candidates read on their own pages, against the script.
func (s *side) mailed(what string, want []standing) {
	s.t.Helper()
	s.pass(notify.Grace + time.Minute)
	s.at(open(s.clock.Now()).Add(time.Minute))
	s.rest()()
	s.mail.Behave(func(string) mailserver.Behaviour { return mailserver.Behaviour{} })
	for i := 0; ; i++ { // the server had put them off
		waiting := s.outbox(notify.Waiting)
		if len(waiting) == 0 {
			break
		}
		if i == whiles {
			s.t.Fatalf("%s: after %d times ten minutes %d mails wait: %+v\n%s", what, i, len(waiting), waiting, s.log.Tail(3000))
		}
		s.pass(10 * time.Minute)
		s.at(open(s.clock.Now()).Add(time.Minute))
		s.rest()()
	}
	s.fail(what, s.compare(s.look(), want, standing.whole), nil)
}

// putOff has the mail server take some mails only later.
func (s *side) putOff() {
	r := rand.New(rand.NewPCG(s.rand.Uint64(), 2))
	s.mail.Behave(func(string) (b mailserver.Behaviour) { // under the server's lock
		switch r.IntN(20) {
		case 0:
			b.RcptCode = 451
		case 1:
			b.EndCode = 452
		default:
			return b
		}
		s.tally.add("mail put off", 1)
		return b
	})
}

// outbox are the mails in a state, of all for none.
func (s *side) outbox(state notify.State) (all []notify.Listed) {
	s.t.Helper()
	f := notify.Filter{State: state, List: recruit.List{Limit: 100}}
	for {
		page, err := s.house.Notify.Outbox(s.t.Context(), recruit.Caller{Role: recruit.RoleOperator}, f)
		s.ok(err)
		all = append(all, page.Items...)
		if f.Cursor = page.Next; f.Cursor == "" {
			return all
		}
	}
}

// read says what a mail is about, and the link in it. A stage's leaves inside
// the hours of decision 4.
func (s *side) read(m mailserver.Mail) (kind, link string) {
	s.t.Helper()
	x, err := mail.ReadMessage(bytes.NewReader(m.Raw))
	s.ok(err)
	var text bytes.Buffer
	_, err = text.ReadFrom(quotedprintable.NewReader(x.Body))
	s.ok(err)
	if l := ownLink.FindSubmatch(text.Bytes()); l != nil {
		link = string(l[1])
	}
	told := status.FindSubmatch(text.Bytes())
	if told == nil {
		return "confirmation", link
	}
	sent, err := x.Header.Date()
	s.ok(err)
	if !open(sent).Equal(sent) {
		s.t.Errorf("a mail about a stage left at %v", sent.In(warsaw))
	}
	for _, stage := range recruit.Stages() {
		if notify.CandidateReads(stage, "pl") == string(told[1]) {
			return string(stage), link
		}
	}
	return string(told[1]), link
}

// finish looks at the end at what no wave looked at.
func (s *side) finish(w *wave) {
	s.t.Helper()
	run := s.sync()
	unmapped, gone := 0, 0
	var wrong []string
	for n, x := range w.after {
		if x.Gone {
			gone++
		} else if x.Unmapped {
			unmapped++
		}
		if here := s.here(email(n)); here != 1 {
			wrong = append(wrong, fmt.Sprintf("person %d (job %d) is in the ATS %d times", n, s.people[n].job, here))
		}
		v := s.view(s.ids[n])
		if name := s.shown(s.people[n].at, w.names); v.Remote == nil || v.Remote.Name != name {
			wrong = append(wrong, fmt.Sprintf("person %d (job %d): the ATS's stage is shown as %+v, want %q", n, s.people[n].job, v.Remote, name))
		}
		wrong = append(wrong, s.timeline(n, x.Gone)...)
	}
	if run.Moved != 0 || run.Failed != 0 || run.Gone != gone || run.Unmapped > unmapped || run.Moved+run.Unchanged+run.Unmapped+run.Gone != len(w.after) {
		wrong = append(wrong, fmt.Sprintf("the last run: %+v, want %d gone, %d unmapped at most, nobody moved", run, gone, unmapped))
	}
	for _, m := range s.outbox("") {
		if !slices.Contains([]notify.State{notify.Sent, notify.Cancelled, notify.Held}, m.State) {
			wrong = append(wrong, fmt.Sprintf("a mail about %s is %s (%s)", m.Stage, m.State, m.Reason))
		}
	}
	s.fail("at the end", wrong, w)
	s.world.end(s)
	s.strangersLeftNoTrace()
}

func (s *side) shown(x *spot, names map[int]string) string {
	if name := names[x.n]; name != "" {
		return name
	}
	return map[string]string{"NEW": "New", "IN_REVIEW": "In review", "INTERVIEW": "Interview", "OFFERED": "Offered", "HIRED": "Hired", "REJECTED": "Rejected",
		"WITHDRAWN": "Withdrawn", "TRANSFERRED": "Transferred"}[x.status]
}

// timeline holds a person's changes against all that could be seen: every
// change is one, in that order, and nobody is told to be gone who is not, or
// twice.
func (s *side) timeline(n int, gone bool) (wrong []string) {
	s.t.Helper()
	events, err := s.house.Apply.Timeline(s.t.Context(), s.admin, s.ids[n])
	s.ok(err)
	path, stage, lost := s.people[n].path, string(recruit.StageWaiting), 0
	for _, e := range events {
		switch e.Kind {
		case "stage_changed":
			i := slices.Index(path, recruit.Stage(e.Data["to"]))
			if i < 0 || e.Data["from"] != stage {
				return []string{fmt.Sprintf("person %d (job %d): the timeline changes from %s to %s, after %s, out of %v", n, s.people[n].job, e.Data["from"], e.Data["to"], stage, s.people[n].path)}
			}
			path, stage = path[i+1:], e.Data["to"]
		case "stage_gone":
			lost++
		case "stage_back":
			wrong = append(wrong, fmt.Sprintf("person %d (job %d) came back", n, s.people[n].job))
		}
	}
	if want := map[bool]int{true: 1}[gone]; lost != want {
		wrong = append(wrong, fmt.Sprintf("person %d (job %d) was told to be gone %d times, want %d", n, s.people[n].job, lost, want))
	}
	return wrong
}

// strangersLeftNoTrace looks for those who are on the ATS's lists and were
// never sent there, in all that is stored and logged (decision 17).
func (s *side) strangersLeftNoTrace() {
	s.t.Helper()
	look := func(where string, b []byte) {
		for _, x := range []string{"stranger", "Obcy", "Obca"} {
			if bytes.Contains(b, []byte(x)) {
				s.t.Errorf("a stranger is in %s", where)
			}
		}
	}
	look("the log", []byte(s.log.String()))
	s.ok(filepath.WalkDir(s.folder, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		look(d.Name(), b)
		return err
	}))
}
