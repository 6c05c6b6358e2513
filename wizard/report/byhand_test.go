package report

import (
	"bytes"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"writeback/steps"
	"writeback/wizard/tell"
)

// A page for colleagues is as safe as a report, whatever the names in a plan are.
func TestHostileByHand(t *testing.T) {
	for _, state := range []steps.State{steps.StateChange, steps.StateManual, steps.StateOK, steps.StateBlocked, steps.StateUnplanned} {
		var h tell.ByHand
		poisoned(reflect.ValueOf(&h).Elem())
		for i := range h.Plan.Steps {
			h.Plan.Steps[i].State = state
		}
		var html, md bytes.Buffer
		if err := HTMLPage(&html, h.Page()); err != nil {
			t.Fatal(err)
		}
		if err := MarkdownPage(&md, h.Page()); err != nil {
			t.Fatal(err)
		}
		text := strict(t, html.Bytes())
		if harmful(html.String()) || harmful(md.String()) {
			t.Errorf("%s: a control character is left", state)
		}
		if !strings.Contains(text, "<script>alert(1)</script>") {
			t.Errorf("%s: the name is not shown", state)
		}
		checkMarkdown(t, md.String())
	}
}

// What a person needs is on the page, in this order; what nobody may do yet is not.
func TestByHand(t *testing.T) {
	step := func(state steps.State) steps.StepPlan {
		return steps.StepPlan{ID: "delegate", Title: "Permissions", State: state,
			Needs:    []steps.Need{{What: "the right to do so"}},
			Findings: []steps.Finding{{Level: steps.LevelWarning, Code: "w", Text: "somebody warns"}},
			Changes:  []steps.Change{{Target: "DC=corp,DC=example", Line: "Allow X", SDDL: "(OA;;CR;;;AU)"}},
			ByHand: steps.ByHand{Steps: []string{"open it", "see https://corp.example/#page"}, Commands: []string{"dsacls \"DC=corp\""},
				Shell: "a prompt", Check: []string{"look again"}, Back: []string{"remove it"}}}
	}
	page := func(s steps.StepPlan) string {
		var b bytes.Buffer
		h := tell.ByHand{Plan: steps.Plan{ChangeID: "C-AAAA-BBBB-CCCC", Target: steps.Target{Domain: "corp.example"}, Steps: []steps.StepPlan{s}}, Verify: "writeback verify"}
		if err := MarkdownPage(&b, h.Page()); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	all := page(step(steps.StateChange))
	at := 0
	for _, part := range []string{"corp.example", "C-AAAA-BBBB-CCCC", "## Permissions", "somebody warns", "You need: the right to do so", "1. open it", "2. see `https://corp.example/#page`",
		"Instead of the steps, in a prompt:", "dsacls \"DC=corp\"\n", "`(OA;;CR;;;AU)`", "- look again", "- remove it", "writeback verify"} {
		next := strings.Index(all[at:], part)
		if next < 0 {
			t.Fatalf("%q is not there, or out of order, in\n%s", part, all)
		}
		at += next
	}
	for _, state := range []steps.State{steps.StateBlocked, steps.StateOK, steps.StateSkipped} {
		if text := page(step(state)); strings.Contains(text, "open it") || strings.Contains(text, "dsacls") {
			t.Errorf("%s: it says how:\n%s", state, text)
		}
	}
	theirs := step(steps.StateChange)
	theirs.PlannedBy = &steps.Planning{By: "Ann"}
	if text := page(theirs); strings.Contains(text, "open it") || !strings.Contains(text, "Planned by Ann") || !strings.Contains(text, "`(OA;;CR;;;AU)`") {
		t.Errorf("planned by somebody else: %s", text)
	}
	doubted := step(steps.StateChange)
	doubted.Findings = []steps.Finding{{Level: steps.LevelWarning, Code: "connector-unproven", Text: "nothing shows whose account it is"}, {Level: steps.LevelWarning, Code: "no-right-to-write", Text: "you may not"}}
	if text := page(doubted); !strings.Contains(text, "nothing shows whose account it is") || strings.Contains(text, "you may not") {
		t.Errorf("what is wrong with the account has to be there, and what its maker may do has not: %s", text)
	}
	stopped := step(steps.StateManual)
	stopped.Findings = []steps.Finding{{Level: steps.LevelWarning, Code: "m", Manual: true, Text: "it stopped", Fix: "1. restart it\n2. look again"}}
	stopped.ByHand.Steps = nil
	if text := page(stopped); !strings.Contains(text, "1. restart it") || !strings.Contains(text, "it stopped") {
		t.Errorf("what the finding says is not there: %s", text)
	}
	if text := page(step(steps.StateUnplanned)); !strings.Contains(text, "Not looked at.") {
		t.Error(fmt.Sprint("unplanned: ", text))
	}
}
