package tell

import (
	"fmt"
	"slices"
	"strings"

	"writeback/steps"
)

// One change, several people: what the others did is told as their journals have it, and
// believed no further.

const unsigned = "It is read from a file that anybody could have made. Nothing in it was looked at for this report."

// handBlocks is a row for each run of the change; none where nobody else's is told of.
func handBlocks(r Report) []Block {
	if len(r.Others) == 0 {
		return nil
	}
	t := Table{Caption: "Who did what, when and from where", Head: []string{"Stages", "By", "From the machine", "Begun", "Changes", "Told by"}}
	row := func(one Report, by string) {
		t.Rows = append(t.Rows, []Cell{{Text: stagesOf(one)}, {Text: WhoText(one.Who)}, {Text: one.Who.Host, Code: true}, {Text: stamp(one.Started)}, {Text: did(one)}, {Text: by}})
	}
	row(r, "this computer's journal")
	for _, o := range r.Others {
		row(o, "reported by "+o.Journal.File)
	}
	return []Block{say(Warn, "What others did is reported.", unsigned), {Table: &t}}
}

// did is what a run has changed, or what was said in it.
func did(r Report) string {
	out := balance(r.Changes)
	for _, w := range r.Words {
		if w.Run == r.Run {
			out += "; attested: " + w.Step + " " + w.Says
		}
	}
	return strings.TrimPrefix(out, "none; ")
}

// stagesOf are the stages that a run was about.
func stagesOf(r Report) string {
	var out []string
	for _, s := range r.Stages {
		if states[s.Before].text != "" && s.looked() {
			out = append(out, s.ID)
		}
	}
	for _, w := range r.Words {
		if w.Run == r.Run && !slices.Contains(out, w.Step) {
			out = append(out, w.Step)
		}
	}
	if len(out) == 0 {
		return "none"
	}
	return strings.Join(out, ", ")
}

// otherSections tell each of the others' runs.
func otherSections(r Report) (out []Section) {
	for i, o := range r.Others {
		pairs := add(nil, "Run", o.Run, true)
		pairs = add(pairs, "By", WhoText(o.Who), false)
		pairs = add(pairs, "From the machine", o.Who.Host, true)
		pairs = add(pairs, "Domain", o.Target.Domain, true)
		pairs = add(pairs, "Domain controller", o.Target.DC, true)
		pairs = add(pairs, "Tenant", o.Target.Tenant, true)
		pairs = add(pairs, "Begun", moment(o.Started), false)
		pairs = add(pairs, "Last record", moment(o.Ended), false)
		pairs = add(pairs, "Approved", approvedBy(o.Approvals), false)
		pairs = add(pairs, "Ended with the error", o.Error, false)
		pairs = add(pairs, "File", o.Journal.File, true)
		pairs = add(pairs, "Digest of the journal", "sha256:"+o.Journal.SHA256, true)
		b := []Block{say(Warn, "Reported.", unsigned+" It says: "+o.meaning().text), {Pairs: pairs}}
		if n := len(o.Journal.Lines); n > 0 && o.Journal.Lines[n-1].Kind != steps.KindClosed {
			b = append(b, say(Warn, "It ends before the run does.", "The file was copied while the run was at work or interrupted, or its end was cut off: what came after is not known here."))
		}
		b = append(b, changeBlocks(o)...)
		b = append(b, stageBlocks(o)...)
		if len(o.Words) > 0 {
			b = append(b, wordBlocks(o)...)
		}
		out = append(out, Section{fmt.Sprintf("other-%d", i+1), "Reported: " + stagesOf(o) + ", by " + WhoText(o.Who), b})
	}
	return out
}
