//go:build !race

package coverage_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// peer reads descriptors, each with its length before it, and does with each
// what we do: unpack it, and ask for the rights one after the other. Samba raises
// an exception where the answer is no. It prints the seconds of that alone.
const peer = `
import struct, sys, time
from samba.dcerpc import security
from samba.ndr import ndr_unpack
from samba import security as check, NTSTATUSError
raw = open(sys.argv[1], "rb").read()
all, at = [], 0
while at < len(raw):
    n, = struct.unpack_from("<I", raw, at)
    all.append(raw[at + 4:at + 4 + n])
    at += 4 + n
token = security.token()
token.sids = [security.dom_sid(s) for s in sys.argv[2:]]
granted = 0
began = time.process_time()
for one in all:
    sd = ndr_unpack(security.descriptor, one)
    for want in (0x100, 0x20, 0x20):
        try:
            check.access_check(sd, token, want)
            granted += 1
        except NTSTATUSError:
            pass
print(time.process_time() - began, len(all))
`

// How many times as fast we are as python3-samba's access check, which looks at no
// object types: over the same distinct descriptors, more than the processor's caches
// hold, and on one core. Neither remembers what it met.
func BenchmarkAgainstSambasPython(t *testing.B) {
	python := "/usr/bin/python3" // the system's, which Debian's package is for
	if err := exec.Command(python, "-c", "from samba import security").Run(); err != nil {
		t.Fatalf("python3-samba is needed: %v", err)
	}
	const n = 20_000
	s, all := users(t, n, false)
	var file bytes.Buffer
	for _, u := range all {
		file.Write(binary.LittleEndian.AppendUint32(nil, uint32(len(u.Descriptor))))
		file.Write(u.Descriptor)
	}
	dir := t.TempDir()
	data, script := filepath.Join(dir, "descriptors"), filepath.Join(dir, "peer.py")
	for path, text := range map[string][]byte{data: file.Bytes(), script: []byte(peer)} {
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for t.Loop() {
		out, err := exec.Command(python, script, data, connector.String(), team.String(), "S-1-1-0", "S-1-5-11").Output()
		if err != nil {
			t.Fatal(err)
		}
		var theirs float64
		var count int
		if _, err := fmt.Sscan(string(out), &theirs, &count); err != nil || count != n {
			t.Fatalf("%q: %v", out, err)
		}
		began := cpu()
		for i := range all {
			if v, err := s.User(&all[i]); err != nil || v.Before.Writable() {
				t.Fatal(v, err)
			}
		}
		ours := (cpu() - began).Seconds()
		t.Logf("%d distinct descriptors: python3-samba %.3f s (%.0f/s), we %.4f s (%.0f/s): %.0f times", n, theirs, n/theirs, ours, n/ours, theirs/ours)
		t.ReportMetric(theirs/ours, "times")
	}
}
