package statedir

import (
	"io"
	"os"
	"path/filepath"
	"testing"
)

// What stands there and is not ours alone is left as it is.
func TestNothingIsWrittenToWhatIsNotOurs(t *testing.T) {
	put := func(path string) error {
		return WriteWhole(path, func(w io.Writer) error { _, err := io.WriteString(w, "ours"); return err })
	}
	path := filepath.Join(t.TempDir(), "out")
	if err := put(path); err != nil {
		t.Fatal(err)
	}
	if err := put(path); err != nil {
		t.Errorf("our own: %v", err)
	}
	give(t, path, "D:P(A;;FA;;;%[1]s)(A;;FW;;;WD)")
	for _, err := range []error{put(path), CheckPlace(path)} {
		says(t, "others may write it", err, "may write it")
	}
	_, err := OpenLog(path)
	says(t, "the log", err, "may write it")
	if raw, err := os.ReadFile(path); err != nil || string(raw) != "ours" {
		t.Errorf("%q, %v", raw, err)
	}
	says(t, "a pipe", CheckPlace(`\\.\pipe\x`), "pipe")
	says(t, "a folder", CheckPlace(t.TempDir()), "not an ordinary file")
	dir := t.TempDir()
	give(t, dir, forAll)
	says(t, "a folder of all", CheckPlace(filepath.Join(dir, "x")), "the folder")
}
