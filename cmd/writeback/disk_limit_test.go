//go:build unix

package main

import (
	"bytes"
	"fmt"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"writeback/steps"
)

// The disk is full while a record of the journal is written, whichever it is: a
// clear error, nothing is written that was not announced, and nothing is lost.

// fileSizeEnv is how many bytes a file of the child may have.
const fileSizeEnv = "WRITEBACK_TEST_FILE_SIZE"

func init() { seams[fileSizeEnv] = func(_ *app, size string) { limitFiles(size) } }

// limitFiles makes the files of this process end at size bytes: a write gets as
// far as that, as on a full disk, and then EFBIG where that has ENOSPC.
func limitFiles(size string) {
	n, err := strconv.ParseUint(size, 10, 63)
	if err == nil {
		signal.Ignore(syscall.SIGXFSZ)
		err = syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: n, Max: n})
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "limit the size of files:", err)
		os.Exit(99)
	}
}

// limited runs the program with that limit.
func (b *bench) limited(size int, args ...string) outcome {
	b.t.Helper()
	was := b.env
	b.env = append(was[:len(was):len(was)], fileSizeEnv+"="+strconv.Itoa(size))
	defer func() { b.env = was }()
	return b.run(args...)
}

// middles are the places in the middle of each line of a run's journal.
func (b *bench) middles(run steps.Run) []int {
	b.t.Helper()
	raw, err := os.ReadFile(b.journal(run))
	if err != nil {
		b.t.Fatal(err)
	}
	var out []int
	at := 0
	for _, line := range bytes.SplitAfter(raw, []byte("\n")) {
		if len(line) > 0 {
			out = append(out, at+len(line)/2)
		}
		at += len(line)
	}
	return out
}

func (b *bench) journal(run steps.Run) string { return b.state + "/runs/" + run.ID + ".jsonl" }

// wantStopped checks what the program says, and has done, that could not write
// the last of these records of an uncut run.
func (b *bench) wantStopped(o outcome, records []steps.Record) {
	b.t.Helper()
	last := records[len(records)-1]
	if o.code != exitError || !strings.Contains(o.err, "file too large") {
		b.t.Fatalf("%s %d: exit code %d\n%s", last.Kind, last.Seq, o.code, o.err)
	}
	if last.Kind == steps.KindMade && !strings.Contains(o.err, "was made, but run") || last.Kind == steps.KindUndone && !strings.Contains(o.err, "was undone, but run") {
		b.t.Errorf("%s %d: it does not say what was done:\n%s", last.Kind, last.Seq, o.err)
	}
	writes := 0
	for i, r := range records[:len(records)-1] { // those that are announced one after the other are one write
		if (r.Kind == steps.KindIntent || r.Kind == steps.KindUndoing) && records[i+1].Kind != r.Kind {
			writes++
		}
	}
	if n := b.proxy.Writes(); n != writes {
		b.t.Errorf("%s %d: %d writes where %d are announced", last.Kind, last.Seq, n, writes)
	}
	b.want(exitDone, "runs")
}

func TestDiskFullDuringApply(t *testing.T) { onEach(t, everyCut, diskFullDuringApply) }

func diskFullDuringApply(t *testing.T, g ground) {
	b, first, final := g.cutBench(t)
	records, middles := b.latest().Records, b.middles(b.latest())
	b.goesBack(first, "uncut")
	if len(middles) != len(records) || len(records) != 13 {
		t.Fatalf("%d lines, %d records", len(middles), len(records))
	}
	for _, i := range g.share.Of(t, len(middles)) {
		b.afresh()
		b.proxy.Reset()
		b.wantStopped(b.limited(middles[i], "apply", "--yes"), records[:i+1])
		if n := b.runs(); n != min(i, 1) {
			t.Fatalf("%d journals after the disk was full at record %d", n, i+1)
		}
		b.comesBack(first, final, "full at record "+strconv.Itoa(i+1))
	}
}

func TestDiskFullDuringUndo(t *testing.T) { onEach(t, everyCut, diskFullDuringUndo) }

func diskFullDuringUndo(t *testing.T, g ground) {
	b, first, final := g.cutBench(t)
	b.goesBack(first, "uncut")
	records, middles := b.latest().Records, b.middles(b.latest())
	for _, n := range g.share.Of(t, len(records)-13) {
		i := 13 + n
		b.afresh()
		b.want(exitDone, "apply", "--yes")
		b.proxy.Reset()
		b.wantStopped(b.limited(middles[i], "undo", "--yes"), records[13:i+1])
		when := "full at record " + strconv.Itoa(i+1)
		if i%2 == 0 {
			b.comesBack(first, final, when)
		} else {
			b.goesBackIfAny(first, when)
		}
	}
}

// The same on a real disk that is full.
func TestDiskFull(t *testing.T) { onEach(t, oneByOne, diskFull) }

func diskFull(t *testing.T, g ground) {
	b, first, final := g.cutBench(t)
	b.goesBack(first, "with room")
	failed := 0
	for free := 2; free < 32; free++ { // pages
		d := smallDisk(t, free)
		d.onto(b)
		o := b.run("apply", "--yes")
		if o.code == exitDone {
			d.empty(b)
			b.goesBack(first, "enough room")
			break
		}
		if o.code != exitError || !strings.Contains(o.err, d.says) {
			t.Fatalf("%d pages: exit code %d\n%s", free, o.code, o.err)
		}
		failed++
		d.empty(b)
		b.comesBack(first, final, "disk full")
	}
	if failed < 2 {
		t.Errorf("full %d times only", failed)
	}
}
