package recruit

// RemoteKind says what a text of the ATS's own is: a clause is read, a consent
// is decided.
type RemoteKind string

const (
	RemoteClause RemoteKind = "clause"
	RemoteAsk    RemoteKind = "consent"
)

// RemoteConsent is a clause or a consent that the ATS attaches to the form of
// one job, word for word (product decision 14).
type RemoteConsent struct {
	ID       string     `json:"id"`      // the ATS's own
	Version  int        `json:"version"` // the ATS's own; 0 where it has none, and the text's hash tells versions apart
	Kind     RemoteKind `json:"kind"`
	Text     string     `json:"text"`
	SHA256   string     `json:"sha256"` // of Text, lower-case hex
	Required bool       `json:"required"`
	Locale   string     `json:"locale,omitempty"` // pl, en; empty when the ATS does not say
}

// RemoteDecision is what a candidate decided about one of them: Given,
// Refused or NoStatement, the three states that such an ATS knows.
type RemoteDecision struct {
	ID       string
	Version  int
	SHA256   string // of the text that was shown
	Decision Decision
}
