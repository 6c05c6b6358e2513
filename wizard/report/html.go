package report

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"strings"

	"writeback/wizard/tell"
)

// The HTML file needs nothing else: no network, no script, no font. Its own policy
// (CSP3) forbids all of that, and any style but the one in it, so that not even a
// mistake in what makes names harmless could fetch or run something.

//go:embed page.html
var pageText string

//go:embed style.css
var style string

var pageTemplate = template.Must(template.New("page").Funcs(template.FuncMap{
	"style":  func() template.CSS { return template.CSS(style) },
	"width":  func(percent float64) string { return fmt.Sprintf("%.2f", percent) },
	"breaks": breaks,
	"paged":  paged,
	"numbers": func(t tell.Table, column int) bool {
		return len(t.Rows) > 0 && column < len(t.Rows[0]) && t.Rows[0][column].Number
	},
}).Parse(strings.ReplaceAll(pageText, "STYLE-HASH", styleHash())))

// styleHash is the source expression of the style (CSP3, section 2.3.1).
func styleHash() string {
	sum := sha256.Sum256([]byte(style))
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}

// breaks cuts a text where a line breaks best: in the name of an object between its
// parts. A comma in a sentence has a space behind it, and needs no help.
func breaks(text string) (all []string) {
	from := 0
	for i := 0; i < len(text)-1; i++ {
		if text[i] == ',' && text[i+1] != ' ' {
			all = append(all, text[from:i+1])
			from = i + 1
		}
	}
	return append(all, text[from:])
}

// HTML writes the report as one HTML file.
func HTML(w io.Writer, r tell.Report) error { return HTMLPage(w, r.Page()) }

// HTMLPage writes any page so.
func HTMLPage(w io.Writer, p tell.Page) error {
	var b bytes.Buffer
	if err := pageTemplate.Execute(&b, p); err != nil {
		return fmt.Errorf("write the page as HTML: %w", err)
	}
	_, err := w.Write(append(bytes.TrimSpace(b.Bytes()), '\n')) // definitions leave line feeds
	return err
}
