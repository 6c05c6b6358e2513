package tell

import (
	"strconv"
	"time"

	"writeback/steps"
	"writeback/wizard"
)

// Runs lists the runs, the latest first, as somebody sees them at now: how long ago each
// began; the zero time gives every run's own.
func Runs(all []steps.Run, now time.Time) []Block {
	if len(all) == 0 {
		return []Block{line(Bare, "No runs yet.")}
	}
	t := Table{Head: []string{"RUN", "STATE", "STARTED", "OURS", "DOMAIN", "BY", "DC"}}
	for _, r := range all {
		began := minuteOf(r.Started)
		if !now.IsZero() {
			began = wizard.Ago(r.Started, now)
		}
		var row []Cell
		for _, text := range []string{r.ID, r.State, began, strconv.Itoa(len(r.Made)), r.Target.Name(), WhoText(r.Who), r.Target.DC} {
			row = append(row, Cell{Text: text})
		}
		t.Rows = append(t.Rows, row)
	}
	return []Block{{Table: &t}}
}

// Run is one run, record by record.
func Run(r steps.Run) []Block {
	out := append(aboutRun(r), gap)
	for _, rec := range r.Records {
		out = append(out, Block{Para: &Para{Text: recordLine(rec), Level: 1}})
	}
	out = append(out, gap, line(Bare, plural(len(r.Made), "change")+" of this run in the world now."))
	if r.Digest != "" {
		out = append(out, line(Bare, "SHA-256 of the journal: "+r.Digest))
	}
	return out
}

// aboutRun says what a run is, and what its settings were.
func aboutRun(r steps.Run) []Block {
	target := r.Target.Name()
	if r.Target.DC != "" {
		target = r.Target.Domain + " (forest " + r.Target.Forest + "), DC " + r.Target.DC
	}
	pairs := []Pair{
		{Name: "target", Text: target},
		{Name: "by", Text: WhoText(r.Who)},
		{Name: "program", Text: r.Program},
	}
	if r.Approval != nil {
		pairs = append(pairs, Pair{Name: "approved", Text: r.Approval.How + ", digest " + r.Approval.Digest})
	}
	pairs = add(pairs, "error", r.Error, false)
	return append([]Block{line(Bare, "Run "+r.ID+": "+r.State), {Pairs: pairs}, gap}, Settings(r.Settings, Lines)...)
}

// Attested says that a person's word was remembered.
func Attested(r steps.Run) (out []Block) {
	for _, a := range r.Attested {
		where := "Recorded for " + r.Target.Name() + " in run " + r.ID + ": " + a.By
		if a.Says == steps.SaysWithdrawn {
			out = append(out, line(Bare, where+" withdraws the attestation of "+a.Step+"."), line(Bare, "It no longer counts; both stay in the journal."))
			continue
		}
		out = append(out, line(Bare, where+" says that the manual step of "+a.Step+" is done."), line(Bare, "It is shown as attested, not as verified."))
	}
	return out
}
