package report

import (
	"reflect"
	"strings"

	"writeback/steps"
)

// What a report tells is told once, as a page of plain blocks; HTML and Markdown
// are two ways to write these blocks. So no text of a report can be forgotten in
// one of them, and what makes names harmless stands in one place each.

// page is the whole report.
type page struct {
	Title    string
	Lead     []block
	Sections []section
	Foot     string
}

// section is a part with a heading that the list of contents leads to.
type section struct {
	ID, Title string
	Blocks    []block
}

// block is one of what its fields name.
type block struct {
	Para    *para
	Figures []figure
	Pairs   []pair
	Table   *table
	Code    *code
	Bars    *bars
	Sub     *sub
}

// The tones of a [para].
const (
	plainTone = ""
	goodTone  = "good"
	warnTone  = "warn"
	alarmTone = "alarm" // it must not be overlooked
)

// para is a paragraph; Head is what it begins with, set apart.
type para struct{ Tone, Head, Text string }

// figure is a number that says most of it, and what it counts.
type figure struct{ Tone, Value, Label string }

// pair is a name and what belongs to it.
type pair struct {
	Name, Text string
	Code       bool // text that is copied, not read: a DN, SDDL, a command
}

// table has a heading for each column, and for each row its first cell.
type table struct {
	Caption string
	Head    []string
	Rows    [][]cell
}

type cell struct {
	Text   string
	Code   bool
	Number bool
}

// code is a text of its own that is copied. Parts, where there are any, are all of
// it, in lines that are easier to read.
type code struct {
	Title, Text string
	Parts       []part
}

type part struct {
	Text string
	New  bool // it was not there before
}

// bars are a picture: rows of one length each. Note says in words what it shows.
type bars struct {
	ID, Title, Note string
	Rows            []bar
}

type bar struct {
	Label, Text string
	Code        bool // of the label
	Tone        string
	Percent     float64 // of the whole row, 0 to 100
}

// sub is a part of a section with a heading of its own.
type sub struct {
	Title, State, Tone string
	Blocks             []block
}

func say(tone, head, text string) block { return block{Para: &para{tone, head, text}} }

// add appends a pair where there is something to say.
func add(all []pair, name, text string, isCode bool) []pair {
	if text == "" {
		return all
	}
	return append(all, pair{name, text, isCode})
}

// clean makes every text of the page harmless: a control character, or one that
// changes the direction of writing, becomes an escape that is seen. Line feeds
// stay.
func clean(p *page) { cleanValue(reflect.ValueOf(p).Elem()) }

func cleanValue(v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		lines := strings.Split(v.String(), "\n")
		for i, l := range lines {
			lines[i] = steps.Plain(l)
		}
		v.SetString(strings.Join(lines, "\n"))
	case reflect.Pointer:
		if !v.IsNil() {
			cleanValue(v.Elem())
		}
	case reflect.Struct:
		for i := range v.NumField() {
			cleanValue(v.Field(i))
		}
	case reflect.Slice:
		for i := range v.Len() {
			cleanValue(v.Index(i))
		}
	}
}
