package tui

import (
	"slices"

	"writeback/steps"
)

// ofRun makes the review of an undo: what a run made and still owns, the last
// change first, as it would be taken back.
func ofRun(r steps.Run, titles map[string]string) *review {
	s := &review{title: "Undo of run " + plain(r.ID), goes: "continue", undo: true}
	switch {
	case len(r.Made) > 0:
		s.balance.add(bare, "", plural(len(r.Made), "change")+" would be taken back. Nothing has been taken back yet.")
	case !r.Undoable():
		s.balance.add(good, "✓ ", "Nothing of this run is left in the world.")
	}
	if r.State == steps.RunInDoubt {
		s.balance.add(warn, "! ", "A write was interrupted: it is looked for first, and taken back if it is there or still comes.")
	}
	if r.Undoable() {
		s.goes = "continue to approval"
	}
	s.consent = append(prose{}, s.balance...)
	if r.Target.Domain != "" {
		s.consent.add(faint, "", "Domain "+r.Target.Domain)
	}
	return s.with(append(madeItems(r, titles), doubtfulItems(r)...))
}

// madeItems lists what a run made, backwards, below the steps that it made it in.
func madeItems(r steps.Run, titles map[string]string) (all []item) {
	made := slices.Clone(r.Made)
	slices.Reverse(made)
	step, target := "", ""
	for i, o := range made {
		if o.Step != step {
			if i > 0 {
				all = append(all, item{kind: spacer})
			}
			step, target = o.Step, ""
			all = append(all, item{kind: heading, tone: strong, text: titleOf(step, titles)})
		}
		if o.Change.Target != target {
			target = o.Change.Target
			all = append(all, item{kind: object, tone: faint, text: plain(target)})
		}
		it := item{kind: entry, mark: "- ", tone: bad, text: plain(o.Change.Line), detail: func() *page { return ownedPage(o) }}
		if o.Change.Verb == steps.VerbRemove {
			it.mark, it.tone, it.text = "+ ", good, "comes back: "+it.text
		}
		all = append(all, it)
	}
	return all
}

// doubtfulItems lists what was announced and may have been made, as it would be taken
// back.
func doubtfulItems(r steps.Run) (all []item) {
	for i, o := range r.Doubtful() {
		if i == 0 {
			all = append(all, item{kind: heading, tone: strong, text: "Not known to have been made"})
		}
		all = append(all, item{kind: object, tone: faint, text: plain(o.Change.Target)},
			item{kind: entry, mark: "? ", tone: warn, text: plain(o.Change.Line), detail: func() *page { return ownedPage(o) }})
	}
	return all
}

func titleOf(step string, titles map[string]string) string {
	if t := titles[step]; t != "" {
		return plain(t)
	}
	return plain(step)
}

// ownedPage is a change that was made, with when.
func ownedPage(o steps.Owned) *page {
	p := changePage(o.Change)
	p.title, p.clip = "Change that would be taken back", "" // the command beside it does the contrary
	p.text.gap()
	p.text.add(faint, "", "Made at "+o.At.UTC().Format("2006-01-02 15:04:05Z")+" in run step "+o.Step)
	return p
}
