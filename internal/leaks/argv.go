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
	sights := watching{scans: map[string]int{}, told: map[string]bool{}, out: json.NewEncoder(w)}
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		if err := sights.scan(proc); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// enoughReads is after how many reads a process is left alone: it changes its
// arguments when it turns into another program, which is soon after its start.
const enoughReads = 10

type watching struct {
	scans map[string]int  // by process: how often its arguments were read
	told  map[string]bool // arguments that were told of
	out   *json.Encoder
}

func (s *watching) scan(proc string) error {
	dir, err := os.Open(proc)
	if err != nil {
		return err
	}
	names, err := dir.Readdirnames(-1)
	_ = dir.Close() // it was only read
	if err != nil {
		return err
	}
	now := make(map[string]int, len(names))
	for _, pid := range names {
		if pid[0] < '0' || pid[0] > '9' {
			continue
		}
		now[pid] = s.scans[pid] + 1
		if now[pid] > enoughReads {
			now[pid] = enoughReads
			continue
		}
		raw, err := os.ReadFile(filepath.Join(proc, pid, "cmdline"))
		if err != nil || s.told[string(raw)] {
			continue // it has ended, or was told of
		}
		s.told[string(raw)] = true
		if err := s.out.Encode(strings.Split(strings.TrimRight(string(raw), "\x00"), "\x00")); err != nil {
			return err
		}
	}
	s.scans = now // a number that is given again is another process
	return nil
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
