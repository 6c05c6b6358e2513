package steps

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// Everything that can be wrong with the directory is told, and what is mended is
// all still there.
func TestRepair(t *testing.T) {
	b, path, raw := oneRun(t)
	id := b.latest().ID
	lines := strings.SplitAfter(string(raw), "\n")
	as := func(id2, content string, mode os.FileMode) string {
		p := b.store.path(id2)
		if err := os.WriteFile(p, []byte(strings.ReplaceAll(content, id, id2)), mode); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(p, mode); err != nil { // whatever the umask
			t.Fatal(err)
		}
		return p
	}
	as("20260101T000001Z-0001", string(raw)+"damage\n", 0o600)
	as("20260101T000002Z-0001", string(raw)+`{"half`, 0o600)
	as("20260101T000003Z-0001", lines[0][:20], 0o600)
	as("20260101T000004Z-0001", "", 0o600)
	as("99991231T235959Z-0001", "", 0o600)
	as("20260101T000006Z-0001", string(raw), 0o666)
	as("20260101T000007Z-0001", string(raw), 0o644)
	if err := os.WriteFile(filepath.Join(b.dir, "notes.txt"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(path, b.store.path("20260101T000008Z-0001")); err != nil && runtime.GOOS != "windows" {
		t.Fatal(err)
	}
	want := map[string]string{
		"20260101T000001Z": Aside, "20260101T000002Z": "cut the piece off", "20260101T000003Z": Aside, "20260101T000004Z": Aside,
		"99991231T235959Z": Aside, "20260101T000006Z": Aside, "20260101T000007Z": "0600", "20260101T000008Z": "", "notes.txt": "",
	}
	// The run of these lines has another name, so that their chain is broken.
	for _, stamp := range []string{"20260101T000002Z", "20260101T000006Z", "20260101T000007Z"} {
		p := b.store.path(stamp + "-0001")
		rest := ""
		if stamp == "20260101T000002Z" {
			rest = `{"half`
		}
		if err := os.WriteFile(p, append(renamed(t, b, id, stamp+"-0001"), rest...), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	faults := must(b.store.Faults())(t)
	if len(faults) != len(want) && runtime.GOOS != "windows" {
		t.Errorf("%d faults: %+v", len(faults), faults)
	}
	all := contents(t, b.dir)
	for _, f := range faults {
		mend, known := want[strings.TrimSuffix(f.File, "-0001"+journalExt)]
		if runtime.GOOS != "windows" && (!known || !strings.Contains(f.Mend, mend) || (mend == "") != (f.Mend == "") || f.Mend == "" && f.Fix == "") {
			t.Errorf("%+v, want %q", f, mend)
		}
		if err := b.store.Mend(f); err != nil {
			t.Error(err)
		}
	}
	now := contents(t, b.dir)
	for content := range all {
		if !now[content] {
			t.Errorf("lost: %.80q", content)
		}
	}
	if runs, err := b.store.History().Runs(); runtime.GOOS != "windows" && (err == nil || !strings.Contains(err.Error(), "symbolic link") || len(runs) != 3) {
		t.Errorf("%d runs, %v", len(runs), err)
	}
	for _, f := range must(b.store.Faults())(t) {
		if f.Mend != "" {
			t.Errorf("still: %+v", f)
		}
	}
}

// renamed is a run's journal as another run's, with all hashes as they should be.
func renamed(t *testing.T, b *bench, id, as string) []byte {
	t.Helper()
	path := b.store.path(id)
	was, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	b.rechain(id, func(rs []Record) []Record {
		for i := range rs {
			if rs[i].Opening != nil {
				rs[i].Opening.Run = as
			}
		}
		return rs
	})
	out, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, was, 0o600); err != nil {
		t.Fatal(err)
	}
	return out
}

// contents are those of all files below dir.
func contents(t *testing.T, dir string) map[string]bool {
	t.Helper()
	out := map[string]bool{}
	err := filepath.WalkDir(dir, func(path string, e os.DirEntry, err error) error {
		if err != nil || !e.Type().IsRegular() {
			return err
		}
		raw, err := os.ReadFile(path)
		out[string(raw)] = true
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}
