// Package leaks looks for the secrets of the tests where no secret may be: in
// what the program says and writes, in the arguments of processes, and in what
// the tests themselves say. It imports only the standard library.
//
// A test tells of a secret with [Secret], mostly without knowing: the DCs of
// package sambatest and the one place that starts the program do it for all. From
// then on [Text] and [Folder] find it, as it is and in the forms of [Forms]. Where
// .ci/test names a directory in [Registry], all processes of the suite write their
// secrets there, and what they said is searched once more at its end.
package leaks

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"sync"
)

// Registry is the environment variable with the directory in which the secrets of
// a whole run of the suite are gathered. It is of the tests' processes alone: the
// program does not get it.
const Registry = "WRITEBACK_TEST_SECRETS"

// Shortest is how many bytes a secret has at least, to be one. What is shorter
// stands by chance in texts that have nothing to do with it.
const Shortest = 8

var known = struct {
	sync.Mutex
	Index
	file *os.File // in the registry; nil: there is none, or nothing was written yet
}{Index: Index{}}

// Secret tells of a secret of a test, and gives it back. One shorter than
// [Shortest] is not looked for.
func Secret(s string) string {
	known.Lock()
	defer known.Unlock()
	if !known.Add(s) {
		return s
	}
	if err := record(s); err != nil {
		panic(fmt.Sprintf("leaks: a secret cannot be told of: %v", err)) // it would not be looked for
	}
	return s
}

// record adds a secret to the file of this process, with known locked.
func record(s string) error {
	dir := os.Getenv(Registry)
	if dir == "" {
		return nil
	}
	if known.file == nil {
		f, err := os.OpenFile(filepath.Join(dir, secretsOf+strconv.Itoa(os.Getpid())), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
		if err != nil {
			return err
		}
		known.file = f // open until the process ends
	}
	line, err := json.Marshal(s)
	if err == nil {
		_, err = known.file.Write(append(line, '\n'))
	}
	return err
}

// secretsOf is followed by the process in the names of the registry's files.
const secretsOf = "secrets-"

// T is what is needed of a test.
type T interface {
	Helper()
	Errorf(format string, args ...any)
}

// Text fails t for every secret that stands in text, which errors call where.
func Text(t T, where, text string) {
	t.Helper()
	known.Lock()
	found := known.Find(text)
	known.Unlock()
	for _, f := range found {
		t.Errorf("%s: %s", where, f)
	}
}
