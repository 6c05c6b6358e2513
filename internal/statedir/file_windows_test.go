package statedir

import (
	"os"
	"path/filepath"
	"testing"
)

func TestOpenGuarded(t *testing.T) {
	for sddl, want := range map[string]string{
		"D:P(A;;FA;;;OW)(A;;FA;;;SY)(A;;FR;;;WD)": "",
		"D:P(A;;FA;;;OW)(A;;FW;;;WD)":             "may write",
	} {
		path := filepath.Join(t.TempDir(), "file")
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		give(t, path, sddl)
		f, err := OpenGuarded(path)
		says(t, sddl, err, want)
		if f != nil {
			_ = f.Close() // it was only looked at
		}
	}
}

// Who asks who holds the lock keeps the file that says so from being removed.
func TestReleaseWhileSomebodyReads(t *testing.T) {
	d := open(t)
	l, err := d.Lock("apply")
	if err != nil {
		t.Fatal(err)
	}
	reader, err := os.Open(l.info)
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	if err := l.Release(); err != nil {
		t.Error(err)
	}
	if l, err = d.Lock("undo"); err != nil {
		t.Fatal(err)
	}
	if h := l.holder(); h.What != "undo" {
		t.Errorf("held by %+v", h)
	}
	if err := l.Release(); err != nil {
		t.Error(err)
	}
}

// What is made is for its owner alone, though its directory is open.
func TestCreateTempOnWindows(t *testing.T) {
	dir := t.TempDir()
	f, err := CreateTemp(dir, ".plan-*.json")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	sd, err := descriptor(f)
	if err != nil {
		t.Fatal(err)
	}
	if err := guardDescriptor(sd); err != nil {
		t.Error(err)
	}
	says(t, sd.String(), eachAllowed(sd, func(a allowed) error {
		if everybody(a.sid) && a.mask&0x1 != 0 { // FILE_READ_DATA
			t.Errorf("%s may read it: %s", name(a.sid), sd)
		}
		return nil
	}), "")
}

// Another program has the file open for a moment, without sharing it.
func TestReplaceWaitsForOthers(t *testing.T) {
	dir := t.TempDir()
	from, to := filepath.Join(dir, "from"), filepath.Join(dir, "to")
	for _, path := range []string{from, to} {
		if err := os.WriteFile(path, []byte(filepath.Base(path)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	other, err := os.Open(to)
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- Replace(from, to) }()
	select {
	case err := <-done:
		t.Errorf("it did not wait: %v", err)
	default:
	}
	if err := other.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-done; err != nil {
		t.Fatal(err)
	}
}
