package plain

import (
	"fmt"
	"strconv"
	"time"

	"writeback/steps"
	"writeback/wizard"
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
		rows = append(rows, []string{r.ID, r.State, strconv.Itoa(len(r.Made)), r.Target.Domain, r.Target.DC, wizard.WhoText(r.Who)})
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
	p.run(r)
	p.line("")
	for _, rec := range r.Records {
		p.line("  %s", recordLine(rec))
	}
	p.line("")
	p.line("%s of this run in the world now.", plural(len(r.Made), "change"))
	return p.flush()
}

// run says what a run is, and what its settings were.
func (p *page) run(r steps.Run) {
	p.line("Run %s: %s", r.ID, r.State)
	rows := [][]string{
		{"target", r.Target.Domain + " (forest " + r.Target.Forest + "), DC " + r.Target.DC},
		{"by", wizard.WhoText(r.Who)},
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
}

func recordLine(rec steps.Record) string {
	return fmt.Sprintf("%s  %-9s %s", rec.Time.UTC().Format("2006-01-02 15:04:05.000Z"), rec.Kind, wizard.RecordText(rec))
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
