package tell

import (
	"cmp"
	"slices"

	"writeback/steps"
)

// Undoing is what an undo of a run would take back, the last change first. Titles are those of
// the stages, by ID, for the screen.
func Undoing(r steps.Run, titles map[string]string, v Voice) []Block {
	if v == Screen {
		return append(owned(r, titles), doubtful(r, v)...)
	}
	out := []Block{line(Bare, "Run "+r.ID+" on "+r.Target.Name()+", begun "+minuteOf(r.Started)+" by "+WhoText(r.Who)+": "+r.State)}
	switch {
	case len(r.Made) > 0:
		out = append(out, line(Bare, "To be taken back, where it is still there; nothing else is touched:"), Block{Entries: back(r.Made, v)})
	case !r.Undoable():
		out = append(out, line(Bare, "Nothing of it is left to take back."))
	}
	if len(r.Doubtful()) > 0 {
		return append(out, doubtful(r, v)...)
	}
	if r.State == steps.RunInDoubt {
		out = append(out, line(Bare, "An undo of it was interrupted, and is looked at first."))
	}
	return out
}

// UndoingVerdict says what an undo of a run comes to, for the screen.
func UndoingVerdict(r steps.Run) (out []Block) {
	switch {
	case len(r.Made) > 0:
		out = append(out, line(Bare, Screen.plural(len(r.Made), "change")+" would be taken back. Nothing has been taken back yet."))
	case !r.Undoable():
		out = append(out, line(Good, "Nothing of this run is left in the world."))
	}
	if r.State == steps.RunInDoubt {
		out = append(out, line(Warn, "A write was interrupted: it is looked for first, and taken back if it is there or still comes."))
	}
	return out
}

// UndoingConsent is the verdict beside which an undo is approved.
func UndoingConsent(r steps.Run) []Block {
	out := UndoingVerdict(r)
	if r.Target.Domain != "" {
		out = append(out, line(Faint, "Domain "+r.Target.Domain))
	}
	return out
}

// back lists what was made as it would be taken back.
func back(made []steps.Owned, v Voice) (out []Entry) {
	for _, o := range slices.Backward(made) {
		e := Entry{On: o.Change.Target, Mark: Removed, Tone: Alarm, Text: o.Change.Line, Detail: func() Detail { return ownedDetail(o) }}
		if o.Change.Verb == steps.VerbRemove {
			e.Mark, e.Tone, e.Text = Added, Good, "comes back: "+e.Text
		}
		e.Below = add(nil, "", o.Change.SDDL, true)
		out = append(out, e)
	}
	return out
}

// owned lists what a run made, backwards, below the stages that it made it in.
func owned(r steps.Run, titles map[string]string) (out []Block) {
	made := slices.Clone(r.Made)
	slices.Reverse(made)
	for len(made) > 0 {
		if len(out) > 0 {
			out = append(out, gap)
		}
		n := 1
		for n < len(made) && made[n].Step == made[0].Step {
			n++
		}
		some := slices.Clone(made[:n])
		slices.Reverse(some)
		out = append(out, head(cmp.Or(titles[made[0].Step], made[0].Step), ""), Block{Entries: back(some, Screen)})
		made = made[n:]
	}
	return out
}

// doubtful lists what was announced and may have been made, as it would be taken back.
func doubtful(r steps.Run, v Voice) []Block {
	all := r.Doubtful()
	if len(all) == 0 {
		return nil
	}
	var list []Entry
	for _, o := range all {
		list = append(list, Entry{On: o.Change.Target, Mark: Unknown, Tone: Warn, Text: o.Change.Line, Below: add(nil, "", o.Change.SDDL, true), Detail: func() Detail { return ownedDetail(o) }})
	}
	if v == Screen {
		return []Block{head("Not known to have been made", ""), {Entries: list}}
	}
	slices.Reverse(list)
	return []Block{line(Bare, "Not known to have been made; taken back, too, if it took place or still does:"), {Entries: list}}
}

// ownedDetail is a change that was made, with when.
func ownedDetail(o steps.Owned) Detail {
	d := changeDetail(o.Change)
	d.Title, d.Copy = "Change that would be taken back", "" // the command beside it does the contrary
	return with(d, gap, line(Faint, "Made at "+secondOf(o.At)+" in run step "+o.Step))
}
