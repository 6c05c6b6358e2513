package tui

import (
	"strings"
	"time"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"writeback/steps"
	"writeback/wizard"
)

// historyRun is one journal, record by record, and what can be done with its run.
type historyRun struct {
	run    wizard.HistoryRun
	resume bool
	what   prose // what there is of the run, above its records
	list   list
}

func newHistoryRun(p wizard.History, r wizard.HistoryRun) *historyRun {
	s := &historyRun{run: r, resume: p.MayResume(r)}
	if r.Err != nil {
		s.what.add(bad, "✗ ", "This journal cannot be trusted, so that nothing of it is undone.")
		s.what.add(bare, "  ", steps.ErrorText(r.Err))
		s.what.add(faint, "  ", r.File)
		return s
	}
	s.what.add(bare, "", r.Run.State+", "+wizard.Ago(r.Run.Started, p.Now)+", on "+r.Run.Target.String())
	s.what.add(faint, "", "by "+wizard.WhoText(r.Run.Who))
	if r.Run.Error != "" {
		s.what.add(warn, "! ", r.Run.Error)
	}
	s.what.add(faint, "", r.File)
	if r.Elsewhere {
		s.what.add(warn, "! ", "The command line names another place: begin without that to undo this run.")
	}
	day := r.Run.Started.UTC().Format(time.DateOnly)
	for _, rec := range r.Run.Records {
		when := rec.Time.UTC().Format("15:04:05Z")
		if today := rec.Time.UTC().Format(time.DateOnly); today != day { // it was gone on with later
			when = today + " " + when
		}
		s.list.items = append(s.list.items, recordItem(when, rec))
	}
	return s
}

func recordItem(when string, rec steps.Record) item {
	mark, t := "  ", faint
	switch rec.Kind {
	case steps.KindMade:
		mark, t = "+ ", good
	case steps.KindUndone:
		mark, t = "- ", note
	case steps.KindFailed:
		mark, t = "✗ ", bad
	case steps.KindApproved, steps.KindAttested, steps.KindTold:
		mark, t = "a ", bare
	}
	return item{kind: entry, mark: mark, tone: t, detail: func() *page { return recordPage(rec) },
		text: plain(when + " " + string(rec.Kind) + " " + wizard.RecordText(rec))}
}

// named is how wide the names of what a record holds are drawn.
const named = 19

// recordPage is all that a record holds.
func recordPage(rec steps.Record) *page {
	p := &page{title: "Record of the journal"}
	for _, d := range wizard.RecordDetails(rec) {
		mark := pad(d.Name, named)
		for _, l := range plainLines(d.Text) {
			p.text = append(p.text, para{mark: mark, text: l, raw: d.Name == "SDDL" || d.Name == "Kept for the undo"})
			mark = strings.Repeat(" ", named)
		}
	}
	return p
}

var (
	keyResume   = bind("r", "resume it", "r")
	keyTakeBack = bind("u", "undo it", "u")
	keyRunBack  = bind("esc", "back", "esc", "q")
)

func (s *historyRun) head(f frame) []string {
	title := plain("Run " + s.run.ID)
	out := []string{ends(f.look.paint(strong, title), f.look.paint(faint, s.list.where()), f.w)}
	return append(append(out, s.what.lines(f)...), "")
}

func (s *historyRun) room(f frame) frame {
	f.h = max(3, f.h-len(s.head(f)))
	return f
}

func (s *historyRun) lines(f frame) []string {
	out := append(s.head(f), s.list.lines(s.room(f))...)
	return out[:min(len(out), f.h)]
}

func (s *historyRun) keys(f frame) []key.Binding {
	all := s.list.keys(s.room(f))
	if s.resume {
		all = append(all, keyResume)
	}
	if s.run.MayUndo() {
		all = append(all, keyTakeBack)
	}
	return append(all, keyRunBack)
}

func (s *historyRun) press(f frame, k tea.KeyMsg) act {
	switch {
	case key.Matches(k, keyRunBack):
		return act{back: true}
	case s.resume && key.Matches(k, keyResume) && !k.Paste:
		return act{answer: &outcome{run: s.run.ID, text: wizard.Resume}}
	case s.run.MayUndo() && key.Matches(k, keyTakeBack) && !k.Paste:
		return act{answer: &outcome{run: s.run.ID, text: wizard.TakeBack}}
	}
	a, _ := s.list.press(s.room(f), k)
	return a
}
