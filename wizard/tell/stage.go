package tell

import (
	"slices"

	"writeback/steps"
)

// StageOf is a stage with its changes, object by object, and then some of its findings and
// its evidence.
func StageOf(s steps.StepPlan, findings []steps.Finding, v Voice) []Block {
	if v == Screen { // what somebody has to act on comes first
		out := []Block{head(s.Title, StateWords(s)), {Entries: Findings(heaviest(findings))}, {Entries: Changes(s.Changes, v)}}
		out[0].Heading.Detail = func() Detail { return stageDetail(s) }
		if len(s.Evidence) > 0 && len(s.Changes) > 0 {
			out = append(out, gap)
		}
		return append(out, Block{Entries: evidenceOf(s.Evidence, v)})
	}
	out := []Block{gap, head(s.Title, StateWords(s)), {Entries: Changes(s.Changes, v)}}
	if len(findings)+len(s.Evidence) > 0 {
		out = append(out, gap)
	}
	return append(out, Block{Entries: Findings(findings)}, Block{Entries: evidenceOf(s.Evidence, v)})
}

// stageDetail is all that there is to say about a stage but its changes.
func stageDetail(s steps.StepPlan) Detail {
	d := Detail{Title: s.Title, Blocks: []Block{line(Bare, StateWords(s))}}
	for _, f := range s.Findings {
		d.Blocks = append(d.Blocks, gap, Block{Entries: Findings([]steps.Finding{f})})
	}
	for _, e := range s.Evidence {
		d.Blocks = append(append(d.Blocks, gap), evidenceDetail(e).Blocks...)
	}
	return d
}

// StateWords says how a stage stands.
func StateWords(s steps.StepPlan) string {
	switch s.State {
	case steps.StateChange:
		return plural(len(s.Changes), "change")
	case steps.StateOK:
		return "as it should be"
	case steps.StateManual:
		return "a person has to do what is left"
	case steps.StateSkipped:
		return "left out"
	case steps.StateUnplanned:
		if by := s.PlannedBy; by != nil {
			return "planned by " + by.By + ", " + minuteOf(by.At) + "; not looked at here"
		}
		return "not planned yet: somebody else's part"
	}
	return string(s.State)
}

// Pressing are the findings that somebody has to look at, or to act on.
func Pressing(all []steps.Finding) (out []steps.Finding) {
	for _, f := range all {
		if f.Level != steps.LevelInfo || f.Manual {
			out = append(out, f)
		}
	}
	return out
}

// heaviest are the findings with those first that somebody has to act on.
func heaviest(all []steps.Finding) []steps.Finding {
	rank := func(f steps.Finding) int {
		switch {
		case f.Level == steps.LevelError:
			return 0
		case f.Level == steps.LevelWarning || f.Manual:
			return 1
		}
		return 2
	}
	out := slices.Clone(all)
	slices.SortStableFunc(out, func(a, b steps.Finding) int { return rank(a) - rank(b) })
	return out
}

// Findings are findings one by one.
func Findings(all []steps.Finding) (out []Entry) {
	for _, f := range all {
		e := Entry{Mark: Info, Tone: Note, Label: string(f.Level), Code: f.Code, Text: f.Text, Fix: f.Fix, ByHand: f.Manual}
		switch {
		case f.Level == steps.LevelError:
			e.Mark, e.Tone = Wrong, Alarm
		case f.Level == steps.LevelWarning || f.Manual:
			e.Mark, e.Tone = Careful, Warn
		}
		whole := e
		e.Detail = func() Detail {
			return Detail{Title: "Finding", Blocks: []Block{{Entries: []Entry{whole}}}, Copy: f.Fix}
		}
		out = append(out, e)
	}
	return out
}

// FixTitle is what stands above what to do about a finding.
func FixTitle(e Entry) string {
	if e.ByHand {
		return "What a person has to do"
	}
	return "What to do"
}
