package tell

import "writeback/steps"

// Faults are what is wrong with the journals in dir, or, where mended is not nil, what was
// mended and what is left.
func Faults(dir string, all []steps.Fault, mended []string) (out []Block) {
	for _, file := range mended {
		out = append(out, line(Good, "Repaired: "+file))
	}
	switch {
	case len(all) == 0 && mended == nil:
		out = append(out, line(Good, "Nothing is wrong with the journals in "+dir+"."))
	case len(all) > 0 && mended != nil:
		out = append(out, line(Bare, "Left as it is:"))
	case len(all) > 0:
		out = append(out, line(Bare, plural(len(all), "fault")+" in "+dir+":"))
	}
	for _, x := range all {
		out = append(out, gap, Block{Para: &Para{Tone: Warn, Text: x.File + ": " + x.What, Level: 1}})
		if x.Mend != "" {
			out = append(out, Block{Para: &Para{Text: "repair: " + x.Mend, Level: 2}})
		}
		if x.Fix != "" {
			out = append(out, Block{Para: &Para{Text: "by hand: " + x.Fix, Level: 2}})
		}
	}
	return out
}
