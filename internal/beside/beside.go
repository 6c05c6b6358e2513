// Package beside finds what lies beside the project for its tests: other
// people's data and tools, which are never copied in. The project stands without
// them. It imports no other package of this module.
package beside

import (
	"bufio"
	"compress/gzip"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Rows gives the rows of a table, by its tabs. Where it is not beside the project,
// the test is skipped.
func Rows(t testing.TB, name string) [][]string {
	t.Helper()
	rows, there := RowsIfThere(t, name)
	if !there {
		t.Skipf("the corpus %s is not beside the project", name)
	}
	return rows
}

// RowsIfThere is Rows for who goes on without them.
func RowsIfThere(t testing.TB, name string) (rows [][]string, there bool) {
	t.Helper()
	from, there := open(t, name)
	if !there {
		return nil, false
	}
	lines := bufio.NewScanner(from)
	lines.Buffer(nil, 1<<22)
	for lines.Scan() {
		rows = append(rows, strings.Split(lines.Text(), "\t"))
	}
	if err := lines.Err(); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	if len(rows) == 0 {
		t.Fatalf("%s is empty", name)
	}
	return rows, true
}

// Open gives a file, unpacked. Where it is not beside the project, the test is skipped.
func Open(t testing.TB, name string) io.Reader {
	t.Helper()
	from, there := open(t, name)
	if !there {
		t.Skipf("the corpus %s is not beside the project", name)
	}
	return from
}

// open closes the file when the test is over.
func open(t testing.TB, name string) (from io.Reader, there bool) {
	t.Helper()
	file, err := os.Open(filepath.Join(Folder(t), "corpora", name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, false
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { file.Close() })
	if !strings.HasSuffix(name, ".gz") {
		return file, true
	}
	unpacked, err := gzip.NewReader(file)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return unpacked, true
}

// Folder is where they lie, if they are there: WRITEBACK_SHARED, or shared beside the
// folder of the project.
func Folder(t testing.TB) string {
	t.Helper()
	if named := os.Getenv("WRITEBACK_SHARED"); named != "" {
		return named
	}
	return filepath.Join(root(t), "..", "shared")
}

// root is the folder of go.mod.
func root(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		if dir == filepath.Dir(dir) {
			t.Fatal("there is no go.mod above the test")
		}
		dir = filepath.Dir(dir)
	}
}
