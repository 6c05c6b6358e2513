package report

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"writeback/steps"
	"writeback/wizard"
)

// tell puts a report into words.
func tell(r Report) page {
	p := page{Title: "Password writeback: run " + r.Run, Lead: lead(r), Sections: []section{
		{"summary", "In short", summary(r)},
		{"approval", "Who approved what, and when", approvalBlocks(r)},
		{"changes", "What was changed", changeBlocks(r)},
		{"coverage", "Whose password can be written back", coverageBlocks(r)},
		{"evidence", "What proves it", stageBlocks(r)},
		{"words", "What people said", wordBlocks(r)},
		{"objects", "Before and after", objectBlocks(r)},
		{"undo", "How to take it back", undoBlocks(r)},
		{"settings", "The settings of the run", settingBlocks(r)},
		{"journal", "The journal", journalBlocks(r)},
	}}
	if !r.Trusted {
		p.Title += " (not trusted)"
	}
	p.Foot = fmt.Sprintf("Made %s by writeback %s from the run's journal. Times are UTC.", stamp(r.Created), r.Program)
	clean(&p)
	return p
}

// lead is what nobody may overlook.
func lead(r Report) (out []block) {
	if !r.Trusted {
		out = append(out, say(alarmTone, "This report cannot be trusted.",
			"The journal that it was read from is not as a run of the program left it: "+r.Breach+". What could still be read of it is shown below as it stands, and proves nothing."))
	}
	if r.Practice {
		out = append(out, say(warnTone, "A rehearsal.", "It was made on the practice domain and tenant inside the program. Nothing real was changed."))
	}
	return out
}

var meanings = map[string]struct{ tone, text string }{
	steps.RunEmpty:    {plainTone, "Nothing of it was ever made."},
	steps.RunAttested: {plainTone, "It only holds what a person said. The program changed nothing."},
	steps.RunDone:     {goodTone, "At its end everything was as it should be."},
	steps.RunManual:   {warnTone, "At its end everything was as it should be, but for what a person has to do."},
	steps.RunPartial:  {warnTone, "It stopped before its end."},
	steps.RunInDoubt:  {alarmTone, "A write began, and nobody has looked yet whether it happened."},
	steps.RunUndone:   {plainTone, "Nothing of it is left in the world: it was taken back."},
}

func summary(r Report) []block {
	m := meanings[r.State]
	head := strings.ToUpper(r.State[:min(1, len(r.State))]) + r.State[min(1, len(r.State)):] + "."
	text := m.text
	if !r.Trusted {
		text += " So says a journal that cannot be trusted."
	}
	var pairs []pair
	pairs = add(pairs, "Run", r.Run, true)
	pairs = add(pairs, "Domain", r.Target.Domain, true)
	pairs = add(pairs, "Forest", r.Target.Forest, true)
	pairs = add(pairs, "Domain controller", r.Target.DC, true)
	tenant := r.Target.Tenant
	if tenant == "" {
		pairs = append(pairs, pair{Name: "Tenant", Text: "none took part"})
	} else {
		pairs = add(pairs, "Tenant", tenant, true)
	}
	pairs = add(pairs, "Begun", moment(r.Started), false)
	pairs = add(pairs, "Last record", moment(r.Ended), false)
	pairs = add(pairs, "By", wizard.WhoText(r.Who), false)
	pairs = add(pairs, "From the machine", r.Who.Host, true)
	pairs = add(pairs, "Changes", balance(r.Changes), false)
	pairs = add(pairs, "Ended with the error", r.Error, false)
	pairs = add(pairs, "Digest of the journal", "sha256:"+r.Journal.SHA256, true)
	return []block{say(m.tone, head, text), {Pairs: pairs}}
}

// balance counts what became of the changes.
func balance(all []Change) string {
	n := map[string]int{}
	for _, c := range all {
		n[c.State]++
	}
	var parts []string
	for _, state := range []string{Made, TakenBack, InDoubt, NotMade} {
		if n[state] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n[state], state))
		}
	}
	if len(parts) == 0 {
		return "none"
	}
	return strings.Join(parts, ", ")
}

func approvalBlocks(r Report) (out []block) {
	t := table{Caption: "Approvals", Head: []string{"When", "Who", "From the machine", "For", "How", "Lines"}}
	for _, a := range r.Approvals {
		t.Rows = append(t.Rows, []cell{{Text: stamp(a.At)}, {Text: person(a.Who)}, {Text: a.Who.Host, Code: true}, {Text: a.Verb},
			{Text: a.How}, {Text: fmt.Sprint(a.Lines), Number: true}})
	}
	if len(t.Rows) == 0 {
		out = append(out, say(plainTone, "", "The journal holds no approval: no plan was ever approved in this run."))
	} else {
		out = append(out, block{Table: &t})
	}
	for _, a := range r.Approvals {
		if a.Digest == "" {
			continue
		}
		pairs := []pair{{"Approved", stamp(a.At), false}}
		pairs = add(pairs, "The plan was made", moment(a.Planned), false)
		pairs = add(pairs, "On the domain controller", a.DC, true)
		out = append(out, block{Pairs: add(pairs, "Digest of the plan", a.Digest, true)})
	}
	s := table{Caption: "Every process that worked on the run", Head: []string{"Began", "Ended", "Who", "From the machine", "Asked for", "Domain controller", "Program", "Came to"}}
	for _, x := range r.Sessions {
		s.Rows = append(s.Rows, []cell{{Text: stamp(x.Began)}, {Text: orElse(moment(x.Ended), "the journal does not say")}, {Text: person(x.Who)},
			{Text: x.Who.Host, Code: true}, {Text: x.Verb}, {Text: x.DC, Code: true}, {Text: x.Program}, {Text: orElse(strings.TrimSpace(x.State+" "+x.Error), "no end")}})
	}
	if len(s.Rows) > 0 {
		out = append(out, block{Table: &s})
	}
	return out
}

// person is who it was, without the machine.
func person(w steps.Who) string {
	w.Host = ""
	return wizard.WhoText(w)
}

func settingBlocks(r Report) []block {
	if len(r.Settings) == 0 {
		return []block{say(plainTone, "", "The journal holds none.")}
	}
	t := table{Caption: "Settings, and where each came from", Head: []string{"Setting", "Value", "From"}}
	for _, name := range slices.Sorted(maps.Keys(r.Settings)) {
		s := r.Settings[name]
		t.Rows = append(t.Rows, []cell{{Text: name, Code: true}, {Text: value(s.Value), Code: true}, {Text: s.From}})
	}
	return []block{{Table: &t}}
}

// value is what a setting was; lists one by one.
func value(v any) string {
	list, ok := v.([]any)
	if !ok {
		return fmt.Sprint(v)
	}
	var all []string
	for _, x := range list {
		all = append(all, fmt.Sprint(x))
	}
	return strings.Join(all, "\n")
}

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05 UTC") }

// moment is stamp, "" for no time.
func moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return stamp(t)
}

func orElse(text, other string) string {
	if text == "" {
		return other
	}
	return text
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
