package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
)

// disk is a state directory with little room.
type disk struct {
	state, filler string
	limit         int    // bytes of a file; 0: the disk itself is small
	says          string // the operating system, when it is full
}

const page = 4096

// smallDisk is a tmpfs with so many pages left. Where none may be mounted the
// size of files is limited instead.
func smallDisk(t *testing.T, free int) *disk {
	t.Helper()
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, fmt.Sprintf("size=%d,mode=0700", 64*page)); err != nil {
		t.Logf("no tmpfs: %v", err)
		return &disk{state: dir, limit: free * page, says: "file too large"}
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, 0); err != nil {
			t.Error(err)
		}
	})
	d := &disk{state: filepath.Join(dir, "state"), filler: filepath.Join(dir, "filler"), says: "no space left on device"}
	if err := os.Mkdir(d.state, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(d.filler, bytes.Repeat([]byte{1}, (64-free)*page), 0o600); err != nil {
		t.Fatal(err)
	}
	return d
}

// onto gives the program its state directory there.
func (d *disk) onto(b *bench) {
	b.afresh()
	for i, f := range b.flags {
		if f == b.state {
			b.flags[i] = d.state
		}
	}
	b.state = d.state
	if d.limit > 0 {
		b.env = append(b.env, fileSizeEnv+"="+strconv.Itoa(d.limit))
	}
}

// empty makes room.
func (d *disk) empty(b *bench) {
	b.t.Helper()
	if d.limit > 0 {
		b.env = b.env[:len(b.env)-1]
		return
	}
	if err := os.Remove(d.filler); err != nil {
		b.t.Fatal(err)
	}
}
