package plain

import (
	"fmt"
	"strconv"
	"time"
	"unicode/utf8"

	"writeback/steps"
	"writeback/wizard"
)

// Runs shows the runs, the latest first, for a log: with the time of each.
func (f *Renderer) Runs(all []steps.Run) error { return f.RunsSeen(all, time.Time{}, 0) }

// RunsSeen shows the runs as somebody sees them at now: how long ago each began,
// in a table that is at most so many columns wide; 0 columns set no limit, and the
// zero time gives every run's own. JSON is the same whoever looks.
func (f *Renderer) RunsSeen(all []steps.Run, now time.Time, columns int) error {
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
	rows := [][]string{{"RUN", "STATE", "STARTED", "OURS", "DOMAIN", "BY", "DC"}}
	for _, r := range all {
		began := stamp(r.Started)
		if !now.IsZero() {
			began = wizard.Ago(r.Started, now)
		}
		rows = append(rows, []string{r.ID, r.State, began, strconv.Itoa(len(r.Made)), r.Target.Domain, wizard.WhoText(r.Who), r.Target.DC})
	}
	p.table("", fit(rows, columns))
	return p.flush()
}

// needed is how many columns of the list of runs are always there: the run, its
// state and when it began.
const needed = 3

// leastCell is how narrow a cell is cut before its column is left out.
const leastCell = 12

// fit makes a table so many columns wide: cells of the last column are cut, and
// where too little would be left of them it goes, then that before it.
func fit(rows [][]string, columns int) [][]string {
	for i := range rows {
		for j := range rows[i] {
			rows[i][j] = steps.Plain(rows[i][j]) // what is measured is what is shown
		}
	}
	for columns > 0 && len(rows[0]) > needed {
		end := len(rows[0]) - 1
		before, last := 0, 0
		for j := range end {
			before += widthOf(rows, j) + 2
		}
		if last = widthOf(rows, end); before+last <= columns {
			break
		}
		for i := range rows {
			if columns-before >= min(leastCell, last) {
				rows[i][end] = cut(rows[i][end], columns-before)
			} else {
				rows[i] = rows[i][:end]
			}
		}
	}
	return rows
}

func widthOf(rows [][]string, column int) (width int) {
	for _, row := range rows {
		width = max(width, utf8.RuneCountInString(row[column]))
	}
	return width
}

// cut shortens a text to so many characters, and shows that it did.
func cut(text string, width int) string {
	if all := []rune(text); len(all) > width {
		return string(all[:width-1]) + "…"
	}
	return text
}

// RunDetail shows one run record by record.
func (f *Renderer) RunDetail(r steps.Run) error {
	if f.JSON {
		doc := documentOf(r)
		doc.FormatVersion, doc.Records, doc.Digest = steps.FormatVersion, r.Records, r.Digest
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
	if r.Digest != "" {
		p.line("SHA-256 of the journal: %s", r.Digest)
	}
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
func (f *Renderer) Attested(r steps.Run) error {
	if f.JSON {
		doc := documentOf(r)
		doc.FormatVersion = steps.FormatVersion
		return f.document(doc)
	}
	p := f.page()
	for _, a := range r.Attested {
		if a.Says == steps.SaysWithdrawn {
			p.line("Recorded for %s in run %s: %s withdraws the attestation of %s.", r.Target.Domain, r.ID, a.By, a.Step)
			p.line("It no longer counts; both stay in the journal.")
			continue
		}
		p.line("Recorded for %s in run %s: %s says that the manual step of %s is done.", r.Target.Domain, r.ID, a.By, a.Step)
		p.line("It is shown as attested, not as verified.")
	}
	return p.flush()
}
