package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

var (
	wantTargets = flag.String("targets", "linux/amd64,windows/amd64,darwin/amd64", "the targets that the tests release: those whose packages are compiled anyway; all: every one")
	cold        = flag.Bool("cold", false, "compile everything anew for the second release: some minutes for each target")
)

// What the tests release HEAD as.
const (
	testVersion    = "v1.2.3-rc.1"
	testURL        = "https://downloads.example/v1.2.3-rc.1"
	testHome       = "https://writeback.example"
	testMaintainer = "The writeback authors <packages@writeback.example>"
)

// TestMain takes the releases away that the tests have made.
func TestMain(m *testing.M) {
	flag.Parse()
	if *wantTargets == "all" {
		*wantTargets = ""
	}
	dir, err := os.MkdirTemp("", "release-test")
	if err == nil {
		// git reads a clone of another user's only where it is told to, and the
		// homes of those who clone here are empty.
		first.dir = dir
		trust := filepath.Join(dir, "gitconfig")
		err = errors.Join(os.WriteFile(trust, []byte("[safe]\n\tdirectory = *\n"), 0o644), os.Setenv("GIT_CONFIG_GLOBAL", trust))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	code := m.Run()
	_ = os.RemoveAll(dir)
	os.Exit(code)
}

// first is the release that all tests look at, made once.
var first struct {
	sync.Once
	root, commit     string // where the repository is, and its HEAD when the tests began
	dir, clone, dist string
	err              error
}

// released makes the release, or returns it: its directory, and the clone that it
// was made from. What is released is HEAD, as it is committed.
func released(t *testing.T) (dist, clone string) {
	t.Helper()
	first.Do(func() {
		if first.root, first.err = git(".", "rev-parse", "--show-toplevel"); first.err != nil {
			return
		}
		if first.commit, first.err = git(first.root, "rev-parse", "HEAD"); first.err != nil {
			return
		}
		first.clone, first.dist = filepath.Join(first.dir, "clone"), filepath.Join(first.dir, "dist")
		first.err = releaseClone(first.dir, first.clone, first.dist, "022", "TZ=Pacific/Auckland", "LANG=C", "LC_ALL=C", "USER=anna")
	})
	if first.err != nil {
		t.Fatal(first.err)
	}
	return first.dist, first.clone
}

// releaseClone clones the repository and runs .ci/release there, as somebody else would.
func releaseClone(home, clone, dist, umask string, environment ...string) error {
	setting := func(name string) string { return name + "=" + goSetting(name) }
	kept := []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + home, "CGO_ENABLED=0", "GIT_CONFIG_GLOBAL=" + os.Getenv("GIT_CONFIG_GLOBAL"),
		setting("GOMODCACHE"), setting("GOPROXY"), setting("GOSUMDB"), setting("GONOSUMDB"), setting("GOTOOLCHAIN"),
	}
	if *cold && home != first.dir {
		kept = append(kept, "GOCACHE="+filepath.Join(home, "cache"))
	} else {
		kept = append(kept, setting("GOCACHE"))
	}
	kept = append(kept, "RELEASE_URL="+testURL, "RELEASE_HOME="+testHome, "RELEASE_MAINTAINER="+testMaintainer)
	script := `umask ` + umask + ` && git clone -q "$1" "$2" && git -C "$2" checkout -q --detach "$3" && "$2/.ci/release" -out "$4" -targets "$5" "$6"`
	cmd := exec.Command("bash", "-c", script, "bash", first.root, clone, first.commit, dist, *wantTargets, testVersion)
	cmd.Dir, cmd.Env = home, append(kept, environment...)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%w\n%s", err, out)
	}
	return nil
}

// goSetting asks the go command for a setting of its own.
func goSetting(name string) string {
	out, err := exec.Command("go", "env", name).Output()
	if err != nil {
		return err.Error()
	}
	return strings.TrimSpace(string(out))
}

// Two releases of one commit have the same bytes: made in clones in different
// places, later, with another umask, time zone, language, home and user.
func TestTwoReleasesAreEqual(t *testing.T) {
	one, _ := released(t)
	home := filepath.Join(t.TempDir(), "somebody else's home")
	if err := os.MkdirAll(home, 0o755); err != nil {
		t.Fatal(err)
	}
	two := filepath.Join(home, "out", "dist")
	err := releaseClone(home, filepath.Join(home, "src", "a deeper place", "clone"), two, "077",
		"TZ=America/St_Johns", "LANG=tr_TR.UTF-8", "LC_ALL=tr_TR.UTF-8", "USER=bert", "GOMAXPROCS=3", "SOURCE_DATE_EPOCH=1")
	if err != nil {
		t.Fatal(err)
	}
	a, b := tree(t, one), tree(t, two)
	for name, raw := range a {
		if !bytes.Equal(raw, b[name]) {
			t.Errorf("%s differs: %d and %d bytes", name, len(raw), len(b[name]))
		}
		delete(b, name)
	}
	for name := range b {
		t.Errorf("%s is in the second alone", name)
	}
	if len(a) < 2*len(tested(t))+1 { // archive and bill of each, and the sums
		t.Errorf("the release has %d files: %v", len(a), names(a))
	}
	t.Logf("%d files\n%s", len(a), a["SHA256SUMS"])
}

// tree reads all files below dir, by their names.
func tree(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	out := map[string][]byte{}
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			out[name], err = os.ReadFile(filepath.Join(dir, name))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func names(files map[string][]byte) (out []string) {
	for name := range files {
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}

// tested are the targets that the tests release.
func tested(t *testing.T) []target {
	t.Helper()
	out, err := parseTargets(*wantTargets)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// needs are programs, or files by their paths, of Debian's packages that a test
// cannot do without. Where one is missing, the test is skipped at home and fails
// with REQUIRE_PACKAGES=1.
func needs(t *testing.T, all ...string) {
	t.Helper()
	for _, one := range all {
		_, err := exec.LookPath(one)
		if filepath.IsAbs(one) {
			_, err = os.Stat(one)
		}
		if err != nil && os.Getenv("REQUIRE_PACKAGES") == "1" {
			t.Fatalf("%s is missing", one)
		} else if err != nil {
			t.Skipf("%s is missing", one)
		}
	}
}
