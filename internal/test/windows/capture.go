package windows

import (
	"encoding/hex"
	"testing"

	"writeback/internal/beside"
)

// A Message is an LDAPMessage of the capture, whole.
type Message struct {
	Connection string
	FromServer bool
	Octets     []byte
}

// Capture is a conversation of a client with a Windows domain controller in 2020: the
// schema, extended rights, searches, and three writes of a security descriptor, each read
// back. Where it is not beside the project, the test is skipped.
func Capture(t testing.TB) []Message {
	t.Helper()
	return messages(t, beside.Rows(t, capture))
}

// CaptureIfThere is Capture for who goes on without it, as fuzzers do.
func CaptureIfThere(t testing.TB) []Message {
	t.Helper()
	rows, _ := beside.RowsIfThere(t, capture)
	return messages(t, rows)
}

const capture = "windows-dc-capture.tsv.gz"

func messages(t testing.TB, rows [][]string) (all []Message) {
	t.Helper()
	for _, row := range rows {
		octets, err := hex.DecodeString(row[2])
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, Message{Connection: row[0], FromServer: row[1] == "S", Octets: octets})
	}
	return all
}
