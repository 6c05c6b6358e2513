package plain

import (
	"strconv"
	"strings"
	"time"

	"writeback/steps"
)

// Runs shows the runs, the latest first.
func (f *Face) Runs(all []steps.Run) error {
	if f.JSON {
		doc := runsDocument{FormatVersion: steps.FormatVersion, Runs: []runDocument{}}
		for _, r := range all {
			doc.Runs = append(doc.Runs, documentOf(r))
		}
		return f.document(doc)
	}
	p := f.page()
	if len(all) == 0 {
		p.line("No runs yet.")
		return p.flush()
	}
	rows := [][]string{{"RUN", "STATE", "OURS", "DOMAIN", "DC", "BY"}}
	for _, r := range all {
		rows = append(rows, []string{r.ID, r.State, strconv.Itoa(len(r.Made)), r.Target.Domain, r.Target.DC, who(r.Who)})
	}
	p.table("", rows)
	return p.flush()
}

// RunDetail shows one run record by record.
func (f *Face) RunDetail(r steps.Run) error {
	if f.JSON {
		doc := documentOf(r)
		doc.FormatVersion, doc.Records = steps.FormatVersion, r.Records
		return f.document(doc)
	}
	p := f.page()
	p.line("Run %s: %s", r.ID, r.State)
	rows := [][]string{
		{"target", r.Target.Domain + " (forest " + r.Target.Forest + "), DC " + r.Target.DC},
		{"by", who(r.Who)},
		{"program", r.Program},
	}
	if r.Approval != nil {
		rows = append(rows, []string{"approved", r.Approval.How + ", digest " + r.Approval.Digest})
	}
	if r.Error != "" {
		rows = append(rows, []string{"error", r.Error})
	}
	p.table("  ", rows)
	p.line("")
	p.settings(r.Settings)
	p.line("")
	for _, rec := range r.Records {
		p.line("  %s  %-9s %s", rec.Time.UTC().Format("2006-01-02 15:04:05.000Z"), rec.Kind, recordText(rec))
	}
	p.line("")
	p.line("%s of this run in the world now.", plural(len(r.Made), "change"))
	return p.flush()
}

// recordText is what one line of a journal says.
func recordText(rec steps.Record) string {
	var parts []string
	switch {
	case rec.Opening != nil:
		parts = append(parts, rec.Opening.Verb, rec.Opening.How, "by", who(rec.Opening.Who))
	case rec.Approval != nil:
		parts = append(parts, rec.Approval.How)
	case rec.Change != nil:
		parts = append(parts, rec.Change.Target+": "+rec.Change.Line)
	default:
		parts = append(parts, rec.Target, rec.State)
	}
	if rec.Settled {
		parts = append(parts, "(seen afterwards)")
	}
	parts = append(parts, rec.Error)
	return strings.Join(strings.Fields(strings.Join(parts, " ")), " ")
}

func who(w steps.Who) string {
	name := w.User
	if w.Host != "" {
		name += " on " + w.Host
	}
	if w.Identity != "" {
		name += ", signed in as " + w.Identity
	}
	return name
}

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02 15:04Z") }

// Attested shows that a person's word was remembered.
func (f *Face) Attested(r steps.Run) error {
	if f.JSON {
		doc := documentOf(r)
		doc.FormatVersion = steps.FormatVersion
		return f.document(doc)
	}
	p := f.page()
	for _, a := range r.Attested {
		p.line("Remembered for %s in run %s: %s says that the manual step of %s is %s.", r.Target.Domain, r.ID, a.By, a.Step, a.Says)
	}
	p.line("It is shown as attested, not as verified.")
	return p.flush()
}
