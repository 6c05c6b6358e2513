package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// target is a system and a processor, as Go names them.
type target struct{ os, arch string }

// targets are those of a release.
var targets = []target{
	{"linux", "amd64"}, {"linux", "arm64"}, {"darwin", "amd64"}, {"darwin", "arm64"}, {"windows", "amd64"}, {"windows", "arm64"},
}

func (t target) String() string { return t.os + "/" + t.arch }

// program is the name of the program's file on t.
func (t target) program() string {
	if t.os == "windows" {
		return "writeback.exe"
	}
	return "writeback"
}

// parseTargets reads a list like linux/amd64,windows/amd64; "" is all.
func parseTargets(list string) (out []target, err error) {
	if list == "" {
		return targets, nil
	}
	for _, name := range strings.Split(list, ",") {
		i := slices.IndexFunc(targets, func(t target) bool { return t.String() == name })
		if i < 0 {
			return nil, fmt.Errorf("there is no target %q: %v", name, targets)
		}
		out = append(out, targets[i])
	}
	return out, nil
}

// environment is that of the go command for t. Everything that would change the
// program's bytes is said, so that nobody's settings do.
func (t target) environment() []string {
	return append(os.Environ(),
		"GOOS="+t.os, "GOARCH="+t.arch, "GOAMD64=v1", "GOARM64=v8.0", "CGO_ENABLED=0", "GOFLAGS=-trimpath",
		"GOEXPERIMENT=", "GOFIPS140=off", "GOWORK=off", "GODEBUG=")
}

// compile builds the program for t from source, and returns its path below dir.
// Version, commit and date are stamped by the linker alone, so that packages are
// compiled once for all versions. What git knows is not stamped (-buildvcs=false):
// a build from an archive of the commit has the same bytes.
func compile(f facts, t target, source, dir string) (string, error) {
	path := filepath.Join(dir, t.os+"-"+t.arch, t.program())
	stamps := fmt.Sprintf("-s -w -X main.release=%s -X main.commit=%s -X main.date=%s", f.version, f.commit, f.date.Format(time.RFC3339))
	_, err := goCommand(t, source, "build", "-buildvcs=false", "-ldflags="+stamps, "-o", path, "./cmd/writeback")
	return path, err
}

// goCommand runs the go command in dir for t, and returns what it prints.
func goCommand(t target, dir string, args ...string) ([]byte, error) {
	cmd := exec.Command("go", args...)
	cmd.Dir, cmd.Env = dir, t.environment()
	var said bytes.Buffer
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go %s for %s: %w: %s", args[0], t, err, strings.TrimSpace(said.String()))
	}
	return out, nil
}
