package tell

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"writeback/steps"
)

var tones = map[string]Tone{steps.FateMade: Good, steps.FateTakenBack: Bare, steps.FateInDoubt: Alarm, steps.FateNotMade: Warn}

func changeBlocks(r Report) (out []Block) {
	if len(r.Changes) == 0 {
		return []Block{say(Bare, "", "Nothing was approved, and nothing was written.")}
	}
	for i, c := range r.Changes {
		pairs := []Pair{{"On", c.Target, true}}
		pairs = add(pairs, "Stage", title(r, c.Step), false)
		pairs = add(pairs, "ACE in SDDL", c.SDDL, true)
		pairs = add(pairs, "Before", c.Before, false)
		pairs = add(pairs, "After", c.After, false)
		pairs = add(pairs, "The same by hand", c.Equivalent, true)
		if !c.Approved.IsZero() {
			pairs = add(pairs, "Approved", fmt.Sprintf("%s by %s: %s", stamp(c.Approved), WhoText(c.By), c.How), false)
		}
		pairs = add(pairs, "Made", made(c), false)
		pairs = add(pairs, "Taken back", moment(c.TakenBack), false)
		pairs = add(pairs, "Error", c.Error, false)
		out = append(out, Block{Sub: &Sub{
			Title: fmt.Sprintf("%d. %s: %s", i+1, cmp.Or(verbs[c.Verb], c.Verb), c.Line), State: c.State, Tone: tones[c.State], Blocks: []Block{{Pairs: pairs}}}})
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

func made(c steps.Fate) string {
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

func objectBlocks(r Report) (out []Block) {
	if len(r.Objects) == 0 {
		return []Block{say(Bare, "", "The journal keeps no object: nothing was about to be written.")}
	}
	for _, o := range r.Objects {
		pairs := []Pair{{"Stage", title(r, o.Stage), false}, {"Kept", stamp(o.At), false}}
		pairs = add(pairs, "Read from", o.DC, true)
		b := []Block{{Pairs: pairs}}
		if o.Before == "" {
			b = append(b, Block{Code: &Code{Title: "As it was before the first write", Text: indented(o.Kept)}})
		} else {
			b = append(b, Block{Code: descriptor("Before: the security descriptor as it was read", o.Before, nil)})
			b = append(b, after(o, takenBack(r, o))...)
		}
		out = append(out, Block{Sub: &Sub{Title: cmp.Or(o.Name, "Without a name"), Blocks: b}})
	}
	return out
}

// takenBack is how many of the changes on an object are not there any more.
func takenBack(r Report, o Object) (n int) {
	for _, c := range r.Changes {
		if c.Step == o.Stage && c.State == steps.FateTakenBack && (slices.Contains(o.Added, c.SDDL) || slices.Contains(o.Removed, c.SDDL) || c.Verb == steps.VerbSet && o.Inheritance != "") {
			n++
		}
	}
	return n
}

func after(o Object, gone int) []Block {
	switch {
	case o.NoWord != "":
		return []Block{say(Warn, "", "What the changes made of it cannot be told: "+o.NoWord+".")}
	case len(o.Added)+len(o.Removed) == 0 && o.Inheritance == "":
		return []Block{say(Bare, "", "The run added nothing to it.")}
	}
	var out []Block
	if o.Inheritance != "" {
		out = append(out, say(Warn, "", "The run switched inheritance of permissions "+o.Inheritance+"."))
	}
	for _, d := range []struct {
		aces []string
		what string
	}{{o.Removed, " removed"}, {o.Added, " added"}} {
		if len(d.aces) > 0 {
			out = append(out, Block{Code: &Code{Title: "The difference: " + plural(len(d.aces), "ACE") + d.what, Text: strings.Join(d.aces, "\n")}})
		}
	}
	out = append(out, []Block{
		{Code: descriptor("After: what these changes make of it", o.After, o.Added)},
		say(Bare, "", "After is computed from before. A domain controller may keep the ACEs in another order, and others may have written since."),
	}...)
	if gone > 0 {
		out = append(out, say(Warn, "Taken back.", fmt.Sprintf("%d of these %s not there any more: the run took back what it had made.", gone, isOrAre(gone))))
	}
	return out
}

func isOrAre(n int) string {
	if n == 1 {
		return "is"
	}
	return "are"
}

// descriptor is one in SDDL, its owner and group first, and then one ACE after the
// other. Those among added are marked.
func descriptor(title, sddl string, added []string) *Code {
	c := &Code{Title: title, Text: sddl}
	depth, from := 0, 0
	cut := func(at int) {
		if at > from {
			text := sddl[from:at]
			c.Parts = append(c.Parts, Part{text, slices.Contains(added, text)})
		}
		from = at
	}
	for i, ch := range sddl {
		switch ch { // a condition has brackets of its own (MS-DTYP 2.5.1.1)
		case '(':
			if depth == 0 {
				cut(i)
			}
			depth++
		case ')':
			if depth--; depth == 0 {
				cut(i + 1)
			}
		}
	}
	cut(len(sddl))
	return c
}

// indented is JSON for people.
func indented(raw json.RawMessage) string {
	var b bytes.Buffer
	if json.Indent(&b, steps.PlainJSON(raw), "", "  ") != nil {
		return string(raw)
	}
	return b.String()
}

func undoBlocks(r Report) (out []Block) {
	switch {
	case !r.Trusted:
		return []Block{say(Alarm, "", "A journal that cannot be trusted is not undone by the program. Compare the objects above with how they are, and take back by hand what should not be there.")}
	case r.Undo.Command == "":
		return []Block{say(Bare, "", "Nothing of this run is left to take back.")}
	case r.Undo.InDoubt:
		out = append(out, say(Warn, "", "A write was interrupted, or came back with an error, and may still take effect for 15 minutes. The command looks first whether it took place, and takes it back if it did."))
	}
	text := fmt.Sprintf("This takes back %s, the last one first, and nothing that was there before or that others added since:", plural(r.Undo.Left, "change"))
	out = append(out, say(Bare, "", text), Block{Code: &Code{Title: "Command", Text: r.Undo.Command}})
	if r.Verify != "" {
		out = append(out, say(Bare, "", "This looks how everything is now:"), Block{Code: &Code{Title: "Command", Text: r.Verify}})
	}
	return out
}
