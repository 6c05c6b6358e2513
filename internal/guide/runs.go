package guide

import (
	"context"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"writeback/internal/session"
	"writeback/internal/settings"
	"writeback/steps"
	"writeback/wizard"
)

// What the guide makes of the journals: which runs there are, which of them the
// session may go on with, and how the settings become those of a run.

// Runs takes the state directory, the first time, and reads the journals.
func (g *Guide) Runs(context.Context) (wizard.History, error) {
	if g.journals == nil {
		journals, err := g.caller.OpenJournals("setup")
		if err != nil {
			return wizard.History{}, err
		}
		g.journals = journals
	}
	history := g.journals.Store.History()
	runs, err := history.Runs()
	damaged := session.JournalErrors(err)
	if err != nil && len(damaged) == 0 {
		return wizard.History{}, err
	}
	read := wizard.History{Now: time.Now()}
	for _, r := range runs {
		read.Runs = append(read.Runs, wizard.HistoryRun{ID: r.ID, File: journalFile(g.journals.Store, r.ID), Run: r, Elsewhere: !g.mayBeAbout(r)})
	}
	for _, e := range damaged {
		id := strings.TrimSuffix(filepath.Base(e.Path), filepath.Ext(e.Path))
		read.Runs = append(read.Runs, wizard.HistoryRun{ID: id, File: e.Path, Err: e})
	}
	slices.SortStableFunc(read.Runs, func(a, b wizard.HistoryRun) int { return strings.Compare(b.ID, a.ID) })
	read.Last, read.Open = g.places(history)
	return read, nil
}

// places gives of each place that this session may be about the latest run that
// did something, and of those the ones that have to be continued first. A journal
// that cannot be trusted hides that: the engine refuses to begin a run then, and
// says why.
func (g *Guide) places(history *steps.History) (last, open []steps.Run) {
	elsewhere := func(r steps.Run) bool { return !g.mayBeAbout(r) }
	last, _ = history.Places() // what is wrong with a journal is shown as a run of its own
	open, _ = history.Unfinished(nil)
	return slices.DeleteFunc(last, elsewhere), slices.DeleteFunc(open, elsewhere)
}

// journalFile is where the store keeps a run's journal.
func journalFile(store *steps.Store, id string) string {
	return filepath.Join(store.Dir(), id+".jsonl")
}

// mayBeAbout says that nothing stronger than a run's own settings speaks of
// other domains than the run's.
func (g *Guide) mayBeAbout(r steps.Run) bool {
	s := g.set()
	return s.Answerable(settings.Domains) || s.Meant(r.Target)
}

// For forgets what was answered, and takes the settings of a run. The password
// that was typed is kept for the same account of the same domain, and for nobody
// else.
func (g *Guide) For(run steps.Run, back bool) error {
	whose := g.whose()
	journals := g.journals
	g.disconnect()
	g.set().Unanswer()
	*g = *New(g.caller, g.ui, g.newFlow, g.quiet)
	g.journals = journals
	g.caller.Change = session.Change{}
	if run.ID != "" {
		g.resumed, g.caller.Change = true, session.ChangeOf(run)
		if err := g.set().GoOnWith(run); err != nil {
			return err
		}
	}
	if back {
		g.undoing = &run
	}
	if g.whose() != whose {
		g.caller.Typed = ""
	}
	return nil
}

// whose tells whose password it is that was typed.
func (g *Guide) whose() string {
	domain := g.set().Domain()
	if g.first != nil {
		domain = g.first.Name()
	}
	return strings.ToLower(domain + "\n" + settings.ADUser.Of(g.set()))
}
