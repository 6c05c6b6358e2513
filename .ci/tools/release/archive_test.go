package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// unpacked is what an archive holds: contents by name, without the directory that
// all lies in. Modes, owners, times and order are looked at on the way.
func unpacked(t *testing.T, tg target) map[string][]byte {
	t.Helper()
	dist, clone := released(t)
	f, err := gather(clone, testVersion)
	if err != nil {
		t.Fatal(err)
	}
	top := archiveName(f, tg)
	out := map[string][]byte{}
	var order []string
	add := func(name string, mode os.FileMode, at time.Time, raw []byte) {
		want := os.FileMode(0o644)
		if strings.HasSuffix(name, "/") || strings.HasSuffix(name, tg.program()) && strings.Count(name, "/") == 1 {
			want = 0o755
		}
		if mode.Perm() != want || !at.Equal(f.date) {
			t.Errorf("%s: mode %s, time %s; want %s, %s", name, mode, at, want, f.date)
		}
		if !strings.HasPrefix(name, top+"/") {
			t.Errorf("%s is not below %s", name, top)
		}
		if !strings.HasSuffix(name, "/") {
			out[strings.TrimPrefix(name, top+"/")] = raw
			order = append(order, name)
		}
	}
	if tg.os == "windows" {
		unzip(t, filepath.Join(dist, top+".zip"), add)
	} else {
		untar(t, filepath.Join(dist, top+".tar.gz"), add)
	}
	if !slices.IsSorted(order) {
		t.Errorf("%s is not in order: %q", top, order)
	}
	return out
}

func untar(t *testing.T, path string, add func(string, os.FileMode, time.Time, []byte)) {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	z, err := gzip.NewReader(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	if z.Name != "" || !z.ModTime.IsZero() {
		t.Errorf("%s: the header names %q of %s", path, z.Name, z.ModTime)
	}
	for r := tar.NewReader(z); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		if h.Uid != 0 || h.Gid != 0 || h.Uname != "" || h.Gname != "" || len(h.PAXRecords) > 0 {
			t.Errorf("%s: %d:%d %s:%s %v", h.Name, h.Uid, h.Gid, h.Uname, h.Gname, h.PAXRecords)
		}
		content, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		add(h.Name, h.FileInfo().Mode(), h.ModTime, content)
	}
}

func unzip(t *testing.T, path string, add func(string, os.FileMode, time.Time, []byte)) {
	t.Helper()
	r, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	for _, f := range r.File {
		in, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(in)
		if err != nil {
			t.Fatal(err)
		}
		add(f.Name, f.Mode(), f.Modified, content)
	}
}

// Each archive holds the program, its licence and those of others, the documents
// that the README leads to, and what the system's shells and man want.
func TestArchives(t *testing.T) {
	_, clone := released(t)
	links := regexp.MustCompile(`\]\((docs/[^)#]+)`)
	for _, tg := range tested(t) {
		in := unpacked(t, tg)
		want := []string{tg.program(), "LICENSE", "README.md", "THIRD-PARTY-LICENSES.txt"}
		if tg.os == "windows" {
			want = append(want, "completions/writeback.ps1")
		} else {
			want = append(want, "man/man1/writeback.1", "man/man1/writeback-plan.1", "completions/writeback.bash", "completions/_writeback", "completions/writeback.fish")
		}
		for _, m := range links.FindAllStringSubmatch(string(in["README.md"]), -1) {
			if info, err := os.Stat(filepath.Join(clone, m[1])); err == nil && !info.IsDir() {
				want = append(want, m[1])
			}
		}
		for _, name := range want {
			if len(in[name]) == 0 {
				t.Errorf("%s: %s is missing or empty", tg, name)
			}
		}
		for _, path := range []string{clone, filepath.Dir(clone), filepath.Join(os.TempDir(), "release"), goSetting("GOMODCACHE"), goSetting("GOCACHE")} {
			if bytes.Contains(in[tg.program()], []byte(path)) {
				t.Errorf("%s: the program names the path %s", tg, path)
			}
		}
	}
}

// The program says which release, commit and day it is of.
func TestProgramIsStamped(t *testing.T) {
	_, clone := released(t)
	if !slices.Contains(tested(t), here()) {
		t.Fatalf("no target is %s, which runs here", here())
	}
	path := filepath.Join(t.TempDir(), "writeback")
	if err := os.WriteFile(path, unpacked(t, here())["writeback"], 0o755); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(path, "version", "--output", "json")
	cmd.Env = []string{"HOME=" + t.TempDir()}
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var said struct{ Version, Commit, Date string }
	if err := json.Unmarshal(out, &said); err != nil {
		t.Fatal(err)
	}
	f, err := gather(clone, testVersion)
	if err != nil {
		t.Fatal(err)
	}
	if said.Version != testVersion || said.Commit != f.commit || said.Date != f.date.Format(time.RFC3339) {
		t.Errorf("the program says %+v, the commit is %s of %s", said, f.commit, f.date)
	}
}

// sha256sum reads the sums, and each file of the release has one.
func TestChecksums(t *testing.T) {
	needs(t, "sha256sum")
	dist, _ := released(t)
	cmd := exec.Command("sha256sum", "--check", "--strict", "SHA256SUMS")
	cmd.Dir = dist
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for name := range tree(t, dist) {
		if name != "SHA256SUMS" && !strings.HasPrefix(name, "manifests/") && !strings.Contains(string(out), name+": OK\n") {
			t.Errorf("%s has no sum", name)
		}
	}
}
