package scan

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"writeback/adperms/directory/frame"
)

// allocations are those of one call of f, on every goroutine.
func allocations(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.Mallocs - before.Mallocs
}

// The scan itself, without TLS and a server: a handful of allocations for
// buffers and pages, none for rows.
func TestScanCostsNothingPerRow(t *testing.T) {
	const rows = 20000
	var pages [][]byte
	for id := int64(firstID); len(pages) < rows/1000; id++ {
		var page []byte
		for n := range 1000 {
			page = append(page, entryOf(id, fmt.Sprintf("CN=%d-%d", id, n), strings.Repeat("v", 3000))...)
		}
		pages = append(pages, append(page, doneOf(id, map[bool]string{true: "more"}[len(pages) < rows/1000-1])...))
	}
	seen := 0
	n := allocations(func() {
		q := Query{Filter: "(a=*)", Attributes: []string{"a"}, Most: rows}
		open := func(context.Context) (*Conn, error) {
			return Over(sending(pieces(16<<10), pages...), nil, 1000, time.Minute), nil
		}
		if err := Run(t.Context(), q, open, func(r *Row) error { seen += len(r.Value(0)) / 3000; return nil }); err != nil {
			t.Error(err)
		}
	})
	t.Logf("%d allocations for %d rows", n, seen)
	if seen != rows || n > rows/20 {
		t.Errorf("%d allocations for %d rows", n, seen)
	}
}

func FuzzReader(f *testing.F) {
	f.Add(append(entryOf(firstID, "a", "v"), doneOf(firstID, "")...), 7)
	f.Add(append(entryOf(3, "a", "v"), doneOf(firstID, "c")...), 1)
	f.Add([]byte{0x30, 0x84, 0, 0xff, 0, 0, 2, 4, 0x40, 0, 0, 0, frame.TagEntry}, 100)
	f.Fuzz(func(t *testing.T, data []byte, piece int) {
		w := sending(pieces(piece), data)
		close(w.rest)
		rows, _ := ran(w)
		if len(rows) > len(data) {
			t.Fatalf("%d rows of %d octets", len(rows), len(data))
		}
	})
}
