package steps

import "time"

// Approval is a person's consent to the lines of a plan. The first programs left
// out what the plan said beside its lines: there it is empty.
type Approval struct {
	Digest   string         `json:"digest"` // of the plan that was shown
	How      string         `json:"how"`    // "--yes", "typed", …
	Target   Target         `json:"target"`
	Planned  time.Time      `json:"planned,omitzero"` // when the plan was made
	Steps    []ApprovedStep `json:"steps"`
	Accepted []string       `json:"accepted,omitempty"` // the findings that were accepted by name
	Coverage *Measured      `json:"coverage,omitempty"` // of the plan; nil: nobody measured
	// CoverageFrom names the plan file that Coverage is from, where it was not
	// measured when this was approved.
	CoverageFrom string `json:"coverageFrom,omitempty"`
}

// ApprovedStep is what was approved of one step, and how it stood.
type ApprovedStep struct {
	ID       string     `json:"id"`
	Title    string     `json:"title"`
	State    State      `json:"state"`
	Changes  []Change   `json:"changes"`
	Keys     []string   `json:"keys"`               // of Changes, in their order; for the record, never trusted
	Findings []Finding  `json:"findings,omitempty"` // what was shown beside them
	Evidence []Evidence `json:"evidence,omitempty"`
}

// Approve is consent to all lines of p, given in the way how. Lines of steps
// that are not in state "change" cannot be approved.
func Approve(p Plan, how string) Approval {
	a := Approval{Digest: p.Digest(), How: how, Target: p.Target, Planned: p.Created, Steps: []ApprovedStep{}, Accepted: Accepted(p), Coverage: p.Coverage}
	for _, s := range p.Steps {
		as := ApprovedStep{ID: s.ID, Title: s.Title, State: s.State, Changes: []Change{}, Keys: []string{}, Findings: s.Findings, Evidence: s.Evidence}
		if s.State == StateChange {
			for _, c := range s.Changes {
				as.Changes = append(as.Changes, c)
				as.Keys = append(as.Keys, c.Key(s.ID))
			}
		}
		a.Steps = append(a.Steps, as)
	}
	return a
}

// lines are those that were approved of a step.
func (a Approval) lines(step string) (out []Change) {
	for _, s := range a.Steps {
		if s.ID == step {
			out = append(out, s.Changes...)
		}
	}
	return out
}

// keys is the set of the keys of these lines.
func (a Approval) keys(step string) map[string]bool {
	out := map[string]bool{}
	for _, c := range a.lines(step) {
		out[c.Key(step)] = true
	}
	return out
}
