package tell

import (
	"encoding/json"
	"time"

	"writeback/steps"
)

// Report is the document, version 1. Its times are UTC. Fields are added and never
// renamed.
type Report struct {
	FormatVersion int       `json:"formatVersion"`
	Created       time.Time `json:"created"`
	Program       string    `json:"program"` // that made the report
	Practice      bool      `json:"practice"`

	// Reported says that it is told by a file of somebody else, which proves nothing.
	Reported bool         `json:"reported,omitempty"`
	Run      string       `json:"run"`
	ChangeID string       `json:"change,omitempty"` // that the run is a part of; "": none
	State    string       `json:"state"`
	Target   steps.Target `json:"target"`
	Who      steps.Who    `json:"who"` // who began it
	Started  time.Time    `json:"started"`
	Ended    time.Time    `json:"ended"`
	Error    string       `json:"error,omitempty"`

	Trusted bool   `json:"trusted"`          // the journal's chain holds
	Breach  string `json:"breach,omitempty"` // where and why it does not

	Sessions  []steps.Session `json:"sessions"`
	Approvals []Approval      `json:"approvals"`
	Changes   []steps.Fate    `json:"changes"`
	Objects   []Object        `json:"objects"`
	Coverage  []Coverage      `json:"coverage"` // one for each approval that somebody measured for
	Stages    []Stage         `json:"stages"`
	Words     []Word          `json:"words"`
	// Told is what came back of what was handed over to people on the same place, the
	// oldest first.
	Told []steps.Answer `json:"told,omitempty"`
	// WordsUnread says which journals could not be asked for people's words.
	WordsUnread string                   `json:"wordsUnread,omitempty"`
	Undo        Undo                     `json:"undo"`
	Verify      string                   `json:"verify,omitempty"`
	Settings    map[string]steps.Setting `json:"settings"`
	Journal     Journal                  `json:"journal"`
	// Others are the runs of other people that are part of the same change, as files of
	// theirs report them.
	Others []Report `json:"others,omitempty"`
}

// Approval is who agreed to which lines, how and when.
type Approval struct {
	At      time.Time `json:"at"`
	Planned time.Time `json:"planned,omitzero"` // when the plan was made; zero: not recorded
	Verb    string    `json:"verb"`
	How     string    `json:"how"`
	Who     steps.Who `json:"who"`
	DC      string    `json:"dc"`
	Digest  string    `json:"digest,omitempty"` // of the plan
	// Accepted are the findings that were accepted by name, as --accept takes them.
	Accepted []string `json:"accepted,omitempty"`
	Lines    int      `json:"lines"` // that were approved; an undo binds those that are ours
}

// Object is something that was kept before the first write to it.
type Object struct {
	Stage string    `json:"stage"`
	Name  string    `json:"name"`
	DC    string    `json:"dc,omitempty"`
	At    time.Time `json:"at"`
	// Before and After are its security descriptor in SDDL: as it was read, and
	// as the run's changes make it by computation. "" where it has none.
	Before string `json:"before,omitempty"`
	After  string `json:"after,omitempty"`
	// Added and Removed are the ACEs that make the difference, in SDDL; Inheritance is what
	// it was switched to, "off" or "".
	Added       []string `json:"added,omitempty"`
	Removed     []string `json:"removed,omitempty"`
	Inheritance string   `json:"inheritance,omitempty"`
	NoWord      string   `json:"noWord,omitempty"` // why there is no After
	// Kept is all of it where it is no descriptor.
	Kept json.RawMessage `json:"kept,omitempty"`
}

// Coverage is whose passwords can be written back, as the approved plan has it.
type Coverage struct {
	Approved time.Time       `json:"approved"`
	Planned  time.Time       `json:"planned,omitzero"`
	From     string          `json:"from,omitempty"` // the plan file that says so; "": it was measured
	Document *steps.Measured `json:"document"`
	Places   []Place         `json:"places"` // of the reasons together, the most users first
}

// Place is an object, and how many users are without writeback in it or by it.
type Place struct {
	DN    string `json:"dn"`
	Count int    `json:"count"`
}

// Stage is how one stage stood when it was approved, and at the end.
type Stage struct {
	ID        string           `json:"id"`
	Title     string           `json:"title"`
	Before    steps.State      `json:"before,omitempty"` // "": the journal does not say
	After     steps.State      `json:"after,omitempty"`
	Made      int              `json:"made"`            // changes of it that are in the world and ours
	Inspected time.Time        `json:"looked,omitzero"` // when the run looked at it again, at its end
	Shown     []steps.Evidence `json:"shown"`
	Evidence  []steps.Evidence `json:"evidence"` // at the end
	Findings  []steps.Finding  `json:"findings"` // at the end, or else when it was approved
}

// Word is what a person said of a manual step.
type Word struct {
	Run string `json:"run"` // whose journal holds it
	steps.Attestation
}

// Undo is how the run is taken back.
type Undo struct {
	Left    int    `json:"left"` // changes that are ours and in the world
	InDoubt bool   `json:"inDoubt"`
	Command string `json:"command,omitempty"` // "": there is nothing to take back
}

// Journal is the file that all of it was read from.
type Journal struct {
	File   string `json:"file"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
	Last   string `json:"last"` // hash of its last line
	Torn   bool   `json:"torn,omitempty"`
	Lines  []Line `json:"lines"`
}

// Line is one line of the journal in words.
type Line struct {
	N       int        `json:"line"`
	At      time.Time  `json:"at,omitzero"`
	Kind    steps.Kind `json:"kind,omitempty"`
	Text    string     `json:"text"`
	Trusted bool       `json:"trusted"`
	Error   string     `json:"error,omitempty"`
}
