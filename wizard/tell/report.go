package tell

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"writeback/steps"
)

// Page puts a report into words.
func (r Report) Page() Page {
	p := Page{Title: "Password writeback: run " + r.Run, Lead: lead(r), Sections: []Section{
		{"summary", "In short", summary(r)},
		{"hands", "Who did what in this change", handBlocks(r)},
		{"approval", "Who approved what, and when", approvalBlocks(r)},
		{"changes", "What was changed", changeBlocks(r)},
		{"coverage", "Whose password can be written back", coverageBlocks(r)},
		{"evidence", "What proves it", stageBlocks(r)},
		{"words", "What people said", wordBlocks(r)},
		{"objects", "Before and after", objectBlocks(r)},
		{"undo", "How to take it back", undoBlocks(r)},
		{"settings", "The settings of the run", settingBlocks(r)},
		{"journal", "The journal", journalBlocks(r)},
	}}
	p.Sections = slices.DeleteFunc(append(p.Sections, otherSections(r)...), func(s Section) bool { return len(s.Blocks) == 0 })
	if !r.Trusted {
		p.Title += " (not trusted)"
	}
	p.Foot = fmt.Sprintf("Made %s by writeback %s from the run's journal. Times are UTC.", stamp(r.Created), r.Program)
	clean(&p)
	return p
}

// lead is what nobody may overlook.
func lead(r Report) (out []Block) {
	if !r.Trusted {
		out = append(out, say(Alarm, "This report cannot be trusted.",
			"The journal that it was read from is not as a run of the program left it: "+r.Breach+". What could still be read of it is shown below as it stands, and proves nothing."))
	}
	if r.Practice {
		out = append(out, say(Warn, "A rehearsal.", "It was made on the practice domain and tenant inside the program. Nothing real was changed."))
	}
	return out
}

// toned is a text with its tone.
type toned struct {
	tone Tone
	text string
}

var meanings = map[string]toned{
	steps.RunEmpty:    {Bare, "Nothing of it was ever made."},
	steps.RunAttested: {Bare, "It only holds what a person said. The program changed nothing."},
	steps.RunTold:     {Bare, "It only holds what a person brought back of something that was handed over. The program changed nothing."},
	steps.RunDone:     {Good, "At its end %s was as it should be."},
	steps.RunManual:   {Warn, "At its end %s was as it should be, but for what a person has to do."},
	steps.RunPartial:  {Warn, "It stopped before its end."},
	steps.RunInDoubt:  {Alarm, "A write began, and nobody has looked yet whether it happened."},
	steps.RunUndone:   {Bare, "Nothing of it is left in the world: it was taken back."},
}

// meaning is what the state of the run says of the stages that it was about.
func (r Report) meaning() toned {
	m, about := meanings[r.State], "everything"
	if slices.ContainsFunc(r.Stages, func(s Stage) bool { return !s.looked() }) {
		about = "what it was about (" + stagesOf(r) + ")"
	}
	m.text = strings.Replace(m.text, "%s", about, 1)
	return m
}

func summary(r Report) []Block {
	m := r.meaning()
	head := strings.ToUpper(r.State[:min(1, len(r.State))]) + r.State[min(1, len(r.State)):] + "."
	text := m.text
	if !r.Trusted {
		text += " So says a journal that cannot be trusted."
		m.tone = Warn
	}
	pairs := add(nil, "Run", r.Run, true)
	pairs = add(pairs, "Part of the change", r.ChangeID, true)
	pairs = add(pairs, "Domain", r.Target.Domain, true)
	pairs = add(pairs, "Forest", r.Target.Forest, true)
	pairs = add(pairs, "Domain controller", r.Target.DC, true)
	tenant := r.Target.Tenant
	if tenant == "" {
		pairs = append(pairs, Pair{Name: "Tenant", Text: "none took part"})
	} else {
		pairs = add(pairs, "Tenant", tenant, true)
	}
	pairs = add(pairs, "Begun", moment(r.Started), false)
	pairs = add(pairs, "Last record", moment(r.Ended), false)
	pairs = add(pairs, "By", WhoText(r.Who), false)
	pairs = add(pairs, "From the machine", r.Who.Host, true)
	pairs = add(pairs, "Approved", approvedBy(r.Approvals), false)
	pairs = add(pairs, "Changes", balance(r.Changes), false)
	pairs = add(pairs, "Ended with the error", r.Error, false)
	pairs = add(pairs, "Digest of the journal", "sha256:"+r.Journal.SHA256, true)
	return []Block{say(m.tone, head, text), {Figures: figures(r)}, {Pairs: pairs}}
}

// figures are what a board asks first: what was done, whom it reaches, whether it is
// as it should be, and whether this can be believed.
func figures(r Report) []Figure {
	n := count(r.Changes)
	var all []Figure
	if len(r.Changes) > 0 {
		all = append(all, Figure{changesTone(n), fmt.Sprintf("%d of %d", n[steps.FateMade], len(r.Changes)), "approved changes are in the world"})
	}
	if len(r.Coverage) > 0 && r.grants() { // what one run makes of all of them is the rights
		c, _ := r.Coverage[len(r.Coverage)-1].Document.Coverage()
		if c.After != nil {
			tone, can := Good, " can"
			if n[steps.FateMade] < len(r.Changes) {
				tone, can = Bare, " could"
			}
			all = append(all, Figure{tone, fmt.Sprintf("%d %%", int(percent(*c.After, c.Users))), "of " + plural(c.Users, "user") + can + " be written back with all of them" + before(c)})
		}
	}
	if len(r.Stages) > 0 {
		ok := 0
		for _, s := range r.Stages {
			if s.After == steps.StateOK {
				ok++
			}
		}
		tone, since := Warn, ""
		switch {
		case r.State == steps.RunUndone:
			tone, since = Bare, ", before it was taken back"
		case ok == len(r.Stages):
			tone = Good
		}
		all = append(all, Figure{tone, fmt.Sprintf("%d of %d", ok, len(r.Stages)), "stages were as they should be at the end" + since})
	}
	if r.Trusted {
		return append(all, Figure{Good, "Whole", "is the journal's chain of hashes"})
	}
	for i := range all { // nothing of it is good news
		all[i].Tone = Bare
	}
	return append(all, Figure{Alarm, "Broken", "is the journal's chain of hashes"})
}

// grants says that the run is about the rights in Active Directory.
func (r Report) grants() bool {
	return slices.ContainsFunc(r.Stages, func(s Stage) bool { return steps.StageOf(s.ID) == "delegate" && s.looked() })
}

func before(c steps.Coverage) string {
	if c.Before == nil {
		return ""
	}
	return fmt.Sprintf(", %d %% before", int(percent(*c.Before, c.Users)))
}

func changesTone(n map[string]int) Tone {
	switch {
	case n[steps.FateInDoubt] > 0:
		return Alarm
	case n[steps.FateNotMade] > 0:
		return Warn
	case n[steps.FateMade] > 0:
		return Good
	}
	return Bare
}

// approvedBy is who approved plans of the run, one after the other.
func approvedBy(all []Approval) string {
	var lines []string
	for _, a := range all {
		if a.Digest != "" {
			lines = append(lines, fmt.Sprintf("%s by %s: %s", stamp(a.At), WhoText(a.Who), a.How))
		}
	}
	return strings.Join(lines, "\n")
}

// count says how many changes are in each state.
func count(all []steps.Fate) map[string]int {
	n := map[string]int{}
	for _, c := range all {
		n[c.State]++
	}
	return n
}

// balance counts what became of the changes.
func balance(all []steps.Fate) string {
	n := count(all)
	var parts []string
	for _, state := range []string{steps.FateMade, steps.FateTakenBack, steps.FateInDoubt, steps.FateNotMade} {
		if n[state] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n[state], state))
		}
	}
	if len(parts) == 0 {
		return "none"
	}
	return strings.Join(parts, ", ")
}

func settingBlocks(r Report) []Block {
	if len(r.Settings) == 0 {
		return []Block{say(Bare, "", "The journal holds none.")}
	}
	t := Table{Caption: "Settings, and where each came from", Head: []string{"Setting", "Value", "From"}}
	for _, name := range slices.Sorted(maps.Keys(r.Settings)) {
		s := r.Settings[name]
		t.Rows = append(t.Rows, []Cell{{Text: name, Code: true}, {Text: strings.Join(valuesOf(s.Value), "\n"), Code: true}, {Text: s.From}})
	}
	return []Block{{Table: &t}}
}
