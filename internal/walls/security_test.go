package walls

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// securityHead begins each table of promises in docs/security.md.
const securityHead = "| promise | against whom | how | test |"

// Every promise of docs/security.md names a test that exists. Tests of one system
// count as well: what only they hold runs where that system is.
func TestPromisesNameTheirTests(t *testing.T) {
	root := filepath.Join("..", "..")
	page, err := os.ReadFile(filepath.Join(root, "docs", "security.md"))
	if err != nil {
		t.Fatal(err)
	}
	there := testNames(t, root)
	if len(there) < 500 {
		t.Fatalf("%d tests were found: the search finds nothing any more", len(there))
	}
	name := regexp.MustCompile("`((?:Test|Fuzz|Benchmark)[A-Za-z0-9_]+)")
	for _, m := range name.FindAllSubmatch(page, -1) {
		if !there[string(m[1])] {
			t.Errorf("docs/security.md names %s, and there is no such test", m[1])
		}
	}
	promises := 0
	table := false
	for i, line := range strings.Split(string(page), "\n") {
		switch {
		case line == securityHead:
			table = true
		case !strings.HasPrefix(line, "|"):
			table = false
		case table && !strings.HasPrefix(line, "|---"):
			promises++
			cells := strings.Split(strings.Trim(line, "|"), "|")
			if len(cells) != 4 {
				t.Errorf("docs/security.md:%d: %d cells, and a promise has 4", i+1, len(cells))
				continue
			}
			if !name.MatchString(cells[3]) {
				t.Errorf("docs/security.md:%d: no test holds this promise: %s", i+1, strings.TrimSpace(cells[0]))
			}
		}
	}
	if promises < 40 {
		t.Errorf("%d promises were found: the search finds nothing any more", promises)
	}
}

// testNames finds the functions of all test files, whatever system they are for.
func testNames(t *testing.T, root string) map[string]bool {
	t.Helper()
	function := regexp.MustCompile(`(?m)^func ((?:Test|Fuzz|Benchmark)[A-Za-z0-9_]+)\(`)
	names := map[string]bool{}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		raw, err := os.ReadFile(path)
		for _, m := range function.FindAllSubmatch(raw, -1) {
			names[string(m[1])] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}
