package recruit

// StageCategory is what an ATS says that a stage is for. Empty where it says
// nothing.
type StageCategory string

const (
	CategoryStandard  StageCategory = "standard"
	CategoryMessage   StageCategory = "message"
	CategoryMeeting   StageCategory = "meeting"
	CategoryRejection StageCategory = "rejection"
	CategoryHiring    StageCategory = "hiring"
	CategoryOffer     StageCategory = "offer"
)

// StageKey tells the stages of one ATS account apart: the stage's id where the
// ATS has one, its status and sub-status where it has not. Names change, and
// occur twice.
type StageKey string

// RemoteStage is a stage as the ATS defines it.
type RemoteStage struct {
	Key      StageKey
	Name     string // the company's own words; never shown to a candidate
	Category StageCategory
	Status   string // the status of which it is a part, where the ATS has such
	// Pipelines are the hiring processes that have it; empty where all do.
	Pipelines []string
	// Preset is what it means here without anybody's choice, and Locked that
	// nobody may choose otherwise (rule R16). LeavePreset presets that it keeps
	// the stage.
	Preset      Stage
	LeavePreset bool
	Locked      bool
	// Withdrawal says that it is the candidate's own doing: nobody is told of a
	// rejection (product decision 8).
	Withdrawal bool
	// Automatic says that the ATS moves whoever is new there by itself, as when
	// somebody opens the card: nobody decided anything (product decision 4).
	Automatic bool
}
