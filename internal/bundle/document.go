package bundle

import (
	"encoding/json"
	"errors"
	"time"
	"unicode/utf8"
)

// Bundle is what is in the file. A nil part is one that the run did not have.
type Bundle struct {
	Manifest  Manifest
	Directory Directory
	Coverage  *Coverage
	Plan      Plan
	Tenant    *Tenant
	Server    *Server
	Journal   []Record
	Timings   []Timing
}

// Manifest says what made the bundle, and what is in it.
type Manifest struct {
	Format  int            `json:"formatVersion"`
	About   string         `json:"about"`            // how to read it, for people
	Program string         `json:"program"`          // its version; "": one of no release
	System  string         `json:"system"`           // GOOS
	LeftOut map[string]int `json:"leftOut"`          // by kind
	Failed  []Failure      `json:"failed,omitempty"` // parts that an error kept out
	Files   []File         `json:"files"`            // all others
}

// File is one file of the bundle.
type File struct {
	Name    string `json:"name"`
	Entries int    `json:"entries"` // objects, steps, records or the like
	Bytes   int64  `json:"bytes"`
	SHA256  string `json:"sha256"`
}

// Directory is what was read of Active Directory.
type Directory struct {
	Domains []Domain `json:"domains"`
}

// Domain is one of its domains.
type Domain struct {
	RootDSE map[string][]string `json:"rootDSE"`
	Asked   Asked               `json:"asked"`
	Schema  []SchemaName        `json:"schema"` // of those that the program asks for
	Entries []Entry             `json:"entries"`
}

// SchemaName is what the live schema says of a name.
type SchemaName struct {
	Kind string `json:"kind"`
	Name string `json:"name"`
	GUID string `json:"guid"`
	Set  string `json:"set,omitempty"` // the property set that an attribute is in
}

// Entry is one object as far as it was read.
type Entry struct {
	DN     string              `json:"dn"`
	Values map[string][]Octets `json:"values"`
	Groups []string            `json:"groups,omitempty"` // SIDs of all groups that it is in; nil: nobody asked
}

// One is the only value of an attribute; "" where there is none.
func (e Entry) One(attribute string) string {
	if all := e.Values[attribute]; len(all) > 0 {
		return string(all[0])
	}
	return ""
}

// Octets is a value as it came over the wire: in JSON a string, or {"b": base64} where it is
// no text.
type Octets string

type octetsJSON struct {
	B []byte `json:"b"`
}

// MarshalJSON writes text as a string.
func (o Octets) MarshalJSON() ([]byte, error) {
	if utf8.ValidString(string(o)) && !hasControl(string(o)) {
		return json.Marshal(string(o))
	}
	return json.Marshal(octetsJSON{[]byte(o)})
}

func hasControl(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] == 0x7f {
			return true
		}
	}
	return false
}

// UnmarshalJSON reads what MarshalJSON writes.
func (o *Octets) UnmarshalJSON(raw []byte) error {
	var text string
	if json.Unmarshal(raw, &text) == nil {
		*o = Octets(text)
		return nil
	}
	var form octetsJSON
	if err := json.Unmarshal(raw, &form); err != nil {
		return errors.New("a value is neither text nor base64")
	}
	*o = Octets(form.B)
	return nil
}

// Coverage is whose passwords can be written back as far as Active Directory decides, in
// one domain after the other.
type Coverage struct {
	Domains []DomainCoverage `json:"domains"`
}

// DomainCoverage is that of one domain. Whole says that all users are among the examples,
// so that who loads the bundle comes to the same numbers.
type DomainCoverage struct {
	Users    int       `json:"users"`
	Before   int       `json:"before"`
	After    int       `json:"after"`
	Blocked  []Reached `json:"blocked"`
	Whole    bool      `json:"whole"`
	Examples []Example `json:"examples"`
}

// Reached are the users for whom there is one and the same reason.
type Reached struct {
	Reason string `json:"reason"`
	Count  int    `json:"count"`
}

// Example is one user, and what explain says of it.
type Example struct {
	DN      string            `json:"dn"`
	Before  bool              `json:"before"`
	After   bool              `json:"after"`
	Codes   []string          `json:"codes"`   // of coverage
	Reasons map[string]string `json:"reasons"` // of explain: code, weight
	Rights  map[string]bool   `json:"rights"`  // of explain: right, granted
}

// Plan is what would be done, without a sentence.
type Plan struct {
	Steps []Step `json:"steps"`
}

// Step is one step of it.
type Step struct {
	ID       string    `json:"id"`
	State    string    `json:"state"`
	Changes  []Change  `json:"changes"`
	Findings []Finding `json:"findings"`
	Evidence []string  `json:"evidence"` // states
}

// Change is one write: on which object, and which ACE or which value.
type Change struct {
	Verb   string `json:"verb"`
	Target string `json:"target,omitempty"` // DN; or which setting
	SDDL   string `json:"sddl,omitempty"`
	Before string `json:"before,omitempty"`
	After  string `json:"after,omitempty"`
}

// Finding is a code and how much it weighs.
type Finding struct {
	Level string `json:"level"`
	Code  string `json:"code"`
}

// Record is one of a journal.
type Record struct {
	Seq      int       `json:"seq"`
	Time     time.Time `json:"time"`
	Kind     string    `json:"kind"`
	Step     string    `json:"step,omitempty"`
	Of       int       `json:"of,omitempty"`
	Verb     string    `json:"verb,omitempty"`    // opened, reopened
	Program  string    `json:"program,omitempty"` // opened, reopened
	Change   *Change   `json:"change,omitempty"`
	Approved int       `json:"approved,omitempty"` // lines
	Failed   bool      `json:"failed,omitempty"`   // it holds an error
	Answered bool      `json:"answered,omitempty"`
	Settled  bool      `json:"settled,omitempty"`
	State    string    `json:"state,omitempty"`
	Outcome  []Step    `json:"outcome,omitempty"`
}

// Timing is how long requests of one kind took.
type Timing struct {
	Service string `json:"service"` // "ldap", "graph" or "portal"
	Kind    string `json:"kind"`    // of the operation
	Count   int    `json:"count"`
	Failed  int    `json:"failed"`
	Entries int    `json:"entries"`
	TotalMS int64  `json:"totalMs"`
	MostMS  int64  `json:"mostMs"`
}
