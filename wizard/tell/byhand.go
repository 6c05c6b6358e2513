package tell

import (
	"fmt"
	"slices"
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
	p.Lead = append(p.Lead, say(Bare, "", "Do the part that you have the rights for: it takes no program but Microsoft's own. This is a proposal, made from what was seen at the time below. Have it approved first."))
	p.Lead = append(p.Lead, Block{Pairs: h.about()})
	for i, s := range h.Plan.Steps {
		if s.State != steps.StateSkipped {
			p.Sections = append(p.Sections, Section{fmt.Sprintf("stage-%d", i+1), s.Title, partByHand(s)})
		}
	}
	left := func(s steps.StepPlan) bool {
		return s.State == steps.StateChange || s.State == steps.StateManual || s.State == steps.StateUnplanned
	}
	if slices.ContainsFunc(h.Plan.Steps, left) {
		p.Sections = append(p.Sections, Section{"test", "How to test it with a pilot user", []Block{{List: &List{Numbered: true, Points: withoutProgram(h.Advice.Test)}}}},
			Section{"done", "When it is done", []Block{
				say(Bare, "", "Tell whoever gave you this page: who did it, when, and what you saw. They then check it with:"),
				{Code: &Code{Title: "Command that looks, and writes nothing", Text: h.Verify}},
			}})
	}
	p.Foot = fmt.Sprintf("Made %s by writeback %s from a plan. Times are UTC.", stamp(h.At), h.Program)
	clean(&p)
	return p
}

// withoutProgram leaves the commands of this program out of steps for people.
func withoutProgram(points []string) []string {
	out := slices.Clone(points)
	for i := range out {
		out[i] = strings.Replace(out[i], ": writeback explain USER.", ".", 1)
	}
	return out
}

func (h ByHand) about() []Pair {
	t := h.Plan.Target
	pairs := add(nil, "Part of the change", h.Plan.ChangeID, true)
	pairs = add(pairs, "Domain", t.Domain, true)
	pairs = add(pairs, "Forest", t.Forest, true)
	pairs = add(pairs, "Read from", t.DC, true)
	return add(pairs, "Tenant", t.Tenant, true)
}

// ofTheMaker are the codes of warnings about whoever made the page, and not about whoever
// follows it.
var ofTheMaker = []string{"no-right-to-write", "role-missing"}

// partByHand is what one stage comes to for a person.
func partByHand(s steps.StepPlan) (out []Block) {
	switch {
	case s.State == steps.StateOK:
		return []Block{say(Good, "Nothing to do.", "It is set up already.")}
	case s.State == steps.StateUnplanned:
		out = append(out, say(Warn, "Not looked at.", "Whoever made this page has not looked at this part: these are the general steps of Microsoft's documents. Where it is set up already, there is nothing to do."))
	case s.PlannedBy != nil:
		return plannedByOthers(s)
	}
	for _, f := range s.Findings {
		switch {
		case f.Level == steps.LevelError:
			out = append(out, say(Alarm, "Not yet:", f.Text+"."))
		case f.Level == steps.LevelWarning && !f.Manual && !slices.Contains(ofTheMaker, f.Code):
			out = append(out, say(Warn, "Before you start:", f.Text+"."))
		}
	}
	if s.State == steps.StateBlocked {
		return append(out, say(Bare, "", "Do not start this part. Tell whoever gave you this page: they see to this first, and send a new one."))
	}
	out = append(out, neededFor(s))
	for _, f := range s.Findings { // what only a person can do is in the finding itself
		if f.Manual && f.Level == steps.LevelWarning {
			out = append(out, part("What to do", Block{Para: &Para{Text: f.Text + "."}}, Block{List: &List{Numbered: true, Points: unnumbered(f.Fix)}}))
		}
	}
	h := s.ByHand
	if len(h.Steps) > 0 {
		out = append(out, part("What to do", Block{List: &List{Numbered: true, Points: h.Steps}}))
	}
	if len(h.Commands) > 0 {
		out = append(out, part("The same by command", Block{Code: &Code{Title: "Instead of the steps, in " + h.Shell, Text: strings.Join(h.Commands, "\n")}}))
	}
	return append(append(out, exactly(s.Changes)...), afterwards(h)...)
}

// plannedByOthers is a part whose lines somebody else has put into the plan file.
func plannedByOthers(s steps.StepPlan) []Block {
	out := []Block{say(Warn, "Planned by "+s.PlannedBy.By+", "+stamp(s.PlannedBy.At)+".", "These lines are from the plan file, which anybody could have written, and nobody has looked at them here. Compare them with whoever planned them, then make exactly these changes. They can also make a page of their own, with every click."), neededFor(steps.StepPlan{Needs: s.Needs})}
	return append(append(out, exactly(s.Changes)...), afterwards(s.ByHand)...)
}

func neededFor(s steps.StepPlan) Block {
	var needs []Pair
	for _, n := range s.Needs {
		needs = append(needs, Pair{Name: "You need", Text: n.What})
	}
	if s.ByHand.Needs != "" {
		needs = []Pair{{Name: "You need", Text: s.ByHand.Needs}}
	}
	return Block{Pairs: needs}
}

// exactly is what is changed, to be compared with what is there afterwards.
func exactly(all []steps.Change) []Block {
	t := Table{Caption: "Each change as the security descriptor has it, or before → after", Head: []string{"Where", "Change", "Exactly"}}
	for _, c := range all {
		exact := c.SDDL
		if exact == "" {
			exact = c.Before + " → " + c.After
		}
		t.Rows = append(t.Rows, []Cell{{Text: c.Target, Code: true}, {Text: c.Line}, {Text: exact, Code: true}})
	}
	if len(t.Rows) == 0 {
		return nil
	}
	return []Block{part("What is changed, exactly", Block{Table: &t})}
}

func afterwards(h steps.ByHand) (out []Block) {
	for _, c := range []struct {
		title  string
		points []string
	}{{"How to see that it worked", h.Check}, {"How to take it back", h.Back}} {
		if len(c.points) > 0 {
			out = append(out, part(c.title, Block{List: &List{Points: c.points}}))
		}
	}
	return out
}

// unnumbered are the lines of a fix that may have numbers of its own.
func unnumbered(fix string) (out []string) {
	for _, l := range strings.Split(fix, "\n") {
		if n, rest, is := strings.Cut(l, ". "); is && strings.Trim(n, "0123456789") == "" {
			l = rest
		}
		out = append(out, l)
	}
	return out
}

func part(title string, blocks ...Block) Block { return Block{Sub: &Sub{Title: title, Blocks: blocks}} }
