package tell

import (
	"errors"
	"slices"

	"writeback/steps"
	"writeback/wizard"
)

// Ending is where a guided flow has come to, for the screen and for what is left on the
// terminal after it.
func Ending(e wizard.Ending) []Block {
	var out []Block
	if e.Problem != nil {
		out = append(out, line(Alarm, "That did not work. What is below is as it was."), under(steps.ErrorText(e.Problem)), gap)
	}
	tone, text := endOf(e)
	out = append(out, line(tone, text))
	if e.Err != nil && !errors.Is(e.Err, wizard.ErrDeclined) {
		out = append(out, under(steps.ErrorText(e.Err)))
	}
	for _, s := range waitingFirst(e.Stages()) {
		out = append(out, stageAtEnd(s, e)...)
	}
	if e.Checked != nil {
		if users := Users(e.Checked.Coverage, Screen); len(users) > 0 {
			out = append(append(out, gap), users...)
		}
	}
	out = append(out, undoneBlocks(e.Undone)...)
	out = append(out, Advice(e.Advice, Screen)...)
	for _, x := range []Pair{{Name: "Journal", Text: e.Journal}, {Name: "Evidence for the record of the change", Text: e.Report}, {Name: "To take it back", Text: e.Undo}, {Name: "The same without the wizard", Text: e.Command}} {
		if x.Text != "" {
			out = append(out, Block{Named: &Named{Tone: Strong, Name: x.Name, Text: x.Text}})
		}
	}
	return out
}

func under(text string) Block { return Block{Para: &Para{Tone: Faint, Text: text, Level: 1}} }

// stageAtEnd is what was made in a stage, what proves it, and what is urgent.
func stageAtEnd(s steps.StepResult, e wizard.Ending) []Block {
	out := []Block{gap, head(s.Title, endWords(s, e.Checked != nil))}
	out = append(out, listed(s.Made, e.Result.Run, changed)...)
	out = append(out, Block{Entries: evidenceBriefly(s.Evidence)})
	for _, f := range Pressing(s.Findings) {
		out = append(out, gap, Block{Entries: Findings([]steps.Finding{f})})
	}
	return out
}

// maxListed is how many changes are named at the end, where they have been seen twice
// already. The journal has them all.
const maxListed = 50

// listed names changes, each as one has it.
func listed(all []steps.Change, run string, one func(steps.Change) Entry) []Block {
	var list []Entry
	for _, c := range all[:min(len(all), maxListed)] {
		list = append(list, one(c))
	}
	out := []Block{{Entries: list}}
	if n := len(all) - maxListed; n > 0 {
		out = append(out, Block{Para: &Para{Tone: Faint, Level: 2, Text: "and " + Grouped(n) + " more: writeback runs show " + run}})
	}
	return out
}

// waitingFirst puts the stages at which something is left to do before the others.
func waitingFirst(all []steps.StepResult) []steps.StepResult {
	rank := func(s steps.State) int {
		switch s {
		case steps.StateBlocked, steps.StateManual, steps.StateChange:
			return 0
		}
		return 1
	}
	out := slices.Clone(all)
	slices.SortStableFunc(out, func(a, b steps.StepResult) int { return rank(a.State) - rank(b.State) })
	return out
}

// endOf says in one sentence how it ended.
func endOf(e wizard.Ending) (Tone, string) {
	var cancelled *steps.CancelledError
	switch {
	case errors.Is(e.Err, wizard.ErrAborted), errors.As(e.Err, &cancelled):
		return Warn, "You left. Nothing is half done: the same command goes on from here."
	case errors.Is(e.Err, wizard.ErrDeclined):
		return Warn, "Not approved: nothing was written."
	case e.Err != nil:
		return Alarm, "It ended early."
	case e.Checked != nil:
		return checkedAgain(e)
	case e.Undone != nil && e.Undone.State == steps.ResultUndone:
		return Good, "Everything that the run made was taken back."
	case e.Undone != nil:
		return Warn, "Some changes are still there: undo the run again to take them back."
	case e.Result.State == steps.ResultManual:
		return Warn, "Done what a program can do. What is left is for a person."
	case e.Result.State == steps.ResultPartial:
		return Warn, "Something is left: the same command goes on from here."
	case e.Result.FormatVersion != 0:
		return Good, "Everything is as it should be."
	}
	return Bare, "Nothing was written."
}

// checkedAgain is what the last check has shown.
func checkedAgain(e wizard.Ending) (Tone, string) {
	switch {
	case !e.Checked.Inspected():
		return Warn, nothingInspected
	case e.Checked.OK:
		return Good, "Looked at again: everything is as it should be."
	case e.Has(steps.StateBlocked):
		return Alarm, "Looked at again: something stands in the way."
	case e.Has(steps.StateChange):
		return Warn, "Looked at again: changes are needed."
	}
	return Warn, "Looked at again: what is left is for a person."
}

func endWords(s steps.StepResult, again bool) string {
	if s.State == steps.StateOK && len(s.Made) > 0 {
		return Screen.plural(len(s.Made), "change") + " made"
	}
	if s.State == steps.StateChange && !again {
		return "not finished"
	}
	return StateWords(s.StepPlan)
}

// undoneBlocks lists what an undo did, and what it left.
func undoneBlocks(u *steps.UndoResult) (out []Block) {
	if u == nil {
		return nil
	}
	for _, x := range []struct {
		name string
		all  []steps.Change
		mark Mark
		tone Tone
	}{{"Taken back", u.Undone, Done, Good}, {"Still there", u.Left, Wrong, Alarm}} {
		if len(x.all) == 0 {
			continue
		}
		out = append(out, gap, head(x.name, Screen.plural(len(x.all), "change")))
		out = append(out, listed(x.all, u.Run, func(c steps.Change) Entry {
			e := changed(c)
			e.Mark, e.Tone = x.mark, x.tone
			return e
		})...)
	}
	for _, f := range u.Findings {
		out = append(out, gap, Block{Entries: Findings([]steps.Finding{f})})
	}
	return out
}

// Remains says how everything stands at the end and what to do next.
func Remains(e wizard.Ending) []Block {
	out := append(stagesAtEnd(e), Advice(e.Advice, Lines)...)
	for _, x := range []Pair{{Name: "Journal", Text: e.Journal}, {Name: "The same without questions", Text: e.Command}} {
		if x.Text != "" {
			out = append(out, line(Bare, x.Name+": "+x.Text))
		}
	}
	return out
}

// stagesAtEnd are how each stage is and what proves it, as it is after the work or as it
// was looked at since.
func stagesAtEnd(e wizard.Ending) (out []Block) {
	if e.Checked == nil && (e.Undone != nil || e.Result.Run == "") {
		return nil // where nothing was done, the review has said it all
	}
	for _, s := range e.Stages() {
		if !s.Planned() {
			continue
		}
		out = append(out, head(s.Title, StateWords(s.StepPlan)))
		if e.Checked != nil {
			out = append(out, Block{Entries: Findings(Pressing(s.Findings))})
		}
		out = append(out, Block{Entries: evidenceOf(s.Evidence, Lines)})
	}
	if e.Checked == nil {
		return out
	}
	out = append(out, Users(e.Checked.Coverage, Lines)...)
	out = append(out, remain(e))
	return append(out, whomItReaches(e.Checked.Coverage, false)...)
}

func remain(e wizard.Ending) Block {
	switch {
	case !e.Checked.Inspected():
		return line(Warn, nothingInspected)
	case e.Checked.OK:
		return line(Good, "Everything looked at is set up as it should be.")
	case e.Has(steps.StateBlocked):
		return line(Alarm, "Something stands in the way: see the errors above.")
	case e.Has(steps.StateChange):
		return line(Warn, "Changes are needed.")
	}
	return line(Warn, "A manual step waits.")
}
