package windows

import (
	"os"
	"testing"
	"time"

	"writeback/internal/bundle"
)

// OfBundle is the first domain of a bundle that a report came with, as if it had been read
// now, and the bundle itself. A part of a domain is a dump, too: package bundle makes up what
// holds its objects together.
func OfBundle(t testing.TB, file string) (*Dump, *bundle.Bundle) {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	b, err := bundle.Open(f, info.Size())
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	if len(b.Directory.Domains) == 0 {
		t.Fatalf("%s has no domain", file)
	}
	first := b.Directory.Domains[0]
	d := &Dump{RootDSE: first.RootDSE}
	for _, o := range first.Restore(time.Now()) {
		d.Entries = append(d.Entries, Entry{DN: o.DN, Attributes: o.Values})
	}
	return d, b
}
