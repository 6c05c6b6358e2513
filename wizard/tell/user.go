package tell

import (
	"fmt"

	"writeback/steps"
	"writeback/wizard"
)

// User is why one user's password can, or cannot, be written back. The verdict comes
// first.
func User(e wizard.Explanation) []Block {
	tone := Alarm
	if e.Writable {
		tone = Good
	}
	out := []Block{line(tone, e.Verdict), gap, head(e.User, "")}
	if e.Name != "" {
		out = append(out, line(Bare, e.Name))
	}
	var rights []Entry
	for _, r := range e.Rights {
		rights = append(rights, right(r))
	}
	if e.Connector != "" || len(rights) > 0 {
		out = append(out, gap, line(Bare, "The rights of "+e.Connector), Block{Entries: rights})
	}
	if len(e.Reasons) > 0 {
		out = append(out, gap, Block{Entries: because(e.Reasons)})
	}
	if len(e.Facts) > 0 {
		out = append(out, gap)
	}
	for _, x := range e.Facts {
		out = append(out, Block{Para: &Para{Text: fmt.Sprintf("%s: %s [%s]", x.What, x.Value, x.Source), Level: 1}})
	}
	return append(out, Advice(e.Advice, Lines)...)
}

// right is whether a right is granted, and by what.
func right(r steps.RightPath) Entry {
	state, tone := "not granted", Alarm
	if r.Granted {
		state, tone = "granted", Good
	} else if r.DeniedBy != "" {
		state = "denied"
	}
	e := Entry{Tone: tone, Text: r.Right + ": " + state}
	if r.Words != "" {
		e.Below = append(e.Below, Pair{Text: "by " + r.Words})
	}
	e.Below = add(e.Below, "", r.By+r.DeniedBy, true)
	if r.From != "" {
		e.Below = append(e.Below, Pair{Text: "set on " + r.From})
	}
	e.Below = add(e.Below, "", r.Note, false)
	return e
}

func because(all []steps.Why) (out []Entry) {
	tones := map[string]Tone{"blocks": Alarm, "hinders": Warn, "notes": Note}
	for _, w := range all {
		out = append(out, Entry{Tone: tones[w.Weight], Label: w.Weight, Code: w.Code, Text: w.Text, Fix: w.Fix})
	}
	return out
}
