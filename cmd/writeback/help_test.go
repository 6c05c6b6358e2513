package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/spf13/pflag"

	"writeback/internal/exit"
	"writeback/internal/settings"
)

// The topic has every exit code of internal/exit, and no other.
func TestHelpExitCodes(t *testing.T) {
	f, err := parser.ParseFile(token.NewFileSet(), "../../internal/exit/code.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	codes := map[string]bool{}
	ast.Inspect(f, func(n ast.Node) bool {
		if v, ok := n.(*ast.ValueSpec); ok && len(v.Values) == 1 {
			if code, is := v.Values[0].(*ast.BasicLit); is {
				codes[code.Value] = true
			}
		}
		return true
	})
	if len(codes) != len(exit.Promises) || len(codes) < 8 {
		t.Errorf("internal/exit has %d codes, the topic %d", len(codes), len(exit.Promises))
	}
	p := newProgram(t)
	o := p.want(exitDone, "help", "exit-codes")
	for _, c := range exit.Promises {
		if row := "\n  " + strconv.Itoa(c.Code) + " "; !codes[strconv.Itoa(c.Code)] || !strings.Contains(o.out, row) || !strings.Contains(o.out, c.What) {
			t.Errorf("code %d: %s", c.Code, o.out)
		}
	}
}

// The topic names every variable that the program reads, and none that it does
// not read.
func TestHelpEnvironment(t *testing.T) {
	p := newProgram(t)
	o := p.want(exitDone, "help", "environment")
	told := map[string]bool{}
	for _, m := range regexp.MustCompile(`(?m)^  ([A-Z][A-Z0-9_]+) `).FindAllStringSubmatch(o.out, -1) {
		told[m[1]] = true
	}
	read := readVariables(t)
	a := &app{}
	root := a.root()
	root.PersistentFlags().VisitAll(func(f *pflag.Flag) { read[settings.EnvName(f.Name)] = true })
	for name := range read {
		if !told[name] {
			t.Errorf("%s is read, and help environment does not say so", name)
		}
	}
	byTheLibrary := []string{"HTTPS_PROXY", "NO_PROXY"} // net/http.ProxyFromEnvironment
	for name := range told {
		if !read[name] && !slices.Contains(byTheLibrary, name) {
			t.Errorf("help environment tells of %s, which nothing reads", name)
		}
	}
	if len(read) < 50 {
		t.Errorf("%d variables were found", len(read))
	}
}

// readVariables are the names that the program's own files look up.
func readVariables(t *testing.T) map[string]bool {
	t.Helper()
	out := map[string]bool{}
	secret := regexp.MustCompile(`^WRITEBACK_[A-Z_]*[A-Z]$`)
	name := regexp.MustCompile(`^[A-Z][A-Z0-9_]+$`)
	for _, dir := range sources {
		err := filepath.WalkDir(filepath.Join("..", "..", filepath.FromSlash(dir)), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") || filepath.Base(path) == "variables.go" {
				return err
			}
			f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
			if err != nil {
				return err
			}
			ast.Inspect(f, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.CallExpr:
					if lookups(n.Fun) {
						note(out, n.Args[0], name)
					}
				case *ast.BasicLit:
					note(out, n, secret)
				}
				return true
			})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// lookups says that a function reads the environment: os.Getenv, os.LookupEnv,
// the program's own seam for it, and the short name that it has in clipboard.go.
func lookups(fun ast.Expr) bool {
	switch f := fun.(type) {
	case *ast.SelectorExpr:
		return slices.Contains([]string{"Getenv", "LookupEnv", "lookupEnv"}, f.Sel.Name)
	case *ast.Ident:
		return f.Name == "is"
	}
	return false
}

func note(into map[string]bool, n ast.Expr, form *regexp.Regexp) {
	if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
		if text, err := strconv.Unquote(lit.Value); err == nil && form.MatchString(text) {
			into[text] = true
		}
	}
}

func TestHelpOfWhatIsNone(t *testing.T) {
	p := newProgram(t)
	p.flags = nil
	p.ends(exitUsage, []string{`no topic "exitcodes"`, `did you mean "exit-codes"?`}, "help", "exitcodes")
	p.ends(exitUsage, []string{`writeback runs has no verb and no topic "shwo"`, `did you mean "show"?`}, "help", "runs", "shwo")
	if o := p.want(exitDone, "help", "runs", "show"); !strings.Contains(o.out, "writeback runs show RUN") {
		t.Errorf("%s", o.out)
	}
	if o := p.want(exitDone, "--help"); !strings.Contains(o.out, "exit-codes") || !strings.Contains(o.out, "environment") {
		t.Errorf("help does not name its topics: %s", o.out)
	}
}
