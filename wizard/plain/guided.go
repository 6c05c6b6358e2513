package plain

import (
	"context"
	"fmt"
	"strings"

	"writeback/steps"
	"writeback/wizard"
)

// Busy says once what takes a while: a line that changed would be read out
// again and again.
func (g *Guided) Busy(what string) (done func()) {
	fmt.Fprintf(g.Err, "%s …\n", steps.Plain(what))
	return func() {}
}

// Choose lists ways to go on. None of them is taken by an empty line.
func (g *Guided) Choose(ctx context.Context, title, text string, options []wizard.Option) (string, error) {
	p := g.say()
	p.line("")
	p.line("%s", title)
	for l := range strings.SplitSeq(text, "\n") {
		p.line("  %s", l)
	}
	if err := p.flush(); err != nil {
		return "", err
	}
	return g.question(ctx, "", wizard.Question{Title: "How to go on?", Kind: wizard.Choice, Options: options})
}

// End tells what was made or taken back, and how to come back to it.
func (g *Guided) End(e wizard.Ending) error {
	if err := g.outcome(e); err != nil {
		return err
	}
	p := g.page()
	p.line("")
	if e.Undone == nil {
		p.remains(e.Result)
	}
	for _, l := range []struct{ label, text string }{
		{"Journal: ", e.Journal},
		{"The same without questions: ", e.Command},
	} {
		if l.text != "" {
			p.line("%s%s", l.label, l.text)
		}
	}
	return p.flush()
}

func (g *Guided) outcome(e wizard.Ending) error {
	if e.Undone != nil {
		return g.Undone(*e.Undone)
	}
	if e.Result.Run == "" {
		return nil // the review has said it
	}
	return g.applied(e.Result, e.Undo)
}

// remains tells what proves each stage, as it is after the work.
func (p *page) remains(r steps.Result) {
	for _, s := range r.Steps {
		if s.State == steps.StateSkipped || r.Run == "" {
			continue // where nothing was done, the review has said it all
		}
		p.painted(bold, "%s: %s", s.Title, stateWords(s.StepPlan))
		p.evidence(s.Evidence)
	}
}
