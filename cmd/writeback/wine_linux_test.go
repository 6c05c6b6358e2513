package main

import (
	"errors"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"writeback/internal/tier"
)

// The Windows build, run by Wine: the program itself, the tests' own build of it
// (which can be stopped in the middle), and the tests of packages with Windows
// code. What Wine 8 lacks for Go is in testdata/wine/lacking.c. The tests are for
// .ci/run, and fail there where Wine is not installed.

// wine is a Windows of its own, on a drive that is thrown away.
type wine struct {
	t   *testing.T
	dir string // here; C: is prefix/drive_c in it
	env []string
}

const wineServer = "/usr/lib/wine/wineserver"

// winePrograms are what Debian's packages wine, wine64 and gcc-mingw-w64-x86-64
// bring.
var winePrograms = []string{"wine", wineServer, "x86_64-w64-mingw32-gcc"}

func needWine(t *testing.T) {
	t.Helper()
	tier.Takes(t, "Wine")
	for _, name := range winePrograms {
		if _, err := exec.LookPath(name); err != nil {
			t.Fatalf("%s is not installed", name)
		}
	}
}

// newWine makes the drive, and what runs on it, side by side.
func newWine(t *testing.T) *wine {
	t.Helper()
	needWine(t)
	// Wine does not know that /tmp is sticky, and what stands below it is refused.
	dir, err := os.MkdirTemp(os.Getenv("HOME"), ".writeback-wine-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) }) // what Wine still writes may be left
	w := &wine{t: t, dir: dir, env: []string{
		"WINEPREFIX=" + filepath.Join(dir, "prefix"), "WINEARCH=win64", "WINEDEBUG=-all", "WINEDLLOVERRIDES=mscoree,mshtml,winemenubuilder.exe=",
		"PATH=" + os.Getenv("PATH"), "HOME=" + dir, "USER=wine", "LC_ALL=C.UTF-8",
	}}
	if err := os.Mkdir(filepath.Join(dir, "prefix"), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.end)
	var both sync.WaitGroup
	both.Go(w.install)
	both.Go(w.build)
	both.Wait()
	if t.Failed() {
		t.FailNow()
	}
	return w
}

// runs runs one program of this computer; it fails the test with what that said.
func (w *wine) runs(env []string, name string, args ...string) {
	cmd := exec.Command(name, args...)
	cmd.Env = env
	log, err := os.CreateTemp(w.dir, "log-*") // not a pipe, which what Wine leaves running would hold open
	if err != nil {
		w.t.Error(err)
		return
	}
	defer log.Close()
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Run(); err != nil {
		said, _ := os.ReadFile(log.Name()) // what can be had of it
		w.t.Errorf("%s %s: %v\n%s", name, strings.Join(args, " "), err, said)
	}
}

func (w *wine) install() {
	w.runs(w.env, wineServer, "-p60") // it goes on for so many seconds without a program
	w.runs(w.env, "wine", "wineboot", "--init")
	w.end() // its first run does not always know of the service that starts programs of COM
	w.runs(w.env, wineServer, "-p60")
	w.runs(w.env, "wine", "wineboot") // what stays of it holds no pipe of a test
	w.runs(w.env, "x86_64-w64-mingw32-gcc", "-shared", "-O2", "-Wall", "-Werror", "-Wno-unused-parameter",
		"-o", filepath.Join(w.windows(), "system32", "bcryptprimitives.dll"), "testdata/wine/lacking.c", "-lntdll", "-ladvapi32")
}

func (w *wine) windows() string { return filepath.Join(w.dir, "prefix", "drive_c", "windows") }

const programTests = "./cmd/writeback"

// tested are the packages whose own tests are run on Windows, and which of them:
// "" for all.
var tested = map[string]string{
	"./adperms/directory/bind": "SessionReason",
	"./cloudconfig/syncserver": "",
	"./internal/statedir":      "",
	"./internal/terminal":      "OnWindows$",
	"./steps":                  "Journal|Store|Torn|Disk|Fixture|RunIDs",
}

// lacking are tests of what Wine 8 has not: it says that it has made a junction, and
// has made nothing.
const lacking = "Junction"

func (w *wine) build() {
	env := append(os.Environ(), "GOOS=windows", "GOARCH=amd64", "CGO_ENABLED=0", "GOFLAGS=-trimpath")
	w.runs(env, "go", "build", "-o", w.program(), "writeback/cmd/writeback")
	for _, pkg := range append(slices.Sorted(maps.Keys(tested)), programTests) {
		w.runs(env, "go", "test", "-c", "-o", w.tests(pkg), filepath.Join("writeback", pkg))
	}
}

func (w *wine) program() string         { return filepath.Join(w.dir, "writeback.exe") }
func (w *wine) tests(pkg string) string { return filepath.Join(w.dir, filepath.Base(pkg)+".test.exe") }

// end ends everything that this Windows still runs.
func (w *wine) end() {
	for _, flag := range []string{"-k", "-w"} {
		cmd := exec.Command(wineServer, flag)
		cmd.Env = w.env
		var exit *exec.ExitError
		if err := cmd.Run(); err != nil && !errors.As(err, &exit) { // -k of one that has ended says so by its exit code
			w.t.Error(err)
		}
	}
}

// drive is the Windows path of a file on its drive, for a path below its root
// with slashes.
func drive(path string) string { return `C:\` + strings.ReplaceAll(path, "/", `\`) }

// unix is where a path below the drive's root is on this computer.
func (w *wine) unix(path string) string {
	return filepath.Join(w.dir, "prefix", "drive_c", filepath.FromSlash(path))
}

// runner is how one test runs the Windows program, with a state directory of its
// own on C:.
func (w *wine) runner(t *testing.T, state string) *program {
	return &program{t: t, as: []string{"wine", w.program()}, dir: w.dir, state: w.unix(state),
		flags: []string{"--state-dir", drive(state)}, env: w.env}
}

// interruptible is p as the tests' own build of the program.
func (w *wine) interruptible(p *program) *program {
	q := *p
	q.as = []string{"wine", w.tests(programTests)}
	return &q
}
