package tell

import (
	"fmt"
	"strings"
	"time"

	"writeback/steps"
	"writeback/wizard"
)

// ByHand is a plan for colleagues who bring it about without this program.
type ByHand struct {
	Plan     steps.Plan
	Advice   wizard.Advice
	Verify   string // the command that looks afterwards
	Practice bool   // it is a rehearsal
	Program  string // version of the program
	At       time.Time
}

// Page puts it into words: a part for each stage, which can be given to somebody else.
func (h ByHand) Page() Page {
	p := Page{Title: "Password writeback by hand: " + h.Plan.Target.Name()}
	if h.Practice {
		p.Lead = append(p.Lead, say(Warn, "A rehearsal.", "These are steps for the practice domain and tenant inside the program, which nobody can follow by hand."))
	}
	p.Lead = append(p.Lead, say(Bare, "", "Each part is for whoever has what it needs, and takes no program but Microsoft's own. Nobody has approved it: it says what would be done, as it was seen when the page was made."))
	p.Lead = append(p.Lead, Block{Pairs: h.about()})
	for i, s := range h.Plan.Steps {
		if s.State != steps.StateSkipped {
			p.Sections = append(p.Sections, Section{fmt.Sprintf("stage-%d", i+1), s.Title, partByHand(s)})
		}
	}
	if len(h.Advice.Test) > 0 {
		p.Sections = append(p.Sections, Section{"test", "How to test it with a pilot user", Advice(wizard.Advice{Test: h.Advice.Test}, Lines)[2:]})
	}
	p.Sections = append(p.Sections, Section{"done", "When it is done", []Block{
		say(Bare, "", "Tell whoever gave you this page: who did it, when, and what you saw. They look at it from where they are:"),
		{Code: &Code{Title: "Command that looks, and writes nothing", Text: h.Verify}},
	}})
	p.Foot = fmt.Sprintf("Made %s by writeback %s from a plan. Times are UTC.", stamp(h.At), h.Program)
	clean(&p)
	return p
}

func (h ByHand) about() []Pair {
	t := h.Plan.Target
	pairs := add(nil, "Part of the change", h.Plan.ChangeID, true)
	pairs = add(pairs, "Domain", t.Domain, true)
	pairs = add(pairs, "Forest", t.Forest, true)
	pairs = add(pairs, "Read from", t.DC, true)
	return add(pairs, "Tenant", t.Tenant, true)
}

// partByHand is what one stage comes to for a person.
func partByHand(s steps.StepPlan) (out []Block) {
	switch s.State {
	case steps.StateOK:
		return []Block{say(Good, "Nothing is to be done.", "It is as it should be.")}
	case steps.StateUnplanned:
		out = append(out, say(Warn, "Not looked at.", "Whoever made this page has not looked at this part: the steps are those of the documents. Where it is set up already, nothing is to be done."))
	}
	for _, f := range s.Findings {
		switch {
		case f.Level == steps.LevelError:
			out = append(out, say(Alarm, "First:", f.Text+". "+f.Fix))
		case f.Level == steps.LevelWarning:
			out = append(out, say(Warn, "Know before:", f.Text))
		}
	}
	if s.State == steps.StateBlocked {
		return append(out, say(Bare, "", "Nothing of this part may be done before that: then have a new page made."))
	}
	var needs []Pair
	for _, n := range s.Needs {
		needs = append(needs, Pair{Name: "You need", Text: n.What})
	}
	if s.ByHand.Needs != "" {
		needs = []Pair{{Name: "You need", Text: s.ByHand.Needs}}
	}
	out = append(out, Block{Pairs: needs})
	out = append(out, part("What to do", Block{List: &List{Numbered: true, Points: s.ByHand.Steps}}))
	if len(s.ByHand.Commands) > 0 {
		out = append(out, part("The same by command", Block{Code: &Code{Title: "Instead of the steps, in " + s.ByHand.Shell, Text: strings.Join(s.ByHand.Commands, "\n")}}))
	}
	if t := entries(s.Changes); t != nil {
		out = append(out, part("What is added, exactly", Block{Table: t}))
	}
	for _, c := range []struct {
		title  string
		points []string
	}{{"How to see that it worked", s.ByHand.Check}, {"How to take it back", s.ByHand.Back}} {
		if len(c.points) > 0 {
			out = append(out, part(c.title, Block{List: &List{Points: c.points}}))
		}
	}
	return out
}

func part(title string, blocks ...Block) Block { return Block{Sub: &Sub{Title: title, Blocks: blocks}} }

// entries are the lines that have SDDL, to be compared with what is there afterwards.
func entries(all []steps.Change) *Table {
	t := Table{Caption: "Entries, as the security descriptor has them", Head: []string{"Object", "Entry", "SDDL"}}
	for _, c := range all {
		if c.SDDL != "" {
			t.Rows = append(t.Rows, []Cell{{Text: c.Target, Code: true}, {Text: c.Line}, {Text: c.SDDL, Code: true}})
		}
	}
	if len(t.Rows) == 0 {
		return nil
	}
	return &t
}
