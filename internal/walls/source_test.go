package walls

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
)

// maxLines is where a file is no longer one idea.
const maxLines = 400

func TestFilesAreShort(t *testing.T) {
	for _, system := range systems {
		for _, p := range list(t, system) {
			for _, f := range p.GoFiles {
				raw, err := os.ReadFile(filepath.Join(p.Dir, f))
				if err != nil {
					t.Fatal(err)
				}
				if n := bytes.Count(raw, []byte("\n")); n > maxLines {
					t.Errorf("%s/%s has %d lines, %d at most", p.ImportPath, f, n, maxLines)
				}
			}
		}
	}
}

// The clock is asked at the edges, and no test waits for time to pass: it waits
// for what is to happen.
func TestClock(t *testing.T) {
	clock := []string{"Now", "Since", "Until", "Sleep", "After", "AfterFunc", "Tick", "NewTimer", "NewTicker"}
	for _, p := range list(t, systems[0]) {
		if in(p.ImportPath, pure) {
			for _, f := range p.GoFiles {
				for _, use := range uses(t, filepath.Join(p.Dir, f), "time", clock) {
					t.Errorf("%s: rules know no clock", use)
				}
			}
		}
		for _, f := range slices.Concat(p.TestGoFiles, p.XTestGoFiles) {
			for _, use := range uses(t, filepath.Join(p.Dir, f), "time", []string{"Sleep"}) {
				t.Errorf("%s: wait for what is to happen", use)
			}
		}
	}
}

// uses finds where a file uses names of an imported package.
func uses(t *testing.T, file, pkg string, names []string) (at []string) {
	t.Helper()
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, file, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	local := ""
	for _, i := range f.Imports {
		if path, err := strconv.Unquote(i.Path.Value); err == nil && path == pkg {
			local = filepath.Base(pkg)
			if i.Name != nil {
				local = i.Name.Name
			}
		}
	}
	if local == "" {
		return nil
	}
	ast.Inspect(f, func(n ast.Node) bool {
		s, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		if x, ok := s.X.(*ast.Ident); ok && x.Name == local && slices.Contains(names, s.Sel.Name) {
			at = append(at, fset.Position(s.Pos()).String()+" uses "+local+"."+s.Sel.Name)
		}
		return true
	})
	return at
}

func TestUses(t *testing.T) {
	file := filepath.Join(t.TempDir(), "x.go")
	if err := os.WriteFile(file, []byte("package x\n\nimport clock \"time\"\n\nvar now = clock.Now()\nvar zero clock.Time\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := uses(t, file, "time", []string{"Now"}); len(got) != 1 {
		t.Errorf("found %v", got)
	}
}
