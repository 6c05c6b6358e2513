package report

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"writeback/internal/chromium"

	"writeback/wizard/tell"
)

// Every report reads well on a desk, on a phone, in the dark and on paper, as a
// browser lays it out. With REPORT_PICTURES=DIR the pages, photographs of them and
// what was printed are left there.
func TestReportsInABrowser(t *testing.T) {
	b := chromium.Start(t)
	tab := b.Tab(t)
	dir := t.TempDir()
	if to := os.Getenv("REPORT_PICTURES"); to != "" {
		dir = to
	}
	for name, r := range shown(t) {
		t.Run(name, func(t *testing.T) {
			var page bytes.Buffer
			if err := HTML(&page, r); err != nil {
				t.Fatal(err)
			}
			file := filepath.Join(dir, name+".html")
			if err := os.WriteFile(file, page.Bytes(), 0o600); err != nil {
				t.Fatal(err)
			}
			sheets := tab.Everywhere(t, file)
			t.Logf("%d bytes, %d sheets of A4", page.Len(), sheets)
			if os.Getenv("REPORT_PICTURES") == "" {
				return
			}
			all := tab.Pictures(t, file, true)
			all["a4.pdf"] = tab.Print(t, chromium.A4)
			for suffix, raw := range all {
				if err := os.WriteFile(filepath.Join(dir, name+"-"+suffix), raw, 0o600); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

// shown are reports of every kind.
func shown(t *testing.T) map[string]tell.Report {
	t.Helper()
	all := map[string]tell.Report{"crowded": crowded(1000)}
	for name, r := range evil() {
		if name != "trusted" { // has nothing that the others have not
			all["hostile-"+name] = r
		}
	}
	d := newDesk(t)
	if err := d.apply(some); err != nil {
		t.Fatal(err)
	}
	all["done"] = d.report(d.latest())
	file := filepath.Join(d.dir, d.latest()+".jsonl")
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, bytes.Replace(raw, []byte(`"typed corp.example"`), []byte(`"typed corp.exomple"`), 1), 0o600); err != nil {
		t.Fatal(err)
	}
	all["tampered"] = d.report(d.latest())
	if err := os.WriteFile(file, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	d.undo()
	all["undone"] = d.report(d.latest())
	d = newDesk(t)
	d.store.Cut = func(point string) {
		if len(point) > 12 && point[:12] == "after intent" {
			d.fail = errors.New("the connection was lost")
		}
	}
	if err := d.apply(""); err == nil {
		t.Fatal("it ended well")
	}
	all["interrupted"] = d.report(d.latest())
	return all
}
