package plain

import (
	"errors"
	"strings"
	"testing"

	"writeback/steps"
	"writeback/wizard"
)

const menuAsks = `
How to go on from here?
  What was made stays as it is, and nothing more is written without approval.
  1. Check again: looks afresh
  2. Leave
Answer (empty: 2, Leave; ?: help): `

// The end tells how everything stands and asks how to go on; what was told is not
// told again.
func TestMenu(t *testing.T) {
	ways := []wizard.Option{{Value: wizard.Check, Label: "Check again", Note: "looks afresh"}, {Value: wizard.Leave, Label: "Leave"}}
	stage := func(state steps.State, findings ...steps.Finding) steps.StepPlan {
		return steps.StepPlan{ID: "s", Title: "The step", State: state, Findings: findings, Evidence: somePlan().Steps[0].Evidence}
	}
	seen := func(ok bool, s steps.StepPlan) *steps.Verification {
		return &steps.Verification{FormatVersion: 1, OK: ok, Steps: []steps.StepPlan{s, {ID: "t", Title: "Not this one", State: steps.StateSkipped}}}
	}
	byHand := steps.Finding{Level: steps.LevelInfo, Code: "by-hand", Text: "a person does it", Fix: "1. Do it.\n2. Say so.", Manual: true}
	made := wizard.Ending{Result: steps.Result{FormatVersion: 1, Run: "R1", State: steps.ResultManual, Steps: []steps.StepResult{
		{StepPlan: stage(steps.StateManual, byHand), Made: []steps.Change{{}}}}}, Journal: "/j", Undo: "writeback undo R1", Command: "writeback apply", Next: ways, Pick: wizard.Leave}
	checked := func(v *steps.Verification) wizard.Ending {
		e := made
		e.Checked = v
		return e
	}
	again := made
	again.Problem = errors.Join(errors.New("the DC is away\x1b"), errors.New("quite away"))

	g, said := typing("\n1\n2\n1\n1\n1\n1\n")
	for i, c := range []struct {
		end        wizard.Ending
		next, says string
	}{
		{made, wizard.Leave, `
  info     by-hand: a person does it
           fix: 1. Do it.
                2. Say so.
Done what a program can do: run R1 made 1 change. A manual step waits.
To count the people it reaches, run writeback verify.
To take back what it made: writeback undo R1

The step: a person has to do what is left
  attested it is so [a person by Ann, 2026-11-22 12:00:00Z]
Journal: /j
The same without questions: writeback apply
` + menuAsks},
		{again, wizard.Check, "\nProblem: the DC is away\\u001b\nProblem: quite away\n" + menuAsks},
		{checked(seen(true, stage(steps.StateOK))), wizard.Leave, `
The step: as it should be
  attested it is so [a person by Ann, 2026-11-22 12:00:00Z]
Everything looked at is set up as it should be.
Journal: /j
The same without questions: writeback apply
` + menuAsks},
		{checked(seen(false, stage(steps.StateManual, byHand))), wizard.Check, `
The step: a person has to do what is left
  info     by-hand: a person does it
           fix: 1. Do it.
                2. Say so.
  attested it is so [a person by Ann, 2026-11-22 12:00:00Z]
A manual step waits.
Journal: /j
The same without questions: writeback apply
` + menuAsks},
		{checked(seen(false, stage(steps.StateChange))), wizard.Check, `
The step: 0 changes
  attested it is so [a person by Ann, 2026-11-22 12:00:00Z]
Changes are needed.
Journal: /j
The same without questions: writeback apply
` + menuAsks},
		{checked(seen(false, stage(steps.StateBlocked))), wizard.Check, `
The step: blocked
  attested it is so [a person by Ann, 2026-11-22 12:00:00Z]
Something stands in the way: see the errors above.
Journal: /j
The same without questions: writeback apply
` + menuAsks},
		{wizard.Ending{Undone: &steps.UndoResult{Run: "R1", State: steps.ResultUndone, Undone: []steps.Change{{}}}, Journal: "/j", Next: ways, Pick: wizard.Leave}, wizard.Check, `
Undone: 1 change of run R1 taken back.

Journal: /j
` + menuAsks},
	} {
		said.Reset()
		next, err := g.End(t.Context(), c.end)
		if err != nil || next != c.next || said.String() != c.says {
			t.Errorf("%d: %q, %v\n%s\nwant\n%s", i, next, err, said, c.says)
		}
	}
	if _, err := g.End(t.Context(), made); !errors.Is(err, wizard.ErrAborted) {
		t.Errorf("at the end of input: %v", err)
	}
}

// What was approved before is shown, and said to be.
func TestReviewOfWhatWasApproved(t *testing.T) {
	g, said := typing("")
	p := somePlan()
	if err := g.Review(wizard.Review{Plan: p, Pending: p.Pending(), Approved: true}); err != nil {
		t.Fatal(err)
	}
	if want := "All of it was approved in this sitting: it is made without asking again.\n"; !strings.Contains(said.String(), want) {
		t.Errorf("%s", said)
	}
}
