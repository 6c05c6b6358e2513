package scan

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"io"
	"os"
	"slices"
)

// key is an objectGUID, or the beginning of a hash of the DN where the DC does
// not show it.
type key [16]byte

func keyOf(guid, dn []byte) key {
	if len(guid) == len(key{}) {
		return key(guid)
	}
	sum := sha256.Sum256(dn)
	return key(sum[:16])
}

// known remembers objects. They go to a file that nobody else can read, and are
// only looked up after load, which takes 16 octets of memory for each.
type known struct {
	fresh  []byte   // keys that are not in the file yet
	file   *os.File // nil: none was needed yet
	named  bool     // file has a name yet
	count  int      // keys in the file
	err    error    // why the file is of no use
	sorted []key    // as of the last load
}

const keysHeld = 64 << 10 // octets of keys before they go to the file

func (k *known) add(new key) {
	if k.err != nil {
		return // load will say so
	}
	k.fresh = append(k.fresh, new[:]...)
	if len(k.fresh) >= keysHeld {
		k.err = k.spill()
		k.fresh = k.fresh[:0]
	}
}

func (k *known) spill() (err error) {
	if k.file == nil {
		if k.file, err = os.CreateTemp("", "writeback-scan-*"); err != nil { // mode 0600
			return err
		}
		// Nothing is left behind, even by a crash. Windows wants it closed first.
		k.named = os.Remove(k.file.Name()) != nil
	}
	_, err = k.file.Write(k.fresh)
	k.count += len(k.fresh) / len(key{})
	return err
}

// load makes everything that was added known to has.
func (k *known) load() error {
	if k.err != nil {
		return fmt.Errorf("what was read before is not known any more: %w", k.err)
	}
	all := make([]key, 0, k.count+len(k.fresh)/len(key{}))
	from := io.Reader(bytes.NewReader(k.fresh))
	if k.file != nil {
		from = io.MultiReader(io.NewSectionReader(k.file, 0, int64(k.count*len(key{}))), from)
	}
	buf := make([]byte, keysHeld)
	for {
		n, err := io.ReadFull(from, buf)
		for at := 0; at+len(key{}) <= n; at += len(key{}) {
			all = append(all, key(buf[at:]))
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

func compareKeys(a, b key) int { return bytes.Compare(a[:], b[:]) }

// has says that the key was added before the last load.
func (k *known) has(what key) bool {
	if len(k.sorted) == 0 {
		return false
	}
	_, found := slices.BinarySearchFunc(k.sorted, what, compareKeys)
	return found
}

func (k *known) close() {
	if k.file != nil {
		k.file.Close()
		if k.named {
			os.Remove(k.file.Name())
		}
	}
}
