package chromium

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// Paper is what a page is printed on, in points of 1/72 inch.
type Paper struct {
	Name          string
	Width, Height float64
}

// The two kinds of paper of the world.
var (
	A4     = Paper{"A4", 595.3, 841.9}
	Letter = Paper{"Letter", 612, 792}
)

// Inside is the width that margins of so many millimetres leave, in CSS pixels.
func (p Paper) Inside(margin float64) int64 { return int64(p.Width/72*96 - 2*margin/25.4*96) }

// Print is the page as PDF, as a person prints it who changes nothing: without
// backgrounds, and without the browser's own header and footer.
func (p *Page) Print(t testing.TB, on Paper) []byte {
	t.Helper()
	pdf, err := chromedp.Run(p.ctx, chromedp.PrintToPDF(chromedp.PDFPaper(chromedp.PaperSize{Width: on.Width / 72, Height: on.Height / 72})))
	if err != nil {
		t.Fatalf("print the page on %s: %v", on.Name, err)
	}
	return pdf
}

// Sheet is the text of one sheet of paper, in the order in which it was drawn, as
// pdftotext reads it.
type Sheet struct {
	Body string // inside the margins
	Foot string // what stands below, as the number of the sheet
}

// Sheets are those of a PDF whose margins are so many millimetres.
func Sheets(t testing.TB, pdf []byte, on Paper, margin float64) []Sheet {
	t.Helper()
	file := filepath.Join(t.TempDir(), "page.pdf")
	if err := os.WriteFile(file, pdf, 0o600); err != nil {
		t.Fatal(err)
	}
	m := int(margin / 25.4 * 72)
	bodies := sheetsIn(t, file, m, m, int(on.Width)-2*m, int(on.Height)-2*m)
	feet := sheetsIn(t, file, 0, int(on.Height)-m, int(on.Width), m)
	if len(bodies) != len(feet) {
		t.Fatalf("%d sheets, %d feet", len(bodies), len(feet))
	}
	out := make([]Sheet, len(bodies))
	for i := range out {
		out[i] = Sheet{bodies[i], strings.TrimSpace(feet[i])}
	}
	return out
}

// sheetsIn are the texts in one part of each sheet.
func sheetsIn(t testing.TB, file string, x, y, width, height int) []string {
	t.Helper()
	number := func(n int) string { return fmt.Sprint(n) }
	out, err := exec.Command("pdftotext", "-q", "-raw", "-enc", "UTF-8", "-x", number(x), "-y", number(y), "-W", number(width), "-H", number(height), file, "-").Output()
	if err != nil {
		t.Fatalf("read the text of %s: %v", file, err)
	}
	return strings.Split(strings.TrimSuffix(string(out), "\f"), "\f")
}
