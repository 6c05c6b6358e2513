package statedir

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/windows"
)

// give sets the DACL of what is there.
func give(t *testing.T, path, sddl string) {
	t.Helper()
	dacl, _, err := described(t, sddl).DACL()
	if err != nil {
		t.Fatal(err)
	}
	if err := windows.SetNamedSecurityInfo(path, windows.SE_FILE_OBJECT,
		windows.DACL_SECURITY_INFORMATION|windows.PROTECTED_DACL_SECURITY_INFORMATION, nil, nil, dacl, nil); err != nil {
		t.Fatal(err)
	}
}

const (
	oursAlone = "D:P(A;OICI;FA;;;%[1]s)(A;OICI;FA;;;SY)"
	forAll    = "D:P(A;OICI;FA;;;%[1]s)(A;OICI;FA;;;WD)"
)

// Somebody was there first: C:\ProgramData\writeback, say, made by a user with no
// rights at all, or open to them.
func TestOpenRefusesWhatOthersMayWrite(t *testing.T) {
	for _, where := range []string{"state", filepath.Join("state", "runs")} {
		path := filepath.Join(t.TempDir(), "state")
		d, err := Open(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.Mkdir(d.Runs(), 0o700); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(path); err != nil {
			t.Fatalf("as it was made: %v", err)
		}
		give(t, filepath.Join(filepath.Dir(path), where), forAll)
		_, err = Open(path)
		says(t, where, err, "may write it")
		if err != nil && !strings.Contains(err.Error(), "--state-dir") {
			t.Errorf("no next step: %v", err)
		}
	}
}

func TestOpenRefusesAParentWhereOthersMayRename(t *testing.T) {
	parent := filepath.Join(t.TempDir(), "open")
	d, err := Open(filepath.Join(parent, "state"))
	if err != nil {
		t.Fatal(err)
	}
	give(t, parent, forAll)
	_, err = Open(d.Path())
	says(t, forAll, err, "open, above it")
	give(t, parent, oursAlone)
	if _, err := Open(d.Path()); err != nil {
		t.Error(err)
	}
}

// A junction can be led elsewhere at any time: what is used is where it led when
// it was looked at.
func TestOpenFollowsAJunctionAndLooksAtItsEnd(t *testing.T) {
	dir := t.TempDir()
	real, link := filepath.Join(dir, "real"), filepath.Join(dir, "link")
	if _, err := Open(real); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("cmd", "/c", "mklink", "/J", link, real).CombinedOutput(); err != nil {
		t.Fatalf("mklink: %v: %s", err, out)
	}
	if _, err := os.Lstat(link); err != nil {
		t.Fatal(err)
	}
	if straight(link) || !straight(real) {
		t.Errorf("straight: %v, %v", straight(link), straight(real))
	}
	d, err := Open(link)
	if err != nil || filepath.Base(d.Path()) != "real" {
		t.Fatalf("%+v, %v", d, err)
	}
	give(t, real, forAll)
	_, err = Open(link)
	says(t, forAll, err, "may write it")
}

// Windows takes 260 characters of a path where nobody asks for more.
func TestOpenOfALongPath(t *testing.T) {
	path := t.TempDir()
	for len(path) < 400 {
		path = filepath.Join(path, strings.Repeat("a", 40))
	}
	d, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	l, err := d.Lock("apply")
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Release(); err != nil {
		t.Fatal(err)
	}
}

func TestShort(t *testing.T) {
	for path, want := range map[string]string{
		`\\?\C:\ProgramData\writeback`:                               `C:\ProgramData\writeback`,
		`\\?\UNC\server\share\writeback`:                             `\\server\share\writeback`,
		`\\?\Volume{4c1b02c1-d990-11dc-99ae-806e6f6e6963}\writeback`: `\\?\Volume{4c1b02c1-d990-11dc-99ae-806e6f6e6963}\writeback`,
		`D:\writeback`: `D:\writeback`,
	} {
		if got := short(path); got != want {
			t.Errorf("%s: %s, want %s", path, got, want)
		}
	}
}
