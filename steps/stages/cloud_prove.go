package stages

import (
	"fmt"

	"writeback/cloudconfig"
	"writeback/steps"
)

// evidence is a verdict in the engine's words: what decided, then what else was
// said. Attested stays attested; what decides nothing is shown as unknown, with
// what it said.
func evidence(v cloudconfig.Verdict, title string) []steps.Evidence {
	first := steps.Evidence{State: string(v.State), What: title + ": " + string(v.State), At: v.By.At, Source: v.By.Source, By: v.By.By}
	if v.By != (cloudconfig.Testimony{}) {
		first.What = title + ": " + v.By.What
	}
	out := []steps.Evidence{first}
	for _, t := range v.Others {
		out = append(out, steps.Evidence{
			State: steps.EvidenceUnknown, At: t.At, Source: t.Source, By: t.By,
			What: fmt.Sprintf("%s, not counted: %s says %s: %s", title, t.Witness, t.Says, t.What),
		})
	}
	return out
}

// conflicts are the findings about proofs that contradict each other.
func conflicts(v cloudconfig.Verdict, title string) (out []steps.Finding) {
	for _, c := range v.Conflicts {
		text := fmt.Sprintf("%s: %s says %s (%s)", title, c.Decided.Witness, c.Decided.Says, c.Decided.What)
		if c.Against != c.Decided {
			text += fmt.Sprintf(", but %s says %s (%s)", c.Against.Witness, c.Against.Says, c.Against.What)
		}
		out = append(out, steps.Finding{Level: steps.LevelWarning, Code: "evidence-conflict", Text: text,
			Fix: "look at both by hand; nothing is called verified while they disagree"})
	}
	return out
}
