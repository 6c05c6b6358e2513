package tui

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"writeback/steps"
	"writeback/wizard"
)

// withMenu gives an ending the options that the flow would.
func withMenu(e wizard.Ending) wizard.Ending {
	e.Pick = wizard.Leave
	if e.Undone == nil && e.Has(steps.StateManual) {
		e.Pick = "done sspr"
		e.Next = append(e.Next, wizard.Option{Value: e.Pick, Label: "I have done it: " + stages[2].Title, Note: "your word is remembered, and shown as attested; then all is looked at again"})
	}
	if e.Has(steps.StateChange) {
		e.Next = append(e.Next, wizard.Option{Value: "make", Label: "Make the changes", Note: "what is needed now is shown and approved first"})
	}
	e.Next = append(e.Next, wizard.Option{Value: wizard.Check, Label: "Check again", Note: "looks afresh at every stage; nothing is written"})
	if e.Undone == nil {
		e.Next = append(e.Next, wizard.Option{Value: wizard.TakeBack, Label: "Undo what this run made", Note: "what is taken back is shown and approved first"})
	} else {
		e.Next = append(e.Next, wizard.Option{Value: wizard.Anew, Label: "Start anew", Note: "all is asked again, and a new run begins"})
	}
	e.Next = append(e.Next, wizard.Option{Value: wizard.Earlier, Label: "Earlier runs", Note: "the journals, and what can be done with them"}, wizard.Option{Value: wizard.Leave, Label: "Leave"})
	return e
}

// checkedEnding is an end after everything was looked at again.
func checkedEnding(ok bool) wizard.Ending {
	e := endingOf(resultOf(steps.ResultManual, 4), nil)
	v := steps.Verification{FormatVersion: 1, OK: ok, Coverage: somePlan().Coverage}
	for i, s := range somePlan().Steps {
		switch {
		case ok:
			s.State, s.Changes, s.Findings = steps.StateOK, nil, nil
		case i == 0:
			s.Changes = s.Changes[:1]
		}
		if s.ID == "sspr" && ok {
			s.Evidence = []steps.Evidence{{State: steps.EvidenceAttested, What: "Enable password write back for synced users: says administrator (CHG-17)", Source: "a person's word", At: noon, By: "administrator"}}
		}
		v.Steps = append(v.Steps, s)
	}
	e.Checked = &v
	return e
}

// checked has the engine tell what a check has seen.
func (s *stand) checked(e wizard.Ending) {
	for _, p := range e.Checked.Steps {
		s.events(steps.StepInspecting{Info: steps.Info{ID: p.ID, Title: p.Title}}, steps.StepPlanned{Plan: p})
	}
}

func wordGroup() wizard.Group {
	return wizard.Group{Title: stages[2].Title, Questions: []wizard.Question{
		{Key: "by", Title: "Who says that it is done?", Why: "Evidence and journal name the person: it is a word, and no proof.", Help: "A proof outweighs it.", Value: `CORP\administrator`, From: "who is signed in", Check: func(string) error { return nil }},
		{Key: "note", Title: "What should the journal say beside it?", Why: "The number of a change, or what was seen. It can be left empty.", Help: "It is shown with the name."},
	}}
}

// unmarked is a choice with nothing filled in.
func unmarked() wizard.Group {
	g := someGroup()
	g.Questions = g.Questions[2:]
	g.Questions[0].Value = ""
	return g
}

// records are a journal's, each a minute after the one before.
func records(all ...steps.Record) []steps.Record {
	for i := range all {
		all[i].FormatVersion, all[i].Seq, all[i].Time = 1, i+1, noon.Add(time.Duration(i)*time.Minute)
	}
	return all
}

// someHistory has a run that was interrupted, one that is done, one that was undone,
// a person's word, and a journal that was changed.
func someHistory() wizard.History {
	p := somePlan()
	me := steps.Who{User: "administrator", Host: "admin01", PID: 4711, Identity: `CORP\administrator`}
	opened := func(verb string) steps.Record {
		return steps.Record{Kind: steps.KindOpened, Opening: &steps.Opening{Verb: verb, Program: "1.0.0", Target: p.Target, Who: me, Settings: p.Settings}}
	}
	a := steps.Approve(p, "typed corp.example")
	c := p.Steps[0].Changes
	work := []steps.Record{opened("setup"), {Kind: steps.KindApproved, Approval: &a}}
	for i := range c {
		work = append(work, steps.Record{Kind: steps.KindIntent, Step: "delegate", Target: c[i].Target, Change: &c[i], Data: json.RawMessage(`{"ace":"` + c[i].SDDL + `"}`)},
			steps.Record{Kind: steps.KindMade, Step: "delegate", Of: 3 + 2*i, Change: &c[i]})
	}
	failed := append(work[:len(work)-1:len(work)-1], steps.Record{Kind: steps.KindFailed, Step: "delegate", Of: 9, Change: &c[3], Error: errRefused.Error()},
		steps.Record{Kind: steps.KindClosed, State: steps.ResultPartial, Error: errRefused.Error()})
	word := []steps.Record{opened("attest"), {Kind: steps.KindAttested, Step: "sspr", Attestation: &steps.Attestation{Step: "sspr", Says: steps.SaysDone, By: "administrator", Note: "CHG-17", At: noon}}}

	h := wizard.History{Now: noon.Add(26 * time.Hour)}
	add := func(id, state string, made int, all []steps.Record) *steps.Run {
		r := steps.Run{ID: id, State: state, Target: p.Target, Started: noon, Ended: noon, Who: me, Program: "1.0.0", Records: records(all...)}
		for i := range made {
			r.Made = append(r.Made, steps.Owned{Seq: 4 + 2*i, Step: "delegate", Change: c[i], At: noon})
		}
		h.Runs = append(h.Runs, wizard.HistoryRun{ID: id, File: "/var/lib/writeback/runs/" + id + ".jsonl", Run: r})
		return &h.Runs[len(h.Runs)-1].Run
	}
	add("20261123T133000Z-91c0", steps.RunPartial, 3, failed).Error = errRefused.Error()
	h.Open = []steps.Run{h.Runs[0].Run}
	add("20261122T120000Z-4f2a", steps.RunDone, 4, append(work, steps.Record{Kind: steps.KindClosed, State: steps.ResultDone}))
	add("20261121T090000Z-77aa", steps.RunAttested, 0, word)
	h.Runs = append(h.Runs, wizard.HistoryRun{ID: "20261120T080000Z-0b1d", File: "/var/lib/writeback/runs/20261120T080000Z-0b1d.jsonl",
		Err: errors.New("journal /var/lib/writeback/runs/20261120T080000Z-0b1d.jsonl, line 4: it was changed after it was written: its sum is wrong")})
	return h
}

// longJournal is a run of n records.
func longJournal(n int) wizard.HistoryRun {
	r := someHistory().Runs[1]
	all := r.Run.Records
	for len(r.Run.Records) < n {
		r.Run.Records = append(r.Run.Records, all...)
	}
	r.Run.Records = records(r.Run.Records...)
	return r
}

// longHistory has n runs more.
func longHistory(n int) wizard.History {
	p := someHistory()
	one := p.Runs[1]
	for i := range n {
		r := one
		r.ID = fmt.Sprintf("20261101T120000Z-%04x", i)
		p.Runs = append(p.Runs, r)
	}
	return p
}
