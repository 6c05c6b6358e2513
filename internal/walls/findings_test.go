package walls

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// coded are the files that findings, checks and reasons come from.
var coded = []string{"steps/accept.go", "wizard/refuse.go", "steps/stages/*.go", "steps/checks/*.go", "adperms/account_reasons.go", "adperms/account_counted.go", "adperms/account_held.go", "adperms/connector.go", "adperms/scope.go", "adperms/coverage/reason.go", "adperms/coverage/near*.go", "cloudconfig/binding.go", "cloudconfig/remotesam.go", "cloudconfig/person_*.go"}

// noCodes are the texts in them that look like codes: states of a check, and classes.
var noCodes = map[string]bool{"not-checked": true, "msds-managedserviceaccount": true, "msds-groupmanagedserviceaccount": true}

// Every code of a finding is explained in docs/findings.md, and nothing that is
// explained there is without a code. In these files a hyphenated lower-case word
// that stands as a text of its own is a code, and nothing else is; so is the text
// of a field Code.
func TestFindingsAreExplained(t *testing.T) {
	root := filepath.Join("..", "..")
	used := usedCodes(t, root)
	page, err := os.ReadFile(filepath.Join(root, "docs", "findings.md"))
	if err != nil {
		t.Fatal(err)
	}
	explained := map[string]bool{}
	for _, row := range regexp.MustCompile("(?m)^\\| `([a-z-]+)` \\|").FindAllSubmatch(page, -1) {
		code := string(row[1])
		if explained[code] {
			t.Errorf("docs/findings.md explains %s twice", code)
		}
		explained[code] = true
		if used[code] == "" {
			t.Errorf("docs/findings.md explains %s, which nothing says", code)
		}
	}
	for code, at := range used {
		if !explained[code] {
			t.Errorf("%s: docs/findings.md does not explain %s", at, code)
		}
	}
	if len(used) < 90 {
		t.Errorf("%d codes were found: the search finds nothing any more", len(used))
	}
}

// Every code is reached by a test, which expects it: by the constant that has it, by a
// text of its own code, or in a golden file. A word of a comment, or of a sentence, is
// no expectation.
func TestCodesAreReached(t *testing.T) {
	root := filepath.Join("..", "..")
	used := usedCodes(t, root)
	named := constantsOf(t, root)
	expected := map[string]bool{}
	note := func(text string) {
		for code := range used {
			if expects(text, code) {
				expected[code] = true
			}
		}
	}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		golden := strings.Contains(filepath.ToSlash(path), "/testdata/golden/")
		switch {
		case err != nil, d.IsDir():
			return err
		case golden:
			raw, err := os.ReadFile(path)
			note(string(raw))
			return err
		case !strings.HasSuffix(path, "_test.go") || filepath.Base(path) == "findings_test.go":
			return nil
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		var texts strings.Builder
		ast.Inspect(f, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.BasicLit:
				if text, err := strconv.Unquote(n.Value); n.Kind == token.STRING && err == nil {
					texts.WriteString("\x00" + text + "\x00")
				}
			case *ast.Ident:
				if code := named[n.Name]; code != "" {
					expected[code] = true
				}
			}
			return true
		})
		note(texts.String())
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for code, at := range used {
		if !expected[code] {
			t.Errorf("%s: no test expects %s", at, code)
		}
	}
}

// expects says that a text names a code as one: as a whole text, in quotes, behind a
// level or before a colon. One of several words cannot be anything else.
func expects(text, code string) bool {
	if !strings.Contains(text, code) { // most do not, and a pattern takes its time
		return false
	}
	word := "(^|[^a-z0-9-])" + regexp.QuoteMeta(code)
	if strings.Contains(code, "-") {
		return regexp.MustCompile(word + "($|[^a-z0-9-])").MatchString(text)
	}
	return regexp.MustCompile(`(\x00|"|,|error |warning |info |blocks +|hinders +|notes +)` + regexp.QuoteMeta(code) + `(\x00|"|,|:)`).MatchString(text)
}

func TestExpects(t *testing.T) {
	for text, want := range map[string]bool{
		"not-granted: no ACE": true, "a not-granted-x": false, "error connector-x": false, "the code not-granted": true,
		"\x00disabled\x00": true, "it is disabled": false, "warning disabled:": true, "`disabled`": false, `"reason": "disabled"`: true,
	} {
		if got := expects(text, "not-granted") || expects(text, "disabled"); got != want {
			t.Errorf("%q: %t", text, got)
		}
	}
}

// constantsOf are the names of constants in the coded files whose value is a code.
func constantsOf(t *testing.T, root string) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, pattern := range coded {
		files, err := filepath.Glob(filepath.Join(root, filepath.FromSlash(pattern)))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(f, func(n ast.Node) bool {
				spec, is := n.(*ast.ValueSpec)
				if !is {
					return true
				}
				for i, name := range spec.Names {
					if i < len(spec.Values) {
						if lit, is := spec.Values[i].(*ast.BasicLit); is && lit.Kind == token.STRING {
							out[name.Name], _ = strconv.Unquote(lit.Value)
						}
					}
				}
				return true
			})
		}
	}
	return out
}

// usedCodes are the codes with where they stand.
func usedCodes(t *testing.T, root string) map[string]string {
	t.Helper()
	var files []string
	for _, pattern := range coded {
		some, err := filepath.Glob(filepath.Join(root, filepath.FromSlash(pattern)))
		if err != nil || len(some) == 0 {
			t.Fatalf("%s: %d files, %v", pattern, len(some), err)
		}
		files = append(files, some...)
	}
	used := map[string]string{} // code → where
	for _, file := range files {
		if match, _ := filepath.Match("*_test.go", filepath.Base(file)); match {
			continue
		}
		for code, at := range codes(t, file) {
			used[code] = at
		}
	}
	return used
}

// codes finds the texts of a file that are codes, and where they stand.
func codes(t *testing.T, file string) map[string]string {
	t.Helper()
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, file, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	hyphenated, anyCode := regexp.MustCompile(`^[a-z]+(-[a-z]+)+$`), regexp.MustCompile(`^[a-z]+(-[a-z]+)*$`)
	out := map[string]string{}
	note := func(n ast.Node, form *regexp.Regexp) {
		lit, ok := n.(*ast.BasicLit)
		if !ok || lit.Kind != token.STRING {
			return
		}
		if text, err := strconv.Unquote(lit.Value); err == nil && form.MatchString(text) && !noCodes[text] {
			out[text] = fset.Position(lit.Pos()).String()
		}
	}
	ast.Inspect(f, func(n ast.Node) bool {
		if field, ok := n.(*ast.KeyValueExpr); ok {
			if name, ok := field.Key.(*ast.Ident); ok && name.Name == "Code" {
				note(field.Value, anyCode)
			}
		}
		note(n, hyphenated)
		return true
	})
	return out
}
