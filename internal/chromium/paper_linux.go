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

// A4 is the paper of most of the world.
var A4 = Paper{"A4", 595.3, 841.9}

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

// Sheets are the texts of a PDF inside margins of so many millimeters, sheet by sheet, in
// the order in which they were drawn, as pdftotext reads them.
func Sheets(t testing.TB, pdf []byte, on Paper, margin float64) []string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "page.pdf")
	if err := os.WriteFile(file, pdf, 0o600); err != nil {
		t.Fatal(err)
	}
	m := int(margin / 25.4 * 72)
	number := func(n int) string { return fmt.Sprint(n) }
	out, err := exec.Command("pdftotext", "-q", "-raw", "-enc", "UTF-8", "-x", number(m), "-y", number(m), "-W", number(int(on.Width)-2*m), "-H", number(int(on.Height)-2*m), file, "-").Output()
	if err != nil {
		t.Fatalf("read the text of %s: %v", file, err)
	}
	return strings.Split(strings.TrimSuffix(string(out), "\f"), "\f")
}
