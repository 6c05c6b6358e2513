package plain

import (
	"strings"

	"writeback/steps"
)

// ReviewUndo prints what an undo would take back.
func (f *Face) ReviewUndo(r steps.Run) {
	p := f.page()
	defer p.flush()
	p.line("Run %s on %s, begun %s by %s: %s", r.ID, r.Target.Domain, r.Started.UTC().Format("2006-01-02 15:04Z"), who(r.Who), r.State)
	if len(r.Made) == 0 {
		p.line("Nothing of it is left to take back.")
		return
	}
	p.line("Taken back, and nothing else:")
	for i := len(r.Made) - 1; i >= 0; i-- {
		p.line("")
		p.line("  %s", r.Made[i].Change.Target)
		p.painted(red, "    - %s", r.Made[i].Change.Line)
		p.painted(faint, "        %s", r.Made[i].Change.SDDL)
	}
}

func who(w steps.Who) string {
	name := w.User
	if w.Host != "" {
		name += " on " + w.Host
	}
	if w.Identity != "" {
		name += ", signed in as " + w.Identity
	}
	return name
}

// Applied prints the end of an apply.
func (f *Face) Applied(r steps.Result) {
	if r.Run == "" {
		return // the review has said it
	}
	p := f.page()
	defer p.flush()
	p.line("")
	made := 0
	for _, s := range r.Steps {
		made += len(s.Made)
		for _, n := range s.Findings {
			if n.Level != steps.LevelInfo {
				p.finding(n)
			}
		}
	}
	switch r.State {
	case steps.ResultDone:
		p.painted(green, "Done: %s made by run %s are in place.", plural(made, "change"), r.Run)
	case steps.ResultManual:
		p.painted(yellow, "Done what a program can do: %s made by run %s. A manual step waits.", plural(made, "change"), r.Run)
	default:
		p.painted(red, "Stopped: %s made by run %s so far. Apply again to continue, or undo.", plural(made, "change"), r.Run)
	}
	p.line("To take it back: writeback undo %s", r.Run)
}

// Undone prints the end of an undo.
func (f *Face) Undone(r steps.UndoResult) {
	p := f.page()
	defer p.flush()
	if len(r.Undone)+len(r.Left) == 0 {
		return
	}
	p.line("")
	if r.State == steps.ResultUndone {
		p.painted(green, "Undone: %s of run %s taken back.", plural(len(r.Undone), "change"), r.Run)
		return
	}
	p.painted(red, "Partly undone: %s of run %s taken back, %d left. Undo again for the rest.", plural(len(r.Undone), "change"), r.Run, len(r.Left))
}

// Verified prints what verify found.
func (f *Face) Verified(t steps.Target, v steps.Verification) {
	p := f.page()
	defer p.flush()
	p.line("%s, read from %s", t.Domain, t.DC)
	for _, s := range v.Steps {
		p.step(s)
	}
	p.line("")
	if v.OK {
		p.painted(green, "Everything looked at is as it should be.")
	} else {
		p.painted(yellow, "Not as it should be: writeback plan shows what is needed.")
	}
}

// Runs prints the runs, the latest first.
func (f *Face) Runs(all []steps.Run) {
	p := f.page()
	defer p.flush()
	if len(all) == 0 {
		p.line("No runs yet.")
		return
	}
	p.line("%-22s %-10s %-8s %-24s %s", "RUN", "STATE", "OURS", "DOMAIN", "BY")
	for _, r := range all {
		p.line("%-22s %-10s %-8d %-24s %s", r.ID, r.State, len(r.Made), r.Target.Domain, who(r.Who))
	}
}

// RunDetail prints one run record by record.
func (f *Face) RunDetail(r steps.Run) {
	p := f.page()
	defer p.flush()
	p.line("Run %s: %s", r.ID, r.State)
	p.line("  target    %s (forest %s), DC %s", r.Target.Domain, r.Target.Forest, r.Target.DC)
	p.line("  by        %s", who(r.Who))
	p.line("  program   %s", r.Program)
	if r.Approval != nil {
		p.line("  approved  %s, digest %s", r.Approval.How, r.Approval.Digest)
	}
	p.settings(r.Settings)
	p.line("")
	for _, rec := range r.Records {
		what := rec.State
		if rec.Change != nil {
			what = rec.Change.Target + ": " + rec.Change.Line
		} else if rec.Target != "" {
			what = rec.Target
		}
		if rec.Error != "" {
			what = strings.TrimSpace(what + " " + rec.Error)
		}
		p.line("  %s  %-9s %s", rec.Time.UTC().Format("2006-01-02 15:04:05.000Z"), rec.Kind, what)
	}
	p.line("")
	p.line("%s of this run in the world now.", plural(len(r.Made), "change"))
}
