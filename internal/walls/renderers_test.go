package walls

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// asks are the files of renderers that have sentences of their own, and why: no other one
// says anything that package tell does not.
var asks = map[string]string{
	"wizard/tui/approve.go":      "asks for the phrase",
	"wizard/tui/field.go":        "says what is wrong with an answer",
	"wizard/tui/review.go":       "says that a filter leaves nothing",
	"wizard/tui/ui.go":           "is called wrongly",
	"wizard/tui/run.go":          "is called wrongly",
	"wizard/tui/view.go":         "says how somebody leaves",
	"wizard/plain/browse.go":     "asks which run",
	"wizard/plain/guided.go":     "asks how to go on",
	"wizard/plain/lines.go":      "says what is wrong with an answer",
	"wizard/plain/renderer.go":   "asks for the phrase",
	"wizard/plain/prometheus.go": "says what a metric is",
	"wizard/report/html.go":      "an error",
	"wizard/report/json.go":      "an error",
}

// Renderers lay out what package tell says: they define no document, and no sentence of
// five words or more.
func TestRenderersDefineNothing(t *testing.T) {
	root := filepath.Join("..", "..")
	word := regexp.MustCompile(`[A-Za-z]{2,}`)
	files, spared := 0, map[string]bool{}
	for _, dir := range []string{"tui", "plain", "report"} {
		all, err := filepath.Glob(filepath.Join(root, "wizard", dir, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range all {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			files++
			fset := token.NewFileSet()
			f, err := parser.ParseFile(fset, file, nil, parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			rel, _ := filepath.Rel(root, file)
			name := filepath.ToSlash(rel)
			ast.Inspect(f, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.ImportSpec:
					return false
				case *ast.Field:
					if n.Tag != nil && strings.Contains(n.Tag.Value, "json:") {
						t.Errorf("%s: a field of a document: documents are package tell's", fset.Position(n.Pos()))
					}
					return n.Tag == nil
				case *ast.BasicLit:
					text, err := strconv.Unquote(n.Value)
					if n.Kind != token.STRING || err != nil || len(word.FindAllString(text, -1)) < 5 {
						return true
					}
					if spared[name] = true; asks[name] == "" {
						t.Errorf("%s: %q: sentences are package tell's", fset.Position(n.Pos()), text)
					}
				}
				return true
			})
		}
	}
	if files < 40 {
		t.Errorf("%d files were read", files)
	}
	for name := range asks {
		if !spared[name] {
			t.Errorf("%s has no sentence of its own any more", name)
		}
	}
}
