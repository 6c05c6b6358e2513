package output

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"writeback/internal/settings"
	"writeback/internal/shell"
	"writeback/steps"
	"writeback/wizard/report"
	"writeback/wizard/tell"
)

// Report is where a report goes, and as what.
type Report struct {
	file string // "-": standard output
	form func(io.Writer, tell.Report) error
	json bool // it is a JSON document
	also bool // --output json: the document on standard output as well
}

// ReportForms are the forms of a report, by the words of --format.
var ReportForms = map[string]func(io.Writer, tell.Report) error{"html": report.HTML, "md": report.Markdown, "json": report.JSON}

// ReportTo decides that before any work is done. Also is for --output json.
//
// Errors: [settings.UsageError].
func ReportTo(file, format string, also bool) (Report, error) {
	to := Report{file: file, also: also}
	if to.file != "-" {
		if err := Check(to.file); err != nil {
			return to, err
		}
	}
	if to.file == "" && to.also {
		to.file = "-"
	}
	if format == "" {
		format = Format(to.file)
		if to.file == "-" && to.also {
			format = "json"
		}
	}
	switch {
	case to.file == "":
		return to, settings.Usagef("where is the report to go? -o FILE.html writes one, -o - --format md shows it")
	case format == "" && to.file == "-":
		return to, settings.Usagef("as what? add --format %s", strings.Join(settings.Format.Words(), ", "))
	case format == "":
		return to, settings.Usagef("--out: %s ends in none of .html, .md, .json: add --format", shell.Name(to.file))
	case to.file == "-" && to.also && format != "json":
		return to, settings.Usagef("--output json is one document on standard output: write the other one to a file")
	}
	to.form, to.json = ReportForms[format], format == "json"
	if to.file == "-" {
		to.also = false
		return to, nil
	}
	return to, nil
}

// Write writes a report: to out, or to asJSON where it is a JSON document. Beside is told
// that a file was saved.
func (to Report) Write(doc tell.Report, out, asJSON, beside io.Writer) error {
	if to.also || to.json {
		out = asJSON
	}
	var b bytes.Buffer
	if err := to.form(&b, doc); err != nil {
		return err
	}
	if to.file == "-" {
		_, err := out.Write(b.Bytes())
		return err
	}
	if err := Save("report", to.file, b.Bytes()); err != nil {
		return err
	}
	fmt.Fprintf(beside, "saved: %s\n", steps.Plain(to.file))
	if to.also {
		return report.JSON(out, doc)
	}
	return nil
}
