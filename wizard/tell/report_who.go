package tell

import (
	"writeback/steps"
)

// approvals are those of plans, and those of an undo.
func approvals(run steps.Run) []Approval {
	out := []Approval{}
	for _, c := range run.Consents() {
		one := Approval{At: c.At, Verb: c.Verb, How: c.How, Who: c.Who, DC: c.DC, Lines: c.Lines}
		if a := c.Approval; a != nil {
			one.Planned, one.Digest, one.Accepted = a.Planned, a.Digest, a.Accepted
		}
		out = append(out, one)
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
			one.At, one.Kind, one.Text = l.Record.Time, l.Record.Kind, RecordText(*l.Record)
		}
		if l.Err != nil {
			one.Error = l.Err.Error()
		}
		j.Lines = append(j.Lines, one)
	}
	return j
}
