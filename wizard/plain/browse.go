package plain

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"writeback/steps"
	"writeback/wizard"
	"writeback/wizard/tell"
)

// The journals, looked through by numbers: a list of runs, a run with its records,
// and a record with all that it holds.

// Browse lists the runs and shows those that are asked for, until one is to be
// undone or resumed, or the person goes back.
func (g *Guided) Browse(ctx context.Context, history wizard.History) (run, what string, err error) {
	if err := g.listRuns(history); err != nil {
		return "", "", err
	}
	for {
		n, err := g.number(ctx, "Which run is to be shown?", "Each line of its journal is shown then, and what can be done with it. Type its number; an empty line goes back.", len(history.Runs))
		if err != nil || n == 0 {
			return "", "", err
		}
		r := history.Runs[n-1]
		what, err := g.oneRun(ctx, history, r)
		if err != nil || what != "" {
			return r.ID, what, err
		}
	}
}

func (g *Guided) listRuns(history wizard.History) error {
	p := g.page()
	p.line("")
	p.line("%s, the latest first:", tell.EarlierTitle)
	var points []string
	for _, e := range tell.Earlier(history, tell.Lines) {
		points = append(points, e.Text)
	}
	p.list(tell.List{Numbered: true, Points: points})
	return p.flush()
}

// number asks for one of a list; 0 says that the person goes back.
func (g *Guided) number(ctx context.Context, title, why string, n int) (int, error) {
	answer, err := g.question(ctx, "", wizard.Question{Title: title, Why: why, Help: "A number from the list above. An empty line goes back.", Check: func(answer string) error {
		if i, err := strconv.Atoi(answer); answer != "" && (err != nil || i < 1 || i > n) {
			return fmt.Errorf("type a number from 1 to %d, or nothing", n)
		}
		return nil
	}})
	if err != nil || answer == "" {
		return 0, err
	}
	return strconv.Atoi(answer)
}

// What can be done with a run that is shown.
const (
	details = "details"
	back    = "back"
)

// oneRun shows a run, and asks what is to be done with it: "" for nothing.
func (g *Guided) oneRun(ctx context.Context, history wizard.History, r wizard.HistoryRun) (string, error) {
	if err := g.showRun(r, history); err != nil {
		return "", err
	}
	if r.Err != nil {
		return "", nil
	}
	for {
		what, err := g.question(ctx, "", wizard.Question{
			Title: "What is to be done with it?", Why: "Nothing is written before it was shown and approved.",
			Help: "A run that was interrupted can be resumed; what a run made and what is still there can be taken back.",
			Kind: wizard.Choice, Options: doings(history, r), Value: back,
		})
		switch {
		case err != nil:
			return "", err
		case what == back:
			return "", nil
		case what != details:
			return what, nil
		}
		n, err := g.number(ctx, "Which line is to be shown whole?", "All that the journal holds of it. Type its number; an empty line goes back.", len(r.Run.Records))
		if err != nil {
			return "", err
		}
		if n > 0 {
			if err := g.showRecord(r.Run.Records[n-1]); err != nil {
				return "", err
			}
		}
	}
}

func doings(history wizard.History, r wizard.HistoryRun) (all []wizard.Option) {
	if history.MayResume(r) {
		all = append(all, wizard.Option{Value: wizard.Resume, Label: "Resume it", Note: "what is left is shown and approved first"})
	}
	if r.MayUndo() {
		all = append(all, wizard.Option{Value: wizard.TakeBack, Label: "Undo it", Note: "what is taken back is shown and approved first"})
	}
	return append(all, wizard.Option{Value: details, Label: "Show a line whole"}, wizard.Option{Value: back, Label: "Go back"})
}

func (g *Guided) showRun(r wizard.HistoryRun, history wizard.History) error {
	p := g.page()
	p.line("")
	p.show(tell.EarlierRun(r, history, tell.Lines))
	return p.flush()
}

// showRecord prints all that a record holds.
func (g *Guided) showRecord(rec steps.Record) error {
	p := g.page()
	p.line("")
	for _, d := range tell.RecordDetails(rec) {
		for i, l := range strings.Split(d.Text, "\n") {
			if i > 0 {
				p.line("    %s", l)
				continue
			}
			p.line("  %s: %s", d.Name, l)
		}
	}
	return p.flush()
}
