package plain

import (
	"writeback/steps"
)

// faultsDocument is what is wrong with the journals, version 1.
type faultsDocument struct {
	FormatVersion int           `json:"formatVersion"`
	Dir           string        `json:"dir"`
	Faults        []steps.Fault `json:"faults"` // that are there now
	Mended        []string      `json:"mended"` // files
}

// Faults shows what is wrong with the journals in dir, or, where mended is not
// nil, what was mended and what is left.
func (f *Renderer) Faults(dir string, all []steps.Fault, mended []string) error {
	if f.JSON {
		return f.document(faultsDocument{FormatVersion: steps.FormatVersion, Dir: dir, Faults: append([]steps.Fault{}, all...), Mended: append([]string{}, mended...)})
	}
	p := f.page()
	for _, file := range mended {
		p.painted(green, "Repaired: %s", file)
	}
	switch {
	case len(all) == 0 && mended == nil:
		p.painted(green, "Nothing is wrong with the journals in %s.", dir)
	case len(all) > 0 && mended != nil:
		p.line("Left as it is:")
	case len(all) > 0:
		p.line("%s in %s:", plural(len(all), "fault"), dir)
	}
	for _, x := range all {
		p.line("")
		p.painted(yellow, "  %s: %s", x.File, x.What)
		if x.Mend != "" {
			p.line("    repair: %s", x.Mend)
		}
		if x.Fix != "" {
			p.line("    by hand: %s", x.Fix)
		}
	}
	return p.flush()
}
