package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"writeback/internal/exit"
	"writeback/internal/settings"
)

// manuals are the pages of docs/man, by file: one of the program and one of each
// verb. They are made from the verbs and flags themselves.
func manuals(date string) map[string]string {
	root := newApp().root()
	out := map[string]string{"writeback.1": programPage(root, date)}
	var below func(*cobra.Command)
	below = func(cmd *cobra.Command) {
		for _, c := range verbsOf(cmd) {
			out[pageName(c)+".1"] = verbPage(c, date)
			below(c)
		}
	}
	below(root)
	return out
}

// verbsOf are the verbs below a command that have a page. help has none: it is
// what the pages are.
func verbsOf(cmd *cobra.Command) (out []*cobra.Command) {
	for _, c := range cmd.Commands() {
		if c.IsAvailableCommand() && c.Name() != "help" {
			out = append(out, c)
		}
	}
	return out
}

func pageName(cmd *cobra.Command) string { return strings.ReplaceAll(cmd.CommandPath(), " ", "-") }

func pageLink(cmd *cobra.Command) string { return bold(pageName(cmd)) + "(1)" }

// programPage is writeback(1): what all verbs share stands here.
func programPage(root *cobra.Command, date string) string {
	var r roff
	r.heading("writeback", date)
	r.opening(root, `[\fIVERB\fR] [\fIflags\fR]`)
	r.prose(root.Long)
	r.section("verbs")
	r.WriteString("Without a verb, at a terminal:\n" + bold("setup") + ".\n")
	for _, c := range verbsOf(root) {
		r.item(bold(c.Name()), c.Short)
	}
	r.WriteString(".PP\nEach has a page of its own: " + pageLink(verbsOf(root)[0]) + ", and so on.\n")
	r.section("options")
	r.flags(root.PersistentFlags(), root.LocalNonPersistentFlags())
	r.section("exit status")
	for _, c := range exit.Promises {
		r.item(bold(fmt.Sprint(c.Code)), c.What)
	}
	r.environment()
	r.files()
	r.examples(root)
	r.section("see also")
	var links []string
	for _, c := range verbsOf(root) {
		links = append(links, pageLink(c))
	}
	r.WriteString(strings.Join(links, ",\n") + "\n")
	return r.String()
}

// verbPage is the page of one verb: its own flags, and where the others are.
func verbPage(cmd *cobra.Command, date string) string {
	var r roff
	r.heading(pageName(cmd), date)
	use, _, _ := strings.Cut(strings.TrimPrefix(cmd.UseLine(), cmd.CommandPath()), " [flags]")
	synopsis := `[\fIflags\fR]`
	if use = strings.TrimSpace(use); use != "" && use != "[flags]" {
		synopsis = italic(use) + " " + synopsis
	}
	if below := verbsOf(cmd); len(below) > 0 {
		var names []string
		for _, c := range below {
			names = append(names, bold(c.Name()))
		}
		synopsis = strings.Join(names, "|") + " " + synopsis
		if cmd.Name() != "completion" { // it does nothing by itself
			synopsis = `[` + strings.Replace(synopsis, ` [`, `] [`, 1)
		}
	}
	r.opening(cmd, synopsis)
	long := cmd.Long
	if long == "" {
		long = cmd.Short + "."
	}
	r.prose(long)
	r.section("options")
	if own := cmd.LocalNonPersistentFlags(); own.HasAvailableFlags() {
		r.flags(own)
		r.WriteString(".PP\n")
	}
	r.WriteString(lines("The flags of all verbs are in "+bold("writeback")+"(1), and so are exit status and environment.") + "\n")
	r.examples(cmd)
	r.section("see also")
	links := []string{bold("writeback") + "(1)"}
	for _, c := range append(verbsOf(cmd), verbsOf(cmd.Parent())...) {
		if c != cmd {
			links = append(links, pageLink(c))
		}
	}
	r.WriteString(strings.Join(links, ",\n") + "\n")
	return r.String()
}

// opening is how each page begins: name, synopsis, and the description's heading.
func (r *roff) opening(cmd *cobra.Command, synopsis string) {
	r.section("name")
	short := strings.TrimSuffix(cmd.Short, ".")
	r.WriteString(lines(literal(pageName(cmd))+` \- `+escape(strings.ToLower(short[:1])+short[1:])) + "\n")
	r.section("synopsis")
	r.WriteString(bold(cmd.CommandPath()) + " " + synopsis + "\n")
	r.section("description")
}

// flags lists flags in the order of their names, each with its default.
func (r *roff) flags(sets ...*pflag.FlagSet) {
	var all []*pflag.Flag
	for _, set := range sets {
		set.VisitAll(func(f *pflag.Flag) { all = append(all, f) })
	}
	slices.SortFunc(all, func(a, b *pflag.Flag) int { return strings.Compare(a.Name, b.Name) })
	for _, f := range slices.Compact(all) {
		if f.Hidden {
			continue
		}
		kind, usage := pflag.UnquoteUsage(f)
		term := bold("--" + f.Name)
		if f.Shorthand != "" {
			term = bold("-"+f.Shorthand) + ", " + term
		}
		if kind != "" {
			usage = strings.Replace(usage, " ("+kind+")", "", 1)
			if kind == "string" || kind == "strings" {
				kind = "WORD"
			}
			term += " " + italic(kind)
		}
		if d := strings.Trim(f.DefValue, "[]"); d != "" && d != "false" && d != "0" && d != "0s" {
			usage += " (default " + d + ")"
		}
		r.item(term, usage)
	}
}

func (r *roff) environment() {
	r.section("environment")
	r.prose(`Every setting can stand in the environment: WRITEBACK_ and the flag in capitals,
with _ for -, such as WRITEBACK_AD_USER for --ad-user. A flag outweighs the
environment, and the environment the configuration file. Beside these are read:`)
	for _, v := range settings.Variables {
		r.item(bold(v.Name), v.What)
	}
}

func (r *roff) files() {
	r.section("files")
	r.item(italic("writeback.yaml"), "settings, keys as the flags. It is read where --config or WRITEBACK_CONFIG names it, under this or another name")
	r.item(italic("~/.local/state/writeback"), "journals and saved descriptors, where --state-dir names no other directory. Only you can read them, and they hold no "+
		"secrets. On macOS it is ~/Library/Application Support/writeback, on Windows %LOCALAPPDATA%\\writeback")
}

func (r *roff) examples(cmd *cobra.Command) {
	if cmd.Example == "" {
		return
	}
	r.section("examples")
	var all []string
	for _, line := range strings.Split(cmd.Example, "\n") {
		all = append(all, strings.TrimSpace(line))
	}
	r.verbatim(all)
}

// dated finds the date of a page, which is the day when its text last changed.
var dated = regexp.MustCompile(`(?m)^\.TH \S+ 1 (\d{4}-\d\d-\d\d) `)

// The pages of docs/man are what verbs and flags are. -update writes those anew
// whose text is another, and takes away what is no page any more.
func TestManPages(t *testing.T) {
	dir := filepath.Join("..", "..", "docs", "man")
	want := manuals("2000-01-01")
	if len(want) < 19 {
		t.Fatalf("there are %d pages", len(want))
	}
	for name, page := range want {
		path := filepath.Join(dir, name)
		have, err := os.ReadFile(path)
		have = bytes.ReplaceAll(have, []byte("\r\n"), []byte("\n"))
		if m := dated.FindSubmatch(have); m != nil && string(have) == strings.Replace(page, "2000-01-01", string(m[1]), 1) {
			continue
		}
		if !*update {
			t.Errorf("%s is not what the verbs and flags are (%v): go test -run TestManPages ./cmd/writeback -update writes it anew", path, err)
			continue
		}
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		page = strings.Replace(page, "2000-01-01", time.Now().UTC().Format(time.DateOnly), 1)
		if err := os.WriteFile(path, []byte(page), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	there, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range there {
		if _, wanted := want[f.Name()]; wanted {
			continue
		}
		if t.Errorf("%s is the page of nothing", f.Name()); *update {
			if err := os.Remove(filepath.Join(dir, f.Name())); err != nil {
				t.Error(err)
			}
		}
	}
}

// A line that begins with a dot or a quote is text, too, and a list is one.
func TestRoff(t *testing.T) {
	var r roff
	r.prose(".not a request, see --a-flag and WRITEBACK_AD_USER… C:\\x ~ and much else that stands before\n'quotes'\n\n" +
		"  one    the first\n         of them\n  two    the second\n\nas:\n\n  run 'it' --now")
	want := `\&.not a request, see \fB\-\-a\-flag\fR and \fBWRITEBACK_AD_USER\fR\[u2026]
C:\ex \(ti and much else that stands before 'quotes'
.TP
\fBone\fR
the first of them
.TP
\fBtwo\fR
the second
.PP
as:
.PP
.RS 4
.nf
run \(aqit\(aq \-\-now
.fi
.RE
`
	if r.String() != want {
		t.Errorf("the page is\n%s\nwant\n%s", r.String(), want)
	}
	if got, want := lines(strings.Repeat("x", 75)+" 'quoted'"), strings.Repeat("x", 75)+"\n\\&'quoted'"; got != want {
		t.Errorf("the lines are\n%s\nwant\n%s", got, want)
	}
}
