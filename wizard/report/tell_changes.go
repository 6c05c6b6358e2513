package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"writeback/steps"
)

var tones = map[string]string{Made: goodTone, TakenBack: plainTone, InDoubt: alarmTone, NotMade: warnTone}

func changeBlocks(r Report) (out []block) {
	if len(r.Changes) == 0 {
		return []block{say(plainTone, "", "Nothing was approved, and nothing was written.")}
	}
	for i, c := range r.Changes {
		pairs := []pair{{"On", c.Target, true}}
		pairs = add(pairs, "Stage", title(r, c.Stage), false)
		pairs = add(pairs, "ACE in SDDL", c.SDDL, true)
		pairs = add(pairs, "Before", c.Before, false)
		pairs = add(pairs, "After", c.After, false)
		pairs = add(pairs, "The same by hand", c.Equivalent, true)
		pairs = add(pairs, "Made", made(c), false)
		pairs = add(pairs, "Taken back", moment(c.TakenBack), false)
		pairs = add(pairs, "Error", c.Error, false)
		out = append(out, block{Sub: &sub{
			Title: fmt.Sprintf("%d. %s: %s", i+1, orElse(verbs[c.Verb], c.Verb), c.Line), State: c.State, Tone: tones[c.State], Blocks: []block{{Pairs: pairs}}}})
	}
	return out
}

var verbs = map[string]string{steps.VerbAdd: "Add", steps.VerbRemove: "Remove", steps.VerbSet: "Set"}

func title(r Report, id string) string {
	for _, s := range r.Stages {
		if s.ID == id && s.Title != id {
			return s.Title + " (" + id + ")"
		}
	}
	return id
}

func made(c Change) string {
	if c.Made.IsZero() {
		return ""
	}
	text := stamp(c.Made)
	if c.DC != "" && c.SDDL != "" {
		text += ", on " + c.DC
	}
	if c.Seen {
		text += "; known by looking afterwards, not from the answer to the write"
	}
	return text
}

func objectBlocks(r Report) (out []block) {
	if len(r.Objects) == 0 {
		return []block{say(plainTone, "", "The journal keeps no object: nothing was about to be written.")}
	}
	for _, o := range r.Objects {
		pairs := []pair{{"Stage", title(r, o.Stage), false}, {"Kept", stamp(o.At), false}}
		pairs = add(pairs, "Read from", o.DC, true)
		b := []block{{Pairs: pairs}}
		if o.Before == "" {
			b = append(b, block{Code: &code{"As it was before the first write", indented(o.Kept)}})
		} else {
			b = append(b, block{Code: &code{"Before: the security descriptor as it was read", o.Before}})
			b = append(b, after(o)...)
		}
		out = append(out, block{Sub: &sub{Title: o.Name, Blocks: b}})
	}
	return out
}

func after(o Object) []block {
	switch {
	case o.NoWord != "":
		return []block{say(warnTone, "", "What the changes made of it cannot be told: "+o.NoWord+".")}
	case len(o.Added) == 0:
		return []block{say(plainTone, "", "The run added nothing to it.")}
	}
	return []block{
		{Code: &code{"The difference: " + plural(len(o.Added), "ACE") + " added", strings.Join(o.Added, "\n")}},
		{Code: &code{"After: what these changes make of it", o.After}},
		say(plainTone, "", "After is computed from before. A domain controller may keep the ACEs in another order, and others may have written since."),
	}
}

// indented is JSON for people.
func indented(raw json.RawMessage) string {
	var b bytes.Buffer
	if json.Indent(&b, steps.PlainJSON(raw), "", "  ") != nil {
		return string(raw)
	}
	return b.String()
}

func undoBlocks(r Report) (out []block) {
	switch {
	case !r.Trusted:
		return []block{say(alarmTone, "", "A journal that cannot be trusted is not undone by the program. Compare the objects above with how they are, and take back by hand what should not be there.")}
	case r.Undo.Command == "":
		return []block{say(plainTone, "", "Nothing of this run is left to take back.")}
	case r.Undo.InDoubt:
		out = append(out, say(warnTone, "", "A write was interrupted. The command looks first whether it took place, and takes it back if it did."))
	}
	text := fmt.Sprintf("This takes back %s, the last one first, and nothing that was there before or that others added since:", plural(r.Undo.Left, "change"))
	out = append(out, say(plainTone, "", text), block{Code: &code{"Command", r.Undo.Command}})
	if r.Verify != "" {
		out = append(out, say(plainTone, "", "This looks how everything is now:"), block{Code: &code{"Command", r.Verify}})
	}
	return out
}

func journalBlocks(r Report) []block {
	j := r.Journal
	pairs := []pair{{"File", j.File, true}, {"Size", fmt.Sprintf("%d bytes, %s", j.Size, plural(len(j.Lines), "line")), false},
		{"SHA-256 of the file", j.SHA256, true}}
	pairs = add(pairs, "SHA-256 of its last line", j.Last, true)
	chain := say(goodTone, "The chain holds.", "Every line carries the hash of the one before, and all of them fit.")
	if !r.Trusted {
		chain = say(alarmTone, "The chain is broken.", r.Breach+".")
	}
	out := []block{chain, {Pairs: pairs},
		say(plainTone, "", "A chain shows lines that were changed, removed, inserted or moved. Lines that were cut off its end, or a journal that was made anew, only show against a digest that is kept elsewhere: keep this one with the record of the change.")}
	if j.Torn {
		out = append(out, say(plainTone, "", "Behind the last line there is a piece of one that an interruption left. It counts for nothing."))
	}
	t := table{Caption: "Line by line", Head: []string{"Line", "When", "Kind", "What it says"}}
	if !r.Trusted {
		t.Head = append(t.Head, "Trusted")
	}
	for _, l := range j.Lines {
		when := ""
		if !l.At.IsZero() {
			when = l.At.UTC().Format("2006-01-02 15:04:05.000 UTC")
		}
		row := []cell{{Text: fmt.Sprint(l.N), Number: true}, {Text: when}, {Text: string(l.Kind)}, {Text: l.Text}}
		if !r.Trusted {
			row = append(row, cell{Text: trust(l)})
		}
		t.Rows = append(t.Rows, row)
	}
	if len(t.Rows) > 0 {
		out = append(out, block{Table: &t})
	}
	return out
}

func trust(l Line) string {
	switch {
	case l.Trusted:
		return "yes"
	case l.Error != "":
		return "no: " + l.Error
	}
	return "no: it stands behind a line that is not trusted"
}
