package walls

import (
	"fmt"
	"go/ast"
	"go/doc"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"
)

// longestFirst is how many characters the first sentence of a package has at most.
const longestFirst = 200

// limits is how a package says what it may not know.
var limits = regexp.MustCompile(`\b(may not know|knows (no|neither|nothing)|imports (no|only))\b`)

// unlimited are packages that say no such thing, by their directories.
var unlimited = map[string]string{
	"cmd/writeback":              "it joins what the others keep apart",
	"internal/practice/contract": "its tests hold the whole program against two domains",
	".ci/tools/release":          "it is a program, and brings its module's packages together",
}

// go doc of every package, also of the tools' modules, begins with a sentence
// that says what it is for, and goes on to say what it may not know.
func TestPackagesExplainThemselves(t *testing.T) {
	all := packageDocs(t)
	for dir, p := range all {
		for _, fault := range p.faults(unlimited[dir] != "") {
			t.Errorf("%s: %s", dir, fault)
		}
	}
	for dir := range unlimited {
		if p, ok := all[dir]; !ok {
			t.Errorf("%s is excused, and there is no such package", dir)
		} else if limits.MatchString(p.text()) {
			t.Errorf("%s is excused, and says what it may not know", dir)
		}
	}
}

// A package that says it imports only the standard library, or no other package
// of this module, does so on every system.
func TestPackageDocsAreTrue(t *testing.T) {
	all, held := packageDocs(t), 0
	for _, system := range systems {
		for _, p := range list(t, system) {
			text := all[strings.TrimPrefix(p.ImportPath, module+"/")].text()
			bare := regexp.MustCompile(`imports only the standard library[.:]`).MatchString(text)
			alone := bare || regexp.MustCompile(`imports no other package of this module[.,:]`).MatchString(text)
			if alone {
				held++
			}
			for _, d := range p.Deps {
				if alone && ours(d) || bare && foreign(d) {
					t.Errorf("%s: %s imports %s, and says that it does not", system, p.ImportPath, d)
				}
			}
		}
	}
	if held == 0 {
		t.Error("no package says so")
	}
}

// packageDoc is a package's name and its comments, one of each file that has one.
type packageDoc struct {
	name     string
	comments []string
}

// text is what go doc shows of the comments, on one line.
func (p packageDoc) text() string {
	return strings.Join(strings.Fields(strings.Join(p.comments, " ")), " ")
}

func (p packageDoc) faults(excused bool) (faults []string) {
	if len(p.comments) != 1 {
		return []string{fmt.Sprintf("%d files have a package comment, and one is to have it", len(p.comments))}
	}
	begins := "Package " + p.name + " "
	if p.name == "main" {
		begins = "Command "
	}
	if !strings.HasPrefix(p.text(), begins) {
		faults = append(faults, "the package comment does not begin with "+begins)
	}
	first := new(doc.Package).Synopsis(p.comments[0])
	if n := utf8.RuneCountInString(first); n > longestFirst || !strings.HasSuffix(first, ".") {
		faults = append(faults, "the first sentence is too long or has no end: "+first)
	}
	if !excused && !limits.MatchString(p.text()) {
		faults = append(faults, "the package comment does not say what it may not know")
	}
	return faults
}

// packageDocs reads every package below the project's root, by its directory.
func packageDocs(t *testing.T) map[string]packageDoc {
	t.Helper()
	const root = "../.."
	all := map[string]packageDoc{}
	err := filepath.WalkDir(root, func(file string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == "testdata" || d.Name() == ".git"):
			return filepath.SkipDir
		case d.IsDir() || !strings.HasSuffix(file, ".go") || strings.HasSuffix(file, "_test.go"):
			return nil
		}
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.PackageClauseOnly|parser.ParseComments)
		if err != nil {
			return err
		}
		if ignored(f) {
			return nil
		}
		dir, err := filepath.Rel(root, filepath.Dir(file))
		if err != nil {
			return err
		}
		p := all[filepath.ToSlash(dir)]
		p.name = f.Name.Name
		if f.Doc != nil {
			p.comments = append(p.comments, f.Doc.Text())
		}
		all[filepath.ToSlash(dir)] = p
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(all) < 40 {
		t.Fatalf("%d packages were found", len(all))
	}
	return all
}

// ignored says that a file is no part of its package (//go:build ignore).
func ignored(f *ast.File) bool {
	for _, group := range f.Comments {
		for _, c := range group.List {
			if c.Text == "//go:build ignore" {
				return true
			}
		}
	}
	return false
}

// The test itself must be able to fail.
func TestPackageDocsFall(t *testing.T) {
	good := "Package x reads. It knows no clock.\n"
	for name, tt := range map[string]struct {
		p       packageDoc
		excused bool
		want    int
	}{
		"good":                {packageDoc{"x", []string{good}}, false, 0},
		"wrapped":             {packageDoc{"x", []string{"Package x reads. It knows\nno clock.\n"}}, false, 0},
		"none":                {packageDoc{"x", nil}, false, 1},
		"in two files":        {packageDoc{"x", []string{good, good}}, false, 1},
		"another name":        {packageDoc{"y", []string{good}}, false, 1},
		"a command":           {packageDoc{"main", []string{"Command x reads. It imports no clock.\n"}}, false, 0},
		"a command as a part": {packageDoc{"main", []string{good}}, false, 1},
		"long":                {packageDoc{"x", []string{"Package x " + strings.Repeat("reads ", 40) + "on. It knows no clock.\n"}}, false, 1},
		"no end":              {packageDoc{"x", []string{"Package x knows no clock\n"}}, false, 1},
		"no limits":           {packageDoc{"x", []string{"Package x reads.\n"}}, false, 1},
		"excused":             {packageDoc{"x", []string{"Package x reads.\n"}}, true, 0},
	} {
		if got := tt.p.faults(tt.excused); len(got) != tt.want {
			t.Errorf("%s: %q, want %d", name, got, tt.want)
		}
	}
}

// Every package has a row in the tables of docs/design.md, and every row a package.
func TestDesignNamesEveryPackage(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", "design.md"))
	if err != nil {
		t.Fatal(err)
	}
	rows := map[string]bool{}
	for _, m := range regexp.MustCompile("(?m)^\\| `((?:adperms|cloudconfig|steps|wizard|internal|cmd)[^`]*)` \\|").FindAllStringSubmatch(string(text), -1) {
		rows[m[1]] = true
	}
	for _, system := range systems {
		for _, p := range list(t, system) {
			if name := strings.TrimPrefix(p.ImportPath, module+"/"); !rows[name] {
				t.Errorf("docs/design.md has no row for %s", name)
			}
		}
	}
	for name := range rows {
		if info, err := os.Stat(filepath.Join("..", "..", filepath.FromSlash(name))); err != nil || !info.IsDir() {
			t.Errorf("docs/design.md has a row for %s, and there is no such package", name)
		}
	}
}
