package plain

import (
	"fmt"
	"time"

	"writeback/internal/shell"
	"writeback/steps"
	"writeback/wizard"
	"writeback/wizard/tell"
)

// What each verb shows: a document for programs, or else blocks.

// either writes the document, or shows the blocks.
func (f *Renderer) either(document any, blocks func() []tell.Block) error {
	if f.JSON {
		return f.document(document)
	}
	return f.blocks(blocks())
}

func (f *Renderer) blocks(all []tell.Block) error {
	p := f.page()
	p.show(all)
	return p.flush()
}

// command is a command line that leads here again.
func (f *Renderer) command(format string, args ...string) string {
	return append(shell.Words(format, args...), f.Place...).String()
}

// Planned shows a plan that nobody is asked to approve.
func (f *Renderer) Planned(r wizard.Review) error {
	return f.either(r.Plan, func() []tell.Block { return tell.Plan(r, tell.Lines) })
}

// Review prints a plan as an administrator would read it: object by object,
// each ACE in the words of the consoles, then in SDDL, then as the command that
// they know.
func (f *Renderer) Review(r wizard.Review) error {
	f.planned = r.Plan.Coverage
	p := f.preview()
	p.show(tell.Plan(r, tell.Lines))
	return p.flush()
}

// ReviewUndo prints what an undo would take back, the last change first.
func (f *Renderer) ReviewUndo(r steps.Run) error {
	p := f.preview()
	p.show(tell.Undoing(r, nil, tell.Lines))
	return p.flush()
}

// Applied shows the end of an apply; nothing where it never came to a result.
func (f *Renderer) Applied(r steps.Result) error {
	switch {
	case r.FormatVersion == 0:
		return nil
	case f.JSON:
		return f.document(r)
	case r.Run == "":
		return nil // the review has said it
	}
	return f.blocks(tell.Applied(r, f.planned, f.command("writeback undo %s", r.Run), f.command("writeback report %s -o report.html", r.Run), f.ofDomain("writeback verify")))
}

// Advised says what holds whatever is set up; nothing in a document.
func (f *Renderer) Advised(a wizard.Advice) error {
	if f.JSON {
		return nil
	}
	return f.blocks(tell.Advised(a, f.ofDomain("writeback verify --wait")))
}

// ofDomain is a command that asks a domain; "" where none takes part.
func (f *Renderer) ofDomain(command string) string {
	if f.NoDomain {
		return ""
	}
	return f.command(command)
}

// Undone shows the end of an undo.
func (f *Renderer) Undone(r steps.UndoResult) error {
	return f.either(r, func() []tell.Block { return tell.Undone(r) })
}

// Verified shows what verify found.
func (f *Renderer) Verified(t steps.Target, v steps.Verification) error {
	doc := v
	enough, _ := tell.Enough(v, f.Least)
	doc.OK = v.OK && enough
	return f.either(doc, func() []tell.Block { return tell.Verified(t, v, f.Least) })
}

// Propagated shows what verify found on all DCs: the document with everything,
// or, as text, what comes after that of [Renderer.Verified].
func (f *Renderer) Propagated(v steps.Verification, p tell.Propagation) error {
	return f.either(p.Document(v), p.Blocks)
}

// CheckedUp shows what the checks came to.
func (f *Renderer) CheckedUp(c tell.Checkup) error { return f.either(c.Document(), c.Blocks) }

// Explained shows why one user's password can, or cannot, be written back.
func (f *Renderer) Explained(e wizard.Explanation) error {
	return f.either(e, func() []tell.Block { return tell.User(e) })
}

// Faults shows what is wrong with the journals in dir, or, where mended is not
// nil, what was mended and what is left.
func (f *Renderer) Faults(dir string, all []steps.Fault, mended []string) error {
	return f.either(tell.FaultsDocument(dir, all, mended), func() []tell.Block { return tell.Faults(dir, all, mended) })
}

// Runs shows the runs, the latest first, for a log: with the time of each.
func (f *Renderer) Runs(all []steps.Run) error { return f.RunsSeen(all, time.Time{}, 0) }

// RunsSeen shows the runs as somebody sees them at now: how long ago each began,
// in a table that is at most so many columns wide; 0 columns set no limit, and the
// zero time gives every run's own. JSON is the same whoever looks.
func (f *Renderer) RunsSeen(all []steps.Run, now time.Time, columns int) error {
	if f.JSON {
		return f.document(tell.RunsDocument(all))
	}
	p := f.page()
	p.columns = columns
	p.show(tell.Runs(all, now))
	return p.flush()
}

// RunDetail shows one run record by record.
func (f *Renderer) RunDetail(r steps.Run) error {
	return f.either(tell.RunWhole(r), func() []tell.Block { return tell.Run(r) })
}

// Attested shows that a person's word was remembered.
func (f *Renderer) Attested(r steps.Run) error {
	return f.either(tell.RunBriefly(r), func() []tell.Block { return tell.Attested(r) })
}

// Bundling shows what goes into a bundle before it is written. For programs that is the one
// document of the call unless the bundle is allowed already, which Bundled then tells.
func (f *Renderer) Bundling(b tell.Bundle, allowed bool) error {
	if f.JSON && allowed {
		return nil
	}
	if f.JSON {
		return f.document(b.Document())
	}
	p := f.preview()
	p.show(b.Contents())
	return p.flush()
}

// Bundled shows that a bundle is written.
func (f *Renderer) Bundled(b tell.Bundle) error { return f.either(b.Document(), b.Saved) }

// Version shows which program this is.
func (f *Renderer) Version(b tell.Build) error {
	if f.JSON {
		b.FormatVersion = steps.FormatVersion
		return f.document(b)
	}
	_, err := fmt.Fprintln(f.Out, b.Text())
	return err
}
