package tell

import (
	"fmt"
	"strings"

	"writeback/steps"
)

// evidenceOf is what proves how a stage stands.
func evidenceOf(all []steps.Evidence, v Voice) (out []Entry) {
	for _, e := range all {
		one := Entry{Mark: Unknown, Tone: Faint, Label: e.State, Detail: func() Detail { return evidenceDetail(e) },
			Text: v.of(e.What+" ["+sourceOf(e)+"]", e.State+": "+e.What)}
		switch e.State {
		case steps.EvidenceVerified:
			one.Mark, one.Tone = Done, Good
		case steps.EvidenceAttested:
			one.Mark, one.Tone = Said, Note
		case steps.EvidenceReported:
			one.Mark, one.Tone = Said, Faint
		case steps.EvidenceOff:
			one.Mark, one.Tone = Off, Warn
		}
		out = append(out, one)
	}
	return out
}

// sourceOf is where evidence was seen, by whom and when.
func sourceOf(e steps.Evidence) string {
	by := ""
	if e.By != "" {
		by = " by " + e.By
	}
	return fmt.Sprintf("%s%s, %s", e.Source, by, secondOf(e.At))
}

// evidenceDetail is all about one piece of evidence.
func evidenceDetail(e steps.Evidence) Detail {
	one := evidenceOf([]steps.Evidence{e}, Screen)[0]
	one.Detail = nil
	return Detail{Title: "Evidence", Blocks: []Block{{Entries: []Entry{one}}, {Para: &Para{Tone: Faint, Level: 1, Text: sourceOf(e)}}}}
}

// evidenceBriefly is evidence with where and when it was seen, on one line each.
func evidenceBriefly(all []steps.Evidence) []Entry {
	out := evidenceOf(all, Screen)
	for i, e := range all {
		out[i].Text += " (" + strings.TrimPrefix(e.Source, "https://") + ", " + minuteOf(e.At) + ")"
	}
	return out
}
