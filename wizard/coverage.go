package wizard

import "encoding/json"

// Coverage is the document COVERAGE of the contract: whose passwords can be
// written back. Its texts are as the directory has them.
type Coverage struct {
	Domain   string       `json:"domain,omitempty"` // "": of all together
	Users    int          `json:"users"`
	Disabled int          `json:"disabled"`
	InScope  *int         `json:"inScope"` // nil: an earlier program did not count them
	Reached  *int         `json:"reached"` // of those in scope, after what is planned
	People   *People      `json:"people"`  // of those in scope; nil as InScope
	Before   *int         `json:"before"`
	After    *int         `json:"after"`
	Writable *int         `json:"writable"`
	Blocked  []OutOfReach `json:"blocked"`
	Notes    []OutOfReach `json:"notes,omitempty"`   // of users that are not out of reach
	Domains  []Coverage   `json:"domains,omitempty"` // where there are several
}

// People are the users in scope: people, and who is none.
type People struct {
	InScope  int `json:"inScope"`
	Reached  int `json:"reached"`
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
	Reason   string   `json:"reason"` // the code
	Text     string   `json:"text"`
	Count    int      `json:"count"`
	InScope  int      `json:"inScope"`  // of Count
	People   int      `json:"people"`   // of InScope
	Examples []string `json:"examples"` // DNs
	Where    []struct {
		DN    string `json:"dn"`
		Count int    `json:"count"`
	} `json:"where"`
	Fix string `json:"fix"`
}

// ReadCoverage reads the document. ok is false where nobody has looked, or a later
// program has written it otherwise.
func ReadCoverage(raw json.RawMessage) (c Coverage, ok bool) {
	if len(raw) == 0 {
		return c, false
	}
	err := json.Unmarshal(raw, &c)
	return c, err == nil && c.Users > 0
}
