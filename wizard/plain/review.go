package plain

import (
	"fmt"
	"strings"

	"writeback/steps"
	"writeback/wizard"
)

// Planned shows a plan that nobody is asked to approve.
func (f *Renderer) Planned(r wizard.Review) error {
	if f.JSON {
		return f.document(r.Plan)
	}
	return f.review(f.page(), r)
}

// Review prints a plan as an administrator would read it: object by object,
// each ACE in the words of the consoles, then in SDDL, then as the command that
// they know.
func (f *Renderer) Review(r wizard.Review) error {
	f.planned = r.Plan.Coverage
	return f.review(f.preview(), r)
}

func (f *Renderer) review(p *page, r wizard.Review) error {
	p.inTheWay(r.Plan.Steps)
	p.balance(r)
	p.line("")
	p.line("%s", heading(r))
	p.settings(r.Plan.Settings)
	for _, s := range r.Plan.Steps {
		p.step(s)
		if len(s.Findings)+len(s.Evidence) > 0 {
			p.line("")
		}
		p.findings(s.Findings)
		p.evidence(s.Evidence)
	}
	p.coverage(r.Plan.Coverage)
	if r.Plan.Pending() > 0 {
		p.line("")
		p.painted(faint, "Digest of what approval binds: %s", r.Plan.Digest())
	}
	return p.flush()
}

// inTheWay says what nothing is written in spite of, and then what somebody has to
// accept by name.
func (p *page) inTheWay(all []steps.StepPlan) {
	refused, accept := wizard.InTheWay(all)
	for _, f := range refused {
		p.painted(red, "Refused: %s: %s", f.Code, f.Text)
		p.fix("  ", f.Fix)
	}
	for _, f := range accept {
		p.painted(yellow, "To be accepted: %s: %s", f.Code, f.Text)
		p.fix("  ", f.Fix)
	}
}

func heading(r wizard.Review) string {
	t := r.Plan.Target
	where := fmt.Sprintf("%s (forest %s), read from %s", t.Domain, t.Forest, t.DC)
	if r.File != "" {
		return fmt.Sprintf("Plan file %s for %s", r.File, where)
	}
	return "Plan for " + where
}

var balances = map[wizard.Balance]string{wizard.Refused: red, wizard.ManualStep: yellow, wizard.NoChange: green}

// balance says what is to be done in all.
func (p *page) balance(r wizard.Review) {
	switch kind, text := r.Balance(); kind {
	case wizard.Changes:
		p.line("%s", text)
	default:
		p.painted(balances[kind], "%s", text)
	}
	for _, why := range wizard.Hindrances(r.Plan) {
		p.painted(yellow, "Not for this account to apply: %s.", why)
	}
	if r.Approved {
		p.line("All of it was approved in this sitting: it is made without asking again.")
	}
	if r.Continues != "" {
		p.line("Run %s was interrupted; to apply is to continue it.", r.Continues)
	}
}

// step adds a step's state and its changes, object by object.
func (p *page) step(s steps.StepPlan) {
	p.line("")
	p.painted(bold, "%s: %s", s.Title, stateWords(s))
	p.changes(s.Changes, func(c steps.Change) {
		mark := signs[c.Verb]
		p.painted(mark.sgr, "    %s %s", mark.sign, c.Line)
		p.details(c)
	})
}

// changes adds changes under their targets, each in the way of one.
func (p *page) changes(all []steps.Change, one func(steps.Change)) {
	target := ""
	for _, c := range all {
		if c.Target != target {
			target = c.Target
			p.line("")
			p.line("  %s", target)
		}
		one(c)
	}
}

func stateWords(s steps.StepPlan) string {
	switch s.State {
	case steps.StateChange:
		return plural(len(s.Changes), "change")
	case steps.StateOK:
		return "as it should be"
	case steps.StateManual:
		return "a person has to do what is left"
	case steps.StateSkipped:
		return "left out"
	}
	return string(s.State)
}

var signs = map[string]struct{ sign, sgr string }{
	steps.VerbAdd: {"+", green}, steps.VerbRemove: {"-", red}, steps.VerbSet: {"~", yellow},
}

func (p *page) details(c steps.Change) {
	for _, d := range []struct{ label, text string }{{"", c.SDDL}, {"before: ", c.Before}, {"after:  ", c.After}, {"same as: ", c.Equivalent}} {
		if d.text != "" {
			p.painted(faint, "        %s%s", d.label, d.text)
		}
	}
}

var levels = map[steps.Level]string{steps.LevelError: red, steps.LevelWarning: yellow, steps.LevelInfo: cyan}

func (p *page) findings(all []steps.Finding) {
	for _, n := range all {
		p.painted(levels[n.Level], "  %-8s %s: %s", n.Level, n.Code, n.Text)
		p.fix("           ", n.Fix)
	}
}

// fix adds what to do about a finding, behind an indent.
func (p *page) fix(indent, text string) {
	for i, l := range strings.Split(text, "\n") {
		switch {
		case text == "":
		case i == 0:
			p.line("%sfix: %s", indent, l)
		default:
			p.line("%s     %s", indent, l)
		}
	}
}

func (p *page) evidence(all []steps.Evidence) {
	for _, e := range all {
		by := ""
		if e.By != "" {
			by = " by " + e.By
		}
		p.line("  %-8s %s [%s%s, %s]", e.State, e.What, e.Source, by, e.At.UTC().Format("2006-01-02 15:04:05Z"))
	}
}
