package recruit

// Stage is one of the platform's six stages. The zero value means unknown.
type Stage string

const (
	StageWaiting    Stage = "waiting_for_decision" // the entry stage
	StageEvaluating Stage = "evaluating"
	StageInvited    Stage = "invited"
	StageOffer      Stage = "offer_submitted"
	StageHired      Stage = "hired"
	StageNegative   Stage = "negative"
)

// Stages lists all stages in the order in which pages show them.
func Stages() []Stage {
	return []Stage{StageWaiting, StageEvaluating, StageInvited, StageOffer, StageHired, StageNegative}
}

func (s Stage) Valid() bool {
	for _, x := range Stages() {
		if s == x {
			return true
		}
	}
	return false
}

// DeliveryState says where the work of getting one application into the ATS
// stands. The state machine is drawn in package delivery.
type DeliveryState string

const (
	DeliveryNone           DeliveryState = "none"            // the process is not bound
	DeliveryWithheld       DeliveryState = "withheld"        // by the candidate's decision
	DeliveryHeld           DeliveryState = "held"            // until something outside is repaired
	DeliveryWaiting        DeliveryState = "waiting"         // will be attempted by itself
	DeliveryAttempting     DeliveryState = "attempting"      // an attempt is on disk
	DeliveryUnanswered     DeliveryState = "unanswered"      // sent, outcome unknown: looked up first
	DeliveryDelivered      DeliveryState = "delivered"       // in the ATS, complete
	DeliveryLinked         DeliveryState = "linked"          // was in the ATS already
	DeliveryNeedsAttention DeliveryState = "needs_attention" // a person's turn
	DeliveryCancelled      DeliveryState = "cancelled"       // withdrawn or erased
)

// DeliveryStates lists all states.
func DeliveryStates() []DeliveryState {
	return []DeliveryState{DeliveryWaiting, DeliveryAttempting, DeliveryUnanswered, DeliveryDelivered, DeliveryLinked,
		DeliveryWithheld, DeliveryHeld, DeliveryNeedsAttention, DeliveryCancelled, DeliveryNone}
}

// Turn says who has to act next. The zero value means nobody.
type Turn string

const (
	TurnNobody    Turn = ""
	TurnAdmin     Turn = "admin"     // the company's Admin
	TurnRecruiter Turn = "recruiter" // the process's owner
	TurnOperator  Turn = "operator"  // whoever runs this installation
	TurnATS       Turn = "ats"       // the vendor
	TurnCandidate Turn = "candidate"
)

// Actor says who changed a stage last.
type Actor string

const (
	ActorCandidate Actor = "candidate"
	ActorUser      Actor = "user"
	ActorSync      Actor = "sync"
)
