package wizard

// Advice is what holds whatever is set up: the documented limits of writeback,
// and how to see for oneself that it works.
type Advice struct {
	Limits []Limit  `json:"limits,omitempty"`
	Test   []string `json:"test,omitempty"` // steps, in order
}

// Limit is a way to change a password, and whether it is written back: "yes",
// "no" or "unclear".
type Limit struct {
	What    string `json:"what"`
	Written string `json:"writtenBack"`
	Note    string `json:"note,omitempty"`
}
