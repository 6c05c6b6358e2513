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
var coded = []string{"steps/accept.go", "steps/stages/*.go", "steps/checks/*.go", "adperms/account_reasons.go", "adperms/account_counted.go", "adperms/account_held.go", "adperms/connector.go", "adperms/scope.go", "adperms/coverage/reason.go", "adperms/coverage/near*.go", "cloudconfig/binding.go", "cloudconfig/remotesam.go", "cloudconfig/person_*.go"}

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

// Every code is reached by a test, which expects it by its text: in its own code or in
// a golden file.
func TestCodesAreReached(t *testing.T) {
	root := filepath.Join("..", "..")
	expected := map[string]bool{}
	word := regexp.MustCompile(`[a-z]+(-[a-z]+)+|[a-z]+`)
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		golden := strings.Contains(filepath.ToSlash(path), "/testdata/golden/")
		if err != nil || d.IsDir() || !golden && !strings.HasSuffix(path, "_test.go") {
			return err
		}
		raw, err := os.ReadFile(path)
		for _, w := range word.FindAll(raw, -1) {
			expected[string(w)] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for code, at := range usedCodes(t, root) {
		if !expected[code] {
			t.Errorf("%s: no test expects %s", at, code)
		}
	}
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
