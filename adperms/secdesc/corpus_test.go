package secdesc

import (
	"bytes"
	"encoding/hex"
	"testing"

	"writeback/internal/beside"
)

type corpusLine struct {
	key string
	sd  []byte
}

func readCorpus(t testing.TB, name string) []corpusLine {
	t.Helper()
	return linesOf(t, name, beside.Rows(t, name))
}

func linesOf(t testing.TB, name string, rows [][]string) (lines []corpusLine) {
	t.Helper()
	for n, row := range rows {
		if len(row) != 2 {
			t.Fatalf("%s line %d has %d columns", name, n+1, len(row))
		}
		sd, err := hex.DecodeString(row[1])
		if err != nil {
			t.Fatalf("%s line %d: %v", name, n+1, err)
		}
		lines = append(lines, corpusLine{row[0], sd})
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
