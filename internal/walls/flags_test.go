package walls

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"writeback/internal/settings"
)

// otherWords are texts of these packages that are the name of a flag, and mean something
// else.
var otherWords = map[string]string{
	"practice":   "the verb, and its folder",
	"reset":      "what became of the practice world, in its document",
	"powershell": "one of the words of --writeback-method",
}

// The name of a flag stands in the table of settings and in the questions of the guide,
// and nowhere else by itself: who adds or renames one does it in one place.
func TestFlagsAreNamedOnce(t *testing.T) {
	flags := map[string]bool{}
	for _, name := range settings.Names() {
		flags[name] = true
	}
	var files []string
	for _, folder := range []string{"cmd/writeback", "internal/session", "internal/change", "internal/exit", "internal/output", "internal/rehearsal", "internal/runs", "internal/tracing"} {
		some, err := filepath.Glob(filepath.Join("..", "..", filepath.FromSlash(folder), "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, some...)
	}
	seen := 0
	for _, path := range files {
		base := filepath.Base(path)
		if strings.HasSuffix(base, "_test.go") {
			continue
		}
		seen++
		set := token.NewFileSet()
		file, err := parser.ParseFile(set, path, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			switch x := n.(type) {
			case *ast.ImportSpec:
				return false
			case *ast.BasicLit:
				if name, err := strconv.Unquote(x.Value); err == nil && flags[strings.TrimPrefix(name, "--")] && otherWords[name] == "" {
					t.Errorf("%s: the flag %q: use settings, and its Name", set.Position(x.Pos()), name)
				}
			}
			return true
		})
	}
	if seen < 40 {
		t.Errorf("%d files were read", seen)
	}
}
