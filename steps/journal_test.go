package steps

import (
	"bytes"
	"errors"
	"os"
	"strings"
	"syscall"
	"testing"
)

// oneRun applies one change and returns its journal.
func oneRun(t *testing.T) (b *bench, path string, raw []byte) {
	t.Helper()
	w := newWorld()
	b = newBench(t, w, Define(Info{"s", "S"}, toy{w: w, wish: []string{"a=1"}}))
	if _, err := b.apply(ctx); err != nil {
		t.Fatal(err)
	}
	path = b.store.path(b.latest().ID)
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b, path, raw
}

func TestJournalNoticesChangedLines(t *testing.T) {
	b, path, raw := oneRun(t)
	id := b.latest().ID
	lines := bytes.SplitAfter(bytes.TrimSuffix(raw, []byte("\n")), []byte("\n"))
	lines[len(lines)-1] = append(lines[len(lines)-1], '\n')
	swap := func(i, k int) [][]byte {
		out := append([][]byte{}, lines...)
		out[i], out[k] = out[k], out[i]
		return out
	}
	without := func(i int) [][]byte { return append(append([][]byte{}, lines[:i]...), lines[i+1:]...) }
	with := func(i int, line string) [][]byte {
		return append(append(append([][]byte{}, lines[:i]...), []byte(line)), lines[i:]...)
	}
	for name, c := range map[string]struct {
		lines [][]byte
		line  int
	}{
		"first line gone":       {without(0), 1},
		"line gone":             {without(3), 4},
		"lines swapped":         {swap(2, 3), 3},
		"line twice":            {with(4, string(lines[3])), 5},
		"line inserted":         {with(2, `{"formatVersion":1,"seq":3,"kind":"made"}`+"\n"), 3},
		"empty line":            {with(2, "\n"), 3},
		"not JSON in between":   {with(2, "half a li\n"), 3},
		"last line without sum": {with(len(lines), `{"formatVersion":1}`+"\n"), len(lines) + 1},
	} {
		if err := os.WriteFile(path, bytes.Join(c.lines, nil), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := b.store.Read(id)
		var bad *JournalError
		if !errors.As(err, &bad) || bad.Line != c.line || bad.Path != path {
			t.Errorf("%s: %v, want line %d", name, err, c.line)
		}
		if _, err := b.store.Reopen(Run{ID: id}, b.opening()); !errors.As(err, &bad) {
			t.Errorf("%s: reopened: %v", name, err)
		}
	}
}

// Each byte of the journal is flipped: that is noticed, or, where the last line
// feed is hit, the line before it is cut off as if it had never been finished. What
// is cut off is looked for in the world again.
func TestJournalNoticesEveryFlippedByte(t *testing.T) {
	b, path, raw := oneRun(t)
	id := b.latest().ID
	n := len(b.latest().Records)
	for i := range raw {
		for _, bit := range []byte{0x01, 0x20} {
			bad := bytes.Clone(raw)
			bad[i] ^= bit
			c, err := readChain(path, id, bad)
			var je *JournalError
			if err == nil && (len(c.records) != n-1 || i != len(raw)-1) || err != nil && !errors.As(err, &je) {
				t.Fatalf("byte %d, bit %#x: %d records, %v", i, bit, len(c.records), err)
			}
		}
	}
}

func TestTornTailIsCutOff(t *testing.T) {
	b, path, raw := oneRun(t)
	run := b.latest()
	last := bytes.LastIndexByte(raw[:len(raw)-1], '\n') + 1
	for name, tail := range map[string]string{
		"half a line":  string(raw[last : len(raw)-10]),
		"no line feed": string(raw[last : len(raw)-1]),
		"zeros":        strings.Repeat("\x00", 300),
	} {
		if err := os.WriteFile(path, append(bytes.Clone(raw[:last]), tail...), 0o600); err != nil {
			t.Fatal(err)
		}
		got, err := b.store.Read(run.ID)
		if err != nil || len(got.Records) != len(run.Records)-1 || got.State != RunPartial || len(got.Made) != 1 {
			t.Fatalf("%s: %+v, %v", name, got.State, err)
		}
		j := must(b.store.Reopen(got, b.opening()))(t)
		if _, err := b.r.Undo(ctx, j); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if err := j.Close(); err != nil {
			t.Fatal(err)
		}
		if got := must(b.store.Read(run.ID))(t); got.State != RunUndone {
			t.Fatalf("%s: %s", name, got.State)
		}
	}
}

func TestRunThatNeverBegan(t *testing.T) {
	b, path, raw := oneRun(t)
	id := b.latest().ID
	for _, content := range [][]byte{{}, raw[:20]} {
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		if r, err := b.store.Read(id); err != nil || r.State != RunEmpty || r.Undoable() {
			t.Fatalf("%q, %v", r.State, err)
		}
		if _, err := b.store.Reopen(Run{ID: id}, b.opening()); err == nil {
			t.Fatal("a run that never began was reopened")
		}
		if _, err := b.store.History().Interrupted(here, nil); !errors.Is(err, ErrNoRun) {
			t.Fatalf("it stands in the way of the next run: %v", err)
		}
	}
}

func TestJournalOfALaterProgram(t *testing.T) {
	b, path, raw := oneRun(t)
	id := b.latest().ID
	later := bytes.Replace(raw, []byte(`"formatVersion":1`), []byte(`"formatVersion":7`), 1)
	if err := os.WriteFile(path, later, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := b.store.Read(id)
	var newer *NewerFormatError
	if !errors.As(err, &newer) || newer.Have != 7 || !strings.Contains(err.Error(), "later") {
		t.Fatalf("got %v", err)
	}
}

// filling is a disk that is full at the n-th write: half a line fits. It may be
// full at the sync too, and for good.
type filling struct {
	journalFile
	left   *int
	broken bool // nothing can be taken back either
	atSync bool
}

func (f filling) full() bool { *f.left--; return *f.left < 0 }

func (f filling) WriteAt(b []byte, off int64) (int, error) {
	if !f.atSync && f.full() {
		n, err := f.journalFile.WriteAt(b[:len(b)/2], off)
		return n, errors.Join(syscall.ENOSPC, err)
	}
	return f.journalFile.WriteAt(b, off)
}

func (f filling) Sync() error {
	if f.atSync && f.full() {
		return syscall.EIO
	}
	return f.journalFile.Sync()
}

func (f filling) Truncate(n int64) error {
	if f.broken {
		return syscall.EIO
	}
	return f.journalFile.Truncate(n)
}

// The disk is full at every record: nothing is written to the world that is not
// announced, what was written is said, and the run goes on when there is room.
func TestDiskFullAtEveryRecord(t *testing.T) {
	for _, broken := range []bool{false, true} {
		for _, atSync := range []bool{false, true} {
			for n := 0; ; n++ {
				b := cutBench(t)
				left := n
				b.store.open = func(f *os.File) journalFile { return filling{unsynced{f}, &left, broken, atSync} }
				_, err := b.apply(ctx)
				b.store = b.openStore()
				if err == nil {
					if n != 14 {
						t.Fatalf("%d records", n)
					}
					break
				}
				if !errors.Is(err, syscall.ENOSPC) && !errors.Is(err, syscall.EIO) {
					t.Fatalf("record %d: %v", n, err)
				}
				runs, lerr := b.store.History().Runs()
				if lerr != nil {
					t.Fatalf("record %d: %v", n, lerr)
				}
				var lost *UnrecordedError
				// Where even taking back fails, the record may be there after all.
				unsure := broken && atSync
				if errors.As(err, &lost) && (!strings.Contains(err.Error(), lost.Change.Line) || lost.Run != runs[0].ID || runs[0].State != RunInDoubt && !unsure) {
					t.Fatalf("record %d: %v", n, err)
				}
				if n == 0 && len(runs) != 0 {
					t.Fatal("a run that could not begin was left behind")
				}
				if _, err := b.apply(ctx); err != nil {
					t.Fatalf("record %d: apply again: %v", n, err)
				}
				b.wantWorld(cutFinal...)
				b.undoAll("disk full")
				b.wantWorld(cutFirst...)
			}
		}
	}
}

func TestDiskFullBeforeTheWrite(t *testing.T) {
	w := newWorld()
	b := newBench(t, w, Define(Info{"s", "S"}, toy{w: w, wish: []string{"a=1"}}))
	left := 3 // opened, approved, saved
	b.store.open = func(f *os.File) journalFile { return filling{unsynced{f}, &left, false, false} }
	if _, err := b.apply(ctx); !errors.Is(err, syscall.ENOSPC) {
		t.Fatalf("got %v", err)
	}
	b.wantWorld()
	if w.clock != 0 {
		t.Fatal("the world was written without an intent on disk")
	}
	raw, err := os.ReadFile(b.store.path(b.latest().ID))
	if err != nil || !bytes.HasSuffix(raw, []byte("\n")) {
		t.Fatalf("half a line was left: %q, %v", raw[len(raw)-20:], err)
	}
}

func TestDiskFullWhileUndoing(t *testing.T) {
	for n := 0; ; n++ {
		b := cutBench(t)
		if _, err := b.apply(ctx); err != nil {
			t.Fatal(err)
		}
		left := n
		b.store.open = func(f *os.File) journalFile { return filling{unsynced{f}, &left, false, false} }
		_, err := b.undo(ctx)
		b.store = b.openStore()
		if err == nil {
			return
		}
		var lost *UnrecordedError
		if errors.As(err, &lost) && (!lost.Undo || !strings.Contains(err.Error(), "undone")) {
			t.Fatalf("record %d: %v", n, err)
		}
		b.undoAll("disk full")
		b.wantWorld(cutFirst...)
	}
}
