package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"writeback/steps/checks"
)

// The manual has everything that the program has a name for, each in a row of
// its own, and nothing that the program does not have.

const manual = "docs/manual.md"

// document is a document of the repository, by its path from the root.
func document(t *testing.T, name string) string {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("..", "..", filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(string(raw), "\r\n", "\n")
}

// section is what stands below a heading, down to the next one that is not
// below it. Comments in fenced blocks are no headings.
func section(t *testing.T, text, heading string) string {
	t.Helper()
	_, below, found := strings.Cut(text, "\n"+heading+"\n")
	if !found {
		t.Fatalf("there is no heading %q", heading)
	}
	level := strings.Index(heading, " ")
	var out strings.Builder
	for line := range strings.Lines(below) {
		if sharps := strings.Index(line, " "); sharps > 0 && sharps <= level && strings.Trim(line[:sharps], "#") == "" && strings.Count(out.String(), "\n```")%2 == 0 {
			break
		}
		out.WriteString(line)
	}
	return out.String()
}

// firstCells is what pattern finds in the first cells of the tables of text.
func firstCells(text, pattern string) (out []string) {
	re := regexp.MustCompile(pattern)
	for line := range strings.Lines(text) {
		if cell, is := strings.CutPrefix(line, "| "); is {
			cell, _, _ = strings.Cut(cell, " |")
			for _, m := range re.FindAllStringSubmatch(cell, -1) {
				out = append(out, m[1])
			}
		}
	}
	return out
}

// sameNames compares what the manual has with what the program has.
func sameNames(t *testing.T, what string, has, wants []string) {
	t.Helper()
	slices.Sort(has)
	slices.Sort(wants)
	wants = slices.Compact(wants)
	for i, name := range has {
		if i > 0 && has[i-1] == name {
			t.Errorf("%s tells of %s %s twice", manual, what, name)
		}
		if !slices.Contains(wants, name) {
			t.Errorf("%s tells of %s %s, which there is not", manual, what, name)
		}
	}
	for _, name := range wants {
		if !slices.Contains(has, name) {
			t.Errorf("%s does not tell of %s %s", manual, what, name)
		}
	}
	if len(wants) < 5 {
		t.Errorf("%d of %s: what looks for them finds nothing any more", len(wants), what)
	}
}

// commands are all that the program has, with what cobra adds when it runs.
func commands() []*cobra.Command {
	root := newApp().root()
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd()
	var all []*cobra.Command
	var visit func(c *cobra.Command)
	visit = func(c *cobra.Command) {
		c.InitDefaultHelpFlag()
		c.InitDefaultVersionFlag()
		if c.Hidden {
			return
		}
		all = append(all, c)
		for _, sub := range c.Commands() {
			visit(sub)
		}
	}
	visit(root)
	return all
}

func TestManualHasEveryFlag(t *testing.T) {
	var wants []string
	for _, c := range commands() {
		c.LocalFlags().VisitAll(func(f *pflag.Flag) {
			if !f.Hidden {
				wants = append(wants, f.Name)
			}
		})
	}
	sameNames(t, "the flag", firstCells(section(t, document(t, manual), "### Flags"), "`--([a-z0-9-]+)"), wants)
}

// Every verb has a row; what stands below a verb has one, too, or is named.
func TestManualHasEveryVerb(t *testing.T) {
	text := document(t, manual)
	has := firstCells(section(t, text, "### Verbs"), "^`([a-z]+(?: [a-z]+)*)")
	var wants []string
	for _, c := range commands() {
		words := strings.TrimPrefix(c.CommandPath(), "writeback ")
		if !c.Runnable() && !c.HasSubCommands() { // a topic of help
			words = "help " + words
		}
		if strings.Contains(words, " ") && !slices.Contains(has, words) {
			if !strings.Contains(text, "`"+words+"`") {
				t.Errorf("%s does not tell of %s", manual, words)
			}
			continue
		}
		wants = append(wants, words)
	}
	sameNames(t, "the verb", has, wants)
}

func TestManualHasEveryExitCode(t *testing.T) {
	f, err := parser.ParseFile(token.NewFileSet(), "../../internal/exit/code.go", nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	var wants []string
	ast.Inspect(f, func(n ast.Node) bool {
		spec, is := n.(*ast.ValueSpec)
		if is && len(spec.Values) == 1 {
			if code, is := spec.Values[0].(*ast.BasicLit); is {
				wants = append(wants, code.Value)
			}
		}
		return true
	})
	sameNames(t, "the exit code", firstCells(section(t, document(t, manual), "### Exit codes"), `^(\d+)$`), wants)
}

// Every code of a finding, a check or a reason has an anchor in findings.md, by
// its own name, and the manual leads there. That findings.md has them all is held
// in package walls.
func TestManualHasEveryCode(t *testing.T) {
	findings, text := document(t, "docs/findings.md"), document(t, manual)
	wants := firstCells(findings, "^`([a-z-]+)`$")
	for _, code := range checks.Codes() {
		if !slices.Contains(wants, code) {
			t.Errorf("docs/findings.md has no row for %s", code)
		}
	}
	for _, code := range wants {
		if !strings.Contains(findings, "\n| `"+code+"` | <a id=\""+code+"\"></a>") {
			t.Errorf("the row of %s has no anchor", code)
		}
	}
	var has []string
	list := section(t, text, "## Troubleshooting")
	_, list, _ = strings.Cut(list, "\nAll codes:\n")
	for _, m := range regexp.MustCompile("\\[`([a-z-]+)`\\]\\(findings\\.md#([a-z-]+)\\)").FindAllStringSubmatch(list, -1) {
		if has = append(has, m[1]); m[1] != m[2] {
			t.Errorf("%s leads to %s", m[1], m[2])
		}
	}
	sameNames(t, "the code", has, wants)
}

func TestManualHasEveryVariable(t *testing.T) {
	sameNames(t, "the variable", firstCells(section(t, document(t, manual), "### Environment"), "^`([A-Z][A-Z0-9_]+)`"), variablesRead(t))
}

// sources are the folders of what the program is made of, without its tests and the
// practice world.
var sources = []string{"cmd", "wizard", "steps", "adperms", "cloudconfig",
	"internal/change", "internal/exit", "internal/guide", "internal/output", "internal/runs", "internal/secrets", "internal/session", "internal/settings", "internal/statedir", "internal/terminal", "internal/tracing"}

// variablesRead are the names that the sources look up in the environment, but
// for WRITEBACK_ and a flag's name, which is made by a rule.
func variablesRead(t *testing.T) (out []string) {
	t.Helper()
	lookUp := []string{"Getenv", "LookupEnv", "lookupEnv", "env", "is", "secret"}
	name := regexp.MustCompile(`^[A-Z][A-Z0-9_]{3,}$`)
	read := func(path string) {
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.SelectorExpr:
				if n.Sel.Name == "ProxyFromEnvironment" { // net/http's
					out = append(out, "HTTPS_PROXY", "NO_PROXY")
				}
			case *ast.CallExpr:
				for _, arg := range n.Args {
					lit, is := arg.(*ast.BasicLit)
					if !is || lit.Kind != token.STRING || !slices.Contains(lookUp, called(n)) {
						continue
					}
					if text, err := strconv.Unquote(lit.Value); err == nil && name.MatchString(text) {
						out = append(out, text)
					}
				}
			}
			return true
		})
	}
	for _, dir := range sources {
		err := filepath.WalkDir(filepath.Join("..", "..", dir), func(path string, _ fs.DirEntry, err error) error {
			if err == nil && strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, "_test.go") {
				read(path)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// called is the name of what a call calls.
func called(c *ast.CallExpr) string {
	switch f := c.Fun.(type) {
	case *ast.Ident:
		return f.Name
	case *ast.SelectorExpr:
		return f.Sel.Name
	}
	return ""
}
