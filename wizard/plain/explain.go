package plain

import (
	"writeback/steps"
	"writeback/wizard"
)

// Explained shows why one user's password can, or cannot, be written back. The
// verdict comes first.
func (f *Renderer) Explained(e wizard.Explanation) error {
	if f.JSON {
		return f.document(e)
	}
	p := f.page()
	colour := red
	if e.Writable {
		colour = green
	}
	p.painted(colour, "%s", e.Verdict)
	p.line("")
	p.painted(bold, "%s", e.User)
	if e.Name != "" {
		p.line("%s", e.Name)
	}
	p.line("")
	p.line("The rights of %s", e.Connector)
	for _, r := range e.Rights {
		p.right(r)
	}
	p.because(e.Reasons)
	if len(e.Facts) > 0 {
		p.line("")
		for _, x := range e.Facts {
			p.line("  %s: %s [%s]", x.What, x.Value, x.Source)
		}
	}
	p.advice(e.Advice)
	return p.flush()
}

func (p *page) right(r steps.RightPath) {
	state, colour := "not granted", red
	if r.Granted {
		state, colour = "granted", green
	} else if r.DeniedBy != "" {
		state = "denied"
	}
	p.painted(colour, "  %s: %s", r.Right, state)
	if r.Words != "" {
		p.line("      by %s", r.Words)
	}
	if sddl := r.By + r.DeniedBy; sddl != "" {
		p.painted(faint, "      %s", sddl)
	}
	if r.From != "" {
		p.line("      set on %s", r.From)
	}
	if r.Note != "" {
		p.line("      %s", r.Note)
	}
}

func (p *page) because(all []steps.Why) {
	if len(all) == 0 {
		return
	}
	p.line("")
	colours := map[string]string{"blocks": red, "hinders": yellow, "notes": cyan}
	for _, w := range all {
		p.painted(colours[w.Weight], "  %-8s %s: %s", w.Weight, w.Code, w.Text)
		if w.Fix != "" {
			p.line("           fix: %s", w.Fix)
		}
	}
}
