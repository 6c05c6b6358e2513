package output

import (
	"io"

	"writeback/internal/settings"
	"writeback/internal/shell"
	"writeback/wizard/report"
	"writeback/wizard/tell"
)

// pageForms are the forms of a page, by the ends of names.
var pageForms = map[string]func(io.Writer, tell.Page) error{"html": report.HTMLPage, "md": report.MarkdownPage}

// PageForm is what --by-hand writes, decided before any work is done; nil for nothing.
func PageForm(file string) (func(io.Writer, tell.Page) error, error) {
	if file == "" {
		return nil, nil
	}
	form := pageForms[Format(file)]
	if form == nil {
		return nil, settings.Usagef("--by-hand %s: it ends in neither .html nor .md", shell.Name(file))
	}
	return form, settings.CheckOut(settings.ByHandOut, file)
}
