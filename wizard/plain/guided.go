package plain

import (
	"context"
	"fmt"
	"strings"

	"writeback/steps"
	"writeback/wizard"
	"writeback/wizard/tell"
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
	return g.question(ctx, "", wizard.Question{Title: "How to go on?", Kind: wizard.Choice, Options: options,
		Help: "Type the number of one of them, or its name. Nothing is done before, and Ctrl-C leaves."})
}

// End tells what was made or taken back and how everything stands, and asks how
// to go on from there. What was told already is not told again.
func (g *Guided) End(ctx context.Context, e wizard.Ending) (string, error) {
	if !g.same(e) {
		if err := g.tell(e); err != nil {
			return "", err
		}
	}
	g.told = &e
	if e.Problem != nil {
		p := g.say()
		p.line("")
		p.show(tell.Problem(steps.ErrorText(e.Problem)))
		if err := p.flush(); err != nil {
			return "", err
		}
	}
	if len(e.Next) == 0 {
		return "", nil
	}
	return g.question(ctx, "", wizard.Question{
		Title: "How to go on from here?", Why: "What was made stays as it is, and nothing more is written without approval.",
		Help: "Type the number of one of them, or its name. An empty line takes the one that is named beside it.",
		Kind: wizard.Choice, Options: e.Next, Value: e.Pick,
	})
}

// same says that an end was told before.
func (g *Guided) same(e wizard.Ending) bool {
	was := g.told
	return was != nil && was.Undone == e.Undone && was.Checked == e.Checked && was.Journal == e.Journal &&
		was.Result.Run == e.Result.Run && was.Result.State == e.Result.State
}

func (g *Guided) tell(e wizard.Ending) error {
	if err := g.outcome(e); err != nil {
		return err
	}
	p := g.page()
	p.line("")
	p.show(tell.Remains(e))
	return p.flush()
}

func (g *Guided) outcome(e wizard.Ending) error {
	switch {
	case e.Undone != nil:
		return g.Undone(*e.Undone)
	case e.Result.Run == "":
		return nil // the review has said it
	case e.Checked != nil && g.told != nil && g.told.Result.Run == e.Result.Run:
		return nil // it was told before the check
	}
	return g.blocks(tell.Applied(e.Result, g.planned, e.Undo, e.Report, g.command("writeback verify")))
}
