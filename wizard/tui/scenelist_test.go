package tui

import (
	"errors"
	"fmt"
	"strings"

	"writeback/steps"
	"writeback/wizard"
)

func resultOf(state string, made int) steps.Result {
	p := somePlan()
	res := steps.Result{FormatVersion: 1, Run: "20261122T120000Z-4f2a", State: state}
	for i, s := range p.Steps {
		r := steps.StepResult{StepPlan: s}
		if i == 0 {
			r.Made = s.Changes[:made]
			if made == len(s.Changes) {
				r.State, r.Changes = steps.StateOK, nil
			}
		}
		res.Steps = append(res.Steps, r)
	}
	return res
}

func endingOf(res steps.Result, err error) wizard.Ending {
	return wizard.Ending{Result: res, Err: err, Journal: "/var/lib/writeback/runs/20261122T120000Z-4f2a.jsonl",
		Undo:    "writeback undo 20261122T120000Z-4f2a",
		Report:  "writeback report 20261122T120000Z-4f2a -o report.html",
		Command: "writeback apply --domain corp.example --dc ldaps://dc1.corp.example --ad-user administrator@corp.example --connector '" + connectorDN + "' --skip sspr"}
}

func deepDN() string {
	var b strings.Builder
	for i := range 7 {
		fmt.Fprintf(&b, "OU=Department number %d of the company,", i)
	}
	return b.String() + "DC=corp,DC=example"
}

var scenes = []scene{
	{"idle", func(s *stand) { s.send(busyMsg{1, "Looking for domain controllers of corp.example in DNS"}) }},
	{"idle-reading", func(s *stand) {
		s.send(busyMsg{1, "Reading what is there"})
		s.events(steps.StepInspecting{Info: stages[0]})
	}},
	{"idle-code", func(s *stand) {
		s.send(busyMsg{1, "To sign in, open https://microsoft.com/devicelogin and enter the code GH7K2PQ4M"})
	}},
	{"leaving", func(s *stand) {
		s.prompt(newAsk(someGroup()), questions)
		s.press("ctrl+c")
		s.send(busyMsg{1, "Closing the connection to dc1.corp.example"})
	}},
	{"ask", func(s *stand) { s.prompt(newAsk(someGroup()), questions) }},
	{"ask-wrong", func(s *stand) {
		s.prompt(newAsk(someGroup()), questions)
		s.press("ctrl+u", "x", "y")
	}},
	{"ask-choice", func(s *stand) {
		s.prompt(newAsk(someGroup()), questions)
		s.press("enter", "enter", "down")
	}},
	{"ask-help", func(s *stand) {
		s.prompt(newAsk(someGroup()), questions)
		s.press("?")
	}},
	{"ask-secret", func(s *stand) {
		s.prompt(newAsk(signIn("")), questions)
		s.press("enter")
		s.typed("S3cret?!")
	}},
	{"ask-problem", func(s *stand) {
		s.prompt(newAsk(signIn("sign in to dc1.corp.example as administrator@corp.example: the password is wrong (LDAP 49, 52e)")), questions)
	}},
	{"ask-long", func(s *stand) {
		g := someGroup()
		g.Questions[1].Value = deepDN()
		s.prompt(newAsk(g), questions)
		s.press("enter")
	}},
	{"choose", func(s *stand) {
		s.prompt(newChoose("A run was interrupted", "Run 20261122T120000Z-4f2a on corp.example made 2 changes of 4, and stopped.", []wizard.Option{
			{Value: "resume", Label: "Resume it", Note: "what is made is left alone; the rest is made"},
			{Value: "undo", Label: "Undo it", Note: "exactly what it made is taken back"},
			{Value: "leave", Label: "Leave", Note: "nothing is changed"}}), stay)
	}},
	{"choose-manual", func(s *stand) {
		s.prompt(newChoose("One step is for a person", byHand().Fix+"\n\n"+byHand().Text, []wizard.Option{
			{Value: "check", Label: "Check again", Note: "looks whether it is done"},
			{Value: "done", Label: "I have done it", Note: "is remembered as your word"},
			{Value: "leave", Label: "Leave it for later"}}), stay)
	}},
	{"review", func(s *stand) { s.review(reviewOf(somePlan())) }},
	{"review-change", func(s *stand) {
		s.review(reviewOf(somePlan()))
		s.press("tab", "down", "down", "enter")
	}},
	{"review-manual", func(s *stand) {
		s.review(reviewOf(somePlan()))
		s.press("tab", "tab", "tab", "down", "enter")
	}},
	{"review-stage", func(s *stand) {
		s.review(reviewOf(somePlan()))
		s.press("tab", "enter")
	}},
	{"review-blocked-users", func(s *stand) {
		s.review(reviewOf(somePlan()))
		s.press("down", "down", "down", "down", "down", "enter")
	}},
	{"review-filtering", func(s *stand) {
		s.review(reviewOf(somePlan()))
		s.press("/")
		s.typed("PWD")
	}},
	{"review-nothing-found", func(s *stand) {
		s.review(reviewOf(somePlan()))
		s.press("/")
		s.typed("no such thing")
		s.press("enter")
	}},
	{"review-blocked", func(s *stand) {
		p := somePlan()
		p.Steps[0].State = steps.StateBlocked
		p.Steps[0].Findings = append(p.Steps[0].Findings, steps.Finding{Level: steps.LevelError, Code: "no-write-dac", Text: "administrator@corp.example may not change permissions on DC=corp,DC=example", Fix: "sign in as somebody who may"})
		s.review(reviewOf(p))
	}},
	{"review-done", func(s *stand) {
		p := somePlan()
		p.Steps = p.Steps[1:2]
		s.review(reviewOf(p))
	}},
	{"review-continues", func(s *stand) {
		r := reviewOf(somePlan())
		r.Continues, r.File, r.Pending = "20261122T110000Z-0001", "plan.json", 2
		s.review(r)
	}},
	{"approve", func(s *stand) { s.approval() }},
	{"approve-wrong", func(s *stand) {
		s.approval()
		s.typed("corp.exam")
		s.press("enter")
	}},
	{"approve-matches", func(s *stand) {
		s.approval()
		s.typed("CORP.example")
	}},
	{"approve-reading", func(s *stand) {
		s.approval()
		s.press("esc")
	}},
	{"work", func(s *stand) { s.begun() }},
	{"work-failed", func(s *stand) { s.failed() }},
	{"work-failure", func(s *stand) {
		s.failed()
		s.press("enter")
	}},
	{"work-stopping", func(s *stand) {
		s.begun()
		s.press("ctrl+c")
	}},
	{"work-settled", func(s *stand) {
		c := somePlan().Steps[0].Changes
		s.events(steps.RunOpened{Run: "20261122T120000Z-4f2a", Target: somePlan().Target},
			steps.ChangeResolved{Step: "delegate", Change: c[0], There: true}, steps.ChangeResolved{Step: "delegate", Change: c[1]})
	}},
	{"undo-review", func(s *stand) {
		s.send(targetMsg{someRun().Target})
		s.prompt(ofRun(someRun(), titles(stages)), reviewing)
	}},
	{"undo-work", func(s *stand) {
		c := somePlan().Steps[0].Changes
		s.events(steps.RunOpened{Run: "20261122T120000Z-4f2a", Undo: true, Target: somePlan().Target},
			steps.ChangeStarted{Step: "delegate", Change: c[3], Undo: true, N: 1, Of: 4}, steps.ChangeUndone{Step: "delegate", Change: c[3]},
			steps.ChangeStarted{Step: "delegate", Change: c[2], Undo: true, N: 2, Of: 4})
	}},
	{"end-done", func(s *stand) {
		s.ended()
		res := resultOf(steps.ResultDone, 4)
		res.Steps = res.Steps[:2]
		s.prompt(newEnd(endingOf(res, nil)), ending)
	}},
	{"end-manual", func(s *stand) {
		s.ended()
		s.prompt(newEnd(endingOf(resultOf(steps.ResultManual, 4), nil)), ending)
		s.press("pgdown")
	}},
	{"end-failed", func(s *stand) {
		s.failed()
		s.prompt(newEnd(endingOf(resultOf(steps.ResultPartial, 2), &steps.ChangeError{Step: "delegate", Change: somePlan().Steps[0].Changes[2], Err: errRefused})), ending)
	}},
	{"end-undone", func(s *stand) {
		u := steps.UndoResult{FormatVersion: 1, Run: "20261122T120000Z-4f2a", State: steps.ResultUndone, Undone: somePlan().Steps[0].Changes}
		s.prompt(newEnd(wizard.Ending{Undone: &u, Journal: "/var/lib/writeback/runs/20261122T120000Z-4f2a.jsonl"}), ending)
	}},
	{"end-top", func(s *stand) {
		s.ended()
		s.prompt(newEnd(endingOf(resultOf(steps.ResultManual, 4), nil)), ending)
	}},
	{"hub", func(s *stand) {
		s.ended()
		s.prompt(newEnd(withMenu(endingOf(resultOf(steps.ResultManual, 4), nil))), ending)
	}},
	{"hub-reading", func(s *stand) {
		s.ended()
		s.prompt(newEnd(withMenu(endingOf(resultOf(steps.ResultManual, 4), nil))), ending)
		s.press("down", "pgdown", "pgdown")
	}},
	{"hub-checked", func(s *stand) {
		s.ended()
		s.checked(checkedEnding(true))
		s.prompt(newEnd(withMenu(checkedEnding(true))), ending)
	}},
	{"hub-needed", func(s *stand) {
		s.ended()
		s.checked(checkedEnding(false))
		s.prompt(newEnd(withMenu(checkedEnding(false))), ending)
	}},
	{"hub-undone", func(s *stand) {
		u := steps.UndoResult{FormatVersion: 1, Run: "20261122T120000Z-4f2a", State: steps.ResultUndone, Undone: somePlan().Steps[0].Changes}
		s.prompt(newEnd(withMenu(wizard.Ending{Undone: &u, Journal: "/var/lib/writeback/runs/20261122T120000Z-4f2a.jsonl"})), ending)
	}},
	{"hub-problem", func(s *stand) {
		s.ended()
		e := endingOf(resultOf(steps.ResultManual, 4), nil)
		e.Problem = errors.New("connecting to ldaps://dc1.corp.example:636: connection refused")
		s.prompt(newEnd(withMenu(e)), ending)
	}},
	{"attest", func(s *stand) { s.prompt(newAsk(wordGroup()), questions) }},
	{"start", func(s *stand) {
		s.prompt(newChoose("What is to be done?", "There are journals of earlier runs here. None of them was interrupted.\nThe latest was begun 2 hours ago, on corp.example: done.", []wizard.Option{
			{Value: "set up", Label: "Set up", Note: "what is needed is found out, shown and approved first"},
			{Value: "check", Label: "Check how everything stands", Note: "nothing is written"},
			{Value: "runs", Label: "Earlier runs", Note: "4 runs in the journals; not all of them can be trusted"},
			{Value: "leave", Label: "Leave"}}), stay)
	}},
	{"review-approved", func(s *stand) {
		r := reviewOf(somePlan())
		r.Approved, r.Continues = true, "20261122T120000Z-4f2a"
		s.review(r)
	}},
	{"choice-unmarked", func(s *stand) {
		s.prompt(newAsk(unmarked()), questions)
		s.press("enter")
	}},
	{"past", func(s *stand) { s.prompt(newHistory(someHistory()), stay) }},
	{"past-open", func(s *stand) {
		s.prompt(newHistory(someHistory()), stay)
		s.press("enter")
	}},
	{"past-run", func(s *stand) {
		s.prompt(newHistory(someHistory()), stay)
		s.press("down", "enter")
	}},
	{"past-record", func(s *stand) {
		s.prompt(newHistory(someHistory()), stay)
		s.press("down", "enter", "down", "down", "enter")
	}},
	{"past-approval", func(s *stand) {
		s.prompt(newHistory(someHistory()), stay)
		s.press("down", "enter", "down", "enter")
	}},
	{"past-damaged", func(s *stand) {
		s.prompt(newHistory(someHistory()), stay)
		s.press("end", "enter")
	}},
	{"end-left", func(s *stand) {
		s.prompt(newEnd(wizard.Ending{Err: wizard.ErrAborted, Command: "writeback apply --domain corp.example"}), ending)
	}},
}
