package notify

import (
	"slices"
	"time"

	"handoff/internal/recruit"
)

// Teller says who tells candidates of a change of stage.
type Teller string

const (
	NobodyChose  Teller = "" // nobody is told until an Admin has chosen
	TellPlatform Teller = "platform"
	TellATS      Teller = "ats"
	TellNobody   Teller = "nobody"
)

// Rules are a company's choices about mail on changes of stage (product
// decision 4). The zero value mails nobody.
type Rules struct {
	// Manual is who tells of a move that a user made here: the platform or
	// nobody. Who tells of the ATS's is chosen for each connection.
	Manual Teller
	// Of a synchronisation, off until switched on:
	Negative  bool // that it ended for the candidate
	Hired     bool
	Automatic bool // what the ATS moves by itself, as when somebody opens a card
}

// Grace is how long a change waits before the candidate is told, by mail or on
// the own page. What changes again meanwhile is told once, as the last.
const Grace = 15 * time.Minute

const (
	// ManyRejections is how many moves to Negative on one job within an hour are
	// believed without a person's word.
	ManyRejections = 20
	// RejectionsWindow is the time in which they are counted.
	RejectionsWindow = time.Hour
)

// Move is a change of stage as far as mail is concerned.
type Move struct {
	Read      recruit.Stage // what the candidate reads until now
	From, To  recruit.Stage
	By        recruit.Actor
	Teller    Teller // of the connection that it came by; for a user's move the company's
	Automatic bool   // the ATS made it by itself
	// Quiet is a change that nobody is mailed about: a backfill, another
	// mapping, a candidate's own withdrawal, a discarded application.
	Quiet bool
	// Rejections is how many on this job moved to Negative within the hour,
	// this one included, and those that a person decided about. It is not
	// counted further than decides.
	Rejections int
}

// Verdict is what becomes of a change: no mail, a mail after the grace period,
// or a mail that waits for a person.
type Verdict int

const (
	Silent Verdict = iota
	Tell
	Ask
)

// Reasons of Ask.
const (
	ReasonBackward       = "mail_backward"
	ReasonManyRejections = "mail_many_rejections"
	ReasonDropped        = "mail_dropped" // a person decided that nobody is told
)

// Decide says whether a change of stage is mailed. It is the whole of product
// decision 4 but its hours, which NextOpen keeps, and is asked in the
// transaction that changes the stage.
//
// A person who moves somebody back means it, and has the grace period to think
// better of it; a synchronisation's backward move asks first.
func Decide(r Rules, m Move) (Verdict, string) {
	if m.Quiet || m.To == m.Read || m.From == m.To || m.Teller != TellPlatform || m.By == recruit.ActorCandidate {
		return Silent, ""
	}
	if m.By == recruit.ActorUser {
		return Tell, ""
	}
	switch {
	case m.To == recruit.StageNegative && !r.Negative, m.To == recruit.StageHired && !r.Hired, m.Automatic && !r.Automatic:
		return Silent, ""
	case backward(m.Read, m.To):
		return Ask, ReasonBackward
	case m.To == recruit.StageNegative && m.Rejections > ManyRejections:
		return Ask, ReasonManyRejections
	}
	return Tell, ""
}

// backward tells whether a candidate would read less than before. Nothing
// comes after Hired, and Negative is left only backward.
func backward(from, to recruit.Stage) bool {
	all := recruit.Stages()
	return slices.Index(all, to) < slices.Index(all, from) || from == recruit.StageHired
}
