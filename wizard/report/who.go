package report

import (
	"writeback/steps"
	"writeback/wizard"
)

// sessions are the processes that worked on a run, in order.
func sessions(run steps.Run) []Session {
	out := []Session{}
	for _, rec := range run.Records {
		switch {
		case rec.Opening != nil && (rec.Kind == steps.KindOpened || rec.Kind == steps.KindReopened):
			o := rec.Opening
			out = append(out, Session{Began: rec.Time, Verb: o.Verb, How: o.How, Who: o.Who, DC: o.Target.DC, Program: o.Program})
		case rec.Kind == steps.KindClosed && len(out) > 0:
			last := &out[len(out)-1]
			last.Ended, last.State, last.Error = rec.Time, rec.State, rec.Error
		}
	}
	return out
}

// approvals are those of plans, and those of an undo, which says itself how it was
// approved.
func approvals(run steps.Run) []Approval {
	out := []Approval{}
	var now steps.Opening
	ours := 0
	for _, rec := range run.Records {
		switch rec.Kind {
		case steps.KindOpened, steps.KindReopened:
			now = *rec.Opening
			if now.How != "" {
				out = append(out, Approval{At: rec.Time, Verb: now.Verb, How: now.How, Who: now.Who, DC: now.Target.DC, Lines: ours})
			}
		case steps.KindMade:
			ours++
		case steps.KindUndone:
			ours--
		case steps.KindApproved:
			a := rec.Approval
			one := Approval{At: rec.Time, Planned: a.Planned, Verb: now.Verb, How: a.How, Who: now.Who, DC: a.Target.DC, Digest: a.Digest, Accepted: a.Accepted}
			for _, s := range a.Steps {
				one.Lines += len(s.Changes)
			}
			out = append(out, one)
		}
	}
	return out
}

// words are those that the run itself holds, and then those of other journals, on
// the same place.
func words(run steps.Run, all []steps.Word) []Word {
	out := []Word{}
	for _, a := range run.Attested {
		out = append(out, Word{run.ID, a})
	}
	for _, w := range all {
		if w.Run != run.ID {
			out = append(out, Word(w))
		}
	}
	return out
}

// told is what the run itself holds, and then what other journals do, on the same
// place.
func told(run steps.Run, all []steps.Answer) (out []steps.Answer) {
	for _, t := range run.Told {
		out = append(out, steps.Answer{Run: run.ID, Told: t})
	}
	for _, a := range all {
		if a.Run != run.ID {
			out = append(out, a)
		}
	}
	return out
}

func journalOf(x steps.Examination) Journal {
	j := Journal{File: x.Path, Size: x.Size, SHA256: x.SHA256, Last: x.Last, Torn: x.Torn, Lines: []Line{}}
	for _, l := range x.Lines {
		one := Line{N: l.N, Trusted: x.Trusted(l), Text: "It cannot be read."}
		if l.Record != nil {
			one.At, one.Kind, one.Text = l.Record.Time, l.Record.Kind, wizard.RecordText(*l.Record)
		}
		if l.Err != nil {
			one.Error = l.Err.Error()
		}
		j.Lines = append(j.Lines, one)
	}
	return j
}
