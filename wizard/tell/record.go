package tell

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"writeback/steps"
)

// RecordText is what one line of a journal says, on one line. It holds names from
// outside as they are.
func RecordText(rec steps.Record) string {
	var parts []string
	switch {
	case rec.Opening != nil:
		parts = append(parts, rec.Opening.Verb, rec.Opening.How, "by", WhoText(rec.Opening.Who))
	case rec.Approval != nil:
		parts = append(parts, rec.Approval.How)
	case rec.Attestation != nil:
		a := rec.Attestation
		parts = append(parts, a.By, "says that the manual step of", a.Step, "is", a.Says)
	case rec.Told != nil:
		parts = append(parts, ToldText(*rec.Told))
	case rec.Change != nil:
		parts = append(parts, rec.Change.Target+": "+rec.Change.Line)
	default:
		parts = append(parts, rec.Target, rec.State)
	}
	if rec.ByInspection {
		parts = append(parts, "(seen afterwards)")
	}
	parts = append(parts, rec.Error)
	return strings.Join(strings.Fields(strings.Join(parts, " ")), " ")
}

// ToldText is what came back of something that was handed over, on one line.
func ToldText(t steps.Told) string {
	text := fmt.Sprintf("%s answered for %s at %s: %s", t.Host, t.Step, t.At.UTC().Format(time.RFC3339), t.Outcome)
	if t.Reason != "" {
		text += " (" + t.Reason + ")"
	}
	switch {
	case t.Outcome == steps.ToldInspected && t.Object != "":
		text += fmt.Sprintf("; %q was %s", t.Object, t.After)
	case t.Object != "":
		text += fmt.Sprintf("; %q was to be %s", t.Object, t.After)
	}
	if why := cmp.Or(t.Text, t.Says); why != "" {
		text += "; " + why
	}
	if t.Ignored != "" {
		text += "; it does not count: " + t.Ignored
	}
	return text
}

// WhoText names who ran the program.
func WhoText(w steps.Who) string {
	name := w.User
	if w.Host != "" {
		name += " on " + w.Host
	}
	if as := w.SignedIn(); as != "" {
		name += ", signed in as " + as
	}
	return name
}

// RecordDetails is all that a record holds, without what is empty. A text may have several
// lines.
func RecordDetails(rec steps.Record) (all []Pair) {
	add := func(name, text string) {
		if text != "" {
			all = append(all, Pair{Name: name, Text: text, Code: name == "SDDL" || name == "Kept for the undo"})
		}
	}
	add("Line", fmt.Sprintf("%d of the journal, %s", rec.Seq, rec.Kind))
	if rec.Of > 0 {
		add("About", fmt.Sprintf("line %d", rec.Of))
	}
	add("At", rec.Time.UTC().Format("2006-01-02 15:04:05.000Z"))
	add("Stage", rec.Step)
	if o := rec.Opening; o != nil {
		add("Asked for", o.Verb)
		add("Approved", o.How)
		add("By", WhoText(o.Who))
		add("Program", o.Program)
		add("Place", o.Target.String())
		add("Domain controller", o.Target.DC)
		add("Settings", settingsText(o.Settings))
	}
	if a := rec.Approval; a != nil {
		add("Approved", a.How)
		add("Accepted by name", strings.Join(a.Accepted, "\n"))
		add("Digest", a.Digest)
		add("Lines", approvedText(*a))
	}
	if a := rec.Attestation; a != nil {
		add("Said", a.Says)
		add("By", a.By)
		add("Note", a.Note)
	}
	if rec.Told != nil {
		toldDetails(*rec.Told, add)
	}
	add("Object", rec.Target)
	if c := rec.Change; c != nil {
		add("On", c.Target)
		add("Change", c.Verb+": "+c.Line)
		add("SDDL", c.SDDL)
		add("Before", c.Before)
		add("After", c.After)
		add("By hand", c.Equivalent)
	}
	if rec.ByInspection {
		add("Known", "by looking afterwards")
	}
	add("State", rec.State)
	add("Error", rec.Error)
	add("Kept for the undo", string(rec.Data))
	return all
}

func toldDetails(t steps.Told, add func(name, text string)) {
	add("Answered", t.Host+", "+t.At.UTC().Format(time.RFC3339)+" by its clock")
	add("About", t.Object)
	add("Wanted", t.After)
	add("Outcome", t.Outcome)
	add("Reason", t.Reason)
	add("In its words", t.Says)
	add("That is", t.Text)
	add("Does not count", t.Ignored)
}

func settingsText(all map[string]steps.Setting) string {
	var lines []string
	for _, name := range slices.Sorted(maps.Keys(all)) {
		lines = append(lines, fmt.Sprintf("%s = %v (%s)", name, all[name].Value, all[name].From))
	}
	return strings.Join(lines, "\n")
}

func approvedText(a steps.Approval) string {
	var lines []string
	for _, s := range a.Steps {
		for _, c := range s.Changes {
			lines = append(lines, c.Target+": "+c.Line)
		}
	}
	return strings.Join(lines, "\n")
}
