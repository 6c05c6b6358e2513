package scan

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"io"
	"os"
	"slices"
)

// Key is an objectGUID, or the beginning of a hash of the DN where the DC does
// not show it.
type Key [16]byte

func KeyOf(guid, dn []byte) Key {
	if len(guid) == len(Key{}) {
		return Key(guid)
	}
	sum := sha256.Sum256(dn)
	return Key(sum[:16])
}

// Known remembers objects. They go to a file that nobody else can read, and are
// only looked up after load, which takes 16 octets of memory for each.
type Known struct {
	fresh  []byte   // keys that are not in the file yet
	file   *os.File // nil: none was needed yet
	named  bool     // file has a name yet
	count  int      // keys in the file
	err    error    // why the file is of no use
	sorted []Key    // as of the last load
}

const keysHeld = 64 << 10 // octets of keys before they go to the file

func (k *Known) Add(new Key) {
	if k.err != nil {
		return // Load will say so
	}
	k.fresh = append(k.fresh, new[:]...)
	if len(k.fresh) >= keysHeld {
		k.err = k.spill()
		k.fresh = k.fresh[:0]
	}
}

func (k *Known) spill() (err error) {
	if k.file == nil {
		if k.file, err = os.CreateTemp("", "writeback-scan-*"); err != nil { // mode 0600
			return err
		}
		// Nothing is left behind, even by a crash. Windows wants it closed first.
		k.named = os.Remove(k.file.Name()) != nil
	}
	_, err = k.file.Write(k.fresh)
	k.count += len(k.fresh) / len(Key{})
	return err
}

// Load makes everything that was added known to has.
func (k *Known) Load() error {
	if k.err != nil {
		return fmt.Errorf("what was read before is not known any more: %w", k.err)
	}
	all := make([]Key, 0, k.count+len(k.fresh)/len(Key{}))
	from := io.Reader(bytes.NewReader(k.fresh))
	if k.file != nil {
		from = io.MultiReader(io.NewSectionReader(k.file, 0, int64(k.count*len(Key{}))), from)
	}
	buf := make([]byte, keysHeld)
	for {
		n, err := io.ReadFull(from, buf)
		for at := 0; at+len(Key{}) <= n; at += len(Key{}) {
			all = append(all, Key(buf[at:]))
		}
		if err == io.EOF || err == io.ErrUnexpectedEOF {
			break
		}
		if err != nil {
			return fmt.Errorf("reading again what was read before: %w", err)
		}
	}
	slices.SortFunc(all, compareKeys)
	k.sorted = all
	return nil
}

func compareKeys(a, b Key) int { return bytes.Compare(a[:], b[:]) }

// Has says that the key was added before the last load.
func (k *Known) Has(what Key) bool {
	if len(k.sorted) == 0 {
		return false
	}
	_, found := slices.BinarySearchFunc(k.sorted, what, compareKeys)
	return found
}

func (k *Known) Close() {
	if k.file != nil {
		k.file.Close()
		if k.named {
			os.Remove(k.file.Name())
		}
	}
}
