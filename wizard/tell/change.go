package tell

import (
	"writeback/steps"
)

// Changes are changes as they would be made, under the objects that they are on.
func Changes(all []steps.Change, v Voice) (out []Entry) {
	for _, c := range all {
		e := changed(c)
		e.On, e.Text = c.Target, c.Line
		details := []Pair{{"", c.SDDL, true}, {"before", c.Before, true}, {"after", c.After, true}, {"same as", c.Equivalent, true}}
		if v == Summary {
			details = details[:3]
		}
		for _, d := range details {
			e.Below = add(e.Below, d.Name, d.Text, d.Code)
		}
		out = append(out, e)
	}
	return out
}

// changed is the entry of a change, as it is marked wherever it is told.
func changed(c steps.Change) Entry {
	e := Entry{Mark: Changed, Tone: Warn, Label: c.Verb, Text: c.Line + " on " + c.Target, Detail: func() Detail { return changeDetail(c) }}
	switch c.Verb {
	case steps.VerbAdd:
		e.Mark, e.Tone = Added, Good
	case steps.VerbRemove:
		e.Mark, e.Tone = Removed, Alarm
	}
	return e
}

// changeDetail is all about a change.
func changeDetail(c steps.Change) Detail {
	verbs := map[string]string{steps.VerbAdd: "Added", steps.VerbRemove: "Removed", steps.VerbSet: "Set"}
	e := changed(c)
	e.Text, e.Detail = c.Line, nil
	d := Detail{Title: "Change", Copy: c.Equivalent, Blocks: []Block{{Entries: []Entry{e}}, named(verbs[c.Verb]+" on", c.Target, false)}}
	for _, x := range []Pair{{"As SDDL", c.SDDL, true}, {"Before", c.Before, false}, {"After", c.After, false}, {"The same by hand", c.Equivalent, false}} {
		if x.Text != "" {
			d.Blocks = append(d.Blocks, named(x.Name, x.Text, x.Code))
		}
	}
	return d
}

func named(name, text string, isCode bool) Block {
	return Block{Named: &Named{Tone: Faint, Name: name, Text: text, Code: isCode}}
}

// failedDetail is a change that was not made, or not taken back, and why.
func failedDetail(c steps.Change, err error) Detail {
	why := "no reason was given"
	if err != nil {
		why = steps.ErrorText(err)
	}
	d := changeDetail(c)
	d.Title, d.Blocks = "Failed", append([]Block{line(Alarm, why), gap}, d.Blocks...)
	return d
}
