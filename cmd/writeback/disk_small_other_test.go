//go:build unix && !linux

package main

import (
	"strconv"
	"testing"
)

// disk is a state directory with little room: here by a limit of the size of
// files.
type disk struct {
	state string
	limit int
	says  string
}

func smallDisk(t *testing.T, free int) *disk {
	return &disk{state: t.TempDir(), limit: free * 4096, says: "file too large"}
}

func (d *disk) onto(b *bench) {
	b.afresh()
	b.env = append(b.env, fileSizeEnv+"="+strconv.Itoa(d.limit))
}

func (d *disk) empty(b *bench) { b.env = b.env[:len(b.env)-1] }
