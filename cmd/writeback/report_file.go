package main

import (
	"bytes"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"writeback/internal/settings"
	"writeback/internal/shell"
	"writeback/internal/statedir"
	"writeback/steps"
	"writeback/wizard/report"
	"writeback/wizard/tell"
)

// reportTo is where a report goes, and as what.
type reportTo struct {
	file   string // "-": standard output
	form   func(io.Writer, tell.Report) error
	out    io.Writer
	beside io.Writer // is told that the file was saved
	also   bool      // --output json: the document on standard output as well
}

var reportForms = map[string]func(io.Writer, tell.Report) error{"html": report.HTML, "md": report.Markdown, "json": report.JSON}

// reportTo decides that before any work is done.
func (a *app) reportTo(file, format string) (reportTo, error) {
	to := reportTo{file: file, out: a.out, beside: a.err, also: settings.Output.Of(a.settings) == "json"}
	if to.file != "-" {
		if err := checkPlanFile(to.file); err != nil {
			return to, err
		}
	}
	if to.file == "" && to.also {
		to.file = "-"
	}
	if format == "" {
		format = formatOf(to.file)
		if to.file == "-" && to.also {
			format = "json"
		}
	}
	switch {
	case to.file == "":
		return to, usagef("where is the report to go? -o FILE.html writes one, -o - --format md shows it")
	case format == "" && to.file == "-":
		return to, usagef("as what? add --format %s", strings.Join(settings.Format.Words(), ", "))
	case format == "":
		return to, usagef("--out: %s ends in none of .html, .md, .json: add --format", shell.Name(to.file))
	case to.file == "-" && to.also && format != "json":
		return to, usagef("--output json is one document on standard output: write the other one to a file")
	}
	to.form = reportForms[format]
	if to.also || format == "json" {
		to.out = a.tty.JSON(a.out)
	}
	if to.file == "-" {
		to.also = false
		return to, nil
	}
	return to, nil
}

// formatOf is the format that the name of a file says, "" for none.
func formatOf(file string) string {
	switch strings.ToLower(filepath.Ext(file)) {
	case ".html", ".htm":
		return "html"
	case ".md", ".markdown":
		return "md"
	case ".json":
		return "json"
	}
	return ""
}

func (to reportTo) write(doc tell.Report) error {
	var b bytes.Buffer
	if err := to.form(&b, doc); err != nil {
		return err
	}
	if to.file == "-" {
		_, err := to.out.Write(b.Bytes())
		return err
	}
	if err := saveText("report", to.file, b.Bytes()); err != nil {
		return err
	}
	fmt.Fprintf(to.beside, "saved: %s\n", steps.Plain(to.file))
	if to.also {
		return report.JSON(to.out, doc)
	}
	return nil
}

// saveText writes a file whole or not at all. It names accounts and permissions, so that
// at first nobody else may read it.
func saveText(what, path string, text []byte) error {
	if err := statedir.WriteWhole(path, func(w io.Writer) error { _, err := w.Write(text); return err }); err != nil {
		return fmt.Errorf("save the %s: %w", what, err)
	}
	return nil
}
