package walls

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"
)

// Every code of a finding is explained in docs/findings.md, and nothing that is
// explained there is without a code. In the stages a hyphenated lower-case word
// that stands as a text of its own is the code of a finding, and nothing else is.
func TestFindingsAreExplained(t *testing.T) {
	root := filepath.Join("..", "..")
	files, err := filepath.Glob(filepath.Join(root, "steps", "stages", "*.go"))
	if err != nil {
		t.Fatal(err)
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
			t.Errorf("docs/findings.md explains %s, which no stage says", code)
		}
	}
	for code, at := range used {
		if !explained[code] {
			t.Errorf("%s: docs/findings.md does not explain %s", at, code)
		}
	}
	if len(used) < 40 {
		t.Errorf("%d codes were found: the search finds nothing any more", len(used))
	}
}

// codes finds the texts of a file that are codes, and where they stand.
func codes(t *testing.T, file string) map[string]string {
	t.Helper()
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, file, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	hyphenated := regexp.MustCompile(`^[a-z]+(-[a-z]+)+$`)
	out := map[string]string{}
	ast.Inspect(f, func(n ast.Node) bool {
		if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
			if text, err := strconv.Unquote(lit.Value); err == nil && hyphenated.MatchString(text) {
				out[text] = fset.Position(lit.Pos()).String()
			}
		}
		return true
	})
	return out
}
