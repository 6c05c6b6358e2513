package plain

import (
	"writeback/internal/shell"
	"writeback/wizard"
)

// Advised says what holds whatever is set up; nothing in a document.
func (f *Renderer) Advised(a wizard.Advice) error {
	if f.JSON || len(a.Limits)+len(a.Test) == 0 {
		return nil
	}
	p := f.page()
	p.line("%s watches until every domain controller has it.", append(shell.Words("writeback verify --wait"), f.Place...))
	p.advice(a)
	return p.flush()
}

// advice adds what is not written back, and how to test what is.
func (p *page) advice(a wizard.Advice) {
	if len(a.Limits) > 0 {
		p.line("")
		p.painted(bold, "Not written back, whatever is set up:")
	}
	for _, l := range a.Limits {
		if l.Written == "yes" {
			continue
		}
		text := l.What
		if l.Note != "" {
			text += " (" + l.Note + ")"
		}
		if l.Written != "no" {
			text = l.Written + ": " + text
		}
		p.line("  - %s", text)
	}
	if len(a.Test) > 0 {
		p.line("")
		p.painted(bold, "How to test it with a pilot user:")
	}
	for i, t := range a.Test {
		p.line("  %d. %s", i+1, t)
	}
}
