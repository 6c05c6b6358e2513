package secdesc

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// corpus is other people's data beside the project. It is read, never copied
// in; the project stands without it.
const corpus = "../../../shared/corpora"

type corpusLine struct {
	key string
	sd  []byte
}

func readCorpus(t testing.TB, name string) []corpusLine {
	t.Helper()
	f, err := os.Open(filepath.Join(corpus, name))
	if errors.Is(err, fs.ErrNotExist) {
		t.Skipf("the corpus %s is not beside the project", name)
	}
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var lines []corpusLine
	in := bufio.NewScanner(f)
	in.Buffer(nil, 1<<20)
	for in.Scan() {
		key, digits, ok := strings.Cut(in.Text(), "\t")
		if !ok {
			t.Fatalf("%s line %d has no tab", name, len(lines)+1)
		}
		sd, err := hex.DecodeString(digits)
		if err != nil {
			t.Fatalf("%s line %d: %v", name, len(lines)+1, err)
		}
		lines = append(lines, corpusLine{key, sd})
	}
	if err := in.Err(); err != nil {
		t.Fatal(err)
	}
	if len(lines) == 0 {
		t.Fatalf("%s is empty", name)
	}
	return lines
}

func TestCorporaRoundTrip(t *testing.T) {
	for _, name := range []string{"ad2019-descriptors.tsv", "windows-sddl.tsv"} {
		t.Run(name, func(t *testing.T) {
			lines := readCorpus(t, name)
			for _, l := range lines {
				roundTrip(t, l.key, l.sd)
			}
			t.Logf("%d descriptors", len(lines))
		})
	}
}

func roundTrip(t *testing.T, key string, sd []byte) {
	t.Helper()
	d, err := Parse(sd)
	if err != nil {
		t.Errorf("%.80s: %v", key, err)
		return
	}
	out, err := d.Marshal()
	if err != nil {
		t.Errorf("%.80s: %v", key, err)
		return
	}
	if !bytes.Equal(out, sd) {
		t.Errorf("%.80s: bytes changed\n was %x\n  is %x", key, sd, out)
	}
}
