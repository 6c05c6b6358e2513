package adperms_test

import (
	"encoding/hex"
	"testing"

	"writeback/internal/beside"
)

type corpusLine struct {
	dn  string
	raw []byte
}

// readCorpus gives descriptors that were read from a Windows Server 2019 domain;
// nothing where they are not beside the project.
func readCorpus(t testing.TB) (out []corpusLine) {
	t.Helper()
	rows, _ := beside.RowsIfThere(t, "ad2019-descriptors.tsv")
	for _, row := range rows {
		raw, err := hex.DecodeString(row[1])
		if err != nil {
			t.Fatalf("%s: %v", row[0], err)
		}
		out = append(out, corpusLine{row[0], raw})
	}
	return out
}
