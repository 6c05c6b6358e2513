package tell

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"writeback/steps"
	"writeback/wizard"
)

// Earlier lists the journals, one line for each run: when, what, where, how it ended, how
// much, and who.
func Earlier(h wizard.History, v Voice) (out []Entry) {
	for _, r := range h.Runs {
		e := Entry{Mark: Pending}
		switch {
		case r.Err != nil:
			out = append(out, Entry{Mark: Wrong, Tone: Alarm, Text: r.ID + v.of(": its journal", " ") + " cannot be trusted: " + r.Err.Error()})
			continue
		case h.MayResume(r):
			e.Mark, e.Tone = Careful, Warn
		case len(r.Run.Made) > 0:
			e.Mark = Done
		}
		e.Text = fmt.Sprintf("%s%s%s: %s on %s, %s; %s; by %s", r.ID, v.of(", ", "  "), wizard.Ago(r.Run.Started, h.Now), verbOf(r.Run),
			r.Run.Target.Name(), r.Run.State, outcomeOf(r.Run), WhoText(r.Run.Who))
		out = append(out, e)
	}
	return out
}

// EarlierTitle is what the list is of.
const EarlierTitle = "Earlier runs"

// Untrusted says how many journals cannot be trusted; nothing where all can.
func Untrusted(h wizard.History) []Block {
	bad := 0
	for _, r := range h.Runs {
		if r.Err != nil {
			bad++
		}
	}
	if bad == 0 {
		return nil
	}
	return []Block{line(Warn, Screen.plural(bad, "journal")+" cannot be trusted: nothing of them is undone.")}
}

// verbOf is what the run was asked to do.
func verbOf(r steps.Run) string { return cmp.Or(r.Verb(), "nothing") }

// outcomeOf says in a few words what the run came to.
func outcomeOf(r steps.Run) string {
	var said []string
	for _, a := range r.Attested {
		said = append(said, a.By+" says that "+a.Step+" is "+a.Says)
	}
	for _, t := range r.Told {
		said = append(said, t.Host+" answered for "+t.Step+": "+t.Outcome)
	}
	made, undone := r.Counts()
	if made > 0 || len(said) == 0 {
		said = append(said, fmt.Sprintf("%d made, %d taken back", made, undone))
	}
	return strings.Join(said, "; ")
}

const elsewhere = "The command line names another place: begin without that to undo this run."

// EarlierRun is what there is of one journal. Lines have its records, too; on the screen
// those are [Records].
func EarlierRun(r wizard.HistoryRun, h wizard.History, v Voice) []Block {
	if v == Screen {
		return earlierRun(r, h)
	}
	if r.Err != nil {
		return append(append([]Block{line(Bare, "Run "+r.ID)}, Problem(steps.ErrorText(r.Err))...),
			line(Bare, "Nothing of it can be undone from here. Journal: "+r.File))
	}
	records := List{Numbered: true}
	for _, rec := range r.Run.Records {
		records.Points = append(records.Points, recordLine(rec))
	}
	out := append(aboutRun(r.Run), gap, Block{List: &records}, gap, line(Bare, plural(len(r.Run.Made), "change")+" of this run in the world now. Journal: "+r.File))
	if r.Elsewhere {
		out = append(out, line(Bare, elsewhere))
	}
	return out
}

// earlierRun stands above the records of a run.
func earlierRun(r wizard.HistoryRun, h wizard.History) []Block {
	if r.Err != nil {
		return []Block{line(Alarm, "This journal cannot be trusted, so that nothing of it is undone."),
			{Para: &Para{Text: steps.ErrorText(r.Err), Level: 1}}, under(r.File)}
	}
	out := []Block{line(Bare, r.Run.State+", "+wizard.Ago(r.Run.Started, h.Now)+", on "+r.Run.Target.String()), line(Faint, "by "+WhoText(r.Run.Who))}
	if r.Run.Error != "" {
		out = append(out, line(Warn, r.Run.Error))
	}
	out = append(out, line(Faint, r.File))
	if r.Elsewhere {
		out = append(out, line(Warn, elsewhere))
	}
	return out
}

// Problem is what went wrong, line by line.
func Problem(text string) (out []Block) {
	for l := range strings.SplitSeq(text, "\n") {
		if l != "" {
			out = append(out, say(Bare, "Problem:", l))
		}
	}
	return out
}

// Records are the records of a run's journal, one by one, with the day only where it is
// another than that of the beginning.
func Records(r steps.Run) (out []Entry) {
	day := r.Started.UTC().Format(time.DateOnly)
	for _, rec := range r.Records {
		when := rec.Time.UTC().Format("15:04:05Z")
		if today := rec.Time.UTC().Format(time.DateOnly); today != day { // it was gone on with later
			when = today + " " + when
		}
		e := Entry{Tone: Faint, Text: when + " " + string(rec.Kind) + " " + RecordText(rec), Detail: func() Detail {
			return Detail{Title: "Record of the journal", Blocks: []Block{{Pairs: RecordDetails(rec)}}}
		}}
		switch rec.Kind {
		case steps.KindMade:
			e.Mark, e.Tone = Added, Good
		case steps.KindUndone:
			e.Mark, e.Tone = Removed, Note
		case steps.KindFailed:
			e.Mark, e.Tone = Wrong, Alarm
		case steps.KindApproved, steps.KindAttested, steps.KindTold:
			e.Mark, e.Tone = Said, Bare
		}
		out = append(out, e)
	}
	return out
}

func recordLine(rec steps.Record) string {
	return fmt.Sprintf("%s  %-9s %s", milliOf(rec.Time), rec.Kind, RecordText(rec))
}
