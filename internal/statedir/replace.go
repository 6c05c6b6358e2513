package statedir

import "os"

// What is written outside the state directory: for its owner alone; and, where it is
// to be there whole or not at all, beside its place under another name, and then put
// there. Both differ from system to system.

// CreateTemp makes a new file in the directory dir, for its owner alone, whatever
// dir gives the files in it. Of the pattern the last * stands for what makes the
// name a new one. It is for the caller to close and to remove.
func CreateTemp(dir, pattern string) (*os.File, error) { return createTemp(dir, pattern) }

// OpenFile opens a file to be written, with flags of package os. One that is made is
// for its owner alone, whatever its directory gives the files in it.
func OpenFile(path string, flag int) (*os.File, error) { return openFile(path, flag) }

// Replace gives a closed file another name in the same directory, and takes away
// what has that name. On Windows it waits up to two seconds for others (a virus
// scanner, an indexer) to let go of either.
func Replace(from, to string) error { return replace(from, to) }
