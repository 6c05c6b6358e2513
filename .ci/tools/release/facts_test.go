package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// clonedHere is a small repository with one commit, tagged where a tag is given.
func clonedHere(t *testing.T, tag string) string {
	t.Helper()
	dir := t.TempDir()
	if err := put(filepath.Join(dir, "README.md"), []byte("as committed\n")); err != nil {
		t.Fatal(err)
	}
	t.Setenv("GIT_COMMITTER_DATE", "2026-03-04T05:06:07+09:00")
	steps := [][]string{
		{"init", "-q"}, {"add", "."},
		{"-c", "user.name=x", "-c", "user.email=x@example.com", "commit", "-q", "-m", "one"},
	}
	if tag != "" {
		steps = append(steps, []string{"tag", tag})
	}
	for _, args := range steps {
		if _, err := git(dir, args...); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// A version is the one that is given, the tag of HEAD, or one before all releases
// that names the commit; and the date is the commit's, in UTC.
func TestGather(t *testing.T) {
	for _, c := range []struct{ tag, asked, want string }{
		{"", "v1.2.3", `^v1\.2\.3$`},
		{"v2.0.0", "", `^v2\.0\.0$`},
		{"v2.0.0-rc.1", "v2.0.0", `^v2\.0\.0$`},
		{"", "", `^v0\.0\.0-dev\.20260303200607\.g[0-9a-f]{12}$`},
	} {
		f, err := gather(clonedHere(t, c.tag), c.asked)
		if err != nil {
			t.Fatal(err)
		}
		if !regexp.MustCompile(c.want).MatchString(f.version) || f.date.Format("2006-01-02T15:04:05 MST") != "2026-03-03T20:06:07 UTC" {
			t.Errorf("tag %q, asked for %q: %s of %s", c.tag, c.asked, f.version, f.date)
		}
	}
	for _, wrong := range []string{"1.2.3", "v1.2", "v01.2.3", "v1.2.3+dirty", "v1.2.3-RC1", "v1.2.3 ", "latest"} {
		if f, err := gather(clonedHere(t, ""), wrong); err == nil {
			t.Errorf("%q is the version %s", wrong, f.version)
		}
	}
}

// What is not committed is in no release.
func TestExport(t *testing.T) {
	repository, dir := clonedHere(t, ""), t.TempDir()
	for _, name := range []string{"README.md", "secret.txt"} {
		if err := put(filepath.Join(repository, name), []byte("of today\n")); err != nil {
			t.Fatal(err)
		}
	}
	if err := export(repository, dir); err != nil {
		t.Fatal(err)
	}
	if all := tree(t, dir); len(all) != 1 || string(all["README.md"]) != "as committed\n" {
		t.Errorf("the export holds %q", all)
	}
}

// A release is not mixed with another.
func TestReleaseWantsAnEmptyDirectory(t *testing.T) {
	out := t.TempDir()
	if err := os.WriteFile(filepath.Join(out, "SHA256SUMS"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := release(clonedHere(t, ""), "v1.2.3", "", out); err == nil || !strings.Contains(err.Error(), "is not empty") {
		t.Errorf("a release into %s: %v", out, err)
	}
	if err := release(clonedHere(t, ""), "v1.2.3", "plan9/amd64", t.TempDir()); err == nil || !strings.Contains(err.Error(), "plan9/amd64") {
		t.Errorf("a release for Plan 9: %v", err)
	}
}
