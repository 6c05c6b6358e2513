package tell

import "writeback/wizard"

// Advice says what is not written back, and how to test what is.
func Advice(a wizard.Advice, v Voice) (out []Block) {
	colon := v.of(":", "")
	if len(a.Limits) > 0 {
		out = append(out, gap, head("Not written back, whatever is set up"+colon, ""))
	}
	var limits []string
	for _, l := range a.Limits {
		if l.Written == "yes" {
			continue
		}
		text := noted(l)
		if l.Written != "no" {
			text = l.Written + ": " + text
		}
		limits = append(limits, text)
	}
	out = append(out, Block{List: &List{Points: limits}})
	if len(a.Test) > 0 {
		out = append(out, gap, head("How to test it with a pilot user"+colon, ""))
	}
	return append(out, Block{List: &List{Numbered: true, Points: a.Test}})
}

func noted(l wizard.Limit) string {
	if l.Note == "" {
		return l.What
	}
	return l.What + " (" + l.Note + ")"
}

// Advised is the advice behind a result, with the command that watches; "": there is no
// domain controller to watch.
func Advised(a wizard.Advice, watch string) []Block {
	if len(a.Limits)+len(a.Test) == 0 {
		return nil
	}
	out := Advice(a, Lines)
	if watch != "" {
		out = append([]Block{line(Bare, watch+" watches until every domain controller has it.")}, out...)
	}
	return out
}
