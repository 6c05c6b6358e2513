package tell

import (
	"cmp"
	"fmt"
	"strings"

	"writeback/steps"
)

var states = map[steps.State]toned{
	steps.StateChange:    {Warn, "changes were needed"},
	steps.StateOK:        {Good, "as it should be"},
	steps.StateManual:    {Warn, "a person has to do what is left"},
	steps.StateBlocked:   {Alarm, "blocked"},
	steps.StateSkipped:   {Bare, "left out on purpose, not looked at"},
	steps.StateUnplanned: {Bare, "somebody else's part, not looked at"},
}

func stageBlocks(r Report) (out []Block) {
	if len(r.Stages) == 0 {
		return []Block{say(Bare, "", "No stage was looked at in this run.")}
	}
	for _, s := range r.Stages {
		if r.Reported && !s.looked() {
			continue
		}
		var b []Block
		pairs := add(nil, "When it was approved", states[s.Before].text, false)
		pairs = append(pairs, Pair{Name: "At the end", Text: cmp.Or(states[s.After].text, "the journal does not say")})
		pairs = append(pairs, Pair{Name: "Changes of it that are in the world", Text: fmt.Sprint(s.Made)})
		b = append(b, Block{Pairs: pairs})
		if r.State == steps.RunUndone && s.After != "" {
			b = append(b, say(Warn, "", "That was before the run was taken back."))
		}
		b = append(b, saidSince(r, s)...)
		b = append(b, toldOf(r, s)...)
		b = append(b, evidenceTable("Seen at the end", append(inspectedEvidence(r, s), s.Evidence...))...)
		b = append(b, evidenceTable("Seen when it was approved", s.Shown)...)
		if len(s.Evidence)+len(s.Shown) == 0 && s.After != steps.StateOK {
			b = append(b, say(Bare, "", "The journal holds no evidence of this stage. writeback verify says what proves it now."))
		}
		b = append(b, findingTable(s.Findings)...)
		tone, state := states[s.After].tone, states[s.After].text
		if r.Reported {
			tone, state = Bare, "reported: "+cmp.Or(state, "its end is not told")
			if r.State == steps.RunUndone {
				state += "; taken back since"
			}
		}
		out = append(out, Block{Sub: &Sub{Title: s.Title + " (" + s.ID + ")", State: state, Tone: tone, Blocks: b}})
	}
	return out
}

// saidSince is a person's word on the stage that is no older than the run's own inspection,
// and stands. Journals tell time in milliseconds: a word of the same one came later.
func saidSince(r Report, s Stage) []Block {
	var last *Word
	for i, w := range r.Words {
		if w.Step == s.ID && (last == nil || !w.At.Before(last.At)) {
			last = &r.Words[i]
		}
	}
	if last == nil || last.Says != steps.SaysDone || last.At.Before(s.Inspected) {
		return nil
	}
	return []Block{say(Warn, "Attested since.", fmt.Sprintf("%s said %s that it is done. It is that person's word, and no proof.", last.By, stamp(last.At)))}
}

// toldOf is the last that came back of what was handed over for a stage.
func toldOf(r Report, s Stage) []Block {
	var last *steps.Answer
	for i, t := range r.Told {
		if t.Step == s.ID && t.Ignored == "" && (last == nil || !t.At.Before(last.At)) {
			last = &r.Told[i]
		}
	}
	if last == nil {
		return nil
	}
	return []Block{say(Warn, "Handed over.", ToldText(last.Told)+". That is what a person brought back, and no proof of how it stands now.")}
}

// inspectedEvidence is what every apply ends with: each stage is inspected again,
// and planned again.
func inspectedEvidence(r Report, s Stage) []steps.Evidence {
	if s.After != steps.StateOK {
		return nil
	}
	source := "writeback, which read it again"
	for _, o := range r.Objects {
		if o.Stage == s.ID && o.DC != "" {
			source += " from " + o.DC
			break
		}
	}
	state := steps.EvidenceVerified
	if r.Reported {
		state = steps.EvidenceReported
	}
	return []steps.Evidence{{State: state, What: "nothing was left to change", Source: source, At: s.Inspected}}
}

func evidenceTable(caption string, all []steps.Evidence) []Block {
	if len(all) == 0 {
		return nil
	}
	t := Table{Caption: caption, Head: []string{"Evidence", "What", "Source", "When"}}
	for _, e := range all {
		source := e.Source
		if e.By != "" {
			source += ", by " + e.By
		}
		t.Rows = append(t.Rows, []Cell{{Text: e.State}, {Text: e.What}, {Text: source}, {Text: moment(e.At)}})
	}
	return []Block{{Table: &t}}
}

func findingTable(all []steps.Finding) []Block {
	if len(all) == 0 {
		return nil
	}
	t := Table{Caption: "Findings", Head: []string{"Code", "Level", "What", "What to do"}}
	for _, f := range all {
		t.Rows = append(t.Rows, []Cell{{Text: f.Code, Code: true}, {Text: string(f.Level)}, {Text: f.Text}, {Text: f.Fix}})
	}
	return []Block{{Table: &t}}
}

func wordBlocks(r Report) (out []Block) {
	if r.WordsUnread != "" {
		out = append(out, say(Warn, "Not all of it.", "Some journals could not be asked: "+strings.ReplaceAll(r.WordsUnread, "\n", "; ")+"."))
	}
	if len(r.Words) == 0 {
		return append(append(out, say(Bare, "", "Nobody gave a word that a manual step was done.")), toldTable(r)...)
	}
	t := Table{Caption: "A person's word that a manual step was done, or that the word is withdrawn, the oldest first. It is no proof.",
		Head: []string{"When", "Who", "Stage", "Says", "Note", "Run"}}
	for _, w := range r.Words {
		t.Rows = append(t.Rows, []Cell{{Text: stamp(w.At)}, {Text: w.By}, {Text: title(r, w.Step)}, {Text: w.Says}, {Text: w.Note}, {Text: w.Run, Code: true}})
	}
	return append(append(out, Block{Table: &t}), toldTable(r)...)
}

// toldTable is what came back of what was handed over, from this place's journals.
func toldTable(r Report) []Block {
	if len(r.Told) == 0 {
		return nil
	}
	t := Table{Caption: "What came back of scripts that were handed over, the oldest first. Times are by the clock of who answered.",
		Head: []string{"When", "Who", "Stage", "About", "Outcome", "In its words", "Run"}}
	for _, a := range r.Told {
		outcome := a.Outcome
		if a.Reason != "" {
			outcome += " (" + a.Reason + ")"
		}
		if a.Ignored != "" {
			outcome += "; does not count: " + a.Ignored
		}
		t.Rows = append(t.Rows, []Cell{{Text: stamp(a.At)}, {Text: a.Host}, {Text: title(r, a.Step)}, {Text: strings.Trim(a.Object+": "+a.After, ": ")}, {Text: outcome},
			{Text: cmp.Or(a.Says, a.Text)}, {Text: a.Run, Code: true}})
	}
	return []Block{{Table: &t}}
}
