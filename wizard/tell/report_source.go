package tell

import (
	"time"

	"writeback/steps"
)

// Source is what a report is made of.
type Source struct {
	Journal  steps.Examination
	Words    []steps.Word        // what people said of the place, the oldest first
	Told     []steps.Answer      // what came back of what was handed over there, the oldest first
	WordsErr error               // why some journals could not be asked for that; nil: all were
	Others   []steps.Examination // what others did of the same change, as their journals have it
	Undo     string              // the command that takes the run back
	Verify   string              // the command that looks how it is now
	Practice bool                // it was a rehearsal
	Program  string              // version of the program that makes the report
	At       time.Time           // when it is made
	// Rewrite gives the SDDL of a kept descriptor (hexadecimal) with changes made to it.
	// Nil: nobody can tell what they made of it.
	Rewrite func(descriptor string, made []steps.Change) (string, error)
}

// Report puts the report together.
func (s Source) Report() Report {
	run := s.Journal.Run
	r := Report{
		FormatVersion: steps.FormatVersion, Created: s.At.UTC(), Program: s.Program, Practice: s.Practice,
		Run: run.ID, ChangeID: run.ChangeID, State: run.State, Target: run.Target, Who: run.Who, Started: run.Started, Ended: run.Ended, Error: run.Error,
		Settings: run.Settings, Verify: s.Verify,
		Trusted: s.Journal.Breach == nil, Journal: journalOf(s.Journal),
	}
	if s.Journal.Breach != nil {
		r.Breach = s.Journal.Breach.Error()
	}
	if r.Settings == nil {
		r.Settings = map[string]steps.Setting{}
	}
	r.Sessions, r.Approvals = run.Sessions(), approvals(run)
	r.Changes = run.Fates()
	r.Objects = objects(run, s.Rewrite)
	r.Coverage = measured(run)
	r.Stages = stages(run)
	r.Words, r.Told = words(run, s.Words), told(run, s.Told)
	if s.WordsErr != nil {
		r.WordsUnread = s.WordsErr.Error()
	}
	r.Undo = Undo{Left: len(run.Made), InDoubt: run.State == steps.RunInDoubt}
	if run.Undoable() {
		r.Undo.Command = s.Undo
	}
	for _, x := range s.Others {
		r.Others = append(r.Others, s.other(x))
	}
	return r
}

// other is the report of somebody else's run. What it says was verified, or attested, is
// reported here.
func (s Source) other(x steps.Examination) Report {
	r := Source{Journal: x, Program: s.Program, At: s.At, Practice: s.Practice, Rewrite: s.Rewrite}.Report()
	r.Reported = true
	for i := range r.Stages {
		for _, all := range [][]steps.Evidence{r.Stages[i].Shown, r.Stages[i].Evidence} {
			for j := range all {
				if all[j].State == steps.EvidenceVerified || all[j].State == steps.EvidenceAttested {
					all[j].What, all[j].State = all[j].State+" there: "+all[j].What, steps.EvidenceReported
				}
			}
		}
	}
	return r
}
