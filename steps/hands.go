package steps

import (
	"cmp"
	"crypto/rand"
	"encoding/base32"
	"fmt"
	"regexp"
	"strings"
	"time"

	"writeback/internal/visible"
)

// Nobody plans what they cannot see. A change that several people bring about has an ID
// and a plan file: a step that its planner cannot reach stands in it as unplanned, without
// lines; whoever can reach it plans it under the same ID, approves those lines and applies
// them. Each of them has a journal, which names the change.

// Planning is who planned a step, as they said themselves.
type Planning struct {
	By string    `json:"by"`
	At time.Time `json:"at"` // UTC
}

// Need is one thing that a step takes of whoever does it.
type Need struct {
	What string `json:"what"`          // a right, a role, a membership
	Has  string `json:"has"`           // [HasIt], [HasNot] or [HasUnknown]
	Who  string `json:"who,omitempty"` // is signed in; "": nobody
}

// Whether somebody has what a [Need] names.
const (
	HasIt      = "yes"
	HasNot     = "no"
	HasUnknown = "unknown" // nobody is signed in, or it cannot be seen
)

// plain returns n with nothing in it that a terminal could be deceived by.
func (n Need) plain() Need {
	return Need{What: Plain(n.What), Has: Plain(n.Has), Who: Plain(n.Who)}
}

// Needing is what a procedure has besides when it can say what it takes. It is pure. Have
// is nil where nothing was inspected.
type Needing[H any] interface {
	Needs(have *H) []Need
}

// ByHand is how a person brings a step about without this program. It is neither approved
// nor kept: whoever could write a file could tell people to do anything.
type ByHand struct {
	Steps    []string // in order
	Needs    string   // what they take; "": as the step's needs have it
	Commands []string // that do what the steps do, as they are typed
	Shell    string   // where these are typed
	Check    []string // how to see that it worked
	Back     []string // how to take it back
}

// Guided is what a procedure has besides when it can tell that. It is pure. Have is nil
// where nothing was inspected.
type Guided[H any, C Describer] interface {
	ByHand(have *H, changes []C) ByHand
}

// plain returns h with nothing in it that a terminal could be deceived by.
func (h ByHand) plain() ByHand {
	h.Needs, h.Shell = Plain(h.Needs), Plain(h.Shell)
	for _, all := range [][]string{h.Steps, h.Commands, h.Check, h.Back} {
		for i := range all {
			all[i] = Plain(all[i])
		}
	}
	return h
}

var changeIDForm = regexp.MustCompile(`^C(-[A-Z2-7]{4}){3}$`)

// NewChangeID names a change: C-4QK7-M2XD-6PZT. It has 60 random bits: nobody meets it by
// accident.
func NewChangeID() (string, error) {
	var b [8]byte
	if _, err := rand.Read(b[:]); err != nil {
		return "", fmt.Errorf("name a change: %w", err)
	}
	text := base32.StdEncoding.EncodeToString(b[:])
	return fmt.Sprintf("C-%s-%s-%s", text[:4], text[4:8], text[8:12]), nil
}

// CheckChangeID says why a text is not the ID of a change, or nil; "" is that of none.
func CheckChangeID(id string) error {
	if id != "" && !changeIDForm.MatchString(id) {
		return fmt.Errorf("%q is not the ID of a change: one looks like C-4QK7-M2XD-6PZT", visible.Words(id, 40))
	}
	return nil
}

// StageOf is the stage that a step belongs to: with several domains there is a step for
// each, named "stage@domain".
func StageOf(step string) string {
	stage, _, _ := strings.Cut(step, "@")
	return stage
}

// Planned says that the step was looked at: it is neither left out nor unplanned.
func (s StepPlan) Planned() bool { return s.State != StateSkipped && s.State != StateUnplanned }

// Signed is p with who planned those steps that were looked at.
func (p Plan) Signed(by string) Plan {
	steps := make([]StepPlan, len(p.Steps))
	for i, s := range p.Steps {
		if s.Planned() {
			s.PlannedBy = &Planning{By: Plain(by), At: p.Created}
		}
		steps[i] = s
	}
	p.Steps = steps
	return p
}

// Under is p as a part of the change that file is of: the steps that p has planned in the
// place of the file's, and all others as the file has them. The error is a [*TargetError]
// where p is of another place.
func (p Plan) Under(file Plan) (Plan, error) {
	if equal, _ := file.Target.compare(p.Target); !equal {
		return p, &TargetError{What: "the plan file", Have: file.Target, Want: p.Target}
	}
	out := p
	out.ChangeID, out.Target, out.Steps, out.Settings = file.ChangeID, file.Target.With(p.Target), nil, map[string]Setting{}
	fresh := map[string]bool{} // stages that p has planned
	for _, s := range p.Steps {
		if s.Planned() {
			fresh[StageOf(s.ID)] = true
		}
	}
	known := map[string]bool{}
	for _, s := range file.Steps {
		stage := StageOf(s.ID)
		switch {
		case fresh[stage] && !known[stage]:
			out.Steps = append(out.Steps, p.ofStage(stage)...)
		case !fresh[stage]:
			out.Steps = append(out.Steps, s)
		}
		known[stage] = true
	}
	for _, s := range p.Steps {
		if stage := StageOf(s.ID); s.Planned() && !known[stage] {
			known[stage] = true
			out.Steps = append(out.Steps, p.ofStage(stage)...)
		}
	}
	if out.Coverage == nil {
		out.Coverage = file.Coverage
	}
	for _, from := range []Plan{file, p} {
		for name, value := range from.Settings {
			out.Settings[name] = value
		}
	}
	return out, nil
}

func (p Plan) ofStage(stage string) (out []StepPlan) {
	for _, s := range p.Steps {
		if s.Planned() && StageOf(s.ID) == stage {
			out = append(out, s)
		}
	}
	return out
}

// MayJoin says why a run of somebody else cannot be told of beside what is done on target
// under a change, or nil. Where change is "", it is not known here.
func (r Run) MayJoin(change string, target Target) error {
	what := "run " + r.ID
	if r.ChangeID == "" {
		return fmt.Errorf("%s belongs to no change: nothing says that it is a part of this one. Plan with --out, and have each stage applied from that plan file", what)
	}
	if change != "" && change != r.ChangeID {
		return fmt.Errorf("%s is part of change %s, this is change %s", what, r.ChangeID, change)
	}
	if equal, _ := r.Target.compare(target); !equal {
		return &TargetError{What: what, Have: r.Target, Want: target}
	}
	return nil
}

// Reported is what the run's journal, in file, says of each step that it is about. It is
// no proof of anything.
func (r Run) Reported(file string) map[string]Evidence {
	out := map[string]Evidence{}
	for _, id := range r.stages() {
		made := 0
		for _, rec := range r.Records {
			if rec.Kind == KindMade && rec.Step == id {
				made++
			}
		}
		text := fmt.Sprintf("in change %s: %d made, %d of them taken back", r.ChangeID, made, made-len(r.made(id)))
		for _, s := range r.Outcome {
			if s.ID == id {
				text += fmt.Sprintf("; the stage was %s at the end of the run", s.State)
			}
		}
		by := cmp.Or(r.Who.SignedIn(), r.Who.User)
		out[id] = Evidence{State: EvidenceReported, What: text, Source: fmt.Sprintf("the journal of run %s in %s", r.ID, file), At: r.Ended, By: by + " on " + r.Who.Host}.plain()
	}
	for _, a := range r.Attested { // the last word on a step is the one
		text := "done by hand, says " + a.By
		if a.Says == SaysWithdrawn {
			text = a.By + " has withdrawn the word that it was done by hand"
		}
		out[a.Step] = Evidence{State: EvidenceReported, What: fmt.Sprintf("in change %s, attested there: %s", r.ChangeID, text),
			Source: fmt.Sprintf("the journal of run %s in %s", r.ID, file), At: a.At, By: a.By + " on " + r.Who.Host}.plain()
	}
	return out
}
