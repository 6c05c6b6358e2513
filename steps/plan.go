package steps

import (
	"fmt"
	"slices"
	"sort"
	"strings"
	"time"

	"writeback/internal/visible"
)

// FormatVersion is the version of every document that this package writes:
// plan, journal record, result. Readers refuse a greater one.
const FormatVersion = 1

// State is how a step stands.
type State string

// The states of a step.
const (
	StateChange  State = "change"  // there are changes to be made
	StateOK      State = "ok"      // as it should be
	StateManual  State = "manual"  // what is left is for a person
	StateBlocked State = "blocked" // a finding of level error stands in the way
	StateSkipped State = "skipped" // left out on purpose, not looked at
	// StateUnplanned: somebody else's part of a change, not looked at and without lines.
	StateUnplanned State = "unplanned"
)

// StepPlan is one step as it was found and what would be done about it.
type StepPlan struct {
	ID       string     `json:"id"`
	Title    string     `json:"title"`
	State    State      `json:"state"`
	Changes  []Change   `json:"changes"`
	Findings []Finding  `json:"findings"`
	Evidence []Evidence `json:"evidence"`
	Needs    []Need     `json:"needs,omitempty"`
	ByHand   ByHand     `json:"-"` // of a step that has something left to do
	// PlannedBy is who planned the step; nil where the plan was not saved.
	PlannedBy *Planning `json:"planned,omitempty"`
}

// Setting is the value of a setting and where it came from ("flag", "env",
// "file", "default", …). Secrets do not belong here: plans and journals show it.
type Setting struct {
	Value any    `json:"value"`
	From  string `json:"from"`
}

// Plan is the document that a person approves.
type Plan struct {
	FormatVersion int                `json:"formatVersion"`
	ChangeID      string             `json:"change,omitempty"` // "": the plan was not saved
	Target        Target             `json:"target"`
	Steps         []StepPlan         `json:"steps"`
	Coverage      *Measured          `json:"coverage,omitempty"` // nil: nobody measured
	Settings      map[string]Setting `json:"settings"`
	Created       time.Time          `json:"created"` // UTC, in milliseconds
}

// Pending counts the changes that approval of the plan would allow: those of
// the steps in state "change".
func (p Plan) Pending() int {
	n := 0
	for _, s := range p.Steps {
		if s.State == StateChange {
			n += len(s.Changes)
		}
	}
	return n
}

// Has tells whether any step of the plan is in the given state.
func (p Plan) Has(state State) bool {
	for _, s := range p.Steps {
		if s.State == state {
			return true
		}
	}
	return false
}

// Digest is "sha256:" and 64 hexadecimal digits over what approval binds: the
// place, the steps in order with their states, and the key of every change.
// Time, DC, settings, findings and the order of changes within a step do not
// enter it.
func (p Plan) Digest() string {
	parts := []string{"plan", strings.ToLower(p.Target.Forest), strings.ToLower(p.Target.Domain), strings.ToLower(p.Target.Tenant)}
	for _, s := range p.Steps {
		keys := make([]string, 0, len(s.Changes))
		for _, c := range s.Changes {
			keys = append(keys, c.Key(s.ID))
		}
		sort.Strings(keys)
		state := s.State
		if !s.Planned() { // whose part it is makes no difference to who approves this one
			state = StateSkipped
		}
		parts = append(parts, s.ID, string(state), digest(keys...))
	}
	return "sha256:" + digest(parts...)
}

// MarshalJSON writes empty lists as [], never as null.
func (p Plan) MarshalJSON() ([]byte, error) {
	type bare Plan
	return marshal(bare(p.normal()))
}

// normal returns p with no nil list in it and its times in UTC.
func (p Plan) normal() Plan {
	steps := make([]StepPlan, len(p.Steps))
	for i, s := range p.Steps {
		steps[i] = s.normal()
	}
	p.Steps = steps
	if p.Settings == nil {
		p.Settings = map[string]Setting{}
	}
	p.Created = p.Created.UTC()
	return p
}

func (s StepPlan) normal() StepPlan {
	if s.Changes == nil {
		s.Changes = []Change{}
	}
	if s.Findings == nil {
		s.Findings = []Finding{}
	}
	if s.Evidence == nil {
		s.Evidence = []Evidence{}
	}
	return s
}

// stateOf is the state that changes and findings put a step in.
func stateOf(changes []Change, findings []Finding) State {
	if len(blocks(findings)) > 0 {
		return StateBlocked
	}
	if len(changes) > 0 {
		return StateChange
	}
	for _, f := range findings {
		if f.Manual {
			return StateManual
		}
	}
	return StateOK
}

// mostName is how long the name of who planned a step may be.
const mostName = 512

// check says why a plan that was read may not be shown or approved.
func (p Plan) check() error {
	for _, name := range []string{p.Target.Forest, p.Target.Domain, p.Target.DC, p.Target.Tenant} {
		if err := visible.Check(name); err != nil {
			return fmt.Errorf("target %q: %w", name, err)
		}
	}
	if err := CheckChangeID(p.ChangeID); err != nil {
		return err
	}
	seen := map[string]bool{}
	for _, s := range p.Steps {
		if err := s.check(); err != nil {
			return fmt.Errorf("step %q: %w", s.ID, err)
		}
		if seen[s.ID] {
			return fmt.Errorf("step %q is there twice", s.ID)
		}
		seen[s.ID] = true
	}
	return nil
}

func (s StepPlan) check() error {
	if s.ID == "" {
		return fmt.Errorf("a step needs an id")
	}
	for _, t := range []string{s.ID, s.Title} {
		if err := visible.Check(t); err != nil {
			return err
		}
	}
	switch s.State {
	case StateChange, StateOK, StateManual, StateBlocked, StateSkipped:
	case StateUnplanned:
		looked := slices.ContainsFunc(s.Evidence, func(e Evidence) bool { return e.State != EvidenceReported })
		if len(s.Changes)+len(s.Findings) > 0 || looked {
			return fmt.Errorf("it is unplanned, and has lines, findings or evidence")
		}
	default:
		return fmt.Errorf("state %q is none of change, ok, manual, blocked, skipped, unplanned", s.State)
	}
	for _, n := range s.Needs {
		if n != n.plain() {
			return fmt.Errorf("need %q: it would deceive a terminal", n.plain().What)
		}
	}
	if by := s.PlannedBy; by != nil {
		if err := visible.Check(by.By); err != nil || len(by.By) > mostName {
			return fmt.Errorf("planned by %q: it is too long, or would deceive a terminal", visible.Words(by.By, 40))
		}
	}
	for _, c := range s.Changes {
		if err := c.check(); err != nil {
			return err
		}
	}
	for _, f := range s.Findings {
		if err := f.check(); err != nil {
			return err
		}
	}
	for _, e := range s.Evidence {
		if err := e.check(); err != nil {
			return err
		}
	}
	return nil
}
