// Package leaks looks for the secrets of the tests where no secret may be: in what the
// program says and writes, and in its arguments. It imports only the standard library.
//
// A test tells of a secret with [Secret], mostly without knowing: the DCs of package
// sambatest and the one place that starts the program do it for all. From then on [Text]
// and [Folder] find it, as it is and in the forms of [Forms].
package leaks

import "sync"

// Shortest is how many bytes a secret has at least, to be one. What is shorter
// stands by chance in texts that have nothing to do with it.
const Shortest = 8

var known = struct {
	sync.Mutex
	Index
}{Index: Index{}}

// Secret tells of a secret of a test, and gives it back. One shorter than
// [Shortest] is not looked for.
func Secret(s string) string {
	known.Lock()
	defer known.Unlock()
	known.Add(s)
	return s
}

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
