package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strconv"
)

// memoryFile is where the program leaves what the kernel says of its memory. Its
// parent could not tell: the peak of a process begins with that of its parent
// (getrusage(2)).
const memoryFile = "WRITEBACK_TEST_MEMORY_FILE"

func init() {
	seams[memoryFile] = func(_ *app, file string) {
		atEnd = append(atEnd, func() {
			status, err := os.ReadFile("/proc/self/status")
			if err == nil {
				err = os.WriteFile(file, status, 0o600)
			}
			if err != nil {
				panic(err)
			}
		})
	}
}

// measured has the program tell its peak of resident memory, in KiB.
func (b *cloudBench) measured() func() (most int, known bool) {
	file := filepath.Join(b.t.TempDir(), "status")
	b.env = append(b.env, memoryFile+"="+file)
	return func() (int, bool) {
		b.t.Helper()
		status, err := os.ReadFile(file)
		if err != nil {
			b.t.Fatal(err)
		}
		line := regexp.MustCompile(`VmHWM:\s+(\d+) kB`).FindSubmatch(status)
		if line == nil {
			b.t.Fatalf("no peak in %s", status)
		}
		n, err := strconv.Atoi(string(line[1]))
		if err != nil {
			b.t.Fatal(err)
		}
		return n, true
	}
}
