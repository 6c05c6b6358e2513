package stages

import (
	"fmt"
	"slices"
	"time"

	"writeback/cloudconfig"
	"writeback/steps"
)

// evidence is a verdict in the engine's words: what decided, then what else was
// said, the newest of each kind, proofs first. Attested stays attested; what decides nothing is
// shown as unknown, with what it said.
func evidence(v cloudconfig.Verdict, title string, now time.Time) []steps.Evidence {
	first := steps.Evidence{State: string(v.State), What: title + ": " + string(v.State), At: v.By.At, Source: v.By.Source, By: v.By.By}
	if v.By != (cloudconfig.Testimony{}) {
		first.What = title + ": " + v.By.What
	} else {
		first.At, first.Source = now.UTC(), "no source decides it"
	}
	proofs, rest := []steps.Evidence{first}, []steps.Evidence{}
	for _, t := range newestOfEach(v.Others) {
		e := steps.Evidence{State: string(v.State), What: title + ": " + t.What, At: t.At, Source: t.Source, By: t.By}
		if t.Says == v.By.Says && t.Proves(now) {
			proofs = append(proofs, e)
			continue
		}
		e.State, e.What = steps.EvidenceUnknown, title+", not counted: "+t.What
		rest = append(rest, e)
	}
	return append(proofs, rest...)
}

// witnesses are in the order in which they are shown.
var witnesses = []cloudconfig.Witness{cloudconfig.Cmdlet, cloudconfig.Portal, cloudconfig.EventLog, cloudconfig.SwitchLog,
	cloudconfig.WriteLog, cloudconfig.Person, cloudconfig.GraphFlag}

// newestOfEach keeps the first that each kind of witness says for and against: a
// heartbeat comes every five minutes, and an audit log has a line a reset.
func newestOfEach(all []cloudconfig.Testimony) (out []cloudconfig.Testimony) {
	type kind struct {
		who  cloudconfig.Witness
		says cloudconfig.Says
	}
	seen := map[kind]bool{}
	for _, t := range all {
		if k := (kind{t.Witness, t.Says}); !seen[k] {
			seen[k] = true
			out = append(out, t)
		}
	}
	slices.SortStableFunc(out, func(a, b cloudconfig.Testimony) int {
		return slices.Index(witnesses, a.Witness) - slices.Index(witnesses, b.Witness)
	})
	return out
}

// conflicts are the findings about proofs that contradict each other.
func conflicts(v cloudconfig.Verdict, title string) (out []steps.Finding) {
	seen := map[cloudconfig.Witness]bool{}
	for _, c := range v.Conflicts {
		if seen[c.Against.Witness] {
			continue
		}
		seen[c.Against.Witness] = true
		text := fmt.Sprintf("%s: %s says %s (%s)", title, c.Decided.Witness, c.Decided.Says, c.Decided.What)
		if c.Against != c.Decided {
			text += fmt.Sprintf(", but %s says %s (%s)", c.Against.Witness, c.Against.Says, c.Against.What)
		}
		out = append(out, steps.Finding{Level: steps.LevelWarning, Code: "evidence-conflict", Text: text,
			Fix: "look at both by hand; nothing is called verified while they disagree"})
	}
	return out
}
