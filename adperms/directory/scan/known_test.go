package scan

import (
	"encoding/binary"
	"errors"
	"os"
	"testing"
)

func numbered(n int) key { return key(binary.BigEndian.AppendUint64(make([]byte, 8), uint64(n)*7919)) }

// What was added before a load is known after it, in memory or in the file, and
// nothing else is; a second load adds to the first.
func TestKnown(t *testing.T) {
	held := keysHeld / len(key{})
	for _, n := range []int{0, 1, held - 1, held, held + 1, 3*held + 5} {
		var k known
		for half := range 2 {
			for i := range n {
				k.add(numbered(2*i + half))
			}
			if n > 0 && half == 0 && k.has(numbered(0)) {
				t.Errorf("%d: known before it was looked up", n)
			}
			if err := k.load(); err != nil {
				t.Fatal(err)
			}
			for i := range n {
				if !k.has(numbered(2*i)) || k.has(numbered(2*i+1)) != (half == 1) {
					t.Fatalf("%d, load %d: object %d", n, half, i)
				}
			}
		}
		if k.has(numbered(2*n)) || (k.file != nil) != (2*n >= held) {
			t.Errorf("%d: a file: %v", n, k.file != nil)
		}
		k.close()
	}
}

// Where nothing can be written the scan goes on, and only a resumption fails.
func TestKnownWithoutRoom(t *testing.T) {
	for _, name := range []string{"TMPDIR", "TMP", "TEMP"} {
		t.Setenv(name, "/nowhere/at/all")
	}
	var k known
	for i := range 3 * keysHeld / len(key{}) {
		k.add(numbered(i))
	}
	if err := k.load(); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("got %v", err)
	}
	if len(k.fresh) >= keysHeld {
		t.Errorf("%d octets are held", len(k.fresh))
	}
	k.close()
}

// An object whose objectGUID is not shown is known by its name.
func TestKeyOf(t *testing.T) {
	guid := make([]byte, 16)
	a, b := keyOf(nil, []byte("CN=a")), keyOf(nil, []byte("CN=b"))
	if a == b || a != keyOf([]byte("short"), []byte("CN=a")) || a == keyOf(guid, []byte("CN=a")) {
		t.Error("names are mixed up")
	}
	if keyOf(guid, []byte("CN=a")) != keyOf(guid, []byte("CN=moved")) {
		t.Error("an object that was moved is another one")
	}
}
