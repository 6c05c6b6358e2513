package steps

import (
	"bytes"
	"encoding/json"
)

// Coverage is whose passwords can be written back: what a plan, an approval and a
// verification say beside their steps. The engine measures nothing; see
// [Runner.Measure]. Its texts are as the directory has them.
type Coverage struct {
	Domain   string       `json:"domain,omitempty"` // DNS name; "": of all together
	Users    int          `json:"users"`
	Disabled int          `json:"disabled"`           // of Users
	InScope  *int         `json:"inScope,omitempty"`  // of Users: those below one of the scopes; nil: an earlier program did not count them
	Reached  *int         `json:"reached,omitempty"`  // of InScope: those whose password can be written back, after what is planned; nil as InScope
	People   *People      `json:"people,omitempty"`   // of those in scope; nil as InScope
	Before   *int         `json:"before,omitempty"`   // of Users: those whose password can be written back now; nil: nothing is planned
	After    *int         `json:"after,omitempty"`    // of Users: the same after what is planned; nil: nothing is planned
	Writable *int         `json:"writable,omitempty"` // of Users: those whose password can be written back; nil: it is of a plan
	Blocked  []OutOfReach `json:"blocked"`            // those with the most users first
	Notes    []OutOfReach `json:"notes,omitempty"`    // of users that are not out of reach
	Domains  []Coverage   `json:"domains,omitempty"`  // where there are several
}

// People are the users in scope: people, and who is none.
type People struct {
	InScope  int `json:"inScope"`
	Reached  int `json:"reached"`          // of InScope
	Disabled int `json:"disabled"`         // not of InScope
	Services int `json:"services"`         // not of InScope
	Guests   int `json:"guests,omitempty"` // not of InScope
	// NotSynced are those that the tenant does not have from AD, not of InScope; nil: it
	// is not known.
	NotSynced *int `json:"notSynchronized,omitempty"`
	// WithoutTenant is why it is not known although there is a tenant.
	WithoutTenant string `json:"withoutTenant,omitempty"`
}

// OutOfReach are the users for whom there is one and the same reason.
type OutOfReach struct {
	Reason   string    `json:"reason"` // the code
	Text     string    `json:"text"`
	Count    int       `json:"count"`
	InScope  int       `json:"inScope"`         // of Count
	People   int       `json:"people"`          // of InScope
	Examples []string  `json:"examples"`        // DNs
	Where    []UsersAt `json:"where,omitempty"` // what blocks, or else the objects with the most of them
	Fix      string    `json:"fix,omitempty"`
}

// UsersAt is an object and how many of the users it has to do with.
type UsersAt struct {
	DN    string `json:"dn"`
	Count int    `json:"count"`
}

// Measured is a [Coverage] in a document: of this program, or of an earlier or later one,
// whose document is carried as it was read.
type Measured struct {
	coverage Coverage
	doc      json.RawMessage // as it was read; nil: it was measured now
	odd      bool            // it was read, and is not what this program knows
}

// Measured is c for a document.
func (c Coverage) Measured() *Measured { return &Measured{coverage: c} }

// Coverage is what was measured. ok is false where nobody has looked, or a later
// program has written it otherwise.
func (m *Measured) Coverage() (c Coverage, ok bool) {
	if m == nil || m.odd || m.coverage.Users <= 0 {
		return c, false
	}
	return m.coverage, true
}

// MarshalJSON writes a document that was read as it was.
func (m Measured) MarshalJSON() ([]byte, error) {
	if m.doc != nil {
		return m.doc, nil
	}
	return json.Marshal(m.coverage)
}

// UnmarshalJSON takes any document: what cannot be read of it is nobody's error.
func (m *Measured) UnmarshalJSON(raw []byte) error {
	*m = Measured{doc: bytes.Clone(raw)}
	m.odd = json.Unmarshal(raw, &m.coverage) != nil
	return nil
}
