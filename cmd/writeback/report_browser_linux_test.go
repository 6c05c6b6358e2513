package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"writeback/internal/chromium"
	"writeback/internal/tier"
	"writeback/wizard/tell"
)

// The report of a rehearsal reads well in a browser and on paper: after all three
// stages were made, with one that a person attested, and after the undo. Its
// photographs in docs/pictures are of the page as it is laid out now; .ci/photos
// takes them anew.
func TestReportInABrowser(t *testing.T) {
	tab := chromium.Start(t).Tab(t)
	p, _ := practisedRun(t)
	file := filepath.Join(p.dir, "report.html")
	p.want(exitDone, "report", "-o", "report.html")
	tab.Everywhere(t, file)
	photographs(t, p, tab, read(t, file))

	p.want(exitDone, "undo", "--yes")
	p.want(exitManual, "apply", "--yes")
	p.want(exitDone, "attest", "sspr", "--by", "the owner", "--note", "CHG 4711: switched on in the portal, seen by two of us")
	p.want(exitDone, "report", "-o", "report.html")
	if text := read(t, file); !strings.Contains(text, "CHG 4711") || !strings.Contains(text, "a person has to do what is left") {
		t.Error("the report does not tell of the manual step, or of the word")
	}
	tab.Everywhere(t, file)
	p.want(exitDone, "undo", "--yes")
	p.want(exitDone, "report", "-o", "report.html")
	tab.Everywhere(t, file)
}

// Who keeps the digest of the journal can check with the report's own command that
// the run is still as it was, also after an undo was added to it.
func TestReportSaysHowToCheckTheDigest(t *testing.T) {
	tier.Turn(t)
	t.Parallel()
	p, _ := practisedRun(t)
	doc := decode[tell.Report](t, p.want(exitDone, "report", "--output", "json"))
	command := regexp.MustCompile(`(?m)^head -c .*$`).FindString(p.want(exitDone, "report", "-o", "-", "--format", "md").out)
	digest := func() string {
		t.Helper()
		out, err := exec.Command("sh", "-c", command).Output()
		if err != nil {
			t.Fatalf("%s: %v", command, err)
		}
		return strings.Fields(string(out))[0]
	}
	if got := digest(); got != doc.Journal.SHA256 {
		t.Errorf("%s gives %s, the report says %s", command, got, doc.Journal.SHA256)
	}
	p.want(exitDone, "undo", "--yes")
	if got := digest(); got != doc.Journal.SHA256 {
		t.Errorf("after the undo it gives %s, not %s", got, doc.Journal.SHA256)
	}
	raw := read(t, doc.Journal.File)
	write(t, doc.Journal.File, []byte(strings.Replace(raw, `"how":"--yes`, `"how":"typed`, 1)))
	if got := digest(); got == doc.Journal.SHA256 {
		t.Error("a journal that was tampered with has the same digest")
	}
}

// photos are those in docs/pictures: of what, from where on, and how it is looked at.
var photos = []struct {
	name, at string // at: the section at the top
	media    chromium.Media
}{
	{"report-desk", "summary", chromium.Media{Width: 1180, Height: 860}},
	{"report-dark", "coverage", chromium.Media{Width: 1180, Height: 860, Dark: true}},
	{"report-phone", "summary", chromium.Media{Width: 390, Height: 760, Phone: true}},
}

// photographs holds the pictures against the layout of the page, or takes them anew
// of a report without what is new in every run.
func photographs(t *testing.T, p *program, tab *chromium.Page, page string) {
	t.Helper()
	layout := layoutOfReports(t)
	if *update {
		file := filepath.Join(p.dir, "photo.html")
		write(t, file, []byte(posed(p, page)))
		for _, photo := range photos {
			tab.Open(t, file, photo.media)
			if photo.at != "summary" {
				var to float64
				tab.Evaluate(t, "(scrollTo(0, document.getElementById("+strconv.Quote(photo.at)+").offsetTop - 8), scrollY)", &to)
			}
			savePhoto(t, photo.name, tab.Picture(t, false), layout)
		}
		tab.Open(t, file, chromium.Media{Width: 1180})
		savePhoto(t, "report-print", firstSheet(t, tab.Print(t, chromium.A4)), layout)
	}
	for _, name := range []string{"report-desk", "report-dark", "report-phone", "report-print"} {
		checkPhoto(t, name, layout)
	}
}

// posed is a page with steady names, as in the other pictures.
func posed(p *program, page string) string {
	for _, r := range []struct{ form, with string }{
		{regexp.QuoteMeta(p.state), "/home/adm-maren/.local/state/writeback"},
		{`\b\d{8}T\d{6}Z-[0-9a-f]{4}\b`, "20260302T090000Z-1a2b"},
		{`\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)? UTC`, "2026-03-02 09:00:00 UTC"},
		{`127\.0\.0\.1:\d+`, "127.0.0.1:40443"},
		{`\b[0-9a-f]{64}\b`, "5d41402abc4b2a76b9719d911017c592ae2b1d8a6f7a2d4b3c5e6f708192a3b4"},
		{`[^\s<>]+ on [^\s<>]+, signed in as`, "maren on ADM01, signed in as"},
		{`<td>[^\s<>]+, signed in as`, "<td>maren, signed in as"},
	} {
		page = regexp.MustCompile(r.form).ReplaceAllString(page, r.with)
	}
	if host, err := os.Hostname(); err == nil && host != "" {
		page = strings.ReplaceAll(page, "<code>"+host+"</code>", "<code>ADM01</code>")
	}
	return page
}

// firstSheet is the first sheet of a PDF as a PNG.
func firstSheet(t *testing.T, pdf []byte) []byte {
	t.Helper()
	cmd := exec.Command("pdftoppm", "-png", "-r", "80", "-f", "1", "-l", "1", "-")
	cmd.Stdin = bytes.NewReader(pdf)
	png, err := cmd.Output()
	if err != nil {
		t.Fatalf("draw the first sheet: %v", err)
	}
	return png
}
