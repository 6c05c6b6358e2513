package adperms_test

import (
	"bufio"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"strings"
	"testing"
)

// corpus holds descriptors that were read from a Windows Server 2019 domain. It
// lies beside the project, which stands without it.
const corpus = "../../shared/corpora/ad2019-descriptors.tsv"

type corpusLine struct {
	dn  string
	raw []byte
}

// readCorpus gives nothing where there is no corpus.
func readCorpus(t testing.TB) []corpusLine {
	t.Helper()
	file, err := os.Open(corpus)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var out []corpusLine
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		dn, digits, _ := strings.Cut(lines.Text(), "\t")
		raw, err := hex.DecodeString(digits)
		if err != nil {
			t.Fatalf("%s: %v", dn, err)
		}
		out = append(out, corpusLine{dn, raw})
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}
