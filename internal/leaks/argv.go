package leaks

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// Watch writes the arguments of every process of this computer to w, each list
// once as one line of JSON, until ctx ends. It looks again and again at proc, which
// is /proc of Linux: a process that is gone within a few milliseconds may be missed.
func Watch(ctx context.Context, proc string, every time.Duration, w io.Writer) error {
	seen := map[string]bool{}
	out := json.NewEncoder(w)
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		files, err := filepath.Glob(filepath.Join(proc, "[0-9]*", "cmdline"))
		if err != nil {
			return err
		}
		for _, f := range files {
			raw, err := os.ReadFile(f)
			if err != nil || seen[string(raw)] {
				continue // it has ended, or was told of
			}
			seen[string(raw)] = true
			if err := out.Encode(strings.Split(strings.TrimRight(string(raw), "\x00"), "\x00")); err != nil {
				return err
			}
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// meant are the processes with a secret among their arguments that are no part of
// the program: an argument of each, and the reason.
var meant = []struct{ program, argument, why string }{
	{"samba-tool", "provision", "the tests' own DC: samba-tool takes the password of a new domain from an argument, or asks a terminal"},
}

// processes reads what Watch wrote.
func processes(r io.Reader) (all [][]string, err error) {
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 4<<20)
	for lines.Scan() {
		var argv []string
		if err := json.Unmarshal(lines.Bytes(), &argv); err != nil {
			return nil, err
		}
		all = append(all, argv)
	}
	return all, lines.Err()
}

// excused says why a process may have a secret among its arguments; "": it may not.
func excused(argv []string) string {
	for _, m := range meant {
		program, argument := false, false
		for _, a := range argv {
			program = program || filepath.Base(a) == m.program
			argument = argument || a == m.argument
		}
		if program && argument {
			return m.why
		}
	}
	return ""
}
